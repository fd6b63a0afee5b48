"""What stands on a feedback page, and that nothing a student wrote does anything there."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.gradebook.database import NO_RESPONSE, CellMark, Score
from autograder.intake.submission import AGAIN
from autograder.pages.feedback_page import FOLDED, Marked, page, shown
from autograder.pages.rendering import harmless
from autograder.report import Report
from course.judging.verdict import Mark, Verdict

UNIT = "05_sample"
ATTACK = (
    "<script>alert(1)</script> [x](javascript:alert(1)) ![x](https://x.example/a.png) <img src=x onerror=alert(1)> <b id=double style=x>"
)
DOUBLE = Verdict(
    "double",
    "twice `x`",
    (Mark("value", 2.0, "passed"), Mark("sign", 1.0, "failed", "is `-y`", "Which way?", "the sign is lost", ((0, 2),))),
)
SQUARE = Verdict("square", "`x` times `x`", (Mark("value", 2.0, "passed"),))
REPORT = Report("ada", UNIT, "graded", (DOUBLE, SQUARE))
SCORE = Score("ada", UNIT, 4.0, None, 4.0, 9.0, 0.0, True)
MARKED = Marked(
    {"check_double": CellMark(3.0, 2.0, False), "check_square": CellMark(2.0, 2.0, False), "written_1": CellMark(4.0, None, False)},
    {"double": "sign: is -y"},
    (),
)
RIGHT = {"check_double": CellMark(3.0, 3.0, False)}


def cell(cell, name="", *, grade=False, solution=False):
    if name:
        cell.metadata["nbgrader"] = {"grade_id": name, "grade": grade, "solution": solution}
    return cell


def notebook(code="def double(x):\n    return -2 * x", written="Because.", check=(), extra=()):
    return new_notebook(
        cells=[
            new_markdown_cell("# A sample, where $a < b$", id="title"),
            cell(new_code_cell(code, id="double"), "double", solution=True),
            cell(new_code_cell("check(double)", id="check-double", outputs=list(check)), "check_double", grade=True),
            cell(new_code_cell("def square(x): ...", id="square"), "square", solution=True),
            cell(new_code_cell("check(square)", id="check-square"), "check_square", grade=True),
            *extra,
            new_markdown_cell("### 2.1 In your own words (4 points, marked by hand)\n\nWhy *twice*?", id="asks"),
            new_markdown_cell("a note of my own", id="student-1"),
            cell(new_markdown_cell(written, id="written-1"), "written_1", grade=True, solution=True),
        ]
    )


def made(marked=MARKED, report=REPORT, **cells):
    return page(UNIT, SCORE, marked, notebook(**cells), report)


class Tags(HTMLParser):
    """The tags of a page as a browser sees them."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html.partition("<body>")[2]))


def test_it_opens_with_the_mark_what_is_provisional_and_what_to_do_next():
    opening = text(made())
    assert opening.startswith(
        " 05_sample 4 of 9 points This is provisional: 2.1 In your own words is not marked yet. What to do next "
        "Look at double first: is -y It is what comes out when the sign is lost. Hint: Which way? "
    )
    assert "Points double2 of 3 square2 of 2 2.1 In your own wordsnot marked yet, of 4 " in opening


def test_each_exercise_has_its_verdict_with_its_map_and_the_students_code_in_colours():
    html = made()
    section = html.partition('<h3 id="double">')[2].partition("</section>")[0]
    assert text(f"<body>{DOUBLE._repr_html_()}") in text(f"<body>{section}")
    assert re.search(r'aria-label="Heat map of the difference[^>]*><tr><td class=l0><td class=l2></tr></table>', section)
    assert ".verdict .l2 { background:#f5b077;" in html
    assert "return -2 * x" in text(f"<body>{section}") and '<span class="k">return</span>' in section
    assert "sign: is -y" not in html, "the judge's comment is the verdict in other words"


def test_a_written_answer_stands_below_its_title_with_its_question_folded_away():
    section = made().partition('<h3 id="written_1">')[2].partition("</section>")[0]
    assert section.startswith("2.1 In your own words <small>not marked yet, of 4 points</small>")
    assert re.search(r"<details><summary>The question</summary>.*Why <em>twice</em>\?.*</details>", section, re.DOTALL)
    assert "<p>Because.</p>" in section


def test_the_rest_of_the_notebook_is_folded_away():
    rest = made(extra=[new_code_cell("print(1)", id="student-2", outputs=[new_output("stream", text="NameError: x\n")])]).partition(
        "The rest of the notebook"
    )[2]
    for words in ("where <math><mrow><mi>a</mi><mo>&lt;</mo>", "print(1)", "NameError: x", "a note of my own"):
        assert words in rest
    assert "return -2" not in rest and "Because." not in rest


def test_a_note_stands_on_top_and_not_again_in_the_rest():
    note = new_markdown_cell("<div><b>Two cells were left out.</b></div>", id="autograder-note")
    assert made(report=replace(REPORT, note="Two cells were left out."), extra=[note]).count("Two cells were left out.") == 1
    assert "Two cells were left out." in made(report=None, extra=[note])


