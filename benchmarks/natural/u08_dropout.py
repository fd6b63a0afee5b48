"""Unit 08, dropout: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "inverted_dropout",
    "keeps where the random number is above P, so with probability 1 - P; and changes the caller's H",
)
def _():
    def inverted_dropout(H, keep_prob, rng):
        mask = rng.random(H.shape) > keep_prob
        H *= mask
        H /= keep_prob
        return H

    return inverted_dropout


@wrong(
    "dropout_mask",
    "draws from the global np.random and not from rng: the same seed does not give the same mask",
    "the random numbers do not come from the `rng` that is given",
)
def _():
    def dropout_mask(shape, keep_prob, rng):
        return np.random.binomial(1, keep_prob, size=shape)

    return dropout_mask


@wrong(
    "dropout_forward",
    "takes the mask as yes or no only: other numbers in it, as 1/P, are not multiplied",
    "the factor in the mask is lost",
)
def _():
    def dropout_forward(H, mask):
        out = H.copy()
        out[mask == 0] = 0
        return out

    return dropout_forward


@wrong(
    "dropout_backward",
    "the gradient is let through unscaled wherever the mask is not 0: an entry 1/P counts as 1",
    "the factor in the mask is lost on the way back",
)
def _():
    def dropout_backward(upstream, mask):
        active = mask > 0
        return upstream * active

    return dropout_backward


@wrong(
    "expected_forward",
    "scales the whole output, so the bias b2 is multiplied by P, too",
    "the bias is scaled, too",
)
def _():
    def expected_forward(X, W1, b1, W2, b2, keep_prob):
        H = np.maximum(X @ W1 + b1, 0)
        Z2 = H @ W2 + b2
        return keep_prob * Z2

    return expected_forward


@wrong(
    "inverted_dropout",
    "divides by 1 - P, the probability of dropping, and not by P",
    "the nodes kept are divided by 1 - P",
)
def _():
    def inverted_dropout(H, keep_prob, rng):
        mask = (rng.random(H.shape) < keep_prob) / (1.0 - keep_prob)
        return H * mask

    return inverted_dropout


@wrong(
    "dropout_layer",
    "the mask is now the same both ways, but the division by P is missing on the way back",
    "the factor 1/P is lost on the way back",
)
def _():
    def dropout_layer(upstream, X, W, b, keep_prob, rng):
        Z = X @ W + b
        kept = rng.random(Z.shape) < keep_prob
        H = np.maximum(Z, 0) * kept / keep_prob

        dZ = upstream * kept * (Z > 0)
        dX = dZ @ W.T
        dW = X.T @ dZ
        db = dZ.sum(axis=0)
        return H, dX, dW, db

    return dropout_layer
