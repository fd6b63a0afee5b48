"""A widget of each kind, about as large as in the units."""

from collections.abc import Callable

import numpy as np

from course import widgets
from course.widgets.base import Widget

RNG = np.random.default_rng(0)
POINTS = RNG.uniform(-1, 1, (2, 20))
IMAGES = RNG.random((60, 64))
EPOCHS = np.arange(60)
LOSSES = 2 * np.exp(-EPOCHS / 15) + 0.2
XOR = {"W1": [[1.0, -0.5], [0.5, 1.0]], "b1": [-0.25, -0.5], "W2": [[1.0], [-1.0]], "b2": [0.25]}


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape)


EXAMPLES: dict[str, Callable[[], Widget]] = {
    "DropoutNetwork": lambda: widgets.DropoutNetwork([1.0, 0.5], normal(2, 5), normal(5), normal(5, 1), [0.0]),
    "ErrorBrowser": lambda: widgets.ErrorBrowser(
        IMAGES, np.arange(60) % 10, RNG.dirichlet(np.ones(10), size=60), IMAGES - 0.5
    ),
    "ExplainableAI": lambda: widgets.ExplainableAI(normal(64, 32), np.zeros(32), normal(32, 10), np.zeros(10), IMAGES),
    "FeedForward": lambda: widgets.FeedForward(**XOR),
    "GradientDescent": widgets.GradientDescent,
    "MinibatchDescent": lambda: widgets.MinibatchDescent(*POINTS),
    "Neuron": lambda: widgets.Neuron([1.0, 0.5], -1.0),
    "Patience": lambda: widgets.Patience(LOSSES, LOSSES + 0.004 * EPOCHS, 1 - LOSSES / 3),
    "Playground": lambda: widgets.Playground(epoch=100),  # its first slider goes through the epochs of this training
    "RidgeCurve": lambda: widgets.RidgeCurve([(*POINTS, *POINTS)]),
    "Stepper": widgets.Stepper,
    "Tangent": widgets.Tangent,
    "VectorForm": lambda: widgets.VectorForm(normal(4, 3), normal(3, 2), np.zeros(2), normal(4, 2)),
}
