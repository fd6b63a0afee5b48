"""The right answers of unit 02, as its notebook shows them."""

import numpy as np


def mse(predictions, targets):
    """Mean squared error, one number.

    predictions and targets are arrays of one shape, (N,) or (N, out).
    """
    return ((predictions - targets) ** 2).mean()


def softmax(logits):
    """Probabilities of the classes, row by row.

    logits is (N, C), and so is the result; its rows sum to 1. Finite for logits of ±1e4.
    """
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def cross_entropy(logits, labels):
    """Cross-entropy of the softmax, the mean over the batch: one number.

    logits is (N, C), labels is (N,) with whole numbers in 0..C-1. Finite for logits of ±1e4.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_totals = np.log(np.exp(shifted).sum(axis=1))
    return (log_totals - shifted[np.arange(len(labels)), labels]).mean()


def numerical_gradient(f, x, h):
    """Gradient of f at x, by central differences with step h.

    f takes an array of x's shape and returns a number; x may have any shape and may hold whole numbers, and is not changed. The
    result has x's shape.
    """
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = np.array(x, dtype=float), np.array(x, dtype=float)
        above[index] += h
        below[index] -= h
        gradient[index] = (f(above) - f(below)) / (2 * h)
    return gradient


def error_slope(h, third_derivative, value, eps):
    """dE/dh of E(h) = |third_derivative| h²/6 + eps |value|/h, for each step in the array h."""
    return abs(third_derivative) * h / 3 - eps * abs(value) / h**2


def best_step(third_derivative, value, eps):
    """The step h > 0 at which |third_derivative| h²/6 + eps |value|/h is smallest: one number.

    third_derivative and value are numbers of either sign, neither of them 0.
    """
    return np.cbrt(3 * eps * abs(value) / abs(third_derivative))


def line_gradient(theta, x, y):
    """Gradient of the mean of (w x + b - y)² with respect to theta = (w, b): an array (∂ℓ/∂w, ∂ℓ/∂b).

    theta is (2,), x and y are (N,).
    """
    w, b = theta
    residual = w * x + b - y
    return np.array([2 * (residual * x).mean(), 2 * residual.mean()])


def gradient_descent(gradient, start, learning_rate, steps):
    """The path of gradient descent, shape (steps + 1, d): the start, and theta after each step.

    gradient takes an array (d,) and returns one; start is (d,), may hold whole numbers, and is not changed.
    """
    theta = np.array(start, dtype=float)
    path = [theta]
    for _ in range(steps):
        theta = theta - learning_rate * gradient(theta)
        path.append(theta)
    return np.array(path)


def rate_limit(A):
    """The learning rate above which gradient descent on ½ θᵀAθ diverges: one number.

    A is (d, d), symmetric, and all of its eigenvalues are positive.
    """
    return 2 / np.linalg.eigvalsh(A).max()
