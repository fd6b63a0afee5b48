"""`feedforward`: a network of layers, for a whole batch."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import forward
from course.units.kit import Rng, away_from_zero, sizes
from course.units.u01_feed_forward.dense_forward import dense_forward


def feedforward(X, layers):
    """Outputs of a network with ReLU after every layer but the last.

    X is (N, in); layers is a list of pairs (W, b), W (in, out) and b (out,), from the first layer to the last.
    Returns Z of the last layer, (N, out of the last layer).
    """
    H = X
    for W, b in layers:
        Z, H = dense_forward(H, W, b)
    return Z


def outputs(X: Array, layers: Sequence[tuple[Array, Array]]) -> Array:
    *hidden, last = ((W.astype(float), b.astype(float)) for W, b in layers)
    for W, b in hidden:
        X = forward.relu(forward.linear(X, W, b))
    return forward.linear(X, *last)


def network(rng: Rng, n: int, *widths: int) -> dict:
    """A network and its inputs, drawn until the sums of every layer, the last one too, are of both signs."""
    while True:
        X = away_from_zero(rng, (n, widths[0]))
        layers = [(away_from_zero(rng, (d, m)), away_from_zero(rng, (m,))) for d, m in pairwise(widths)]
        sums = [outputs(X, layers[:depth]) for depth in range(1, len(widths))]
        if all((Z < -0.1).any() and (Z > 0.1).any() for Z in sums):
            return {"X": X, "layers": layers}


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("three layers of three nodes, three inputs", network(rng, 4, 3, 3, 3, 3), batch="X")
    yield Case("three layers", network(rng, *sizes(rng, 5, least=3, most=9)), batch="X")
    yield Case("one layer", network(rng, 6, 4, 3), batch="X")
    yield Case("four layers, the last of one node", network(rng, 8, 3, 5, 4, 6, 1), batch="X")
    X, layers = network(rng, 4, 5, 3, 2).values()
    in_single = {"X": X.astype(np.float32), "layers": [(W.astype(np.float32), b.astype(np.float32)) for W, b in layers]}
    yield Case("float32 inputs", in_single, batch="X")


EXERCISE = Exercise(
    right=feedforward,
    criteria=(Criterion("Z", 2, "the last layer's sums, shape (N, out)"),),
    cases=cases,
    expected=value_of(outputs, "Z"),
    needs=("relu", "dense_forward"),
    mistakes=(
        Mistake("there is no activation between the layers",
                "What does the second layer get: Z of the first, or H?",
                "dense_forward(H, W, b) → dense_forward(H, W, b); H = Z"),
        Mistake("the last layer has an activation, too",
                "The outputs are the last layer's Z. Can yours be negative?",
                "return Z → return H"),
        Mistake("the inputs of the network go through the activation",
                "The first layer gets X as it is: the activation comes after a layer's sum, not before it.",
                "H = X → H = forward.relu(X)"),
        Mistake("every layer gets X, not what the layer before has made",
                "Which variable changes from one turn of the loop to the next?",
                "(H, W, b) → (X, W, b)"),
        Mistake("the next layer gets Z and H, both in one",
                "`dense_forward` returns two arrays. Give each a name of its own, as in `a, b = ...`: which of them goes on?",
                "Z, H = dense_forward → Z = H = dense_forward"),
        Mistake("the next layer gets Z and H, both in one, and only the last pair is taken apart",
                "`dense_forward` returns two arrays, for every layer. Which of them does the next layer get?",
                ("Z, H = dense_forward → Z = H = dense_forward", "return Z → return Z[0]")),
        Mistake("the biases are missing", "A layer is a pair (W, b). Where is b in your loop?", "(H, W, b) → (H, W, 0)"),
        Mistake("the last layer is left out",
                "How many turns does your loop take, and how many layers are there?",
                ("in layers: → in layers[:-1]:", "return Z → return H")),
        Mistake("`return` stands inside the loop",
                "A function ends at the first `return` it meets. How far is yours indented?",
                "    return Z →         return Z"),
        Mistake("the layers are taken from the last to the first",
                "The list begins with the layer that gets X.",
                "in layers: → in layers[::-1]:"),
        Mistake("the first layer is left out", "Where in the list does your loop begin?", "in layers: → in layers[1:]:"),
        Mistake("only the first two layers are computed", "`layers` may hold any number of layers.", "in layers: → in layers[:2]:"),
        Mistake("tanh stands between the layers, not ReLU",
                "Which activation is asked for?",
                "dense_forward(H, W, b) → dense_forward(H, W, b); H = np.tanh(Z)"),
        Mistake("a sigmoid stands between the layers, not ReLU",
                "Which activation is asked for?",
                "dense_forward(H, W, b) → dense_forward(H, W, b); H = forward.sigmoid(Z)"),
        Mistake("the outputs go through a softmax",
                "The last layer's Z is asked for, as it is.",
                "return Z → return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)"),
        Mistake("the outputs go through a sigmoid", "The last layer's Z is asked for, as it is.", "return Z → return forward.sigmoid(Z)"),
        Mistake("the class with the largest output is returned",
                "The outputs themselves are asked for.",
                "return Z → return Z.argmax(axis=1)"),
        Mistake("the last layer has no bias", "A layer is a pair (W, b), the last one, too.", "return Z → return Z - b"),
        Mistake("the bias is added after the activation",
                "Look at the brackets of g(Σ w x + b).",
                "Z, H = dense_forward(H, W, b) → Z = H @ W + b; H = forward.relu(H @ W) + b"),
        Mistake("the biases are subtracted", "Look at the sign before b.", "(H, W, b) → (H, W, -b)"),
        Mistake("the weights are transposed",
                "W is (in, out). Which axes have to meet in the middle of the product?",
                "(H, W, b) → (H, W.T, b)"),
        Mistake("the first layer has no activation, and the last one has",
                "ReLU comes after every layer but the last. Which layer does your condition leave out?",
                ("dense_forward(H, W, b) → dense_forward(H, W, b); H = Z if W is layers[0][0] else H", "return Z → return H")),
        Mistake("only the first example goes through", "X holds an example in each row, and so does Z.", "H = X → H = X[0]"),
        Mistake("the outputs are averaged over the batch", "Each example has outputs of its own.", "return Z → return Z.mean(axis=0)"),
        Mistake("the layer before the last has no activation",
                "ReLU comes after every layer but the last. How many layers does your condition leave out?",
                "dense_forward(H, W, b) → dense_forward(H, W, b); H = Z if W is layers[max(len(layers) - 2, 0)][0] else H"),
    ),
)
