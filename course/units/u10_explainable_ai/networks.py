"""The network that is explained, linear, ReLU, linear: its forward pass, and how the cases draw it."""

import numpy as np

from course.judging.exercise import Array
from course.units.forward import linear, relu
from course.units.kit import CLEAR, Rng, signed

NETWORK = ("W1", "b1", "W2", "b2")


def logits_of(X: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    """The logits, (N, C). Complex numbers pass."""
    return linear(relu(linear(X, W1, b1)), W2, b2)


def target_logit(X: Array, targets: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> complex:
    """The logits of the targets, added up: rows do not meet, so that row n of its gradient belongs to example n's."""
    return logits_of(X, W1, b1, W2, b2)[np.arange(len(X)), targets].sum()


def weights(rng: Rng, d: int, h: int, c: int) -> dict[str, Array]:
    """A network with d inputs, h hidden units and c classes."""
    return {"W1": signed(rng, (d, h)), "b1": signed(rng, (h,)), "W2": signed(rng, (h, c)), "b2": signed(rng, (c,))}


def with_targets(rng: Rng, n: int, d: int, h: int, c: int) -> dict[str, Array]:
    """Examples and a network clear of its kinks, neither all on nor all off; targets of several classes, not all the predicted one."""
    while True:
        inputs = {"X": signed(rng, (n, d)), "targets": rng.integers(c, size=n), **weights(rng, d, h, c)}
        Z = linear(inputs["X"], inputs["W1"], inputs["b1"])
        predicted = logits_of(inputs["X"], *(inputs[name] for name in NETWORK)).argmax(axis=1)
        varied = n == 1 or len(set(inputs["targets"])) > 1
        if np.abs(Z).min() > CLEAR and 0.2 <= (Z > 0).mean() <= 0.8 and varied and (predicted != inputs["targets"]).any():
            return inputs
