"""Causes that a student's own source rules out."""

import numpy as np

from course.checking import grade_here
from course.judging.own_source import source_of, with_possible_mistakes
from course.units import exercise

RELU = exercise("relu")
OWN_MAX = next(mistake for mistake in RELU.mistakes if "own `max`" in mistake.name)


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
    assert set(RELU.mistakes) - set(with_possible_mistakes(RELU, "z").mistakes) <= {m for m in RELU.mistakes if "max`" in m.name}


def test_without_a_source_nothing_is_ruled_out():
    assert source_of([np.sin]) == "" and with_possible_mistakes(RELU, "").mistakes == RELU.mistakes


def test_what_a_test_names_stays():
    minibatches = exercise("minibatches")
    assert with_possible_mistakes(minibatches, "nothing").mistakes == minibatches.mistakes
