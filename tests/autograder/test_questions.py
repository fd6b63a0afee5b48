"""The sets of cases that a class is asked."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.questions import MOST_KEPT, SETS, Questions, Told
from course.units import exercise

FILES = [f"file {number}" for number in range(8 * SETS)]


def numbers(questions: Questions, name: str, handed_in: str) -> tuple[float, ...]:
    """The first case of an exercise, as numbers."""
    case = next(iter(questions.of(exercise(name), handed_in).cases(np.random.default_rng())))
    return tuple(np.concatenate([np.ravel(value) for value in case.inputs.values()]).tolist())


def test_the_same_file_gets_the_same_questions_in_every_process():
    first, second = Questions(b"k"), Questions(b"k")
    for handed_in in FILES[:5]:
        assert numbers(first, "linear_forward", handed_in) == numbers(second, "linear_forward", handed_in)


def test_every_set_is_used_and_sets_are_others_for_another_class():
    own, other = ({numbers(Questions(secret), "relu_backward", handed_in) for handed_in in FILES} for secret in (b"k", b"other"))
    assert len(own) == len(other) == SETS
    assert not own & other


def test_which_set_a_file_gets_differs_between_exercises():
    questions = Questions(b"k")
    alike = [numbers(questions, "relu_backward", handed_in) for handed_in in FILES]
    same = [handed_in for handed_in, first in zip(FILES, alike, strict=True) if first == alike[0]]
    assert 1 < len({numbers(questions, "linear_forward", handed_in) for handed_in in same})


def test_a_set_is_reckoned_once_and_what_is_expected_is_as_ever():
    questions, one = Questions(b"k"), exercise("linear_backward")
    kept = questions.of(one, "a file")
    assert questions.of(one, "a file") is kept
    for case in kept.cases(np.random.default_rng(0)):
        for name, expected in one.expected(case).items():
            np.testing.assert_array_equal(kept.expected(case)[name].value, expected.value)


def test_what_is_kept_is_bounded():
    questions, one = Questions(b"k"), exercise("square")
    for number in range(MOST_KEPT + 3):
        questions.of(replace(one, numbers={"a": number}), "a file")
    assert len(questions._kept) == MOST_KEPT


@pytest.mark.parametrize("secret", [b"", b"k" * 64])
def test_any_secret_of_a_class_will_do(secret):
    Questions(secret).of(exercise("square"), "a file")


def test_who_is_told_the_seeds_asks_the_same_without_the_secret():
    questions, told = Questions(b"k"), Told()
    for handed_in in FILES[:5]:
        told.seeds = {"linear_forward": questions.seed("linear_forward", handed_in)}
        assert numbers(told, "linear_forward", handed_in) == numbers(questions, "linear_forward", handed_in)
