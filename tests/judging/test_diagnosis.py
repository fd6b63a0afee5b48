"""From a difference to its cause: known mistakes, relations, and silence where nothing explains it."""

from dataclasses import replace

import numpy as np
import pytest

from course.judging.answered import Answered, same_array
from course.judging.compare import compare
from course.judging.diagnosis import agreement, explained, raised
from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake


def total(X):
    """Sum of every column of X."""
    return X.sum(axis=0)


def ends_too(X):
    """Sum of every column of X, and its first row."""
    X = X
    return X.sum(axis=0), X[0]


TOTAL = Criterion("total", 1, "one number for each column")
ROWS = Mistake("the rows are summed", "Which axis goes?", "axis=0 → axis=1")
RAISES = Mistake("an axis is asked for that is not there", "Count the axes.", "axis=0 → axis=2")
EXERCISE = Exercise(total, (TOTAL,), lambda rng: iter(()), lambda case: {}, mistakes=(ROWS, RAISES))
X = np.arange(1.0, 10.0).reshape(3, 3)
CASE = Case("three", {"X": X}, batch="X")


def finding(got, case=CASE, right=None):
    right = case.inputs["X"].sum(axis=0) if right is None else right
    answered = Answered(EXERCISE, TOTAL, case, Expected(right), (np.asarray(got),))
    difference = compare(TOTAL, case, answered.expected, answered.got)
    return explained(difference, answered, [answered])


def test_a_known_mistake_is_named_with_its_hint():
    found = finding(X.sum(axis=1))
    assert (found.cause, found.hint) == (ROWS.name, ROWS.hint) and "`total` differs" in found.reason


def answers_to(*cases, of=EXERCISE, criterion=TOTAL):
    """What was returned, case by case: pairs of a case and an array, or the rows' sums where there is none."""
    return [
        Answered(of, criterion, case, Expected(case.inputs["X"].sum(axis=0)), (case.inputs["X"].sum(axis=1) if got is None else got,))
        for case, got in cases
    ]


def cause_in(answers):
    return explained(answers[0].difference, answers[0], answers).cause


@pytest.mark.parametrize(("entrywise", "cause"), [(False, ""), (True, ROWS.name)])
def test_one_ordinary_failing_case_that_contradicts_a_mistake_acquits_it(entrywise, cause):
    odd = Case("odd", {"X": 2 * X}, entrywise=entrywise)
    assert cause_in(answers_to(*[(CASE, None)] * 3, (odd, X.sum(axis=0) + 1))) == cause


def test_a_mistake_that_disagrees_where_the_answer_is_right_needs_more_than_half_of_the_cases():
    right = (CASE, X.sum(axis=0))
    assert cause_in(answers_to((CASE, None), (CASE, None), right)) == ROWS.name
    assert cause_in(answers_to((CASE, None), (CASE, None), right, right)) == ""


def test_of_several_mistakes_the_one_that_explains_most_over_all_criteria_is_named():
    ends = Criterion("ends", 1, "the first number and the last")
    both = Exercise(ends_too, (TOTAL, ends), lambda rng: iter(()), lambda case: {}, mistakes=(
        Mistake("the rows are summed", "Which axis goes?", "axis=0 → axis=1"),
        Mistake("the array is turned", "Why turn it?", "X.sum → X.T.sum"),
        Mistake("the array is turned, the ends too", "Why turn it?", "X = X → X = X.T"),
    ))  # fmt: skip
    case = Case("three", {"X": X})
    returned = (X.sum(axis=1), X.T[0])
    answers = [Answered(both, TOTAL, case, Expected(X.sum(axis=0)), returned), Answered(both, ends, case, Expected(X[0]), returned)]
    assert cause_in(answers) == "the array is turned, the ends too"


def test_a_mistake_that_returns_too_few_values_explains_those_alone_that_are_there():
    ends = Criterion("ends", 1, "its first row")
    alone = Mistake("the total comes alone", "What else is asked for?", lambda X: (X.sum(axis=0),))
    both = Exercise(ends_too, (TOTAL, ends), lambda rng: iter(()), lambda case: {}, mistakes=(alone,))
    total, missing = (Answered(both, criterion, CASE, Expected(X[0]), (X.sum(axis=0),)) for criterion in (TOTAL, ends))
    assert agreement(alone, total) == (True, True) and agreement(alone, missing) == (False, True)


def test_what_nothing_explains_keeps_its_fact_and_hint():
    found = finding(X.sum(axis=0) + np.array([1, 0, 0]))
    assert found.cause == "" and found.hint == "1 of 3 entries differ; the others are right. What sets them apart?"


def test_what_is_nearly_right_is_not_explained_by_anything_coarse():
    found = finding(X.sum(axis=0) * (1 + 1e-6))
    assert found.cause == "" and "times" not in found.reason


def test_a_mistake_that_raises_the_same_error_is_named():
    problem = "AxisError in `total`, line 2: axis 2 is out of bounds for array of dimension 2"
    assert raised(EXERCISE, CASE, "TypeError: no", {}).cause == ""
    words = str(raised(EXERCISE, CASE, "AxisError: axis 2 is out of bounds for array of dimension 2", {}).cause)
    assert words == RAISES.name and raised(EXERCISE, CASE, problem, {}).cause == RAISES.name


def test_an_answer_that_was_stopped_is_told_so_and_no_mistake_is_tried():
    made = {}
    assert raised(EXERCISE, CASE, "it took longer than 10 seconds, and was stopped", made).cause == "" and made == {}


def test_mistakes_that_take_too_many_lines_are_not_tried_to_their_end():
    def endless(X):
        while True:
            X = X + 1

    slow = replace(EXERCISE, mistakes=(Mistake("it never ends", "", endless), RAISES))
    found = raised(slow, CASE, "AxisError: axis 2 is out of bounds for array of dimension 2", {})
    assert found.cause == RAISES.name and found.reason == "AxisError: axis 2 of an array whose last axis is 1 (case “three”)."


def test_the_same_array_has_the_same_shape_and_nan_in_the_same_places():
    a = np.array([1.0, np.nan])
    assert same_array(a, a.copy()) and not same_array(a, np.array([1.0, 2.0])) and not same_array(a, a[None])
    assert same_array(a.astype(np.float32), a) and not same_array(a, "text")
