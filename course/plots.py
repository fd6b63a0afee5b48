"""Figures of the course, each a `Picture`: a matplotlib figure with a caption, and alternative text for those who cannot see it.

Every function takes plain arrays, computes nothing but positions, and returns its Picture. Colours are those of Okabe and Ito,
told apart by every eye; scales of signed numbers are centred at zero, blue below and vermillion above.
"""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle
from matplotlib.ticker import MaxNLocator

Array = np.ndarray

BLUE, VERMILLION, ORANGE, SKY, GREEN = "#0072B2", "#D55E00", "#E69F00", "#56B4E9", "#009E73"
INK, PALE, RUST = "#222222", "#8a8a8a", "#b04a00"  # RUST is vermillion, darkened for small print
DIVERGING = LinearSegmentedColormap.from_list("blue to vermillion", [BLUE, "#ffffff", VERMILLION])


class Picture(Figure):
    """A figure that says what it shows: `alt` in place of the image, `caption` beneath it.

    It is not registered with pyplot: nothing shows it twice, and nothing keeps it in memory.
    """

    def __init__(self, width: float, height: float, *, alt: str = "", caption: str = ""):
        super().__init__(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1))
        self.alt, self.caption = alt, caption

    def __repr__(self) -> str:
        return f"<Picture: {self.alt}>"

    def _repr_html_(self) -> str:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=192)  # two pixels for each of the page's: sharp on a projector, too
        source = base64.b64encode(buffer.getvalue()).decode()
        return (
            f'<figure style="margin:.5em 0"><img alt="{html.escape(self.alt)}" src="data:image/png;base64,{source}" '
            f'width="{self.get_figwidth() * 96:.0f}" style="max-width:100%;height:auto;border-radius:4px">'
            f'<figcaption style="font-size:.93em;margin:.2em 1em">{html.escape(self.caption)}</figcaption></figure>'
        )


def number(value: float) -> str:
    """Two decimals and a true minus sign, in as little room as a cell has.

    >>> number(-0.5), number(0.001), number(123.456)
    ('−0.50', '0.00', '123')
    """
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}"
    return text.replace("-0.00", "0.00").replace("-", "−")


# Matrices as tinted numbers, in a plane where a cell is CELL wide and 1 high.

CELL = 1.7


def plane(width: float, height: float, scale: float = 0.3) -> tuple[Picture, Axes]:
    """A picture without axes, `width` by `height` units of `scale` inches, its origin at the lower left."""
    picture = Picture(width * scale, height * scale)
    picture.set_layout_engine("none")
    ax = picture.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return picture, ax


