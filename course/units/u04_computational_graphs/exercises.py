"""Unit 04, computational graphs: the exercises.

Graphs are drawn afresh from `rng`, and numbered at random: the number of a node says nothing about its place.
"""

from collections.abc import Callable, Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Finding, Property
from course.judging.probes import Formula, arguments
from course.units.u04_computational_graphs import answers, mistakes
from course.units.u04_computational_graphs.forward import (
    Graph,
    Parents,
    Rng,
    ancestors,
    broken_arrows,
    chain,
    drawn_graph,
    path_sums,
    users_of,
    value_and_gradient,
)

DEEP = 10_000

# topological_order


def topological_order_cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, graph: Graph, criterion: str = "order") -> Case:
        return Case(name, {"parents": graph.parents}, criteria=(criterion,))

    yield case("a small graph", drawn_graph(rng, more=2))
    yield case("a larger graph", drawn_graph(rng, more=int(rng.integers(6, 12))))
    yield case("two results", drawn_graph(rng, more=4, results=2))
    yield case("a node that uses one parent twice", drawn_graph(rng, more=3, twice=True))
    yield case(f"a chain of {DEEP:,} nodes", chain(rng, DEEP), "deep")


def caused(reason: str, words: str) -> Finding:
    """A finding whose cause is the mistake that begins with these words."""
    mistake = next(m for m in mistakes.TOPOLOGICAL_ORDER if m.name.startswith(words))
    return Finding(reason, mistake.hint, mistake.name)


def order_finding(parents: Parents, order: Array, lengths: Array) -> Finding | None:
    """What keeps a list from being a topological order of a graph, or None where nothing does."""
    n = len(parents)
    if (lengths != 1).any():
        return Finding(f"one flat list of {n} nodes is expected, and entry {int(np.argmax(lengths != 1))} of yours is a list itself.")
    strange = (order < 0) | (order >= n) | (order != np.round(order))
    if strange.any():
        return Finding(f"{order[strange][0]:g} is in the list, and the nodes are numbered from 0 to {n - 1}.")
    nodes = order.astype(int).tolist()
    if len(set(nodes)) < len(nodes):
        again = int(np.bincount(nodes).argmax())
        reason = f"node {again} is listed {nodes.count(again)} times, and every node must be listed once."
        return caused(reason, "a node that is used more")
    if missing := set(range(n)) - set(nodes):
        return missing_finding(parents, missing)
    broken = next(broken_arrows(parents, nodes), None)
    return misplaced_finding(parents, nodes, *broken) if broken else None


def missing_finding(parents: Parents, missing: set[int]) -> Finding:
    """What to say where nodes are missing."""
    n = len(parents)
    reason = f"{len(missing)} of {n} nodes are not listed, among them {min(missing)}, whose parents are {parents[min(missing)]}."
    doubled = {v for v, above in enumerate(parents) if len(set(above)) < len(above)}
    if doubled and missing == {v for v in range(n) if doubled & ancestors(parents, v)}:
        return caused(reason, "a node that uses one parent twice")
    listed, users = set(range(n)) - missing, users_of(parents)
    ends = [v for v in listed if not listed.intersection(users[v])]
    if len(ends) == 1 and ancestors(parents, ends[0]) == listed:
        return caused(reason, "only the nodes")
    return Finding(reason, "Does your list end up with one entry for each entry of `parents`?")


def misplaced_finding(parents: Parents, nodes: list[int], v: int, u: int) -> Finding:
    """What to say where a node v stands before its parent u."""
    reason = f"node {v} is listed before its parent {u}."
    users, place = users_of(parents), {node: i for i, node in enumerate(nodes)}
    if all(len(set(parents[w])) < len(parents[w]) for w, _ in broken_arrows(parents, nodes)):
        words = "two arrows from the same parent"
    elif nodes == sorted(nodes):
        words = "the nodes are taken"
    elif next(broken_arrows(parents, nodes[::-1]), None) is None:
        words = "the order is turned"
    elif all(not parents[v] or min(place[u] for u in parents[v]) < place[v] for v in nodes):
        words = "a node is listed as soon"
    elif all(not users[u] or min(place[v] for v in users[u]) < place[u] for u in nodes):
        words = "the walk starts at the results"
    else:
        return Finding(reason, "When may a node be listed? Look at the first node of your list, and then at each of the next.")
    return caused(reason, words)


