"""Right, with lists in place of arrays, and returned as lists."""

import math


def columns(M):
    return [list(column) for column in zip(*M)]


def entrywise(f, z):
    return [entrywise(f, row) if np.ndim(row) else f(row) for row in z]


def neuron(x, w, b, g):
    return [g(sum(a * c for a, c in zip(list(x), list(w))) + b)][0]


def relu(z):
    return entrywise(lambda number: number if number > 0 else 0.0, z)


def sigmoid(z):
    return entrywise(lambda number: 1 / (1 + math.exp(-number)) if number > -700 else math.exp(number), z)


def dense_forward(X, W, b):
    Z = [[sum(x * w for x, w in zip(row, column)) + b_i for column, b_i in zip(columns(W), b)] for row in X]
    return [Z, [[max(z, 0) for z in row] for row in Z]]


def feedforward(X, layers):
    rows = [list(row) for row in X]
    for W, b in layers:
        Z, rows = dense_forward(np.array(rows), np.array(W), np.array(b))
    return [list(row) for row in Z]


def count_parameters(sizes):
    return sum([m * n for m, n in zip(sizes, sizes[1:])] + list(sizes[1:]))


def collapse_layers(W1, b1, W2, b2):
    W = [[sum(v * w for v, w in zip(row, column)) for column in columns(W2)] for row in W1]
    b = [sum(v * w for v, w in zip(b1, column)) + last for column, last in zip(columns(W2), b2)]
    return [W, b]


def xor_weights():
    W1 = [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]
    b1 = [0.5, -0.5, 1.0]
    return [W1, b1, [[2.0], [-2.6], [-1.0]], [0.0]]
