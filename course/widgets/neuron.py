"""One neuron of two inputs: its line in the plane, its arrow of weights, and what it makes of a point."""

from typing import Any, ClassVar

from course.widgets.base import Number, Numbers, Widget

MOST = 3.0  # how far the sliders reach


class Neuron(Widget):
    """The plane of two inputs as a ReLU neuron sees it: the line z = 0, the arrow w, the side where z is positive, and a point x.

    `w` are two weights, `b` is the bias, and `x` the point, each number in [-3, 3]; raises ValueError for anything else. Sliders move
    them, or the mouse: the arrow's tip turns the line, the dot on the line moves it.
    """

    title = "What a neuron sees"
    question = "What do the weights turn, and what does the bias move?"
    presets: ClassVar = {
        "a neuron": {"w": [1.0, 0.5], "b": -1.0, "x": [-1.0, 2.0]},
        "other weights": {"w": [1.0, -1.0], "b": -1.0, "x": [-1.0, 2.0]},
        "another bias": {"w": [1.0, 0.5], "b": 2.0, "x": [-1.0, 2.0]},
        "the arrow turned round": {"w": [-1.0, -0.5], "b": 1.0, "x": [-1.0, 2.0]},
        "no weights": {"w": [0.0, 0.0], "b": 1.0, "x": [-1.0, 2.0]},
    }
    w = Numbers((1.0, 0.5), -MOST, MOST)
    b = Number(-1.0, -MOST, MOST)
    x = Numbers((-1.0, 2.0), -MOST, MOST)

    def __init__(self, w: Any = (1.0, 0.5), b: float = -1.0, x: Any = (-1.0, 2.0)):
        super().__init__(w=w, b=b, x=x)

    def still(self) -> Any:
        from course.plots import neuron_and_point

        return neuron_and_point(self.w, self.b, self.x)
