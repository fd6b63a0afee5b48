"""What batch size, learning rate and momentum do: over many seeds, on the noise of a gradient, and to the moment of stopping."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from course.plots.gradient_descent import Range, draw_surface
from course.plots.picture import BLUE, GREEN, INK, ORANGE, PALE, VERMILLION, Array, Picture, axes
from course.plots.seeds import interval


def sweep(panels: Mapping[str, Mapping[float, Array]], *, xlabel: str, ylabel: str, span: Range = (0, 1.02)) -> Picture:
    """A figure of many runs against a setting, on a logarithmic axis: every run a dot, their mean, and its 95 % interval.

    `panels` maps a title to {setting: values (runs,)}, two runs at the least; `span` is the part of the vertical axis that is shown.
    """
    picture, found = axes(5.2 * len(panels) + 0.4, 4.0, list(panels))
    reports = []
    for ax, (title, runs) in zip(found, panels.items(), strict=True):
        settings = np.array(list(runs))
        means = np.array([values.mean() for values in runs.values()])
        halves = np.array([interval(values) for values in runs.values()])
        for setting, values in runs.items():
            ax.scatter(setting * np.exp(np.linspace(-0.12, 0.12, len(values))), values, s=9, color=PALE, alpha=0.6, linewidths=0)
        ax.errorbar(settings, means, yerr=halves, fmt="o-", markersize=5, capsize=5, linewidth=2, color=BLUE)
        ax.set_xscale("log")
        ax.set_xticks(settings, [f"{setting:g}" for setting in settings])
        ax.minorticks_off()
        ax.set_xlabel(xlabel, fontsize=11)
        ax.set_ylabel(ylabel, fontsize=11)
        ax.set_ylim(*span)
        ax.grid(alpha=0.25)
        best = int(means.argmax())
        points = ", ".join(f"{setting:g}: {mean:.1%} ± {half:.1%}" for setting, mean, half in zip(settings, means, halves, strict=True))
        reports.append((f"{title}: best at {settings[best]:g}, {means[best]:.1%} ± {halves[best]:.1%}", f"{title}, {points}"))
    count = len(next(iter(next(iter(panels.values())).values())))
    found_best = ". ".join(report for report, _ in reports)
    picture.caption = f"{found_best}. A dot for each of {count} runs; the line goes through their means, the bars are 95 % intervals."
    picture.alt = f"{ylabel.capitalize()} against {xlabel}. {'; '.join(points for _, points in reports)}."
    return picture


def batch_noise(sizes: Sequence[int], measured: Array, formula: Array) -> Picture:
    """How far the gradient of a batch lies from that of all examples, against the batch size: measured, and by the formula.

    Both are (sizes,), root mean squares in units of the gradient.
    """
    picture, (ax,) = axes(7.0, 4.0, ["four times the batch size halves the distance"])
    ax.loglog(sizes, formula, "-", color=ORANGE, linewidth=3, label="s/√T · √((N − T)/(N − 1))")
    ax.loglog(sizes, measured, "o", color=BLUE, markersize=7, label="measured on random batches")
    ax.set_xticks(sizes, [f"{size}" for size in sizes])
    heights = [height for height in (0.1, 0.2, 0.5, 1, 2, 5, 10) if min(measured) / 1.5 < height < 1.5 * max(measured)]
    ax.set_yticks(heights, [f"{height:g}" for height in heights])
    ax.minorticks_off()
    ax.set_xlabel("batch size T", fontsize=11)
    ax.set_ylabel("distance to the full gradient\n(root mean square)", fontsize=11)
    ax.grid(alpha=0.25)
    ax.legend(fontsize=11, frameon=False)
    gap = np.abs(measured / formula - 1).max()
    fall = f"From {measured[0]:.2g} at T = {sizes[0]} to {measured[-1]:.2g} at T = {sizes[-1]}"
    picture.caption = f"{fall}; formula and measurement differ by {gap:.0%} at most."
    picture.alt = f"Two falling lines on logarithmic axes, one upon the other. {picture.caption}"
    return picture


def stops(losses: Sequence[float], norms: Sequence[float], epochs: Mapping[str, int]) -> Picture:
    """The loss and the norm of the gradient after each epoch, and the epoch at which each stopping criterion would have ended it.

    `epochs` maps a criterion to a number of finished epochs.
    """
    picture, (ax,) = axes(8.6, 4.2, ["when would it have stopped?"])
    finished = np.arange(1, len(losses) + 1)
    ax.semilogy(finished, losses, "-", color=BLUE, linewidth=2, label="loss ℓ, training examples")
    ax.semilogy(finished, norms, "--", color=ORANGE, linewidth=2, label="norm of its gradient")
    for (name, epoch), colour, style in zip(epochs.items(), (VERMILLION, GREEN, INK, PALE), ("-.", ":", "--", "-"), strict=False):
        ax.axvline(epoch, color=colour, linestyle=style, linewidth=2, label=f"{name}: after epoch {epoch}")
    ax.set_xlabel("finished epochs", fontsize=11)
    ax.set_ylabel("loss, and norm", fontsize=11)
    ax.grid(alpha=0.25)
    ax.legend(fontsize=10, frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))
    ended = "; ".join(f"{name} stops it after epoch {epoch}" for name, epoch in epochs.items())
    picture.caption = f"Loss {losses[0]:.2g} after the first epoch, {losses[-1]:.2g} after epoch {len(losses)}; {ended}."
    picture.alt = f"Loss and gradient norm of each epoch, on a logarithmic axis. {picture.caption}"
    return picture


def walks(
    loss: Callable[[Array, Array], Array], paths: Mapping[str, Array], across: Range, up: Range, *, labels: Sequence[str],
    columns: int = 1, least: float = 0.0,
) -> Picture:  # fmt: skip
    """Paths on a loss of two parameters, a panel for each, and the loss at each of their steps.

    `loss(first, second)` takes arrays of one shape; each path is (steps + 1, 2), its start first; `least` is the smallest loss there
    is, which the losses are measured from. `columns` says how many panels stand side by side.
    """
    rows = -(-len(paths) // columns)
    picture = Picture(10.5, max(4.2, 1.35 * rows))
    halves = picture.add_gridspec(1, 2, width_ratios=(1.75, 1))
    left, right = picture.add_subfigure(halves[0]), picture.add_subfigure(halves[1])
    panels = left.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    curve = right.subplots()
    reports, ends = [], []
    for ax, (name, path), colour in zip(panels.flat, paths.items(), (VERMILLION, BLUE, GREEN, INK), strict=False):
        draw_surface(ax, loss, across, up, numbered=False)
        ax.plot(*path.T, "o-", color=colour, markersize=3.5, linewidth=1.2)
        ax.plot(*path[0], "s", color=INK, markersize=6)
        ax.set_title(name, fontsize=11, color=INK, pad=4)
        above = loss(*path.T) - least
        curve.semilogy(above, color=colour, linewidth=2)
        ends.append((float(np.log10(above[-1])), name, colour))
        way = "falls" if above[-1] < above[0] else "grows"
        reports.append(f"{name}: the loss {way} from {above[0]:.2g} to {above[-1]:.2g} in {len(path) - 1} steps")
    for ax in panels[-1]:
        ax.set_xlabel(labels[0], fontsize=11)
    for ax in panels[:, 0]:
        ax.set_ylabel(labels[1], fontsize=11)
    what = "loss ℓ" if least == 0 else "loss ℓ above its minimum"
    curve.set_title(f"{what}, step by step", fontsize=12, color=INK)
    curve.set_xlabel("step", fontsize=11)
    low, high = np.log10(curve.get_ylim())
    for (_, name, colour), place in zip(sorted(ends), spread([end for end, *_ in sorted(ends)], (high - low) / 14), strict=True):
        curve.annotate(f"  {name}", (len(path) - 1, 10**place), fontsize=10, color=colour, va="center", annotation_clip=False)
    curve.set_xlim(0, len(path) - 1)
    curve.spines[["top", "right"]].set_visible(False)
    curve.grid(alpha=0.25)
    measured = "" if least == 0 else " The loss is measured from its minimum."
    picture.caption = f"{'; '.join(reports)}. A square marks the start.{measured}"
    picture.alt = f"Panels with contours of the loss and one path in each; and a panel with the loss against the step. {picture.caption}"
    return picture


def walk_and_line(x: Array, y: Array, path: Array) -> Picture:
    """A path of (slope, intercept), (steps + 1, 2), on the mean squared error of points; the line at its end; and each step's loss.

    x and y are (n,), and not all of x are equal.
    """
    picture, (surface, data, curve) = axes(12.5, 4.0, ["the loss from above", "the line now", "the loss, step by step"])
    best = np.polyfit(x, y, 1)

    def loss(w: Array, b: Array) -> Array:
        return ((w[..., None] * x + b[..., None] - y) ** 2).mean(axis=-1)

    reach = 1.45 * np.abs(path[0] - best).max() or 0.01
    draw_surface(surface, loss, (best[0] - reach, best[0] + reach), (best[1] - reach, best[1] + reach))
    surface.plot(*path.T, "o-", color=BLUE, markersize=3.5, linewidth=1.2)
    surface.plot(*path[0], "s", color=INK, markersize=6)
    surface.plot(*best, "+", color=INK, markersize=12, markeredgewidth=2.5)
    data.plot(x, y, "o", color=INK, markersize=4)
    ends = np.array([x.min(), x.max()])
    for (w, b), style in ((best, {"color": INK, "linestyle": "--"}), (path[-1], {"color": BLUE, "linewidth": 2.5})):
        data.plot(ends, w * ends + b, **style)
    data.set_ylim(y.min() - 0.25 * np.ptp(y) - 0.1, y.max() + 0.25 * np.ptp(y) + 0.1)
    above = loss(*path.T) - loss(*best[:, None])
    curve.semilogy(np.where(above > 0, above, np.nan), color=BLUE, linewidth=2)
    curve.grid(alpha=0.25)
    for ax, across, up in ((surface, "slope w", "intercept b"), (data, "x", "y"), (curve, "step", "loss above its minimum")):
        ax.set_xlabel(across, fontsize=11)
        ax.set_ylabel(up, fontsize=11)
    (w, b), way = path[-1], "falls" if above[-1] < above[0] else "grows"
    report = f"The loss above its minimum {way} from {above[0]:.2g} to {above[-1]:.2g} in {len(path) - 1} steps"
    picture.caption = f"{report}. A square marks the start, a cross the minimum; dashed, the line of least squares."
    middle = f"{len(x)} points and the line of slope {w:.3g} and intercept {b:.3g}"
    picture.alt = f"Left: a path on the loss surface. Middle: {middle}. {report}."
    return picture


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Rising places, moved up where they would be closer than `gap`.

    >>> spread([0.0, 0.1, 2.0], 0.5)
    [0.0, 0.5, 2.0]
    """
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + gap) if found else place)
    return found
