"""`dropout_mask`: which nodes are active."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.judging.thresholds import LOOSE
from course.units.kit import Rng, seed, sizes
from course.units.u08_dropout.masks import CAUSES, chance_finding, drawing_mistakes, often, seldom, shape_finding


def dropout_mask(shape, keep_prob, rng):
    """Mask of a layer: each entry is 1 (active) with probability P = keep_prob and 0 (deleted) otherwise, each by itself.

    shape is a tuple, such as (N, nodes) or (nodes,). The mask is drawn from rng, a NumPy generator; True and False will do for 1 and 0.
    """
    return rng.random(shape) < keep_prob


SCALED = "the mask is divided by P already"
WEIGHTED = "the mask is multiplied by P"
NOT_COMPARED = "the random numbers are not compared with `keep_prob`"


def mask_finding(draws: Array, shape: tuple[int, ...], keep_prob: float) -> Finding | None:
    """What is wrong with a mask of 0 and 1."""
    if finding := shape_finding("mask", draws, shape):
        return finding
    draws = draws.astype(float)
    if (off := (draws[0] != 0) & (draws[0] != 1)).any():
        fact = f"{off.sum()} of {off.size} entries are neither 0 nor 1; one of them is {draws[0][off][0]:.4g}."
        for cause, value in ((SCALED, 1 / keep_prob), (WEIGHTED, keep_prob)):
            if np.allclose(draws[0][off], value, rtol=LOOSE):
                return Finding(fact, cause=cause)
        return Finding(fact, cause=NOT_COMPARED if off.all() and draws.min() >= 0 and draws.max() < 1 else "")
    return chance_finding(draws > 0, keep_prob)


def expected(case: Case) -> dict[str, Property]:
    shape, keep_prob = case.inputs["shape"], case.inputs["keep_prob"]
    return {"mask": Property(lambda draws: mask_finding(draws, shape, keep_prob), by_chance=True)}


def cases(rng: Rng) -> Iterator[Case]:
    for name, keep_prob in (("P below one half", seldom(rng)), ("P above one half", often(rng))):
        yield Case(name, {"shape": tuple(sizes(rng, 2, 44, 56)), "keep_prob": keep_prob, "rng": seed(rng)})
    yield Case("one axis", {"shape": (1500,), "keep_prob": often(rng), "rng": seed(rng)})
    yield Case("P = 1", {"shape": tuple(sizes(rng, 2)), "keep_prob": 1.0, "rng": seed(rng)})


EXERCISE = Exercise(
    right=dropout_mask,
    criteria=(Criterion("mask", 2, "the mask of 0 and 1"),),
    cases=cases,
    expected=expected,
    probe="drawn",
    causes=(*CAUSES, SCALED, WEIGHTED, NOT_COMPARED),
    mistakes=(
        *drawing_mistakes("shape"),
        Mistake(SCALED,
                "The mask says active or deleted, 1 or 0. Scaling is another matter, and another section.",
                "rng.random(shape) < keep_prob → (rng.random(shape) < keep_prob) / keep_prob"),
        Mistake(WEIGHTED,
                "P is how often a node is kept. Is it also how much of a kept node is left?",
                "rng.random(shape) < keep_prob → (rng.random(shape) < keep_prob) * keep_prob"),
        Mistake(NOT_COMPARED, "A mask holds 0 and 1. What makes a decision of a number between 0 and 1?", " < keep_prob → "),
    ),
)
