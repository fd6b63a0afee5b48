"""Dropout: a network whose hidden nodes live and die, and the mean over masks on its way to the expected output."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

MOST_INPUTS, MOST_HIDDEN = 4, 8  # 2^8 thinned networks are enumerated at every move of the slider


class DropoutNetwork(Widget):
    """One example through linear, ReLU, dropout and linear, to one output: masks drawn one at a time or by the hundred.

    x is (in,), W1 (in, hidden), b1 (hidden,), W2 (hidden, 1), b2 (1,); at most 4 inputs and 8 hidden nodes. Raises ValueError where they
    do not fit together, and for a `keep_prob` outside (0, 1]. The slider sets P; a click on a hidden node deletes it or brings it back;
    the box puts a sigmoid on the output, and the mean over masks no longer settles at what the expected weights give. The kernel
    gives the arrays once: the rest happens in the browser.
    """

    title = "Dropout, mask by mask"
    question = "What is the output on average over the masks, and why do the expected weights give nearly the same?"
    x = traitlets.List().tag(sync=True)
    W1 = traitlets.List().tag(sync=True)
    b1 = traitlets.List().tag(sync=True)
    W2 = traitlets.List().tag(sync=True)
    b2 = traitlets.List().tag(sync=True)
    keep_prob = traitlets.Float().tag(sync=True)

    def __init__(self, x: Any, W1: Any, b1: Any, W2: Any, b2: Any, keep_prob: float = 0.5):
        arrays = {"x": x, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
        d, h = np.shape(W1)
        for name, shape in {"x": (d,), "b1": (h,), "W2": (h, 1), "b2": (1,)}.items():
            if np.shape(arrays[name]) != shape:
                raise ValueError(f"{name} must have shape {shape} to go with the others, got {np.shape(arrays[name])}")
        if not (1 <= d <= MOST_INPUTS and 1 <= h <= MOST_HIDDEN):
            raise ValueError(f"expected at most {MOST_INPUTS} inputs and {MOST_HIDDEN} hidden nodes to be readable, got {d} and {h}")
        if not 0 < keep_prob <= 1:
            raise ValueError(f"keep_prob is the probability that a node stays active, in (0, 1]; got {keep_prob}")
        super().__init__(**{name: np.asarray(array, dtype=float).tolist() for name, array in arrays.items()}, keep_prob=float(keep_prob))
