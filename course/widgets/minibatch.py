"""Mini-batch descent on a loss of two parameters: batch size, learning rate and momentum, and the noise that they make or mend."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

MOST = 200  # examples, and steps


class MinibatchDescent(Widget):
    """A line fitted by mini-batches: the loss surface over slope and intercept, the path, and the loss of every step.

    x and y are (n,), 4 to 200 numbers, x not constant. `start` is (w, b); `batch_size`, `learning_rate`, `momentum` and `steps` are
    what the sliders begin with. Dashes show the way in which 40 random batches would step from the point where the path ends. Raises
    ValueError for shapes and numbers that make no sense. All of it happens in the browser.
    """

    title = "Mini-batch descent on a loss surface"
    question = "How much does the path tremble when the batches are smaller?"
    x = traitlets.List().tag(sync=True)
    y = traitlets.List().tag(sync=True)
    start = traitlets.List().tag(sync=True)
    batch_size = traitlets.Int().tag(sync=True)
    learning_rate = traitlets.Float().tag(sync=True)
    momentum = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)

    def __init__(
        self, x: Any, y: Any, *, start: Any = (-1.5, 2.0), batch_size: int = 4, learning_rate: float = 0.1, momentum: float = 0.0,
        steps: int = 60,
    ):  # fmt: skip
        x, y, start = (np.asarray(array, float) for array in (x, y, start))
        if x.ndim != 1 or x.shape != y.shape or not 4 <= len(x) <= MOST or np.ptp(x) == 0:
            raise ValueError(f"x and y must be 4 to {MOST} numbers each, and x not constant; got {x.shape} and {y.shape}")
        if start.shape != (2,):
            raise ValueError(f"start must be (w, b), two numbers, got shape {start.shape}")
        if not (1 <= batch_size <= len(x) and 0 < learning_rate < np.inf and 0 <= momentum < 1 and 1 <= steps <= MOST):
            raise ValueError(
                f"expected batch_size in 1..{len(x)}, learning_rate above 0, momentum in [0, 1) and steps in 1..{MOST}; got "
                f"{batch_size}, {learning_rate}, {momentum} and {steps}"
            )
        super().__init__(
            x=x.tolist(), y=y.tolist(), start=start.tolist(), batch_size=int(batch_size), learning_rate=float(learning_rate),
            momentum=float(momentum), steps=int(steps),
        )  # fmt: skip
