"""`collapse_layers`: the one layer that two layers without activation amount to."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.forward import linear
from course.units.kit import Rng, away_from_zero, single, sizes


def collapse_layers(W1, b1, W2, b2):
    """W and b of the one layer that computes the same as two layers without activation.

    W1 is (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,).
    Returns W, (in, out), and b, (out,), with X W + b = (X W1 + b1) W2 + b2 for every X.
    """
    return W1 @ W2, b1 @ W2 + b2


def collapsed(W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
    """The one layer, from what two layers make of the zero vector and of the unit vectors."""
    at_zero, *at_units = linear(linear(np.vstack([np.zeros(len(W1)), np.eye(len(W1))]), W1, b1), W2, b2)
    return np.array(at_units) - at_zero, at_zero


def cases(rng: Rng) -> Iterator[Case]:
    def two_layers(d: int, h: int, m: int) -> dict:
        shapes = {"W1": (d, h), "b1": (h,), "W2": (h, m), "b2": (m,)}
        return {name: away_from_zero(rng, shape) for name, shape in shapes.items()}

    yield Case("three inputs, two hidden nodes, four outputs", two_layers(3, 2, 4))
    yield Case("other sizes", two_layers(*sizes(rng, 3)))
    yield Case("three inputs, three hidden nodes, three outputs", two_layers(3, 3, 3))
    yield Case("a single output", two_layers(4, 3, 1))
    yield Case("float32 inputs", single(two_layers(4, 5, 3)))


EXERCISE = Exercise(
    right=collapse_layers,
    criteria=(Criterion("W", 1, "the weights of the one layer, shape (in, out)"), Criterion("b", 1, "its biases, shape (out,)")),
    cases=cases,
    expected=value_of(collapsed, "W", "b"),
    mistakes=(
        Mistake("b1 has not been brought to the length of b2 before the two are joined",
                "b1 goes through the second layer like everything that comes out of the first. What happens to it there?",
                "b1 @ W2 + b2 → b1 + b2"),
        Mistake("b1 is lost on the way", "Set X to 0: what comes out of both layers, and what out of yours?", "b1 @ W2 + b2 → b2"),
        Mistake("b2 is lost on the way", "Set X and b1 to 0: what comes out of both layers?", "b1 @ W2 + b2 → b1 @ W2"),
        Mistake("b1 is summed up, in place of going through the second layer",
                "Each entry of b1 is what one hidden node hands on. With which weights does the second layer take it?",
                "b1 @ W2 → b1.sum()"),
        Mistake("the weights are multiplied in the other order", "X meets W1 first: where must W1 stand?", "W1 @ W2 → W2 @ W1"),
        Mistake("W1 and W2 are joined entry by entry, not as a matrix product",
                "`*` and `+` pair up entries, so the shapes must fit. Open the brackets: which product stands there?",
                "W1 @ W2 → W1 * W2"),
        Mistake("b1 meets the rows of W2, not its columns",
                "b1 goes through the second layer like a row of X: where does W2 stand then?",
                "b1 @ W2 → W2 @ b1"),
        Mistake("b1 goes through the first layer",
                "b1 is added after the first layer: which one does it still have before it?",
                "b1 @ W2 → W1 @ b1"),
        Mistake("b1 goes through both layers",
                "b1 is added after the first layer: which one does it still have before it?",
                "b1 @ W2 → b1 @ (W1 @ W2)"),
        Mistake("b2 is subtracted", "Set X and b1 to 0: what comes out of both layers?", "b1 @ W2 + b2 → b1 @ W2 - b2"),
        Mistake("b1 goes through ReLU", "There is no activation here.", "b1 @ W2 → np.maximum(b1, 0) @ W2"),
        Mistake("W1 goes through ReLU", "There is no activation here.", "W1 @ W2 → np.maximum(W1, 0) @ W2"),
        Mistake("b1 is handed on as it is, and b2 is lost",
                "Set X to 0: what comes out of both layers, and what out of yours?",
                "b1 @ W2 + b2 → b1"),
        Mistake("W lies on its side", "W is (in, out), as W1 and W2 are.", "W1 @ W2 → (W1 @ W2).T"),
        Mistake("b2 is added to W, too", "Set X to 0: W must not matter then.", "W1 @ W2 → W1 @ W2 + b2"),
    ),
)
