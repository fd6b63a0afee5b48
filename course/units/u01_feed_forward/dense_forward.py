"""`dense_forward`: a layer of ReLU nodes, for a whole batch."""

from collections.abc import Iterator

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import forward
from course.units.kit import Rng, away_from_zero, single, sizes
from course.units.u01_feed_forward.relu import relu


def dense_forward(X, W, b):
    """Sums Z = X W + b and values H = ReLU(Z) of a layer of ReLU nodes, for a batch.

    X is (N, in), W is (in, out), b is (out,). Returns Z, what the activation gets, and H, what it makes of it, both (N, out).
    """
    Z = X @ W + b
    H = relu(Z)
    return Z, H


def sums_and_values(X: Array, W: Array, b: Array) -> tuple[Array, Array]:
    Z = forward.linear(X, W, b)
    return Z, forward.relu(Z)


def cases(rng: Rng) -> Iterator[Case]:
    def layer(n: int, d: int, m: int) -> dict:
        """A layer whose biases bring the sums of each node to both sides of 0, where there is more than one example."""
        X, W = away_from_zero(rng, (n, d)), away_from_zero(rng, (d, m))
        sums = X @ W
        return {"X": X, "W": W, "b": 0.1 * away_from_zero(rng, (m,)) - (sums.max(axis=0) + sums.min(axis=0)) / 2}

    yield Case("three examples", layer(3, 2, 4), batch="X")
    for name in ("a small batch", "another batch"):
        yield Case(name, layer(*sizes(rng, 3)), batch="X")
    yield Case("one example", layer(1, 3, 4), batch="X")
    yield Case("one node", layer(5, 3, 1), batch="X")
    yield Case("as many nodes as inputs and examples", layer(4, 4, 4), batch="X")
    yield Case("float32 inputs", single(layer(6, 4, 3)), batch="X")


EXERCISE = Exercise(
    right=dense_forward,
    criteria=(Criterion("Z", 1, "the sums, shape (N, out)"), Criterion("H", 1, "ReLU of the sums, shape (N, out)")),
    cases=cases,
    expected=value_of(sums_and_values, "Z", "H"),
    needs=("relu",),
    mistakes=(
        Mistake("the bias is missing", "A node is g(Σ w x + b). What does your Z hold for X = 0?", " + b\n → \n"),
        Mistake("H is Z, without the activation", "What does ReLU make of the negative entries of Z?", "relu(Z) → Z"),
        Mistake("Z has gone through the activation already",
                "Two arrays are asked for: what the activation gets, and what it makes of it.",
                "X @ W + b → relu(X @ W + b)"),
        Mistake("the bias is added after the activation",
                "Look at the brackets of g(Σ w x + b).",
                (" + b\n → \n", "relu(Z) → relu(Z) + b")),
        Mistake("the activation is applied to the layer's inputs",
                "The inputs are what the layer before has made. Whose ReLU is this?",
                "X @ → relu(X) @"),
        Mistake("W is transposed", "X is (N, in) and W is (in, out). Which axes have to meet in the middle of the product?", "@ W → @ W.T"),
        Mistake("the bias is made a column",
                "b holds a number for each node, and a node is a column of Z. How does NumPy line up (out,) with (N, out)?",
                " + b\n → + b[:, None]\n"),
        Mistake("only the first example goes through", "X holds an example in each row, and so does Z.", "X @ → X[0] @"),
        Mistake("the bias is added once for each input", "Is b inside the sum over the inputs, or after it?", " + b\n → + len(W) * b\n"),
        Mistake("Z and H are returned in the other order",
                "First what the activation gets, then what it makes of it.",
                "return Z, H → return H, Z"),
        Mistake("W stands before X in the product",
                "X is (N, in) and W is (in, out). Which axes have to meet in the middle of the product?",
                "X @ W + b → W @ X + b"),
        Mistake("W stands before X in `np.dot`",
                "X is (N, in) and W is (in, out). Which axes have to meet in the middle of the product?",
                "X @ W + b → W.dot(X) + b"),
        Mistake("W is transposed in `np.dot`",
                "X is (N, in) and W is (in, out). Which axes have to meet in the middle of the product?",
                "X @ W + b → X.dot(W.T) + b"),
        Mistake("X is transposed",
                "X is (N, in) and W is (in, out). Which axes have to meet in the middle of the product?",
                "X @ W + b → X.T @ W + b"),
        Mistake("X and W are joined entry by entry, not as a matrix product",
                "`*` and `+` pair up entries, so the shapes must fit. Which sign is the matrix product?",
                "X @ W + b → X * W + b"),
        Mistake("Z lies on its side: a row for each node, not for each example",
                "X holds an example in each row, and so does Z.",
                "X @ W + b → (X @ W + b).T"),
        Mistake("the bias is subtracted", "Look at the sign before b.", " + b\n → - b\n"),
        Mistake("every node gets the sum of all biases",
                "b holds a number for each node, and each node has its own.",
                " + b\n → + b.sum()\n"),
        Mistake("the bias is added twice", "Count: where does b stand in your code, and how often does it run?", " + b\n → + 2 * b\n"),
        Mistake("only the first example gets the bias", "Every example goes through the same nodes.", " + b\n → ; Z[0] += b\n"),
        Mistake("H is made of the sums without the bias", "ReLU gets the whole of Z.", "relu(Z) → relu(X @ W)"),
        Mistake("the bias is added to H once more",
                "H is what the activation makes of Z, and nothing is added after it.",
                "relu(Z) → relu(Z) + b"),
        Mistake("Z is divided by the number of examples",
                "Each example goes through the layer by itself: nothing is averaged.",
                "@ W → @ W / len(X)"),
        Mistake("Z is divided by the number of inputs", "The sum over the inputs is a sum, not a mean.", "@ W → @ W / len(W)"),
        Mistake("H is 0 or 1, and not Z where Z is positive",
                "`Z > 0` says where Z passes. What passes there?",
                "relu(Z) → (Z > 0).astype(float)"),
        Mistake("H is |Z|", "What does max(0, z) make of z = -3?", "relu(Z) → abs(Z)"),
        Mistake("H is the negative part of Z", "Try z = 2 and z = -2 by hand.", "relu(Z) → Z.clip(max=0)"),
        Mistake("H is a sigmoid of Z", "The nodes of this layer are ReLU nodes.", "relu(Z) → forward.sigmoid(Z)"),
        Mistake("H is the tanh of Z", "The nodes of this layer are ReLU nodes.", "relu(Z) → 2 * forward.sigmoid(2 * Z) - 1"),
        Mistake("a little leaks through the activation where Z is negative",
                "ReLU is 0 there, and not a small share of Z.",
                "relu(Z) → relu(Z) - 0.01 * relu(-Z)"),
        Mistake("H is the ReLU of X", "The activation gets Z.", "relu(Z) → relu(X)"),
    ),
)
