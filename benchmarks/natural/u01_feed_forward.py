"""Unit 01, feed forward: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "neuron",
    "the bias stands inside the loop, so it is added once for each input instead of once",
    "the bias is added once for each input",
)
def _():
    def neuron(x, w, b, g):
        z = 0
        for i in range(len(x)):
            z += w[i] * x[i] + b
        return g(z)

    return neuron


@wrong(
    "relu",
    "sets the negative entries to 0 in the caller's array instead of a new one",
)
def _():
    def relu(z):
        z[z < 0] = 0
        return z

    return relu


@wrong(
    "sigmoid",
    "clips z to ±500 to avoid the overflow: σ(-715) becomes σ(-500), the tiny values have lost their digits",
    "z is clipped at ±500",
)
def _():
    def sigmoid(z):
        # avoid overflow in exp
        z = np.clip(z, -500, 500)
        return 1.0 / (1.0 + np.exp(-z))

    return sigmoid


@wrong(
    "dense_forward",
    "H = Z is only a second name: the zeros are written into Z as well, and Z is returned after ReLU",
    "Z has gone through the activation already",
)
def _():
    def dense_forward(X, W, b):
        Z = np.dot(X, W) + b
        H = Z
        H[H < 0] = 0
        return Z, H

    return dense_forward


@wrong(
    "feedforward",
    "off by one: leaves out ReLU after the last hidden layer, too (i < len - 2 in place of len - 1)",
    "the layer before the last has no activation",
)
def _():
    def feedforward(X, layers):
        out = X
        for i in range(len(layers)):
            W, b = layers[i]
            out = out @ W + b
            if i < len(layers) - 2:
                out = np.maximum(out, 0)
        return out

    return feedforward


@wrong(
    "count_parameters",
    "counts one bias for each layer instead of one for each node",
    "each layer is given a single bias",
)
def _():
    def count_parameters(sizes):
        total = 0
        for i in range(len(sizes) - 1):
            total += sizes[i] * sizes[i + 1] + 1
        return total

    return count_parameters


@wrong(
    "collapse_layers",
    "the bias of the second layer is forgotten: b = b1 W2 only",
    "b2 is lost on the way",
)
def _():
    def collapse_layers(W1, b1, W2, b2):
        W = W1 @ W2
        b = b1 @ W2
        return W, b

    return collapse_layers


@wrong(
    "xor_weights",
    "the second node turns the slope to 0 and not to -1 (weight -1 in place of -2): it computes OR",
    "the network computes OR, also 1 where both inputs are 1",
)
def _():
    def xor_weights():
        W1 = np.array([[1.0, 1.0],
                       [1.0, 1.0]])
        b1 = np.array([0.0, -1.0])
        W2 = np.array([[1.0], [-1.0]])
        b2 = np.array([0.0])
        return W1, b1, W2, b2

    return xor_weights
