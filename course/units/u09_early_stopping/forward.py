"""Unit 09, early stopping: the rule, and the training that it ends, as they are right."""

from collections.abc import Iterable

import numpy as np

from course.judging.exercise import Array


def improved(loss: float, best_loss: float, min_delta: float) -> bool:
    return loss < best_loss - min_delta


def watched(patience: int, min_delta: float, losses: Iterable[float], weights: Array) -> tuple[Array, float, Array]:
    """The rule's decision after each epoch until it stops, and the loss and weights of its best epoch."""
    best_loss, best_epoch, decisions = np.inf, -1, []
    for epoch, loss in enumerate(losses):
        if improved(loss, best_loss, min_delta):
            best_loss, best_epoch = loss, epoch
        decisions.append(epoch - best_epoch >= patience)
        if decisions[-1]:
            break
    return np.array(decisions), best_loss, weights[best_epoch]


def loss_and_gradient(X: Array, y: Array, w: Array) -> tuple[float, Array]:
    """Mean squared error of the linear model X @ w, and its gradient."""
    difference = X @ w - y
    return float((difference**2).mean()), 2 * X.T @ difference / len(y)


def trained(
    X: Array, y: Array, X_val: Array, y_val: Array, w: Array, learning_rate: float, patience: int, max_epochs: int
) -> tuple[Array, Array]:
    """The weights of the best epoch, and the validation loss of each epoch until training stopped."""
    best_w, best_epoch, losses = w, -1, [np.inf]
    for epoch in range(max_epochs):
        w = w - learning_rate * loss_and_gradient(X, y, w)[1]
        losses.append(loss_and_gradient(X_val, y_val, w)[0])
        if losses[-1] < min(losses[:-1]):
            best_w, best_epoch = w, epoch
        if epoch - best_epoch >= patience:
            break
    return best_w, np.array(losses[1:])


def shrinkage(learning_rate: float, curvature: Array, steps: int) -> Array:
    """Part of the way to the minimum of ½ a (w - w*)² that gradient descent has gone after so many steps from 0."""
    return 1 - (1 - learning_rate * curvature) ** steps


def equivalent_lam(learning_rate: float, curvature: Array, steps: int) -> Array:
    """The λ at which ½ a (w - w*)² + λ w² has its minimum where gradient descent has come to."""
    left = (1 - learning_rate * curvature) ** steps
    return curvature * left / (2 * (1 - left))
