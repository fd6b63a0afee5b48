"""Unit 01, the feed-forward network: the exercises.

Every case is drawn afresh from `rng`, with N, in and out all different, so that a transposed or mis-summed layer cannot hide.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from course.exercises import feed_forward_mistakes as mistakes
from course.exercises.base import Array, Case, Criterion, Exercise, Expected, Property, value_of
from course.exercises.feed_forward_xor import XOR_WEIGHTS, wrong_network
from course.probes import arguments

Rng = np.random.Generator


def signed(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries of both signs and of ordinary size, none of them close to 0."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 1.5, shape)


def sizes(rng: Rng, n: int, least: int = 2, most: int = 8) -> list[int]:
    """n different sizes, so that no two axes can be mistaken for one another."""
    return [int(size) for size in rng.permutation(np.arange(least, most))[:n]]


def single(**inputs: object) -> dict:
    """The inputs with arrays in float32."""
    return {name: value.astype(np.float32) if isinstance(value, np.ndarray) else value for name, value in inputs.items()}


# neuron

ACTIVATIONS = {"the identity": "lambda z: z", "tanh": "lambda z: np.tanh(z)", "ReLU": "lambda z: np.maximum(z, 0)"}


def one_neuron(rng: Rng, d: int, g: str, least: float, most: float) -> dict:
    """Inputs of a neuron whose sum lies between least and most, in absolute value: where g tells right from wrong."""
    x, w = signed(rng, (d,)), signed(rng, (d,))
    total = rng.choice([-1.0, 1.0]) * rng.uniform(least, most)
    w = w / np.abs(w @ x) if abs(w @ x) > 0.3 else w
    return {"x": x, "w": w, "b": float(total - w @ x), "g": g}


def neuron_cases(rng: Rng) -> Iterator[Case]:
    for name, g in ACTIVATIONS.items():
        inputs = one_neuron(rng, sizes(rng, 1, least=3)[0], g, 0.3, 1.2)
        if name == "ReLU":  # once active, once not
            inputs["b"] = float(0.7 - inputs["w"] @ inputs["x"])
            yield Case("ReLU, active", inputs)
            inputs = inputs | {"b": float(-0.7 - inputs["w"] @ inputs["x"])}
        yield Case(f"g is {name}" if name != "ReLU" else "ReLU, not active", inputs)
    yield Case("one input", one_neuron(rng, 1, "lambda z: z * z + z", 0.5, 1.2))
    yield Case("float32 inputs", single(**one_neuron(rng, 5, ACTIVATIONS["tanh"], 0.3, 1.2)))


def neuron_expected(case: Case) -> dict[str, Expected]:
    x, w, b, g = arguments(case.inputs)
    return {"u": Expected(np.asarray(g(np.dot(np.asarray(w, float), np.asarray(x, float)) + b)))}


NEURON = Exercise(
    name="neuron",
    asks="`neuron(x, w, b, g)` returns u = g(Σ w x + b), one number: x and w are (d,), b is a number, and g is a function, the activation.",
    criteria=(Criterion("u", 2, "the value of the node, one number"),),
    cases=neuron_cases,
    expected=neuron_expected,
    parameters=("x", "w", "b", "g"),
    misconceptions=mistakes.NEURON,
)


# sigmoid and relu


def sigmoid_value(z: Array) -> Array:
    """σ(z) from the exponential that does not overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)


def sigmoid_cases(rng: Rng) -> Iterator[Case]:
    everywhere, far = ("everywhere",), ("far out",)
    yield Case("a vector", {"z": 2 * signed(rng, tuple(sizes(rng, 1, least=3)))}, criteria=everywhere)
    yield Case("a batch", {"z": 2 * signed(rng, tuple(sizes(rng, 2)))}, criteria=everywhere)
    z = signed(rng, (3, 4))
    z[:, 0], z[0] = rng.choice([-1000.0, 1000.0], 3), rng.permutation([-1000.0, 1000.0, 0.0, 3.0])
    yield Case("z = ±1000 among them", {"z": z}, criteria=everywhere)
    yield Case("float32 inputs", {"z": signed(rng, (4, 3)).astype(np.float32)}, criteria=everywhere)
    yield Case("z from -60 to -40", {"z": rng.uniform(-60, -40, 6)}, entrywise=True, criteria=far)
    yield Case("z from -717 to -711", {"z": rng.uniform(-717, -711, 5)}, entrywise=True, criteria=far)


def sigmoid_expected(case: Case) -> dict[str, Expected]:
    return {name: Expected(sigmoid_value(case.inputs["z"].astype(float))) for name in case.criteria or ("everywhere",)}


