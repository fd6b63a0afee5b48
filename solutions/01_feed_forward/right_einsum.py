"""Right, with other formulas, and nothing shared between the answers."""


def neuron(x, w, b, g):
    return g(np.append(x, 1.0) @ np.append(w, b))


def relu(z):
    return (z + np.abs(z)) / 2


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    left = z < 0
    s = np.empty(z.shape)
    s[left] = np.exp(z[left]) / (1 + np.exp(z[left]))
    s[~left] = 1 / (1 + np.exp(-z[~left]))
    return s


def dense_forward(X, W, b):
    Z = np.einsum("nj,ji->ni", X, W) + b[None, :]
    return Z, np.where(Z > 0, Z, 0)


def feedforward(X, layers):
    (W, b), *rest = layers
    Z = np.einsum("nj,ji->ni", X, W) + b
    return feedforward(np.clip(Z, 0, None), rest) if rest else Z


def count_parameters(sizes):
    return int(np.dot(np.array(sizes[:-1]) + 1, np.array(sizes[1:])))


def collapse_layers(W1, b1, W2, b2):
    both = np.vstack([W1, b1]) @ W2
    return both[:-1], both[-1] + b2


def xor_weights():
    k = 40.0
    W1 = np.array([[k, k], [k, k]])
    return W1, np.array([-0.5 * k, -k]), np.array([[2 / k], [-4 / k]]), np.zeros(1)
