"""Variations of a right answer: what they change, what they are called, and what they explain."""

from dataclasses import replace

import numpy as np
import pytest

from course.checking import asking, grade_function
from course.judging.grading import answered_by, put_cases
from course.judging.lines import Lines
from course.judging.variations import ARGUMENTS, FACTOR, IN_PLACE, TIE, can_tell, variation_in, variations
from course.units import UNITS, exercise


def named(name, answer, seed=3, **changes):
    """The causes of an answer's verdict, by criterion, with changes to the exercise."""
    e = replace(exercise(name), **changes)
    return {mark.criterion: mark.cause for mark in grade_function(e, answer, seed).marks if mark.cause}


def scaled(x, factor):
    """Twice x and the factor."""
    doubled = 2 * x
    return doubled * factor


@pytest.mark.parametrize(
    "name, result",
    [
        ("`x` is 0, whatever is given", 0.0),
        ("`factor` is 1, whatever is given", 6.0),
        ("the factor `x` is left out", 10.0),
        ("the factor `factor` is left out", 6.0),
        ("the factor `factor` is there twice", 150.0),
        ("`factor` is divided by `x`, too", 10.0),
    ],
)
def test_a_variation_does_what_it_is_called(name, result):
    varied = next(mistake for mistake in variations(scaled) if mistake.name == name)
    assert varied.made(3.0, 5.0) == pytest.approx(result)


def test_names_of_its_own_are_not_told_unless_its_docstring_knows_them():
    assert not [mistake.name for mistake in variations(scaled) if "`doubled`" in mistake.name]
    assert [mistake.name for mistake in variations(exercise("linear_backward").right) if "on the way to `dW`" in mistake.name]


@pytest.mark.parametrize("e", [e for of_unit in UNITS.values() for e in of_unit], ids=lambda e: e.name)
def test_every_text_is_another_one_and_no_name_is_empty(e):
    found = variations(e.right)
    assert found
    assert all(mistake.name and mistake.hint and "``" not in mistake.name for mistake in found)
    assert len({id(mistake.made) for mistake in found}) == len(found)


# Mistakes in a style of their own; the catalogue is put aside, since it may learn them.


def bias_from_weights(upstream, X, W):
    by_weight = X.T.dot(upstream)
    return upstream.dot(W.T), by_weight, by_weight.sum(0)


def velocity_scaled(theta, gradient, m, learning_rate, momentum):
    velocity = momentum * learning_rate * m + gradient
    return theta - learning_rate * velocity, velocity


def half_kept(X, W1, b1, W2, b2, keep_prob):
    hidden = X @ W1 + b1
    return 0.5 * hidden * (hidden > 0) @ W2 + b2


def slow_start(gradient, start, learning_rate, steps):
    points = [np.array(start, dtype=float)]
    while len(points) <= steps:
        points.append(points[-1] - gradient(points[-1]) * learning_rate / len(points[-1]))
    return np.stack(points)


@pytest.mark.parametrize(
    "name, answer, cause",
    [
        ("linear_backward", bias_from_weights, {"db": "`dW` stands where `upstream` belongs"}),
        ("sgd_step", velocity_scaled, dict.fromkeys(("theta", "m"), "`m` is multiplied by `learning_rate`, too")),
        ("expected_forward", half_kept, {"Z2": "`keep_prob` is 0.5, whatever is given"}),
        ("gradient_descent", slow_start, {"path": "`learning_rate` is divided by the length of `start`, too"}),
    ],
)
def test_without_a_catalogue_they_are_named_by_a_variation(name, answer, cause):
    for seed in range(3):
        assert named(name, answer, seed, mistakes=()) == cause


def in_place(theta, gradient, m, learning_rate, momentum):
    m *= momentum
    m += gradient
    return theta - learning_rate**2 * m, m


def uncopied(H, labels, W2, b2, to_mean):
    def loss_and_accuracy(hidden):
        logits = hidden @ W2 + b2
        at = np.arange(len(labels))
        return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[at, labels]), np.mean(logits.argmax(axis=1) == labels)

    rises, (loss, accuracy) = [], loss_and_accuracy(H)
    for unit, level in enumerate(H.mean(axis=0) if to_mean else np.zeros(H.shape[1])):
        H[:, unit] = level
        without = loss_and_accuracy(H)
        rises.append((without[0] - loss, accuracy - without[1]))
    return tuple(np.transpose(rises))


def test_a_copy_that_is_left_out_keeps_the_hint_about_changed_inputs():
    marks = grade_function(replace(exercise("ablate"), mistakes=()), uncopied, 3).marks
    assert {(mark.cause, mark.hint) for mark in marks} == {("a copy is left out", IN_PLACE)}
    assert all("changed its input `H` in place" in mark.reason for mark in marks)


def test_what_changes_no_input_explains_the_numbers_of_an_answer_that_does():
    theta, m = grade_function(replace(exercise("sgd_step"), mistakes=()), in_place, 3).marks
    assert "changed its input `m` in place" in theta.reason and theta.reason.endswith("What it returned is wrong, too.")
    assert theta.cause == "`learning_rate` is squared first" and theta.hint == f"{IN_PLACE} {FACTOR}"
    assert (m.cause, m.hint) == ("", IN_PLACE)


def where_finite(x, y):
    return np.where(np.isfinite(x), x, y).copy()


def test_hints_about_a_formula_stand_beside_formulas_alone():
    hints = {mistake.name: mistake.hint for mistake in variations(where_finite)}
    assert hints["a copy is left out"] == IN_PLACE
    assert hints["the question whether it is finite is left out"] == TIE
    assert hints["two arguments of a function have changed places"] == ARGUMENTS


def test_what_no_variation_explains_stays_unnamed():
    assert named("linear_backward", lambda upstream, X, W: (np.sin(upstream) @ W.T, X.T @ upstream, upstream.sum(0))) == {}


def test_the_catalogue_comes_first():
    e = exercise("linear_forward")
    forgotten = next(mistake for mistake in e.mistakes if "missing" in mistake.name)
    assert named("linear_forward", e.answer_with(forgotten)) == {"Z": forgotten.name}
    without = replace(e, mistakes=())
    verdict = grade_function(without, e.answer_with(forgotten), 3)
    assert verdict.marks[0].cause == "`b` is left out"


def answered(name, answer, seed=3):
    """What an answer returns to every case of an exercise, for its first criterion."""
    e = exercise(name)
    return answered_by(e, e.criteria[0], list(put_cases(e, asking(e, answer), seed, {})))


def test_zeros_and_ones_alone_are_too_few_to_tell():
    assert not can_tell([one for one in answered("improved", lambda loss, best_loss, min_delta: True) if one.telling])
    assert can_tell([one for one in answered("linear_forward", lambda X, W, b: X @ W - 2 * b) if one.telling])


def test_a_number_that_is_nearly_right_is_no_evidence_for_a_variation():
    def with_a_small_number(start, end):
        return (np.maximum(end, 0) - np.maximum(start, 0)) / (end - start + 1e-7)

    near = [one for one in answered("mean_slope", with_a_small_number) if one.telling and one.nearly_right]
    assert near and variation_in(near, near, Lines()) is None
