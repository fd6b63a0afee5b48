"""Unit 09: what is expected, by witnesses of their own."""

import json
from itertools import pairwise

import numpy as np
import pytest

from autograder import batch, release, sample
from autograder.instance import Instance
from autograder.judge import judge
from autograder.questions import Questions
from autograder.walls.sandbox import Limits, Sandbox
from course import EarlyStopping
from course.checking import grade_function
from course.gradcheck import numerical_gradient
from course.units import exercise
from course.units.u09_early_stopping import bowl
from course.units.u09_early_stopping.early_stopper import watched
from course.units.u09_early_stopping.given import loss_and_gradient
from course.units.u09_early_stopping.train_with_early_stopping import trained

SEEDS = range(5)


def test_the_rule_is_the_courses_own():
    for case in exercise("EarlyStopper").cases(np.random.default_rng(3)):
        decisions, best_loss, best_weights = watched(**case.inputs)
        rule = EarlyStopping(case.inputs["patience"], case.inputs["min_delta"])
        assert [rule(loss) for loss in case.inputs["losses"][: len(decisions)]] == decisions.tolist()
        assert rule.best == best_loss and np.array_equal(case.inputs["weights"][rule.best_epoch], best_weights)


def test_the_table_in_the_notebook():
    decisions, best_loss, best_weights = watched(2, 0.0, [5, 3, 4, 2, 3, 4], np.arange(6)[:, None])
    assert decisions.tolist() == [False] * 5 + [True] and best_loss == 2 and best_weights == [3]


