"""Mini-batch descent on a loss of two parameters: batch size, learning rate and momentum, and the noise that they make or mend."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np
import traitlets

from course.widgets.base import Number, Numbers, Widget
from course.widgets.mulberry import Mulberry

MOST = 200  # examples, and steps
FAR = 1e6  # what is beyond is not drawn


def batches(n: int, size: int, count: int, rng: np.random.Generator) -> list[list[int]]:
    """So many batches, epoch after epoch in a fresh order; the last batch of an epoch may be smaller."""
    found: list[list[int]] = []
    while len(found) < count:
        order = rng.permutation(n).tolist()
        found += [order[first : first + size] for first in range(0, n, size)]
    return found[:count]


def descend(x: Any, y: Any, start: Sequence[float], path: Iterable[list[int]], rate: float, momentum: float) -> Any:
    """The steps m ← β m + ∇ℓ, θ ← θ − η m of θ = (w, b), a batch for each, or fewer where they leave for infinity."""
    theta, m = np.array(start, dtype=float), np.zeros(2)
    points = [theta]
    for batch in path:
        errors = theta[0] * x[batch] + theta[1] - y[batch]
        m = momentum * m + 2 * np.array([np.mean(errors * x[batch]), np.mean(errors)])
        theta = theta - rate * m
        if np.abs(theta).max() >= FAR:
            break
        points.append(theta)
    return np.array(points)


class MinibatchDescent(Widget):
    """A line fitted by mini-batches: the loss surface over slope and intercept, the path, the points, the line, and every step's loss.

    x and y are (n,), 4 to 200 numbers, x not constant. `start` is (w, b), `batch_size` is from 1 to n, `learning_rate` from 0.001 to 10,
    `momentum` from 0 to 0.98, `steps` from 0 to 200, and `seed` says which batches are drawn. Dashes show the way in which 40 random
    batches would step from the point where the path ends. Raises ValueError for anything else.
    """

    title = "Mini-batch descent on a loss surface"
    question = "How much does the path tremble when the batches are smaller?"
    presets: ClassVar[dict[str, dict[str, Any]]] = {
        "one example at a time": {"batch_size": 1, "learning_rate": 0.1, "momentum": 0.0, "steps": 60},
        "batches of four": {"batch_size": 4, "learning_rate": 0.1, "momentum": 0.0, "steps": 60},
        "with momentum": {"batch_size": 4, "learning_rate": 0.1, "momentum": 0.9, "steps": 60},
        "many small steps": {"batch_size": 1, "learning_rate": 0.02, "momentum": 0.0, "steps": 200},
    }
    x = traitlets.List().tag(sync=True)
    y = traitlets.List().tag(sync=True)
    start = Numbers((-1.5, 2.0), -1000, 1000)
    batch_size = Number(4, 1, lambda widget: len(widget.x), whole=True)
    learning_rate = Number(0.1, 0.001, 10)
    momentum = Number(0.0, 0, 0.98)
    steps = Number(60, 0, MOST, whole=True)
    seed = Number(1, 0, 10**6, whole=True)

    def __init__(self, x: Any, y: Any, **state: Any):
        x, y = (np.asarray(array, float) for array in (x, y))
        if x.ndim != 1 or x.shape != y.shape or not 4 <= len(x) <= MOST:
            raise ValueError(f"x and y must be 4 to {MOST} numbers each; got {x.shape} and {y.shape}")
        if not np.isfinite([x, y]).all() or np.ptp(x) == 0:
            raise ValueError("x and y must be finite numbers, and x not constant: no line can be fitted to these")
        super().__init__(x=x.tolist(), y=y.tolist(), **state)

    @traitlets.default("frame")
    def _frame(self) -> dict[str, Any]:
        every = {"all examples": self.presets["batches of four"] | {"batch_size": len(self.x)}}
        return super()._frame() | {"presets": dict(self.presets) | every}

    def still(self) -> Any:
        from course.plots import walk_and_line

        x, y = np.array(self.x), np.array(self.y)
        drawn = batches(len(x), self.batch_size, self.steps, Mulberry(self.seed))
        return walk_and_line(x, y, descend(x, y, self.start, drawn, self.learning_rate, self.momentum))
