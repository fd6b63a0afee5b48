"""Causes of broken properties: named where the pattern of all cases confirms them."""

from dataclasses import replace

import numpy as np
import pytest

from course.checking import grade_function
from course.judging.exercise import Case, Criterion, Exercise, Finding, Mistake, Property
from course.judging.probes import Reply
from course.judging.properties import broken


def even(n):
    """n even numbers."""
    return 2 * np.arange(n)


ODD, HALF = "it is counted", "the second half is odd"
LENGTHS = {"one": 1, "three": 3, "four": 4}


def parity(x, *, cause=ODD):
    return Finding("one is odd", "Look again.", cause) if (x % 2).any() else None


EVEN = Exercise(
    right=even,
    criteria=(Criterion("numbers", 1, "n even numbers"),),
    cases=lambda rng: (Case(name, {"n": n}) for name, n in LENGTHS.items()),
    expected=lambda case: {"numbers": Property(parity)},
    mistakes=(Mistake(ODD, "Halve it.", "2 * np.arange → np.arange"),
              Mistake(HALF, "Go on.", lambda n: np.where(np.arange(n) < 2, 2 * np.arange(n), 1))),
    causes=(ODD, HALF),
)  # fmt: skip
REPRODUCED = replace(EVEN, expected=lambda case: {"numbers": Property(lambda x: parity(x, cause=""), reproducible=True)})


def cause(exercise, answer):
    [mark] = grade_function(exercise, answer, 0).marks
    assert mark.outcome == "failed" and mark.reason == "one is odd"
    return mark.cause


def test_a_cause_that_a_test_names_stands_where_the_mistake_fails_and_passes_with_the_answer():
    assert cause(EVEN, lambda n: np.arange(n)) == cause(EVEN, lambda n: 3 * np.arange(n)) == ODD


@pytest.mark.parametrize(
    "answer",
    [
        lambda n: np.arange(n) + 1,  # fails with one number, where counting from 0 passes
        lambda n: np.arange(n) * (1 + (n == 3)),  # passes with three, where counting fails
    ],
)
def test_a_cause_that_one_case_contradicts_is_dropped_and_the_fact_stays(answer):
    assert cause(EVEN, answer) == ""


def test_two_causes_in_two_cases_acquit_each_other():
    by_number = replace(EVEN, expected=lambda case: {"numbers": Property(lambda x: parity(x, cause=ODD if 1 in x else HALF))})
    assert cause(by_number, lambda n: np.arange(n)) == ODD
    assert cause(by_number, lambda n: np.arange(n) + 2 * (n == 4)) == ""


def test_what_is_reproduced_is_reproduced_in_every_failing_case():
    assert cause(REPRODUCED, lambda n: np.arange(n)) == ODD
    assert cause(REPRODUCED, lambda n: np.arange(n) + 2 * (n == 4)) == ""
    assert cause(REPRODUCED, lambda n: np.where(np.arange(n) < 2, 2 * np.arange(n), 1)) == HALF


def test_a_mistake_that_cannot_answer_is_no_cause():
    raising = replace(EVEN, mistakes=(Mistake(ODD, "", lambda n: 1 // (n - 1) + np.arange(n)),), causes=())
    assert cause(raising, lambda n: np.arange(n)) == ""


def test_an_error_breaks_a_property():
    assert broken(EVEN, Property(parity), Reply(problem="it took too long")).reason == "it took too long"
