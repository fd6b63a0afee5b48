"""`linear_forward`: a linear layer, for a whole batch."""

from collections.abc import Iterator

from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import forward
from course.units.kit import Rng, signed, single, sizes


def linear_forward(X, W, b):
    """Output Z of a linear layer.

    X is (N, in), W is (in, out), b is (out,); Z is (N, out).
    """
    return X @ W + b


def cases(rng: Rng) -> Iterator[Case]:
    def layer(n: int, d: int, m: int) -> dict:
        return {"X": signed(rng, (n, d)), "W": signed(rng, (d, m)), "b": signed(rng, (m,))}

    for name in ("a small batch", "another batch"):
        yield Case(name, layer(*sizes(rng, 3)), batch="X")
    yield Case("one example", layer(1, 3, 2), batch="X")
    yield Case("one output", layer(4, 3, 1), batch="X")
    yield Case("float32 inputs", single(layer(5, 4, 3)), batch="X")


EXERCISE = Exercise(
    right=linear_forward,
    criteria=(Criterion("Z", 1, "the outputs, shape (N, out)"),),
    cases=cases,
    expected=value_of(forward.linear, "Z"),
    mistakes=(
        Mistake("the bias is missing", "A neuron is Σ w x + b. What does your formula give for X = 0?", " + b → "),
        Mistake("the bias is subtracted", "Look at the sign before b.", "+ b → - b"),
        Mistake("the bias is added once for each input", "Is b inside the sum over the inputs, or after it?", "+ b → + len(W) * b"),
        Mistake("an activation is applied already",
                "This layer is linear: the activation comes after it.",
                "X @ W + b → forward.relu(X @ W + b)"),
        Mistake("the inputs are averaged", "Σ w x is a sum, not a mean.", "X @ W → X @ W / X.shape[1]"),
    ),
)
