"""The page on pairs: both sides, what is marked, and that nothing on it does anything."""

import re

import pytest

from autograder.pages.similar_page import marked, page
from autograder.similar.in_class import Found
from autograder.similar.pairs import Pair
from autograder.similar.work import Given, work_in

EVIL = "<script>alert(1)</script>"
CODE = "odd_name = [np.sum(x) for x in range(3)]"


def work(code, text="", place="double"):
    cells = [({"cell_type": "code", "id": "a", "source": code}, place), ({"cell_type": "markdown", "id": "b", "source": text}, "written_1")]
    return work_in(cells, Given({}, frozenset({"np"})))


def found(left=CODE, right=CODE, students=("ada", "bob"), shares=(1.0, 1.0, 0.2), weight=1.0, **texts):
    works = {students[0]: work(left, texts.get("text", "")), students[1]: work(right, texts.get("other", ""))}
    weights = {kind: {} for kind in ("code", "names", "words")}
    for one in works[students[0]].features:
        weights[one.kind][one.key] = weight
    pair = Pair(students, dict(zip(weights, shares, strict=True)))
    return Found("05_sample", works, (), (pair,), weights)


def test_both_sides_stand_side_by_side_with_what_they_share_marked():
    html = page("Backprop", [found(right=f"{CODE}\nelse_ = 1", text="It is teh chain rule.", other="So, it is teh Chain rule!")])
    left, right = re.findall(r'aria-label="double, by (?:ada|bob)">(.*?)</pre>', html, re.DOTALL)
    assert left == f"<mark>{CODE}</mark>" and right == f"<mark>{CODE}</mark>\nelse_ = 1"
    assert "<mark>It is teh chain rule</mark>." in html and "So, <mark>it is teh Chain rule</mark>!" in html
    assert "ada and bob" in html and "100 % of code, 100 % of names, 20 % of words" in html


def test_it_says_what_it_is_and_what_the_numbers_mean():
    html = page("Backprop", [found()])
    assert "A lead, not a verdict." in html and "8 symbols in a row" in html and "stands out from 80 %" in html


def test_what_is_usual_is_not_marked():
    assert "<mark>" not in page("Backprop", [found(weight=0.1)])


def test_a_pair_that_does_not_stand_out_is_in_the_table_alone():
    html = page("Backprop", [found(shares=(0.5, 0.1, 0.1))])
    assert "No pair stands out." in html and html.index("Do not stand out") < html.index("ada and bob") and "<mark>" not in html


def test_those_that_could_not_be_read_are_named():
    one = found()
    assert "those of cy; dora could not be read" in page("Backprop", [Found(one.unit, one.works, ("cy", "dora"), one.pairs, one.weights)])


@pytest.mark.parametrize("students", [("ada", "bob"), (EVIL, "bob")])
def test_what_students_wrote_does_nothing(students):
    html = page(EVIL, [found(f"{CODE}\n{EVIL} = '{EVIL}'", f"{CODE}\n{EVIL} = '{EVIL}'", students, text=EVIL, other=EVIL)])
    assert "<script" not in html and html.count("&lt;script&gt;") >= 3
    assert not re.search(r"(src|href)=[\"'](?!#)|url\(|@import", html)


def test_marks_that_touch_are_one():
    assert str(marked("abcdef", [(2, 4), (0, 2), (3, 5)])) == "<mark>abcde</mark>f"
    assert str(marked("abcdef", [(0, 1), (2, 3)])) == "<mark>a</mark>b<mark>c</mark>def"
    assert str(marked("a&b", [])) == "a&amp;b"


def test_places_stand_in_the_order_of_the_notebook():
    cells = [({"cell_type": "code", "id": str(i), "source": CODE}, place) for i, place in enumerate(("square", "double", "square"))]
    one = found()
    both = Found(one.unit, dict.fromkeys(("ada", "bob"), work_in(cells, Given({}, frozenset({"np"})))), (), one.pairs, one.weights)
    html = page("Backprop", [both])
    assert re.findall(r"<h4><code>(\w+)", html) == ["square", "double"]
    assert f"<mark>{CODE}</mark>\n\n<mark>{CODE}</mark></pre>" in html
