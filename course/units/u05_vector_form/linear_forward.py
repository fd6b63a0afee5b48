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

    yield Case("one example", layer(1, 3, 4), batch="X")
    for name in ("a small batch", "another batch"):
        yield Case(name, layer(*sizes(rng, 3, least=3)), batch="X")
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
        Mistake("a sigmoid is applied already",
                "This layer is linear: the activation comes after it.",
                "X @ W + b → forward.sigmoid(X @ W + b)"),
        Mistake("the bias is added to the weights, inside the sum",
                "Σ w x + b: how often is b added, and is it multiplied by anything?",
                "X @ W + b → X @ (W + b)"),
        Mistake("the bias multiplies, and is not added", "Look at what stands before b.", "+ b → * b"),
        Mistake("the sum of all biases is added to every output", "Output i has a bias of its own, b[i].", "+ b → + b.sum()"),
        Mistake("the examples stand in the columns of the result",
                "Row n of Z belongs to example n: shape (N, out).",
                "X @ W + b → (X @ W + b).T"),
        Mistake("only the first example is computed",
                "Z has a row for each example. Does a loop end too early?",
                "X @ W + b → X[0] @ W + b"),
        Mistake("W is transposed", "Z_ni = Σ_j X_nj W_ji + b_i: over which axis of W does the sum run?", "X @ W → X @ W.T"),
        Mistake("X and W have changed places", "A matrix product is not commutative: the inner sizes have to agree.", "X @ W → W @ X"),
        Mistake("the product is taken entry by entry",
                "`*` multiplies entries, `@` multiplies rows by columns and adds up.",
                "X @ W → X * W"),
    ),
)
