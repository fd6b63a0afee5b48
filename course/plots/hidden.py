"""Inside a network: weights as images, and how activations and gradients are spread, layer by layer."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from course.plots.picture import BLUE, DIVERGING, INK, VERMILLION, Array, Picture, largest, number


def weight_images(W: Array, shape: tuple[int, int], *, titles: Sequence[str] = (), columns: int = 8, quantity: str = "weight") -> Picture:
    """Each column of a matrix as an image: what a unit of the first layer looks for, weight by weight, on one scale.

    W is (in, units), and `shape` (height, width) of an image of `in` pixels; `titles` name the units, "unit 0" and so on otherwise.
    Attributions and other signed images can be shown in the same way, as columns, under their own `quantity`. Raises ValueError for
    shapes that do not fit.
    """
    W = np.asarray(W)
    if W.ndim != 2 or not W.size or W.shape[0] != np.prod(shape):
        raise ValueError(f"expected W (in, units) with in = {shape[0]} × {shape[1]} = {np.prod(shape)}, got {W.shape}")
    units = W.shape[1]
    titles = list(titles) or [f"unit {unit}" for unit in range(units)]
    if len(titles) != units:
        raise ValueError(f"expected {units} titles, one for each column of W, got {len(titles)}")
    columns = min(columns, units)
    rows = -(-units // columns)
    limit = largest([W])
    width, height = (1.15, 1.15 * shape[0] / shape[1]) if shape[1] > shape[0] else (1.15 * max(shape[1] / shape[0], 0.5), 1.15)
    picture = Picture(columns * width + 1.4, max(rows * (height + 0.3), 1.6))
    panels = picture.subplots(rows, columns, squeeze=False)
    for ax, image, title in zip(panels.flat, W.T, titles, strict=False):
        drawn = ax.imshow(image.reshape(shape), cmap=DIVERGING, vmin=-limit, vmax=limit)
        ax.set_title(title, fontsize=10, color=INK, pad=3)
        ax.set(xticks=[], yticks=[])
    for ax in panels.flat[units:]:
        ax.set_visible(False)
    picture.colorbar(drawn, ax=panels, shrink=min(1.0, 0.5 + 0.5 / rows), aspect=14, label=quantity)
    sizes = np.linalg.norm(W, axis=0)
    large, small = (f"{titles[int(at)]} ({sizes[at]:.3g})" for at in (sizes.argmax(), sizes.argmin()))
    extremes = f"The root of the sum of squares is largest for {large}, and smallest for {small}."
    images = f"{units} images of {shape[0]} by {shape[1]} pixels"
    picture.alt = f"{images}, one for each column of {quantity}s, up to {limit:.3g} in size. {extremes}"
    picture.caption = f"Blue: negative {quantity}, no colour: zero, vermillion: positive. {extremes}"
    return picture


def histograms(activations: Mapping[str, Array], gradients: Mapping[str, Array] | None = None, *, bins: int = 40) -> Picture:
    """How activations, and below them the gradients of the loss with respect to them, are spread in each layer.

    Both map a layer's name to an array of any shape, in the order of the layers; the panels of a row share one horizontal axis, so that
    a signal that fades or blows up from layer to layer is seen as such. Numbers that are not finite are counted in the title. Raises
    ValueError where there is nothing to show, and where the two do not name the same layers.
    """
    named = {"activation": activations} | ({"∂ℓ/∂activation": gradients} if gradients is not None else {})
    if not activations or not all(np.size(array) for arrays in named.values() for array in arrays.values()):
        raise ValueError("expected an array with entries for each layer, by its name, got none, or an empty one")
    if gradients is not None and list(gradients) != list(activations):
        raise ValueError(f"expected gradients of the layers {', '.join(activations)}, got {', '.join(gradients)}")
    picture = Picture(2.6 * max(len(activations), 2) + 0.6, 2.7 * len(named))
    panels = picture.subplots(len(named), len(activations), squeeze=False)
    reports = []
    for row, (quantity, arrays), colour in zip(panels, named.items(), (BLUE, VERMILLION), strict=False):
        flat = {name: np.ravel(array).astype(float) for name, array in arrays.items()}
        limit = 1.02 * largest(list(flat.values()))
        for ax, (name, values) in zip(row, flat.items(), strict=True):
            draw_histogram(ax, values, np.linspace(-limit, limit, bins + 1), colour)
            spread = f"std {significant(np.std(values[np.isfinite(values)]))}" if np.isfinite(values).any() else "no finite number"
            lost = np.count_nonzero(~np.isfinite(values))
            ax.set_title(f"{name}\n{spread}" + (f", {lost} not finite" if lost else ""), fontsize=11, color=INK)
            ax.set_xlabel(quantity, fontsize=10)
            reports.append(f"{quantity} of {name}: {spread}" + (f", {lost} not finite" if lost else ""))
        row[0].set_ylabel("share of the entries", fontsize=10)
    picture.alt = f"Histograms, layer by layer. {'; '.join(reports)}."
    picture.caption = "Each row has one horizontal scale. std: standard deviation, how far the entries lie from their mean."
    return picture


def significant(value: float) -> str:
    """Two digits that count, however small the number."""
    return number(value) if 0.1 <= value < 100 or value == 0 else f"{value:.1e}".replace("-", "−")


def draw_histogram(ax: Axes, values: Array, edges: Array, colour: str) -> None:
    """Shares of the finite values, and a line at zero."""
    finite = values[np.isfinite(values)]
    ax.hist(finite, list(edges), weights=np.full(finite.size, 1 / max(values.size, 1)), color=colour)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.tick_params(labelsize=9)
    ax.locator_params(axis="x", nbins=4)
    ax.spines[["top", "right"]].set_visible(False)
