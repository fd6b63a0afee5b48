"""Formulas as MathML: what is typeset, what stays as it was typed, and that nothing in them does anything."""

import json
import re
from pathlib import Path

import pytest

from autograder.pages import formulas
from autograder.pages.feedback_page import shown
from autograder.pages.formulas import LONGEST, MOST, mathml, typeset
from autograder.pages.rendering import harmless

NOTEBOOKS = sorted((Path(__file__).parents[3] / "notebooks").glob("*.ipynb"))
X = "<math><mi>x</mi></math>"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("$x$", X),
        ("NN$x$, and $x$.", f"NN{X}, and {X}."),
        ("$$x$$", '<math display="block"><mi>x</mi></math>'),
        ("$a &lt; b$", "<math><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>"),
        (r"$\frac1N$", "<math><mfrac><mn>1</mn><mi>N</mi></mfrac></math>"),
        (r"$\mathbb R$", "<math><mi>ℝ</mi></math>"),
        (r"$\boxed x$", '<math><mrow class="box"><mi>x</mi></mrow></math>'),
        (r"$\mathtt{dW}$", '<math><mi class="typed">d</mi><mi class="typed">W</mi></math>'),
        (r"$\arg$", "<math><mo>arg</mo></math>"),
    ],
)
def test_what_is_typeset(typed, shown):
    assert re.sub(r"</?mrow>", "", typeset(typed)) == re.sub(r"</?mrow>", "", shown)


@pytest.mark.parametrize(
    "typed",
    ["$5 and $6", "$ x $", r"\$x$ is", "$x_1_2$", r"$\unknown x$", r"$\frac$", "$" + "{" * 400 + "$", "$" + "x" * (LONGEST + 1) + "$",
     "$x$5", "<code>$x$</code>", "<pre>a\n$x$</pre>", '<img alt="a > b $x$ c">', "<p>$x</p><p>y$</p>", "$$"],
)  # fmt: skip
def test_what_stays_as_it_was_typed(typed):
    assert typeset(typed) == typed


def test_a_text_of_nothing_but_formulas_is_typeset_in_part():
    assert typeset("$x$ " * (MOST + 9)).count("<math>") == MOST


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(//evil.example)}{x}",
        r"\class{next}{x}",
        r'\color{red" onclick="alert(1)}{x}',
        r"\hspace{99999999em}x",
        r"\text{&lt;img src=x onerror=alert(1)&gt;}",
        r"\text{&amp;lt;b&amp;gt;}",
    ],
)
def test_what_a_student_types_does_nothing(latex):
    allowed = {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle"}
    for written in (mathml(latex, "inline"), typeset(f"<p>${latex.replace('<', '&lt;')}$</p>"), str(shown(harmless(f"${latex}$")))):
        tags = re.findall(r"</?([a-z]+)((?:\s[^<>]*)?)>", written)
        assert tags and {name for name, _ in tags} <= allowed | {"p", "div", "em", "strong"}
        assert not re.search(r"href|style=|class|onclick|onerror=[^a]|99999", "".join(attributes for _, attributes in tags))


def test_it_is_not_the_library_that_is_trusted(monkeypatch):
    element = formulas.Element("math")
    formulas.Element.append(element, formulas.Element("script"))
    monkeypatch.setattr(formulas, "convert_to_element", lambda latex, display: element)
    assert mathml("never typed before", "inline") == ""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_formulas_of_the_course_are_typeset(path):
    """All but those that a renderer of Markdown tears apart, or that have a space inside the dollar."""
    left = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            html = re.sub(r"<(pre|code|math)\b.*?</\1>", "", shown("".join(cell["source"])), flags=re.DOTALL)
            left += re.findall(r"\$.*", html)
    assert len(left) <= 2, left
