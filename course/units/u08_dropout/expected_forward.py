"""`expected_forward`: the whole network at test time, with expected weights."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.forward import linear, relu
from course.units.kit import Rng, network, single, sizes
from course.units.u08_dropout.masks import often, seldom


def expected_forward(X, W1, b1, W2, b2, keep_prob):
    """Output Z2 at test time of a network (linear, ReLU, dropout, linear): the whole network, with expected weights.

    In training the hidden nodes were kept with probability P = keep_prob, and nothing was scaled.
    X is (N, in), W1 (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,); Z2 is (N, out).
    """
    H = np.maximum(X @ W1 + b1, 0)
    return H @ (keep_prob * W2) + b2


def expected_layer(X: Array, W1: Array, b1: Array, W2: Array, b2: Array, keep_prob: float) -> Array:
    """The next layer, of what the hidden nodes send on average."""
    return linear(keep_prob * relu(linear(X, W1, b1)), W2, b2)


def cases(rng: Rng) -> Iterator[Case]:
    def of(keep_prob: float, n: int, *others: int) -> dict[str, Any]:
        inputs = network(rng, n, *others)
        del inputs["labels"]
        return inputs | {"keep_prob": keep_prob}

    several = of(often(rng), 4, 3, 5, 2)
    yield Case("one example", several | {"X": several["X"][:1]}, batch="X")
    yield Case("P above one half", of(often(rng), *sizes(rng, 4, 3, 9)), batch="X")
    yield Case("P below one half", of(seldom(rng), *sizes(rng, 4, 3, 9)), batch="X")
    yield Case("nothing is ever deleted, P = 1", of(1.0, 4, 3, 6, 2), batch="X")
    yield Case("float32 inputs", single(of(often(rng), 5, 4, 6, 3)), batch="X")


EXERCISE = Exercise(
    right=expected_forward,
    criteria=(Criterion("Z2", 2, "the output at test time, shape (N, out)"),),
    cases=cases,
    expected=value_of(expected_layer, "Z2"),
    mistakes=(
        Mistake("nothing is scaled",
                "At test time no node is missing. Is what arrives at the output then as large as it was in training, on average?",
                "(keep_prob * W2) → W2"),
        Mistake("the bias is scaled, too", "Which terms of Σ w h + b does a mask ever delete?", "+ b2 → + keep_prob * b2"),
        Mistake("the weights are scaled by 1 - P",
                "A node that is nearly always there (P = 0.9) should count for nearly all of its weight.",
                "(keep_prob * W2) → ((1 - keep_prob) * W2)"),
        Mistake("the weights are divided by P",
                "In training a node is missing now and then. At test time it is always there: does its weight have to grow or to shrink?",
                "(keep_prob * W2) → (W2 / keep_prob)"),
        Mistake("the scaling is done before the hidden layer, and not behind it",
                "Hidden nodes are deleted here, and no input ever is. Which weights does a deleted hidden node take with it into the "
                "next sum?",
                ("@ W1 → @ (keep_prob * W1)", "(keep_prob * W2) → W2")),
        Mistake("both layers of weights are scaled",
                "Scale what leaves a node that may be deleted. Is an input ever deleted here?",
                "@ W1 → @ (keep_prob * W1)"),
        Mistake("the scaling is done at two places", "P H W and H (P W) are one and the same: once is enough.", "H @ → keep_prob * H @"),
        Mistake("one half stands where P belongs",
                "A fair coin has P = 1/2. Where does `keep_prob` enter?",
                "(keep_prob * W2) → (0.5 * W2)"),
        Mistake("the bias of the hidden layer is scaled, too",
                "Which terms of Σ w x + b does a mask ever delete?",
                "+ b1 → + keep_prob * b1"),
        Mistake("the bias of the hidden layer is missing", "A node is g(Σ w x + b). What does yours give for x = 0?", "@ W1 + b1 → @ W1"),
        Mistake("the bias of the output is missing", "What should come out where every hidden node is 0?", " + b2 → "),
        Mistake("the output goes through a ReLU, too",
                "The output of this network is a linear layer.",
                "return H @ (keep_prob * W2) + b2 → return np.maximum(H @ (keep_prob * W2) + b2, 0)"),
        Mistake("the output goes through softmax",
                "Z2 are the logits: what stands behind them is not asked for here.",
                ("return H → Z2 = H", "+ b2 → + b2; return np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)")),
        Mistake("the ReLU is missing", "What stands between the two linear layers?", "np.maximum(X @ W1 + b1, 0) → X @ W1 + b1"),
    ),
)
