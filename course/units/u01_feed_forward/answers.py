"""The right answers of unit 01, as its notebook shows them."""

import numpy as np


def neuron(x, w, b, g):
    """Value u of one neuron, u = g(Σ w x + b).

    x and w are (d,), b is a number, g is a function of one number. Returns one number.
    """
    z = np.sum(w * x) + b
    return g(z)


def relu(z):
    """max(0, z), entry by entry.

    z is an array of any shape; the result has the same shape.
    """
    return np.maximum(z, 0)


def sigmoid(z):
    """σ(z) = 1 / (1 + exp(-z)), entry by entry, for every z without overflow.

    z is an array of any shape; the result has the same shape.
    """
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)


def dense_forward(X, W, b):
    """Sums Z and values H of a layer of ReLU nodes, for a batch.

    X is (N, in), W is (in, out), b is (out,). Returns Z = X W + b and H = ReLU(Z), both (N, out).
    """
    Z = X @ W + b
    H = relu(Z)
    return Z, H


def feedforward(X, layers):
    """Outputs of a network with ReLU after every layer but the last.

    X is (N, in); layers is a list of pairs (W, b), W (in, out) and b (out,), the first layer first.
    Returns Z of the last layer, (N, out of the last layer).
    """
    H = X
    for W, b in layers:
        Z, H = dense_forward(H, W, b)
    return Z


def count_parameters(sizes):
    """How many weights and biases a network has.

    sizes is a tuple: the number of inputs, then the number of nodes in each layer. Returns one number.
    """
    total = 0
    for k in range(1, len(sizes)):
        total += sizes[k - 1] * sizes[k] + sizes[k]  # a W and a b
    return total


def collapse_layers(W1, b1, W2, b2):
    """The one layer that computes the same as two layers without activation.

    W1 is (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,).
    Returns W, (in, out), and b, (out,), with X W + b = (X W1 + b1) W2 + b2 for every X.
    """
    return W1 @ W2, b1 @ W2 + b2


def xor_weights():
    """W1, b1, W2, b2 of a network with ReLU that computes XOR: Z > 0.5 for class 1.

    W1 is (2, h), b1 (h,), W2 (h, 1), b2 (1,), with h of at least 2.
    """
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])  # both hidden nodes add up the inputs
    b1 = np.array([0.0, -1.0])  # the second wakes up where both inputs are 1
    W2 = np.array([[1.0], [-2.0]])  # up with slope 1, then down with slope 1 - 2
    b2 = np.array([0.0])
    return W1, b1, W2, b2
