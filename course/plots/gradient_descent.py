"""What a loss looks like from above, and how gradient descent walks on it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.patheffects import withStroke

from course.plots.picture import BLUE, GREEN, INK, MAUVE, ORANGE, PALE, SKY, VERMILLION, Array, Picture, axes

COLOURS = (VERMILLION, BLUE, GREEN, ORANGE, MAUVE, SKY)
MARKERS = "osD^vP"
FAR = 1e30  # what is beyond is not drawn
APART = 0.075  # of the height of the axes: names of lines are no closer than this
OUTLINE = [withStroke(linewidth=3, foreground="white")]  # keeps small print legible on a surface
Range = tuple[float, float]


def line_losses(x: Array, y: Array, lines: Mapping[str, Sequence[float]], *, units: Sequence[str] = ("x", "y", "w", "b")) -> Picture:
    """Points with some lines through them, and where these lines lie on the surface of the mean squared error.

    x and y are (N,), each line is (w, b), slope first; `units` are labels for x, y, w and b.
    """
    picture, (data, plane) = axes(10.5, 4.2, ["lines through the data", "each line is one point (w, b)"])
    thetas = np.array(list(lines.values()), float)

    def loss(w: Array, b: Array) -> Array:
        return ((w[..., None] * x + b[..., None] - y) ** 2).mean(axis=-1)

    losses = loss(*thetas.T)
    ends = np.array([min(0.0, x.min()), x.max()])
    for name, (w, b), colour in zip(lines, thetas, COLOURS, strict=False):
        data.plot(ends, w * ends + b, color=colour, linewidth=2, label=name)
    name_at_the_end(data)
    data.scatter(x, y, color=INK, s=18, zorder=3)
    middle, reach = (thetas.max(axis=0) + thetas.min(axis=0)) / 2, np.ptp(thetas, axis=0) * 0.8 + 0.5
    draw_surface(plane, loss, *((m - r, m + r) for m, r in zip(middle, reach, strict=True)))
    for name, theta, colour, marker, value in zip(lines, thetas, COLOURS, MARKERS, losses, strict=False):
        plane.plot(*theta, marker, color=colour, markersize=10, markeredgecolor="white")
        plane.annotate(f"{name}\nℓ = {value:.3g}", theta, (9, 0), textcoords="offset points", va="center", fontsize=11, color=INK,
                       path_effects=OUTLINE)  # fmt: skip
    for ax, (across, up) in ((data, units[:2]), (plane, units[2:])):
        ax.set_xlabel(across, fontsize=11)
        ax.set_ylabel(up, fontsize=11)
    found = zip(lines, thetas, losses, strict=True)
    report = "; ".join(f"{name} w = {w:.3g}, b = {b:.3g}, loss {value:.3g}" for name, (w, b), value in found)
    picture.alt = f"Left: {len(x)} measured points and the lines. Right: contours of the mean squared error over w and b. {report}."
    picture.caption = f"Dots: measured. Each line on the left is a point on the right, where dark is low: {report}."
    return picture


def draw_surface(ax: Axes, loss: Callable[[Array, Array], Array], across: Range, up: Range, *, numbered: bool = True) -> None:
    """Contours of a loss of two parameters, with their numbers where there is room; the darker, the lower."""
    first, second = np.meshgrid(np.linspace(*across, 150), np.linspace(*up, 150))
    heights = loss(first, second)
    levels = heights.min() + np.ptp(heights) * np.linspace(0, 1, 16) ** 2.2
    ax.contourf(first, second, heights, levels=levels, cmap="Greys_r", norm=BoundaryNorm(levels, 256), alpha=0.45)
    lines = ax.contour(first, second, heights, levels=levels[1:], colors=PALE, linewidths=0.7)
    if numbered:
        ax.clabel(lines, levels=levels[4::5], fmt="%.3g", fontsize=10, colors=INK)
    ax.set_xlim(*across)
    ax.set_ylim(*up)


def descents(
    loss: Callable[[Array, Array], Array], paths: Mapping[str, Array], across: Range, up: Range, *, least: float = 0.0,
    labels: Sequence[str] = ("θ[0]", "θ[1]"), equal: bool = False,
) -> Picture:  # fmt: skip
    """Paths of gradient descent on a loss of two parameters, each from above in a panel of its own, and the loss at each of their steps.

    `loss(first, second)` takes arrays of one shape; each path is (steps + 1, 2); `least` is the smallest loss there is, which the
    losses are measured from. With `equal`, both parameters have one scale, and a right angle looks like one. What leaves the frame is cut
    off on the left and said on the right.
    """
    picture, (*planes, curve) = axes(3.1 * len(paths) + 4.2, 4.0, [*paths, "the loss, step by step"])
    reports = []
    for plane, (name, path), colour, marker in zip(planes, paths.items(), COLOURS, MARKERS, strict=False):
        with np.errstate(over="ignore", invalid="ignore"):
            above = loss(*np.asarray(path).T) - least
        near = np.where(np.abs(path) < FAR, path, np.nan)
        draw_surface(plane, loss, across, up)
        plane.plot(*near.T, color=colour, marker=marker, markersize=4, linewidth=1.3)
        plane.set_xlabel(labels[0], fontsize=11)
        plane.set_aspect("equal" if equal else "auto")
        curve.semilogy(np.where((above > 0) & (above < FAR), above, np.nan), color=colour, linewidth=2, label=name)
        way = "falls" if above[-1] < above[0] else "grows"
        reports.append(f"{name}: it {way} from {above[0]:.2g} to {above[-1]:.2g} in {len(path) - 1} steps")
    planes[0].set_ylabel(labels[1], fontsize=11)
    curve.set_xlabel("step", fontsize=11)
    curve.set_ylabel("loss ℓ" if least == 0 else "loss ℓ above its minimum", fontsize=11)
    curve.grid(alpha=0.25)
    name_at_the_end(curve)
    what = "Loss" if least == 0 else "Loss above its minimum"
    picture.caption = f"Numbers on the contours: the loss. {what}: {'; '.join(reports)}."
    picture.alt = f"Contours of the loss with a path on them, once for each; at the right the loss against the step. {picture.caption}"
    return picture


def name_at_the_end(ax: Axes, *, first: bool = False) -> None:
    """Each line's name beside its last finite point, or beside its first, in the line's colour; names that would touch are moved apart.

    Call it when all lines are drawn and the scales are set: it also ends the axis across where the lines end.
    """
    ax.margins(x=0.02)
    ax.autoscale_view()
    ends = []
    for line in ax.get_lines():
        x, y = (np.asarray(values, float) for values in line.get_data())
        if (finite := np.flatnonzero(np.isfinite(y))).size:
            at = finite[0 if first else -1]
            across, up = ax.transAxes.inverted().transform(ax.transData.transform((x[at], y[at])))
            ends.append([up, across, line])
    ends.sort(key=lambda end: end[0])
    heights = np.array([up for up, _, _ in ends])
    for _ in range(100):  # neighbours that are too close push each other away
        lack = np.maximum(APART - np.diff(heights), 0) / 2
        heights -= np.append(lack, 0) - np.append(0, lack)
    for height, (_, across, line) in zip(heights, ends, strict=True):
        ax.annotate(str(line.get_label()), (across, height), (-5 if first else 5, 0), "axes fraction", "offset points", va="center",
                    ha="right" if first else "left", fontsize=11, color=line.get_color(), annotation_clip=False)  # fmt: skip


def bowl(A: Array, first: Array, second: Array) -> Array:
    """½ θᵀAθ for two parameters, entry by entry; A is (2, 2) and symmetric."""
    return 0.5 * (A[0, 0] * first**2 + 2 * A[0, 1] * first * second + A[1, 1] * second**2)


def bowls(matrices: Mapping[str, Array], *, labels: Sequence[str] = ("θ[0]", "θ[1]")) -> Picture:
    """Bowls ½ θᵀAθ of two parameters from above, a panel for each A, with the two directions along which each is a plain parabola.

    Each A is (2, 2), symmetric, with positive eigenvalues. The thick line is the steepest direction, the dashed one the flattest.
    """
    picture, found = axes(4.6 * len(matrices), 4.3, list(matrices))
    reports = []
    for ax, (name, A) in zip(found, matrices.items(), strict=True):
        curvatures, directions = np.linalg.eigh(np.asarray(A, float))
        draw_surface(ax, partial(bowl, np.asarray(A, float)), (-2.0, 2.0), (-2.0, 2.0))
        for a, (across, up), colour, style in zip(curvatures, directions.T, (BLUE, VERMILLION), ("--", "-"), strict=True):
            sign = -1.0 if up < 0 or (up == 0 and across < 0) else 1.0
            ax.plot(*np.outer((across, up), (-1.6, 1.6)), style, color=colour, linewidth=2.5)
            at, left = (0.8 * sign * across, 0.8 * sign * up), sign * across < -0.1
            ax.annotate(f"curvature {a:.3g}", at, (-8 if left else 8, 4), textcoords="offset points", fontsize=11,
                        ha="right" if left else "left", color=colour, path_effects=OUTLINE)  # fmt: skip
        ax.set_aspect("equal")
        ax.set_xlabel(labels[0], fontsize=11)
        reports.append(f"{name}: curvature {curvatures[1]:.3g} in the steepest direction, {curvatures[0]:.3g} in the flattest")
    found[0].set_ylabel(labels[1], fontsize=11)
    picture.caption = f"Numbers on the contours: the loss; {'; '.join(reports)}. The two directions are at right angles."
    picture.alt = f"Bowls from above, with two lines through the middle of each. {picture.caption}"
    return picture


def rate_sweep(rates: Array, distances: Array, limit: float, *, steps: int) -> Picture:
    """How far from the minimum gradient descent ends, against the learning rate; `limit` is where theory says that it diverges.

    `distances` are relative to the start's: 1 is no progress, above 1 it went away.
    """
    picture, (ax,) = axes(8.0, 4.0, [f"after {steps} steps"])
    ax.semilogy(rates, distances, "o-", markersize=4, color=BLUE, linewidth=1.5)
    ax.axhline(1, color=PALE, linewidth=1)
    ax.axvline(limit, color=VERMILLION, linestyle="--", linewidth=2)
    ax.annotate(f"2/L = {limit:.3g}", (limit, distances.max()), (-8, -4), textcoords="offset points", fontsize=11, color=VERMILLION,
                ha="right", va="top")  # fmt: skip
    ax.set_xlabel("learning rate η", fontsize=11)
    ax.set_ylabel("distance to the minimum,\ndivided by that of the start", fontsize=11)
    ax.grid(alpha=0.25)
    best = rates[np.argmin(distances)]
    farthest = rates[distances < 1].max(initial=0.0)
    picture.caption = (
        f"Nearest to the minimum with η = {best:.3g}; the largest η tried that came nearer at all is {farthest:.3g}, and 2/L = {limit:.3g}."
    )
    picture.alt = f"Distance to the minimum after {steps} steps against the learning rate, on a logarithmic scale. {picture.caption}"
    return picture


def curves(x: Array, panels: Mapping[str, Mapping[str, Array]], *, xlabel: str, caption: str) -> Picture:
    """Curves over one variable, named at their ends, a panel for each quantity with its unit in the key; `caption` says what to see."""
    picture, found = axes(5.2 * len(panels), 3.8, ["" for _ in panels])
    for ax, (quantity, lines) in zip(found, panels.items(), strict=True):
        for (name, values), colour, style in zip(lines.items(), COLOURS, ("-", "--", "-.", ":", "-", "--"), strict=False):
            ax.plot(x, values, style, color=colour, linewidth=2.5, label=name)
        ax.set_xlabel(xlabel, fontsize=11)
        ax.set_ylabel(quantity, fontsize=11)
        ax.grid(alpha=0.25)
        name_at_the_end(ax)
    ends = "; ".join(
        f"{quantity}, {name}: from {values[0]:.2g} to {values[-1]:.2g}"
        for quantity, lines in panels.items()
        for name, values in lines.items()
    )
    picture.caption = caption
    picture.alt = f"Curves against {xlabel}. {ends}. {caption}"
    return picture
