"""Early stopping on the curves of a training that was run to its end."""

from typing import Any, ClassVar

import numpy as np
import traitlets

from course.engine.regularization import EarlyStopping
from course.widgets.base import FiniteArray, Number, Switch, Widget


class Patience(Widget):
    """Training and validation loss of each epoch, and where the rule would have stopped, for any patience and any margin.

    `training`, `validation` and `test` hold one number for each epoch: two losses, and the accuracy, from 0 to 1, on examples that
    nothing was chosen by. `patience` lies in 1..30, `min_delta` in [0, 0.2]. `epoch`, counted from 1, is how far training has come: at
    first to its end. The accuracies are shown where `lid_off` is true. Raises ValueError for curves of different lengths or of fewer
    than 2 epochs, and for anything else that is out of range.
    """

    title = "Early stopping on given curves"
    question = "How many epochs without a gain should training wait before it stops?"
    presets: ClassVar = {
        "patience 1": {"patience": 1, "min_delta": 0.0},
        "patience 3": {"patience": 3, "min_delta": 0.0},
        "patience 10": {"patience": 10, "min_delta": 0.0},
        "a margin of 0.05": {"patience": 3, "min_delta": 0.05},
    }
    training = FiniteArray()
    validation = FiniteArray()
    test = FiniteArray()
    patience = Number(3, 1, 30, whole=True)
    min_delta = Number(0.0, 0, 0.2)
    epoch = Number(1, 1, lambda widget: len(widget.training), whole=True)
    lid_off = Switch()

    def __init__(self, training: Any, validation: Any, test: Any, **state: Any):
        super().__init__(training=training, validation=validation, test=test, **{"epoch": max(1, np.size(training))} | state)

    @traitlets.validate("training", "validation", "test")
    def _fits(self, proposal: Any) -> list[float]:
        sizes = {name: len(getattr(self, name)) for name in ("training", "validation", "test")}
        sizes[proposal.trait.name] = len(proposal.value)
        if len(set(sizes.values())) > 1 or min(sizes.values()) < 2:
            raise ValueError(f"expected three curves of one length, at least 2, got {sizes}")
        if proposal.trait.name == "test" and not 0 <= min(proposal.value) <= max(proposal.value) <= 1:
            raise ValueError(f"test must hold accuracies from 0 to 1, got {min(proposal.value):g} to {max(proposal.value):g}")
        return proposal.value

    def still(self) -> Any:
        from course.plots import stopped

        rule = EarlyStopping(self.patience, self.min_delta)
        end = next((epoch for epoch, loss in enumerate(self.validation, start=1) if rule(loss)), len(self.validation))
        return stopped(self.training, self.validation, best=rule.best_epoch + 1, end=end)