def write(ax: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Text centred at (x, y)."""
    usual: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 11, "color": INK}
    ax.text(x, y, text, **(usual | style))


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], **style: Any) -> None:
    """An arrow from start to end, thin and grey unless the style says otherwise."""
    usual: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.2, "color": PALE}
    ax.add_patch(FancyArrowPatch(start, end, **(usual | style)))


def size_of(array: Array) -> tuple[float, int]:
    """Width and height of an array drawn by `draw_matrix`: a vector is one row, a number one cell."""
    rows, columns = np.atleast_2d(array).shape
    return columns * CELL, rows


def draw_matrix(ax: Axes, array: Array, left: float, top: float, limit: float) -> None:
    """Numbers on cells tinted from -limit (blue) to limit (vermillion), the upper left corner at (left, top)."""
    for (row, column), value in np.ndenumerate(np.atleast_2d(array)):
        x, y = left + column * CELL, top - row - 1
        tint = DIVERGING(0.5 + 0.4 * value / limit)
        ax.add_patch(Rectangle((x, y), CELL, 1, facecolor=tint, edgecolor=PALE, linewidth=0.6))
        write(ax, x + CELL / 2, y + 0.47, number(value), fontsize=10, color=legible_on(tint))


def legible_on(colour: tuple[float, float, float, float]) -> str:
    """Black or white ink, whichever stands out more from the colour (by its luminance, about as WCAG reckons it)."""
    luminance = np.dot([0.2126, 0.7152, 0.0722], np.power(to_rgb(colour), 2.2))
    return "#000000" if luminance > 0.18 else "#ffffff"


def largest(arrays: Sequence[Array]) -> float:
    """The largest finite magnitude among the arrays, or 1 where there is none: where a diverging scale ends."""
    entries = np.abs(np.concatenate([np.zeros(1), *map(np.ravel, arrays)]))
    return float(entries[np.isfinite(entries)].max()) or 1.0


def equation(*parts: str | tuple[str, Array], caption: str = "") -> Picture:
    """Matrices and signs in a row, as in a formula: `equation(("X", X), "@", ("W", W), "=", ("Z", Z))`.

    Each matrix stands under its name and above its shape; a vector is a row.
    """
    named = [part for part in parts if not isinstance(part, str)]
    limit = largest([array for _, array in named])
    widths = [max(size_of(part[1])[0], 0.42 * len(part[0])) if isinstance(part, tuple) else 0.8 + 0.3 * len(part) for part in parts]
    tallest = max(size_of(array)[1] for _, array in named)
    picture, ax = plane(sum(widths) + 0.6 * (len(parts) + 1), tallest + 2.6)
    left, middle = 0.6, 1.3 + tallest / 2
    for part, width in zip(parts, widths, strict=True):
        centre = left + width / 2
        if isinstance(part, str):
            write(ax, centre, middle, part, fontsize=15)
        else:
            name, array = part
            across, rows = size_of(array)
            draw_matrix(ax, array, centre - across / 2, middle + rows / 2, limit)
            write(ax, centre, middle + rows / 2 + 0.35, name, va="bottom", fontsize=12, weight="bold")
            write(ax, centre, middle - rows / 2 - 0.35, f"{np.shape(array)}", va="top", fontsize=10)
        left += width + 0.6
    formula = " ".join(part if isinstance(part, str) else f"{part[0]} of shape {np.shape(part[1])}" for part in parts)
    picture.alt = f"Matrices side by side: {formula}."
    picture.caption = caption
    return picture


# Networks and computational graphs


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
    picture.alt = f"Network, from left to right: {', '.join(f'{name} ({len(layer)})' for name, layer in layers.items())}. " \
                  f"The node u = {u} feeds {gamma}: {total}"
    picture.caption = (
        f"In the node, black: its value (forward). Beneath it, vermillion: ∂ℓ/∂(node) (backward). Orange: u = {u}, with ∂v/∂u on its "
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


PATH = ("X", "Z1", "H", "Z2", "loss")  # the arrays of a two-layer network along its bottom row, and the operations between them
OPERATIONS = ("linear", "ReLU", "linear", "softmax,\ncross-\nentropy")
PARAMETERS = {"W1": "Z1", "b1": "Z1", "W2": "Z2", "b2": "Z2"}  # each above the array it feeds


def computational_graph(values: Mapping[str, Array], gradients: Mapping[str, Array]) -> Picture:
    """Computational graph of linear, ReLU, linear, softmax cross-entropy: each array, over its gradient where there is one.

    `values` holds X, W1, b1, Z1, H, W2, b2, Z2 and loss; `gradients` all of them or none. Small arrays are read best.
    """
    for given in filter(None, (values, gradients)):
        if set(given) != {*PATH, *PARAMETERS}:
            raise ValueError(f"expected the arrays {', '.join((*PATH, *PARAMETERS))}, got {', '.join(given)}")
    wide, high = ({name: size_of(array)[axis] for name, array in values.items()} for axis in (0, 1))
    gap, heading = 3.2, 1.4
    down = {name: max(high[other] for other in row) + heading for row in (PATH, PARAMETERS) for name in row}  # to an array's gradient
    depth = {name: high[name] + (down[name] if gradients else 0) for name in values}
    bottom, above = max(depth[name] for name in PATH), max(depth[name] for name in PARAMETERS)
    top = dict.fromkeys(PATH, bottom + 0.5) | dict.fromkeys(PARAMETERS, bottom + above + 3.6)
    left = {}
    x = 0.6
    for name in PATH:
        left[name], x = x, x + wide[name] + gap
    for W, b in (("W1", "b1"), ("W2", "b2")):
        target = PARAMETERS[W]
        left[W] = left[target] + (wide[target] - wide[W] - wide[b] - 1.2) / 2
        left[b] = left[W] + wide[W] + 1.2
    picture, ax = plane(x - gap + 0.6, bottom + above + 5)
    backward = {"linestyle": "--", "color": VERMILLION}

    for kind, arrays, ink in (("value", values, INK), ("gradient", gradients, RUST)):
        limit = largest(list(arrays.values()))
        for name, array in arrays.items():
            start = top[name] - (down[name] if kind == "gradient" else 0)
            sign = "ℓ" if name == "loss" else name
            title = f"∂ℓ/∂{sign}" if kind == "gradient" else f"{sign} {np.shape(array) or ''}"
            write(ax, left[name] + wide[name] / 2, start + 0.2, title, va="bottom", weight="bold", color=ink)
            draw_matrix(ax, array, left[name], start, limit)
    for (before, after), operation in zip(pairwise(PATH), OPERATIONS, strict=True):
        ends, row = (left[before] + wide[before] + 0.2, left[after] - 0.2), top[before] - 0.5
        arrow(ax, (ends[0], row), (ends[1], row))
        write(ax, sum(ends) / 2, row + 0.2, operation, va="bottom", fontsize=10)
        if gradients:
            row -= down[before]
            arrow(ax, (ends[1], row), (ends[0], row), **backward)
    for name, target in PARAMETERS.items():
        x = float(np.clip(left[name] + wide[name] / 2, left[target] + 0.4, left[target] + wide[target] - 0.9))
        ends = top[name] - depth[name] - 0.2, top[target] + 1.3
        arrow(ax, (x, ends[0]), (x, ends[1]))
        if gradients:
            arrow(ax, (x + 0.5, ends[1]), (x + 0.5, ends[0]), **backward)

    picture.alt = (
        "Computational graph: X, W1 and b1 feed Z1; ReLU makes H of it; H, W2 and b2 feed Z2; softmax and cross-entropy make the "
        f"loss, {number(float(values['loss']))}." + (" Under each array stands its gradient, of the same shape." if gradients else "")
    )
    picture.caption = "Grey arrows, forward: each array is computed from those that point to it." + (
        " Vermillion arrows, backward: under each array its gradient, of the same shape." if gradients else ""
    )
    return picture


# Curves and maps


def axes(width: float, height: float, titles: Sequence[str]) -> tuple[Picture, list[Axes]]:
    """A picture with one titled pair of axes for each title, side by side."""
    picture = Picture(width, height)
    found = list(np.ravel(picture.subplots(1, len(titles))))
    for ax, title in zip(found, titles, strict=True):
        ax.set_title(title, fontsize=12, color=INK)
        ax.tick_params(labelsize=10)
        ax.spines[["top", "right"]].set_visible(False)
    return picture, found


def running_times(entries: Sequence[int], seconds: Mapping[str, Sequence[float]]) -> Picture:
    """Running times against the number of products summed, one line for each way of computing the same thing."""
    picture, (ax,) = axes(7.5, 3.8, ["The same numbers, computed in two ways"])
    styles = zip(seconds.items(), (VERMILLION, BLUE, GREEN), "osD", strict=False)
    for (name, times), colour, marker in styles:
        ax.loglog(entries, times, marker=marker, color=colour, linewidth=2)
        ax.annotate(name, (entries[-1], times[-1]), (8, 0), textcoords="offset points", va="center", fontsize=11, color=colour)
    ax.set_xlabel("products summed, N × in × out", fontsize=11)
    ax.set_ylabel("time in seconds", fontsize=11)
    ax.margins(x=0.14)
    ax.grid(alpha=0.25)
    slow, fast = (times[-1] for times in list(seconds.values())[:2])
    first, second = list(seconds)[:2]
    picture.alt = f"Running time against the number of products, both axes logarithmic. At the largest size {first} takes " \
                  f"{slow:.2g} s and {second} {fast:.2g} s."
    picture.caption = f"At the largest size, {second} is {slow / fast:,.0f} times as fast as {first}, on this machine, in this run."
    return picture


def step_errors(steps: Array, errors: Mapping[str, Array]) -> Picture:
    """Relative error of finite differences against the step h, both axes logarithmic."""
    picture, (ax,) = axes(8.0, 4.2, ["How far is a finite difference from the derivative?"])
    best = {}
    for (name, error), colour, marker in zip(errors.items(), (VERMILLION, BLUE, GREEN), "osD", strict=False):
        ax.loglog(steps, np.maximum(error, 1e-17), marker=marker, markersize=4, linewidth=1.5, color=colour, label=name)
        best[name] = f"{name} is best at h = {steps[np.argmin(error)]:.0e}, with error {error.min():.0e}"
    ax.set_xlabel("step h", fontsize=11)
    ax.set_ylabel("relative error", fontsize=11)
    ax.text(0.03, 0.06, "rounding errs more\nas h shrinks", transform=ax.transAxes, fontsize=11, color=INK)
    ax.text(0.97, 0.06, "truncation errs more\nas h grows", transform=ax.transAxes, fontsize=11, color=INK, ha="right")
    ax.grid(alpha=0.25)
    ax.legend(fontsize=11, frameon=False, loc="upper center")
    picture.alt = f"Error against step, a valley for each formula: {'; '.join(best.values())}."
    picture.caption = f"{'; '.join(best.values())}."
    return picture


def breakdown(x: Array, panels: Mapping[str, Mapping[str, Array]], *, xlabel: str) -> Picture:
    """Curves computed in two ways, one panel for each quantity; where a way gives no finite number its panel is shaded.

    `panels` maps a quantity to its curves: name -> values at x, the careless way first.
    """
    picture, found = axes(9.5, 3.7, list(panels))
    reports = []
    for ax, (quantity, curves) in zip(found, panels.items(), strict=True):
        for (name, values), colour, style, width in zip(curves.items(), (VERMILLION, BLUE), ("-", "--"), (4, 2), strict=False):
            ax.plot(x, np.where(np.isfinite(values), values, np.nan), style, color=colour, linewidth=width, label=name)
            lost = x[~np.isfinite(values)]
            if lost.size:
                ax.axvspan(lost[0], x[-1], color=colour, alpha=0.12, linewidth=0)
                ax.text((lost[0] + x[-1]) / 2, 0.5, "inf\nor nan", transform=ax.get_xaxis_transform(), fontsize=12, color=RUST,
                        ha="center", va="center", bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 2})  # fmt: skip
                reports.append(f"{quantity}, {name}: no finite number from {lost[0]:.0f} on")
        ax.set_xlabel(xlabel, fontsize=11)
        ax.margins(x=0)
        ax.grid(alpha=0.25)
    found[0].legend(fontsize=10, frameon=False)
    picture.caption = f"{'; '.join(reports) or 'Finite everywhere'}."
    picture.alt = f"Curves against {xlabel}: {', '.join(panels)}. {picture.caption}"
    return picture


def compare_gradients(candidate: Array, witness: Array, *, name: str = "dW") -> Picture:
    """A gradient under suspicion, a trusted one, and their difference, as maps of one scale; a vector is a row."""
    maps = {f"{name}, to be tested": candidate, "finite differences": witness, "difference": candidate - witness}
    limit = largest(list(maps.values()))
    picture, found = axes(10.5, 3.9, list(maps))
    for ax, array in zip(found, maps.values(), strict=True):
        grid = np.atleast_2d(array)
        ax.imshow(grid, cmap=DIVERGING, vmin=-limit, vmax=limit)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel("output node i", fontsize=11)
        if grid.shape[1] <= 6:
            for (row, column), value in np.ndenumerate(grid):
                tint = DIVERGING(0.5 + 0.5 * value / limit)
                ax.text(column, row, number(value), ha="center", va="center", fontsize=10, color=legible_on(tint))
    found[0].set_ylabel("input node j", fontsize=11)
    picture.colorbar(found[0].images[0], ax=found, shrink=0.8, label=f"entry of {name}")
    wrong = np.argwhere(~np.isclose(np.atleast_2d(candidate), np.atleast_2d(witness), rtol=1e-5, atol=1e-8 * limit))
    entries = ", ".join(f"[{j}, {i}]" for j, i in wrong.tolist())
    finding = f"They disagree at {entries}." if len(wrong) else "They agree everywhere."
    picture.alt = f"Maps of {name}, {np.shape(witness)}: one to be tested, finite differences, and the difference of the two. {finding}"
    picture.caption = f"{len(wrong)} of {np.size(witness)} entries disagree. Blue: negative, white: zero, vermillion: positive."
    return picture


def learning(losses: Sequence[float], X: Array, labels: Array, grid: tuple[Array, Array, Array]) -> Picture:
    """The loss at each step, and the plane of inputs coloured by the predicted class.

    X is (N, 2), `labels` N classes of 0 and 1; `grid` holds the coordinates and the predicted class on a mesh, each (rows, columns).
    """
    picture, (curve, plane_of_inputs) = axes(10.0, 4.0, ["the loss falls", "what the network has learnt"])
    curve.plot(losses, color=BLUE, linewidth=2)
    curve.set_xlabel("step", fontsize=11)
    curve.set_ylabel("loss ℓ", fontsize=11)
    curve.set_ylim(bottom=0)
    curve.grid(alpha=0.25)
    plane_of_inputs.pcolormesh(*grid, cmap=ListedColormap([SKY, ORANGE]), alpha=0.35, shading="auto", linewidth=0, rasterized=True)
    for label, colour, marker in ((0, BLUE, "o"), (1, VERMILLION, "^")):
        plane_of_inputs.scatter(X[labels == label, 0], X[labels == label, 1], c=colour, marker=marker, s=18, label=f"class {label}")
    plane_of_inputs.set_xlabel("x[0]", fontsize=11)
    plane_of_inputs.set_ylabel("x[1]", fontsize=11)
    plane_of_inputs.legend(fontsize=10, loc="upper right")
    picture.alt = (
        f"Left: the loss falls from {losses[0]:.2f} to {losses[-1]:.2f} in {len(losses)} steps. "
        "Right: points of two classes, and the regions of the plane given to each."
    )
    picture.caption = f"Loss {losses[0]:.3f} at the first step, {losses[-1]:.3f} at step {len(losses)}."
    return picture
