"""The right answers of unit 08, as its notebook shows them."""

import numpy as np


def dropout_mask(shape, keep_prob, rng):
    """Mask of a layer: each entry is 1 (active) with probability keep_prob, and 0 (deleted) otherwise.

    shape is a tuple, such as (N, nodes); rng is a NumPy generator. True and False will do for 1 and 0.
    """
    return rng.random(shape) < keep_prob


def dropout_forward(H, mask):
    """The layer that the next one gets to see: every entry of H times its entry of the mask.

    H and mask are (N, nodes); so is the result.
    """
    return H * mask


def dropout_backward(upstream, mask):
    """Gradient dH, where H_dropped = H * mask.

    upstream is ∂ℓ/∂H_dropped; upstream, mask (the one of the way forward) and dH are (N, nodes).
    """
    return upstream * mask


def expected_forward(X, W1, b1, W2, b2, keep_prob):
    """Output Z2 at test time: the whole network with expected weights. Returns (N, out).

    In training the hidden nodes were kept with probability keep_prob, and nothing was scaled.
    X is (N, in), W1 (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,).
    """
    H = np.maximum(X @ W1 + b1, 0)
    return H @ (keep_prob * W2) + b2


def inverted_dropout(H, keep_prob, rng):
    """The layer after inverted dropout, for training: its expectation over masks is H.

    H is (N, nodes), rng a NumPy generator; each entry is kept with probability keep_prob. H is not changed.
    """
    mask = rng.random(H.shape) < keep_prob
    return H * mask / keep_prob


def dropout_layer(upstream, X, W, b, keep_prob, rng):
    """Output H of a hidden layer in training (linear, ReLU, inverted dropout), and the gradients dX, dW, db.

    upstream is ∂ℓ/∂H, shape (N, out); X is (N, in), W (in, out), b (out,). The mask is drawn from rng.
    """
    Z = X @ W + b
    mask = (rng.random(Z.shape) < keep_prob) / keep_prob
    H = np.maximum(Z, 0) * mask

    dZ = upstream * mask * (Z > 0)
    return H, dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)
