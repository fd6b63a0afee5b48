"""Unit 10, explainable AI: the forward pass, and what the exercises and their mistakes are made of."""

import numpy as np

from course.judging.exercise import Array
from course.units.forward import cross_entropy, linear, relu

STEP = 1e-40  # of the complex step: no difference is taken, so no step is too small


def logits_of(X: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    """The network of the unit: linear, ReLU, linear. Complex numbers pass."""
    return linear(relu(linear(X, W1, b1)), W2, b2)


def input_gradients(X: Array, targets: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    """∂ logit of the target / ∂x for each row, (N, in), by the complex step. Rows do not meet, so one step serves them all."""
    rows, gradients = np.arange(len(X)), np.empty(X.shape)
    for j in range(X.shape[1]):
        moved = X.astype(complex)
        moved[:, j] += 1j * STEP
        gradients[:, j] = logits_of(moved, W1, b1, W2, b2)[rows, targets].imag / STEP
    return gradients


def along_path(X: Array, start: Array, shares: Array) -> Array:
    """The points start + share · (X - start), (shares, N, in)."""
    return start + shares[:, None, None] * (X - start)


def midpoints(steps: int) -> Array:
    """The middles of `steps` equal parts of [0, 1]."""
    return (np.arange(steps) + 0.5) / steps


def loss_and_accuracy(logits: Array, labels: Array) -> tuple[float, float]:
    """Mean cross-entropy of the softmax, and the share of the labels that the largest logit gets right."""
    return float(cross_entropy(logits, labels).real), float((logits.argmax(axis=1) == labels).mean())
