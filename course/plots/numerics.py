"""What numbers do: running times, the error of finite differences, and two gradients side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from course.plots.gradient_descent import name_at_the_end
from course.plots.picture import BLUE, DIVERGING, GREEN, INK, VERMILLION, Array, Picture, axes, largest, legible_on, number


def running_times(entries: Sequence[int], seconds: Mapping[str, Sequence[float]], *, how: str = "one run") -> Picture:
    """Running times against the number of products summed, one line for each way of computing the same thing.

    `how` says how they were measured, in the caption: "best of three runs".
    """
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
    picture.alt = (
        f"Running time against the number of products, both axes logarithmic. At the largest size {first} takes "
        f"{slow:.2g} s and {second} {fast:.2g} s."
    )
    picture.caption = f"At the largest size, {second} is {slow / fast:,.0f} times as fast as {first}, on this machine ({how})."
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
    ax.text(0.02, 0.04, "rounding error:\ngrows as h shrinks", transform=ax.transAxes, fontsize=11, color=INK)
    ax.text(0.99, 0.04, "truncation error:\ngrows as h grows", transform=ax.transAxes, fontsize=11, color=INK, ha="right")
    ax.grid(alpha=0.25)
    name_at_the_end(ax)
    picture.alt = f"Error against step, a valley for each formula: {'; '.join(best.values())}."
    picture.caption = f"{'; '.join(best.values())}."
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
    picture.caption = f"{len(wrong)} of {np.size(witness)} entries disagree. Blue: negative, no colour: zero, vermillion: positive."
    return picture
