"""Two hidden nodes and the plane they fold: exclusive or, by hand."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

MOST = 3.0  # how far the sliders reach
ACTIVATIONS = ("identity", "ReLU", "sigmoid")


class FeedForward(Widget):
    """A network of two inputs, two hidden nodes and one output for XOR: the plane of inputs, and what the output node sees of it.

    W1 is (2, 2), b1 (2,), W2 (2, 1), b2 (1,), to begin with; `activation` is "identity", "ReLU" or "sigmoid". Raises ValueError for
    other shapes, other names, and numbers beyond the sliders' ends. Class 1 is an output above one half. Drag the lines and arrows,
    or move the sliders: the kernel gives the numbers once, the rest happens in the browser.
    """

    title = "Exclusive or by hand: a network of two hidden nodes"
    question = "Which two lines must the hidden nodes draw, so that one line separates the classes in their plane?"
    W1 = traitlets.List().tag(sync=True)
    b1 = traitlets.List().tag(sync=True)
    W2 = traitlets.List().tag(sync=True)
    b2 = traitlets.List().tag(sync=True)
    activation = traitlets.Unicode().tag(sync=True)
    most = traitlets.Float(MOST).tag(sync=True)

    def __init__(self, W1: Any, b1: Any, W2: Any, b2: Any, activation: str = "ReLU"):
        arrays = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
        for name, shape in {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}.items():
            if np.shape(arrays[name]) != shape:
                raise ValueError(f"{name} must have shape {shape}, got {np.shape(arrays[name])}")
            if np.abs(arrays[name]).max() > MOST:
                raise ValueError(f"{name} must lie between -{MOST:g} and {MOST:g}, where the sliders end, got {arrays[name]}")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
        super().__init__(activation=activation, **{name: np.asarray(array, dtype=float).tolist() for name, array in arrays.items()})
