"""Logits that are hard on exp: what `softmax` and `cross_entropy` are asked about, besides ordinary ones."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array
from course.units.kit import Rng, signed, sizes


def ordinary(rng: Rng) -> Iterator[tuple[str, Array]]:
    """Logits of ordinary size, by the name of their case."""
    yield "one example", signed(rng, (1, 4))
    for name in ("a small batch", "another batch"):
        yield name, signed(rng, tuple(sizes(rng, 2, least=3)))


def extreme(rng: Rng) -> Iterator[tuple[str, Array]]:
    """Logits that make exp overflow, or round a row to zero, by the name of their case."""
    yield "all logits near -1000", signed(rng, (4, 3)) - 1e3
    yield "rows a thousand apart", signed(rng, (5, 3)) + 1e3 * rng.permutation(np.arange(-2, 3))[:, None]
    yield "logits of ±1e4", rng.permuted(np.tile([-1e4, 5e3, 1e4], (5, 1)), axis=1)
