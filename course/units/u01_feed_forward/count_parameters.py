"""`count_parameters`: how many parameters a network has."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import kit


def count_parameters(sizes):
    """How many weights and biases a network has, one number.

    sizes is a tuple: the number of inputs, then the number of nodes in each layer, as in (64, 32, 10).
    """
    total = 0
    for k in range(1, len(sizes)):
        total += sizes[k - 1] * sizes[k] + sizes[k]  # a W and a b
    return total


def count(sizes: tuple[int, ...]) -> int:
    """The entries of every W and b."""
    return sum(np.zeros((n + 1, m)).size for n, m in pairwise(sizes))


def cases(rng: kit.Rng) -> Iterator[Case]:
    yield Case("two inputs, three hidden nodes, one output", {"sizes": (2, 3, 1)})
    for depth in (4, 5):
        yield Case(f"{depth} numbers", {"sizes": tuple(kit.sizes(rng, depth, most=13))})
    yield Case("one layer", {"sizes": tuple(kit.sizes(rng, 2, least=3, most=13))})
    yield Case("a classifier of digits", {"sizes": (784, *(int(n) for n in rng.permutation([64, 128, 256])[:2]), 10)})


EXERCISE = Exercise(
    right=count_parameters,
    criteria=(Criterion("count", 1, "the number of weights and biases, one number"),),
    cases=cases,
    expected=value_of(count, "count"),
    mistakes=(
        Mistake("the biases are not counted",
                "How many parameters has one neuron with three inputs? Count b, too.",
                "sizes[k] + sizes[k] → sizes[k]"),
        Mistake("the inputs are given biases as well",
                "The first number in `sizes` is no layer of neurons: inputs compute nothing.",
                "total = 0 → total = sizes[0]"),
        Mistake("each layer is given a single bias", "How many entries has b of a layer with five nodes?", "+ sizes[k] → + 1"),
        Mistake("a bias is counted for each input of a layer, not for each node",
                "b_i has the index of the output node.",
                "+ sizes[k] → + sizes[k - 1]"),
        Mistake("the nodes are counted, not the parameters",
                "Parameters are weights and biases: the numbers on the arrows, and one in each neuron.",
                "return total → return sum(sizes)"),
        Mistake("the last layer is left out", "How many W has a network of sizes (2, 3, 1)?", "len(sizes) → len(sizes) - 1"),
        Mistake("every layer is joined to the inputs, not to the layer before",
                "What feeds the second layer: X, or the nodes of the first?",
                "sizes[k - 1] → sizes[0]"),
        Mistake("the output nodes have no biases", "Every layer has a b, the last one, too.", "return total → return total - sizes[-1]"),
        Mistake("there is one bias for the whole network",
                "Every node has a bias of its own.",
                ("total = 0 → total = 1", "sizes[k] + sizes[k] → sizes[k]")),
        Mistake("the sizes are added, not multiplied",
                "Every node of one layer is joined to every node of the next: how many arrows is that, from 3 to 4?",
                "sizes[k - 1] * sizes[k] → sizes[k - 1] + sizes[k]"),
        Mistake("one is added to both sizes",
                "A node has a weight for each input, and a bias. Nothing more is there for the outputs.",
                "sizes[k - 1] * sizes[k] + sizes[k] → (sizes[k - 1] + 1) * (sizes[k] + 1)"),
        Mistake("all sizes are multiplied",
                "Each W joins two layers: the numbers of different W are added.",
                "return total → return int(np.prod(sizes))"),
        Mistake("only the last layer counts",
                "In a loop, `total = ...` forgets what the total was, and `total += ...` adds to it.",
                "total += → total ="),
        Mistake("only the first layer counts",
                "A function ends at the first `return` it meets. How far is yours indented?",
                "len(sizes) → 2"),
        Mistake("only the first two layers count", "`sizes` may hold any number of layers.", "len(sizes) → min(len(sizes), 3)"),
        Mistake("the first layer is left out", "Which is the first W, and which two sizes has it?", "range(1, → range(2,"),
        Mistake("the weights are squares of one layer's size",
                "A W has a row for each input and a column for each node.",
                "sizes[k - 1] * sizes[k] → sizes[k] * sizes[k]"),
        Mistake("the counts of the layers are returned, not their sum",
                "One number is asked for.",
                ("total = 0 → total = []",
                 "total += sizes[k - 1] * sizes[k] + sizes[k] → total.append(sizes[k - 1] * sizes[k] + sizes[k])")),
        Mistake("every layer is given biases for its inputs, too",
                "b has a number for each node of its own layer, and for nobody else.",
                "+ sizes[k]  # → + sizes[k] + sizes[k - 1]  #"),
    ),
)
