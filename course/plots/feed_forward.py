"""The way forward: what a neuron sees, one node's weighted sum, activations as curves, and the plane before and after a hidden layer."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from course.plots.picture import (
    BLUE,
    DIVERGING,
    GREEN,
    INK,
    MAUVE,
    ORANGE,
    PALE,
    SKY,
    VERMILLION,
    Array,
    Picture,
    arrow,
    axes,
    number,
    plane,
    write,
)

Node = tuple[str, int]  # a layer's name and an index in it
CLASSES = ((BLUE, "o"), (VERMILLION, "^"))
LINES = ({"colors": PALE, "linestyles": "-", "linewidths": 6}, {"colors": INK, "linestyles": "--"}, {"colors": INK, "linestyles": "-"})
REACH = 3.0  # how much of each input `neuron_planes` shows, on either side of 0
BEHIND = {"boxstyle": "round,pad=0.15", "facecolor": "#ffffff", "edgecolor": "none"}  # what words stand on


def neuron_planes(neurons: Mapping[str, tuple[Array, float]]) -> Picture:
    """The plane of two inputs as each neuron sees it: the line where its sum z is 0, the arrow w, and z itself as colour.

    `neurons` maps a title to weights (2,), not both 0, and a bias; the line should come within three units of the origin.
    """
    titles = [f"{name}: w = ({w[0]:g}, {w[1]:g}), b = {b:g}".replace("-", "−") for name, (w, b) in neurons.items()]
    picture, found = axes(4.1 * len(neurons), 4.4, titles)
    reports = []
    for ax, title, (weights, bias) in zip(found, titles, neurons.values(), strict=True):
        if not np.any(weights):
            raise ValueError(f"expected weights that are not both 0, got {weights}")
        draw_neuron(ax, np.asarray(weights, float), bias)
        side_of = "on the line" if bias == 0 else f"where z is {'positive' if bias > 0 else 'negative'}"
        reports.append(f"{title}; the origin is {side_of}")
    found[0].set_ylabel("$x_2$")
    picture.alt = f"The plane of two inputs with the line z = 0 and the arrow w at right angles to it. {'. '.join(reports)}."
    picture.caption = "Orange where z is positive, blue where it is negative; deeper colours are farther from 0. The dot is the origin."
    return picture


def neuron_and_point(w: Array, b: float, x: Array) -> Picture:
    """The plane of two inputs as one ReLU neuron of weights w, (2,), and bias b sees it, and a point x, (2,), in it."""
    picture, (ax,) = axes(5.4, 4.8, [f"w = ({number(w[0])}, {number(w[1])}), b = {number(b)}"])
    draw_neuron(ax, np.asarray(w, float), b)
    z = float(np.dot(w, x)) + b
    ax.plot(*x, "^", color=VERMILLION, markersize=11, markeredgecolor="#ffffff")
    ax.set_ylabel("$x_2$")
    finding = f"At the point x = ({number(x[0])}, {number(x[1])}), a triangle, z is {number(z)}, and ReLU gives {number(max(0.0, z))}."
    line = "the line z = 0 and the arrow w at right angles to it" if np.any(w) else "no line, since both weights are 0"
    picture.alt = f"The plane of two inputs with {line}. {finding}"
    picture.caption = f"Orange where z is positive, blue where it is negative. The dot is the origin. {finding}"
    return picture


def draw_neuron(ax: Axes, w: Array, bias: float) -> None:
    """A neuron's z as colour, the line where it is 0, and the arrow w; without weights there is neither line nor arrow."""
    x1, x2 = np.meshgrid(*[np.linspace(-REACH, REACH, 121)] * 2)
    z = w[0] * x1 + w[1] * x2 + bias
    ax.pcolormesh(x1, x2, z, cmap=DIVERGING, vmin=-8, vmax=8, shading="gouraud", rasterized=True)
    if size := np.hypot(*w):
        ahead, foot = w / size, -bias * w / size**2  # the arrow's direction; the line's nearest point to the origin
        along = np.array([-ahead[1], ahead[0]])
        ends = np.array([foot - 9 * along, foot + 9 * along])
        ax.plot(*ends.T, color=INK, linewidth=2.5)
        arrow(ax, tuple(foot), tuple(foot + w), color=INK, linewidth=2.5, mutation_scale=20)
        at = foot + w + 0.3 * ahead
        write(ax, at[0], at[1], "w", fontsize=13, weight="bold")
        down = along if along[1] < 0 or (along[1] == 0 and along[0] > 0) else -along  # labels on the lower half of the line
        for step, words in ((1.0, "z > 0"), (0.0, "z = 0"), (-1.0, "z < 0")):
            x, y = foot + 1.45 * down + 0.75 * step * ahead
            write(ax, x, y, words, bbox=BEHIND if step == 0 else None)
    ax.plot(0, 0, "o", color=INK, markersize=5)
    ax.axhline(0, color=INK, linewidth=0.5)
    ax.axvline(0, color=INK, linewidth=0.5)
    ax.set(xlabel="$x_1$", xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", xticks=range(-3, 4), yticks=range(-3, 4))


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
        if (layer, i) == focus:
            write(ax, x, y - 1.05, f"bias {number(bias)}", va="top", fontsize=10)
    terms = " + ".join(f"({number(w)}) · ({number(x)})" for w, x in zip(into, layers[before], strict=True))
    total = float(into @ layers[before]) + bias
    sentence = f"{name}[{node}] = {activation}({terms} + ({number(bias)})) = {activation}({number(total)}) = {number(layers[name][node])}."
    picture.alt = f"Network, from left to right: {', '.join(f'{layer} ({len(values)})' for layer, values in layers.items())}. " + sentence
    picture.caption = f"In each node its value; orange, the arrows into {name}[{node}] with their weights. {sentence}"
    return picture


def activation_curves(z: Array, curves: Mapping[str, Array]) -> Picture:
    """Activations against z, a panel for each, all on one scale, with z itself dotted: `curves` maps a name to its values."""
    picture, found = axes(2.9 * len(curves), 2.7, list(curves))
    low, high = -1.5, min(float(z[-1]), 3.0)
    reports = []
    for ax, (name, values), colour in zip(found, curves.items(), (PALE, BLUE, GREEN, VERMILLION), strict=False):
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.axvline(0, color=INK, linewidth=0.6)
        ax.plot(z, values, color=colour, linewidth=3)
        ax.plot(z, z, color=INK, linewidth=1.2, linestyle=":")
        ax.set(ylim=(low, high), yticks=range(-1, int(high) + 1))
        ax.set_xlabel("z, what g gets", fontsize=11)
        ax.grid(alpha=0.25)
        reports.append(f"{name} from {number(values[0])} to {number(values[-1])}")
    found[0].set_ylabel("g(z)", fontsize=11)
    said = f"from z = {number(z[0])} to {number(z[-1])}: {'; '.join(reports)}. Dotted: z itself."
    if any(np.min(values) < low or np.max(values) > high for values in (z, *curves.values())):
        said += f" The panels show g(z) from {number(low)} to {number(high)} only."
    picture.alt = f"Curves of g(z), {said}"
    picture.caption = f"All on one scale, {said}"
    return picture


def folded_plane(
    W1: Array, b1: Array, W2: Array, b2: Array, X: Array, labels: Array, names: Sequence[str] = ("x[0]", "x[1]", "h[0]", "h[1]"),
    *, g: Callable[[Array], Array] | None = None,
) -> Picture:  # fmt: skip
    """The plane of two inputs, and what a hidden layer of two nodes makes of it, with the line drawn by the output node.

    W1 is (2, 2), b1 (2,), W2 (2, 1), b2 (1,); X is (N, 2), and `labels` N classes of 0 and 1. Class 1 is an output above one half.
    `names` are those of the two inputs and of the two hidden nodes; `g` is their activation, ReLU unless it is given.
    """
    if np.shape(W1) != (2, 2) or np.shape(W2) != (2, 1):
        raise ValueError(f"expected two inputs, two hidden nodes and one output, got W1 {np.shape(W1)} and W2 {np.shape(W2)}")
    wakes = "wakes up" if g is None else "has z = 0"
    g = g or (lambda z: np.maximum(z, 0))
    hidden = g(X @ W1 + b1)
    right = int((((hidden @ W2 + b2)[:, 0] > 0.5) == (labels == 1)).sum())
    picture, (before, after) = axes(10.0, 4.6, ["the inputs", "what the output node sees"])
    low, high = X.min(axis=0) - 0.45, X.max(axis=0) + 0.45
    mesh = np.stack(np.meshgrid(*np.linspace(low, high, 220).T), axis=-1)
    sums = mesh @ W1 + b1
    colour_plane(before, mesh, (g(sums) @ W2 + b2)[..., 0])
    for i, (colour, style) in enumerate(zip((GREEN, MAUVE), ("--", "-."), strict=True)):
        before.contour(mesh[..., 0], mesh[..., 1], sums[..., i], levels=[0], colors=colour, linestyles=style, linewidths=2)
        before.plot([], [], color=colour, linestyle=style, linewidth=2, label=f"{names[2 + i]} {wakes}")
    least, most = np.minimum(g(sums).min(axis=(0, 1)), 0), np.maximum(g(sums).max(axis=(0, 1)), 0.5)
    ends = zip(least - 0.12 * (most - least), most + 0.05 * (most - least), strict=True)
    reach = np.stack(np.meshgrid(*(np.linspace(*end, 160) for end in ends)), axis=-1)
    colour_plane(after, reach, (reach @ W2 + b2)[..., 0])
    for lines in (mesh[::20], mesh[:, ::20].swapaxes(0, 1)):
        for line in lines:
            after.plot(*g(line @ W1 + b1).T, color=PALE, linewidth=0.7, zorder=1)
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


def boundaries(problems: Mapping[str, tuple[Array, Array, Mapping[str, Callable[[Array], Array]]]]) -> Picture:
    """Points of two classes, a panel for each problem, with the boundary that each of its rules draws between them.

    A problem has X (N, 2), N labels of 0 and 1, and its rules by name. A rule gives each of some points a score, and class 1 is a score
    above one half. The last rule's regions are coloured. There may be three rules.
    """
    picture, found = axes(4.6 * len(problems), 4.8, list(problems))
    reports = []
    reach = 1.05 * max(float(np.abs(X).max()) for X, _, _ in problems.values())  # one scale for all
    for ax, (name, (X, labels, rules)) in zip(found, problems.items(), strict=True):
        mesh = np.stack(np.meshgrid(*[np.linspace(-reach, reach, 220)] * 2), axis=-1)
        for (each, rule), style in zip(rules.items(), LINES[-len(rules) :], strict=True):
            scores = rule(mesh.reshape(-1, 2)).reshape(mesh.shape[:2])
            if scores.min() < 0.5 < scores.max():
                ax.contour(mesh[..., 0], mesh[..., 1], scores, levels=[0.5], **({"linewidths": 2} | style))
            ax.plot([], [], color=style["colors"], linestyle=style["linestyles"], linewidth=style.get("linewidths", 2), label=each)
        colour_plane(ax, mesh, scores)
        for label, (colour, marker) in enumerate(CLASSES):
            one = labels == label
            ax.scatter(
                X[one, 0], X[one, 1], c=colour, marker=marker, s=30, edgecolors="#ffffff", linewidths=0.6, zorder=3, label=f"class {label}"
            )
        ax.set(xlabel="$x_1$", aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
        counts = [f"{((rule(X) > 0.5) == labels).sum()} with {each}" for each, rule in rules.items()]
        reports.append(f"{name}: of {len(X)} points, on the side of their class lie {', '.join(counts)}")
    found[0].set_ylabel("$x_2$")
    picture.legend(*found[0].get_legend_handles_labels(), fontsize=10, frameon=False, loc="outside lower center", ncols=5)
    picture.alt = f"Points in the plane of two inputs, and boundaries between their classes. {'. '.join(reports)}."
    picture.caption = f"Boundaries as lines; coloured, the classes according to {each}. {'. '.join(reports)}."
    return picture


def colour_plane(ax: Axes, mesh: Array, score: Array) -> None:
    """The two regions of a plane; `mesh` is (rows, columns, 2), and class 1 is where a score, (rows, columns), is above one half."""
    ends = [min(score.min(), 0) - 1, 0.5, max(score.max(), 1) + 1]
    ax.contourf(mesh[..., 0], mesh[..., 1], score, levels=ends, colors=[SKY, ORANGE], alpha=0.3, zorder=0)


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
    middle, (width, height) = np.mean([ax.get_xlim(), ax.get_ylim()], axis=1), np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)
    before, words_before, low_before = np.array([-np.inf, 0.0]), "", False
    for place, names in sorted(shared, key=lambda one: one[0][0]):  # beside the lines that lead from corner to corner
        (left, low), words = place < middle, " and ".join(names)
        across, up = abs(place - before)
        if up < 0.1 * height and across < 0.03 * width * (len(words) + len(words_before)):  # they would meet
            low = not low_before
        before, words_before, low_before = place, words, low
        offset = (10 if left else -10, -10 if low else 10)
        text = ax.annotate(words, (place[0], place[1]), offset, textcoords="offset points", fontsize=11, color=INK, bbox=BEHIND, zorder=5)
        text.set(ha="left" if left else "right", va="top" if low else "bottom")
