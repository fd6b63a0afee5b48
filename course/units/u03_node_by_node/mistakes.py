"""Unit 03, backpropagation node by node: the mistakes students make up to the slope of an arrow, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u03_node_by_node.forward import Graph, activation, slope, users

Terms = Callable[[Any, Any, Array, Array], float]  # uses, w, z, values: the weighted sum of a node


def proper_sum(uses: Any, w: Any, z: Array, values: Array) -> float:
    return sum(w_u * values[u] for u, w_u in zip(uses, w, strict=True))


def forward_mistake(
    terms: Terms = proper_sum,
    z_of: Callable[[float, float], float] = lambda total, b: total + b,
    value_of: Callable[[str, float, float], float] = lambda g, z, b: activation(g, z),
    first: Callable[[float], float] = lambda x: x,
) -> Callable:
    """The forward pass with one step done wrongly: the sum, its bias, the activation, or the inputs."""

    def wrong(graph: Graph, x: Array) -> tuple[Array, Array]:
        z, values = np.zeros(len(graph)), np.zeros(len(graph))
        for v, (g, uses, w, b) in enumerate(graph):
            if g == "input":
                z[v] = values[v] = first(x[v])
            else:
                z[v] = z_of(terms(uses, w, z, values), b)
                values[v] = value_of(g, z[v], b)
        return z, values

    return wrong


FORWARD_PASS = (
    Mistake(
        "the bias is missing", "A node is g(Σ w x + b): which letter does your sum not have?", forward_mistake(z_of=lambda s, b: s)
    ),
    Mistake(
        "no activation is applied",
        "z is what g gets; the node's value is what g makes of it.",
        forward_mistake(value_of=lambda g, z, b: z),
    ),
    Mistake(
        "the bias is added after the activation",
        "In g(Σ w x + b), is b inside the brackets or outside?",
        forward_mistake(z_of=lambda s, b: s, value_of=lambda g, z, b: activation(g, z) + b),
    ),
    Mistake(
        "the nodes used hand on their z in place of their value",
        "What does a node pass on to those that use it: what its activation gets, or what it makes of it?",
        forward_mistake(terms=lambda uses, w, z, values: proper_sum(uses, w, z, z)),
    ),
    Mistake(
        "the weights meet the first nodes of the graph, not those that are used",
        "Weight k belongs to node uses[k]. Which node does it meet in your sum?",
        forward_mistake(terms=lambda uses, w, z, values: sum(w_k * values[k] for k, w_k in enumerate(w))),
    ),
    Mistake(
        "the weights are left out",
        "A node is g(Σ w x + b): each value that comes in is multiplied by something first.",
        forward_mistake(terms=lambda uses, w, z, values: sum(values[u] for u in uses)),
    ),
    Mistake(
        "the inputs stay at zero",
        "An input has no formula. Where does its number come from?",
        forward_mistake(first=lambda x: 0.0),
    ),
)


def downstream(graph: Graph, u: int) -> list[int]:
    """The nodes that use u, directly or through others."""
    reached = {u}
    for v, (_, uses, _, _) in enumerate(graph):
        if reached & set(uses):
            reached.add(v)
    return sorted(reached - {u})


GAMMA = (
    Mistake(
        "the arrows are followed backwards, to the nodes that u uses",
        "`graph[u]` says what u uses. Γ(u) is the other way round: in whose list does u stand?",
        lambda graph, u: list(graph[u][1]),
    ),
    Mistake(
        "nodes that use u only through others are counted in",
        "Γ(u) holds the nodes at the end of one arrow that leaves u.",
        downstream,
    ),
    Mistake(
        "the search stops at the first node that uses u",
        "A node may be used more than once: when does your loop return?",
        lambda graph, u: users(graph, u)[:1],
    ),
    Mistake(
        "u is looked for in a whole node, not among the nodes that it uses",
        "A node is (g, uses, w, b): in which of the four can a node number stand?",
        lambda graph, u: [v for v, node in enumerate(graph) if u in node],
    ),
    Mistake(
        "all later nodes are taken",
        "Later in the order does not mean that there is an arrow.",
        lambda graph, u: list(range(u + 1, len(graph))),
    ),
    Mistake("u itself is counted in", "Does u use itself?", lambda graph, u: [u, *users(graph, u)]),
    Mistake(
        "the nodes are counted, not listed", "The nodes themselves are asked for, not how many.", lambda graph, u: len(users(graph, u))
    ),
)


def slope_mistake(**wrong_ones: Callable[[float], float]) -> Callable:
    """The slopes with those of some activations wrong."""
    return lambda g, z: wrong_ones[g](z) if g in wrong_ones else slope(g, z)


def sigmoid(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


ACTIVATION_SLOPE = (
    Mistake("the activation is returned, not its slope", "You have g(z). What is g'(z)?", activation),
    Mistake(
        "z stands where tanh(z) belongs",
        "The derivative of tanh is 1 - tanh²: is what you square a z, or a tanh(z)?",
        slope_mistake(tanh=lambda z: 1 - z**2),
    ),
    Mistake(
        "the square is missing in the slope of tanh",
        "tanh is sinh over cosh: go through the quotient rule again. What is its slope at z = 0, and far out on either side?",
        slope_mistake(tanh=lambda z: 1 - np.tanh(z)),
    ),
    Mistake(
        "z stands where σ(z) belongs",
        "The derivative is made of σ(z) and 1 - σ(z). Which of the two did you put a z for?",
        slope_mistake(sigmoid=lambda z: z * (1 - z)),
    ),
    Mistake(
        "the sigmoid is given the slope of tanh",
        "1 - g(z)² is the slope of tanh. Is the sigmoid's at z = 0 really 3/4?",
        slope_mistake(sigmoid=lambda z: 1 - sigmoid(z) ** 2),
    ),
    Mistake(
        "the factor 1 - σ(z) is missing",
        "For large z the sigmoid is flat. What is its slope there, by your formula?",
        slope_mistake(sigmoid=sigmoid),
    ),
    Mistake(
        "relu lets everything pass",
        "For a negative z relu gives 0 whatever z is: how steep is that?",
        slope_mistake(relu=lambda z: 1.0),
    ),
    Mistake(
        "the slope of relu is z, not 1", "max(0, z) for z > 0 is the line z. How steep is it?", slope_mistake(relu=lambda z: max(z, 0.0))
    ),
    Mistake("the slope of z² is taken as z", "Differentiate z · z: two factors, two terms.", slope_mistake(square=lambda z: z)),
    Mistake("the slope of the linear activation is z, not 1", "How steep is the line g(z) = z?", slope_mistake(linear=lambda z: z)),
)


def local_mistake(
    entry: Callable[[str, float, float, float], float], where: Callable[[int, int, int], tuple[int, int]] | None = None
) -> Callable:
    """The table of slopes with a wrong entry(g, z of v, z of u, w) for each arrow, or a wrong place(v, u, position) for it."""

    def wrong(graph: Graph, z: Array) -> Array:
        slopes = np.zeros((len(graph), len(graph)))
        for v, (g, uses, w, _) in enumerate(graph):
            for k, (u, w_u) in enumerate(zip(uses, w, strict=True)):
                slopes[where(v, u, k) if where else (v, u)] = entry(g, z[v], z[u], w_u)
        return slopes

    return wrong


def right_slope(g: str, z_v: float, z_u: float, w: float) -> float:
    return slope(g, z_v) * w


LOCAL_DERIVATIVES = (
    Mistake(
        "the slope of the activation is left out",
        "v = g(z): between u and v lie two steps, from u to z and from z to v. Which of the two is missing?",
        local_mistake(lambda g, z_v, z_u, w: w),
    ),
    Mistake(
        "the weight is left out",
        "v = g(z): between u and v lie two steps, from u to z and from z to v. Which of the two is missing?",
        local_mistake(lambda g, z_v, z_u, w: slope(g, z_v)),
    ),
    Mistake(
        "the activation's slope is taken at the z of u, not of v",
        "v = g(z): whose z is that?",
        local_mistake(lambda g, z_v, z_u, w: slope(g, z_u) * w),
    ),
    Mistake(
        "multiplied by g(z), not by its derivative",
        "You have the value of v. How fast does it change with z?",
        local_mistake(lambda g, z_v, z_u, w: float(activation(g, z_v)) * w),
    ),
    Mistake(
        "row and column have changed places",
        "∂v/∂u stands at [v, u]: the node that uses comes first, the one that is used second.",
        local_mistake(right_slope, lambda v, u, k: (u, v)),
    ),
    Mistake(
        "weight k is taken to belong to node k",
        "Weight k belongs to node uses[k]. In which column must its slope stand?",
        local_mistake(right_slope, lambda v, u, k: (v, k)),
    ),
)
