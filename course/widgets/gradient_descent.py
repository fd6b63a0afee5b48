"""Gradient descent on a loss surface: drag the start and the learning rate, and see the whole path at once."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from course.widgets.base import Choice, Number, Numbers, Widget

WIDE, TALL = 3.0, 2.0  # the surface is drawn for |θ₁| <= 3 and |θ₂| <= 2
MOST = 200  # steps that a path may have
FAR = 1e6  # what is beyond is not drawn
TURN = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
VALLEY = TURN @ np.diag([0.5, 4.0]) @ TURN.T
RIDGE = np.poly1d([1 / 4, -1 / 6, -9 / 8, 9 / 8, 0]) / 1.2  # its slope is 0 at -1.5, 0.5 and 1.5

# The loss of two arrays, and its gradient at a point.
SURFACES: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any], Any]]] = {
    "narrow valley": (
        lambda a, b: (VALLEY[0, 0] * a**2 + 2 * VALLEY[0, 1] * a * b + VALLEY[1, 1] * b**2) / 2,
        lambda theta: VALLEY @ theta,
    ),
    "round bowl": (lambda a, b: (a**2 + b**2) / 2, lambda theta: theta),
    "two valleys": (
        lambda a, b: RIDGE(a) - RIDGE(-1.5) + b**2 / 2,
        lambda theta: np.array([RIDGE.deriv()(theta[0]), theta[1]]),
    ),
}
PRESET: dict[str, Any] = {
    "surface": "narrow valley", "start": [-2.2, 1.2], "learning_rate": 0.2, "momentum": 0.0, "steps": 60, "race": "one rate",
}  # fmt: skip
RACES = {"one rate": {"η": 1.0}, "three rates": {"η/2": 0.5, "η": 1.0, "2η": 2.0}}


def descend(surface: str, start: Sequence[float], rate: float, steps: int, momentum: float = 0.0) -> Any:
    """The path m ← β m + ∇ℓ, θ ← θ − η m, as an array (steps + 1, 2), or less where it leaves for infinity."""
    theta, m = np.array(start, dtype=float), np.zeros(2)
    path = [theta]
    for _ in range(steps):
        m = momentum * m + SURFACES[surface][1](theta)
        theta = theta - rate * m
        if np.abs(theta).max() >= FAR:
            break
        path.append(theta)
    return np.array(path)


class GradientDescent(Widget):
    """A loss of two parameters from above, a ball to start from, the path of gradient descent, and the loss of each step.

    `surface` is "narrow valley", "round bowl" or "two valleys", `start` a point (θ₁, θ₂) on it, at most (3, 2) in magnitude, `steps` the
    length of the path, 0 to 200, `momentum` the β of m ← β m + ∇ℓ, from 0 to 0.98. `race="three rates"` lets η/2, η and 2η start
    together. Drag the ball, or move it with the arrow keys. Raises ValueError for anything else.
    """

    title = "Gradient descent on a loss surface"
    question = "Where does the descent end, and from which learning rate on does it not settle?"
    presets: ClassVar = {
        "a narrow valley": PRESET,
        "just too large a rate": PRESET | {"learning_rate": 0.51},
        "momentum": PRESET | {"momentum": 0.5},
        "a race": PRESET | {"race": "three rates", "steps": 0},
        "out of the deep valley": PRESET | {"surface": "two valleys", "start": [-1.9, 1.2], "learning_rate": 0.7},
    }
    surface = Choice(*SURFACES)
    start = Numbers((-2.0, 1.0), (-WIDE, -TALL), (WIDE, TALL))
    learning_rate = Number(0.2, 0.001, 10)
    momentum = Number(0.0, 0, 0.98)
    steps = Number(60, 0, MOST, whole=True)
    race = Choice(*RACES)

    def __init__(self, surface: str = "narrow valley", **state: Any):
        super().__init__(surface=surface, **state)

    def still(self) -> Any:
        from course.plots import descents

        paths = {
            f"{name} = {share * self.learning_rate:.3g}": descend(
                self.surface, self.start, share * self.learning_rate, self.steps, self.momentum
            )
            for name, share in RACES[self.race].items()
        }
        return descents(SURFACES[self.surface][0], paths, (-WIDE, WIDE), (-TALL, TALL), labels=("θ₁", "θ₂"), equal=True)
