"""What is offered to the course: the record of a mistake, and its edit where it is one."""

import pytest

from autograder.learning import Named
from autograder.pages.figures import Group, UnitFigures
from autograder.pages.offer import offer, one_edit
from course.judging.edits import Edit, applied, source_text
from course.judging.own_source import code_of
from course.units import exercise

LINEAR = exercise("linear_backward")
RIGHT = code_of(source_text(LINEAR.right))


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("W.T", "W", "W.T → W"),
        ("X.T @ upstream", "X.T @ upstream / len(X)", "dW = X.T @ upstream → dW = X.T @ upstream / len(X)"),
        (".sum(axis=0)", "", "upstream.sum(axis=0) → upstream"),
        ("return (dX", "return (2 * dX", "return dX, dW, db → return 2 * dX, dW, db"),
    ],
)
def test_an_answer_that_is_one_edit_away(before, after, edit):
    wrong = RIGHT.replace(before, after)
    assert wrong != RIGHT and one_edit(LINEAR, wrong) == edit
    assert code_of(applied(source_text(LINEAR.right), [Edit.parse(edit)])) == wrong


@pytest.mark.parametrize(
    "wrong",
    [RIGHT, RIGHT.replace("W.T", "W").replace("X.T", "X"), "def linear_backward(", "", RIGHT.replace("W.T", "W, ' → '")],
    ids=["right", "two edits", "no Python", "nothing", "an arrow in it"],
)
def test_an_answer_that_is_not(wrong):
    assert one_edit(LINEAR, wrong) == ""


def figures(example):
    groups = (Group("linear_backward", "3fa2c1d0", "W is not \"transposed\"", ("ada", "bob"), "dX differs", example),)
    unnamed = Group("linear_backward", "11111111", "", ("cy",), "dX differs", example)
    return UnitFigures("05_vector_form", ("ada",), (), (), (), (), (), (*groups, unnamed))


MISTAKES = {("linear_backward", "3fa2c1d0"): Named("linear_backward", "3fa2c1d0", 'W is not "transposed"', "Which way round?")}


def test_what_is_named_is_offered_without_names_of_people():
    text = offer([figures(RIGHT.replace("W.T", "W"))], MISTAKES)
    assert "in `course/units/u05_vector_form/linear_backward.py`" in text and "2 students of one class" in text
    record = text.split("\n\n")[2]
    assert eval(record.strip().removesuffix(","), {"Mistake": lambda *given: given}) == (
        'W is not "transposed"',
        "Which way round?",
        "W.T → W",
    )
    assert "    dX = upstream @ W\n" in text and "ada" not in text and "11111111" not in text


def test_where_no_edit_is_known_its_place_is_left():
    assert "...),  # the edit of the right answer" in offer([figures("def linear_backward(*given):\n    return 1")], MISTAKES)


def test_nothing_is_offered_where_nothing_is_named():
    assert offer([], MISTAKES) == "" and offer([UnitFigures("05_vector_form", (), (), (), (), (), ())], {}) == ""
