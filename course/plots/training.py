"""What training did: the loss and the accuracy of each epoch, and the regions that a classifier has learnt."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator

from course.plots.picture import BLUE, GREEN, INK, MAUVE, ORANGE, PALE, SKY, VERMILLION, Array, Picture, axes

CLASSES = (  # a region's colour, and the colour and the marker of its points
    (SKY, BLUE, "o"),
    (ORANGE, VERMILLION, "^"),
    (GREEN, "#00543d", "s"),
    (MAUVE, "#7a2f5c", "D"),
    (PALE, INK, "v"),
)
FIGURES = {"loss": "loss ℓ", "accuracy": "accuracy, share of the examples"}


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
    draw_regions(plane_of_inputs, X, labels, grid, 2)
    picture.alt = (
        f"Left: the loss falls from {losses[0]:.2f} to {losses[-1]:.2f} in {len(losses)} steps. "
        "Right: points of two classes, and the regions of the plane given to each."
    )
    picture.caption = f"Loss {losses[0]:.3f} at the first step, {losses[-1]:.3f} at step {len(losses)}."
    return picture


def decision_boundary(predict: Callable[[Array], Array], X: Array, y: Array, *, resolution: int = 200) -> Picture:
    """The plane of two inputs, coloured by the class that a classifier gives to each point, and the examples with their own.

    `predict` takes points (M, 2) and gives their classes (M,), whole numbers, or one score for each class (M, C). X is (N, 2), `y`
    are N classes in 0..4. Raises ValueError for other shapes, and TypeError where `predict` gives no array.
    """
    X, y = np.asarray(X, float), np.asarray(y)
    if X.ndim != 2 or X.shape[1] != 2 or y.shape != X.shape[:1] or not len(y):
        raise ValueError(f"expected examples of two numbers, X (N, 2) and y (N,), got {X.shape} and {y.shape}")
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.08 * np.where(high > low, high - low, 1)
    first, second = np.meshgrid(*np.linspace(low - margin, high + margin, resolution).T)
    region = classes_of(predict, np.column_stack([first.ravel(), second.ravel()])).reshape(first.shape)
    right = classes_of(predict, X) == y
    count = int(max(y.max(), region.max())) + 1
    if min(y.min(), region.min()) < 0 or count > len(CLASSES):
        raise ValueError(f"expected classes in 0..{len(CLASSES) - 1}, got {min(y.min(), region.min())}..{count - 1}")
    picture, (ax,) = axes(6.4, 4.6, ["which class is given to which input"])
    draw_regions(ax, X, y, (first, second, region), max(count, 2))
    if not right.all():
        ax.scatter(X[~right, 0], X[~right, 1], s=110, facecolors="none", edgecolors=INK, linewidths=1.2, label="wrong")
        ax.legend(fontsize=10, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    shares = ", ".join(f"{(region == label).mean():.0%} to class {label}" for label in range(count))
    finding = f"{right.sum()} of {len(y)} points lie in the region of their own class ({right.mean():.1%})."
    picture.alt = f"The plane of the two inputs: {shares}. {finding}"
    picture.caption = f"{finding}" + ("" if right.all() else " The others are ringed.")
    return picture


def trained(
    predict: Callable[[Array], Array], X: Array, y: Array, losses: Sequence[float], validation_losses: Sequence[float]
) -> Picture:
    """The plane of two inputs as a classifier sees it, and the loss of each epoch on the examples trained on and on those kept apart.

    `predict`, X and y are as in `decision_boundary`; the losses may be empty, before training.
    """
    titles = ["which class is given to which input", *(["the loss of each epoch"] if len(losses) else [])]
    picture, (plane, *curves) = axes(5.4 * len(titles) + 0.6, 4.2, titles)
    low, high = X.min(axis=0), X.max(axis=0)
    first, second = np.meshgrid(*np.linspace(low - 0.1, high + 0.1, 120).T)
    region = classes_of(predict, np.column_stack([first.ravel(), second.ravel()])).reshape(first.shape)
    draw_regions(plane, X, y, (first, second, region), int(max(y.max(), region.max())) + 1)
    right = f"{(classes_of(predict, X) == y).mean():.1%} of {len(y)} points lie in the region of their own class."
    said = "Before training."
    for ax in curves:
        epochs = np.arange(1, len(losses) + 1)
        marker = "o" if len(losses) < 3 else ""
        ax.plot(epochs, losses, color=BLUE, label="training", marker=marker)
        ax.plot(epochs, validation_losses, "--", color=VERMILLION, label="validation", marker=marker)
        ax.set_xlabel("epoch", fontsize=11)
        ax.set_ylabel("loss ℓ", fontsize=11)
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.legend(fontsize=10, frameon=False)
        best = int(np.argmin(validation_losses))
        said = f"{len(losses)} epochs; the lowest validation loss is {validation_losses[best]:.3g}, at epoch {best + 1}."
    picture.caption = f"{said} {right}"
    picture.alt = f"The plane of the two inputs, and losses against epochs. {picture.caption}"
    return picture


def classes_of(predict: Callable[[Array], Array], points: Array) -> Array:
    """The class of each point, from classes or from scores."""
    given = predict(points)
    if not isinstance(given, np.ndarray):
        raise TypeError(f"predict must give an array, got {type(given).__name__}: for a network write `lambda X: network(X).data`")
    if given.ndim == 2 and given.shape[1] > 1 and len(given) == len(points):
        return given.argmax(axis=1)
    if given.shape != points.shape[:1] or not np.array_equal(given, np.round(given)):
        raise ValueError(
            f"predict must give a whole number for each of {len(points)} points, or a row of scores; got {given.dtype} of shape "
            f"{given.shape}. For probabilities of class 1 write `lambda X: (probability(X) > 0.5).astype(int)`"
        )
    return given.astype(int)


def draw_regions(ax: Axes, X: Array, labels: Array, grid: tuple[Array, Array, Array], count: int) -> None:
    """Regions of a plane by their class, and points on it, by colour and by shape."""
    colours = ListedColormap([CLASSES[label][0] for label in range(count)])
    ax.pcolormesh(*grid, cmap=colours, vmin=-0.5, vmax=count - 0.5, alpha=0.35, shading="auto", linewidth=0, rasterized=True)
    for label in range(count):
        _, colour, marker = CLASSES[label]
        ax.scatter(X[labels == label, 0], X[labels == label, 1], c=colour, marker=marker, s=18, label=f"class {label}")
    ax.set_xlabel("x[0]", fontsize=11)
    ax.set_ylabel("x[1]", fontsize=11)
    ax.legend(fontsize=10, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)


def history(record: Any) -> Picture:
    """Loss and accuracy of each epoch, on the examples trained on and on those kept apart.

    `record` is a mapping, or an object with attributes: lists `loss`, `accuracy`, `validation_loss`, `validation_accuracy`, one number
    for each epoch, and `best_epoch`, its place in them. Any of them may be missing. Epochs are shown counted from 1. Raises ValueError
    where all are missing.
    """
    get = record.get if isinstance(record, Mapping) else lambda name, otherwise=None: getattr(record, name, otherwise)
    curves = {f"{kind}{figure}": np.array(get(f"{kind}{figure}", []), float) for figure in FIGURES for kind in ("", "validation_")}
    shown = [figure for figure in FIGURES if curves[figure].size or curves[f"validation_{figure}"].size]
    if not shown:
        raise ValueError(f"expected a list, one number for each epoch, under one of {', '.join(curves)}; got none")
    picture, found = axes(4.8 * len(shown) + 0.6, 3.8, shown)
    reports = []
    for ax, figure in zip(found, shown, strict=True):
        for kind, name, colour, style in (("", "training", BLUE, "-"), ("validation_", "validation", VERMILLION, "--")):
            values = curves[f"{kind}{figure}"]
            if np.isfinite(values).any():
                epochs, marker = np.arange(1, len(values) + 1), "o" if len(values) < 3 else ""
                ax.plot(epochs, values, style, color=colour, label=name, linewidth=2, marker=marker)
                best = np.nanargmin(values) if figure == "loss" else np.nanargmax(values)
                extreme = "lowest" if figure == "loss" else "highest"
                ends = f"from {values[0]:.3g} to {values[-1]:.3g}"
                reports.append(f"{name} {figure} {ends}, {extreme} {values[best]:.3g} at epoch {best + 1}")
        ax.set_xlabel("epoch", fontsize=11)
        ax.set_ylabel(FIGURES[figure], fontsize=11)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlim(left=0.5)  # there is no epoch 0
        ax.grid(alpha=0.25)
    place = get("best_epoch")
    epoch = None if place is None or place < 0 else place + 1
    if epoch is not None:
        for ax in found:
            ax.axvline(epoch, color=INK, linewidth=1, linestyle=":", label=f"best epoch, {epoch}")
    found[0].legend(fontsize=10, frameon=False)
    picture.caption = "; ".join(reports).capitalize() + "." + (f" The best epoch is {epoch}." if epoch is not None else "")
    picture.alt = f"Curves of {' and '.join(shown)} against the epoch. {picture.caption}"
    return picture
