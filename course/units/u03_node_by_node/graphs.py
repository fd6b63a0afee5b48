"""Unit 03's graphs of numbers: the passes that decide what is right, and the graphs that are asked about, drawn afresh each time.

A graph is a tuple of nodes in topological order, the inputs first and the loss last. A node is (g, uses, w, b): the name of its
activation, the numbers of the nodes it uses, a weight for each of them, and a bias; its value is g(Σ w · value + b). An input is
("input", (), (), 0.0). Nodes use others in no particular order, skip some, and share others.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course.judging.exercise import Array
from course.judging.probes import Formula
from course.units.forward import relu, sigmoid
from course.units.kit import Rng, away_from_zero
from course.units.u03_node_by_node.counted import counted

Node = tuple[str, tuple[int, ...], tuple[float, ...], float]
Graph = Sequence[Node]

INPUT: Node = ("input", (), (), 0.0)
KINDS: dict[str, Callable[[Any], Any]] = {  # complex numbers pass
    "linear": lambda z: z, "tanh": np.tanh, "sigmoid": sigmoid, "relu": relu, "square": lambda z: z * z,
}  # fmt: skip
TINY = 1e-40  # the complex step


def slope(g: str, z: float, direction: float = 1.0) -> float:
    """Derivative of g(z + t · direction) with respect to t at 0, by the complex step."""
    return float(np.imag(KINDS[g](complex(z, TINY * direction))) / TINY)


def forward(graph: Graph, x: Sequence[float] | Array) -> tuple[Array, Array]:
    """What each node's activation gets, and what it makes of it."""
    z, values = np.zeros(len(graph)), np.zeros(len(graph))
    for v, (g, uses, w, b) in enumerate(graph):
        z[v] = x[v] if g == "input" else np.dot(w, values[list(uses)]) + b
        values[v] = z[v] if g == "input" else KINDS[g](z[v])
    return z, values


def users(graph: Graph, u: int) -> list[int]:
    """Γ(u): the nodes that use u directly."""
    return [v for v, (_, uses, _, _) in enumerate(graph) if u in uses]


def downstream(graph: Graph, u: int) -> list[int]:
    """The nodes that use u, directly or through others."""
    reached = {u}
    for v, (_, uses, _, _) in enumerate(graph):
        if reached & set(uses):
            reached.add(v)
    return sorted(reached - {u})


def local_slopes(graph: Graph, z: Array) -> Array:
    """∂v/∂u at [v, u], each by a complex step of v's own formula; 0 where v does not use u."""
    slopes = np.zeros((len(graph), len(graph)))
    for v, (g, uses, w, _) in enumerate(graph):
        for u, w_u in zip(uses, w, strict=True):
            slopes[v, u] = slope(g, float(z[v]), w_u)
    return slopes


def total_derivatives(slopes: Array) -> Array:
    """∂ℓ/∂u for every node u, from the slope ∂v/∂u of each arrow at [v, u].

    A nudge of 1 in each node is sent *forwards*, through all later nodes: slower than a backward pass, and independent of one.
    """
    moved = np.eye(len(slopes))  # moved[v, u] is how far v moves for a nudge of 1 in u
    for v in range(len(slopes)):
        moved[v] += slopes[v] @ moved
    return moved[-1]


def entries(graph: Graph) -> tuple[str, ...]:
    """Words for the entries of an array with one number for each node."""
    return tuple(f"node {v} ({g})" for v, (g, *_) in enumerate(graph))


# Graphs to ask about.


def several(rng: Rng) -> Iterator[tuple[str, Graph, Array]]:
    """Graphs and inputs, the simplest first."""
    yield "a small graph", *drawn(rng, 2, 3)
    yield "a chain", *chain(rng, "tanh", "linear", "sigmoid", "square")
    yield "a larger graph", *drawn(rng, 3, 5)
    yield "a relu that is asleep", *asleep(rng)
    yield "an input that nobody uses", *unused(rng)


def drawn(rng: Rng, inputs: int, hidden: int) -> tuple[Graph, Array]:
    """A graph and values for its inputs, of which much can be told."""
    while True:
        graph, x = tangle(rng, inputs, hidden), away_from_zero(rng, (inputs,))
        if telling(graph, x):
            return graph, x


