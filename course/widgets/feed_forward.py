"""Two hidden nodes and the plane they fold: exclusive or, by hand."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from course.widgets.base import Choice, Number, Numbers, Widget

MOST = 3.0  # how far the sliders reach
ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "ReLU": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}
CORNERS, XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
START: dict[str, Any] = {"W1": [[1.0, -0.5], [0.5, 1.0]], "b1": [-0.25, -0.5], "W2": [[1.0], [-1.0]], "b2": [0.25]}
SOLVED: dict[str, Any] = {"W1": [[1.0, 1.0], [1.0, 1.0]], "b1": [0.0, -1.0], "W2": [[1.0], [-2.0]], "b2": [0.0]}
CURVED: dict[str, Any] = {"W1": [[3.0, 2.0], [3.0, 2.0]], "b1": [-1.0, -3.0], "W2": [[3.0], [-3.0]], "b2": [-0.75]}
SILENT: dict[str, Any] = {"W1": [[-1.0, 1.0], [-1.0, 1.0]], "b1": [-0.5, -0.5], "W2": [[1.0], [1.0]], "b2": [0.25]}


class FeedForward(Widget):
    """A network of two inputs, two hidden nodes and one output for XOR: the plane of inputs, and what the output node sees of it.

    W1 is (2, 2), b1 (2,), W2 (2, 1), b2 (1,), each number in [-3, 3]; `activation` is "ReLU", "identity" or "sigmoid"; `fold` says how
    far the inputs are on their way to what the hidden layer makes of them, from 0 to 1. Raises ValueError for anything else. Class 1 is
    an output above one half. Drag the lines and arrows, or move the sliders.
    """

    title = "Exclusive or by hand: a network of two hidden nodes"
    question = "Which two lines must the hidden nodes draw, so that one line separates the classes in their plane?"
    presets: ClassVar = {
        "two lines": START | {"activation": "ReLU", "fold": 1.0},
        "all four right": SOLVED | {"activation": "ReLU", "fold": 1.0},
        "the same without ReLU": SOLVED | {"activation": "identity", "fold": 1.0},
        "with sigmoid": CURVED | {"activation": "sigmoid", "fold": 1.0},
        "a silent node": SILENT | {"activation": "ReLU", "fold": 1.0},
    }
    W1 = Numbers(START["W1"], -MOST, MOST)
    b1 = Numbers(START["b1"], -MOST, MOST)
    W2 = Numbers(START["W2"], -MOST, MOST)
    b2 = Numbers(START["b2"], -MOST, MOST)
    activation = Choice(*ACTIVATIONS)
    fold = Number(1.0, 0, 1)

    def __init__(
        self, W1: Any = START["W1"], b1: Any = START["b1"], W2: Any = START["W2"], b2: Any = START["b2"], activation: str = "ReLU",
        fold: float = 1.0,
    ):  # fmt: skip
        super().__init__(W1=W1, b1=b1, W2=W2, b2=b2, activation=activation, fold=fold)

    def still(self) -> Any:
        from course.plots import folded_plane

        W1, b1, W2, b2 = (np.array(array) for array in (self.W1, self.b1, self.W2, self.b2))
        g = None if self.activation == "ReLU" else ACTIVATIONS[self.activation]
        return folded_plane(W1, b1, W2, b2, CORNERS, XOR, ("x₁", "x₂", "h₁", "h₂"), g=g)
