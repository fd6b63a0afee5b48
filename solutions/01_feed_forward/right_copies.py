"""Right, and in place on copies."""


def neuron(x, w, b, g):
    products = np.array(x, dtype=float)
    products *= w
    total = products.sum()
    total += b
    return g(total)


def relu(z):
    H = z.copy()
    H[H < 0] = 0
    return H


def sigmoid(z):
    s = np.array(z, dtype=float)
    negative = s < 0
    np.abs(s, out=s)
    np.negative(s, out=s)
    np.exp(s, out=s)
    below = s + 1
    s[~negative] = 1
    s /= below
    return s


def dense_forward(X, W, b):
    Z = np.zeros((len(X), len(b)), dtype=X.dtype)
    Z += b
    Z += X @ W
    H = Z.copy()
    H[Z <= 0] = 0
    return Z, H


def feedforward(X, layers):
    H = X.copy()
    for k, (W, b) in enumerate(layers):
        Z = H @ W
        Z += b
        H = Z.copy()
        if k < len(layers) - 1:
            np.maximum(H, 0, out=H)
    return H


def count_parameters(sizes):
    total, sizes = 0, list(sizes)
    before = sizes.pop(0)
    while sizes:
        now = sizes.pop(0)
        total += (before + 1) * now
        before = now
    return total


def collapse_layers(W1, b1, W2, b2):
    b = b2.copy()
    b += b1 @ W2
    return W1.dot(W2), b


def xor_weights():
    W1 = np.ones((2, 4))
    W1[:, 2:] = 0
    b1 = np.zeros(4)
    b1[1] -= 1
    W2 = np.zeros((4, 1))
    W2[0] += 3
    W2[1] -= 6
    b2 = np.full(1, -0.5)
    return W1, b1, W2, b2
