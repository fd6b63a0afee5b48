"""Unit 02, gradient descent: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "softmax",
    "nothing is subtracted before the exponential; and the sum is over the whole table and not over each row",
    "it is divided by the sum over the whole batch",
)
def _():
    def softmax(logits):
        e = np.exp(logits)
        return e / np.sum(e)

    return softmax


@wrong(
    "numerical_gradient",
    "one-sided differences; and x is a reference, each entry stays moved",
)
def _():
    def numerical_gradient(f, x, h):
        grad = np.zeros(x.shape)
        fx = f(x)
        for idx in np.ndindex(*x.shape):
            x[idx] += h
            grad[idx] = (f(x) - fx) / h
        return grad

    return numerical_gradient


@wrong(
    "mse",
    "divides the sum over all entries by the number of examples, not by the number of entries",
    "the sum is divided by the number of examples only, and there are several outputs for each",
)
def _():
    def mse(predictions, targets):
        n = len(targets)
        err = predictions - targets
        return np.sum(err ** 2) / n

    return mse


@wrong(
    "softmax",
    "subtracts the largest logit of the whole batch, not of each row: a row far below underflows to 0/0",
    "one and the same number is subtracted from all rows",
)
def _():
    def softmax(logits):
        shifted = logits - np.max(logits)
        e = np.exp(shifted)
        return e / np.sum(e, axis=1, keepdims=True)

    return softmax


@wrong(
    "cross_entropy",
    "log_p[:, labels] takes a whole (N, N) table and not one entry per row",
    "the columns of all labels are taken from every row",
)
def _():
    def cross_entropy(logits, labels):
        m = logits.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(logits - m).sum(axis=1, keepdims=True))
        log_p = logits - m - log_sum
        return -np.mean(log_p[:, labels])

    return cross_entropy


@wrong(
    "numerical_gradient",
    "the result is made with zeros_like(x): for whole numbers every slope is cut to an integer",
    "the slopes are put into an array of whole numbers, and rounded",
)
def _():
    def numerical_gradient(f, x, h):
        grad = np.zeros_like(x)
        for idx in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[idx] = h
            grad[idx] = (f(x + step) - f(x - step)) / (2 * h)
        return grad

    return numerical_gradient


@wrong(
    "error_slope",
    "differentiates h²/6 as h/6: the factor 2 of the power is lost",
    "the derivative of h² is taken for h",
)
def _():
    def error_slope(h, third_derivative, value, eps):
        truncation = np.abs(third_derivative) * h / 6
        rounding = -eps * np.abs(value) / h ** 2
        return truncation + rounding

    return error_slope


@wrong(
    "best_step",
    "takes the square root where the cube root is due",
    "the square root is taken, not the cube root",
)
def _():
    def best_step(third_derivative, value, eps):
        ratio = 3 * eps * abs(value) / abs(third_derivative)
        return np.sqrt(ratio)

    return best_step


@wrong(
    "line_gradient",
    "sign mended, but the bias' gradient is still a sum over the examples and not their mean",
    "one mistake is mended, and ∂ℓ/∂b is still a sum over the examples",
)
def _():
    def line_gradient(theta, x, y):
        w, b = theta
        residual = (w * x + b) - y
        dw = 2 * (residual * x).mean()
        db = 2 * residual.sum()
        return np.array([dw, db])

    return line_gradient


@wrong(
    "gradient_descent",
    "theta is changed in place and the same array appended each time: all rows of the path are the end point",
    "every row of the path is one and the same array, which went on changing",
)
def _():
    def gradient_descent(gradient, start, learning_rate, steps):
        theta = np.array(start, dtype=float)
        path = [theta]
        for _ in range(steps):
            theta -= learning_rate * gradient(theta)
            path.append(theta)
        return np.array(path)

    return gradient_descent


@wrong(
    "rate_limit",
    "gives 1/λ_max, the rate of the fastest descent in the steepest direction, and not the limit 2/λ_max",
    "it is 1 over the largest curvature",
)
def _():
    def rate_limit(A):
        eigenvalues = np.linalg.eigvalsh(A)
        return 1.0 / eigenvalues.max()

    return rate_limit
