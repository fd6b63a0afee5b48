"""Early stopping on the curves of a training that was run to its end."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget


class Patience(Widget):
    """Training and validation loss of each epoch, and where the rule would have stopped, for any patience and any margin.

    `training`, `validation` and `test` hold one number for each epoch: two losses, and the accuracy on examples that nothing was
    chosen by, which is shown only when a box is ticked. Raises ValueError where their lengths differ or are below 2. The sliders move
    the rule in the browser.
    """

    title = "Early stopping on given curves"
    question = "How many epochs without a gain should training wait before it stops?"
    training = traitlets.List().tag(sync=True)
    validation = traitlets.List().tag(sync=True)
    test = traitlets.List().tag(sync=True)

    def __init__(self, training: Any, validation: Any, test: Any):
        curves = {"training": training, "validation": validation, "test": test}
        arrays = {name: np.asarray(curve, dtype=float) for name, curve in curves.items()}
        shapes = {array.shape for array in arrays.values()}
        if len(shapes) > 1 or arrays["training"].ndim != 1 or arrays["training"].size < 2:
            raise ValueError(f"expected three curves of one length, at least 2, got shapes {[array.shape for array in arrays.values()]}")
        super().__init__(**{name: array.tolist() for name, array in arrays.items()})
