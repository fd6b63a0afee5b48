"""One cell does not compile: a bracket is never closed."""


def sigmoid_backward(upstream, Z):
    s = 1 / (1 + np.exp(-Z)
    return upstream * s * (1 - s)
