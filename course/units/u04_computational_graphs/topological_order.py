"""`topological_order`: every node of a graph after its parents."""

from collections.abc import Iterator, Sequence

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.judging.probes import arguments
from course.units.kit import Rng
from course.units.u03_node_by_node.counted import counted
from course.units.u04_computational_graphs import graphs
from course.units.u04_computational_graphs.graphs import DEEP, Graph, Parents, users_of


def topological_order(parents):
    """A list of all nodes 0, 1, 2, … of a graph, each once, and each after all of its parents; any such order is right.

    parents[v] is a tuple with the numbers of the nodes that v is computed from, perhaps empty. A chain of 10,000 nodes must
    not be too long, nor take long: each arrow is looked at a fixed number of times.
    """
    users = [[] for _ in parents]
    for v, above in enumerate(parents):
        for u in above:
            users[u].append(v)

    waiting = [len(above) for above in parents]
    ready = [v for v, arrows in enumerate(waiting) if arrows == 0]
    order = []
    while ready:
        u = ready.pop()
        order.append(u)
        for v in users[u]:
            waiting[v] -= 1
            if waiting[v] == 0:
                ready.append(v)
    return order


BY_NUMBER = "the nodes are taken in the order of their numbers"
TURNED_ROUND = "the order is turned round"
ARROWS_AS_ONE = "two arrows from the same parent are waited for as one, and crossed off as two"
TOO_SOON = "a node is listed as soon as one of its parents is"
ON_THE_WAY = "the walk starts at the results, and a node is listed on the way there, before its parents"
ONE_RESULT = "only the nodes that one result depends on are listed"
EACH_TIME = "a node that is used more than once is listed each time"
FOR_EVER = "a node that uses one parent twice waits for ever"
NO_INPUTS = "the nodes that have no parents are left out"
NO_RESULTS = "the nodes that nobody uses are left out"


def order_finding(parents: Parents, order: Array, lengths: Array) -> Finding | None:
    """What keeps a list from being a topological order of a graph, or None where nothing does."""
    n = len(parents)
    if order.ndim != 1:
        return Finding(f"one flat list of {n} nodes is expected, and the entries of yours are lists themselves.")
    if (lengths != 1).any():
        return Finding(f"one flat list of {n} nodes is expected, and entry {int(np.argmax(lengths != 1))} of yours is a list itself.")
    strange = (order < 0) | (order >= n) | (order != np.round(order))
    if strange.any():
        return Finding(f"{order[strange][0]:g} is in the list, and the nodes are numbered from 0 to {n - 1}.")
    nodes = order.astype(int).tolist()
    if len(set(nodes)) < len(nodes):
        again = int(np.bincount(nodes).argmax())
        reason = f"node {again} is listed {nodes.count(again)} times, and every node must be listed once."
        return Finding(reason, cause=EACH_TIME)
    if missing := set(range(n)) - set(nodes):
        return missing_finding(parents, missing)
    broken = next(broken_arrows(parents, nodes), None)
    return misplaced_finding(parents, nodes, *broken) if broken else None


def missing_finding(parents: Parents, missing: set[int]) -> Finding:
    """What to say where nodes are missing."""
    n = len(parents)
    reason = f"{len(missing)} of {n} nodes are not listed, among them {min(missing)}, whose parents are {parents[min(missing)]}."
    doubled = {v for v, above in enumerate(parents) if len(set(above)) < len(above)}
    if doubled and missing == {v for v in range(n) if not doubled.isdisjoint(ancestors(parents, v))}:
        return Finding(reason, cause=FOR_EVER)
    listed, users = set(range(n)) - missing, users_of(parents)
    for left_out, around in ((NO_INPUTS, parents), (NO_RESULTS, users)):
        if missing == {v for v in range(n) if not around[v]}:
            return Finding(reason, cause=left_out)
    ends = [v for v in listed if listed.isdisjoint(users[v])]
    if len(ends) == 1 and ancestors(parents, ends[0]) == listed:
        return Finding(reason, cause=ONE_RESULT)
    return Finding(reason, "Does your list end up with one entry for each entry of `parents`?")


def misplaced_finding(parents: Parents, nodes: list[int], v: int, u: int) -> Finding:
    """What to say where a node v stands before its parent u."""
    reason = f"node {v} is listed before its parent {u}."
    users, place = users_of(parents), {node: i for i, node in enumerate(nodes)}
    if all(len(set(parents[w])) < len(parents[w]) for w, _ in broken_arrows(parents, nodes)):
        return Finding(reason, cause=ARROWS_AS_ONE)
    if nodes == sorted(nodes):
        return Finding(reason, cause=BY_NUMBER)
    if next(broken_arrows(parents, nodes[::-1]), None) is None:
        return Finding(reason, cause=TURNED_ROUND)
    if all(not parents[v] or min(place[u] for u in parents[v]) < place[v] for v in nodes):
        return Finding(reason, cause=TOO_SOON)
    if all(not users[u] or min(place[v] for v in users[u]) < place[u] for u in nodes):
        return Finding(reason, cause=ON_THE_WAY)
    return Finding(reason, "When may a node be listed? Look at the first node of your list, and then at each of the next.")


