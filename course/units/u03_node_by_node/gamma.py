"""`gamma`: the nodes that use a node directly."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs


def gamma(graph, u):
    """Γ(u), a list of the nodes that use node u directly, their numbers in ascending order.

    graph is a tuple of nodes (g, uses, w, b).
    """
    return [v for v, (g, uses, w, b) in enumerate(graph) if u in uses]


def expected(case: Case) -> dict[str, Expected]:
    return {"Γ(u)": Expected(np.array(graphs.users(**case.inputs), int))}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, _ in graphs.several(rng):
        several = [u for u in range(len(graph)) if len(graphs.users(graph, u)) > 1]
        for u in (*graphs.shuffled(rng, several, 2), len(graph) - 2):
            yield Case(f"{name}, node {u}", {"graph": graph, "u": u})
    yield Case("the loss", {"graph": graph, "u": len(graph) - 1})


LISTED = "[v for v, (g, uses, w, b) in enumerate(graph) if u in uses]"

EXERCISE = Exercise(
    right=gamma,
    criteria=(Criterion("Γ(u)", 1, "the numbers of the nodes that use u directly"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the nodes that u uses are listed, in the order in which they stand there",
                "`graph[u]` says what u uses. Γ(u) is the other way round: in whose list does u stand?",
                f"{LISTED} → list(graph[u][1])"),
        Mistake("the nodes that u uses are listed, in ascending order",
                "`graph[u]` says what u uses. Γ(u) is the other way round: in whose list does u stand?",
                f"{LISTED} → sorted(graph[u][1])"),
        Mistake("nodes that use u only through others are counted in",
                "Γ(u) holds the nodes at the end of one arrow that leaves u.",
                f"{LISTED} → graphs.downstream(graph, u)"),
        Mistake("the search stops at the first node that uses u",
                "A node may be used more than once: when does your loop return?",
                "if u in uses] → if u in uses][:1]"),
        Mistake("u is looked for in a whole node, not among the nodes that it uses",
                "A node is (g, uses, w, b): in which of the four can a node number stand?",
                "if u in uses → if u in (g, uses, w, b)"),
        Mistake("all later nodes are taken", "Later in the order does not mean that there is an arrow.", "if u in uses → if v > u"),
        Mistake("only the last node that uses u is kept",
                "A node may be used more than once. What becomes of the first that you have found, when you find the next?",
                "if u in uses] → if u in uses][-1:]"),
        Mistake("the loss is left out", "Is the last node looked at, too?", "enumerate(graph) → enumerate(graph[:-1])"),
        Mistake("the list is in descending order",
                "Which end do you begin at? Ascending numbers are asked for.",
                f"{LISTED} → {LISTED}[::-1]"),
        Mistake("the nodes are counted from 1", "The first node has the number 0.", "enumerate(graph) → enumerate(graph, 1)"),
        Mistake("their number is returned, and not the list",
                "Γ(u) is a set of nodes. How many there are is another question.",
                f"{LISTED} → len({LISTED})"),
        Mistake("a yes or no is returned for each node, and not the numbers of the nodes",
                "True at place v says that v uses u. Which numbers have those places?",
                "[v for v, (g, uses, w, b) in enumerate(graph) if u in uses] → [u in uses for g, uses, w, b in graph]"),
        Mistake("only the first of the nodes that a node uses is looked at",
                "A node may use several. Are you done when the first is not u?",
                "if u in uses → if u in uses[:1]"),
        Mistake("the places in `uses` are listed, and not the numbers of the nodes",
                "Where u stands among those that v uses does not matter. Which number has v?",
                "[v for v → [uses.index(u) for v"),
        Mistake("u itself is counted in", "Does u use itself?", "if u in uses → if u in uses or u == v"),
    ),
)
