"""Relations of a wrong value to the right one: each holds in every failing case, or is not told."""

from dataclasses import replace

import numpy as np
import pytest

from course.judging.answered import Answered
from course.judging.diagnosis import explained
from course.judging.exercise import Case, Criterion, Exercise, Expected


def columns(X):
    """Sum and mean of every column of X."""
    return X.sum(axis=0), X.mean(axis=0)


TOTAL, MEAN = Criterion("total", 1, "one number for each column"), Criterion("mean", 1, "one number for each column")
EXERCISE = Exercise(columns, (TOTAL, MEAN), lambda rng: iter(()), lambda case: {})
rng = np.random.default_rng(0)
CASES = [Case(f"{n} rows", {"X": rng.uniform(1, 2, (n, 3)), "Y": np.zeros((k, n))}, batch="X") for n, k in ((2, 5), (4, 5))]


def found(got, cases=CASES, right=None, entries=()):
    """What is said of `got(X)` in the first of some cases, where `right(X)`, the sum of the columns, is right."""
    right = right or (lambda X: X.sum(axis=0))
    exercise = Exercise(columns, (TOTAL,), lambda rng: iter(()), lambda case: {})
    expected = [Expected(np.asarray(right(c.inputs["X"])), entries=entries) for c in cases]
    returned = [(np.asarray(got(c.inputs["X"])),) for c in cases]
    answers = [Answered(exercise, TOTAL, *one) for one in zip(cases, expected, returned, strict=True)]
    first = next(one for one in answers if one.difference)
    return explained(first.difference, first, answers)


def total(X):
    return X.sum(axis=0)


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (lambda X: -total(X), "exactly minus"),
        (lambda X: len(X) * total(X), "exactly 2 times that, in every entry, and 2 is your batch size"),
        (lambda X: total(X) / len(X), "exactly 1/2 times that, in every entry, and 2 is your batch size"),
        (lambda X: 0.7 * total(X), "0.7 times that, in every entry."),
        (lambda X: 2 * total(X), "It is 2 times that, in every entry."),
        (lambda X: 3 * total(X), "It is 3 times that, in every entry."),
        (lambda X: total(X) ** 2, "the square of"),
        (lambda X: total(X) ** 0.5, "the square root of"),
        (lambda X: 1 / total(X), "the reciprocal of"),
        (lambda X: total(X)[:, None], "only the shape (3, 1) has to become (3,)"),
        (lambda X: total(X) + total(X)[:, None], "NumPy makes (3, 3) of (3, 1) and (3,)"),
    ],
)
def test_relations_are_facts(got, says):
    finding = found(got)
    assert says in finding.reason and finding.cause == "" and finding.hint


@pytest.mark.parametrize(
    ("got", "never"),
    [
        (lambda X: 2 * total(X), "batch size"),
        (lambda X: 3 * total(X), "axis"),
        (lambda X: total(X) * (-1 if len(X) == 2 else 0.5), "minus"),
        (lambda X: total(X) * (2 if len(X) == 2 else 3), "times"),
        (lambda X: total(X) ** 2 + (len(X) > 2), "square"),
    ],
)
def test_what_one_failing_case_contradicts_is_not_told(got, never):
    assert never not in found(got).reason


@pytest.mark.parametrize(
    ("got", "right"),
    [
        ([np.nan, np.nan, np.nan], [-1.5, -2.5, -3.5]),
        ([0.0, 0.0, 0.0], [1e-309, 2e-309, 3e-309]),
        ([0.0, 0.0, 0.0], [1e-200, 2e-200, 3e-200]),
        ([np.inf, np.inf, np.inf], [1e200, 2e200, 3e200]),
        ([5.0, 7.0, 4e10], [3.0, 4.0, 2e5]),
    ],
    ids=["roots of negative numbers", "below the smallest number", "squares that are 0", "squares that are infinite", "one that counts"],
)
def test_a_power_is_told_by_numbers_alone_and_by_more_than_one(got, right):
    with np.errstate(all="ignore"):
        reason = found(lambda X: np.array(got), [replace(case, entrywise=True) for case in CASES], lambda X: np.array(right)).reason
    assert "right value." not in reason


