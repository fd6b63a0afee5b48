"""Unit 09: what is expected, by witnesses of their own."""

import numpy as np
import pytest

from course import EarlyStopping
from course.checking import grade_function
from course.gradcheck import numerical_gradient
from course.units import exercise
from course.units.u09_early_stopping import exercises as unit
from course.units.u09_early_stopping import forward as forward

SEEDS = range(5)


def test_the_rule_is_the_courses_own():
    for case in exercise("EarlyStopper").cases(np.random.default_rng(3)):
        decisions, best_loss, best_weights = forward.watched(**case.inputs)
        rule = EarlyStopping(case.inputs["patience"], case.inputs["min_delta"])
        assert [rule(loss) for loss in case.inputs["losses"][: len(decisions)]] == decisions.tolist()
        assert rule.best == best_loss and np.array_equal(case.inputs["weights"][rule.best_epoch], best_weights)


def test_the_table_in_the_notebook():
    decisions, best_loss, best_weights = forward.watched(2, 0.0, [5, 3, 4, 2, 3, 4], np.arange(6)[:, None])
    assert decisions.tolist() == [False] * 5 + [True] and best_loss == 2 and best_weights == [3]


def test_the_gradient_of_the_given_loss_is_the_finite_difference():
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
    _, gradient = forward.loss_and_gradient(X, y, w)
    np.testing.assert_allclose(gradient, numerical_gradient(lambda w: forward.loss_and_gradient(X, y, w)[0], w), rtol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_training_comes_back_with_the_weights_of_the_lowest_loss(seed):
    *stopped, cut = unit.training_cases(np.random.default_rng(seed))
    for case in stopped:
        w, losses = forward.trained(**case.inputs)
        X_val, y_val = case.inputs["X_val"], case.inputs["y_val"]
        assert ((X_val @ w - y_val) ** 2).mean() == losses.min() and losses.argmin() == len(losses) - 1 - case.inputs["patience"]
    assert len(forward.trained(**cut.inputs)[1]) <= cut.inputs["max_epochs"]


@pytest.mark.parametrize("seed", SEEDS)
def test_shrinkage_is_gradient_descent_and_lambda_leads_to_the_same_place(seed):
    for case in unit.descent_cases(np.random.default_rng(seed)):
        eta, a, steps = case.inputs.values()
        w = np.zeros_like(a)
        for _ in range(steps):
            w -= eta * a * (w - 1)
        np.testing.assert_allclose(forward.shrinkage(eta, a, steps), w, rtol=1e-12)
        lam = forward.equivalent_lam(eta, a, steps)
        np.testing.assert_allclose(a * (w - 1) + 2 * lam * w, 0, atol=1e-12)


def test_a_rule_without_best_weights_loses_that_point_alone():
    class EarlyStopper(unit.mistakes.Rule):
        def keep(self, loss, weights):
            self.best_loss = loss
            self.best_weights = np.zeros_like(weights)

    marks = grade_function(exercise("EarlyStopper"), EarlyStopper, 0).marks
    assert [mark.outcome for mark in marks] == ["passed", "passed", "failed"]
