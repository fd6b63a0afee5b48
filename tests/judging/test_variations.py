"""Variations of a right answer: what they change, what they are called, and what they explain."""

from dataclasses import replace

import numpy as np
import pytest

from course.checking import grade_function
from course.judging.variations import variations
from course.units import UNITS, exercise


def named(name, answer, seed=3):
    """The causes of an answer's verdict, by criterion."""
    return {mark.criterion: mark.cause for mark in grade_function(exercise(name), answer, seed).marks if mark.cause}


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


# Mistakes that stand in no catalogue, each in a style of its own.


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
def test_what_no_catalogue_holds_is_named_by_a_variation(name, answer, cause):
    for seed in range(3):
        assert named(name, answer, seed) == cause


def test_what_no_variation_explains_stays_unnamed():
    assert named("linear_backward", lambda upstream, X, W: (np.sin(upstream) @ W.T, X.T @ upstream, upstream.sum(0))) == {}


def test_the_catalogue_comes_first():
    e = exercise("linear_forward")
    forgotten = next(mistake for mistake in e.mistakes if "missing" in mistake.name)
    assert named("linear_forward", e.answer_with(forgotten)) == {"Z": forgotten.name}
    without = replace(e, mistakes=())
    verdict = grade_function(without, e.answer_with(forgotten), 3)
    assert verdict.marks[0].cause == "`b` is left out"


def test_zeros_and_ones_alone_are_too_few_to_name_a_variation():
    assert named("improved", lambda loss, best_loss, min_delta: loss != best_loss + 3 * min_delta) == {}
