"""`relu`: max(0, z)."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import forward
from course.units.kit import Rng, away_from_zero, single, sizes


def relu(z):
    """max(0, z), entry by entry.

    z is an array of any shape; the result has the same shape.
    """
    return np.maximum(z, 0)


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("a vector", {"z": rng.permutation([-3.0, -0.5, 0.25, 2.0, *away_from_zero(rng, (2,))])})
    z = 3 * away_from_zero(rng, tuple(sizes(rng, 2, least=3)))
    z[0, :2] = -2.0, 2.0
    yield Case("a batch", {"z": z})
    z = away_from_zero(rng, (3, 4)) * 1e6
    z[1, 1] = 0.0
    yield Case("large numbers, and a zero", {"z": z})
    yield Case("float32 inputs", single({"z": away_from_zero(rng, (4, 3))}))


EXERCISE = Exercise(
    right=relu,
    criteria=(Criterion("H", 1, "max(0, z), of the shape of z"),),
    cases=cases,
    expected=value_of(lambda z: forward.relu(z), "H"),
    mistakes=(
        Mistake("the absolute value is taken", "What does max(0, z) make of z = -3?", "np.maximum(z, 0) → np.abs(z)"),
        Mistake("a 0 or 1 is returned, not z itself",
                "`z > 0` says where z passes. What passes there?",
                "np.maximum(z, 0) → (z > 0).astype(float)"),
        Mistake("the negative numbers pass, and the positive ones are held back",
                "Try z = 2 and z = -2 by hand.",
                "np.maximum → np.minimum"),
        Mistake("Python's own `max` is asked about a whole array",
                "`max` wants one yes or no for `z > 0`, and an array gives many. Which NumPy function compares entry by entry?",
                "np.maximum(z, 0) → max(0, z)"),
        Mistake("0 and z are both given to `np.max`",
                "`np.max` looks for the largest entry of one array, and takes the second argument for an axis. Which function compares two "
                "things?",
                "np.maximum(z, 0) → np.max(0, z)"),
        Mistake("only the positive entries are kept",
                "The result has the shape of z: something has to stand where z is negative. What?",
                "np.maximum(z, 0) → z[z > 0]"),
        Mistake("the largest entry of the whole array is returned",
                "`np.max` looks for one number in an array. Which function compares entry by entry?",
                "np.maximum(z, 0) → np.max(z)"),
    ),
)
