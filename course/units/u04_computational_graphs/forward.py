"""Unit 04, computational graphs: graphs to ask about, and what is right, by ways that no answer of the unit goes."""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from course.judging.exercise import Array

Rng = np.random.Generator
Parents = tuple[tuple[int, ...], ...]

STEP = 1e-100


class Nudged:
    """A number with a nudge: the real part is its value, the imaginary part over STEP how fast it moves with the input nudged.

    Complex arithmetic does the rest, so no rule of differentiation stands here. Source: Squire and Trapp, "Using complex variables
    to estimate derivatives of real functions", SIAM Review 40 (1998).
    """

    def __init__(self, z: complex):
        self.z = complex(z)

    def __add__(self, other: Nudged | float) -> Nudged:
        return Nudged(self.z + number(other))

    def __mul__(self, other: Nudged | float) -> Nudged:
        return Nudged(self.z * number(other))

    def __pow__(self, exponent: float) -> Nudged:
        return Nudged(self.z**exponent)

    __radd__, __rmul__ = __add__, __mul__

    def exp(self) -> Nudged:
        return Nudged(cmath.exp(self.z))

    def log(self) -> Nudged:
        return Nudged(cmath.log(self.z))

    def tanh(self) -> Nudged:
        return Nudged(cmath.tanh(self.z))

    def relu(self) -> Nudged:
        return Nudged(self.z if self.z.real > 0 else 0)

    def backward(self) -> None:
        """Nothing: a formula may call it on its way, as it does with nodes."""


def number(x: Nudged | float) -> complex:
    return x.z if isinstance(x, Nudged) else x


def value_and_gradient(formula: Callable[..., Nudged], values: Array) -> Array:
    """A formula's value, then its derivative with respect to each of its inputs."""
    results = [formula(*(Nudged(value + STEP * 1j * (i == k)) for i, value in enumerate(values))).z for k in range(len(values))]
    return np.array([results[0].real, *(result.imag / STEP for result in results)])


def path_sums(parents: Parents, slopes: Sequence[Sequence[float]], root: int) -> Array:
    """∂(root)/∂u for every node u of a graph: the notes' rule for all nodes at once, as one system of linear equations."""
    n = len(parents)
    S = np.zeros((n, n))  # S[v, u] is ∂v/∂u, over all arrows from u to v
    for v in range(n):
        for u, slope in zip(parents[v], slopes[v], strict=True):
            S[v, u] += slope
    return np.linalg.solve(np.eye(n) - S.T, np.eye(n)[root])


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
        others = [int(v) for v in rng.permutation(len(self.parents)) if v not in (first, last)]
        number = {v: i for i, v in enumerate([first, *others, last])}
        old = {i: v for v, i in number.items()}
        parents = tuple(tuple(number[u] for u in self.parents[old[i]]) for i in range(len(old)))
        return Graph(parents, tuple(number[v] for v in self.order))


def drawn_graph(rng: Rng, *, more: int, results: int = 1, twice: bool = False) -> Graph:
    """A graph with short ways and long ones between the same nodes, `more` random nodes, and that many results.

    `twice` adds a node that uses one parent twice, and then waits for another.
    """
    parents: list[tuple[int, ...]] = [(), (), (0, 1), (2,), (3, 0), (1, 3)]  # 4 and 5 are reached at once, and the long way, by 2 and 3
    if twice:
        parents += [(4, 5), (3, 3, 6)]
    for _ in range(more):
        parents.append(tuple(int(u) for u in rng.permutation(len(parents))[: rng.integers(1, 3)]))
    used = {u for above in parents for u in above}
    unused = [v for v in range(len(parents)) if v not in used]
    for part in np.array_split(unused, min(results, len(unused))):
        parents.append(tuple(int(v) for v in part))
    return Graph(tuple(parents), tuple(range(len(parents)))).numbered(rng)


def chain(rng: Rng, n: int) -> Graph:
    """One node after the other; 0 and n - 1 are the numbers of the last but one and the last but two, so that every walk is long."""
    inner = [int(i) for i in rng.permutation(np.arange(1, n - 1))]
    order = [*inner[:-1], n - 1, 0, inner[-1]]
    parents: list[tuple[int, ...]] = [()] * n
    for before, after in pairwise(order):
        parents[after] = (before,)
    return Graph(tuple(parents), tuple(order))


def ancestors(parents: Parents, node: int) -> set[int]:
    """A node and all that it was computed from."""
    found, waiting = {node}, [node]
    while waiting:
        for u in parents[waiting.pop()]:
            if u not in found:
                found.add(u)
                waiting.append(u)
    return found


def broken_arrows(parents: Parents, order: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each node that stands before one of its parents, with that parent."""
    position = {node: i for i, node in enumerate(order)}
    return ((v, u) for v in order for u in parents[v] if position[u] > position[v])


def users_of(parents: Parents) -> list[list[int]]:
    """Γ(u) for every node u."""
    users: list[list[int]] = [[] for _ in parents]
    for v, above in enumerate(parents):
        for u in dict.fromkeys(above):
            users[u].append(v)
    return users