def topological_order_expected(case: Case) -> dict[str, Property]:
    parents = case.inputs["parents"]
    return {criterion: Property(lambda order, lengths: order_finding(parents, order, lengths)) for criterion in case.criteria}


TOPOLOGICAL_ORDER = Exercise(
    right=answers.topological_order,
    criteria=(
        Criterion("order", 2, "a list in which every node stands once, after all of its parents"),
        Criterion("deep", 1, "the same for a chain of 10,000 nodes"),
    ),
    cases=topological_order_cases,
    expected=topological_order_expected,
    probe="pieces",
    mistakes=mistakes.TOPOLOGICAL_ORDER,
)


# graph_gradients


def graph_gradients_cases(rng: Rng) -> Iterator[Case]:
    graphs = {
        "a small graph": drawn_graph(rng, more=2),
        "a larger graph": drawn_graph(rng, more=int(rng.integers(6, 12))),
        "a node that uses one parent twice": drawn_graph(rng, more=3, twice=True),
        "a chain": chain(rng, int(rng.integers(6, 9))),
        "a square": Graph(((1, 1), ()), (1, 0)),
    }
    for name, graph in graphs.items():
        slopes = tuple(tuple(float(rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)) for _ in above) for above in graph.parents)
        yield Case(name, {"parents": graph.parents, "slopes": slopes, "order": graph.order})


def graph_gradients_expected(case: Case) -> dict[str, Expected]:
    parents, slopes, order = case.inputs.values()
    entries = tuple(f"∂ℓ/∂u{u}" for u in range(len(parents)))
    return {"gradient": Expected(path_sums(parents, slopes, order[-1]), entries=entries)}


GRAPH_GRADIENTS = Exercise(
    right=answers.graph_gradients,
    criteria=(Criterion("gradient", 2, "a list with ∂ℓ/∂u for every node u"),),
    cases=graph_gradients_cases,
    expected=graph_gradients_expected,
    probe="pieces",
    mistakes=mistakes.GRAPH_GRADIENTS,
)


# Node


def apart(rng: Rng, n: int) -> Array:
    """n numbers between 1.1 and 2.5 in size, of either sign, no two of one size: what is swapped or squared shows."""
    sizes = rng.permutation(np.linspace(1.2, 2.4, n)) + rng.uniform(-0.1, 0.1, n)
    return sizes * rng.choice([-1.0, 1.0], n)


