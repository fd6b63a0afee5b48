"""One neuron of two inputs: its line in the plane, its arrow of weights, and what it makes of a point."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

MOST = 3.0  # how far the sliders reach


class Neuron(Widget):
    """The plane of two inputs as a ReLU neuron sees it: the line z = 0, the arrow w, the side where z is positive, and a point x.

    `w` are two weights and `b` is the bias, to begin with. Raises ValueError for another number of weights, and for numbers beyond the
    sliders' ends. Sliders, or dragging the point, the line and the arrow, move them: all of it happens in the browser.
    """

    title = "What a neuron sees"
    question = "What do the weights turn, and what does the bias move?"
    w = traitlets.List().tag(sync=True)
    b = traitlets.Float().tag(sync=True)
    most = traitlets.Float(MOST).tag(sync=True)

    def __init__(self, w: Any, b: float):
        if np.shape(w) != (2,):
            raise ValueError(f"w must have shape (2,), got {np.shape(w)}")
        if max(np.abs(w).max(), abs(b)) > MOST:
            raise ValueError(f"w and b must lie between -{MOST:g} and {MOST:g}, where the sliders end, got {w} and {b}")
        super().__init__(w=np.asarray(w, dtype=float).tolist(), b=float(b))
