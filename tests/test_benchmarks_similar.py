"""The made-up classes that `benchmarks/similar.py` measures: a copy that is only disguised is found, and no honest pair is."""

import ast
import random

import pytest

from benchmarks import similar

UNIT = "07_l2"


@pytest.fixture(scope="module", autouse=True)
def wrong_answers():
    similar.wrong_answers()


@pytest.fixture(scope="module")
def answers():
    return {exercise.name: similar.sources(exercise) for exercise in similar.UNITS[UNIT]}


def test_copies_are_found_and_nobody_else():
    one = similar.outcome(UNIT, honest_ones=25, copies=1)
    assert {"none", "other names, comments and text", "and another order"} <= one.found.keys()
    assert one.accused == 0 and one.strongest < 1


def test_there_are_answers_in_other_styles_and_wrong_ones(answers):
    assert all(len(set(right)) >= 5 and len(set(wrong)) >= 5 for right, wrong in answers.values())


@pytest.mark.parametrize("disguise", similar.DISGUISES)
def test_every_disguise_leaves_code_that_parses(answers, disguise):
    draw = random.Random(3)
    student, other = similar.honest(answers, draw), similar.honest(answers, draw)
    copy = similar.DISGUISES[disguise](student, other, draw)
    assert all(ast.parse(code) for code in copy.code.values())
    assert (copy == student) is (disguise == "none") and copy != other


def test_two_honest_students_write_differently(answers):
    draw = random.Random(4)
    one, other = similar.honest(answers, draw), similar.honest(answers, draw)
    assert one.text != other.text and not set(one.code.values()) & set(other.code.values())
