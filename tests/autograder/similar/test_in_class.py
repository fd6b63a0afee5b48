"""A unit's hand-ins compared: which notebooks, and what is told of them."""

import json

import pytest

from autograder.similar.in_class import as_data, compare, numbered
from autograder.similar.pairs import FEWEST
from course.errors import UserError

UNIT = "05_sample"
STEPS = {f"student{i:02}": "\n".join(f"    step{i}_{j} = [x {op} {i * 10 + j}]" for j, op in enumerate("+-*/%@|&^<>")) for i in range(12)}


def answers(student, text="", steps=None):
    code = f"def double(x):\n{steps or STEPS[student]}\n    return x + x"
    return {"double": code, "square": "def square(x):\n    return x * x", "written_1": text or f"My {student} words are these, {student}."}


@pytest.fixture
def handed_in(instance, hand_in):
    for student in STEPS:
        hand_in(student, answers(student))
    return instance


def test_a_copy_with_other_names_is_found_and_nobody_else(handed_in, hand_in):
    hand_in("copy", answers("", "Nothing like it.", STEPS["student03"].replace("step3_", "mine")))
    found = compare(handed_in, UNIT)
    (pair,) = found.standing_out
    assert pair.students == ("copy", "student03") and pair.shares["code"] == 1 and pair.shares["names"] == 0
    assert len(found.works) == 13 and found.unread == ()


def test_the_instructors_own_answer_accuses_nobody(handed_in, hand_in):
    for student in ("one", "two"):
        hand_in(
            student,
            {"double": "def double(x):\n    return x + x  # the instructor's own", "written_1": "Because of the instructor's own reasons."},
        )
    assert not [pair for pair in compare(handed_in, UNIT).pairs if {"one", "two"} & set(pair.students)]


def test_what_cannot_be_read_is_left_out_and_named(handed_in, hand_in):
    hand_in("broken", "{")
    found = compare(handed_in, UNIT)
    assert found.unread == ("broken",) and "broken" not in found.works


def test_a_notebook_of_another_name_is_found(handed_in, hand_in):
    path = hand_in("copy", answers("", "Nothing like it.", STEPS["student03"]))
    path.rename(path.with_name("Copy of mine.ipynb"))
    assert compare(handed_in, UNIT).standing_out[0].students == ("copy", "student03")


def test_too_few_are_not_compared(instance, hand_in):
    for student in list(STEPS)[: FEWEST - 1]:
        hand_in(student, answers(student))
    with pytest.raises(UserError, match=f"{FEWEST - 1} notebooks of {UNIT} could be read; expected at least {FEWEST}"):
        compare(instance, UNIT)
    hand_in("student11", answers("student11"))
    assert compare(instance, UNIT).standing_out == []


def test_numbers_in_place_of_names(handed_in, hand_in):
    hand_in("copy", answers("", "Nothing like it.", STEPS["student03"]))
    hand_in("broken", "{")
    found = compare(handed_in, UNIT)
    anonymous = numbered(found)
    assert anonymous.pairs[0].students == ("student 1", "student 2") and anonymous.unread == ("student 14",)
    assert anonymous.works["student 1"] == found.works["copy"]
    assert "copy" not in json.dumps(as_data(anonymous)) and "student03" not in json.dumps(as_data(anonymous))


def test_what_is_told_as_data(handed_in, hand_in):
    hand_in("copy", answers("", "Nothing like it.", STEPS["student03"]))
    data = as_data(compare(handed_in, UNIT))
    assert (data["unit"], data["compared"], data["unread"]) == (UNIT, 13, [])
    assert data["pairs"][0] == {
        "students": ["copy", "student03"], "strength": 1.25, "stands_out": True, "code": 1.0, "names": 0.688, "words": 0.0,
    }  # fmt: skip
