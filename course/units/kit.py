"""What all units draw inputs with: sizes that differ, entries of both signs, scales that mix, networks clear of their kinks."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from course.judging.exercise import Array
from course.judging.probes import Seed

Rng = np.random.Generator
CLEAR = 0.02  # how far from its kink every hidden unit of a drawn network is, at least


def sizes(rng: Rng, n: int, least: int = 2, most: int = 8) -> list[int]:
    """n different sizes from `least` up to but not `most`, so that no two axes can be mistaken for one another."""
    return [int(size) for size in rng.permutation(np.arange(least, most))[:n]]


def signed(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries of ordinary size, of both signs."""
    return rng.normal(size=shape)


def away_from_zero(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries of ordinary size, of both signs, none of them close to 0."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 1.5, shape)


def positive(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries between 0.5 and 1.5: sums of them lose no digits, so every entry can be held to its own magnitude."""
    return rng.uniform(0.5, 1.5, shape)


def mixed_scales(n: int) -> Array:
    """n factors from 1e-9 to 1e9. A finite difference sees the largest terms of the loss, and loses the others in rounding."""
    return np.logspace(-9, 9, n)


def single(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with floating-point arrays in float32."""
    return {
        name: value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in inputs.items()
    }


def seed(rng: Rng) -> Seed:
    """A seed for the generator that an answer gets."""
    return Seed(int(rng.integers(2**31)))


def network(rng: Rng, n: int, d: int, h: int, c: int) -> dict[str, Array]:
    """A batch X (n, d) of two or more, with labels, and a network W1, b1, W2, b2 whose hidden units all lie clear of their kinks.

    Every unit is active for some example, and some unit is not for another. Raises ValueError for fewer than two examples.
    """
    if n < 2:
        raise ValueError(f"expected a batch of two or more, got {n}")
    while True:
        inputs = {
            "X": signed(rng, (n, d)), "labels": rng.integers(c, size=n), "W1": signed(rng, (d, h)), "b1": signed(rng, (h,)),
            "W2": signed(rng, (h, c)), "b2": signed(rng, (c,)),
        }  # fmt: skip
        Z1 = inputs["X"] @ inputs["W1"] + inputs["b1"]
        if np.abs(Z1).min() > CLEAR and (Z1 > 0).any(axis=0).all() and (Z1 < 0).any():
            return inputs
