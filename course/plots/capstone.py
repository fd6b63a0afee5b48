"""What a classifier gets right and wrong: a sheet of images, and a table of counts."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from course.plots.explainable_ai import grey
from course.plots.picture import BLUE, INK, Array, Picture, axes, legible_on


def sheet(images: Array, shape: tuple[int, int], titles: Sequence[str], *, columns: int = 10) -> Picture:
    """Images side by side, each with a title. `images` is (N, in), with pixels in [0, 1]; raises ValueError for shapes that do not fit."""
    images = np.asarray(images)
    if images.ndim != 2 or images.shape != (len(titles), np.prod(shape)) or not len(images):
        raise ValueError(f"expected {len(titles)} images, at least one, of {np.prod(shape)} pixels, got {images.shape}")
    rows = -(-len(images) // columns)
    lines = 1 + max(title.count("\n") for title in titles)
    picture = Picture(1.05 * columns, (1.15 + 0.2 * lines) * rows)
    panels = picture.subplots(rows, columns, squeeze=False)
    for ax in panels.flat:
        ax.axis("off")
    for ax, image, title in zip(panels.flat, images, titles, strict=False):
        grey(ax, image.reshape(shape))
        ax.axis("on")  # a frame: an image may be white at its edge
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=10, color=INK, pad=3)
    picture.alt = f"{len(images)} images, titled {', '.join(title.replace(chr(10), ' ') for title in titles)}."
    picture.caption = f"{len(images)} images of {shape[0]} × {shape[1]} pixels, black 0, white 1."
    return picture


def confusion(table: Array) -> Picture:
    """Counts of each pair of a true class (row) and a predicted one (column); colour is for the errors alone."""
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"expected a square table of counts, got shape {table.shape}")
    classes, errors = len(table), np.where(np.eye(len(table), dtype=bool), 0, table)
    picture, (ax,) = axes(6.2, 5.4, ["true class and predicted class"])
    colours = LinearSegmentedColormap.from_list("white to blue", ["#ffffff", BLUE])
    ax.imshow(errors, cmap=colours, vmin=0, vmax=max(errors.max(), 1))
    for (r, c), value in np.ndenumerate(table):
        ink = legible_on(colours(errors[r, c] / max(errors.max(), 1)))
        ax.text(c, r, f"{value:.0f}", ha="center", va="center", fontsize=10, color=ink, weight="bold" if r == c else "normal")
    ax.set(xticks=range(classes), yticks=range(classes))
    ax.set_xlabel("predicted class", fontsize=11)
    ax.set_ylabel("true class", fontsize=11)
    r, c = np.unravel_index(int(errors.argmax()), errors.shape)
    finding = f"{np.trace(table):.0f} of {table.sum():.0f} are right. Most often, {errors[r, c]:.0f} times, class {r} is taken for {c}."
    finding = finding if errors.any() else f"All {table.sum():.0f} are right."
    picture.alt = f"A table of counts, a row for each true class and a column for each predicted one. {finding}"
    picture.caption = f"{finding} The darker, the more errors."
    return picture