def test_what_to_do_where_the_notebook_could_not_be_read():
    note = f"The file is empty. {AGAIN}"
    said = text(made(report=replace(REPORT, status="unreadable", note=note)))
    assert "No mark yet The file is empty. What to do next Your notebook could not be read" in said
    given = text(made(report=replace(REPORT, status="zero", note=f"0 was given by hand. {note}")))
    assert "0 was given by hand. The file is empty. What to do next" in given
    for told in (said, given):
        assert not any(words in told for words in ("Look at", "Ask the student", "double", "Written answers", "The rest of"))


def test_with_all_points_nothing_is_left_to_do():
    assert "Every exercise is right. Nothing is left to do until the rest is marked." in text(made(replace(MARKED, marks=RIGHT | {
        "written_1": CellMark(4.0, None, False)})))  # fmt: skip
    assert "Read what is said of your written answers" in text(made(replace(MARKED, marks=RIGHT | {"written_1": CellMark(4.0, 3.0, True)})))


def test_an_unanswered_question_is_what_to_do_next_once_every_exercise_is_right():
    marked = Marked(RIGHT | {"written_1": CellMark(4.0, 0.0, False)}, {"written_1": NO_RESPONSE}, ())
    assert "What to do next Answer 2.1 In your own words in your own words." in text(made(marked))


def test_what_a_human_says_is_shown_beside_the_verdict():
    marks = {"check_double": CellMark(3.0, 3.0, True)}
    html = text(made(Marked(marks, {"double": "Nearly!"}, ("double",))))
    assert "double 3 of 3 points, marked by hand" in html and "double: partial, 2 of 3 points" in html
    assert "Comment: Nearly!" in html


def test_what_nbgrader_itself_graded_has_a_page_without_verdicts():
    failed = new_output("error", ename="AssertionError", evalue="\x1b[31mno <b>", traceback=[])
    html = made(report=None, check=[failed])
    assert "AssertionError: no &lt;b&gt;" in html
    assert "Comment: sign: is -y" in text(html)
    assert "Look at double first." in text(html)


@pytest.mark.parametrize("written", [ATTACK, harmless(ATTACK), f"<div>\n{ATTACK}</div>"])
def test_nothing_a_student_wrote_does_anything(written):
    report = replace(REPORT, note=ATTACK, verdicts=(replace(DOUBLE, note=ATTACK), SQUARE))
    printed = new_code_cell(ATTACK, id="student-2", outputs=[new_output("stream", text=ATTACK)])
    html = made(replace(MARKED, comments={"written_1": ATTACK}), report, code=f"'{ATTACK}'", written=written, extra=[printed])
    tags = Tags(html).tags
    assert not [tag for tag, attributes in tags if tag in ("script", "link", "iframe", "form", "svg", "object") or "src" in attributes]
    assert not [tag for tag, attributes in tags if any(name.startswith("on") for name in attributes)]
    assert not [attributes for _, attributes in tags if attributes.get("href", "#").startswith(("javascript", "data"))]
    assert [attributes["id"] for _, attributes in tags if "id" in attributes].count("double") == 1


def test_nothing_is_asked_of_anybody_else():
    assert not re.search(r"(src|href)=[\"'](?!#)|url\(|@import|<script", made())


def test_a_page_stays_small_whatever_somebody_pasted_into_the_notebook():
    pasted = [new_code_cell(f"x{i} = 1  # {'y' * 900}\n" * 20, id=f"student-{i}") for i in range(2, 40)]
    html = made(code="x = 1\n" * 10_000, written="*a* " * 50_000, extra=pasted)
    assert len(html) < 100_000
    assert "More of it is in the notebook that you handed in." in html and FOLDED < len(html)


def test_markdown_made_harmless_before_is_shown_as_it_is():
    once = harmless("**a** `b < c` x < y\n\n- d\n\n```python\nreturn 1\n```")
    assert shown(once) == once


def test_what_an_instructor_folds_away_stays_folded():
    html = shown("<details><summary>Solution</summary>\n\n**a**\n\n</details>").strip()
    assert html == "<details><summary>Solution</summary>\n\n<p><strong>a</strong></p>\n</details>"


def test_deep_nesting_is_no_error():
    assert shown("<div>\n" + "<div>" * 1_500 + "a").count("</div>") == 1_501


def test_points_of_the_class_are_those_of_the_verdict_too():
    html = text(made(Marked({"check_double": CellMark(6.0, 4.0, False), "check_square": CellMark(2.0, 2.0, False)}, {}, ())))
    assert "double: partial, 4 of 6 points" in html and html.count("4 of 6") == 2
    thirds = Verdict("double", "", tuple(Mark(name, 1.0, "passed") for name in "abc"))
    html = text(made(Marked({"check_double": CellMark(0.7, 0.7, False)}, {}, ()), Report("ada", UNIT, "graded", (thirds,))))
    assert "Every exercise is right" in html and html.count("0.7 of 0.7") == 2


def test_what_does_not_count_and_what_is_a_bonus_is_said():
    marks = {
        "check_double": CellMark(0.0, 0.0, False, "dropped"),
        "check_square": CellMark(2.0, 2.0, False, "bonus"),
        "written_1": CellMark(0.0, 0.0, False, "dropped"),
    }
    html = text(made(Marked(marks, {}, ())))
    assert html.count("does not count") == 4 and html.count("2 of 2, a bonus") == 1 and "square 2 of 2 points, a bonus" in html
    assert "2.1 In your own words does not count" in html and "Every exercise is right" in html
