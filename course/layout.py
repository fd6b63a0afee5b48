"""Places for the nodes of a graph: columns by depth, an order in each with few crossings, and heights without overlaps.

The steps of Sugiyama, Tagawa and Toda (1981). Vertices are numbered so that parents come first; where edges of a vertex pass a
column they get a vertex of their own there, a waypoint, and so keep clear of everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Array = np.ndarray
Parents = Sequence[Sequence[int]]

SWEEPS = 12
APART = 0.8  # from one vertex to the next in its column
STIFF = 4  # how much harder an edge pulls for each waypoint at its ends


@dataclass
class Layout:
    """Vertices in columns, and the chains of vertices by which each edge goes: `chains[child]` has one for each of its parents."""

    columns: list[list[int]]
    chains: list[list[list[int]]]
    heights: list[float]
    y: Array  # centres, downwards

    def port(self, child: int, position: int) -> float:
        """How far below its centre a child is entered by its parent at `position`: the first operand on top."""
        return port(self.chains, self.heights, child, position)


def layered(parents: Parents, heights: Sequence[float], waypoint: float = 0.5) -> Layout:
    """A layout of vertices with these heights, from the ones without parents on the left to the last one on the right."""
    depth = depths(parents)
    columns: list[list[int]] = [[] for _ in range(max(depth) + 1)]
    for vertex, column in enumerate(depth):
        columns[column].append(vertex)
    high = list(heights)
    waypoints: dict[tuple[int, int], int] = {}
    chains: list[list[list[int]]] = [[] for _ in parents]
    for child, above in enumerate(parents):
        for parent in above:
            passed = range(depth[parent] + 1, depth[child])
            for column in passed:
                if (parent, column) not in waypoints:
                    waypoints[parent, column] = len(high)
                    columns[column].append(len(high))
                    high.append(waypoint)
            chains[child].append([parent, *(waypoints[parent, column] for column in passed), child])
    edges = edges_of(chains, high)
    columns = ordered(columns, edges, len(high))
    return Layout(columns, chains, high, placed(columns, edges, high, len(parents)))


def depths(parents: Parents) -> list[int]:
    """The column of each vertex: after all of its parents, and one without parents right before the first that uses it."""
    depth: list[int] = []
    for above in parents:
        depth.append(1 + max((depth[parent] for parent in above), default=-1))
    first: dict[int, int] = {}
    for child in range(len(parents)):
        for parent in parents[child]:
            first[parent] = min(depth[child], first.get(parent, depth[child]))
    return [depth[v] if above or v not in first else first[v] - 1 for v, above in enumerate(parents)]


Edge = tuple[int, int, float]  # from, to, and how far below the centre of `to` it enters


def port(chains: list[list[list[int]]], heights: Sequence[float], child: int, position: int) -> float:
    return 0.8 * heights[child] * ((position + 1) / (len(chains[child]) + 1) - 0.5)


def edges_of(chains: list[list[list[int]]], heights: Sequence[float]) -> list[Edge]:
    """Every edge from one column to the next, once."""
    found = [
        (start, end, port(chains, heights, child, position) if end == child else 0.0)
        for child, ways in enumerate(chains)
        for position, chain in enumerate(ways)
        for start, end in pairwise(chain)
    ]
    return list(dict.fromkeys(found))


def ordered(columns: list[list[int]], edges: list[Edge], count: int) -> list[list[int]]:
    """The columns, each sorted by where its neighbours stand, now those to its left, now those to its right; the best order met."""
    best = columns = [list(column) for column in columns]
    fewest = crossings(columns, edges, count)
    for sweep in range(SWEEPS if fewest else 0):
        forward = sweep % 2 == 1
        rank = ranks(columns, count)
        for column in columns if forward else columns[::-1]:
            column.sort(key=lambda vertex: barycentre(vertex, edges, rank, forward))
            rank[column] = range(len(column))
        swap_neighbours(columns, edges, count)
        found = crossings(columns, edges, count)
        if found < fewest:
            best, fewest = [list(column) for column in columns], found
    return best


def swap_neighbours(columns: list[list[int]], edges: list[Edge], count: int) -> None:
    """Exchange neighbours in a column wherever that leaves fewer crossings."""
    fewest = crossings(columns, edges, count)
    for column in columns:
        for i in range(len(column) - 1):
            column[i], column[i + 1] = column[i + 1], column[i]
            found = crossings(columns, edges, count)
            if found < fewest:
                fewest = found
            else:
                column[i], column[i + 1] = column[i + 1], column[i]


def ranks(columns: list[list[int]], count: int) -> Array:
    rank = np.zeros(count)
    for column in columns:
        rank[column] = range(len(column))
    return rank


def barycentre(vertex: int, edges: list[Edge], rank: Array, forward: bool) -> float:
    """The mean rank of the neighbours before (or after) a vertex; its own rank where there are none."""
    if forward:
        found = [rank[start] for start, end, _ in edges if end == vertex]
    else:
        found = [rank[end] + 0.1 * np.sign(below) for start, end, below in edges if start == vertex]
    return float(np.mean(found)) if found else float(rank[vertex])


def crossings(columns: list[list[int]], edges: list[Edge], count: int) -> int:
    """How many pairs of edges between the same two columns cross."""
    rank = ranks(columns, count)
    column_of = {vertex: i for i, column in enumerate(columns) for vertex in column}
    between: dict[int, list[tuple[float, float]]] = {}
    for start, end, below in edges:
        between.setdefault(column_of[start], []).append((rank[start], rank[end] + 0.01 * below))
    pairs = (np.array(ends).T for ends in between.values())
    return sum(int((np.subtract.outer(a, a) * np.subtract.outer(b, b) < 0).sum()) // 2 for a, b in pairs)


def placed(columns: list[list[int]], edges: list[Edge], heights: Sequence[float], real: int) -> Array:
    """The height of each vertex's centre: as near to its neighbours as its column leaves room for.

    Waypoints, the vertices from `real` on, pull harder, so that long edges run straight (Gansner and others 1993).
    """
    y = np.zeros(len(heights))
    pulls: list[list[tuple[int, float, int]]] = [[] for _ in heights]  # a neighbour, how far from it one would be level, how hard
    for start, end, below in edges:
        hard = STIFF ** ((start >= real) + (end >= real))
        pulls[start].append((end, below, hard))
        pulls[end].append((start, -below, hard))
    for column in columns:
        y[column] = spread(np.zeros(len(column)), distances(column, heights), np.ones(len(column)))
    for sweep in range(4 * SWEEPS):
        for column in columns if sweep % 2 else columns[::-1]:
            weights = np.array([sum(hard for _, _, hard in pulls[vertex]) or 1 for vertex in column])
            wanted = [sum(hard * (y[other] + offset) for other, offset, hard in pulls[vertex]) for vertex in column]
            y[column] = spread(wanted / weights, distances(column, heights), weights)
    return y


def distances(column: list[int], heights: Sequence[float]) -> Array:
    """The least distance between the centres of neighbours in a column."""
    return np.array([(heights[above] + heights[below]) / 2 + APART for above, below in pairwise(column)])


def spread(wanted: Array, least: Array, weights: Array) -> Array:
    """The numbers nearest to those wanted (in the weighted sum of squares) that keep the least distances.

    Neighbours that come too close are pooled, and share one shift.

    >>> spread(np.array([0.0, 0.0, 9.0]), np.array([2.0, 2.0]), np.ones(3))
    array([-1.,  1.,  9.])
    """
    before = np.concatenate([[0.0], np.cumsum(least)])
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted - before, weights, strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (first, w, n), (second, v, m) = pools[-2:]
            pools[-2:] = [((w * first + v * second) / (w + v), w + v, n + m)]
    return np.repeat([value for value, _, _ in pools], [n for _, _, n in pools]) + before
