"""`backward_pass`: the gradient of every node, gathered from the nodes that use it."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.judging.probes import arguments
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
    graph, slopes = arguments(case.inputs)
    return {"gradients": Expected(graphs.total_derivatives(slopes), entries=graphs.entries(graph))}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs.several(rng):
        yield Case(name, {"graph": graph, "slopes": graphs.local_slopes(graph, graphs.forward(graph, x)[0])})
    graph = graphs.layered(50, 2)
    slopes = np.array([[rng.uniform(0.4, 0.6) if u in uses else 0.0 for u in range(len(graph))] for _, uses, _, _ in graph])
    yield Case("2**50 paths", {"graph": graphs.full_of_paths(50), "slopes": slopes})


def along_every_path(graph, slopes):
    """∂ℓ/∂u as a sum over all paths from u, one by one."""

    def gradient(u):
        return 1.0 if u == len(graph) - 1 else sum(gradient(v) * slopes[v, u] for v in graphs.users(graph, u))

    return [gradient(u) for u in range(len(graph))]


EXERCISE = Exercise(
    right=backward_pass,
    criteria=(Criterion("gradients", 3, "∂ℓ/∂u for every node u, one number for each"),),
    cases=cases,
    expected=expected,
    needs=("gamma",),
    mistakes=(
        Mistake("every path is walked, one by one",
                "When ∂ℓ/∂u is asked for, which gradients are known already? Begin at the loss, and keep them in a list.",
                along_every_path),
        Mistake("each share overwrites the one before it, and only the last node of Γ(u) counts",
                "The rule is a sum over Γ(u). What does your line do to the shares that are there already?",
                "gradients[u] += → gradients[u] ="),
        Mistake("only the first node of Γ(u) counts",
                "The rule is a sum over Γ(u): a node may be used more than once.",
                "in gamma(graph, u) → in gamma(graph, u)[:1]"),
        Mistake("∂ℓ/∂ℓ is 0, where it has to be 1",
                "Every gradient is made of gradients further on. What is the very first one, ∂ℓ/∂ℓ, and does it stay what you made it?",
                "gradients[-1] = 1.0 → "),
        Mistake("every node starts from 1, not the loss alone",
                "∂ℓ/∂ℓ = 1 is the base case. With what does an empty sum begin, for all other nodes?",
                "[0.0] → [1.0]"),
        Mistake("the base case is 1 for all nodes that the loss uses, too",
                "∂ℓ/∂ℓ = 1 for the loss alone. What is ∂ℓ/∂u for a node that it uses, by the rule?",
                "gradients[v] * slopes[v, u] → gradients[v] * slopes[v, u] if v < len(graph) - 1 else 1.0"),
        Mistake("∂ℓ/∂v is left out, and the slopes are summed alone",
                "Each term of the sum has two factors: which one is missing?",
                "gradients[v] * slopes → slopes"),
        Mistake("the slopes are left out, and the paths are counted",
                "Each term of the sum has two factors: which one is missing?",
                "gradients[v] * slopes[v, u] → gradients[v]"),
        Mistake("every share is 0, or none is added",
                "Print u, v and the slope for each share that is added. Is the slope 0? `slopes` has ∂v/∂u at [v, u], and 0 wherever v "
                "does not use u. Is nothing printed?",
                "* slopes[v, u] → * slopes[u, v]"),
        Mistake("the nodes are visited from the inputs on, in the order of the forward pass",
                "∂ℓ/∂v has to be known before any u that v uses. Which node is the first of which that is true?",
                "in reversed(range(len(graph) - 1)) → in range(len(graph) - 1)"),
        Mistake("the node before the loss is never visited",
                "`range(n)` ends with n - 1. Which number has the loss, and which the node before it?",
                "range(len(graph) - 1) → range(len(graph) - 2)"),
        Mistake("node 0 is never visited",
                "Where does `range` stop when it counts down?",
                "range(len(graph) - 1) → range(1, len(graph) - 1)"),
        Mistake("only the node before the loss is visited",
                "When does your outer loop end?",
                "in reversed(range(len(graph) - 1)) → in [len(graph) - 2]"),
        Mistake("the sum goes on from node to node",
                "Each node has a sum of its own. What does yours begin with for the second node?",
                "for u in reversed(range(len(graph) - 1)): → "
                "for u in reversed(range(len(graph) - 1)):\n        gradients[u] += gradients[u + 1] * (u < len(graph) - 2)"),
        Mistake("every share is added twice", "How often does your program come to one arrow?", "gradients[u] += → gradients[u] += 2 *"),
        Mistake("the shares are averaged over Γ(u)",
                "The rule is a sum over Γ(u), not a mean.",
                "gradients[v] * slopes[v, u] → gradients[v] * slopes[v, u] / len(gamma(graph, u))"),
        Mistake("the gradients are listed from the loss to the inputs",
                "Entry u belongs to node u. Which node does your list begin with?",
                "return gradients → return gradients[::-1]"),
    ),
)
