"""Right, and changes arrays in place: copies of what was given, never the inputs."""


def dropout_mask(shape, keep_prob, rng):
    mask = np.ones(shape, dtype=int)
    mask[rng.random(shape) >= keep_prob] = 0
    return mask


def dropout_forward(H, mask):
    H = H.copy()
    H *= mask
    return H


def dropout_backward(upstream, mask):
    dH = np.array(upstream)
    dH[mask == 0] = 0
    alive = mask != 0
    dH[alive] *= mask[alive]
    return dH


def expected_forward(X, W1, b1, W2, b2, keep_prob):
    H = X @ W1
    H += b1
    H[H < 0] = 0
    W2 = W2.copy()
    W2 *= keep_prob
    return H @ W2 + b2


def inverted_dropout(H, keep_prob, rng):
    out = H.copy()
    out[rng.random(H.shape) > keep_prob] = 0
    out /= keep_prob
    return out


def dropout_layer(upstream, X, W, b, keep_prob, rng):
    H = X @ W + b
    H[H < 0] = 0
    factors = np.zeros(H.shape)
    factors[rng.random(H.shape) < keep_prob] = 1 / keep_prob
    H *= factors
    dZ = upstream.copy()
    dZ *= factors
    dZ[H == 0] = 0
    return H, dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)