def test_the_gradient_of_the_given_loss_is_the_finite_difference():
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
    _, gradient = loss_and_gradient(X, y, w)
    np.testing.assert_allclose(gradient, numerical_gradient(lambda w: loss_and_gradient(X, y, w)[0], w), rtol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_training_comes_back_with_the_weights_of_the_lowest_loss(seed):
    *stopped, cut, _ = exercise("train_with_early_stopping").cases(np.random.default_rng(seed))
    for case in stopped:
        w, losses = trained(**case.inputs)
        X_val, y_val = case.inputs["X_val"], case.inputs["y_val"]
        assert ((X_val @ w - y_val) ** 2).mean() == pytest.approx(losses.min(), rel=1e-12)
        assert losses.argmin() == len(losses) - 1 - case.inputs["patience"]
    losses = trained(**cut.inputs)[1]
    assert len(losses) == cut.inputs["max_epochs"] and losses.argmin() < len(losses) - 1


@pytest.mark.parametrize("seed", SEEDS)
def test_shrinkage_has_a_closed_form_and_lambda_leads_to_the_same_place(seed):
    for case in bowl.cases(np.random.default_rng(seed)):
        eta, a, steps = case.inputs.values()
        s, lam = (exercise(name).expected(case)[value].value for name, value in (("shrinkage", "part"), ("equivalent_lam", "lam")))
        np.testing.assert_allclose(s, 1 - (1 - eta * a) ** steps, rtol=1e-12)
        np.testing.assert_allclose(s, a / (a + 2 * lam), rtol=1e-12)


def trains(gradient=None, better=None, waits=lambda losses: False):
    """A training loop of our own: by some gradient of the loss, by some rule for a better epoch, and for one that ends the waiting."""
    exact = lambda X, y, w: 2 * X.T @ (X @ w - y) / len(y)  # noqa: E731
    lowest = lambda losses: losses[-1] <= min(losses)  # noqa: E731

    def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
        best, count, losses = w, 0, []
        while len(losses) < max_epochs and count < patience:
            w = w - learning_rate * (gradient or exact)(X, y, w)
            losses.append(((X_val @ w - y_val) ** 2).mean())
            is_better = (better or lowest)(losses)
            best = w if is_better else best
            count = 0 if is_better or waits(losses) else count + 1
        return best, losses

    return train_with_early_stopping


def differences(h, steps):
    """Central differences of the loss; with several steps, extrapolated to a step of nothing."""

    def gradient(X, y, w):
        found = [numerical_gradient(lambda w: ((X @ w - y) ** 2).mean(), w, h=h / 2**k) for k in range(steps)]
        for order in range(1, steps):
            found = [(4**order * fine - coarse) / (4**order - 1) for coarse, fine in pairwise(found)]
        return found[0]

    return gradient


@pytest.mark.parametrize(("h", "steps"), [(1e-3, 1), (1e-5, 1), (1e-8, 1), (1e-2, 3)])
def test_training_by_finite_differences_earns_nothing(h, steps):
    assert grade_function(exercise("train_with_early_stopping"), trains(differences(h, steps)), 0).earned == 0


def lower_than_before(losses):
    return len(losses) == 1 or losses[-1] < losses[-2]


RULES = {
    "compared with the one before": trains(better=lower_than_before),
    "starts the count anew": trains(waits=lower_than_before),
}


@pytest.mark.parametrize("name", RULES)
def test_what_looks_at_the_epoch_before_is_caught_and_named(name):
    assert all(name in grade_function(exercise("train_with_early_stopping"), RULES[name], seed).reason for seed in SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_loop_of_our_own_passes(seed):
    assert grade_function(exercise("train_with_early_stopping"), trains(), seed).outcome == "passed"


def stopper(begin, update):
    class EarlyStopper:
        def __init__(self, patience, min_delta=0.0):
            self.patience, self.min_delta, self.best_loss, self.best_weights, self.waited = patience, min_delta, begin, None, 0

    EarlyStopper.update = update
    return EarlyStopper


def last_is_best(self, loss, weights):
    if loss < self.best_loss - self.min_delta:
        self.best_weights, self.waited = weights.copy(), -1
    self.best_loss, self.waited = loss, self.waited + 1
    return self.waited == self.patience


def never(self, loss, weights):
    right_update(self, loss, weights)
    return False


def right_update(self, loss, weights):
    self.waited += 1
    if loss + self.min_delta < self.best_loss:
        self.best_loss, self.best_weights, self.waited = loss, weights.copy(), 0
    return self.waited >= self.patience


def margin_turned(self, loss, weights):
    self.waited += 1
    if loss - self.min_delta < self.best_loss:
        self.best_loss, self.best_weights, self.waited = loss, weights.copy(), 0
    return self.waited >= self.patience


STOPPERS = {
    "the best loss is simply that of the last epoch": stopper(np.inf, last_is_best),
    "it never stops": stopper(np.inf, never),
    "`min_delta` is added in place of subtracted": stopper(np.inf, margin_turned),
    "the best loss begins at 0": stopper(0, right_update),
}


@pytest.mark.parametrize("name", STOPPERS)
def test_a_wrong_rule_is_called_by_its_name(name):
    for seed in SEEDS:
        marks = grade_function(exercise("EarlyStopper"), STOPPERS[name], seed).marks
        assert {mark.cause for mark in marks if mark.cause} == {name}


def test_epochs_are_counted_from_1_as_in_the_notebook():
    for case in exercise("EarlyStopper").cases(np.random.default_rng(0)):
        decisions = exercise("EarlyStopper").expected(case)["decisions"]
        assert decisions.entries == tuple(f"epoch {epoch}" for epoch in range(1, len(decisions.value) + 1))
    reason = grade_function(exercise("EarlyStopper"), stopper(np.inf, never), 0).reason
    assert "The first difference is in epoch 3" in reason


def test_a_rule_without_best_weights_loses_that_point_alone():
    class EarlyStopper(exercise("EarlyStopper").right):
        def update(self, loss, weights):
            return super().update(loss, np.zeros_like(weights))

    marks = grade_function(exercise("EarlyStopper"), EarlyStopper, 0).marks
    assert [mark.outcome for mark in marks] == ["passed", "passed", "failed"]


CALLS_IMPROVED = """
class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_weights, self.waited = np.inf, None, 0

    def update(self, loss, weights):
        better = improved(loss, self.best_loss, self.min_delta)
        if better:
            self.best_loss, self.best_weights = loss, weights.copy()
        self.waited = 0 if better else self.waited + 1
        return self.waited >= self.patience
"""


LOOP_CALLS_IMPROVED = """
def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
    best_w, best_loss, waited, val_losses = w, np.inf, 0, []
    while len(val_losses) < max_epochs and waited < patience:
        w = w - learning_rate * loss_and_gradient(X, y, w)[1]
        val_losses.append(loss_and_gradient(X_val, y_val, w)[0])
        waited += 1
        if improved(val_losses[-1], best_loss, 0.0):
            best_w, best_loss, waited = w, val_losses[-1], 0
    return best_w, val_losses
"""


@pytest.mark.parametrize("body", ["return loss >= best_loss", "raise NotImplementedError"], ids=["wrong", "not written"])
def test_the_judge_counts_what_calls_a_wrong_answer_with_a_right_version_of_it(body, tmp_path):
    unit, instance = "09_early_stopping", Instance.create(tmp_path / "class")
    batch.add_sources(instance, [unit])
    release.release(instance, unit)
    answers = {
        "improved": f"def improved(loss, best_loss, min_delta):\n    {body}",
        "EarlyStopper": CALLS_IMPROVED,
        "train_with_early_stopping": LOOP_CALLS_IMPROVED,
    }
    path = instance.submitted("student", unit)
    path.parent.mkdir(parents=True)
    released = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    path.write_text(json.dumps(sample.filled(released, {**sample.model_answers(unit), **answers})), encoding="utf-8")
    with Sandbox(Limits(seconds=20)) as sandbox:
        report, _ = judge("student", unit, path, instance.structure(unit), sandbox, Questions(b"secret"))
    earned = {verdict.exercise: verdict.earned for verdict in report.verdicts}
    assert earned.pop("improved") == 0 and earned == {name: exercise(name).points for name in earned}
