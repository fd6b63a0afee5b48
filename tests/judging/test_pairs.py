"""Two mistakes at once: both named where they explain everything, and silence where they do not."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from course.checking import grade_function
from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.judging.verdict import Verdict
from course.units import exercise


def standard(X):
    """Every column of X less its mean, divided by its largest size; and the means."""
    means = X.mean(axis=0)
    gaps = X - means
    return gaps / np.abs(gaps).max(axis=0), means


def expected(case):
    gaps, means = standard(case.inputs["X"])
    return {"gaps": Expected(gaps), "means": Expected(means)}


MEDIAN = Mistake("the median is taken", "Which middle is asked for?", "X.mean(axis=0) → np.median(X, axis=0)")
SQUARED = Mistake("the gaps are squared", "Why a square?", "gaps = X - means → gaps = (X - means) ** 2")
SUMMED = Mistake("the sizes are summed", "Which of them is the largest?", ".max(axis=0) → .sum(axis=0)")
EXERCISE = Exercise(
    right=standard,
    criteria=(Criterion("gaps", 1, "the columns, centred and scaled"), Criterion("means", 1, "the means")),
    cases=lambda rng: (Case(f"{n} rows", {"X": rng.normal(size=(n, 3)) + 1}, batch="X") for n in (7, 5)),
    expected=expected,
    mistakes=(MEDIAN, SQUARED, SUMMED),
)


def causes(answer, of=EXERCISE, seed=0):
    return [mark.cause for mark in grade_function(of, answer, seed).marks]


def two_at_once(X):
    gaps = (X - X.mean(axis=0)) ** 2
    return gaps / gaps.sum(axis=0), X.mean(axis=0)


def one_everywhere_and_one_besides(X):
    middle = np.median(X, axis=0)
    return (X - middle) / np.abs(X - middle).sum(axis=0), middle


def test_two_mistakes_are_named_together_with_both_hints():
    gaps, means = grade_function(EXERCISE, two_at_once, 0).marks
    assert gaps.because == "It is what comes out when the gaps are squared, and the sizes are summed."
    assert gaps.hint == "Why a square? Which of them is the largest?" and means.outcome == "passed"


def test_what_one_of_the_two_explains_alone_is_called_by_that_one():
    assert causes(one_everywhere_and_one_besides) == ["the median is taken, and the sizes are summed", "the median is taken"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda gaps: -gaps, "the sign is turned round"),
        (lambda gaps: gaps * len(gaps), "the result is multiplied by your batch size"),
        (lambda gaps: gaps / len(gaps), "the result is divided by your batch size"),
        (lambda gaps: gaps * 2, "the result is doubled"),
        (lambda gaps: gaps / 2, "the result is halved"),
    ],
)
def test_a_sign_or_a_factor_on_top_of_a_mistake_is_named_with_it(spoil, says):
    def answer(X):
        gaps = (X - X.mean(axis=0)) ** 2
        return spoil(gaps / gaps.max(axis=0)), X.mean(axis=0)

    assert causes(answer) == [f"the gaps are squared, and {says}", ""]


def test_a_factor_that_differs_from_case_to_case_is_none():
    assert causes(lambda X: ((X - X.mean(0)) ** 2 * (2 if len(X) == 5 else 3), X.mean(0))) == ["", ""]


def test_two_mistakes_that_leave_one_value_of_one_case_unexplained_are_not_named():
    def answer(X):
        gaps, means = two_at_once(X)
        return gaps, means + (len(X) == 7)

    assert causes(answer)[0] == ""


def test_of_two_pairs_that_explain_the_same_none_is_named():
    again = Mistake("the sizes are added up", "Which of them is the largest?", "np.abs(gaps).max(axis=0) → np.abs(gaps).sum(axis=0)")
    assert causes(two_at_once, replace(EXERCISE, mistakes=(*EXERCISE.mistakes, again))) == ["", ""]


def test_a_mistake_that_explains_it_all_is_named_alone():
    def answer(X):
        gaps = (X - X.mean(axis=0)) ** 2
        return gaps / gaps.max(axis=0), X.mean(axis=0)

    assert causes(answer) == ["the gaps are squared", ""]


@pytest.mark.parametrize("answer", [lambda X: (X + 1, X[0]), lambda X: (X, None), lambda X: ("a", X[0]), lambda X: X, lambda X: X / 0])
def test_what_no_two_mistakes_explain_stays_a_fact(answer):
    verdict = grade_function(EXERCISE, answer, 0)
    assert verdict.earned == 0 and not any(mark.cause for mark in verdict.marks)


def test_two_mistakes_of_a_unit_are_named():
    def neither_label_nor_batch(logits, labels):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -np.mean(log_p[np.arange(len(labels)), labels]), np.exp(log_p)

    [_, gradient] = causes(neither_label_nor_batch, exercise("softmax_cross_entropy"), 2026)
    assert "the label is not subtracted" in gradient and "its gradient is not divided by N" in gradient


def test_a_verdict_with_two_causes_survives_json():
    verdict = grade_function(EXERCISE, two_at_once, 0)
    assert Verdict.from_dict(json.loads(json.dumps(asdict(verdict)))) == verdict and "and the sizes are summed" in verdict.reason


def twos(n):
    """How many twos add up to 2n."""
    left, count = 2 * n, 0
    while left > 0:
        left, count = left - 2, count + 1
    return count


def test_two_mistakes_that_never_end_together_stop_nothing():
    endless = Exercise(
        right=twos,
        criteria=(Criterion("count", 1, "a number"),),
        cases=lambda rng: iter([Case("three", {"n": 3})]),
        expected=lambda case: {"count": Expected(np.array(case.inputs["n"]))},
        mistakes=(Mistake("one is added", "Why?", "2 * n → 2 * n + 1"), Mistake("it stops at 0 alone", "And below?", "> 0 → != 0")),
    )
    assert causes(lambda n: 100, endless) == [""]
