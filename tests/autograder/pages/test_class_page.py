"""The page on a class: what is on it, and that nothing on it does anything."""

import re
from dataclasses import replace

from autograder.gradebook.database import Score
from autograder.pages.class_page import in_words, page, parts
from autograder.pages.figures import ExerciseFigures, Misconception, UnitFigures, numbered

EVIL = "<script>alert(1)</script>"


def unit(name="05_sample", student="ada", code="def f(): pass"):
    scores = (Score(student, name, 4.0, 0.0, 4.0, 10, 0, False), Score("bob", name, 9.0, 0.0, 9.0, 10, 0, False))
    exercise = ExerciseFigures("double", 3, 0.5, 0.5, 0.25, 0.25, 0.0, None)
    cause = Misconception("double", "`x` is halved", "Which factor?", (student,), code)
    waiting = ((student, "not graded yet"), ("bob", "not graded yet"))
    return UnitFigures(name, (student, "bob"), ("cy",), waiting, scores, (exercise,), (cause,))


def test_everything_is_on_the_page():
    html = page("Backprop", [unit()])
    for words in ("2 of 3", "65 %", "<code>x</code> is halved", "Which factor?", "def f(): pass", "50 % all of it, 25 % a part", "cy"):
        assert words in html
    assert re.search(r"not graded yet</td><td>ada; bob<", html)
    assert 'aria-label="Students by their marks: 1 from 40 to 50 percent, 1 from 90 to 100 percent"' in html


def test_nothing_is_asked_of_anybody_else():
    assert not re.search(r"(src|href)=[\"'](?!#)|url\(|@import|<script", page("Backprop", [unit(), unit("06_sample")]))


def test_what_students_wrote_does_nothing():
    html = page(EVIL, [unit(student=EVIL, code=EVIL)])
    assert "<script" not in html and html.count("&lt;script&gt;") >= 3


def test_without_names():
    html = page("Backprop", numbered([unit()]))
    assert "ada" not in html and "student 1" in html


def test_an_empty_unit_is_said_to_be_one():
    html = page("Backprop", [UnitFigures("05_sample", (), (), (), (), (), ())])
    assert "No known misconception" in html and "<svg" not in html


def test_who_falls_behind_is_on_the_page():
    html = page("Backprop", [unit(), unit("06_sample")])
    assert "Who falls behind" in html and html.count("40 %") >= 2


def test_words_for_those_who_do_not_see():
    assert in_words([0, 2, 0, 0, 0, 0, 0, 0, 0, 1]) == "2 from 10 to 20 percent, 1 from 90 to 100 percent"
    assert parts(ExerciseFigures("double", 3, 0, 0, 0, 0, 1.0, None)) == "100 % not written"


def test_what_is_a_bonus_or_dropped_is_said_beside_its_name():
    of = unit()
    html = page("Backprop", [replace(of, exercises=(replace(of.exercises[0], points=0, counts="dropped"),))])
    assert "<code>double</code> (dropped)" in html and "(dropped)" not in page("Backprop", [of])
