"""Unit 07, l2: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "l2_gradient",
    "the factor 2 is missing; and the biases are penalised, too",
    "the biases are penalised, too, and the result is halved",
)
def _():
    def l2_gradient(W1, b1, W2, b2, lam):
        return tuple(lam * p for p in (W1, b1, W2, b2))

    return l2_gradient


@wrong(
    "l2_penalty",
    "np.linalg.norm(W, 2) of a matrix is its largest singular value, not the root of the sum of squares",
    "the spectral norm is taken, which looks at one direction only",
)
def _():
    def l2_penalty(parameters, lam):
        total = 0.0
        for p in parameters:
            if p.ndim == 2:
                total += np.linalg.norm(p, 2) ** 2
        return lam * total

    return l2_penalty


@wrong(
    "l2_gradient",
    "the biases' gradients are returned as the number 0, not as arrays of the biases' shapes",
    "the biases' gradient is the number 0, not an array",
)
def _():
    def l2_gradient(W1, b1, W2, b2, lam):
        return 2 * lam * W1, 0.0, 2 * lam * W2, 0.0

    return l2_gradient


@wrong(
    "decayed",
    "takes the same amount off in each step: 1 - 2ηλ·steps in place of the power",
    "every step takes away the same amount",
)
def _():
    def decayed(w, learning_rate, lam, steps):
        factor = 1 - 2 * learning_rate * lam * steps
        return factor * w

    return decayed


@wrong(
    "regularised_step",
    "the decay is not multiplied by the learning rate",
    "the decay is not multiplied by the learning rate",
)
def _():
    def regularised_step(W, b, dW, db, learning_rate, lam):
        W_new = (1 - 2 * lam) * W - learning_rate * dW
        b_new = b - learning_rate * db
        return W_new, b_new

    return regularised_step


@wrong(
    "ridge_solution",
    "the textbook's XᵀX + λI, without the N that the mean brings",
    "the N of the mean is lost",
)
def _():
    def ridge_solution(X, y, lam):
        d = X.shape[1]
        return np.linalg.inv(X.T @ X + lam * np.eye(d)) @ X.T @ y

    return ridge_solution


@wrong(
    "choose_lambda",
    "three mended, but the penalty is still added to the validation loss",
    "the penalty is counted in the validation loss",
)
def _():
    def ridge(X, y, lam):
        return np.linalg.solve(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y)


    def choose_lambda(lams, X_train, y_train, X_val, y_val):
        losses = []
        for lam in lams:
            w = ridge(X_train, y_train, lam)
            val_loss = np.mean((X_val @ w - y_val) ** 2) + lam * np.sum(w ** 2)
            losses.append(val_loss)
        losses = np.array(losses)
        return lams[np.argmin(losses)], losses

    return choose_lambda