def tangle(rng: Rng, inputs: int, hidden: int) -> Graph:
    """A graph whose arrows skip and branch; the loss uses every node that nothing else uses."""
    graph = [INPUT] * inputs
    for g in [*rng.permutation(list(KINDS)), *rng.choice(list(KINDS), hidden)][:hidden]:
        graph.append(neuron(rng, str(g), shuffled(rng, range(len(graph)), int(rng.integers(2, 4)))))
    loose = [u for u in range(len(graph)) if not users(graph, u)]
    more = [u for u in range(len(graph)) if u not in loose][:1]
    return (*graph, neuron(rng, "square", shuffled(rng, loose + more, len(loose) + 1)))


def telling(graph: Graph, x: Array) -> bool:
    """Whether numbers of ordinary size come out everywhere, clear of kinks, and branches are met: then no mistake can hide."""
    z, values = forward(graph, x)
    if not (0.15 < np.abs(z).min() and np.abs(z).max() < 2.5 and np.abs(values).min() > 0.03):
        return False
    if any(g == "relu" and z_v < 0 for (g, *_), z_v in zip(graph, z, strict=True)):
        return False
    gradients = np.abs(total_derivatives(local_slopes(graph, z)))
    branches = sum(len(users(graph, u)) > 1 for u in range(len(graph)))
    out_of_order = any(uses != tuple(range(len(uses))) for _, uses, _, _ in graph)
    return bool(gradients.min() > 0.03 and gradients.max() < 30 and branches > 1 and out_of_order)


def neuron(rng: Rng, g: str, uses: tuple[int, ...]) -> Node:
    """A node with weights and a bias of ordinary size, none of them near 0."""
    return g, uses, tuple(away_from_zero(rng, (len(uses),)).tolist()), float(away_from_zero(rng, ()))


def shuffled(rng: Rng, items: Sequence[int], most: int) -> tuple[int, ...]:
    return tuple(int(item) for item in rng.permutation(np.array(items, int))[:most])


def chain(rng: Rng, *kinds: str) -> tuple[Graph, Array]:
    """One input, and a node after the other: every node has one user."""
    return (INPUT, *(neuron(rng, g, (v,)) for v, g in enumerate(kinds))), rng.uniform(0.5, 1.5, 1)


def asleep(rng: Rng) -> tuple[Graph, Array]:
    """Two hidden nodes, one of them a relu whose z is negative: nothing passes it."""
    negative = ("relu", (1, 0), tuple((-rng.uniform(0.5, 1.5, 2)).tolist()), -0.25)
    later = (neuron(rng, "tanh", (0, 1)), neuron(rng, "linear", (3, 2)), neuron(rng, "square", (4, 3)))
    return (INPUT, INPUT, negative, *later), rng.uniform(0.5, 1.5, 2)


def unused(rng: Rng) -> tuple[Graph, Array]:
    """A graph, and one more input than it uses: no path leads from it to the loss."""
    graph, x = drawn(rng, 2, 4)
    later = ((g, tuple(u + (u >= 2) for u in uses), w, b) for g, uses, w, b in graph[2:])
    return (INPUT, INPUT, INPUT, *later), np.array([*x, rng.uniform(0.5, 1.5)])


def layered(layers: int, width: int) -> Graph:
    """One input, `layers` layers in which every node uses all of the one before, and a loss: width ** layers paths."""
    graph = [INPUT]
    before: tuple[int, ...] = (0,)
    for _ in range(layers):
        first = len(graph)
        graph += [("tanh", before, (0.5,) * len(before), 0.1)] * width
        before = tuple(range(first, len(graph)))
    return (*graph, ("square", before, (1.0,) * len(before), 0.0))


def full_of_paths(layers: int) -> Formula:
    """2 ** layers paths, in a graph of which each node may be read twenty times for each node: a loop over all pairs reads less."""
    graph = layered(layers, 2)
    most = 20 * len(graph) ** 2
    words = f"stopped: this walks along the paths one by one, of which there are 2**{layers}, through {len(graph)} nodes."
    return counted(graph, most, words)


def state(graph: Graph, x: Array) -> dict[str, Any]:
    """All that is known once the backward pass has reached the inputs."""
    z, values = forward(graph, x)
    return {"graph": graph, "z": z, "values": values, "gradients": total_derivatives(local_slopes(graph, z))}


def beside_kinks(rng: Rng) -> dict[str, Any]:
    """A state in which two relus get a z just beside their kink, one on either side."""
    inputs = state(*drawn(rng, 2, 5))
    inputs["graph"] = tuple(("relu" if v in (3, 5) else g, *rest) for v, (g, *rest) in enumerate(inputs["graph"]))
    inputs["z"][[3, 5]] = rng.permutation([1e-9, -1e-9])
    return inputs
