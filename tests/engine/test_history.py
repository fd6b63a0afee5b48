"""What a training run leaves behind: figures appended epoch by epoch, and accuracies where labels are classes."""

import numpy as np
import pytest

from course.data import Examples
from course.engine.history import Figures, History, accuracy, measure
from course.engine.nn import Linear


def test_an_epoch_is_recorded_in_plain_lists():
    history = History()
    history.record(2.0, Figures(1.0, 0.5), Figures(3.0, None))
    assert (history.epochs, history.loss, history.accuracy, history.gradient_norm) == (1, [1.0], [0.5], [2.0])
    assert (history.validation_loss, history.validation_accuracy) == ([3.0], [])


def test_accuracy_of_scores_of_probabilities_and_of_what_is_no_class():
    assert accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1])) == 0.5
    assert accuracy(np.array([0.9, 0.4]), np.array([1, 1])) == 0.5
    assert accuracy(np.array([0.9, 0.4]), np.array([1.0, 1.0])) is None
    assert accuracy(np.array([0.9, 0.4]), np.array([1, 2])) is None


def test_a_loss_has_to_be_one_number():
    model = Linear(2, 2, np.random.default_rng(0))
    examples = Examples(np.ones((3, 2)), np.zeros(3, int))
    with pytest.raises(ValueError, match=r"the loss must be one number.*got shape \(3, 2\)"):
        measure(model, examples, lambda scores, y: scores)
