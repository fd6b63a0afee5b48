"""Unit 06, the training algorithm: the network that is trained, its loss, and how well it does.

The gradients are unit 05's, by formula; the tests hold them to finite differences.
"""

from collections.abc import Sequence

import numpy as np

from course.judging.exercise import Array

Weights = tuple[Array, Array, Array, Array]  # W1, b1, W2, b2


def logits(X: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def loss_and_gradients(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[float, Weights]:
    """Mean cross-entropy of softmax over the batch, and its gradients with respect to W1, b1, W2, b2."""
    rows = np.arange(len(labels))
    H = np.maximum(X @ W1 + b1, 0)
    Z2 = H @ W2 + b2
    shifted = Z2 - Z2.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dZ2 = np.exp(log_p)
    dZ2[rows, labels] -= 1
    dZ2 /= len(labels)
    dZ1 = dZ2 @ W2.T * (H > 0)
    return float(-log_p[rows, labels].mean()), (X.T @ dZ1, dZ1.sum(axis=0), H.T @ dZ2, dZ2.sum(axis=0))


def probabilities(X: Array, weights: Sequence[Array]) -> Array:
    """Softmax of the logits, (N, C)."""
    Z2 = logits(X, *weights)
    exps = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def accuracy(X: Array, labels: Array, weights: Sequence[Array]) -> float:
    """Part of the examples whose largest logit is that of their label."""
    return float((logits(X, *weights).argmax(axis=1) == labels).mean())


def he(rng: np.random.Generator, inputs: int, hidden: int, classes: int) -> Weights:
    """A random start with He's scale, and biases of zero."""
    W1 = rng.normal(size=(inputs, hidden)) * np.sqrt(2 / inputs)
    W2 = rng.normal(size=(hidden, classes)) * np.sqrt(2 / hidden)
    return W1, np.zeros(hidden), W2, np.zeros(classes)
