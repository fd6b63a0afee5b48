"""`mean_slope`: the slope of ReLU over a whole way."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import in_double
from course.units.kit import Rng, single


def mean_slope(start, end):
    """Mean slope of ReLU on the straight way from start to end, entry by entry: the share of it that lies above zero.

    start, end and the result have one shape. Where start and end are equal, it is the slope of ReLU there: 1 above zero, 0 below.
    """
    run = end - start
    rise = np.maximum(end, 0) - np.maximum(start, 0)
    return np.where(run == 0, start > 0, rise / np.where(run == 0, 1, run))


def share_above_zero(start: Array, end: Array) -> Array:
    """The part of the way from start to end that lies above zero; one half where there is no way, at the kink."""
    above = np.maximum(np.maximum(start, end), 0) / np.where(start == end, 1, np.abs(end - start))
    level = np.where(start > 0, 1.0, np.where(start < 0, 0.0, 0.5))
    return np.where(start == end, level, np.minimum(above, 1))


def expected(case: Case) -> dict[str, Expected]:
    start, end = in_double(case.inputs).values()
    return {"slope": Expected(share_above_zero(start, end), np.where((start == 0) & (end == 0), 0.5, 0.0))}


# Across zero, little or most of the way above it; and not across, up and down.
WAYS = np.array([[1, -2], [-1, 2], [2, -1], [-2, 1], [1, 2], [2, 1], [-1, -2], [-2, -1]])


def ends(rng: Rng, *shape: int) -> dict[str, Array]:
    """Starts and ends of every kind of way, each kind at least once."""
    n = int(np.prod(shape))
    kinds = WAYS[rng.permutation(np.arange(n) % len(WAYS))]
    start, end = (kinds * rng.uniform(0.7, 1.3, (n, 2))).T
    return {"start": start.reshape(shape), "end": end.reshape(shape)}


def cases(rng: Rng) -> Iterator[Case]:
    inputs = ends(rng, 3, 3)
    inputs["end"][:, 1] = inputs["start"][:, 1] = [0.5, -0.25, 1.5] * rng.uniform(0.5, 1, 3)
    yield Case("units that move, and some that do not", inputs, batch="start")
    yield Case("some ways from start to end", ends(rng, 3, 4), batch="start")
    yield Case("other ways", ends(rng, 2, 5), batch="start")
    inputs = ends(rng, 2, 4)
    inputs["start"][:, 2] = 0.0
    yield Case("units that start at zero", inputs, batch="start")
    yield Case("float32 inputs", single(ends(rng, 4, 2)), batch="start")


RETURN = "np.where(run == 0, start > 0, rise / np.where(run == 0, 1, run))"

EXERCISE = Exercise(
    right=mean_slope,
    criteria=(Criterion("slope", 2, "the mean slope of ReLU on the way, of the shape of `start`"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("0 is divided by 0 where a unit does not move",
                "Where start and end are equal there is no run. What is the slope at that place?",
                f"{RETURN} → rise / run"),
        Mistake("a unit that does not move gets slope 0, as it does where a small number is added to its run of 0",
                "A unit may stand still and be active all the way. Which slope has ReLU at `start` then?",
                "start > 0 → 0"),
        Mistake("a unit that does not move counts as active",
                "A unit may stand still and be off all the way. Which slope has ReLU at `start` then?",
                "start > 0 → 1"),
        Mistake("the slopes at the two ends are averaged",
                "A unit that goes from -1 to 3 is active for most of the way, and not for half of it.",
                f"{RETURN} → (1.0 * (start > 0) + (end > 0)) / 2"),
        Mistake("only the end of the way counts",
                "That is the slope saliency uses. Here the whole way counts.",
                f"{RETURN} → 1.0 * (end > 0)"),
        Mistake("only the start of the way counts",
                "That is the slope where the way begins. Here the whole way counts.",
                f"{RETURN} → 1.0 * (start > 0)"),
        Mistake("the sign of the run is lost",
                "Where z falls, its ReLU falls too. Which sign has a fall divided by a fall?",
                "np.where(run == 0, 1, run)) → np.where(run == 0, 1, abs(run)))"),
        Mistake("the start of the way is taken for zero",
                "By how much does ReLU rise from start to end?",
                "np.maximum(end, 0) - np.maximum(start, 0) → np.maximum(end, 0)"),
        Mistake("the fraction is upside down",
                "A slope is rise over run.",
                "rise / np.where(run == 0, 1, run)) → run / np.where(rise == 0, 1, rise))"),
        Mistake("ReLU is left out",
                "What is the slope where z stays below zero?",
                "np.maximum(end, 0) - np.maximum(start, 0) → end - start"),
        Mistake("ReLU is applied to the difference",
                "The rise is a difference of two values of ReLU.",
                "np.maximum(end, 0) - np.maximum(start, 0) → np.maximum(run, 0)"),
        Mistake("a unit that does not move counts as half active",
                "A unit may stand still and be active all the way. Which slope has ReLU at `start` then?",
                "start > 0 → 0.5"),
        Mistake("the middle of the way decides",
                "That is the midpoint rule with one step. How much of the way lies above zero?",
                f"{RETURN} → 1.0 * (start + end > 0)"),
        Mistake("the rise of ReLU is not divided by the run",
                "A mean slope is rise over run: by how much did z itself move?",
                f"{RETURN} → rise"),
        Mistake("the part of the way on which ReLU is off is returned",
                "Slope 1 is asked about: on which side of zero has ReLU slope 1?",
                f"{RETURN} → 1 - {RETURN}"),
    ),
)