SIGMOID = Exercise(
    name="sigmoid",
    asks="`sigmoid(z)` returns σ(z) = 1 / (1 + exp(-z)), entry by entry, for an array of any shape: a number between 0 and 1 for every z, "
    "±1000 too, and right to eight of its own digits even where it is tiny, as σ(-715) is.",
    criteria=(
        Criterion("everywhere", 1, "σ(z), of the shape of z"),
        Criterion("far out", 1, "σ(z) for very negative z, where it is tiny"),
    ),
    cases=sigmoid_cases,
    expected=sigmoid_expected,
    parameters=("z",),
    misconceptions=mistakes.SIGMOID,
    returns=1,
)


def relu_cases(rng: Rng) -> Iterator[Case]:
    yield Case("a vector", {"z": rng.permutation([-3.0, -0.5, 0.25, 2.0, *signed(rng, (2,))])})
    z = 3 * signed(rng, tuple(sizes(rng, 2, least=3)))
    z[0, :2] = -2.0, 2.0
    yield Case("a batch", {"z": z})
    z = signed(rng, (3, 4)) * 1e6
    z[1, 1] = 0.0
    yield Case("large numbers, and a zero", {"z": z})
    yield Case("float32 inputs", {"z": (2 * signed(rng, (4, 3))).astype(np.float32)})


RELU = Exercise(
    name="relu",
    asks="`relu(z)` returns max(0, z), entry by entry, for an array of any shape.",
    criteria=(Criterion("H", 1, "max(0, z), of the shape of z"),),
    cases=relu_cases,
    expected=value_of(lambda z: np.where(z > 0, z, 0.0), "H"),
    parameters=("z",),
    misconceptions=mistakes.RELU,
)


# dense_forward


def a_layer(rng: Rng, n: int, d: int, m: int) -> dict:
    """A layer and its inputs; each node has an active and an inactive example, as far as there are two."""
    X, W = signed(rng, (n, d)), signed(rng, (d, m))
    sums = X @ W
    return {"X": X, "W": W, "b": -(sums.max(axis=0) + sums.min(axis=0)) / 2 + 0.3 * signed(rng, (m,)) * np.ptp(sums, axis=0).clip(0.5)}


def dense_forward_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small batch", "another batch"):
        yield Case(name, a_layer(rng, *sizes(rng, 3)))
    yield Case("one example", a_layer(rng, 1, 3, 4))
    yield Case("one node", a_layer(rng, 5, 3, 1))
    yield Case("as many nodes as inputs and examples", a_layer(rng, 4, 4, 4))
    yield Case("float32 inputs", single(**a_layer(rng, 6, 4, 3)))


def dense_value(X: Array, W: Array, b: Array) -> tuple[Array, Array]:
    """The sums, node by node as the notes write them, and max(0, ·) of them."""
    Z = np.einsum("nj,ji->ni", X, W) + np.reshape(b, (1, -1))
    return Z, np.where(Z > 0, Z, 0.0)


DENSE_FORWARD = Exercise(
    name="dense_forward",
    asks="`dense_forward(X, W, b)` returns Z and H for a whole batch: Z = X W + b is what the activation gets, H = ReLU(Z) what it makes "
    "of it. X is (N, in), W is (in, out), b is (out,), Z and H are (N, out).",
    criteria=(Criterion("Z", 1, "the sums, shape (N, out)"), Criterion("H", 1, "ReLU of the sums, shape (N, out)")),
    cases=dense_forward_cases,
    expected=value_of(dense_value, "Z", "H"),
    parameters=("X", "W", "b"),
    needs=("relu",),
    misconceptions=mistakes.DENSE_FORWARD,
)


# feedforward


def a_network(rng: Rng, n: int, *widths: int) -> dict:
    """A network and its inputs, drawn until outputs, and hidden nodes of each layer, are of both signs."""
    while True:
        X, layers, alive = signed(rng, (n, widths[0])), [], True
        H = X
        for d, m in pairwise(widths):
            layers.append((signed(rng, (d, m)), signed(rng, (m,))))
            Z = H @ layers[-1][0] + layers[-1][1]
            alive &= bool((Z < -0.1).any() and (Z > 0.1).any())
            H = np.maximum(Z, 0)
        if alive:
            return {"X": X, "layers": layers}


def feedforward_cases(rng: Rng) -> Iterator[Case]:
    n, *widths = sizes(rng, 5, least=3, most=9)
    yield Case("three layers", a_network(rng, n, *widths))
    yield Case("two layers of three nodes, three inputs", a_network(rng, 5, 3, 3, 3))
    yield Case("one layer", a_network(rng, 6, 4, 3))
    yield Case("four layers, the last of one node", a_network(rng, 8, 3, 5, 4, 6, 1))
    network = a_network(rng, 4, 5, 3, 2)
    yield Case("float32 inputs", {
        "X": network["X"].astype(np.float32), "layers": [tuple(array.astype(np.float32) for array in layer) for layer in network["layers"]],
    })  # fmt: skip


