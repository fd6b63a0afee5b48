"""The right answers of unit 09, as its notebook shows them."""

import numpy as np

from course.units.u09_early_stopping.given import loss_and_gradient


def improved(loss, best_loss, min_delta):
    """Whether a loss is lower than the best one by more than min_delta: True or False."""
    return loss < best_loss - min_delta


class EarlyStopper:
    """Stops when the validation loss has not improved for `patience` epochs in a row."""

    def __init__(self, patience, min_delta=0.0):
        """patience is a number of epochs, at least 1; min_delta is in units of the loss."""
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.inf
        self.best_weights = None
        self.waited = 0

    def update(self, loss, weights):
        """Take note of an epoch's validation loss and weights, one array; True when it is time to stop."""
        if loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_weights = weights.copy()
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience


def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
    """Gradient descent on the whole training set until the validation loss stops improving.

    X is (n, d), y is (n,); X_val, y_val likewise; w, shape (d,), is the start.
    Returns best_w, shape (d,), and val_losses, one number for each epoch that was run.
    """
    best_w, best_loss, waited, val_losses = w, np.inf, 0, []
    for _ in range(max_epochs):
        w = w - learning_rate * loss_and_gradient(X, y, w)[1]
        val_losses.append(loss_and_gradient(X_val, y_val, w)[0])
        if val_losses[-1] < best_loss:
            best_w, best_loss, waited = w, val_losses[-1], 0
        else:
            waited += 1
        if waited == patience:
            break
    return best_w, np.array(val_losses)


def shrinkage(learning_rate, curvature, steps):
    """The part of the way to w* that gradient descent from 0 has gone after `steps` steps.

    curvature is (d,), one a for each direction; the result is (d,), between 0 and 1 while learning_rate * a < 1.
    """
    return 1 - (1 - learning_rate * curvature) ** steps


def equivalent_lam(learning_rate, curvature, steps):
    """The λ with which ½ a (w - w*)² + λ w² has its minimum where gradient descent stands after `steps` steps from 0.

    curvature is (d,), and so is the result: one λ for each direction.
    """
    s = shrinkage(learning_rate, curvature, steps)
    return curvature * (1 - s) / (2 * s)
