"""Formulas as MathML: drawn where they can be read, and nothing but formulas whatever was typed."""

import re

import pytest

from autograder import build
from autograder.pages.feedback_page import shown
from autograder.pages.formulas import ATTRIBUTES, ELEMENTS, LONGEST, MOST, mathml, with_formulas
from autograder.pages.rendering import harmless
from course.units import UNITS


def drawn(markdown):
    return str(with_formulas(shown(harmless(markdown))))


def test_a_formula_is_drawn_and_the_text_around_it_stays():
    assert "is <math" in drawn("It is $a < b$ &amp; *so*.") and "<mo>&lt;</mo>" in drawn("$a < b$")
    assert drawn("It is $a < b$, *so*.").endswith("</math>, <em>so</em>.</p>\n</div>")
    assert '<math display="block">' in drawn("$$\\frac12$$") and "<mfrac><mn>1</mn><mn>2</mn></mfrac>" in drawn("$$\\frac12$$")


TOO_LONG = f"${'a' * (LONGEST + 1)}$"


@pytest.mark.parametrize("markdown", ["`$a$`", "```\n$a$\n```", "5 $ and 6 $ more", "cost: 5$", "$$", "no dollars", TOO_LONG])
def test_what_is_no_formula_stays_as_it_is(markdown):
    assert drawn(markdown) == shown(harmless(markdown))


UNREADABLE = ["\\frac{", "}{", "\\left(", "x_1_2", "{" * 400, "\\begin{pmatrix}", "\\phantom{x}", "{" * 60 + "x" + "}" * 60]


@pytest.mark.parametrize("latex", UNREADABLE)
def test_what_cannot_be_read_stays_as_it_was_typed(latex):
    assert mathml(latex, "inline") == () and "<math" not in drawn(f"${latex}$") and latex in drawn(f"${latex}$")


HOSTILE = [
    "\\text{<script>alert(1)</script>}", "\\href{javascript:alert(1)}{x}", "\\style{background:url(http://elsewhere)}{x}",
    "\\class{main}{x}",
    "\\text{&lt;img src=x onerror=alert(1)&gt;}", "\\color{red;x:y}x", "\\hspace{99999em}", "x\\label{question}", "\\unknown<script>",
    "</math><script>alert(1)</script>", "\\begin{array}{c\"onclick=\"alert(1)}x\\end{array}", "\\text{</mtext><script>}",
]  # fmt: skip


@pytest.mark.parametrize("latex", HOSTILE)
def test_nothing_but_a_formula_comes_out(latex):
    page = drawn(f"[x]($y$ \"> ${latex}$\") ${latex}$ <math><mtext><script>")
    for tag, attributes in re.findall(r"<([a-z]\w*)((?: [^<>]*)?)>", page):
        assert tag in ELEMENTS | {"div", "p", "a"}, tag
        for name, value in re.findall(r'(\S+?)="([^"]*)"', attributes):
            assert (name in ATTRIBUTES and re.fullmatch(ATTRIBUTES[name], value)) or (tag == "a" and name in ("href", "title"))
    assert "<script" not in page and "javascript" not in re.sub(r"&lt;.*?&gt;|<mtext>.*?</mtext>|\$.*?\$", "", page)


def test_of_a_flood_of_formulas_so_many_are_drawn():
    page = drawn(" $a$" * (MOST + 100))
    assert page.count("<math") == MOST and page.count("$a$") == 100


@pytest.mark.parametrize("unit", UNITS)
def test_every_formula_of_the_rubrics_is_drawn(unit):
    for cell in build.instructor_notebook(build.source_of(unit)).cells:
        if cell.cell_type == "markdown" and "nbgrader" in cell.metadata:
            page = re.sub(r"<code>.*?</code>", "", with_formulas(shown(cell.source)))
            assert "$" not in page and "\\" not in page
