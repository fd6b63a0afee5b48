"""`weight_gradients`: the gradients of all weights and biases."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs
from course.units.u03_node_by_node.activation_slope import activation_slope


def weight_gradients(graph, z, values, gradients):
    """Gradients dw and db of all weights and biases.

    dw[v, u] is ∂ℓ/∂w for the weight by which v uses u, and 0 where v does not use u; db[v] is ∂ℓ/∂b, and 0 for inputs.
    graph is a tuple of n nodes (g, uses, w, b); z, values and gradients hold one number for each. dw is (n, n), db is (n,).
    """
    dw, db = np.zeros((len(graph), len(graph))), np.zeros(len(graph))
    for v, (g, uses, _, _) in enumerate(graph):
        if g != "input":
            db[v] = gradients[v] * activation_slope(g, z[v])
            for u in uses:
                dw[v, u] = db[v] * values[u]
    return dw, db


def expected(case: Case) -> dict[str, Expected]:
    """Each by a complex step of its node's own formula; 0 for an input, which has no bias."""
    graph, z, values, gradients = case.inputs.values()
    dw, db = np.zeros((len(graph), len(graph))), np.zeros(len(graph))
    for v, (g, uses, _, _) in enumerate(graph):
        if g == "input":
            continue
        db[v] = gradients[v] * graphs.slope(g, z[v])
        for u in uses:
            dw[v, u] = gradients[v] * graphs.slope(g, z[v], values[u])
    return {"dw": Expected(dw, derivative=True), "db": Expected(db, derivative=True, entries=graphs.entries(graph))}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs.several(rng):
        yield Case(name, graphs.state(graph, x))
    yield Case("two relus just beside their kinks", graphs.beside_kinks(rng), entrywise=True)


EXERCISE = Exercise(
    right=weight_gradients,
    criteria=(
        Criterion("dw", 2, "∂ℓ/∂w of the weight by which v uses u, at [v, u]: row v, column u, and 0 where v does not use u"),
        Criterion("db", 1, "∂ℓ/∂b of every node, one number for each, 0 for inputs"),
    ),
    cases=cases,
    expected=expected,
    needs=("activation_slope",),
    mistakes=(
        Mistake("the slope of the activation is left out",
                "v = g(z), and the weight is inside z. Which factor of ∂v/∂w is that?",
                " * activation_slope(g, z[v]) → "),
        Mistake("∂ℓ/∂v is left out",
                "You have ∂v/∂w. The rule multiplies it by something that the backward pass has found.",
                "gradients[v] * activation → activation"),
        Mistake("the value of v itself stands where the value of u belongs",
                "z = … + w · (value of u) + …: what is the derivative of that with respect to w?",
                "values[u] → values[v]"),
        Mistake("the weight stands where the value of u belongs",
                "∂v/∂u has the weight in it. What has ∂v/∂w?",
                "values[u] → graph[v][2][uses.index(u)]"),
        Mistake("the z of u stands where its value belongs",
                "What does u pass on to v: what its activation gets, or what it makes of it?",
                "values[u] → z[u]"),
        Mistake("∂ℓ/∂u is used in place of ∂ℓ/∂v",
                "The weight belongs to the node at the arrow's head. Whose gradient carries on from there to the loss?",
                "db[v] * values[u] → gradients[u] * activation_slope(g, z[v]) * values[u]"),
        Mistake("the bias stands where the value of u belongs",
                "z = … + w · (value of u) + …: what is the derivative of that with respect to w?",
                "values[u] → graph[v][3]"),
        Mistake("the value of u is left out",
                "z = … + w · (value of u) + …: what is the derivative of that with respect to w?",
                " * values[u] → "),
        Mistake("the activation's slope is taken at the value of v, and not at its z",
                "The slope of v = g(z) is g'(z). Which of the two lists holds z?",
                "activation_slope(g, z[v]) → activation_slope(g, values[v])"),
        Mistake("the activation's slope is there twice in the gradients of the weights",
                "How often does g stand between w and v?",
                "db[v] * values[u] → db[v] * activation_slope(g, z[v]) * values[u]"),
        Mistake("g(z) stands where its derivative belongs",
                "You have the value of v. How fast does it change with z?",
                "activation_slope(g, z[v]) → values[v]"),
        Mistake("dw and db are returned in the wrong order", "dw comes first, and db second.", "return dw, db → return db, dw"),
        Mistake("the last node is left out",
                "The loss has weights and a bias, too.",
                'if g != "input": → if g != "input" and v < len(graph) - 1:'),
        Mistake("only the first weight of each node is given a gradient",
                "A node may have several weights. When does your inner loop end?",
                "dw[v, u] = → dw[v, u] = (u == uses[0]) *"),
        Mistake("only the last weight of each node is given a gradient",
                "A node may have several weights. Is the line with dw inside the inner loop?",
                "dw[v, u] = → dw[v, u] = (u == uses[-1]) *"),
        Mistake("the gradient of the bias is that of the last weight",
                "z = … + b: by how much does z move with b?",
                "return dw, db → return dw, np.array([dw[v, uses[-1]] if uses else 0.0 for v, (_, uses, _, _) in enumerate(graph)])"),
        Mistake("row and column have changed places",
                "The weight by which v uses u has its gradient at [v, u].",
                "dw[v, u] = → dw[u, v] ="),
        Mistake("the gradient of the bias is multiplied by the bias",
                "z = Σ w x + b: what is the derivative of that with respect to b?",
                "return dw, db → return dw, db * [b for _, _, _, b in graph]"),
        Mistake("the slope of the activation is left out for the biases",
                "The bias is inside g, as the weights are.",
                "return dw, db → return dw, gradients * [g != 'input' for g, *_ in graph]"),
        Mistake("the bias of every node, inputs too, is given the gradient of the node itself",
                "z moves with the bias, one to one. Does g(z) move one to one with z?",
                "return dw, db → return dw, gradients"),
        Mistake("the inputs are given a bias gradient, too: their own gradient",
                "An input has no formula, and no b in it. What can be said of ∂ℓ/∂b where there is no b?",
                "return dw, db → return dw, db + gradients * [g == 'input' for g, *_ in graph]"),
        Mistake("the inputs are given a bias gradient, too: an activation's slope was asked of them",
                "An input has no activation. What does your `activation_slope` say where g is 'input', and should it be asked?",
                "if g != \"input\": → if True:"),
    ),
)
