"""A digit to draw in, and what a network makes of it: hidden activations, logits and an explanation, at every stroke."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

SIDE = 8  # pixels of an image's side


class ExplainableAI(Widget):
    """A network linear, ReLU, linear on images of 8 by 8 pixels, moved by hand.

    W1 is (64, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,); `images` (K, 64), with pixels in [0, 1], are what one can start from. Raises
    ValueError where they do not fit together. Draw with the mouse, or with the arrow keys and the space bar; click a hidden unit to
    silence it and a logit to explain it. The kernel gives the arrays once: the rest happens in the browser.
    """

    title = "Alter a digit, and watch the network"
    question = "Which pixels turn the decision, and through which hidden nodes?"
    W1 = traitlets.List().tag(sync=True)
    b1 = traitlets.List().tag(sync=True)
    W2 = traitlets.List().tag(sync=True)
    b2 = traitlets.List().tag(sync=True)
    images = traitlets.List().tag(sync=True)

    def __init__(self, W1: Any, b1: Any, W2: Any, b2: Any, images: Any):
        given = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "images": images}
        arrays = {name: np.asarray(array, dtype=float) for name, array in given.items()}
        hidden, classes = np.size(b1), np.size(b2)
        wanted = {
            "W1": (SIDE**2, hidden),
            "b1": (hidden,),
            "W2": (hidden, classes),
            "b2": (classes,),
            "images": (len(arrays["images"]), SIDE**2),
        }
        for name, shape in wanted.items():
            if arrays[name].shape != shape:
                raise ValueError(f"{name} must have shape {shape} to go with the others, got {arrays[name].shape}")
        if not len(arrays["images"]) or not (0 <= arrays["images"].min() and arrays["images"].max() <= 1):
            raise ValueError("expected at least one image, with pixels in [0, 1]")
        super().__init__(**{name: array.round(6).tolist() for name, array in arrays.items()})
