"""`count_paths`: the number of paths from every node to the loss."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.probes import arguments
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs
from course.units.u03_node_by_node.gamma import gamma


def count_paths(graph):
    """The number of paths from every node to the loss, the last node: whole numbers, and 1 for the loss itself.

    graph is a tuple of nodes (g, uses, w, b). There may be 2**63 paths: too many to walk one by one, and one more than
    a 64-bit integer of NumPy's holds.
    """
    counts = [0] * len(graph)
    counts[-1] = 1
    for u in reversed(range(len(graph) - 1)):
        counts[u] = sum(counts[v] for v in gamma(graph, u))
    return counts


def path_counts(graph: graphs.Graph) -> Array:
    """The number of paths from each node to the last: where every slope is 1, the loss moves by 1 for each path."""
    return graphs.total_derivatives(np.array([[float(u in uses) for u in range(len(graph))] for _, uses, _, _ in graph]))


def expected(case: Case) -> dict[str, Expected]:
    (graph,) = arguments(case.inputs)
    return {"counts": Expected(path_counts(graph), entries=graphs.entries(graph))}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, _ in graphs.several(rng):
        yield Case(name, {"graph": graph})
    yield Case("three layers of four nodes", {"graph": graphs.layered(3, 4)})
    layers = int(rng.integers(44, 51))
    yield Case(f"2**{layers} paths", {"graph": graphs.full_of_paths(layers)})
    yield Case("2**63 paths", {"graph": graphs.full_of_paths(63)})  # the most that whole numbers, unsigned ones and floats all hold exactly


def walked(graph):
    """The paths counted one by one."""

    def paths(u):
        return 1 if u == len(graph) - 1 else sum(paths(v) for v in gamma(graph, u))

    return [paths(u) for u in range(len(graph))]


SUM = "sum(counts[v] for v in gamma(graph, u))"

EXERCISE = Exercise(
    right=count_paths,
    criteria=(Criterion("counts", 2, "the number of paths from each node to the loss"),),
    cases=cases,
    expected=expected,
    needs=("gamma",),
    mistakes=(
        Mistake("the paths are walked one by one",
                "When the count of u is asked for, whose counts are known already? Begin at the loss, and keep them in a list.",
                walked),
        Mistake("only the arrows that leave a node are counted",
                "From each node of Γ(u) the paths go on. How many ways has each?",
                f"{SUM} → len(gamma(graph, u))"),
        Mistake("the nodes on the way are counted, each of them once",
                "Two paths may meet in a node, and part again: they are still two.",
                f"{SUM} → len(graphs.downstream(graph, u))"),
        Mistake("the count of the loss is 0, where it has to be 1",
                "How many paths lead from the loss to the loss? (One: stay.)",
                "counts[-1] = 1 → "),
        Mistake("the nodes are visited from the inputs on, in the order of the forward pass",
                "The count of v has to be known before that of any u that v uses. Which node is the first of which that is true?",
                "in reversed(range(len(graph) - 1)) → in range(len(graph) - 1)"),
        Mistake("node 0 is never visited",
                "Where does `range` stop when it counts down?",
                "range(len(graph) - 1) → range(1, len(graph) - 1)"),
        Mistake("the counts are listed from the loss to the inputs",
                "Entry u belongs to node u. Which node does your list begin with?",
                "return counts → return counts[::-1]"),
        Mistake("every node adds 1 of its own", "Does a path from u end at u, if u is not the loss?", f"{SUM} → 1 + {SUM}"),
        Mistake("the paths from the inputs are counted, not those to the loss",
                "Start at the other end: what is known at once is the count of the loss.",
                ("u in reversed(range(len(graph) - 1)) → u, (g, uses, w, b) in enumerate(graph)",
                 f"{SUM} → 1 if g == 'input' else sum(counts[v] for v in uses)")),
        Mistake("the longest path is measured",
                "How many paths are there, not how long they are.",
                ("counts[-1] = 1 → ", f"{SUM} → 1 + max((counts[v] for v in gamma(graph, u)), default=0)")),
        Mistake("only one way on is followed",
                "From u one may go on to any node of Γ(u): what do you do with the counts of all of them?",
                "in gamma(graph, u)) → in gamma(graph, u)[:1])"),
        Mistake("the counts are NumPy's 64-bit integers, and 2**63 is one too many for them",
                "NumPy's whole numbers start again from below when they are full. Which whole numbers have no largest one?",
                "[0] * len(graph) → np.zeros(len(graph), np.int64)"),
    ),
)
