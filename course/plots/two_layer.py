"""Computational graph of a two-layer network, array by array: the picture of the notes, with numbers in it."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from course.plots.matrices import draw_matrix, size_of
from course.plots.picture import INK, RUST, VERMILLION, Array, Picture, arrow, largest, number, plane, write

PATH = ("X", "Z1", "H", "Z2", "loss")  # the arrays of a two-layer network along its bottom row, and the operations between them
OPERATIONS = ("linear", "ReLU", "linear", "softmax,\ncross-\nentropy")
PARAMETERS = {"W1": "Z1", "b1": "Z1", "W2": "Z2", "b2": "Z2"}  # each above the array it feeds


def computational_graph(values: Mapping[str, Array], gradients: Mapping[str, Array]) -> Picture:
    """Computational graph of linear, ReLU, linear, softmax cross-entropy: each array, over its gradient where there is one.

    `values` holds X, W1, b1, Z1, H, W2, b2, Z2 and loss; `gradients` all of them or none. Small arrays are read best.
    """
    for given in filter(None, (values, gradients)):
        if set(given) != {*PATH, *PARAMETERS}:
            raise ValueError(f"expected the arrays {', '.join((*PATH, *PARAMETERS))}, got {', '.join(given)}")
    wide, high = ({name: size_of(array)[axis] for name, array in values.items()} for axis in (0, 1))
    gap, heading = 3.2, 1.4
    down = {name: max(high[other] for other in row) + heading for row in (PATH, PARAMETERS) for name in row}  # to an array's gradient
    depth = {name: high[name] + (down[name] if gradients else 0) for name in values}
    bottom, above = max(depth[name] for name in PATH), max(depth[name] for name in PARAMETERS)
    top = dict.fromkeys(PATH, bottom + 0.5) | dict.fromkeys(PARAMETERS, bottom + above + 3.6)
    left = {}
    x = 0.6
    for name in PATH:
        left[name], x = x, x + wide[name] + gap
    for W, b in (("W1", "b1"), ("W2", "b2")):
        target = PARAMETERS[W]
        left[W] = left[target] + (wide[target] - wide[W] - wide[b] - 1.2) / 2
        left[b] = left[W] + wide[W] + 1.2
    picture, ax = plane(x - gap + 0.6, bottom + above + 5)
    backward = {"linestyle": "--", "color": VERMILLION}

    for kind, arrays, ink in (("value", values, INK), ("gradient", gradients, RUST)):
        limit = largest(list(arrays.values()))
        for name, array in arrays.items():
            start = top[name] - (down[name] if kind == "gradient" else 0)
            sign = "ℓ" if name == "loss" else name
            title = f"∂ℓ/∂{sign}" if kind == "gradient" else f"{sign} {np.shape(array) or ''}"
            write(ax, left[name] + wide[name] / 2, start + 0.2, title, va="bottom", weight="bold", color=ink)
            draw_matrix(ax, array, left[name], start, limit)
    for (before, after), operation in zip(pairwise(PATH), OPERATIONS, strict=True):
        ends, row = (left[before] + wide[before] + 0.2, left[after] - 0.2), top[before] - 0.5
        arrow(ax, (ends[0], row), (ends[1], row))
        write(ax, sum(ends) / 2, row + 0.2, operation, va="bottom", fontsize=10)
        if gradients:
            row -= down[before]
            arrow(ax, (ends[1], row), (ends[0], row), **backward)
    for name, target in PARAMETERS.items():
        x = float(np.clip(left[name] + wide[name] / 2, left[target] + 0.4, left[target] + wide[target] - 0.9))
        ends = top[name] - depth[name] - 0.2, top[target] + 1.3
        arrow(ax, (x, ends[0]), (x, ends[1]))
        if gradients:
            arrow(ax, (x + 0.5, ends[1]), (x + 0.5, ends[0]), **backward)

    picture.alt = (
        "Computational graph: X, W1 and b1 feed Z1; ReLU makes H of it; H, W2 and b2 feed Z2; softmax and cross-entropy make the "
        f"loss, {number(float(values['loss']))}." + (" Under each array stands its gradient, of the same shape." if gradients else "")
    )
    picture.caption = "Grey arrows, forward: each array is computed from those that point to it." + (
        " Vermillion arrows, backward: under each array its gradient, of the same shape." if gradients else ""
    )
    return picture
