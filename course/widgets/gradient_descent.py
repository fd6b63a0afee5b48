"""Gradient descent on a loss surface: drag the start and the learning rate, and see the whole path at once."""

from collections.abc import Sequence

import numpy as np
import traitlets

from course.widgets.base import Widget

SURFACES = ("round bowl", "narrow valley", "two valleys")
WIDE, TALL = 3.0, 2.0  # the surface is drawn for |θ[0]| <= 3 and |θ[1]| <= 2
MOST = 200  # steps that a path may have


class GradientDescent(Widget):
    """A loss of two parameters from above, a ball to start from, the path of gradient descent, and the loss of each step.

    `surface` is "round bowl", "narrow valley" or "two valleys", `start` a point (θ[0], θ[1]) on it, `steps` the length of the path, 1
    to 200. Drag the ball, or move it with the arrow keys; sliders change the learning rate and the number of steps. Raises
    ValueError for a surface there is not, a start outside the frame, and a learning rate that is not positive. All of it happens in
    the browser.
    """

    title = "Gradient descent on a loss surface"
    question = "Where does the descent end, and from which learning rate on does it not settle?"
    surface = traitlets.Unicode().tag(sync=True)
    start = traitlets.List().tag(sync=True)
    learning_rate = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)

    def __init__(self, surface: str = "narrow valley", *, start: Sequence[float] = (-2, 1), learning_rate: float = 0.2, steps: int = 60):
        if surface not in SURFACES:
            raise ValueError(f"the surfaces are {', '.join(SURFACES)}; got {surface!r}")
        if np.shape(start) != (2,) or not (abs(start[0]) <= WIDE and abs(start[1]) <= TALL):
            raise ValueError(f"start must be two numbers, at most {WIDE} and {TALL} in magnitude, got {start}")
        if not 0 < learning_rate < np.inf:
            raise ValueError(f"learning_rate must be positive, got {learning_rate}")
        if not 1 <= steps <= MOST:
            raise ValueError(f"steps must lie in 1..{MOST}, got {steps}")
        super().__init__(surface=surface, start=[float(x) for x in start], learning_rate=float(learning_rate), steps=int(steps))
