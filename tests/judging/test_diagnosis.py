"""From a difference to its cause: known mistakes, relations, and silence where nothing explains it."""

import numpy as np
import pytest

from course.judging.compare import compare
from course.judging.diagnosis import Answered, explained, raised, reproduced, same_array
from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake


def total(X):
    """Sum of every column of X."""
    return X.sum(axis=0)


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


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (-X.sum(axis=0), "exactly minus"),
        (3 * X.sum(axis=0), "exactly 3 times that, in every entry, and 3 is your batch size"),
        (X.mean(axis=0), "exactly 1/3 times that"),
        (0.7 * X.sum(axis=0), "0.7 times that, in every entry"),
    ],
)
def test_relations_are_facts(got, says):
    found = finding(got)
    assert says in found.reason and found.cause == "" and found.hint


def test_a_batch_is_named_by_the_case_alone():
    found = finding(3 * X.sum(axis=0), Case("three", {"X": X}))
    assert "3 is the length of axis 0 of `X`" in found.reason and "batch" not in found.reason


def test_a_transpose_is_seen():
    assert "transpose of the right array" in finding(X.T, right=X).reason


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


def test_a_whole_reply_is_reproduced_by_a_mistake_or_by_none():
    made = {}
    assert reproduced(EXERCISE, CASE, (X.sum(axis=1),), made) == ROWS.name and ROWS.name in made
    assert reproduced(EXERCISE, CASE, (X.sum(axis=0),), made) == ""


def test_the_same_array_has_the_same_shape_and_nan_in_the_same_places():
    a = np.array([1.0, np.nan])
    assert same_array(a, a.copy()) and not same_array(a, np.array([1.0, 2.0])) and not same_array(a, a[None])
    assert same_array(a.astype(np.float32), a) and not same_array(a, "text")
