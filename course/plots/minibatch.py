"""What batch size, learning rate and momentum do: over many seeds, on the noise of a gradient, and to the moment of stopping."""

from collections.abc import Mapping, Sequence

import numpy as np

from course.plots.picture import BLUE, GREEN, INK, ORANGE, PALE, VERMILLION, Array, Picture, axes
from course.plots.seeds import interval


def sweep(panels: Mapping[str, Mapping[float, Array]], *, xlabel: str, ylabel: str) -> Picture:
    """A figure of many runs against a setting, on a logarithmic axis: every run a dot, their mean, and its 95 % interval.

    `panels` maps a title to {setting: values (runs,)}, two runs at the least.
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
        ax.set_ylim(0, 1.02)
        ax.grid(alpha=0.25)
        best = int(means.argmax())
        points = ", ".join(f"{setting:g}: {mean:.1%} ± {half:.1%}" for setting, mean, half in zip(settings, means, halves, strict=True))
        reports.append((f"{title}: best at {settings[best]:g}, {means[best]:.1%} ± {halves[best]:.1%}", f"{title}, {points}"))
    count = len(next(iter(next(iter(panels.values())).values())))
    picture.caption = f"{'. '.join(report for report, _ in reports)}. A dot for each of {count} runs; mean and 95 % interval."
    picture.alt = f"{ylabel.capitalize()} against {xlabel}. {'; '.join(points for _, points in reports)}."
    return picture


def batch_noise(sizes: Sequence[int], measured: Array, formula: Array) -> Picture:
    """How far the gradient of a batch lies from that of all examples, against the batch size: measured, and by the formula.

    Both are (sizes,), root mean squares in units of the gradient.
    """
    picture, (ax,) = axes(7.0, 4.0, ["a batch of four times the size is off by half"])
    ax.loglog(sizes, formula, "-", color=ORANGE, linewidth=3, label="σ/√T · √((n - T)/(n - 1))")
    ax.loglog(sizes, measured, "o", color=BLUE, markersize=7, label="measured on random batches")
    ax.set_xticks(sizes, [f"{size}" for size in sizes])
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
