"""The slope of a curve, as the limit of the slopes of its chords."""


import traitlets

from course.widgets.base import Widget


class Tangent(Widget):
    """A curve, a point x on it, a step h, and the chord from x to x + h, which turns into the tangent as h shrinks.

    `curve` is one of "x²", "x³", "sin x"; raises ValueError for another. Sliders, or the arrow keys on them, move x and h: all of it
    happens in the browser.
    """

    curve = traitlets.Unicode().tag(sync=True)
    CURVES = ("x²", "x³", "sin x")

    def __init__(self, curve: str = "x²"):
        if curve not in self.CURVES:
            raise ValueError(f"curve must be one of {', '.join(self.CURVES)}, got {curve!r}")
        super().__init__(curve=curve)
