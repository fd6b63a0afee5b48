"""Unit 10, explainable ai: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import in_notebook, wrong
from course.units.u10_explainable_ai.given import loss_and_accuracy
from course.units.u10_explainable_ai.saliency import saliency

loss_and_accuracy = in_notebook(loss_and_accuracy)
saliency = in_notebook(saliency)


@wrong(
    "integrated_gradients",
    "the points are the left ends k/steps and not the middles; and the mean slope is multiplied by X in place of X - baseline",
    "the left end of each step is taken, not its middle, and multiplied by x, not by x - baseline",
)
def _():
    def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
        grads = []
        for k in range(steps):
            x_k = baseline + (k / steps) * (X - baseline)
            grads.append(saliency(x_k, targets, W1, b1, W2, b2))
        return X * np.mean(grads, axis=0)

    return integrated_gradients


@wrong(
    "hidden_activations",
    "the bias is added after ReLU",
    "the bias is added after ReLU",
)
def _():
    def hidden_activations(X, W1, b1):
        H = np.maximum(0, X @ W1)
        return H + b1

    return hidden_activations


@wrong(
    "saliency",
    "gives the absolute value of the gradient, as saliency maps in papers do",
    "the absolute value is taken",
)
def _():
    def saliency(X, targets, W1, b1, W2, b2):
        active = (X @ W1 + b1) > 0
        grad_h = W2[:, targets].T * active
        grad_x = grad_h @ W1.T
        return np.abs(grad_x)

    return saliency


@wrong(
    "mean_slope",
    "the mean of the slopes at the two ends, and not the share of the way above zero",
    "the slopes at the two ends are averaged",
)
def _():
    def mean_slope(start, end):
        slope_start = (start > 0).astype(float)
        slope_end = (end > 0).astype(float)
        return (slope_start + slope_end) / 2

    return mean_slope


@wrong(
    "integrated_gradients",
    "the points are spread from 0 to 1 with both ends, not in the middle of each part",
    "the points run from one end of the path to the other, ends included",
)
def _():
    def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
        total = np.zeros_like(X, dtype=float)
        for alpha in np.linspace(0, 1, steps):
            point = baseline + alpha * (X - baseline)
            total += saliency(point, targets, W1, b1, W2, b2)
        return (X - baseline) * total / steps

    return integrated_gradients


@wrong(
    "ablate",
    "copies H once before the loop: the caller's H is safe, but the units still go one after the other for good",
    "a unit that was silenced stays silent while the next ones are tried",
)
def _():
    def ablate(H, labels, W2, b2, to_mean):
        H = H.copy()
        loss, accuracy = loss_and_accuracy(H, labels, W2, b2)
        level = H.mean(axis=0) if to_mean else np.zeros(H.shape[1])
        rises, drops = [], []
        for unit in range(H.shape[1]):
            H[:, unit] = level[unit]
            new_loss, new_accuracy = loss_and_accuracy(H, labels, W2, b2)
            rises.append(new_loss - loss)
            drops.append(accuracy - new_accuracy)
        return np.array(rises), np.array(drops)

    return ablate


@wrong(
    "linear_probe",
    "the bias is fitted as a weight of a column of ones, and so it is penalised with the others",
    "the bias is penalised too",
)
def _():
    def linear_probe(H, Y, lam):
        N = H.shape[0]
        A = np.hstack([H, np.ones((N, 1))])
        V = np.linalg.solve(A.T @ A + N * lam * np.eye(A.shape[1]), A.T @ Y)
        return V[:-1], V[-1]

    return linear_probe
