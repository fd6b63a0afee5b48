"""Wrong answers without a known cause: known again by what they return, however they are written."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.grouping import GOLDEN, STEPS, group_of, step, unexplained, value_in_short, without_particulars
from course.checking import asking
from course.judging.grading import FINITE_DIFFERENCES
from course.judging.probes import NotAnArray, Reply
from course.judging.verdict import Mark, Verdict
from course.units import exercise

LINEAR = exercise("linear_backward")
FAILED = [Mark(criterion.name, criterion.points, "failed", "differs", f"hint on {criterion.name}") for criterion in LINEAR.criteria]


def group(answer, marks=FAILED, of=LINEAR):
    with np.errstate(all="ignore"):  # as in the judge
        return group_of(of, marks, asking(of, answer))


def normalised(upstream, X, W):
    U = W / np.linalg.norm(W)
    return upstream @ U.T, X.T @ upstream, upstream.sum(axis=0)


def in_a_loop(upstream, X, W):
    size = np.sqrt((W * W).sum())
    dX = np.array([[sum(u * w for u, w in zip(row, weights, strict=True)) / size for weights in W] for row in upstream])
    dW = sum(np.outer(x, u) for x, u in zip(X, upstream, strict=True))
    return dX, dW, sum(upstream)


def test_one_mistake_is_one_group_however_it_is_written():
    found = group(normalised)
    assert found == group(in_a_loop) and len(found.group) == 8 and int(found.group, 16) >= 0
    assert found.exercise == "linear_backward" and found.hints[0] == ("dX", "hint on dX")


def test_a_group_has_the_same_digits_everywhere():
    """Or the names in the classes' mistakes.toml are of nobody any more: where the cases of the exercise change, the changelog says so."""
    assert group(normalised).group == "5c079346"


def test_single_precision_is_the_same_group():
    assert group(lambda *inputs: tuple(np.float32(value) for value in normalised(*inputs))) == group(normalised)


def test_another_mistake_is_another_group():
    def doubled(upstream, X, W):
        return normalised(2 * upstream, X, W)

    def of_absolute_values(upstream, X, W):
        return normalised(upstream, X, abs(W))

    assert len({group(answer).group for answer in (normalised, doubled, of_absolute_values)}) == 3


@pytest.mark.parametrize("name", ["linear_backward", "softmax_cross_entropy", "EarlyStopper", "inverted_dropout"])
def test_every_known_mistake_would_be_a_group_of_its_own(name):
    of = exercise(name)
    marks = [Mark(criterion.name, criterion.points, "failed") for criterion in of.criteria]
    groups = [found.group for mistake in of.mistakes if (found := group(of.answer_with(mistake), marks, of))]
    assert len(set(groups)) == len(groups) > len(of.mistakes) / 2


def test_only_what_is_unexplained_counts():
    def and_another(upstream, X, W):
        dX, dW, db = normalised(upstream, X, W)
        return dX, dW / len(X), db

    assert group(and_another, FAILED[:1]) == group(normalised, FAILED[:1])
    assert group(and_another).group != group(normalised).group


def test_an_answer_that_is_right_with_the_notebooks_cases_has_no_group():
    assert group(LINEAR.right) is None


def test_cases_in_single_precision_are_left_out():
    def wrong_in_single_precision(upstream, X, W):
        return LINEAR.right(upstream, X, W if W.dtype == np.float64 else 2 * W)

    assert group(wrong_in_single_precision) is None


def test_a_random_answer_has_the_group_of_its_seed():
    of = exercise("inverted_dropout")
    marks = [Mark(of.criteria[0].name, 1, "failed")]

    def answer(X, keep_prob, rng):
        return X * (rng.random(X.shape) < keep_prob**2) / keep_prob

    assert group(answer, marks, of) == group(answer, marks, of)
    assert group(answer, marks, of) != group(lambda X, keep_prob, rng: answer(X, keep_prob**2, rng), marks, of)


def test_errors_are_told_apart_by_their_words_alone():
    def raised(error):
        return group_of(LINEAR, FAILED, lambda case: Reply(problem=error))

    one = raised("ValueError in `linear_backward`, line 3: `dW = X @ W`: no match, size 4 is different from 3")
    assert one == raised("ValueError in `helper`, line 12: `return a @ b`: no match, size 4 is different from 3")
    assert one != raised("ValueError in `helper`, line 12: `return a @ b`: no match, size 4 is different from 5")


def test_words_without_what_differs_from_machine_to_machine():
    words = "OSError: /home/ada/x.npy and C:\\ada, <f at 0x7f3A>, line 12"
    assert without_particulars(words) == "OSError: … and … <f at …>, …"
    assert len(without_particulars("x" * 10_000)) == 1000


@pytest.mark.parametrize("value", [[np.nan] * 2, [1, np.inf], [-np.inf, 1], [], True, 2**64 - 1, 1e308, -1e308], ids=str)
def test_any_array_has_a_line(value):
    assert value_in_short(np.array(value)) == value_in_short(np.array(value)) != value_in_short(np.array([1.0, 2.0]))


def test_the_places_of_strange_numbers_count_and_those_of_rounding_do_not():
    strange = [value_in_short(np.array([1, *pair])) for pair in ((np.nan, 1), (1, np.nan), (np.inf, 1), (-np.inf, 1))]
    assert len(set(strange)) == 4
    assert value_in_short(np.array([1e-17, 0])) == value_in_short(np.zeros(2))
    assert value_in_short(np.zeros(2)) != value_in_short(np.zeros((2, 1)))
    assert value_in_short(NotAnArray("a list of 3")) == "a list of 3"


def test_steps_end_where_no_simple_number_lies():
    simple = [sign * a / b for sign in (1, -1) for a in range(40) for b in range(1, 40)]
    assert all(step(x - 1e-9) == step(x + 1e-9) for x in simple) and step(0) != step(1.1 / STEPS) and 0 < GOLDEN < 1


def test_what_has_a_cause_or_is_known_otherwise_is_explained():
    marks = (
        Mark("a", 1, "passed"),
        Mark("b", 1, "failed", "differs"),
        Mark("c", 1, "failed", "differs", cause="W is not transposed"),
        Mark("d", 1, "not written", "not written yet"),
        Mark("e", 1, "failed", *FINITE_DIFFERENCES),
    )
    assert unexplained(Verdict("linear_backward", "", marks)) == [marks[1]]
    assert unexplained(replace(Verdict("linear_backward", "", marks), marks=marks[:1])) == []
