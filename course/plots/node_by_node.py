"""A graph of numbers, node by node, and how fast work grows with its size."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from course.layout import spread
from course.plots.graphs import graph as drawn
from course.plots.matrices import CELL, draw_matrix, size_of
from course.plots.picture import BLUE, GREEN, INK, ORANGE, PALE, SKY, VERMILLION, Array, Picture, axes, largest, number, plane, write

APART = 0.07  # labels at the ends of the curves, as a part of the axis
STYLES = ((VERMILLION, "o"), (BLUE, "s"), (GREEN, "D"), (ORANGE, "^"))


def node_graph(
    graph: Sequence[tuple], values: Sequence[float], gradients: Sequence[float] | None = None, names: Sequence[str] = ()
) -> Picture:
    """A graph of numbers, with each node's value and, where they are given, its gradient.

    A node is (g, uses, w, b): its activation's name, the numbers of the nodes that it uses, their weights, a bias. `values`,
    `gradients` and `names` hold one entry for each node; the last is the loss. Raises ValueError where one holds another number of
    them, or where a node does not lead to the last.
    """
    for what, given in {"values": values, "gradients": gradients, "names": names or None}.items():
        if given is not None and len(given) != len(graph):
            raise ValueError(f"expected {len(graph)} {what}, one for each node, got {len(given)}")
    used = {u for _, uses, _, _ in graph for u in uses}
    if loose := set(range(len(graph) - 1)) - used:
        raise ValueError(f"expected every node but the last to be used by another, and nobody uses {sorted(loose)}")
    nodes: list[Any] = []
    for v, (g, uses, w, _) in enumerate(graph):
        nodes.append(
            SimpleNamespace(
                data=np.asarray(float(values[v])),
                grad=None if gradients is None else np.asarray(float(gradients[v])),
                op="" if g == "input" else g,
                name=names[v] if names else f"node {v}",
                requires_grad=True,
                parents=tuple(nodes[u] for u in uses),
                weights=w,
            )
        )
    picture = drawn(nodes[-1], on_arrow=lambda node, i: f"× {node.weights[i]:.3g}".replace("-", "−"))
    shared = [names[u] if names else f"node {u}" for u in range(len(graph)) if sum(u in uses for _, uses, _, _ in graph) > 1]
    below = "" if gradients is None else ", and below it, under ∂ℓ/∂, its gradient"
    picture.caption = f"An arrow leads from a node to one that uses it; its weight stands at its head. In each box: the value{below}."
    picture.caption += " Orange fields are positive, blue ones negative."
    if shared:
        picture.caption += f" Orange rim: used by more than one node ({', '.join(shared)})."
    return picture


def slope_table(slopes: Array, names: Sequence[str]) -> Picture:
    """The slope of every arrow, ∂v/∂u in row v and column u, each row and column under the name of its node.

    `slopes` is (n, n); raises ValueError where there is not one name for each node.
    """
    if np.shape(slopes) != (len(names), len(names)):
        raise ValueError(f"expected slopes of shape {(len(names), len(names))} for {len(names)} names, got {np.shape(slopes)}")
    width, height = size_of(slopes)
    margin = 1.2 + 0.3 * max(map(len, names))
    picture, ax = plane(width + margin + 3.4, height + 2.6)
    draw_matrix(ax, slopes, margin, height + 0.4, largest([slopes]))
    for i, name in enumerate(names):
        write(ax, margin + (i + 0.5) * CELL, height + 0.85, name, weight="bold")
        write(ax, margin - 0.4, height - 0.1 - i, name, weight="bold", ha="right")
    write(ax, margin + width / 2, height + 1.9, "u, the node that is used")
    write(ax, margin + width + 0.4, 0.4 + height / 2, "v, the\nnode that\nuses it", ha="left")
    found = [f"∂{names[v]}/∂{names[u]} = {number(slopes[v, u])}" for v, u in np.argwhere(slopes)]
    picture.alt = f"Table of slopes, a row for each of {', '.join(names)} and a column for each. {'; '.join(found)}; all others are 0."
    picture.caption = (
        "Row v: what v uses. Column u: the nodes of Γ(u), each with its slope ∂v/∂u. An entry of 0 has no arrow, or a flat one."
    )
    return picture


def product_rectangle(a: float, b: float, more_a: float, more_b: float) -> Picture:
    """A product as the area of a rectangle, and what is added to it where both sides grow: two strips and a corner.

    Raises ValueError for sides, or growth, that are not positive.
    """
    if min(a, b, more_a, more_b) <= 0:
        raise ValueError(f"expected positive sides and growth, got {a} and {b}, and {more_a} and {more_b} more")
    picture, (ax,) = axes(6.4, 4.6, [""])
    parts = (
        ((0, 0), a, b, PALE, "", f"a · b = {number(a * b)}"),
        ((a, 0), more_a, b, ORANGE, "//", f"b · Δa = {number(b * more_a)}"),
        ((0, b), a, more_b, SKY, "..", f"a · Δb = {number(a * more_b)}"),
        ((a, b), more_a, more_b, VERMILLION, "", f"Δa · Δb = {number(more_a * more_b)}"),
    )
    for corner, width, height, colour, hatch, _ in parts:
        ax.add_patch(Rectangle(corner, width, height, facecolor=colour, alpha=0.45, hatch=hatch, edgecolor=INK, linewidth=1.2))
    whole, right, top, rest = (words for *_, words in parts)
    write(ax, a / 2, b / 2, whole, fontsize=13)
    write(ax, a + more_a + 0.03 * a, b / 2, right, ha="left", fontsize=13)
    write(ax, a / 2, b + more_b + 0.05 * b, top, fontsize=13)
    write(ax, a + more_a + 0.03 * a, b + more_b / 2, rest, ha="left", fontsize=13)
    ax.set(xlim=(0, 1.5 * (a + more_a)), ylim=(0, 1.12 * (b + more_b)), aspect="equal")
    ax.set_xticks([a / 2, a + more_a / 2], [f"a = {number(a)}", f"Δa = {number(more_a)}"], fontsize=12)
    ax.set_yticks([b / 2, b + more_b / 2], [f"b = {number(b)}", f"Δb = {number(more_b)}"], fontsize=12)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    grown = number((a + more_a) * (b + more_b) - a * b)
    sentence = f"Where a = {number(a)} grows by {number(more_a)} and b = {number(b)} by {number(more_b)}, the area grows by {grown}"
    picture.alt = f"A rectangle with two strips and a corner added: {whole}; {right}; {top}; {rest}. {sentence}."
    picture.caption = f"{sentence}: the striped piece is there if a alone grows, the dotted one if b alone does; the corner is small."
    return picture


def growth(sizes: Sequence[int], curves: Mapping[str, Array], *, title: str, xlabel: str, ylabel: str) -> Picture:
    """Work against size, on a logarithmic scale: one line for each way of doing it, and a band from the least to the most.

    Each curve is an array (sizes,), or (sizes, runs), of which the median is drawn.
    """
    picture, (ax,) = axes(8.4, 4.2, [title])
    reports, ends = [], []
    for (name, curve), (colour, marker) in zip(curves.items(), STYLES, strict=False):
        runs = np.asarray(curve, float).reshape(len(sizes), -1)
        middle = np.median(runs, axis=1)
        ax.semilogy(sizes, middle, marker=marker, markersize=5, color=colour, linewidth=2)
        ends.append((float(np.log10(middle[-1])), f"  {name}"))
        reach = ""
        if runs.shape[1] > 1:
            low, high = runs.min(axis=1), runs.max(axis=1)
            ax.fill_between(sizes, low, high, color=colour, alpha=0.18, linewidth=0)
            reach = f" ({low[-1]:.3g} to {high[-1]:.3g} over {runs.shape[1]} runs)"
        reports.append(f"{name}: {middle[0]:.3g} at {sizes[0]}, {middle[-1]:.3g} at {sizes[-1]}{reach}")
    ax.set_xlabel(xlabel, fontsize=11)
    ax.set_ylabel(ylabel, fontsize=11)
    ax.set_xlim(min(sizes) - 0.02 * np.ptp(sizes), max(sizes) + 0.42 * np.ptp(sizes))  # with room for the names
    ax.set_xticks(sizes)
    ax.grid(alpha=0.25)
    ends.sort()
    apart = APART * float(np.diff(np.log10(ax.get_ylim()))[0])
    levels = spread(np.array([level for level, _ in ends]), np.full(len(ends) - 1, apart), np.ones(len(ends)))
    for level, (_, name) in zip(levels, ends, strict=True):
        ax.text(max(sizes), 10**level, name, va="center", fontsize=11, color=INK)
    picture.alt = f"{ylabel}, logarithmic, against {xlabel}. {'; '.join(reports)}."
    picture.caption = f"{'; '.join(reports)}."
    return picture
