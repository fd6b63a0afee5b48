"""Comparing a value with what is expected: facts, with numbers, and nothing of causes."""

import numpy as np
import pytest

from course.judging.compare import Difference, compare, excess_of, told_apart
from course.judging.exercise import Case, Criterion, Expected
from course.judging.probes import NotAnArray

W = Criterion("W", 1, "the weights, shape (2, 3)")
CASE = Case("a case", {"x": np.ones(2)})
RIGHT = np.arange(6.0).reshape(2, 3)


def difference(got, right=RIGHT, case=CASE, **more) -> Difference:
    found = compare(W, case, Expected(right, **more), got if isinstance(got, NotAnArray) else np.asarray(got))
    assert found is not None
    return found


def test_what_is_right_has_no_difference():
    assert compare(W, CASE, Expected(RIGHT), RIGHT.copy()) is None
    assert compare(W, CASE, Expected(RIGHT), RIGHT.astype(np.float32) * np.float32(1 + 1e-6)) is None
    assert compare(W, CASE, Expected(RIGHT, slack=1.0), RIGHT + 0.9) is None


def test_what_is_no_array_is_told_and_not_explained():
    assert difference(NotAnArray("None")).fact == "`W` is None, and an array of shape (2, 3) is expected: the weights, shape (2, 3)."
    assert "the answer returned a str." in difference(NotAnArray("a str")).fact
    assert not difference(NotAnArray("None")).explicable


@pytest.mark.parametrize(
    ("got", "hint"),
    [
        (RIGHT.T, "transpose of the right shape"),
        (RIGHT[None], "an axis of length 1 too many"),
        (RIGHT[:, :2], "Which of them has the wrong length?"),
        (RIGHT[0], "Which axis is one too many, or which is missing?"),
    ],
)
def test_a_shape_has_its_hint(got, hint):
    found = difference(got)
    fact = f"`W` has shape {got.shape}, and it must have (2, 3): the weights, shape (2, 3) (case “a case”)."
    assert found.fact == fact and hint in found.hint and found.explicable


def test_a_gradient_of_another_shape():
    assert difference(RIGHT[:, :2], derivative=True).hint == "A gradient has the shape of the thing it belongs to."


def test_nan_is_told_with_its_place():
    found = difference(np.where(RIGHT == 4, np.nan, RIGHT))
    assert "`W` has NaN at [1, 1] (case “a case”)" in found.fact and "0/0" in found.hint


def test_the_worst_entry_is_told_and_every_wrong_one_mapped():
    got = RIGHT.copy()
    got[0, 1] += 0.1
    got[1, 2] += 3
    found = difference(got)
    assert found.fact == "`W` differs at [1, 2]: yours 8, right value 5 (case “a case”)."
    assert found.hint == "2 of 6 entries differ; the others are right. What sets them apart?"
    assert np.count_nonzero(found.where) == 2


def test_a_derivative_is_compared_with_a_finite_difference():
    assert "finite difference 5" in difference(RIGHT * 2, derivative=True).fact


def test_entrywise_a_small_entry_counts_as_much_as_a_large_one():
    right = np.array([1e-9, 1.0])
    got = right + np.array([1e-10, 0])
    assert compare(W, CASE, Expected(right), got) is None
    found = difference(got, right, Case("a case", {}, entrywise=True))
    assert "differs at [0]" in found.fact


def test_infinity_is_wrong_by_infinitely_much():
    assert excess_of(np.array([np.inf, 1.0]), Expected(np.array([1.0, 1.0])), CASE)[0] == np.inf


def test_digits_enough_to_tell_two_numbers_apart():
    assert told_apart(1.0, 2.0) == ("1", "2") and told_apart(1.0, 1.0 + 1e-12) == ("1", "1.000000000001")


def test_a_derivative_cast_to_float32_is_still_held_to_each_entry_where_scales_are_mixed():
    mixed = Case("mixed scales", {"x": np.ones(2)}, entrywise=True)
    single = Case("in float32", {"x": np.ones(2, dtype=np.float32)}, entrywise=True)
    right = np.array([1e-6, 3.0, 2e5])
    rough = (right * (1 + 1e-3)).astype(np.float32)
    assert compare(W, mixed, Expected(right, derivative=True), right.astype(np.float32)) is None
    assert compare(W, mixed, Expected(right, derivative=True), rough) is not None
    assert compare(W, mixed, Expected(right), rough) is None
    assert compare(W, single, Expected(right, derivative=True), rough) is None
