"""Unit 04's graphs, drawn afresh and numbered at random: the number of a node says nothing about its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from course.units.kit import Rng

Parents = tuple[tuple[int, ...], ...]

DEEP = 10_000  # nodes of a chain, ten times what Python lets a function call itself


@dataclass(frozen=True)
class Graph:
    """A graph as the parents of each node, and one order in which every node comes after its parents."""

    parents: Parents
    order: tuple[int, ...]

    def numbered(self, rng: Rng) -> Graph:
        """The same graph with other numbers: 0 and the last one stand for nodes that have parents and are used themselves.

        So neither the order of the numbers nor its reverse is a forward or a backward order.
        """
        used = {u for above in self.parents for u in above}
        inner = [v for v, above in enumerate(self.parents) if above and v in used]
        first, last = (int(v) for v in rng.permutation(inner)[:2])
        old = [first, *(int(v) for v in rng.permutation(len(self.parents)) if v not in (first, last)), last]
        number = {v: i for i, v in enumerate(old)}
        return Graph(tuple(tuple(number[u] for u in self.parents[v]) for v in old), tuple(number[v] for v in self.order))


def drawn(rng: Rng, *, more: int, results: int = 1, twice: bool = False) -> Graph:
    """A graph with short ways and long ones between the same nodes, `more` random nodes, and that many results.

    `twice` adds nodes that use one parent twice, and wait for another: whoever counts their arrows wrongly has one of them too soon,
    whether the nodes that are ready are taken from a stack or from a queue.
    """
    parents: list[tuple[int, ...]] = [(), (), (0, 1), (2,), (3, 0), (1, 3)]  # 4 and 5 are reached at once, and the long way, by 2 and 3
    if twice:
        parents += [(4, 5), (3, 3, 6), (0, 0, 1), (1, 1, 0)]
    for _ in range(more):
        parents.append(tuple(int(u) for u in rng.permutation(len(parents))[: rng.integers(1, 3)]))
    unused = [v for v, used in enumerate(users_of(tuple(parents))) if not used]
    for part in np.array_split(unused, min(results, len(unused))):
        parents.append(tuple(int(v) for v in part))
    return Graph(tuple(parents), tuple(range(len(parents)))).numbered(rng)


def chain(rng: Rng, n: int) -> Graph:
    """One node after the other; 0 and n - 1 are the numbers of the last but one and the last but two, so that every walk is long."""
    *inner, last = (int(i) for i in rng.permutation(np.arange(1, n - 1)))
    order = [*inner, n - 1, 0, last]
    parents: list[tuple[int, ...]] = [()] * n
    for before, after in pairwise(order):
        parents[after] = (before,)
    return Graph(tuple(parents), tuple(order))


def shared_steps(rng: Rng, n: int) -> Graph:
    """n steps, each of which uses the one before twice: 2 ** n paths; the numbers of the nodes mean nothing."""
    order = tuple(int(i) for i in rng.permutation(n + 1))
    parents: list[tuple[int, ...]] = [()] * (n + 1)
    for before, after in pairwise(order):
        parents[after] = (before, before)
    return Graph(tuple(parents), order)


def users_of(parents: Parents) -> list[list[int]]:
    """Γ(u) for every node u."""
    users: list[list[int]] = [[] for _ in parents]
    for v, above in enumerate(parents):
        for u in dict.fromkeys(above):
            users[u].append(v)
    return users


def walked(starts: Iterable[Any], above: Callable[[Any], Iterable[Any]]) -> list[Any]:
    """These nodes and all that they were computed from, in the order in which a walk meets them."""
    order, waiting = [], list(starts)
    seen = set(waiting)
    while waiting:
        order.append(waiting.pop())
        for u in above(order[-1]):
            if u not in seen:
                seen.add(u)
                waiting.append(u)
    return order


def recursive_order(starts: Iterable[Any], above: Callable[[Any], Iterable[Any]]) -> list[Any]:
    """Each node after its parents, by a function that calls itself.

    Its error on a long chain has the words that it always has: what Python adds to them depends on the call it met its end in.
    """
    order: dict[Any, None] = {}

    def visit(v: Any) -> None:
        if v not in order:
            for u in above(v):
                visit(u)
            order[v] = None

    try:
        for v in starts:
            visit(v)
    except RecursionError:
        raise RecursionError("maximum recursion depth exceeded") from None
    return list(order)
