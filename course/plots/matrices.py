"""Matrices as tinted numbers, in a plane where a cell is CELL wide and 1 high."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.plots.picture import DIVERGING, PALE, Array, Picture, largest, legible_on, number, plane, write

CELL = 1.7


def size_of(array: Array) -> tuple[float, int]:
    """Width and height of an array drawn by `draw_matrix`: a vector is one row, a number one cell."""
    rows, columns = np.atleast_2d(array).shape
    return columns * CELL, rows


def draw_matrix(ax: Axes, array: Array, left: float, top: float, limit: float) -> None:
    """Numbers on cells tinted from -limit (blue) to limit (vermillion), the upper left corner at (left, top); what is exactly 0 says 0."""
    for (row, column), value in np.ndenumerate(np.atleast_2d(array)):
        x, y = left + column * CELL, top - row - 1
        tint = DIVERGING(0.5 + 0.4 * value / limit)
        ax.add_patch(Rectangle((x, y), CELL, 1, facecolor=tint, edgecolor=PALE, linewidth=0.6))
        write(ax, x + CELL / 2, y + 0.47, number(value) if value else "0", fontsize=10, color=legible_on(tint))


def equation(*parts: str | tuple[str, Array], caption: str = "") -> Picture:
    """Matrices and signs in a row, as in a formula: `equation(("X", X), "@", ("W", W), "=", ("Z", Z))`.

    Each matrix stands under its name and above its shape; a vector is a row.
    """
    named = [part for part in parts if not isinstance(part, str)]
    limit = largest([array for _, array in named])
    widths = [max(size_of(part[1])[0], 0.42 * len(part[0])) if isinstance(part, tuple) else 0.8 + 0.3 * len(part) for part in parts]
    tallest = max(size_of(array)[1] for _, array in named)
    picture, ax = plane(sum(widths) + 0.6 * (len(parts) + 1), tallest + 2.6)
    left, middle = 0.6, 1.3 + tallest / 2
    for part, width in zip(parts, widths, strict=True):
        centre = left + width / 2
        if isinstance(part, str):
            write(ax, centre, middle, part, fontsize=15)
        else:
            name, array = part
            across, rows = size_of(array)
            draw_matrix(ax, array, centre - across / 2, middle + rows / 2, limit)
            write(ax, centre, middle + rows / 2 + 0.35, name, va="bottom", fontsize=12, weight="bold")
            write(ax, centre, middle - rows / 2 - 0.35, f"{np.shape(array)}", va="top", fontsize=10)
        left += width + 0.6
    formula = " ".join(part if isinstance(part, str) else f"{part[0]} of shape {np.shape(part[1])}" for part in parts)
    picture.alt = f"Matrices side by side: {formula}."
    picture.caption = caption
    return picture
