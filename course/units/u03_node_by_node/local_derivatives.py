"""`local_derivatives`: the slope of every arrow."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs
from course.units.u03_node_by_node.activation_slope import activation_slope


def local_derivatives(graph, z):
    """An array with ∂v/∂u at [v, u] for every arrow from u to v, and 0 where v does not use u.

    graph is a tuple of n nodes (g, uses, w, b), z holds what each node's activation gets, as `forward_pass` found it.
    The array is (n, n).
    """
    slopes = np.zeros((len(graph), len(graph)))
    for v, (g, uses, w, _) in enumerate(graph):
        for u, w_u in zip(uses, w, strict=True):
            slopes[v, u] = activation_slope(g, z[v]) * w_u
    return slopes


def expected(case: Case) -> dict[str, Expected]:
    return {"slopes": Expected(graphs.local_slopes(**case.inputs), derivative=True)}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs.several(rng):
        yield Case(name, {"graph": graph, "z": graphs.forward(graph, x)[0]})
    known = graphs.beside_kinks(rng)
    yield Case("two relus just beside their kinks", {"graph": known["graph"], "z": known["z"]}, entrywise=True)


BETWEEN = "v = g(z): between u and v lie two steps, from u to z and from z to v. Which of the two is missing?"

EXERCISE = Exercise(
    right=local_derivatives,
    criteria=(Criterion("slopes", 2, "∂v/∂u at [v, u]: row v, column u, and 0 where v does not use u"),),
    cases=cases,
    expected=expected,
    needs=("activation_slope",),
    mistakes=(
        Mistake("the slope of the activation is left out", BETWEEN, "activation_slope(g, z[v]) * w_u → w_u"),
        Mistake("the weight is left out", BETWEEN, " * w_u → "),
        Mistake("the activation's slope is taken at the z of u, not of v", "v = g(z): whose z is that?", "z[v] → z[u]"),
        Mistake("the slope is that of the activation of u, not of v",
                "The arrow ends in v = g(z): is that the g of u, or of v?",
                "activation_slope(g, z[v]) → activation_slope(graph[u][0], z[u])"),
        Mistake("the slope of an input's activation is asked for, and an input has none",
                "The arrow ends in v = g(z): whose g do you hand to `activation_slope`?",
                "activation_slope(g, z[v]) → (activation_slope(graph[u][0], z[u]) if graph[u][0] != 'input' else None)"),
        Mistake("multiplied by g(z), not by its derivative",
                "You have the value of v. How fast does it change with z?",
                "activation_slope(g, z[v]) → graphs.KINDS[g](z[v])"),
        Mistake("the activation's slope is taken at g(z), and not at z",
                "The slope of v = g(z) is g'(z). What do you hand to `activation_slope`?",
                "activation_slope(g, z[v]) → activation_slope(g, graphs.KINDS[g](z[v]))"),
        Mistake("the weights meet the nodes in the order of their numbers, and not in that of `uses`",
                "Weight k belongs to node uses[k], and `uses` is in no particular order.",
                "zip(uses, w → zip(sorted(uses), w"),
        Mistake("the row of the last node stays empty",
                "Does your loop come to the loss, too?",
                "enumerate(graph): → enumerate(graph[:-1]):"),
        Mistake("only the first arrow into each node is entered",
                "A node may use several. When does your inner loop end?",
                "slopes[v, u] = → slopes[v, u] = (u == uses[0]) *"),
        Mistake("only the last arrow into each node is entered",
                "A node may use several. Is the line with the slope inside the inner loop?",
                "slopes[v, u] = → slopes[v, u] = (u == uses[-1]) *"),
        Mistake("1 stands on the diagonal",
                "∂v/∂v is 1. But is there an arrow from v to v?",
                "np.zeros((len(graph), len(graph))) → np.eye(len(graph))"),
        Mistake("the array holds whole numbers",
                "What becomes of 0.7 in an array of whole numbers?",
                "len(graph), len(graph))) → len(graph), len(graph)), int)"),
        Mistake("a weight is looked up by the number of the node that is used, and not by its place in `uses`",
                "A node that uses 3 and 5 has two weights. Is one of them w[5]?",
                "* w_u → * w[u]"),
        Mistake("the last node is taken without its activation",
                "The loss is a node like the others. Which slope stands between its z and its value?",
                "activation_slope(g, z[v]) → (activation_slope(g, z[v]) if v < len(graph) - 1 else 1.0)"),
        Mistake("the weight is added, and not multiplied",
                "Two steps follow one another, from u to z and from z to v. What is done with their slopes?",
                "z[v]) * w_u → z[v]) + w_u"),
        Mistake("row and column have changed places",
                "∂v/∂u stands at [v, u]: the node that uses comes first, the one that is used second.",
                "slopes[v, u] → slopes[u, v]"),
        Mistake("weight k is taken to belong to node k",
                "Weight k belongs to node uses[k]. In which column must its slope stand?",
                "in zip(uses, w, strict=True) → in enumerate(w)"),
    ),
)
