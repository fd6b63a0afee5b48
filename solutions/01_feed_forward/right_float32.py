"""Right, and in float32 wherever its range is enough."""


def single(*arrays):
    return [np.asarray(array, dtype=np.float32) for array in arrays]


def neuron(x, w, b, g):
    x, w, b = single(x, w, b)
    return np.float32(g(w @ x + b))


def relu(z):
    (z,) = single(z)
    return z * (z > 0)


def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    return np.exp(-np.logaddexp(0, -z))


def dense_forward(X, W, b):
    X, W, b = single(X, W, b)
    Z = X @ W + b
    return Z, np.maximum(Z, 0)


def feedforward(X, layers):
    (H,) = single(X)
    for W, b in layers[:-1]:
        W, b = single(W, b)
        H = np.maximum(H @ W + b, 0)
    W, b = single(*layers[-1])
    return H @ W + b


def count_parameters(sizes):
    sizes = np.array(sizes)
    return np.float32((sizes[:-1] * sizes[1:] + sizes[1:]).sum())


def collapse_layers(W1, b1, W2, b2):
    W1, b1, W2, b2 = single(W1, b1, W2, b2)
    return W1 @ W2, b1 @ W2 + b2


def xor_weights():
    return single([[1.0, -1.0], [1.0, -1.0]], [-1.0, 1.0], [[-1.0], [-1.0]], [1.0])
