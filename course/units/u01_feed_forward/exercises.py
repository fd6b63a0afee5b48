"""Unit 01, the feed-forward network: the exercises.

Every case is drawn afresh from `rng`, with N, in and out all different, so that a transposed or mis-summed layer cannot hide.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Property
from course.judging.probes import Formula, arguments
from course.judging.witness import value_of
from course.units.u01_feed_forward import answers, mistakes
from course.units.u01_feed_forward.xor import XOR_WEIGHTS, wrong_network

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

ACTIVATIONS = {
    "the identity": Formula("lambda z: z"),
    "tanh": Formula("lambda z: np.tanh(z)"),
    "ReLU": Formula("lambda z: np.maximum(z, 0)"),
}


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
    yield Case("one input", one_neuron(rng, 1, Formula("lambda z: z * z + z"), 0.5, 1.2))
    yield Case("float32 inputs", single(**one_neuron(rng, 5, ACTIVATIONS["tanh"], 0.3, 1.2)))


def neuron_expected(case: Case) -> dict[str, Expected]:
    x, w, b, g = arguments(case.inputs)
    return {"u": Expected(np.asarray(g(np.dot(np.asarray(w, float), np.asarray(x, float)) + b)))}


NEURON = Exercise(
    right=answers.neuron,
    criteria=(Criterion("u", 2, "the value of the node, one number"),),
    cases=neuron_cases,
    expected=neuron_expected,
    mistakes=mistakes.NEURON,
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
    right=answers.sigmoid,
    criteria=(
        Criterion("everywhere", 1, "σ(z), of the shape of z"),
        Criterion("far out", 1, "σ(z) for very negative z, where it is tiny"),
    ),
    cases=sigmoid_cases,
    expected=sigmoid_expected,
    mistakes=mistakes.SIGMOID,
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
    right=answers.relu,
    criteria=(Criterion("H", 1, "max(0, z), of the shape of z"),),
    cases=relu_cases,
    expected=value_of(lambda z: np.where(z > 0, z, 0.0), "H"),
    mistakes=mistakes.RELU,
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
    right=answers.dense_forward,
    criteria=(Criterion("Z", 1, "the sums, shape (N, out)"), Criterion("H", 1, "ReLU of the sums, shape (N, out)")),
    cases=dense_forward_cases,
    expected=value_of(dense_value, "Z", "H"),
    needs=("relu",),
    mistakes=mistakes.DENSE_FORWARD,
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
    right=answers.feedforward,
    criteria=(Criterion("Z", 2, "the last layer's sums, shape (N, out)"),),
    cases=feedforward_cases,
    expected=feedforward_expected,
    needs=("relu", "dense_forward"),
    mistakes=mistakes.FEEDFORWARD,
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
    right=answers.count_parameters,
    criteria=(Criterion("count", 1, "the number of weights and biases, one number"),),
    cases=count_cases,
    expected=count_expected,
    mistakes=mistakes.COUNT_PARAMETERS,
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
    right=answers.collapse_layers,
    criteria=(Criterion("W", 1, "the weights of the one layer, shape (in, out)"), Criterion("b", 1, "its biases, shape (out,)")),
    cases=collapse_cases,
    expected=value_of(collapsed, "W", "b"),
    mistakes=mistakes.COLLAPSE_LAYERS,
)


# xor_weights

XOR_NETWORK = Exercise(
    right=answers.xor_weights,
    criteria=(Criterion("network", 3, "a network that computes XOR"),),
    cases=lambda rng: [Case("the four inputs", {})],
    expected=lambda case: {"network": Property(wrong_network)},
    mistakes=XOR_WEIGHTS,
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
