"""The right answers of unit 10, as its notebook shows them."""

import numpy as np

from course.units.u10_explainable_ai.given import loss_and_accuracy


def hidden_activations(X, W1, b1):
    """Activations H of the hidden units, H = max(0, X @ W1 + b1).

    X is (N, in), W1 is (in, hidden), b1 is (hidden,); H is (N, hidden).
    """
    return np.maximum(X @ W1 + b1, 0)


def saliency(X, targets, W1, b1, W2, b2):
    """Gradient of the logit of class targets[n] with respect to the input, for each example n.

    X is (N, in), targets is (N,) with integers in 0..C-1, W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,).
    The gradient is (N, in).
    """
    Z = X @ W1 + b1
    return (W2[:, targets].T * (Z > 0)) @ W1.T


def mean_slope(start, end):
    """Mean slope of ReLU on the straight way from start to end, entry by entry: the share of it that lies above zero.

    start and end are arrays of one shape. Where they are equal, it is the slope of ReLU there: 1 above zero and 0 below.
    """
    run = end - start
    rise = np.maximum(end, 0) - np.maximum(start, 0)
    return np.where(run == 0, start > 0, rise / np.where(run == 0, 1, run))


def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
    """Share of each input in the logit of class targets[n], by the midpoint rule with `steps` points.

    The path runs from baseline (in,) to each row of X (N, in); the shares are (N, in). The rest is as in saliency.
    """
    total = np.zeros_like(X)
    for alpha in (np.arange(steps) + 0.5) / steps:
        total = total + saliency(baseline + alpha * (X - baseline), targets, W1, b1, W2, b2)
    return (X - baseline) * total / steps


def ablate(H, labels, W2, b2, to_mean):
    """Cost of each hidden unit: loss_rise and accuracy_drop, both (hidden,), when it alone is set to a fixed level.

    H is (N, hidden), labels is (N,), W2 is (hidden, C), b2 is (C,). The level is the unit's mean over the examples where to_mean
    is True, and zero otherwise. H is left as it was.
    """
    level = H.mean(axis=0) if to_mean else np.zeros(H.shape[1])
    loss, accuracy = loss_and_accuracy(H, labels, W2, b2)
    loss_rise, accuracy_drop = np.zeros(H.shape[1]), np.zeros(H.shape[1])
    for unit in range(H.shape[1]):
        without = H.copy()
        without[:, unit] = level[unit]
        ablated_loss, ablated_accuracy = loss_and_accuracy(without, labels, W2, b2)
        loss_rise[unit], accuracy_drop[unit] = ablated_loss - loss, accuracy - ablated_accuracy
    return loss_rise, accuracy_drop


def linear_probe(H, Y, lam):
    """Weights W and biases b of the linear function of H that comes nearest to Y: mean square plus lam * (W**2).sum().

    H is (N, units), Y is (N, classes); W is (units, classes), b is (classes,). The bias is not penalised.
    """
    h_mean, y_mean = H.mean(axis=0), Y.mean(axis=0)
    centred = H - h_mean
    W = np.linalg.solve(centred.T @ centred + len(H) * lam * np.eye(H.shape[1]), centred.T @ (Y - y_mean))
    return W, y_mean - h_mean @ W
