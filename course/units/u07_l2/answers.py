"""The right answers of unit 07, as its notebook shows them."""

import numpy as np


def l2_penalty(parameters, lam):
    """The penalty, lam times the sum of the squares of all weights: one number.

    parameters is a list of arrays. Weights are those with two axes; biases have one, and are not penalised.
    """
    return lam * sum((array**2).sum() for array in parameters if array.ndim == 2)


def l2_gradient(W1, b1, W2, b2, lam):
    """Gradients dW1, db1, dW2, db2 of the penalty lam * (sum of all squared weights), each of the shape of its array.

    W1 is (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,).
    """
    return 2 * lam * W1, np.zeros_like(b1), 2 * lam * W2, np.zeros_like(b2)


def decayed(w, learning_rate, lam, steps):
    """The weights w, an array, after that many steps of gradient descent where the loss is flat and only the penalty pulls."""
    return (1 - 2 * learning_rate * lam) ** steps * w


def regularised_step(W, b, dW, db, learning_rate, lam):
    """W and b after one step of gradient descent on loss + lam * (W**2).sum(); dW and db are the gradients of the loss alone.

    W and dW are (in, out), b and db (out,). The inputs are not changed.
    """
    return (1 - 2 * learning_rate * lam) * W - learning_rate * dW, b - learning_rate * db


def ridge_solution(X, y, lam):
    """The weights w, shape (d,), for which ((X @ w - y)**2).mean() + lam * (w**2).sum() is smallest. X is (N, d), y is (N,)."""
    N, d = X.shape
    return np.linalg.solve(X.T @ X + N * lam * np.eye(d), X.T @ y)


def choose_lambda(lams, X_train, y_train, X_val, y_val):
    """The λ of lams with the lowest validation loss, and the validation losses, shape of lams, in their order.

    X_train is (N, d), y_train (N,), X_val (M, d), y_val (M,). The loss is the mean squared error.
    """
    losses = np.array([((X_val @ ridge_solution(X_train, y_train, lam) - y_val) ** 2).mean() for lam in lams])
    return lams[losses.argmin()], losses
