"""Random numbers that Python and the browser draw alike, number by number those of kit/mulberry.js."""

from typing import Any

import numpy as np

STEP, WORDS, STREAMS = 0x6D2B79F5, 1 << 32, 4  # of mulberry32


class Mulberry(np.random.Generator):
    """A generator whose seed gives the same numbers here and in the browser: mulberry32.

    A `stream`, from 0 to 3, for each purpose leaves the others as they are when one is changed. It has the four methods
    that the course draws with: random, uniform, standard_normal and permutation.

    >>> Mulberry(0).random(2).round(6)
    array([0.266429, 0.00033 ])
    """

    def __init__(self, seed: int, stream: int = 0):
        super().__init__(np.random.PCG64(0))  # which is never asked
        self.state = STREAMS * seed + stream

    def random(self, size: Any = None, *_: Any, **__: Any) -> Any:
        """Numbers in [0, 1), evenly spread."""
        count = int(np.prod(size if size is not None else 1))
        a = (self.state + STEP * np.arange(1, count + 1, dtype=np.uint64)).astype(np.uint32)
        self.state = (self.state + STEP * count) % WORDS
        t = (a ^ (a >> 15)) * (a | 1)
        t ^= t + (t ^ (t >> 7)) * (t | 61)
        values = (t ^ (t >> 14)) / WORDS
        return float(values[0]) if size is None else values.reshape(size)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Numbers in [low, high), evenly spread."""
        return low + (high - low) * self.random(size)

    def standard_normal(self, size: Any = None, *_: Any, **__: Any) -> Any:
        """Numbers with mean 0 and standard deviation 1, each of two even ones (Box and Muller 1958)."""
        first, second = np.moveaxis(self.random((*np.atleast_1d(size if size is not None else ()).astype(int), 2)), -1, 0)
        values = np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)
        return float(values) if size is None else values

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """The numbers below x, or the rows of x, in random order."""
        rows = np.arange(x) if np.ndim(x) == 0 else np.asarray(x)
        return np.take(rows, np.argsort(self.random(rows.shape[axis]), kind="stable"), axis)
