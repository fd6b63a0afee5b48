"""Right, with loops and plain numbers."""

import math


def linear_forward(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[1]))
    for n in range(X.shape[0]):
        for j in range(W.shape[1]):
            total = b[j]
            for k in range(W.shape[0]):
                total = total + X[n, k] * W[k, j]
            Z[n, j] = total
    return Z


def linear_backward(upstream, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for n in range(X.shape[0]):
        for j in range(W.shape[1]):
            db[j] += upstream[n, j]
            for k in range(W.shape[0]):
                dX[n, k] += upstream[n, j] * W[k, j]
                dW[k, j] += upstream[n, j] * X[n, k]
    return dX, dW, db


def relu_backward(upstream, Z):
    dZ = np.zeros(Z.shape)
    for index in np.ndindex(Z.shape):
        if Z[index] > 0:
            dZ[index] = upstream[index]
    return dZ


def sigmoid_backward(upstream, Z):
    dZ = np.zeros(Z.shape)
    for index in np.ndindex(Z.shape):
        e = math.exp(-abs(Z[index]))
        dZ[index] = upstream[index] * e / (1 + e) ** 2
    return dZ


def softmax_cross_entropy(logits, labels):
    N, C = logits.shape
    loss, gradient = 0.0, np.zeros((N, C))
    for n in range(N):
        largest = max(logits[n])
        total = sum(math.exp(z - largest) for z in logits[n])
        loss += (math.log(total) + largest - logits[n, labels[n]]) / N
        for c in range(C):
            gradient[n, c] = (math.exp(logits[n, c] - largest) / total - (c == labels[n])) / N
    return loss, gradient


def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


def mlp_gradients(X, labels, W1, b1, W2, b2):
    Z1 = linear_forward(X, W1, b1)
    A1 = np.array([[max(0.0, z) for z in row] for row in Z1])
    loss, dZ2 = softmax_cross_entropy(linear_forward(A1, W2, b2), labels)
    dA1, dW2, db2 = linear_backward(dZ2, A1, W2)
    _, dW1, db1 = linear_backward(relu_backward(dA1, Z1), X, W1)
    return loss, dW1, db1, dW2, db2
