"""A scalar engine's own graph, one on its way through the passes, and one in an order, where every arrow that runs backwards shows."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.patches import Circle

from course.plots.graphs import forward_order
from course.plots.graphs import graph as drawn
from course.plots.picture import GREEN, INK, VERMILLION, Picture, arrow, plane, write

STEP, RADIUS = 2.6, 0.62  # from one node to the next, and the size of one
BEND, BEND_MORE = 0.42, 0.3  # how high an arc rises, for its length; and by how much more for each other arrow between the same nodes


def engine_graph(root: Any, names: Mapping[str, Any] | None = None) -> Picture:
    """The graph of a node of your own engine, from left to right, with values and, after `backward`, gradients.

    `root` and its `parents` need `value`, `grad` and `parents`; an `op` is shown where there is one. `names` maps names to nodes.
    Raises ValueError for more than 60 nodes.
    """
    order = forward_order(root)
    named = {id(node): name for name, node in (names or {}).items()}
    after_backward = any(node.grad for node in order)
    found: dict[int, Any] = {}
    for node in order:
        found[id(node)] = SimpleNamespace(
            data=np.asarray(float(node.value)),
            grad=np.asarray(float(node.grad)) if after_backward else None,
            op=getattr(node, "op", "") if node.parents else "",
            name=named.get(id(node), ""),
            requires_grad=bool(node.parents),
            parents=tuple(found[id(parent)] for parent in node.parents),
        )
    return drawn(found[id(root)])


def stepped(
    nodes: Sequence[tuple[str, str, Sequence[int]]], values: Sequence[float | None], gradients: Sequence[float | None]
) -> Picture:
    """A graph on its way through the passes, from left to right, with those values and gradients that are there already.

    A node is its name, its operation ("input" and "constant" for those that have none), and the numbers of its parents, which come before
    it; the last node is the loss. A value of None is shown as a question mark, a gradient of None not at all.
    """
    found: list[Any] = []
    for (name, op, parents), value, gradient in zip(nodes, values, gradients, strict=True):
        found.append(
            SimpleNamespace(
                data=None if value is None else np.asarray(float(value)),
                grad=None if gradient is None else np.asarray(float(gradient)),
                op="" if op in ("input", "constant") else op,
                name=name,
                requires_grad=op != "constant",
                parents=tuple(found[u] for u in parents),
            )
        )
    return drawn(found[-1])


def arrows_in_order(parents: Sequence[Sequence[int]], order: Sequence[int], names: Sequence[str] = ()) -> Picture:
    """A graph's nodes in a row, in an order: arrows above run forwards, arrows below run backwards, and break the order.

    `parents[v]` are the nodes that v is computed from. Raises ValueError for an order that does not hold every node once.
    """
    if sorted(order) != list(range(len(parents))):
        raise ValueError(f"expected an order of the {len(parents)} nodes, each once, got {list(order)}")
    place = {int(v): i for i, v in enumerate(order)}
    title = [names[v] if names else str(v) for v in range(len(parents))]
    arrows = [
        (place[u], place[v], BEND + BEND_MORE * parents[v][:k].count(u)) for v in range(len(parents)) for k, u in enumerate(parents[v])
    ]
    up = max(((end - start) * bend for start, end, bend in arrows if end > start), default=BEND) * STEP / 2
    down = max(((start - end) * bend for start, end, bend in arrows if start > end), default=0) * STEP / 2
    width, base = STEP * (len(order) - 1) + 3, down + 1.2
    picture, ax = plane(width, base + up + 1.2, scale=0.32)
    for start, end, bend in arrows:
        x, to = 1.5 + STEP * start, 1.5 + STEP * end
        colour, wide = (GREEN, 1.6) if end > start else (VERMILLION, 2.6)
        arrow(ax, (x, base), (to, base), connectionstyle=f"arc3,rad={-bend}", shrinkA=16, shrinkB=16, color=colour, linewidth=wide)
    for v, i in place.items():
        ax.add_patch(Circle((1.5 + STEP * i, base), RADIUS, facecolor="#ffffff", edgecolor=INK, zorder=3))
        write(ax, 1.5 + STEP * i, base, title[v], weight="bold", zorder=4)
    broken = [f"{title[u]} → {title[v]}" for v in range(len(parents)) for u in parents[v] if place[u] > place[v]]
    listed = ", ".join(title[int(v)] for v in order)
    verdict = f"arrows that run backwards: {', '.join(broken)}" if broken else f"all {len(arrows)} arrows run forwards"
    picture.alt = f"The nodes {listed} in a row, with an arrow from each node to those that use it; {verdict}."
    picture.caption = f"{listed}: {'not a topological order' if broken else 'a topological order'}; {verdict}."
    return picture
