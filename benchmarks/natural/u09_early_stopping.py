"""Unit 09, early stopping: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "train_with_early_stopping",
    "the counter is not set back at an improvement; and the last weights are returned, not the best",
    "the epochs waited are not counted anew after an improvement",
    "the last weights are returned, not the best ones, and the epochs waited are not counted anew after an improvement",
)
def _():
    def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
        val_losses = []
        best_loss = np.inf
        counter = 0
        for epoch in range(max_epochs):
            w = w - learning_rate * 2 / len(X) * X.T @ (X @ w - y)
            val_loss = ((X_val @ w - y_val) ** 2).mean()
            val_losses.append(val_loss)
            if val_loss < best_loss:
                best_loss = val_loss
            else:
                counter += 1
            if counter >= patience:
                break
        return w, val_losses

    return train_with_early_stopping


@wrong(
    "improved",
    "the absolute difference: a loss that is much worse counts as an improvement",
    "any change counts as an improvement",
)
def _():
    def improved(loss, best_loss, min_delta):
        return abs(best_loss - loss) > min_delta

    return improved


@wrong(
    "EarlyStopper",
    "the counter is not set back to 0 at an improvement: bad epochs are counted in all, not in a row",
    "the epochs waited are not counted anew after an improvement",
)
def _():
    class EarlyStopper:
        def __init__(self, patience, min_delta=0.0):
            self.patience, self.min_delta = patience, min_delta
            self.best_loss, self.best_weights, self.waited = np.inf, None, 0

        def update(self, loss, weights):
            if loss < self.best_loss - self.min_delta:
                self.best_loss = loss
                self.best_weights = weights.copy()
            else:
                self.waited += 1
            return self.waited >= self.patience

    return EarlyStopper


@wrong(
    "train_with_early_stopping",
    "stops one epoch late: more than patience epochs without improvement",
    "it stops one epoch too late",
)
def _():
    def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
        best_w, best, bad, val_losses = w, float("inf"), 0, []
        for epoch in range(max_epochs):
            grad = 2 * X.T @ (X @ w - y) / len(y)
            w = w - learning_rate * grad
            val = np.mean((X_val @ w - y_val) ** 2)
            val_losses.append(val)
            if val < best:
                best, best_w, bad = val, w.copy(), 0
            else:
                bad += 1
                if bad > patience:
                    break
        return best_w, val_losses

    return train_with_early_stopping


@wrong(
    "shrinkage",
    "gives the part of the way that is still ahead, (1 - ηa)^t, and not the part behind",
    "the part that is left is returned, not the part that is gone",
)
def _():
    def shrinkage(learning_rate, curvature, steps):
        return (1 - learning_rate * curvature) ** steps

    return shrinkage


@wrong(
    "equivalent_lam",
    "the 2 of 2λ is lost when solving for λ",
    "the factor 2 of the penalty's slope is forgotten",
)
def _():
    def equivalent_lam(learning_rate, curvature, steps):
        s = 1 - (1 - learning_rate * curvature) ** steps
        return curvature * (1 - s) / s

    return equivalent_lam
