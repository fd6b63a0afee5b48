"""What a penalty on the weights does: to a curve through noisy points, to the weights, and to the loss on data not seen."""

from collections.abc import Mapping

import numpy as np

from course.plots.gradient_descent import COLOURS
from course.plots.picture import BLUE, INK, PALE, VERMILLION, Array, Picture, axes
from course.plots.seeds import interval

STYLES = ("-", "--", "-.", ":")


def fitted_curves(x: Array, y: Array, grid: Array, truth: Array, curves: Mapping[str, Array]) -> Picture:
    """Noisy points, the curve that they come from, and curves fitted to them; x and y are (N,), all others (points,).

    What leaves the frame, half as high again as the points reach, is cut off.
    """
    picture, (ax,) = axes(8.4, 4.2, ["measurements, truth, and fits"])
    ax.plot(grid, truth, color=PALE, linewidth=4, alpha=0.7, label="the truth")
    for (name, values), colour, style in zip(curves.items(), COLOURS, STYLES, strict=False):
        ax.plot(grid, values, style, color=colour, linewidth=2, label=name)
    ax.scatter(x, y, color=INK, s=28, zorder=3, label=f"{len(x)} training examples")
    ax.locator_params(axis="x", nbins=5)
    middle, reach = (y.max() + y.min()) / 2, 0.75 * np.ptp(y)
    ax.set_ylim(middle - reach, middle + reach)
    ax.set_xlabel("input x", fontsize=11)
    ax.set_ylabel("output y", fontsize=11)
    ax.legend(fontsize=10, frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))
    away = {name: np.sqrt(np.mean((values - truth) ** 2)) for name, values in curves.items()}
    picture.caption = f"Distance from the truth (root mean square): {', '.join(f'{name} {value:.2g}' for name, value in away.items())}."
    picture.alt = f"{len(x)} noisy points and {len(curves)} curves fitted to them. {picture.caption}"
    return picture


def weight_spread(panels: Mapping[str, Mapping[str, Array]]) -> Picture:
    """How the weights of each layer are spread, trained in two ways or more: a panel for each layer, one upon the other.

    `panels` maps a layer to its weights, of any shape, by the way they were trained.
    """
    picture, found = axes(5.2 * len(panels), 3.7, list(panels))
    reports = []
    for ax, (layer, ways) in zip(found, panels.items(), strict=True):
        limit = max(float(np.abs(weights).max()) for weights in ways.values())
        for (name, weights), colour in zip(ways.items(), (VERMILLION, BLUE), strict=False):
            share = np.full(weights.size, 1 / weights.size)
            ax.hist(np.ravel(weights), list(np.linspace(-limit, limit, 41)), weights=share, color=colour, alpha=0.55, label=name)
            reports.append(f"{layer}, {name}: Σ w² = {np.sum(np.square(weights)):.3g}, largest |w| {np.abs(weights).max():.2g}")
        ax.set_xlabel("weight", fontsize=11)
    found[0].set_ylabel("share of the weights", fontsize=11)
    found[0].legend(fontsize=10, frameon=False)
    picture.caption = f"{'; '.join(reports)}."
    picture.alt = f"Histograms of weights, layer by layer, trained with and without a penalty. {picture.caption}"
    return picture


def penalty_curves(lams: Array, losses: Mapping[str, Array], *, ylabel: str) -> Picture:
    """Losses against λ, on logarithmic axes: the geometric mean over many data sets, its 95 % interval, and where it is lowest.

    `losses` maps a name to positive numbers, (data sets, λs), two data sets at the least. The mean is geometric because the losses of
    a weak penalty differ by powers of ten: one bad data set would decide an ordinary mean.
    """
    picture, (ax,) = axes(8.4, 4.2, ["too little, and too much"])
    reports = []
    for (name, runs), colour, style in zip(losses.items(), (BLUE, VERMILLION, INK), STYLES, strict=False):
        mean = np.exp(np.log(runs).mean(axis=0))
        factor = np.exp([interval(np.log(column)) for column in runs.T])
        best = int(mean.argmin())
        ax.fill_between(lams, mean / factor, mean * factor, color=colour, alpha=0.18, linewidth=0)
        ax.loglog(lams, mean, style, color=colour, linewidth=2)
        at = len(lams) // 8  # near the left end, where the curves are far apart; the words stand above the interval
        ax.annotate(name, (lams[at], mean[at] * factor[at]), (4, 4), textcoords="offset points", fontsize=12, color=colour)
        ax.plot(lams[best], mean[best], "o", color=colour, markersize=8)
        ends = f"{mean[0]:.2g} at λ = {lams[0]:.0e}, {mean[-1]:.2g} at λ = {lams[-1]:.0e}"
        between = f"{mean[best]:.2g} ({mean[best] / factor[best]:.2g} to {mean[best] * factor[best]:.2g})"
        reports.append((f"{name}: lowest at λ = {lams[best]:.1e}, {between}", f"{name}: {ends}"))
    count = len(next(iter(losses.values())))
    ax.set_xlabel("strength of the penalty, λ", fontsize=11)
    ax.set_ylabel(ylabel, fontsize=11)
    ax.grid(alpha=0.25)
    lowest = "; ".join(text for text, _ in reports)
    picture.caption = f"Geometric means (means of the logarithms) over {count} data sets, with 95 % intervals. {lowest}."
    picture.alt = f"{ylabel} against λ, both logarithmic. {picture.caption} {'; '.join(ends for _, ends in reports)}."
    return picture
