"""Right, with other formulas and other draws: binomial, where, einsum; the hidden nodes scaled in place of the weights."""


def dropout_mask(shape, keep_prob, rng):
    return rng.binomial(1, keep_prob, size=shape)


def dropout_forward(H, mask):
    return np.where(mask != 0, H, 0) * mask


def dropout_backward(upstream, mask):
    return np.einsum("ni,ni->ni", mask, upstream)


def expected_forward(X, W1, b1, W2, b2, keep_prob):
    H = (np.abs(Z := X @ W1 + b1) + Z) / 2
    return np.einsum("nj,jc->nc", keep_prob * H, W2) + b2


def inverted_dropout(H, keep_prob, rng):
    dropped = rng.uniform(size=H.shape) >= keep_prob
    return np.where(dropped, 0, H * (1 / keep_prob))


def dropout_layer(upstream, X, W, b, keep_prob, rng):
    factor = rng.binomial(1, keep_prob, size=(len(X), len(b))) / keep_prob
    H = np.maximum(factor * (X @ W + b), 0)
    dZ = upstream * factor * (H > 0)
    return H, np.einsum("ni,ji->nj", dZ, W), np.einsum("nj,ni->ji", X, dZ), np.einsum("ni->i", dZ)
