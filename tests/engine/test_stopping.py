"""Stopping criteria: each met when it should be, in their order, and nothing met by zero."""

import numpy as np
import pytest

from course.engine.history import Figures, History
from course.engine.nn import Linear
from course.engine.regularization import EarlyStopping
from course.engine.stopping import StoppingCriteria

MODEL = Linear(2, 2, np.random.default_rng(0))


def history(*losses, norm=1.0, validation=()):
    told = History()
    for i, loss in enumerate(losses):
        told.record(norm, Figures(loss, None), Figures(validation[i], None) if validation else None)
    return told


def test_zero_is_never_met():
    assert StoppingCriteria().met(history(1.0, 1.0, norm=0.0), MODEL) == ""


def test_each_criterion_by_its_name():
    assert StoppingCriteria(epochs=2).met(history(2.0, 1.0), MODEL) == "epochs"
    assert StoppingCriteria(gradient_norm=0.5).met(history(1.0, norm=0.4), MODEL) == "gradient norm"
    assert StoppingCriteria(loss_tolerance=0.1).met(history(1.0, 0.95), MODEL) == "loss tolerance"
    assert StoppingCriteria(loss_tolerance=0.1).met(history(1.0), MODEL) == "", "one epoch has no change"
    rule = EarlyStopping(patience=1)
    criteria = StoppingCriteria(early_stopping=rule)
    assert criteria.met(history(1.0, validation=[1.0]), MODEL) == ""
    assert criteria.met(history(1.0, 1.0, validation=[1.0, 2.0]), MODEL) == "early stopping"
    assert criteria.best_epoch(history(1.0, 1.0, validation=[1.0, 2.0])) == 0


def test_the_best_epoch_is_that_of_the_lowest_loss_that_is_known():
    criteria = StoppingCriteria()
    assert criteria.best_epoch(history(3.0, 1.0, 2.0)) == 1
    assert criteria.best_epoch(history(3.0, 1.0, 2.0, validation=[5.0, 4.0, 3.0])) == 2
    assert criteria.best_epoch(history(np.nan)) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [({"epochs": 0}, "epochs must be at least 1"), ({"gradient_norm": -1.0}, "gradient_norm must not be negative"),
     ({"loss_tolerance": np.nan}, "loss_tolerance must not be negative")],
)  # fmt: skip
def test_numbers_out_of_range(change, says):
    with pytest.raises(ValueError, match=says):
        StoppingCriteria(**change)
