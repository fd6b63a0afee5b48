"""Right, in float32 but where a product may be too small for it, and returned as lists."""


def dropout_mask(shape, keep_prob, rng):
    return (rng.random(shape, dtype=np.float32) < keep_prob).astype(np.float32).tolist()


def dropout_forward(H, mask):
    return np.multiply(H, mask, dtype=np.float32)


def dropout_backward(upstream, mask):
    return [list(row) for row in upstream * mask]


def expected_forward(X, W1, b1, W2, b2, keep_prob):
    X, W1, b1, W2, b2 = (array.astype(np.float32) for array in (X, W1, b1, W2, b2))
    return np.maximum(X @ W1 + b1, 0) @ (np.float32(keep_prob) * W2) + b2


def inverted_dropout(H, keep_prob, rng):
    mask = rng.random(H.shape, dtype=np.float32) < keep_prob
    return (np.float32(H) * mask / np.float32(keep_prob)).tolist()


def dropout_layer(upstream, X, W, b, keep_prob, rng):
    upstream, X, W, b = (np.asarray(array, dtype=np.float32) for array in (upstream, X, W, b))
    Z = X @ W + b
    mask = np.float32(rng.random(Z.shape, dtype=np.float32) < keep_prob) / np.float32(keep_prob)
    dZ = upstream * mask * (Z > 0)
    return [np.maximum(Z, 0) * mask, dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)]
