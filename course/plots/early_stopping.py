"""Early stopping: where a rule stops on given curves, and where it leads beside L2 on the same bowl."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from course.plots.gradient_descent import OUTLINE
from course.plots.picture import BLUE, GREEN, INK, ORANGE, PALE, VERMILLION, Array, Picture, axes


def stopped(training: Sequence[float], validation: Sequence[float], *, best: int, end: int) -> Picture:
    """Training and validation loss of each epoch, thinner after the stop; `best` and `end` are epochs, counted from 1."""
    picture, (ax,) = axes(9.0, 3.8, ["early stopping on given curves"])
    epochs = np.arange(1, len(training) + 1)
    for name, losses, colour, style in (("training", training, BLUE, "-"), ("validation", validation, VERMILLION, "--")):
        ax.plot(epochs[:end], losses[:end], style, color=colour, linewidth=2.4, label=f"{name} loss")
        ax.plot(epochs[end - 1 :], losses[end - 1 :], style, color=colour, linewidth=1, label=f"{name}, after the stop")
    ax.axvspan(best, end, color=ORANGE, alpha=0.3, linewidth=0, label="waiting")
    ax.axvline(best, color=GREEN, linewidth=2, label=f"best epoch, {best}")
    ax.axvline(end, color=INK, linewidth=2, linestyle=":", label=f"stopped after epoch {end}")
    ax.set_xlim(left=0.5)  # there is no epoch 0
    ax.set_ylim(min(0, *validation), 1.05 * max(*validation, *training[1:]))
    ax.set_xlabel("epoch", fontsize=11)
    ax.set_ylabel("loss", fontsize=11)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(alpha=0.25)
    ax.legend(fontsize=10, frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))
    lowest = f"with a validation loss of {validation[best - 1]:.3f}"
    picture.caption = f"Stopped after epoch {end} of {len(epochs)}; the best was epoch {best}, {lowest}."
    picture.alt = f"Training and validation loss against the epoch. {picture.caption}"
    return picture


def two_paths(curvature: Any, minimum: Any, descent: Any, penalised: Any) -> Picture:
    """The bowl Σ ½ a (w - w*)² in two dimensions, and two paths from 0 to its minimum.

    `curvature` and `minimum` hold a and w*, each (2,); `descent` (steps + 1, 2) is gradient descent step by step, `penalised`
    (k, 2) the minima of the bowl with an L2 penalty, from a large λ to a small one.
    """
    curvature, minimum, descent, penalised = (np.asarray(array, dtype=float) for array in (curvature, minimum, descent, penalised))
    picture, (ax,) = axes(6.6, 5.0, ["two ways to go only part of the way"])
    low, high = np.minimum(minimum, 0) - 0.35, np.maximum(minimum, 0) + 0.35
    across, up = np.meshgrid(np.linspace(low[0], high[0], 160), np.linspace(low[1], high[1], 160))
    loss = (curvature[0] * (across - minimum[0]) ** 2 + curvature[1] * (up - minimum[1]) ** 2) / 2
    ax.contour(across, up, np.sqrt(loss), levels=9, colors=PALE, linewidths=0.8)
    ax.plot(*penalised.T, color=BLUE, linewidth=2.5)
    ax.plot(*descent.T, "o", color=VERMILLION, markersize=5)
    ax.plot(*minimum, "*", color=INK, markersize=14)
    ax.annotate("minimum w*", minimum, xytext=(8, -16), textcoords="offset points", fontsize=11)
    ax.annotate("start, 0", (0, 0), xytext=(6, -16), textcoords="offset points", fontsize=11)
    label(ax, "minimum with a penalty,\nλ from large to 0", nearest(penalised, minimum / 2), (-10, 4), BLUE, ha="right", va="bottom")
    label(ax, "gradient descent,\nstep by step", nearest(descent, minimum * (0.64, 0.12)), (6, -8), VERMILLION, ha="left", va="top")
    ax.set_xlabel("w₁, the steep direction" if curvature[0] > curvature[1] else "w₁", fontsize=11)
    ax.set_ylabel("w₂, the flat direction" if curvature[0] > curvature[1] else "w₂", fontsize=11)
    apart = max(np.linalg.norm(penalised - point, axis=1).min() for point in descent)
    picture.caption = f"Stopped early or penalised: no step of the descent is farther than {apart:.2f} from the curve of λ."
    picture.alt = (
        f"Contour lines of a bowl with its minimum at ({minimum[0]:.2f}, {minimum[1]:.2f}). The steps of gradient "
        f"descent from the origin, and the minima with a penalty, follow two curves to it that are at most {apart:.2f} apart."
    )
    return picture


def nearest(path: Array, point: Array) -> Array:
    """The point of a path, (points, 2), that is nearest to a point."""
    return path[np.linalg.norm(path - point, axis=1).argmin()]


def label(ax: Axes, words: str, at: Array, offset: tuple[int, int], colour: str, **options: Any) -> None:
    """Words beside a point, in the colour of what they name."""
    where: dict[str, Any] = {"xytext": offset, "textcoords": "offset points"}
    ax.annotate(words, (at[0], at[1]), fontsize=11, color=colour, path_effects=OUTLINE, **where, **options)
