"""Causes that a student's own source rules out."""

import numpy as np
import pytest

from course.checking import grade_here
from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.own_source import source_of, with_possible_mistakes
from course.judging.witness import value_of
from course.units import exercise


def relu(z):
    """max(0, z), entry by entry."""
    return np.maximum(z, 0)


OWN_MAX = Mistake("Python's own `max` is asked about a whole array", "It wants one yes or no.", "np.maximum(z, 0) → max(0, z)")
ABSOLUTE = Mistake("the absolute value is taken", "What of -3?", "np.maximum(z, 0) → np.abs(z)")
RELU = Exercise(
    right=relu,
    criteria=(Criterion("H", 1, "max(0, z)"),),
    cases=lambda rng: iter([Case("two", {"z": np.array([-1.0, 2.0])})]),
    expected=value_of(lambda z: np.where(z > 0, z, 0.0), "H"),
    mistakes=(OWN_MAX, ABSOLUTE),
)


def asks_if(z):
    """max(0, z), entry by entry."""
    return z if z > 0 else 0.0  # max


def asks_max(z):
    return max(0, z)


def test_a_cause_is_not_named_where_it_quotes_what_is_not_there():
    assert OWN_MAX in with_possible_mistakes(RELU, source_of([asks_max])).mistakes
    assert OWN_MAX not in with_possible_mistakes(RELU, source_of([asks_if])).mistakes, "a docstring and a comment are no code"
    assert grade_here(RELU, asks_max, 0).marks[0].cause == OWN_MAX.name
    assert grade_here(RELU, asks_if, 0).marks[0].cause == ""


def test_other_causes_stay_whatever_the_source():
    assert with_possible_mistakes(RELU, "lambda z: z").mistakes == (ABSOLUTE,)


@pytest.mark.parametrize(
    ("source", "possible"),
    [("return order", False), ("yield 1", False), ("if order:\n        return\n    return order", False), ("return", True), ("pass", True)],
)
def test_that_nothing_is_returned_is_no_cause_where_something_is(source, possible):
    graph_gradients = exercise("graph_gradients")
    names = [m.name for m in with_possible_mistakes(graph_gradients, f"def graph_gradients(order):\n    {source}").mistakes]
    assert ("nothing is returned" in names) == possible


def test_without_a_source_nothing_is_ruled_out():
    assert source_of([np.sin]) == "" and with_possible_mistakes(RELU, "").mistakes == RELU.mistakes


def test_what_a_test_names_stays():
    minibatches = exercise("minibatches")
    assert with_possible_mistakes(minibatches, "lambda n: n").mistakes == minibatches.mistakes