def feedforward_expected(case: Case) -> dict[str, Expected]:
    H = np.asarray(case.inputs["X"], float)
    for W, b in case.inputs["layers"]:
        Z, H = dense_value(H, np.asarray(W, float), np.asarray(b, float))
    return {"Z": Expected(Z)}


FEEDFORWARD = Exercise(
    name="feedforward",
    asks="`feedforward(X, layers)` returns the outputs of a network: X is (N, in), `layers` is a list of pairs (W, b), from the first "
    "layer to the last. After every layer but the last comes ReLU; the outputs are the last layer's Z.",
    criteria=(Criterion("Z", 2, "the last layer's sums, shape (N, out)"),),
    cases=feedforward_cases,
    expected=feedforward_expected,
    parameters=("X", "layers"),
    needs=("relu", "dense_forward"),
    misconceptions=mistakes.FEEDFORWARD,
)


# count_parameters


def count_cases(rng: Rng) -> Iterator[Case]:
    yield Case("two inputs, three hidden nodes, one output", {"sizes": (2, 3, 1)})
    for depth in (4, 5):
        yield Case(f"{depth} numbers", {"sizes": tuple(sizes(rng, depth, least=2, most=13))})
    yield Case("one layer", {"sizes": tuple(sizes(rng, 2, least=3, most=13))})
    yield Case("a classifier of digits", {"sizes": (784, *(int(n) for n in rng.permutation([64, 128, 256])[:2]), 10)})


def count_expected(case: Case) -> dict[str, Expected]:
    """The entries of every W and b, counted one by one."""
    shapes = list(pairwise(case.inputs["sizes"]))
    return {"count": Expected(np.asarray(sum(np.zeros(shape).size + np.zeros(shape[1]).size for shape in shapes)))}


COUNT_PARAMETERS = Exercise(
    name="count_parameters",
    asks="`count_parameters(sizes)` returns how many weights and biases a network has: `sizes` is a tuple, the number of inputs, then the "
    "number of nodes in each layer, as in (64, 32, 10).",
    criteria=(Criterion("count", 1, "the number of weights and biases, one number"),),
    cases=count_cases,
    expected=count_expected,
    parameters=("sizes",),
    misconceptions=mistakes.COUNT_PARAMETERS,
)


# collapse_layers


def collapse_cases(rng: Rng) -> Iterator[Case]:
    for name in ("some sizes", "other sizes"):
        yield Case(name, two_layers(rng, *sizes(rng, 3)))
    yield Case("three inputs, three hidden nodes, three outputs", two_layers(rng, 3, 3, 3))
    yield Case("a single output", two_layers(rng, 4, 3, 1))
    yield Case("float32 inputs", single(**two_layers(rng, 4, 5, 3)))


def two_layers(rng: Rng, d: int, h: int, m: int) -> dict:
    """Two layers, the first bias of both signs."""
    b1 = signed(rng, (h,))
    b1[0] = -abs(b1[0])
    return {"W1": signed(rng, (d, h)), "b1": b1, "W2": signed(rng, (h, m)), "b2": signed(rng, (m,))}


def collapsed(W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
    """The one layer, from what two layers make of the zero vector and of the unit vectors."""
    made = (np.vstack([np.zeros(len(W1)), np.eye(len(W1))]) @ W1 + b1) @ W2 + b2
    return made[1:] - made[0], made[0]


COLLAPSE_LAYERS = Exercise(
    name="collapse_layers",
    asks="`collapse_layers(W1, b1, W2, b2)` returns W and b of the one layer that computes the same as two layers without activation: "
    "X W + b = (X W1 + b1) W2 + b2 for every X.",
    criteria=(Criterion("W", 1, "the weights of the one layer, shape (in, out)"), Criterion("b", 1, "its biases, shape (out,)")),
    cases=collapse_cases,
    expected=value_of(collapsed, "W", "b"),
    parameters=("W1", "b1", "W2", "b2"),
    misconceptions=mistakes.COLLAPSE_LAYERS,
)


# xor_weights

XOR_NETWORK = Exercise(
    name="xor_weights",
    asks="`xor_weights()` returns W1, b1, W2, b2 of a network with two inputs, two or more hidden nodes and one output that computes XOR: "
    "hidden nodes with ReLU, and the output Z above 0.5 for the inputs (0, 1) and (1, 0), below 0.5 for (0, 0) and (1, 1).",
    criteria=(Criterion("network", 3, "a network that computes XOR"),),
    cases=lambda rng: [Case("the four inputs", {})],
    expected=lambda case: {"network": Property(wrong_network)},
    parameters=(),
    misconceptions=XOR_WEIGHTS,
    returns=4,
)


EXERCISES = (
    NEURON,
    SIGMOID,
    RELU,
    DENSE_FORWARD,
    FEEDFORWARD,
    COUNT_PARAMETERS,
    COLLAPSE_LAYERS,
    XOR_NETWORK,
)
