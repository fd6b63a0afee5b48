"""What a method gained, over pairs of runs that differ in it alone, with an interval."""

from collections.abc import Mapping

import numpy as np

from course.plots.picture import GREEN, INK, PALE, VERMILLION, Array, Picture, axes

Z_95 = 1.96  # standard errors in half an interval of 95 %, for means of many


def paired_gains(gains: Mapping[str, Array], *, xlabel: str) -> Picture:
    """What a method gained in each of several pairs of runs, a row for each kind of data: every pair, the mean, its 95 % interval.

    `gains` maps a name to the differences, (pairs,), of at least two pairs.
    """
    picture, (ax,) = axes(8.6, 1.1 + 0.85 * len(gains), ["a dot for each pair of runs; the mean and its 95 % interval"])
    reports = []
    for row, (name, values) in enumerate(gains.items()):
        mean, half = values.mean(), interval(values)
        colour = GREEN if mean - half > 0 else VERMILLION if mean + half < 0 else INK
        ax.scatter(values, row + np.linspace(-0.2, 0.2, len(values)), s=16, color=PALE, linewidths=0)
        ax.errorbar(mean, row, xerr=half, fmt="D", markersize=7, capsize=6, linewidth=2.4, color=colour)
        reports.append(f"{name}: {mean:+.1f} ± {half:.1f}, above 0 in {np.sum(values > 0)} of {len(values)} pairs")
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(range(len(gains)), list(gains), fontsize=11)
    ax.set_ylim(len(gains) - 0.5, -0.5)
    ax.set_xlabel(xlabel, fontsize=11)
    ax.grid(axis="x", alpha=0.25)
    picture.caption = f"{'; '.join(reports)}. Green: all of the interval is above 0; orange: below; black: 0 lies in it.".replace("-", "−")
    picture.alt = f"Rows of dots with a mean and an interval: {xlabel}. {picture.caption}"
    return picture


def interval(values: Array) -> float:
    """Half a 95 % interval for the mean of a few differences, by Student's t (its quantile from a short expansion)."""
    freedom = len(values) - 1
    z = Z_95
    t = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    t += (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    return float(t * values.std(ddof=1) / np.sqrt(len(values)))
