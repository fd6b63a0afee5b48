"""Gradient descent in the bowl ½ a (w - w*)², from w = 0: what `shrinkage` and `equivalent_lam` are both about."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case
from course.units.kit import Rng


def part_gone(learning_rate: float, curvature: Array, steps: int) -> Array:
    """Where the steps lead, taken one by one, with w* = 1 in every direction."""
    w = np.zeros(curvature.shape)
    for _ in range(steps):
        w = w - learning_rate * curvature * (w - 1)
    return w


def cases(rng: Rng) -> Iterator[Case]:
    for name, size in (("a few directions", 3), ("more directions", 5)):
        curvature = rng.uniform(0.5, 3.0, size)
        rate = float(rng.uniform(0.05, 0.15))
        yield Case(name, {"learning_rate": rate, "curvature": curvature, "steps": int(rng.integers(6, 12))})
    yield Case("one step", {"learning_rate": 0.125, "curvature": rng.uniform(0.5, 3.0, 4), "steps": 1})
