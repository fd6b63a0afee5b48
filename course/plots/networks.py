"""A network node by node, with the sum over Γ(u) of one node written out."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.patches import Circle

from course.plots.picture import GREEN, INK, ORANGE, RUST, Array, Picture, arrow, number, plane, write

Node = tuple[str, int]  # a layer's name and an index in it


def network(
    layers: Mapping[str, Array], gradients: Mapping[str, Array], links: Sequence[str], focus: Node, slopes: Sequence[float]
) -> Picture:
    """A network node by node: the value in each node, ∂ℓ/∂(node) beneath it, and Γ of one node picked out.

    `layers` and `gradients` give each layer's (nodes,) array, from the input to the loss. `links` says for each pair of neighbours
    "dense" (every node feeds every node) or "each" (node i feeds node i). `focus` is the node u; `slopes` are the derivatives
    ∂v/∂u of the nodes v in Γ(u), written on their edges.
    """
    tallest = max(len(layer) for layer in layers.values())
    picture, ax = plane(5.4 * len(layers) - 1.4, 4.1 * tallest + 0.3, scale=0.34)
    at = {
        (name, i): (2 + 5.4 * column, 2.1 + 4.1 * ((tallest + len(layer)) / 2 - 1 - i))
        for column, (name, layer) in enumerate(layers.items())
        for i in range(len(layer))
    }
    edges = edges_of(layers, links)
    users = [end for start, end in edges if start == focus]
    for start, end in edges:
        picked = {"linewidth": 2.6, "mutation_scale": 16, "color": ORANGE, "zorder": 2} if start == focus else {}
        arrow(ax, at[start], at[end], **({"shrinkA": 22, "shrinkB": 22, "linewidth": 0.9} | picked))
    for end, slope in zip(users, slopes, strict=True):
        x, y = 0.5 * np.add(at[focus], at[end])
        write(ax, x, y, number(slope), fontsize=10, bbox={"facecolor": "#ffffff", "edgecolor": ORANGE, "pad": 1.5})
    rings = dict.fromkeys(users, GREEN) | {focus: ORANGE}
    for (name, i), (x, y) in at.items():
        rim = {"edgecolor": rings.get((name, i), INK), "linewidth": 3 if (name, i) in rings else 1}
        ax.add_patch(Circle((x, y), 0.85, facecolor="#ffffff", zorder=3, **rim))
        write(ax, x, y, number(layers[name][i]), zorder=4)
        write(ax, x, y + 0.98, title_of(layers, name, i), va="bottom", weight="bold")
        write(ax, x, y - 1.02, number(gradients[name][i]), va="top", weight="bold", color=RUST)
    u, gamma = title_of(layers, *focus), ", ".join(title_of(layers, *user) for user in users)
    terms = " + ".join(f"({number(gradients[name][i])}) · ({number(slope)})" for (name, i), slope in zip(users, slopes, strict=True))
    total = f"∂ℓ/∂u = {terms} = {number(gradients[focus[0]][focus[1]])}."
    picture.alt = (
        f"Network, from left to right: {', '.join(f'{name} ({len(layer)})' for name, layer in layers.items())}. "
        f"The node u = {u} feeds {gamma}: {total}"
    )
    picture.caption = (
        f"In the node: its value (forward). Beneath it, vermillion: ∂ℓ/∂(node) (backward). Orange: u = {u}, with ∂v/∂u on its "
        f"edges. Green: Γ(u) = {{{gamma}}}. So {total}"
    )
    return picture


def edges_of(layers: Mapping[str, Array], links: Sequence[str]) -> list[tuple[Node, Node]]:
    """Every edge between neighbouring layers, "dense" or "each"."""
    return [
        ((before, i), (after, j))
        for (before, after), link in zip(pairwise(layers), links, strict=True)
        for i in range(len(layers[before]))
        for j in range(len(layers[after]))
        if link == "dense" or i == j
    ]


def title_of(layers: Mapping[str, Array], name: str, i: int) -> str:
    """A node's name: an entry of its layer, or the layer's own where it is the only one."""
    return f"{name}[{i}]" if len(layers[name]) > 1 else name
