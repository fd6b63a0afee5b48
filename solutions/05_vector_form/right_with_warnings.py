"""Right, with warnings on standard error, prints, magics, and helpers in cells of its own."""

import warnings

%matplotlib inline

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_backward(upstream, Z):
    warnings.warn("the exponential may overflow")
    s = sigmoid(Z)
    print("shape of s:", s.shape)
    return upstream * s * (1 - s)
