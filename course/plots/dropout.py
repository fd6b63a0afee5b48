"""Dropout: thinned networks, the ensemble they make, and a mean over masks that settles."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from course.plots.picture import BLUE, GREEN, INK, PALE, RUST, SKY, VERMILLION, Array, Picture, axes, plane, write
from course.plots.seeds import Z_95

RARE = 0.01  # the probability that a histogram may leave out at its lower end


def thinned(networks: Mapping[str, Sequence[Array]]) -> Picture:
    """Networks side by side, their deleted nodes crossed out, and with them every edge that they had.

    `networks` maps a title to the masks of its layers, from the input up, each an array of 0 (deleted) and 1.
    """
    tallest = max(len(mask) for masks in networks.values() for mask in masks)
    widths = [3.0 * len(masks) + 1.2 for masks in networks.values()]
    picture, ax = plane(sum(widths), 1.9 * tallest + 2.0, scale=0.32)
    left, reports = 0.0, []
    for (title, masks), width in zip(networks.items(), widths, strict=True):
        draw_thinned(ax, masks, left, tallest)
        write(ax, left + width / 2, 1.9 * tallest + 1.3, title, fontsize=12, weight="bold")
        left += width
        active = [f"{int(np.sum(mask))} of {len(mask)}" for mask in masks]
        reports.append(f"{title}: {', '.join(active)} nodes active, layer by layer")
    picture.alt = f"Networks side by side, deleted nodes crossed out. {'; '.join(reports)}."
    picture.caption = "From left to right in each: inputs, hidden nodes, outputs. A deleted node (crossed) takes all of its edges with it."
    return picture


def draw_thinned(ax: Axes, masks: Sequence[Array], left: float, tallest: int) -> None:
    """One network, its layers in columns from `left` on."""
    at = [
        [(left + 2.1 + 3.0 * column, 0.6 + 1.9 * ((tallest + len(mask)) / 2 - 0.5 - i)) for i in range(len(mask))]
        for column, mask in enumerate(masks)
    ]
    for (before, starts), (after, ends) in pairwise(zip(masks, at, strict=True)):
        for alive, start in zip(before, starts, strict=True):
            for active, end in zip(after, ends, strict=True):
                style: dict[str, Any] = (
                    {"color": INK, "linewidth": 1.1} if alive and active else {"color": PALE, "linewidth": 0.5, "linestyle": ":"}
                )
                ax.plot(*zip(start, end, strict=True), zorder=1, **style)
    for mask, places in zip(masks, at, strict=True):
        for alive, (x, y) in zip(mask, places, strict=True):
            face, edge = (SKY, INK) if alive else ("#ffffff", PALE)
            ax.add_patch(Circle((x, y), 0.55, facecolor=face, edgecolor=edge, linewidth=1.2, zorder=2))
            if not alive:
                write(ax, x, y, "×", fontsize=16, color=RUST, zorder=3)


def subnetworks(values: Array, shares: Array, lines: Mapping[str, float], *, xlabel: str, title: str) -> Picture:
    """How a number is spread over all thinned networks, each counted with its probability, and single numbers as lines.

    `values` and `shares` are (networks,), the shares adding up to 1; `lines` maps names to numbers on the same axis.
    """
    picture, (ax,) = axes(8.0, 3.8, [title])
    order = np.argsort(values)
    reached = np.cumsum(shares[order])
    least = min([values[order][np.searchsorted(reached, RARE * reached[-1])], *lines.values()])  # an axis for what is probable
    ax.hist(values, bins=40, range=(least, values.max()), weights=shares, color=SKY, edgecolor="#ffffff", linewidth=0.4)
    right = least + values.max() < min(lines.values()) + max(lines.values())  # the names stand where there is more room
    beside = min(lines.values()) - 0.03 * (values.max() - least) if right else max(lines.values()) + 0.03 * (values.max() - least)
    looks = ((BLUE, "-", 2.4), (VERMILLION, "-", 6.0), (GREEN, "--", 2.4))  # a narrow line is seen on a broad one where they coincide
    for row, ((name, value), (colour, style, width)) in enumerate(zip(lines.items(), looks, strict=False)):
        ax.axvline(value, color=colour, linestyle=style, linewidth=width)
        ax.annotate(
            f"{name}: {value:#.4g}",
            (value, 0.94 - 0.1 * row),
            (beside, 0.94 - 0.1 * row),
            xycoords=ax.get_xaxis_transform(),
            color=colour,
            fontsize=11,
            ha="right" if right else "left",
            va="center",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.2, "shrinkA": 2, "shrinkB": 0},
        )
    ax.set_xlabel(xlabel, fontsize=11)
    ax.set_ylabel("probability", fontsize=11)
    told = "; ".join(f"{name}: {value:#.4g}" for name, value in lines.items())
    picture.caption = f"{len(values):,} networks, from {values.min():.3g} to {values.max():.3g}. {told}."
    if rare := shares[values < least].sum():
        picture.caption += f" Not drawn: those below {least:.3g}, together with probability {rare:.2g}."
    picture.alt = f"Histogram of the {xlabel} over all thinned networks. {picture.caption}"
    return picture


def running_mean(panels: Mapping[str, tuple[Array, float]], *, ylabel: str) -> Picture:
    """Means over more and more random masks, with their 95 % intervals, each beside the number that it may settle at.

    `panels` maps a title to one value for each mask, (masks,), and to what the expected weights give. Means of fewer than 10 are
    left out; raises ValueError where there are no more.
    """
    if min(len(values) for values, _ in panels.values()) < 10:
        raise ValueError(f"expected 10 masks or more for each panel, got {[len(values) for values, _ in panels.values()]}")
    picture, found = axes(5.2 * len(panels), 3.9, list(panels))
    reports = []
    for ax, (title, (values, target)) in zip(found, panels.items(), strict=True):
        count = np.arange(1, len(values) + 1)
        mean = values.cumsum() / count
        variance = np.maximum((values**2).cumsum() / count - mean**2, 0) * count / np.maximum(count - 1, 1)
        half = Z_95 * np.sqrt(variance / count)
        shown = np.unique(np.geomspace(10, len(values), 400).astype(int)) - 1
        ax.fill_between(count[shown], (mean - half)[shown], (mean + half)[shown], color=SKY, alpha=0.45, linewidth=0)
        ax.plot(count[shown], mean[shown], color=BLUE, linewidth=1.8)
        ax.axhline(target, color=VERMILLION, linestyle="--", linewidth=2)
        for name, value, colour in (("mean over masks", mean[-1], BLUE), ("expected weights", target, VERMILLION)):
            above = 1 if value == max(mean[-1], target) else -1
            place: dict[str, Any] = {"xytext": (0, 17 * above), "textcoords": "offset points", "ha": "right", "va": "center"}
            ax.annotate(name, (count[-1], value), color=colour, fontsize=11, **place)
        ax.annotate(
            "95 % interval",
            (count[shown[len(shown) // 5]], (mean + half)[shown[len(shown) // 5]]),
            (6, 6),
            textcoords="offset points",
            color=INK,
            fontsize=11,
        )
        ax.set_xscale("log")
        ax.set_xlabel("masks drawn", fontsize=11)
        ax.grid(alpha=0.25)
        inside = "lies inside" if abs(mean[-1] - target) <= half[-1] else "lies outside"
        reports.append(f"{title}: after {len(values):,} masks {mean[-1]:.4f} ± {half[-1]:.4f}; {target:.4f}, by expected weights, {inside}")
    found[0].set_ylabel(ylabel, fontsize=11)
    picture.caption = f"{'. '.join(reports)}."
    picture.alt = f"The mean over masks against their number, on a logarithmic axis. {picture.caption}"
    return picture