def test_a_size_that_is_the_same_in_every_case_is_not_named():
    assert "batch size" not in found(lambda X: 2 * total(X), CASES[:1]).reason


def test_where_the_answer_is_right_a_factor_is_1():
    one_row = Case("one row", {"X": np.array([[2.0, 3.0, 4.0]])}, batch="X")
    assert "2 is your batch size" in found(lambda X: len(X) * total(X), [CASES[0], one_row]).reason


def test_sizes_that_are_equal_in_every_case_are_all_named():
    cases = [Case(case.name, case.inputs) for case in CASES]
    names = "the length of axis 0 of `X` and the length of axis 1 of `Y`"
    assert f"2 is {names}." in found(lambda X: len(X) * total(X), cases).reason


@pytest.mark.parametrize(
    ("got", "says"), [(lambda s: s / 2, "It is 0.5 times that."), (lambda s: s**2, "the square of"), (lambda s: -s, "exactly minus")]
)
def test_a_single_number_has_relations_where_two_cases_agree(got, says):
    assert says in found(lambda X: got(X.sum()), right=np.sum).reason
    assert says not in found(lambda X: got(X.sum()), CASES[:1], right=np.sum).reason


def test_a_transpose_is_seen():
    assert "transpose of the right array" in found(lambda X: (X.T @ X + np.tri(3)).T, right=lambda X: X.T @ X + np.tri(3)).reason


def test_values_in_another_order_are_told_by_their_names():
    def answers(case, *returned):
        right = columns(case.inputs["X"])
        return [Answered(EXERCISE, c, case, Expected(value), returned) for c, value in zip((TOTAL, MEAN), right, strict=True)]

    swapped = [one for case in CASES for one in answers(case, *columns(case.inputs["X"])[::-1])]
    finding = explained(swapped[0].difference, swapped[0], swapped)
    assert "What stands here is `mean`." in finding.reason and "return `total`, `mean` in this order" in finding.hint
    once = [*swapped[:2], *answers(CASES[1], *columns(2 * CASES[1].inputs["X"]))]
    assert "stands here" not in explained(once[0].difference, once[0], once).reason


@pytest.mark.parametrize(
    ("got", "says"),
    [
        ([1.0, 2.0, 9.0, 4.0], "The first difference is at [2]: yours 9.0, right value 3.0."),
        ([1.0, 2.0], "The first 2 are right, and the next, 3.0 at [2], is missing."),
        ([1.0, 2.0, 3.0, 4.0, 5.0], "The 3 that are asked for are right, and 2 more come after them."),
    ],
)
def test_a_row_of_the_wrong_length_is_followed_to_where_it_leaves_the_right_one(got, says):
    right = np.array([1.0, 2.0, 3.0])
    finding = found(lambda X: got, right=lambda X: right)
    assert says in finding.reason and finding.hint == ""
    assert "first difference" not in found(lambda X: [right, right], right=lambda X: right).reason


@pytest.mark.parametrize(
    ("got", "says"),
    [
        ([False, True], "The first difference is in epoch 2: yours True, right value False."),
        ([False, False], "The first 2 are right, and the next, True in epoch 3, is missing."),
    ],
)
def test_entries_of_a_row_have_their_words(got, says):
    decisions, epochs = np.array([False, False, True]), ("epoch 1", "epoch 2", "epoch 3")
    assert says in found(lambda X: got, right=lambda X: decisions, entries=epochs).reason


def test_decisions_stay_true_and_false():
    decisions = np.array([False, False, True])
    assert "at [1]: yours True, right value False" in found(lambda X: [False, True], right=lambda X: decisions).reason


@pytest.mark.parametrize(("error", "digits"), [(2e-3, 2), (3e-5, 4), (5e-8, 7)])
def test_what_is_nearly_right_is_called_so_with_its_digits(error, digits):
    wave = np.array([1.0, -0.5, 0.7])
    finding = found(lambda X: total(X) + error * total(X).max() * wave)
    assert finding.hint == f"It is right to {digits} digits: is there an ε in it, a clip, or float32?" and finding.cause == ""


def test_one_case_that_is_wrong_altogether_is_not_nearly_right():
    assert "digits" not in found(lambda X: total(X) + (1e-6 if len(X) == 2 else X[0])).hint
