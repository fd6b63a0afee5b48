"""Slides for a lecture's opening: the largest shares first, never of one student alone, and only what can be read from the last row."""

import pytest

from autograder.pages import opening_page
from autograder.pages.figures import Misconception, UnitFigures


def figures(unit, handed_in, *mistakes):
    students = tuple(f"s{i}" for i in range(handed_in))
    found = tuple(Misconception("f", cause, "Which `X`?", students[:count], example) for cause, count, example in mistakes)
    return UnitFigures(unit, students, (), (), (), (), found)


def test_the_largest_shares_come_first_and_a_single_student_never():
    units = [figures("05", 20, ("a", 14, ""), ("b", 3, ""), ("c", 1, "")), figures("06", 4, ("d", 3, ""), ("e", 2, ""))]
    assert [(slide.mistake.cause, slide.share) for slide in opening_page.slides(units)] == [
        ("d", "Eight in ten"), ("a", "Seven in ten"), ("e", "Five in ten"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("example", "shown"), [("x\n" * 12, True), ("x\n" * 13, False), ("x" * 75, True), ("x" * 75 + "\nx" * 11, False), ("", False)]
)
def test_an_answer_too_long_to_read_is_left_out(example, shown):
    html = opening_page.page("course", [figures("05", 3, ("a", 2, example))])
    assert ("<pre" in html) == shown


def test_the_room_sees_the_answer_first_and_what_is_wrong_with_it_after_a_click():
    html = opening_page.page("course", [figures("05", 3, ("the mean is forgotten", 2, "return X.sum()"))])
    shown, hidden = html.partition("</head>")[2].split("<details>")
    assert "return X.sum()" in shown and "Seven in ten: what is wrong here?" in shown and "forgotten" not in shown
    assert "the mean is forgotten" in hidden and "Which <code>X</code>?" in hidden


def test_what_students_wrote_is_escaped():
    html = opening_page.page("<c>", [figures("05", 3, ("x < y", 2, "</code><script>alert(1)</script>"))])
    assert "<script" not in html and "&lt;script" in html and "<c>" not in html and "<code>X</code>" in html


def test_nothing_to_show():
    assert opening_page.page("course", [figures("05", 3, ("a", 1, "x"))]) == ""
