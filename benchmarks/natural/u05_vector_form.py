"""Unit 05, vector form: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "linear_backward",
    "dW has the factors the wrong way round (its transpose); and db is the mean over the batch, not the sum",
    "X and the upstream have changed places in dW",
)
def _():
    def linear_backward(upstream, X, W):
        dX = upstream @ W.T
        dW = upstream.T @ X
        db = upstream.mean(axis=0)
        return dX, dW, db

    return linear_backward


@wrong(
    "softmax_cross_entropy",
    "the gradient is not divided by N; and nothing is subtracted before the exponential",
    "the exponentials overflow, or are all rounded to zero",
    "the loss is a mean, and its gradient is not divided by N",
)
def _():
    def softmax_cross_entropy(logits, labels):
        N, C = logits.shape
        e = np.exp(logits)
        p = e / e.sum(axis=1, keepdims=True)
        y = np.eye(C)[labels]
        loss = -np.sum(y * np.log(p)) / N
        grad = p - y
        return loss, grad

    return softmax_cross_entropy


@wrong(
    "mlp_gradients",
    "ReLU's mask is missing on the way back; and the weights' gradients are divided by N a second time",
    "the gradient passes ReLU as if it were not there",
)
def _():
    def mlp_gradients(X, labels, W1, b1, W2, b2):
        m = X.shape[0]
        A1 = np.maximum(0, X.dot(W1) + b1)
        Z2 = A1.dot(W2) + b2
        e = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
        A2 = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(A2[range(m), labels]).sum() / m

        dZ2 = A2.copy()
        dZ2[range(m), labels] -= 1
        dZ2 /= m
        dW2 = A1.T.dot(dZ2) / m
        db2 = dZ2.sum(axis=0)
        dZ1 = dZ2.dot(W2.T)
        dW1 = X.T.dot(dZ1) / m
        db1 = dZ1.sum(axis=0)
        return loss, dW1, db1, dW2, db2

    return mlp_gradients


@wrong(
    "linear_forward",
    "the bias is added as a column (one for each example) and not as a row (one for each output)",
)
def _():
    def linear_forward(X, W, b):
        Z = np.dot(X, W) + b.reshape(-1, 1)
        return Z

    return linear_forward


@wrong(
    "linear_backward",
    "divides dW and db by the batch size although the mean is already in the upstream",
    "dW and db are averaged over the batch a second time",
)
def _():
    def linear_backward(upstream, X, W):
        m = X.shape[0]
        dW = (1 / m) * np.dot(X.T, upstream)
        db = (1 / m) * np.sum(upstream, axis=0)
        dX = np.dot(upstream, W.T)
        return dX, dW, db

    return linear_backward


@wrong(
    "relu_backward",
    "lets through where the upstream is positive, not where Z is",
    "ReLU is applied to the upstream",
)
def _():
    def relu_backward(upstream, Z):
        dZ = upstream.copy()
        dZ[upstream <= 0] = 0
        return dZ

    return relu_backward


@wrong(
    "sigmoid_backward",
    "e^(-z) / (1 + e^(-z))² as it stands: infinity over infinity, nan, for very negative z",
    "exp(-Z) overflows where Z is very negative",
)
def _():
    def sigmoid_backward(upstream, Z):
        e = np.exp(-Z)
        return upstream * e / (1 + e) ** 2

    return sigmoid_backward


@wrong(
    "softmax_cross_entropy",
    "grad = probs makes no copy: the 1 is subtracted in probs before the loss is read from it",
)
def _():
    def softmax_cross_entropy(logits, labels):
        n = logits.shape[0]
        exps = np.exp(logits - logits.max(axis=1, keepdims=True))
        probs = exps / exps.sum(axis=1, keepdims=True)
        grad = probs
        grad[np.arange(n), labels] -= 1
        loss = -np.mean(np.log(probs[np.arange(n), labels]))
        return loss, grad / n

    return softmax_cross_entropy


@wrong(
    "unbroadcast",
    "sums the stretched axes without keepdims: the axis is gone, and later axes have moved",
    "the axes of length 1 are summed, and lost",
)
def _():
    def unbroadcast(gradient, shape):
        extra = gradient.ndim - len(shape)
        for _ in range(extra):
            gradient = gradient.sum(axis=0)
        for axis, length in enumerate(shape):
            if length == 1:
                gradient = gradient.sum(axis=axis)
        return gradient

    return unbroadcast


@wrong(
    "mlp_gradients",
    "db1 is summed from the gradient of H, before ReLU's mask",
    "the bias of the hidden layer gets the gradient from behind ReLU",
)
def _():
    def mlp_gradients(X, labels, W1, b1, W2, b2):
        N = len(X)
        Z1 = X @ W1 + b1
        H = np.maximum(0, Z1)
        scores = H @ W2 + b2
        scores = scores - scores.max(axis=1, keepdims=True)
        log_probs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        loss = -log_probs[np.arange(N), labels].mean()

        dscores = np.exp(log_probs)
        dscores[np.arange(N), labels] -= 1
        dscores /= N
        dW2 = H.T @ dscores
        db2 = dscores.sum(axis=0)
        dH = dscores @ W2.T
        db1 = dH.sum(axis=0)
        dH[Z1 <= 0] = 0
        dW1 = X.T @ dH
        return loss, dW1, db1, dW2, db2

    return mlp_gradients
