"""Unit 08, dropout: the forward passes that decide what is right."""

import numpy as np

from course.judging.exercise import Array


def masked(H: Array, mask: Array) -> Array:
    return H * mask


def expected_network(X: Array, W1: Array, b1: Array, W2: Array, b2: Array, keep_prob: float) -> Array:
    """Linear, ReLU, linear, where each hidden neuron counts for its expected share of the time."""
    return np.maximum(X @ W1 + b1, 0) @ (keep_prob * W2) + b2


def layer_gradients(upstream: Array, X: Array, W: Array, b: Array, factors: Array) -> tuple[Array, Array, Array]:
    """Gradients of ReLU(X @ W + b) * factors with respect to X, W and b."""
    dZ = upstream * factors * (X @ W + b > 0)
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)
