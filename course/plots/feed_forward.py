"""The way forward: one node's weighted sum, activations as curves, and the plane before and after a hidden layer."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Circle

from course.plots.picture import BLUE, GREEN, INK, MAUVE, ORANGE, PALE, SKY, VERMILLION, Array, Picture, arrow, axes, number, plane, write

Node = tuple[str, int]  # a layer's name and an index in it
CLASSES = ((BLUE, "o"), (VERMILLION, "^"))


def weighted_sum(layers: Mapping[str, Array], weights: Sequence[Array], focus: Node, bias: float, activation: str) -> Picture:
    """A network with the value of each node in it, and the weighted sum into one node written out.

    `layers` gives each layer's (nodes,) array, inputs first; `weights` the (in, out) array between each two. `focus` is the node,
    (layer, index), `bias` its bias, and `activation` the name of g.
    """
    tallest = max(map(len, layers.values()))
    names = list(layers)
    picture, ax = plane(5.6 * len(layers) - 1.2, 3.4 * tallest + 0.6, scale=0.34)
    at = {
        (name, i): (2.2 + 5.6 * column, 1.8 + 3.4 * ((tallest + len(layer)) / 2 - 1 - i))
        for column, (name, layer) in enumerate(layers.items())
        for i in range(len(layer))
    }
    name, node = focus
    into = weights[names.index(name) - 1][:, node]
    before = names[names.index(name) - 1]
    for start, end in pairwise(names):
        for j in range(len(layers[start])):
            for i in range(len(layers[end])):
                picked = {"linewidth": 2.6, "mutation_scale": 16, "color": ORANGE, "zorder": 2} if (end, i) == focus else {}
                arrow(ax, at[start, j], at[end, i], **({"shrinkA": 22, "shrinkB": 22, "linewidth": 0.9} | picked))
    for j, weight in enumerate(into):
        x, y = 0.62 * np.array(at[before, j]) + 0.38 * np.array(at[focus])
        write(ax, x, y, number(weight), fontsize=10, bbox={"facecolor": "#ffffff", "edgecolor": ORANGE, "pad": 1.5})
    for (layer, i), (x, y) in at.items():
        rim = {"edgecolor": ORANGE if (layer, i) == focus else INK, "linewidth": 3 if (layer, i) == focus else 1}
        ax.add_patch(Circle((x, y), 0.85, facecolor="#ffffff", zorder=3, **rim))
        write(ax, x, y, number(layers[layer][i]), zorder=4)
        write(ax, x, y + 0.95, f"{layer}[{i}]", va="bottom", weight="bold")
    terms = " + ".join(f"({number(w)}) · ({number(x)})" for w, x in zip(into, layers[before], strict=True))
    total = float(into @ layers[before]) + bias
    sentence = f"{name}[{node}] = {activation}({terms} + ({number(bias)})) = {activation}({number(total)}) = {number(layers[name][node])}."
    picture.alt = f"Network, from left to right: {', '.join(f'{layer} ({len(values)})' for layer, values in layers.items())}. " + sentence
    picture.caption = f"In each node its value; orange, the arrows into {name}[{node}] with their weights. {sentence}"
    return picture


def activation_curves(z: Array, curves: Mapping[str, Array]) -> Picture:
    """Activations against z, a panel for each, with z itself dotted: `curves` maps a name to its values."""
    picture, found = axes(2.9 * len(curves), 2.9, list(curves))
    reports = []
    for ax, (name, values), colour in zip(found, curves.items(), (PALE, BLUE, GREEN, VERMILLION), strict=False):
        ax.plot(z, values, color=colour, linewidth=2.5)
        ax.set_ylim(ax.get_ylim())
        ax.plot(z, z, color=INK, linewidth=1, linestyle=":")
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.axvline(0, color=INK, linewidth=0.6)
        ax.set_xlabel("z, what g gets", fontsize=11)
        ax.grid(alpha=0.25)
        reports.append(f"{name} from {number(values[0])} to {number(values[-1])}")
    found[0].set_ylabel("g(z)", fontsize=11)
    picture.alt = f"Curves of g(z) for z from {number(z[0])} to {number(z[-1])}: {'; '.join(reports)}. Dotted: z itself."
    picture.caption = f"From z = {number(z[0])} to {number(z[-1])}: {'; '.join(reports)}. Dotted: z itself."
    return picture


def folded_plane(
    W1: Array, b1: Array, W2: Array, b2: Array, X: Array, labels: Array, names: Sequence[str] = ("x[0]", "x[1]", "h[0]", "h[1]")
) -> Picture:
    """The plane of two inputs, and what a hidden layer of two ReLU nodes makes of it, with the line drawn by the output node.

    W1 is (2, 2), b1 (2,), W2 (2, 1), b2 (1,); X is (N, 2), and `labels` N classes of 0 and 1. Class 1 is an output above one half.
    `names` are those of the two inputs and of the two hidden nodes.
    """
    if np.shape(W1) != (2, 2) or np.shape(W2) != (2, 1):
        raise ValueError(f"expected two inputs, two hidden nodes and one output, got W1 {np.shape(W1)} and W2 {np.shape(W2)}")
    hidden = np.maximum(X @ W1 + b1, 0)
    right = int((((hidden @ W2 + b2)[:, 0] > 0.5) == (labels == 1)).sum())
    picture, (before, after) = axes(10.0, 4.6, ["the inputs", "the hidden layer: what the output node sees"])
    low, high = X.min(axis=0) - 0.45, X.max(axis=0) + 0.45
    mesh = np.stack(np.meshgrid(*np.linspace(low, high, 220).T), axis=-1)
    sums = mesh @ W1 + b1
    colour_plane(before, mesh, (np.maximum(sums, 0) @ W2 + b2)[..., 0] > 0.5)
    for i, (colour, style) in enumerate(zip((GREEN, MAUVE), ("--", "-."), strict=True)):
        before.contour(mesh[..., 0], mesh[..., 1], sums[..., i], levels=[0], colors=colour, linestyles=style, linewidths=2)
        before.plot([], [], color=colour, linestyle=style, linewidth=2, label=f"{names[2 + i]} wakes up")
    most = np.maximum(np.maximum(sums, 0).max(axis=(0, 1)), 0.5)
    reach = np.stack(np.meshgrid(*(np.linspace(-0.12 * m, 1.05 * m, 160) for m in most)), axis=-1)
    colour_plane(after, reach, (reach @ W2 + b2)[..., 0] > 0.5)
    for lines in (mesh[::20], mesh[:, ::20].swapaxes(0, 1)):
        for line in lines:
            after.plot(*np.maximum(line @ W1 + b1, 0).T, color=PALE, linewidth=0.7, zorder=1)
    draw_points(before, X, X, labels)
    draw_points(after, hidden, X, labels)
    before.set(xlabel=names[0], ylabel=names[1], aspect="equal")
    after.set(xlabel=names[2], ylabel=names[3])
    before.legend(fontsize=10, frameon=False, loc="upper left", bbox_to_anchor=(0, -0.16), ncols=2)
    images = "; ".join(f"({number(x)}, {number(y)}) to ({number(h)}, {number(k)})" for (x, y), (h, k) in zip(X, hidden, strict=True))
    picture.alt = f"The planes of the inputs and of the hidden layer. Points go from {images}. {right} of {len(X)} are classified right."
    picture.caption = (
        f"Orange: class 1, blue: class 0. Grey on the right: where a square grid of the left plane has gone. {right} of {len(X)} points "
        "lie in the region of their class."
    )
    return picture


def colour_plane(ax: Axes, mesh: Array, one: Array) -> None:
    """The two regions of a plane; `mesh` is (rows, columns, 2), and `one` says where class 1 is."""
    colours = ListedColormap([SKY, ORANGE])
    ax.pcolormesh(*np.moveaxis(mesh, -1, 0), one.astype(int), cmap=colours, vmin=0, vmax=1, alpha=0.3, shading="auto", rasterized=True)


def draw_points(ax: Axes, at: Array, X: Array, labels: Array) -> None:
    """Points by colour and by shape, each with the input it came from; those that lie too close for two labels share one."""
    for label, (colour, marker) in enumerate(CLASSES):
        ax.scatter(at[labels == label, 0], at[labels == label, 1], c=colour, marker=marker, s=90, zorder=4, edgecolors="#ffffff")
    near = 0.04 * np.ptp(np.array([ax.get_xlim(), ax.get_ylim()]), axis=1)
    shared: list[tuple[Array, list[str]]] = []
    for place, x in zip(at, X.tolist(), strict=True):
        name = f"({x[0]:g}, {x[1]:g})"
        if known := [names for other, names in shared if (abs(other - place) <= near).all()]:
            known[0].append(name)
        else:
            shared.append((place, [name]))
    behind = {"boxstyle": "round,pad=0.15", "facecolor": "#ffffff", "edgecolor": "none"}
    middle = np.mean([ax.get_xlim(), ax.get_ylim()], axis=1)
    for place, names in shared:  # beside the lines that lead from corner to corner
        left, low = place < middle
        offset = (10 if left else -10, -10 if low else 10)
        words = " and ".join(names)
        text = ax.annotate(words, (place[0], place[1]), offset, textcoords="offset points", fontsize=11, color=INK, bbox=behind, zorder=5)
        text.set(ha="left" if left else "right", va="top" if low else "bottom")
