"""`forward_pass`: the value of every node."""

from collections.abc import Iterator

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs
from course.units.u03_node_by_node.given import ACTIVATIONS


def forward_pass(graph, x):
    """z and values, two lists: for every node in order what its activation gets, Σ w · value + b, and what it makes of it, g(z).

    graph is a tuple of nodes (g, uses, w, b), x holds the values of the inputs, which are the first nodes: both are x[v] there.
    """
    z, values = [], []
    for v, (g, uses, w, b) in enumerate(graph):
        if g == "input":
            z.append(x[v])
            values.append(x[v])
        else:
            z.append(sum(w_u * values[u] for u, w_u in zip(uses, w, strict=True)) + b)
            values.append(ACTIVATIONS[g](z[v]))
    return z, values


def expected(case: Case) -> dict[str, Expected]:
    z, values = graphs.forward(**case.inputs)
    words = graphs.entries(case.inputs["graph"])
    return {"z": Expected(z, entries=words), "values": Expected(values, entries=words)}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs.several(rng):
        yield Case(name, {"graph": graph, "x": x})


EXERCISE = Exercise(
    right=forward_pass,
    criteria=(
        Criterion("z", 1, "what each node's activation gets, one number for each node"),
        Criterion("values", 1, "the value of each node, g(z)"),
    ),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the bias is missing", "A node is g(Σ w x + b): which letter does your sum not have?", "strict=True)) + b → strict=True))"),
        Mistake("no activation is applied", "z is what g gets; the node's value is what g makes of it.", "ACTIVATIONS[g](z[v]) → z[v]"),
        Mistake("the bias is added after the activation",
                "In g(Σ w x + b), is b inside the brackets or outside?",
                ("strict=True)) + b → strict=True))", "ACTIVATIONS[g](z[v]) → ACTIVATIONS[g](z[v]) + b")),
        Mistake("the nodes used hand on their z in place of their value",
                "What does a node pass on to those that use it: what its activation gets, or what it makes of it?",
                "w_u * values[u] → w_u * z[u]"),
        Mistake("the weights meet the first nodes of the graph, not those that are used",
                "Weight k belongs to node uses[k]. Which node does it meet in your sum?",
                "in zip(uses, w, strict=True) → in enumerate(w)"),
        Mistake("the weights are left out",
                "A node is g(Σ w x + b): each value that comes in is multiplied by something first.",
                "w_u * values[u] → values[u]"),
        Mistake("the inputs stay at zero",
                "An input has no formula. Where does its number come from?",
                ("z.append(x[v]) → z.append(0.0)", "values.append(x[v]) → values.append(0.0)")),
    ),
)
