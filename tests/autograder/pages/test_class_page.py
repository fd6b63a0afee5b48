"""The page on a class: what is on it, and that nothing on it does anything."""

import re
from dataclasses import replace
from pathlib import Path

from autograder.gradebook.database import Score
from autograder.pages import class_page
from autograder.pages.class_page import breakable, in_words, page, parts
from autograder.pages.figures import ExerciseFigures, Group, Misconception, Standing, UnitFigures, numbered

EVIL = "<script>alert(1)</script>"


def unit(name="05_sample", student="ada", code="def f(): pass"):
    scores = (Score(student, name, 4.0, 0.0, 4.0, 10, 0, False), Score("bob", name, 9.0, 0.0, 9.0, 10, 0, False))
    exercise = ExerciseFigures("double", 3, 0.5, 0.5, 0.25, 0.25, 0.0, None)
    cause = Misconception("double", "`x` is halved", "Which factor?", (student,), code)
    waiting = ((student, "not graded yet"), ("bob", "not graded yet"))
    groups = (
        Group("double", "3fa2c1d0", "", (student, "bob"), f"`x` differs: {code}", code),
        Group("double", "11111111", "", ("bob",), "a group of one", ""),
        Group("double", "22222222", "`x` is halved", (student, "bob"), "it has a name", code),
    )
    standings = (Standing(student, {"double": "failed"}, "double"), Standing("bob", {"of another year": "failed"}, ""))
    return UnitFigures(name, (student, "bob"), ("cy",), waiting, scores, (exercise,), (cause,), groups, standings)


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
    assert "<script" not in html and html.count("&lt;script&gt;") >= 8


def test_without_names():
    html = page("Backprop", numbered([unit()]))
    assert "ada" not in html and "bob" not in html and "student 1" in html


def test_an_empty_unit_is_said_to_be_one():
    html = page("Backprop", [UnitFigures("05_sample", (), (), (), (), (), ())])
    assert "No known misconception" in html and "<svg" not in html


def test_a_mean_without_the_written_answers_says_so():
    of = unit()
    marked, unmarked = (replace(of, scores=tuple(replace(score, written=written) for score in of.scores)) for written in (1.0, None))
    assert "so far" not in page("Backprop", [marked])
    assert "mean mark so far</li>" in (html := page("Backprop", [unmarked])) and "count as 0 until then" in html


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


def test_groups_without_a_name_ask_for_one_and_those_of_one_student_are_folded():
    html = page("Backprop", [unit()])
    shared, alone = html.split("<summary>1 more, of one student each</summary>")
    assert "<b>2</b> of 2 students (100 %). One of them reads: <code>x</code> differs" in shared
    assert "group = &#34;3fa2c1d0&#34;" in shared and "a group of one" not in shared
    assert "a group of one" in alone and "it has a name" not in html


def test_who_is_stuck_is_told_in_signs_and_words():
    html = page("Backprop", [unit()])
    assert re.search(r'<th scope="row"><code>double</code></th><td class="n">1</td><td>ada</td>', html)
    assert '<td class="failed stuck"><b aria-hidden="true">✗</b> <small>failed</small></td>' in html
    assert '<b aria-hidden="true">–</b> <small>not asked</small>' in html
    assert breakable("a_b<") == "a_<wbr>b&lt;"


def test_every_colour_can_be_read_on_its_ground():
    template = Path(class_page.__file__).with_name("base.html").read_text(encoding="utf-8")
    schemes = [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in re.findall(r":root \{(.*?)\}", template, re.DOTALL)]
    schemes = [scheme for scheme in schemes if scheme]  # on paper it is the first
    assert len(schemes) == 2
    for scheme in schemes:
        for name in ("ink", "good", "half", "bad", "none"):
            assert contrast(scheme[name], scheme["paper"]) >= 4.5, f"{name} on paper"
        assert contrast(scheme["ink"], scheme["soft"]) >= 4.5


def contrast(one, other):
    """The ratio of two colours' luminance, as WCAG 2 counts it."""

    def luminance(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
