"""Right, with numpy's choice, tuples of arrays, and one answer built on another."""


def dropout_mask(shape, keep_prob, rng):
    return rng.choice([True, False], size=shape, p=[keep_prob, 1 - keep_prob])


def dropout_forward(H, mask):
    return [tuple(h * m for h, m in zip(*pair)) for pair in zip(H.tolist(), np.asarray(mask, float).tolist())]


def dropout_backward(upstream, mask):
    return np.asarray([g * m for g, m in zip(upstream, mask)])


def expected_forward(X, W1, b1, W2, b2, keep_prob):
    H = np.clip(np.dot(X, W1) + b1, 0, None)
    return keep_prob * np.dot(H, W2) + b2


def inverted_dropout(H, keep_prob, rng):
    return H * rng.choice([0, 1 / keep_prob], size=H.shape, p=[1 - keep_prob, keep_prob])


def dropout_layer(upstream, X, W, b, keep_prob, rng):
    H = np.maximum(X @ W + b, 0)
    mask = rng.choice([0, 1 / keep_prob], size=H.shape, p=[1 - keep_prob, keep_prob])
    dZ = np.where(H > 0, mask * upstream, 0.0)
    return (H * mask, dZ.dot(W.T), X.T.dot(dZ), np.ones(len(X)).dot(dZ))
