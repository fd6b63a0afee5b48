"""Unit 03, backpropagation node by node: graphs of numbers, and the forward passes that decide what is right.

A graph is a tuple of nodes in topological order, the inputs first and the loss last. A node is (g, uses, w, b): the name of its
activation, the numbers of the nodes it uses, a weight for each of them, and a bias; its value is g(Σ w · value + b). An input is
("input", (), (), 0.0).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course.judging.exercise import Array

Node = tuple[str, tuple[int, ...], tuple[float, ...], float]
Graph = Sequence[Node]
Rng = np.random.Generator

INPUT: Node = ("input", (), (), 0.0)
ACTIVATIONS = ("linear", "tanh", "sigmoid", "relu", "square")
TINY = 1e-40  # the complex step


def activation(g: str, z: Any) -> Any:
    """g(z) for an activation's name, or for an input, which hands on what it is given; complex numbers pass.

    Raises ValueError for any other name.
    """
    if g in ("linear", "input"):
        return z
    if g == "tanh":
        return np.tanh(z)
    if g == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if g == "relu":
        return z if z.real > 0 else 0 * z
    if g == "square":
        return z * z
    raise ValueError(f"expected one of {', '.join(ACTIVATIONS)}, got {g!r}")


def slope(g: str, z: float, direction: float = 1.0) -> float:
    """Derivative of g(z + t · direction) with respect to t at 0, by the complex step."""
    return float(np.imag(activation(g, complex(z, TINY * direction))) / TINY)


def forward(graph: Graph, x: Sequence[float] | Array) -> tuple[Array, Array]:
    """What each node's activation gets, and what it makes of it."""
    z, values = np.zeros(len(graph)), np.zeros(len(graph))
    for v, (g, uses, w, b) in enumerate(graph):
        z[v] = x[v] if g == "input" else sum(w_u * values[u] for u, w_u in zip(uses, w, strict=True)) + b
        values[v] = activation(g, z[v])
    return z, values


def users(graph: Graph, u: int) -> list[int]:
    """Γ(u): the nodes that use u directly."""
    return [v for v, (_, uses, _, _) in enumerate(graph) if u in uses]


def local_slopes(graph: Graph, z: Array) -> Array:
    """∂v/∂u at [v, u], each by a complex step of v's own formula; 0 where v does not use u."""
    slopes = np.zeros((len(graph), len(graph)))
    for v, (g, uses, w, _) in enumerate(graph):
        for u, w_u in zip(uses, w, strict=True):
            slopes[v, u] = slope(g, float(z[v]), w_u)
    return slopes


def response(arrows: Sequence[Mapping[int, Any]]) -> list:
    """How far the loss moves for a nudge of 1 in each node: every nudge is sent *forwards*, through all later nodes.

    `arrows[v]` holds the slope ∂v/∂u for each node u that v uses. Slower than a backward pass, and independent of one.
    """
    total = []
    for nudged in range(len(arrows)):
        moved: dict[int, Any] = {nudged: 1}
        for v in range(nudged + 1, len(arrows)):
            moved[v] = sum(slope * moved.get(u, 0) for u, slope in arrows[v].items())
        total.append(moved[len(arrows) - 1])
    return total


def total_derivatives(graph: Graph, slopes: Array) -> Array:
    """∂ℓ/∂u for every node, from the slope of each arrow."""
    return np.array(response([{u: float(slopes[v, u]) for u in uses} for v, (_, uses, _, _) in enumerate(graph)]), float)


def path_counts(graph: Graph) -> list[int]:
    """The number of paths from each node to the last: where every slope is 1, the loss moves by 1 for each path."""
    return response([dict.fromkeys(uses, 1) for _, uses, _, _ in graph])


# Graphs to ask about.


def shuffled(rng: Rng, items: Sequence[int], count: int) -> tuple[int, ...]:
    return tuple(int(item) for item in rng.permutation(np.array(items))[:count])


def neuron(rng: Rng, g: str, uses: tuple[int, ...]) -> Node:
    """A node with weights and a bias of ordinary size, none of them near 0."""
    w = rng.choice([-1.0, 1.0], len(uses)) * rng.uniform(0.4, 1.4, len(uses))
    return (g, uses, tuple(float(w_u) for w_u in w), float(rng.choice([-1.0, 1.0]) * rng.uniform(0.2, 0.8)))


def tangle(rng: Rng, inputs: int, hidden: int) -> tuple[Node, ...]:
    """A graph whose arrows skip and branch; the loss uses every node that nothing else uses."""
    graph = [INPUT] * inputs
    kinds = [*rng.permutation(ACTIVATIONS), *rng.choice(ACTIVATIONS, hidden)][:hidden]
    for g in kinds:
        graph.append(neuron(rng, str(g), shuffled(rng, range(len(graph)), int(rng.integers(2, 4)))))
    loose = [u for u in range(len(graph)) if not users(graph, u)]
    more = [u for u in range(len(graph)) if u not in loose][:1]
    return (*graph, neuron(rng, "square", shuffled(rng, loose + more, len(loose) + 1)))


def layered(layers: int, width: int) -> tuple[Node, ...]:
    """One input, `layers` layers in which every node uses all of the one before, and a loss: width ** layers paths."""
    graph = [INPUT]
    before: tuple[int, ...] = (0,)
    for _ in range(layers):
        first = len(graph)
        graph += [("tanh", before, (0.5,) * len(before), 0.1)] * width
        before = tuple(range(first, len(graph)))
    return (*graph, ("square", before, (1.0,) * len(before), 0.0))


def telling(graph: Graph, x: Array) -> bool:
    """Whether numbers of ordinary size come out everywhere, clear of kinks, and branches are met: then no mistake can hide."""
    z, values = forward(graph, x)
    inner = np.array([g != "input" for g, *_ in graph])
    if not (0.15 < np.abs(z).min() and np.abs(z).max() < 2.5 and np.abs(values).min() > 0.03):
        return False
    if any(g == "relu" and z_v < 0 for (g, *_), z_v in zip(graph, z, strict=True)):
        return False
    gradients = np.abs(total_derivatives(graph, local_slopes(graph, z)))
    branches = sum(len(users(graph, u)) > 1 for u in range(len(graph)))
    out_of_order = any(uses != tuple(range(len(uses))) for _, uses, _, _ in graph)
    return bool(gradients.min() > 0.03 and gradients.max() < 30 and branches > 1 and out_of_order and inner.sum() > 2)


def drawn(rng: Rng, inputs: int, hidden: int) -> tuple[tuple[Node, ...], Array]:
    """A graph and values for its inputs, of which much can be told."""
    while True:
        graph = tangle(rng, inputs, hidden)
        x = rng.choice([-1.0, 1.0], inputs) * rng.uniform(0.3, 1.5, inputs)
        if telling(graph, x):
            return graph, x