def broken_arrows(parents: Parents, order: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each node that stands before one of its parents, with that parent."""
    position = {node: i for i, node in enumerate(order)}
    return ((v, u) for v in order for u in parents[v] if position[u] > position[v])


def ancestors(parents: Parents, node: int) -> set[int]:
    """A node and all that it was computed from."""
    return set(graphs.walked([node], parents.__getitem__))


def expected(case: Case) -> dict[str, Property]:
    def test(order: Array, lengths: Array) -> Finding | None:
        (parents,) = arguments(case.inputs)
        return order_finding(tuple(parents), order, lengths)

    return dict.fromkeys(case.criteria, Property(test))


def cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, graph: Graph, criterion: str = "order") -> Case:
        return Case(name, {"parents": graph.parents}, criteria=(criterion,))

    yield case("a small graph", graphs.drawn(rng, more=2))
    yield case("a larger graph", graphs.drawn(rng, more=int(rng.integers(6, 12))))
    yield case("two results", graphs.drawn(rng, more=4, results=2))
    yield case("a node that uses one parent twice", graphs.drawn(rng, more=3, twice=True))
    words = f"stopped: there are {DEEP:,} nodes, and their parents were looked up {READS * DEEP:,} times."
    chain = counted(graphs.chain(rng, DEEP).parents, READS * DEEP, words)
    yield Case(f"a chain of {DEEP:,} nodes", {"parents": chain}, criteria=("deep",))


READS = 20  # how often the parents of each node of a long chain may be looked up


def by_scanning(parents):
    """Each node that has all of its parents in the list, then once more all nodes, until none is missing."""
    order: list[int] = []
    while len(order) < len(parents):
        order += [v for v, above in enumerate(parents) if v not in order and all(u in order for u in above)]
    return order


EXERCISE = Exercise(
    right=topological_order,
    criteria=(
        Criterion("order", 2, "a list in which every node stands once, after all of its parents"),
        Criterion("deep", 1, "the same for a chain of 10,000 nodes"),
    ),
    cases=cases,
    expected=expected,
    probe="pieces",
    causes=(BY_NUMBER, TURNED_ROUND, ARROWS_AS_ONE, TOO_SOON, ON_THE_WAY, ONE_RESULT, EACH_TIME, FOR_EVER, NO_INPUTS, NO_RESULTS),
    mistakes=(
        Mistake("the function calls itself once for each link of a chain",
                "Python stops a recursion about 1,000 calls deep. A list of the nodes that wait, and a loop, know no such limit.",
                "users = [[] for _ in parents] → return graphs.recursive_order(range(len(parents)), parents.__getitem__)"),
        Mistake("all nodes are looked at again and again, until each has been listed",
                "When a node is listed, which nodes may have become ready? Keep a list of the users of each node, and look at those alone.",
                by_scanning),
        Mistake(NO_INPUTS,
                "A node without parents waits for nobody. Which list is it put into?",
                "return order → return [v for v in order if parents[v]]"),
        Mistake(NO_RESULTS,
                "A result is a node, too, and one graph may have several.",
                "return order → return [v for v in order if users[v]]"),
        Mistake(BY_NUMBER,
                "A node's number says nothing: parents[0] may well be (7, 3). What has to be true of a node before it may be listed?",
                "return order → return sorted(order)"),
        Mistake(TURNED_ROUND,
                "Forward pass: a node is computed when its parents have been. Which end of your list would you compute first?",
                "return order → return order[::-1]"),
        Mistake(ARROWS_AS_ONE,
                "For a node with the parents (4, 4, 5), how many arrows do you wait for, and how many do you cross off when 4 is listed?",
                "len(above) → len(set(above))"),
        Mistake(TOO_SOON,
                "A product needs both of its factors. How could you know, for each node, for how many of its parents it still waits?",
                "waiting[v] == 0 → waiting[v] == len(parents[v]) - 1"),
        Mistake(ON_THE_WAY,
                "On the way back from the results, when is it known that nothing is left to come before a node?",
                "return order → results = [v for v in order if not users[v]]; return graphs.walked(results, parents.__getitem__)"),
        Mistake(ONE_RESULT,
                "A graph may have several results, and the last number need not be one. Does your walk start often enough?",
                "return order → above = ancestors(parents, len(parents) - 1); return [v for v in order if v in above]"),
        Mistake(EACH_TIME,
                "How does your walk know that it has been somewhere before? (Where arrows are counted: at which count does a node become "
                "ready?)",
                "if waiting[v] == 0: → if True:"),
        Mistake(FOR_EVER,
                "For a node with the parents (4, 4), how many arrows do you wait for, and how many do you cross off when 4 is listed?",
                "for u in above: → for u in set(above):"),
        Mistake("nothing is returned", "Does the function end with `return`?", "return order → "),
    ),
)
