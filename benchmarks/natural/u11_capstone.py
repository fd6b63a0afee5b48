"""Unit 11, capstone: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import hidden_and_error, in_notebook, wrong
from course.units.u11_capstone.given import unpack

unpack = in_notebook(unpack)


@wrong(
    "confusion_matrix",
    "rows and columns are swapped; and += with index arrays counts each pair only once",
)
def _():
    def confusion_matrix(labels, predictions, classes):
        table = np.zeros((classes, classes), dtype=int)
        table[predictions, labels] += 1
        return table

    return confusion_matrix


@wrong(
    "network_gradients",
    "the penalty's gradient lacks its factor 2; and ReLU's mask is missing on the way back",
    "the factor 2 is missing from the penalty's gradient, and the slope of ReLU is left out on the way back",
)
def _():
    def network_gradients(theta, sizes, X, labels, lam):
        layers = unpack(theta, sizes)
        N = len(labels)
        hs = [X]
        for i, (W, b) in enumerate(layers):
            z = hs[-1] @ W + b
            hs.append(np.maximum(z, 0) if i < len(layers) - 1 else z)
        s = hs.pop()
        s = s - s.max(axis=1, keepdims=True)
        log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        loss = -log_p[np.arange(N), labels].mean() + lam * sum(np.sum(W ** 2) for W, _ in layers)
        delta = np.exp(log_p)
        delta[np.arange(N), labels] -= 1
        delta /= N
        result = []
        for (W, b), h in zip(reversed(layers), reversed(hs)):
            dW = h.T @ delta + lam * W
            db = delta.sum(axis=0)
            result = [dW.ravel(), db] + result
            delta = delta @ W.T
        return loss, np.concatenate(result)

    return network_gradients


@wrong(
    "paired_interval",
    "divides by n in the variance and not by n - 1; and gives two standard deviations of the differences, not divided by √n",
    "the spread of the runs stands where the uncertainty of their mean belongs, and the variance is divided by n, and not by n - 1",
)
def _():
    def paired_interval(a, b):
        d = np.asarray(a) - np.asarray(b)
        return d.mean(), 2 * d.std()

    return paired_interval


@wrong(
    "network_gradients",
    "the pieces were collected W, b from the last layer to the first and the list then reversed: in each layer b comes before W",
    "each layer's bias comes before its weights",
)
def _():
    def network_gradients(theta, sizes, X, labels, lam):
        layers = unpack(theta, sizes)
        acts = [X]
        for W, b in layers[:-1]:
            acts.append(np.maximum(acts[-1] @ W + b, 0))
        W, b = layers[-1]
        logits = acts[-1] @ W + b
        logits = logits - logits.max(axis=1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        p = np.exp(log_p)
        N = len(labels)
        loss = -log_p[np.arange(N), labels].mean()
        for W, b in layers:
            loss += lam * np.sum(W * W)

        d = p.copy()
        d[np.arange(N), labels] -= 1
        d /= N
        grads = []
        for k in range(len(layers) - 1, -1, -1):
            W, b = layers[k]
            grads.append((acts[k].T @ d + 2 * lam * W).ravel())
            grads.append(d.sum(axis=0))
            if k > 0:
                d = (d @ W.T) * (acts[k] > 0)
        grads.reverse()
        return loss, np.concatenate(grads)

    return network_gradients


@wrong(
    "gradient_check",
    "one relative error of the norms, ‖g - d‖ / (‖g‖ + ‖d‖), and not the worst over the entries",
    "the lengths of whole vectors are compared, over the sum of both",
)
def _():
    def gradient_check(f, theta, gradient):
        h = 1e-5
        approx = np.zeros(len(theta))
        for i in range(len(theta)):
            e = np.zeros(len(theta))
            e[i] = h
            approx[i] = (f(theta + e) - f(theta - e)) / (2 * h)
        numerator = np.linalg.norm(gradient - approx)
        denominator = np.linalg.norm(gradient) + np.linalg.norm(approx)
        return numerator / max(denominator, 1e-6)

    return gradient_check


@wrong(
    "paired_interval",
    "does not pair: adds the variances of a and b as if the runs had nothing in common",
    "the runs are not paired",
)
def _():
    def paired_interval(a, b):
        n = len(a)
        gain = np.mean(a) - np.mean(b)
        se = np.sqrt(np.var(a, ddof=1) / n + np.var(b, ddof=1) / n)
        return gain, 2 * se

    return paired_interval


@wrong(
    "confusion_matrix",
    "rows and columns are swapped: rows are what the network says",
    "rows and columns are exchanged",
)
def _():
    def confusion_matrix(labels, predictions, classes):
        cm = np.zeros((classes, classes), dtype=int)
        for true, pred in zip(labels, predictions):
            cm[pred, true] += 1
        return cm

    return confusion_matrix
