"""Right, with loops and plain numbers."""

import math


def neuron(x, w, b, g):
    total = b
    for j in range(len(x)):
        total = total + w[j] * x[j]
    return g(total)


def relu(z):
    H = np.zeros(z.shape)
    for index in np.ndindex(z.shape):
        if z[index] > 0:
            H[index] = z[index]
    return H


def sigmoid(z):
    s = np.zeros(z.shape)
    for index in np.ndindex(z.shape):
        if z[index] > 0:
            s[index] = 1 / (1 + math.exp(-z[index]))
        else:
            e = math.exp(z[index])
            s[index] = e / (e + 1)
    return s


def dense_forward(X, W, b):
    Z, H = np.zeros((X.shape[0], W.shape[1])), np.zeros((X.shape[0], W.shape[1]))
    for n in range(X.shape[0]):
        for i in range(W.shape[1]):
            total = float(b[i])
            for j in range(W.shape[0]):
                total = total + X[n, j] * W[j, i]
            Z[n, i] = total
            H[n, i] = max(0.0, total)
    return Z, H


def feedforward(X, layers):
    for k in range(len(layers)):
        W, b = layers[k]
        Z = np.zeros((len(X), len(b)))
        for n in range(len(X)):
            for i in range(len(b)):
                Z[n, i] = sum(X[n, j] * W[j, i] for j in range(len(W))) + b[i]
        X = relu(Z)
    return Z


def count_parameters(sizes):
    count = 0
    for k in range(len(sizes) - 1):
        for i in range(sizes[k + 1]):
            count = count + sizes[k] + 1
    return count


def collapse_layers(W1, b1, W2, b2):
    W, b = np.zeros((W1.shape[0], W2.shape[1])), np.zeros(W2.shape[1])
    for i in range(W2.shape[1]):
        b[i] = b2[i]
        for h in range(W2.shape[0]):
            b[i] += b1[h] * W2[h, i]
            for j in range(W1.shape[0]):
                W[j, i] += W1[j, h] * W2[h, i]
    return W, b


def xor_weights():
    return [[1, -1], [-1, 1]], [0, 0], [[1], [1]], [0]
