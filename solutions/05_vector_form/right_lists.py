"""Right, with lists in place of arrays, and returned as lists."""

import math


def columns(M):
    return [list(column) for column in zip(*M)]


def linear_forward(X, W, b):
    return [[sum(x * w for x, w in zip(row, column)) + b_j for column, b_j in zip(columns(W), b)] for row in X]


def linear_backward(upstream, X, W):
    dX = [[sum(u * w for u, w in zip(row, weights)) for weights in W] for row in upstream]
    dW = [[sum(x * u for x, u in zip(x_k, u_j)) for u_j in columns(upstream)] for x_k in columns(X)]
    return [dX, dW, [sum(column) for column in columns(upstream)]]


def relu_backward(upstream, Z):
    return [[u if z > 0 else 0.0 for u, z in zip(*rows)] for rows in zip(upstream, Z)]


def sigmoid_backward(upstream, Z):
    def slope(z):
        s = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
        return s * (1 - s)

    return [[u * slope(z) for u, z in zip(*rows)] for rows in zip(upstream, Z)]


def softmax_cross_entropy(logits, labels):
    losses, gradient = [], []
    for row, label in zip(logits, labels):
        exps = [math.exp(z - max(row)) for z in row]
        losses.append(math.log(sum(exps)) + max(row) - row[label])
        gradient.append([(e / sum(exps) - (c == label)) / len(labels) for c, e in enumerate(exps)])
    return sum(losses) / len(losses), gradient


def unbroadcast(gradient, shape):
    new = gradient.ndim - len(shape)
    axes = tuple(range(new)) + tuple(new + i for i, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=axes, keepdims=True).reshape(shape).tolist()


def mlp_gradients(X, labels, W1, b1, W2, b2):
    Z1 = linear_forward(X, W1, b1)
    A1 = [[max(0.0, z) for z in row] for row in Z1]
    loss, dZ2 = softmax_cross_entropy(np.array(linear_forward(A1, W2, b2)), labels)
    dA1, dW2, db2 = linear_backward(dZ2, A1, W2)
    _, dW1, db1 = linear_backward(relu_backward(dA1, Z1), X, W1)
    return [loss, dW1, db1, dW2, db2]