def node_cases(rng: Rng) -> Iterator[Case]:
    signed, sized, p, q = (lambda n: apart(rng, n)), (lambda n: np.abs(apart(rng, n))), *rng.uniform(2.5, 3.5, 2).round(2)
    formulas: list[tuple[str, str, Callable[[int], Array]]] = [
        ("add", "a, b: a + b", signed),
        ("add", "a, b, c: a + (b + c)", signed),
        ("add", f"a, b: {p} + (a + {q}) + b", signed),
        ("mul", "a, b: a * b", signed),
        ("mul", "a, b, c: a * b * c", signed),
        ("mul", f"a, b: {p} * (a * {q}) * b", signed),
        ("pow", "a: a ** 3", signed),
        ("pow", "a: (a ** 2) ** 3", signed),
        ("pow", "a: a ** -2", signed),
        ("pow", "a: a ** 0.5", sized),
        ("exp", "a: a.exp()", signed),
        ("exp", "a: a.exp().exp()", lambda n: 0.4 * signed(n)),
        ("log", "a: a.log()", lambda n: sized(n) ** 2),
        ("log", "a: a.log().log()", lambda n: 1.2 * sized(n)),
        ("tanh", "a: a.tanh()", lambda n: 0.5 * signed(n)),
        ("tanh", "a: a.tanh().tanh()", signed),
        ("relu", "a: a.relu()", sized),
        ("relu", "a: a.relu()", lambda n: -sized(n)),
        ("relu", "a, b: a.relu() * b", sized),
        ("shared", "a: a + a", signed),
        ("shared", "a: a * a", signed),
        ("shared", "a, b: a * b + a", signed),
        ("order", "a, b: [c := a * b, c + c * a][-1]", signed),
        ("order", "a, b: [c := a * b, c * b + c][-1]", signed),
        ("order", "a, b: [c := a * b, d := c * a + b, d * a + c][-1]", signed),
        ("order", "a, b: [c := a + b, d := c * c, e := d * b + c, e * d][-1]", signed),
        ("deep", f"a: [a := a.relu() for _ in range({DEEP})][-1]", sized),
        ("again", "a, b: [(a * b).backward(), a * b + a][-1]", signed),
    ]
    for criterion, formula, draw in formulas:
        names, _, body = formula.partition(": ")
        inputs = {"values": draw(len(names.split(", "))), "formula": Formula(f"lambda {formula}")}
        yield Case(in_steps(body) if criterion != "deep" else f"{DEEP:,} times a = a.relu()", inputs, criteria=(criterion,))


def in_steps(body: str) -> str:
    """A formula as a student reads it.

    >>> in_steps("[c := a * b, c + a][-1]")
    'c = a * b; c + a'
    """
    return body.removeprefix("[").removesuffix("][-1]").replace(", ", "; ").replace(":=", "=")


def node_expected(case: Case) -> dict[str, Expected | Property]:
    values, formula = arguments(case.inputs)
    right = value_and_gradient(formula, values)
    if case.criteria == ("deep",):  # its depth alone is in question: to try every mistake on such a chain would take a while
        return {"deep": Property(lambda got: deep_finding(got, right, case))}
    entries = ("its value", *(f"∂ℓ/∂{name}" for name in case.inputs["formula"].text.removeprefix("lambda ").partition(":")[0].split(", ")))
    return {criterion: Expected(right, entries=entries) for criterion in case.criteria}


def deep_finding(got: Array, right: Array, case: Case) -> Finding | None:
    """What is wrong with the value and the gradient at the end of a long chain, or None."""
    if got.shape == right.shape and np.isclose(got, right, rtol=1e-8, atol=0).all():
        return None
    fact = f"value and ∂ℓ/∂a are {got.tolist()}, and {right.tolist()} is right (case “{case.name}”)."
    return Finding(fact, "Does a chain of three nodes come out right? See what the other criteria say first.")


NODE = Exercise(
    right=answers.Node,
    criteria=(
        Criterion("add", 1, "the value and the gradients of a sum"),
        Criterion("mul", 1, "the value and the gradients of a product"),
        Criterion("pow", 1, "the value and the gradient of a power"),
        Criterion("exp", 1, "the value and the gradient of exp"),
        Criterion("log", 1, "the value and the gradient of log"),
        Criterion("tanh", 1, "the value and the gradient of tanh"),
        Criterion("relu", 1, "the value and the gradient of relu"),
        Criterion("shared", 1, "the gradient of a node that is used twice"),
        Criterion("order", 1, "the gradients where a node has to wait for its users"),
        Criterion("deep", 1, "the gradients of a chain of 10,000 nodes"),
        Criterion("again", 1, "the gradients of a second backward pass"),
    ),
    cases=node_cases,
    expected=node_expected,
    probe="node",
    mistakes=mistakes.NODE,
    returns=1,
)


EXERCISES = (TOPOLOGICAL_ORDER, GRAPH_GRADIENTS, NODE)
