"""Unit 03, backpropagation node by node: the exercises.

Every graph is drawn afresh from `rng`; its nodes use others in no particular order, skip some, and share others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected
from course.units.u03_node_by_node import answers, mistakes
from course.units.u03_node_by_node import backward_mistakes as backward_mistakes
from course.units.u03_node_by_node.forward import (
    ACTIVATIONS,
    INPUT,
    Graph,
    Rng,
    drawn,
    forward,
    layered,
    local_slopes,
    neuron,
    path_counts,
    slope,
    total_derivatives,
    users,
)


def named(graph: Graph) -> tuple[str, ...]:
    """Words for the entries of an array with one number for each node."""
    return tuple(f"node {v} ({g})" for v, (g, *_) in enumerate(graph))


def chain(rng: Rng, *kinds: str) -> tuple[Graph, Array]:
    """One input, and a node after the other: every node has one user."""
    graph = (INPUT, *(neuron(rng, g, (v,)) for v, g in enumerate(kinds)))
    return graph, rng.uniform(0.5, 1.5, 1)


def asleep(rng: Rng) -> tuple[Graph, Array]:
    """Two hidden nodes, one of them a relu whose z is negative: nothing passes it."""
    x = rng.uniform(0.5, 1.5, 2)
    negative = ("relu", (1, 0), tuple(-rng.uniform(0.5, 1.5, 2).round(3)), -0.25)
    return (INPUT, INPUT, negative, neuron(rng, "tanh", (0, 1)), neuron(rng, "linear", (3, 2)), neuron(rng, "square", (4, 3))), x


def unused(rng: Rng) -> tuple[Graph, Array]:
    """A graph, and one more input than it uses: no path leads from it to the loss."""
    graph, x = drawn(rng, 2, 4)
    moved = {u: u if u < 2 else u + 1 for u in range(len(graph))}
    later = ((g, tuple(moved[u] for u in uses), w, b) for g, uses, w, b in graph[2:])
    return (INPUT, INPUT, INPUT, *later), np.array([*x, rng.uniform(0.5, 1.5)])


def graphs(rng: Rng) -> Iterator[tuple[str, Graph, Array]]:
    """Graphs and inputs, the simplest first."""
    yield "a small graph", *drawn(rng, 2, 3)
    yield "a chain", *chain(rng, "tanh", "linear", "sigmoid", "square")
    yield "a larger graph", *drawn(rng, 3, 5)
    yield "a relu that is asleep", *asleep(rng)
    yield "an input that nobody uses", *unused(rng)


# forward_pass


def forward_cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs(rng):
        yield Case(name, {"graph": graph, "x": x})


def forward_expected(case: Case) -> dict[str, Expected]:
    graph = case.inputs["graph"]
    z, values = forward(graph, case.inputs["x"])
    return {"z": Expected(z, entries=named(graph)), "values": Expected(values, entries=named(graph))}


FORWARD_PASS = Exercise(
    right=answers.forward_pass,
    criteria=(
        Criterion("z", 1, "what each node's activation gets, one number for each node"),
        Criterion("values", 1, "the value of each node, g(z)"),
    ),
    cases=forward_cases,
    expected=forward_expected,
    mistakes=mistakes.FORWARD_PASS,
)


# gamma


def gamma_cases(rng: Rng) -> Iterator[Case]:
    for name, graph, _ in graphs(rng):
        several = [u for u in range(len(graph)) if len(users(graph, u)) > 1]
        for u in [*shuffled_few(rng, several, 2), len(graph) - 2]:
            yield Case(f"{name}, node {u}", {"graph": graph, "u": u})
    yield Case("the loss", {"graph": graph, "u": len(graph) - 1})


def shuffled_few(rng: Rng, items: list[int], most: int) -> list[int]:
    return [int(item) for item in rng.permutation(np.array(items, int))[:most]]


GAMMA = Exercise(
    right=answers.gamma,
    criteria=(Criterion("Γ(u)", 1, "the numbers of the nodes that use u directly"),),
    cases=gamma_cases,
    expected=lambda case: {"Γ(u)": Expected(np.array(users(case.inputs["graph"], case.inputs["u"]), int))},
    mistakes=mistakes.GAMMA,
)


# activation_slope


def slope_cases(rng: Rng) -> Iterator[Case]:
    for sign in (1.0, -1.0):
        for g in ACTIVATIONS:
            z = float(sign * rng.uniform(0.4, 1.8))
            yield Case(f"{g} at z = {z:.2f}", {"g": g, "z": z})
    for z in (1e-9, -1e-9):
        yield Case(f"relu just beside its kink, at z = {z}", {"g": "relu", "z": z}, entrywise=True)


ACTIVATION_SLOPE = Exercise(
    right=answers.activation_slope,
    criteria=(Criterion("slope", 2, "the derivative g'(z), one number"),),
    cases=slope_cases,
    expected=lambda case: {"slope": Expected(np.array(slope(**case.inputs)), derivative=True)},
    mistakes=mistakes.ACTIVATION_SLOPE,
)


# local_derivatives


def local_cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs(rng):
        yield Case(name, {"graph": graph, "z": forward(graph, x)[0]})
    graph, _ = drawn(rng, 2, 5)
    kinked = tuple(("relu" if v in (3, 5) else g, *rest) for v, (g, *rest) in enumerate(graph))
    z = rng.choice([-1.0, 1.0], len(graph)) * rng.uniform(0.5, 1.5, len(graph))
    z[[3, 5]] = rng.permutation([1e-9, -1e-9])
    yield Case("two relus just beside their kinks", {"graph": kinked, "z": z}, entrywise=True)


ARROWS = "row v, column u, and 0 where v does not use u"

LOCAL_DERIVATIVES = Exercise(
    right=answers.local_derivatives,
    criteria=(Criterion("slopes", 2, f"∂v/∂u at [v, u]: {ARROWS}"),),
    cases=local_cases,
    expected=lambda case: {"slopes": Expected(local_slopes(**case.inputs), derivative=True)},
    needs=("activation_slope",),
    mistakes=mistakes.LOCAL_DERIVATIVES,
)


# backward_pass, and the one to be mended


def backward_cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs(rng):
        yield Case(name, {"graph": graph, "slopes": local_slopes(graph, forward(graph, x)[0])})


def backward_expected(case: Case) -> dict[str, Expected]:
    return {"gradients": Expected(total_derivatives(**case.inputs), entries=named(case.inputs["graph"]))}


BACKWARD_PASS = Exercise(
    right=answers.backward_pass,
    criteria=(Criterion("gradients", 3, "∂ℓ/∂u for every node u, one number for each"),),
    cases=backward_cases,
    expected=backward_expected,
    needs=("gamma",),
    mistakes=backward_mistakes.BACKWARD_PASS,
)

MENDED_BACKWARD = Exercise(
    right=answers.mended_backward,
    criteria=(Criterion("gradients", 1, "∂ℓ/∂u for every node u, one number for each"),),
    cases=backward_cases,
    expected=backward_expected,
    mistakes=backward_mistakes.MENDED_BACKWARD,
)


# weight_gradients


def state(graph: Graph, x: Array) -> dict[str, Any]:
    """All that is known once the backward pass has reached the inputs."""
    z, values = forward(graph, x)
    return {"graph": graph, "z": z, "values": values, "gradients": total_derivatives(graph, local_slopes(graph, z))}


def weight_cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs(rng):
        yield Case(name, state(graph, x))
    inputs = state(*drawn(rng, 2, 5))
    inputs["graph"] = tuple(("relu" if v in (3, 5) else g, *rest) for v, (g, *rest) in enumerate(inputs["graph"]))
    inputs["z"][[3, 5]] = rng.permutation([1e-9, -1e-9])
    yield Case("two relus just beside their kinks", inputs, entrywise=True)


def weight_expected(case: Case) -> dict[str, Expected]:
    """Each by a complex step of its node's own formula. An input has no bias: 0 there, or the input's own gradient, will do."""
    graph, z, values, gradients = case.inputs.values()
    dw, db, slack = np.zeros((len(graph), len(graph))), np.zeros(len(graph)), np.zeros(len(graph))
    for v, (g, uses, _, _) in enumerate(graph):
        if g == "input":
            slack[v] = abs(gradients[v])
            continue
        db[v] = gradients[v] * slope(g, z[v])
        for u in uses:
            dw[v, u] = gradients[v] * slope(g, z[v], values[u])
    return {"dw": Expected(dw, derivative=True), "db": Expected(db, slack, derivative=True, entries=named(graph))}


WEIGHT_GRADIENTS = Exercise(
    right=answers.weight_gradients,
    criteria=(
        Criterion("dw", 2, f"∂ℓ/∂w of the weight by which v uses u, at [v, u]: {ARROWS}"),
        Criterion("db", 1, "∂ℓ/∂b of every node, one number for each, 0 for inputs"),
    ),
    cases=weight_cases,
    expected=weight_expected,
    needs=("activation_slope",),
    mistakes=backward_mistakes.WEIGHT_GRADIENTS,
)


# count_paths


def count_cases(rng: Rng) -> Iterator[Case]:
    for name, graph, _ in graphs(rng):
        yield Case(name, {"graph": graph})
    yield Case("three layers of four nodes", {"graph": layered(3, 4)})
    layers = int(rng.integers(44, 51))
    yield Case(f"2**{layers} paths", {"graph": layered(layers, 2)})


def count_expected(case: Case) -> Mapping[str, Expected]:
    graph = case.inputs["graph"]
    return {"counts": Expected(np.array(path_counts(graph)), entries=named(graph))}


COUNT_PATHS = Exercise(
    right=answers.count_paths,
    criteria=(Criterion("counts", 2, "the number of paths from each node to the loss"),),
    cases=count_cases,
    expected=count_expected,
    needs=("gamma",),
    mistakes=backward_mistakes.COUNT_PATHS,
)


EXERCISES = (
    FORWARD_PASS,
    GAMMA,
    ACTIVATION_SLOPE,
    LOCAL_DERIVATIVES,
    BACKWARD_PASS,
    MENDED_BACKWARD,
    WEIGHT_GRADIENTS,
    COUNT_PATHS,
)
