"""The slope of a curve, as the limit of the slopes of its chords."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from course.widgets.base import Choice, Number, Widget

CURVES: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "x²": (np.square, lambda x: 2 * x),
    "x³": (lambda x: x**3, lambda x: 3 * x**2),
    "sin x": (np.sin, np.cos),
}


class Tangent(Widget):
    """A curve, a point x on it, a step h, and the chord from x to x + h, which turns into the tangent as h shrinks.

    `curve` is one of "x²", "x³", "sin x"; `x` lies in [-1.8, 1.8], `h` in [0.001, 1.4], and the picture is 10**`zoom` times enlarged
    around the point, zoom from 0 to 4. Raises ValueError for anything else.
    """

    title = "A chord of a curve, and its tangent"
    question = "How small must the step h be before the chord and the tangent have the same slope?"
    presets: ClassVar = {
        "x² at 1": {"curve": "x²", "x": 1.0, "h": 1.0, "zoom": 0.0},
        "x³ where it is flat": {"curve": "x³", "x": 0.0, "h": 1.0, "zoom": 0.0},
        "sin x at its top": {"curve": "sin x", "x": 1.55, "h": 1.0, "zoom": 0.0},
        "a curve from near": {"curve": "x³", "x": 1.0, "h": 0.01, "zoom": 2.0},
    }
    curve = Choice(*CURVES)
    x = Number(1.0, -1.8, 1.8)
    h = Number(1.0, 0.001, 1.4)
    zoom = Number(0.0, 0, 4)

    def __init__(self, curve: str = "x²", **state: float):
        super().__init__(curve=curve, **state)

    def still(self) -> Any:
        from course.plots import chord

        return chord(self.curve, *CURVES[self.curve], self.x, self.h)
