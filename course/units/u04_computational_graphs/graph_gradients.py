"""`graph_gradients`: the gradient of every node of a graph, in a given order; two bugs to be mended."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.probes import arguments
from course.units.kit import Rng, away_from_zero
from course.units.u03_node_by_node.counted import counted
from course.units.u04_computational_graphs import graphs


def graph_gradients(parents, slopes, order):
    """∂ℓ/∂u for every node u = 0, 1, …, a list, where ℓ is the last node of order.

    parents[v] are the nodes that v is computed from, slopes[v] has ∂v/∂u for each of them. order is a list, a topological order
    of all nodes.
    """
    gradient = [0.0] * len(parents)
    gradient[order[-1]] = 1.0
    for v in reversed(order):
        for u, slope in zip(parents[v], slopes[v], strict=True):
            gradient[u] += gradient[v] * slope
    return gradient


def path_sums(parents: graphs.Parents, slopes: tuple[tuple[float, ...], ...], root: int) -> Array:
    """∂(root)/∂u for every node u of a graph: the notes' rule for all nodes at once, as one system of linear equations."""
    n = len(parents)
    S = np.zeros((n, n))  # S[v, u] is ∂v/∂u, over all arrows from u to v
    for v in range(n):
        np.add.at(S[v], list(parents[v]), slopes[v])
    return np.linalg.solve(np.eye(n) - S.T, np.eye(n)[root])


def expected(case: Case) -> dict[str, Expected]:
    parents, slopes, order = arguments(case.inputs)
    entries = tuple(f"∂ℓ/∂u{u}" for u in range(len(parents)))
    return {"gradient": Expected(path_sums(parents, slopes, order[-1]), entries=entries)}


def cases(rng: Rng) -> Iterator[Case]:
    drawn = {
        "a small graph": graphs.drawn(rng, more=2),
        "a larger graph": graphs.drawn(rng, more=int(rng.integers(6, 12))),
        "a node that uses one parent twice": graphs.drawn(rng, more=3, twice=True),
        "a chain": graphs.chain(rng, int(rng.integers(6, 9))),
        "a square": graphs.Graph(((1, 1), ()), (1, 0)),
    }
    for name, graph in drawn.items():
        slopes = tuple(tuple(away_from_zero(rng, (len(above),)).tolist()) for above in graph.parents)
        yield Case(name, {"parents": graph.parents, "slopes": slopes, "order": list(graph.order)})
    yield Case(f"2**{STEPS} paths", full_of_paths(rng))


def full_of_paths(rng: Rng) -> dict:
    """Steps that share nodes, in a graph of which each node may be read six times for each node: a loop over all pairs reads less."""
    graph = graphs.shared_steps(rng, STEPS)
    n = len(graph.parents)
    slopes = tuple(tuple(rng.uniform(0.4, 0.6, len(above)).tolist()) for above in graph.parents)
    words = f"stopped: this walks along the paths one by one, of which there are 2**{STEPS}, through {n} nodes."
    return {"parents": counted(graph.parents, 6 * n**2, words), "slopes": slopes, "order": list(graph.order)}


def along_every_path(parents, slopes, order):
    """A share for each path from ℓ, one by one."""
    gradient = [0.0] * len(parents)
    waiting = [(order[-1], 1.0)]
    while waiting:
        v, share = waiting.pop()
        gradient[v] += share
        waiting += zip(parents[v], map(share.__mul__, slopes[v]), strict=True)
    return gradient


STEPS = 20
ARROWS = "zip(parents[v], slopes[v], strict=True)"

