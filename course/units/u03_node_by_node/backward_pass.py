"""`backward_pass`: the gradient of every node, gathered from the nodes that use it."""

from collections.abc import Iterator

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs
from course.units.u03_node_by_node.gamma import gamma


def backward_pass(graph, slopes):
    """∂ℓ/∂u for every node u, one number for each, from the base case ∂ℓ/∂ℓ = 1 of the last node and the sum over Γ(u).

    graph is a tuple of nodes (g, uses, w, b), slopes[v, u] is ∂v/∂u. A node that nobody uses has gradient 0.
    """
    gradients = [0.0] * len(graph)
    gradients[-1] = 1.0
    for u in reversed(range(len(graph) - 1)):
        for v in gamma(graph, u):
            gradients[u] += gradients[v] * slopes[v, u]
    return gradients


def expected(case: Case) -> dict[str, Expected]:
    graph, slopes = case.inputs.values()
    return {"gradients": Expected(graphs.total_derivatives(slopes), entries=graphs.entries(graph))}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs.several(rng):
        yield Case(name, {"graph": graph, "slopes": graphs.local_slopes(graph, graphs.forward(graph, x)[0])})


EXERCISE = Exercise(
    right=backward_pass,
    criteria=(Criterion("gradients", 3, "∂ℓ/∂u for every node u, one number for each"),),
    cases=cases,
    expected=expected,
    needs=("gamma",),
    mistakes=(
        Mistake("each share overwrites the one before it, and only the last node of Γ(u) counts",
                "The rule is a sum over Γ(u). What does your line do to the shares that are there already?",
                "gradients[u] += → gradients[u] ="),
        Mistake("only the first node of Γ(u) counts",
                "The rule is a sum over Γ(u): a node may be used more than once.",
                "in gamma(graph, u) → in gamma(graph, u)[:1]"),
        Mistake("the base case is missing",
                "Every gradient is made of gradients further on. What is the very first one, ∂ℓ/∂ℓ?",
                "gradients[-1] = 1.0 → "),
        Mistake("every node starts from 1, not the loss alone",
                "∂ℓ/∂ℓ = 1 is the base case. With what does an empty sum begin, for all other nodes?",
                "[0.0] → [1.0]"),
        Mistake("∂ℓ/∂v is left out, and the slopes are summed alone",
                "Each term of the sum has two factors: which one is missing?",
                "gradients[v] * slopes → slopes"),
        Mistake("the slopes are read at [u, v], not at [v, u]",
                "∂v/∂u stands at [v, u]. What do you find at [u, v]?",
                "* slopes[v, u] → * slopes[u, v]"),
        Mistake("the nodes are visited from the inputs on, in the order of the forward pass",
                "∂ℓ/∂v has to be known before any u that v uses. Which node is the first of which that is true?",
                "in reversed(range(len(graph) - 1)) → in range(len(graph) - 1)"),
        Mistake("the shares are averaged over Γ(u)",
                "The rule is a sum over Γ(u), not a mean.",
                "gradients[v] * slopes[v, u] → gradients[v] * slopes[v, u] / len(gamma(graph, u))"),
    ),
)
