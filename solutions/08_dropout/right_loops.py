"""Right, with loops and plain numbers."""


def dropout_mask(shape, keep_prob, rng):
    mask = np.zeros(shape)
    for index in np.ndindex(*shape):
        if rng.random() < keep_prob:
            mask[index] = 1
    return mask


def dropout_forward(H, mask):
    H_dropped = np.zeros(H.shape)
    for n in range(H.shape[0]):
        for i in range(H.shape[1]):
            H_dropped[n, i] = H[n, i] * mask[n, i]
    return H_dropped


def dropout_backward(upstream, mask):
    dH = np.zeros(upstream.shape)
    for n, row in enumerate(mask):
        for i, factor in enumerate(row):
            dH[n, i] = factor * upstream[n, i]
    return dH


def expected_forward(X, W1, b1, W2, b2, keep_prob):
    Z2 = np.zeros((X.shape[0], W2.shape[1]))
    for n in range(X.shape[0]):
        h = [max(0.0, sum(X[n, j] * W1[j, i] for j in range(X.shape[1])) + b1[i]) for i in range(W1.shape[1])]
        for c in range(W2.shape[1]):
            Z2[n, c] = b2[c]
            for i in range(len(h)):
                Z2[n, c] += h[i] * W2[i, c] * keep_prob
    return Z2


def inverted_dropout(H, keep_prob, rng):
    H_dropped = np.zeros(H.shape)
    for n in range(H.shape[0]):
        for i in range(H.shape[1]):
            if rng.uniform() < keep_prob:
                H_dropped[n, i] = H[n, i] / keep_prob
    return H_dropped


def dropout_layer(upstream, X, W, b, keep_prob, rng):
    N, out = X.shape[0], W.shape[1]
    H, dX, dW, db = np.zeros((N, out)), np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
    for n in range(N):
        z = X[n] @ W + b
        for i in range(out):
            alive = rng.random() < keep_prob
            if alive and z[i] > 0:
                H[n, i] = z[i] / keep_prob
                slope = upstream[n, i] / keep_prob
                db[i] += slope
                dW[:, i] += slope * X[n]
                dX[n] += slope * W[:, i]
    return H, dX, dW, db