EXERCISE = Exercise(
    right=graph_gradients,
    criteria=(Criterion("gradient", 2, "a list with ∂ℓ/∂u for every node u"),),
    cases=cases,
    expected=expected,
    probe="pieces",
    mistakes=(
        Mistake("nothing has been mended yet",
                "There are two mistakes. Try the graph with a shared node: what is a sum in the notes' rule, and is it one here?",
                ("gradient[u] += → gradient[u] =", "reversed(order) → reversed(range(len(order)))")),
        Mistake("a second share replaces the first, where the two have to be added",
                "∂ℓ/∂u is a sum over Γ(u). What becomes of the first share when the second one arrives?",
                "gradient[u] += → gradient[u] ="),
        Mistake("the nodes are visited by their numbers, and not by the order given",
                "A node's number says nothing about its place in the graph. Which argument of the function has not been used?",
                "reversed(order) → reversed(range(len(order)))"),
        Mistake("the nodes are visited in the order of the forward pass",
                "When v hands on its gradient, all nodes that use v must have handed on theirs. At which end of the order does that begin?",
                "reversed(order) → order"),
        Mistake("a share is the slope alone, without ∂ℓ/∂v",
                "A share is ∂ℓ/∂v · ∂v/∂u. In which list does ∂ℓ/∂v stand?",
                "gradient[v] * slope → slope"),
        Mistake("the base case is set at the last number, and not at the last node of the order",
                "∂ℓ/∂ℓ = 1, and ℓ is the node that is computed last. Which one is that?",
                "gradient[order[-1]] → gradient[-1]"),
        Mistake("two arrows between the same two nodes are counted as one",
                "In a · a two arrows run from a to the product, each with a slope of its own. Do both get through your loop?",
                f"{ARROWS} → dict({ARROWS}).items()"),
        Mistake("the shares are averaged in place of summed",
                "The rule says Σ over Γ(u), and nothing about how many they are.",
                "gradient[v] * slope → gradient[v] * slope / len(graphs.users_of(parents)[u])"),
        Mistake("every path is walked, one by one",
                "Each step that uses a node twice doubles the paths. Along the order each node hands on once, when its sum is complete.",
                along_every_path),
        Mistake("∂ℓ/∂ℓ is 0, where it has to be 1",
                "Where does the first number that is not 0 come from, and does it stay what you made it?",
                "gradient[order[-1]] = 1.0 → "),
        Mistake("the base case is set at the first node of the order",
                "∂ℓ/∂ℓ = 1, and ℓ is the node that is computed last. At which end of the order does it stand?",
                "gradient[order[-1]] → gradient[order[0]]"),
        Mistake("every node starts from 1, not ℓ alone", "With what does a sum begin?", "[0.0] → [1.0]"),
        Mistake("no node but ℓ has a share",
                "Print v, u and the share each time that one is handed on. Is ℓ among the v? Is the share 0?",
                "reversed(order) → reversed(order[:-1])"),
        Mistake("the slopes are left out, and the paths are counted",
                "A share is ∂ℓ/∂v · ∂v/∂u. In which argument does ∂v/∂u stand?",
                "gradient[v] * slope → gradient[v]"),
        Mistake("every share is added twice", "How often does your program come to one arrow?", "gradient[u] += → gradient[u] += 2 *"),
        Mistake("what is there already is added once more with each share",
                "`a += b` is `a = a + b`. What does `a += a + b` do?",
                "gradient[u] += → gradient[u] += gradient[u] +"),
        Mistake("the first share is kept, and those that come later are dropped",
                "∂ℓ/∂u is a sum over Γ(u). What becomes of the second share?",
                "gradient[u] += → gradient[u] = gradient[u] or"),
        Mistake("only the first parent of each node is given a share",
                "A node may have several parents. Does your loop come to all of them?",
                f"{ARROWS} → list({ARROWS})[:1]"),
        Mistake("the slopes of a node meet its parents the other way round",
                "slopes[v][k] belongs to parents[v][k]. Has one of them been turned round?",
                "zip(parents[v], → zip(parents[v][::-1],"),
        Mistake("the nodes are visited by their numbers, from 0 on",
                "A node's number says nothing about its place in the graph. Which argument of the function has not been used?",
                "reversed(order) → range(len(order))"),
        Mistake("the place of a node in the order is taken for its number",
                "order[3] is the number of a node, and 3 is none. By which of them are the gradients kept?",
                "gradient[v] * slope → gradient[order.index(v)] * slope"),
        Mistake("the gradients are listed in the order of `order`, and not by the numbers of the nodes",
                "Entry u of the list belongs to node u, whatever its place in the order.",
                "return gradient → return [gradient[v] for v in order]"),
        Mistake("nothing is returned", "Does the function end with `return`?", "return gradient → "),
    ),
)
