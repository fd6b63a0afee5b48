"""Unit 11, the capstone: networks of any depth with all parameters in one row, and the digits that are trained on.

The loss lets complex numbers pass, so that its gradient can be had by the complex step.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course import data
from course.judging.exercise import Array
from course.judging.probes import Seed
from course.units.u06_training.digits import Unseen, all_digits

TRAIN, VALIDATION = 500, 200  # digits
NOISE = 0.3  # part of their labels that is drawn anew


def layers_of(theta: Array, sizes: Sequence[int]) -> Iterator[tuple[Array, Array]]:
    """W (in, out) and b (out,) of each layer, cut from the row of all parameters: W1, b1, W2, b2, ..."""
    at = 0
    for inputs, outputs in pairwise(sizes):
        W, b = theta[at : at + inputs * outputs], theta[at + inputs * outputs : at + (inputs + 1) * outputs]
        yield W.reshape(inputs, outputs), b
        at += (inputs + 1) * outputs


def count(sizes: Sequence[int]) -> int:
    """Parameters of a network."""
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))


def entries(sizes: Sequence[int]) -> tuple[str, ...]:
    """What each entry of the gradient belongs to: "∂ℓ/∂W1[0, 2]"."""
    names = []
    for k, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        names += [f"∂ℓ/∂W{k}[{j}, {i}]" for j in range(inputs) for i in range(outputs)]
        names += [f"∂ℓ/∂b{k}[{i}]" for i in range(outputs)]
    return tuple(names)


def loss(theta: Array, sizes: Sequence[int], X: Array, labels: Array, lam: float) -> Any:
    """Mean cross-entropy of linear, ReLU, ..., linear, softmax, and λ times the sum of the squares of all weights."""
    layers = list(layers_of(theta, sizes))
    H: Array = X
    for k, (W, b) in enumerate(layers):
        Z = H @ W + b
        H = Z * (Z.real > 0) if k < len(layers) - 1 else Z
    shifted = H - H.real.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(X)), labels].mean() + lam * sum((W**2).sum() for W, _ in layers)


def noisy_case(name: str, rng: np.random.Generator) -> Unseen:
    """Digits of which half are negatives, with useless labels among them to train on and to choose by, and clean ones kept apart."""
    everything = all_digits()
    order = rng.permutation(len(everything.y))
    X = np.where(rng.random((len(order), 1)) < 0.5, 1 - everything.X[order], everything.X[order])
    y = everything.y[order]
    for first, size in ((0, TRAIN), (TRAIN, VALIDATION)):
        drawn = round(NOISE * size)
        y[first : first + drawn] = rng.integers(data.CLASSES, size=drawn)
    learn, choose, report = np.split(np.arange(len(y)), [TRAIN, TRAIN + VALIDATION])
    learn = rng.permutation(learn)
    inputs = {"X": X[learn], "labels": y[learn], "X_val": X[choose], "labels_val": y[choose], "rng": Seed(int(rng.integers(2**31)))}
    return Unseen(name, inputs, unseen=data.Examples(X[report], y[report]))
