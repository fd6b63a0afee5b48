"""The right answers of unit 11, as its notebook shows them."""

import numpy as np

from course.units.u11_capstone.given import loss_and_gradients, unpack


def network_gradients(theta, sizes, X, labels, lam):
    """Loss and gradient of a ReLU network: mean cross-entropy, plus lam times the sum of all squared weights.

    theta is (P,), W1, b1, W2, b2, ... in a row; sizes is a tuple (in, ..., C); X is (N, in), labels (N,).
    Returns the loss, one number, and ∂ℓ/∂θ, (P,).
    """
    layers = unpack(theta, sizes)
    H = [X]
    for W, b in layers[:-1]:
        H.append(np.maximum(H[-1] @ W + b, 0))
    logits = H[-1] @ layers[-1][0] + layers[-1][1]

    rows = np.arange(len(X))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[rows, labels].mean() + lam * sum((W**2).sum() for W, _ in layers)

    dZ = np.exp(log_p)
    dZ[rows, labels] -= 1
    dZ /= len(X)
    pieces = []
    for (W, _), h in zip(reversed(layers), reversed(H), strict=True):
        pieces = [(h.T @ dZ + 2 * lam * W).ravel(), dZ.sum(axis=0), *pieces]
        dZ = (dZ @ W.T) * (h > 0)  # for h = X nobody uses it
    return loss, np.concatenate(pieces)


def gradient_check(f, theta, gradient):
    """The worst relative error of a gradient of f at theta: the largest |g - d| / max(|g|, |d|, 1e-6), one number.

    f takes theta, (P,), and returns a number; gradient is (P,); d is the central difference with a step of 1e-5.
    """
    h = 1e-5
    d = np.zeros(len(theta))
    for i in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[i] = h
        d[i] = (f(theta + nudge) - f(theta - nudge)) / (2 * h)
    return np.max(np.abs(gradient - d) / np.maximum(np.maximum(np.abs(gradient), np.abs(d)), 1e-6))


def build_and_train(X, labels, X_val, labels_val, rng):
    """Weights W1 (64, hidden), b1 (hidden,), W2 (hidden, 10), b2 (10,) of a trained network: linear, ReLU, linear.

    X is (n, 64) with labels (n,) to learn from, X_val and labels_val are there to choose by; 30 % of the labels are drawn at random.
    """
    X, labels = np.concatenate([X, 1 - X]), np.concatenate([labels, labels])  # a negative has the same label
    hidden, steps, batch_size, learning_rate = 64, 600, 40, 0.05
    best, lowest = None, np.inf
    for lam in (0.001, 0.003):
        W1, W2 = np.sqrt(2 / 64) * rng.normal(size=(64, hidden)), np.sqrt(2 / hidden) * rng.normal(size=(hidden, 10))
        theta = [W1, np.zeros(hidden), W2, np.zeros(10)]
        velocity = [np.zeros_like(w) for w in theta]
        for step in range(steps):
            batch = rng.integers(len(X), size=batch_size)
            _, *gradients = loss_and_gradients(X[batch], labels[batch], *theta)
            gradients = [g + 2 * lam * w if w.ndim == 2 else g for g, w in zip(gradients, theta, strict=True)]
            velocity = [0.9 * m + g for m, g in zip(velocity, gradients, strict=True)]
            theta = [w - learning_rate * (1 - step / steps) * m for w, m in zip(theta, velocity, strict=True)]
        loss = loss_and_gradients(X_val, labels_val, *theta)[0]
        if loss < lowest:
            best, lowest = theta, loss
    return best


def paired_interval(a, b):
    """The mean gain of a over b, and two standard errors of it: two numbers.

    a and b are (runs,): run i of both had the same data and the same start.
    """
    gains = a - b
    return gains.mean(), 2 * gains.std(ddof=1) / np.sqrt(len(gains))


def confusion_matrix(labels, predictions, classes):
    """Counts (classes, classes): row r, column c says how many examples of class r are taken for class c.

    labels and predictions are (N,), integers in 0..classes-1.
    """
    table = np.zeros((classes, classes), dtype=int)
    np.add.at(table, (labels, predictions), 1)
    return table
