"""`hidden_activations`: what the hidden units make of each example."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.forward import linear, relu
from course.units.kit import Rng, single, sizes
from course.units.u10_explainable_ai.networks import with_targets


def hidden_activations(X, W1, b1):
    """Activations H of the hidden units, H = max(0, X @ W1 + b1).

    X is (N, in), W1 is (in, hidden), b1 is (hidden,); H is (N, hidden).
    """
    return np.maximum(X @ W1 + b1, 0)


def cases(rng: Rng) -> Iterator[Case]:
    def layer(n: int, d: int, h: int) -> dict[str, Array]:
        inputs = with_targets(rng, n, d, h, 3)
        return {name: inputs[name] for name in ("X", "W1", "b1")}

    for name in ("a small layer", "another layer"):
        yield Case(name, layer(*sizes(rng, 3)), batch="X")
    yield Case("one example", layer(1, 4, 5), batch="X")
    yield Case("one hidden unit", layer(6, 3, 1), batch="X")
    yield Case("float32 inputs", single(layer(5, 4, 3)), batch="X")


HIDDEN = "np.maximum(X @ W1 + b1, 0)"

EXERCISE = Exercise(
    right=hidden_activations,
    criteria=(Criterion("H", 1, "the activations of the hidden units, shape (N, hidden)"),),
    cases=cases,
    expected=value_of(lambda X, W1, b1: relu(linear(X, W1, b1)), "H"),
    mistakes=(
        Mistake("ReLU is left out",
                "You have Z1, what the activation gets. What does it make of a negative number?",
                f"{HIDDEN} → X @ W1 + b1"),
        Mistake("the bias is added after ReLU",
                "A node is g(Σ w x + b): what stands inside the brackets of g?",
                f"{HIDDEN} → np.maximum(X @ W1, 0) + b1"),
        Mistake("the bias is missing", "A node is g(Σ w x + b). What does yours give for x = 0?", " + b1, → ,"),
        Mistake("the absolute value stands where ReLU belongs",
                "max(0, z) and |z| agree for positive z. What do they make of z = -1?",
                f"{HIDDEN} → np.abs(X @ W1 + b1)"),
        Mistake("only whether a unit is active is returned, not how strongly",
                "A comparison gives True and False. ReLU lets a positive number through as it is.",
                f"{HIDDEN} → 1.0 * (X @ W1 + b1 > 0)"),
        Mistake("the sigmoid stands where ReLU belongs",
                "The hidden units here are ReLUs: what do they make of z = 5?",
                f"{HIDDEN} → 1 / (1 + np.exp(-(X @ W1 + b1)))"),
        Mistake("tanh stands where ReLU belongs",
                "The hidden units here are ReLUs: what do they make of z = 5?",
                f"{HIDDEN} → np.tanh(X @ W1 + b1)"),
        Mistake("a leaky ReLU stands where ReLU belongs",
                "max(0, z) lets nothing through for negative z.",
                f"{HIDDEN} → np.maximum(X @ W1 + b1, 0.01 * (X @ W1 + b1))"),
        Mistake("ReLU is applied to the inputs",
                "A node is g(Σ w x + b): what stands inside the brackets of g?",
                f"{HIDDEN} → np.maximum(X, 0) @ W1 + b1"),
        Mistake("the bias is subtracted", "A node is g(Σ w x + b). What does yours give for x = 0?", "W1 + b1, → W1 - b1,"),
        Mistake("the negative numbers are kept and the positive ones lost",
                "`np.maximum` and `np.minimum`: which of them never goes below 0?",
                "np.maximum → np.minimum"),
    ),
)
