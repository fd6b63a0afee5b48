"""What gives an answer away is found on a page, however it is set there."""

import html

import pytest

from autograder import build
from course.units import UNITS
from website import answers


@pytest.mark.parametrize(
    "shown",
    [
        "    s = 1 / (1 + np.exp(-z))\n    return s",
        '<span class="n">s</span> <span class="o">=</span> <span class="mi">1</span> / (<span>1</span>\n+ np.exp(-z))',
        "s\n=\n1 /\n(1 + np.exp(-z))",
    ],
)
def test_a_line_of_a_right_answer_is_found(shown):
    (found, *_) = answers.shown({"a.html": f"<pre>{shown}</pre>"})
    assert found.startswith("a.html shows what solves 03_node_by_node: s=1/(1+np.exp(-z))")


def test_signs_that_html_escapes_are_found():
    line = next(line for line in answers.secrets() if "<" in line)
    assert list(answers.shown({"a.html": f"<pre>{html.escape(line)}</pre>"}))


@pytest.mark.parametrize("unit", UNITS.names)
def test_a_phrase_of_each_model_answer_is_known(unit):
    cells = build.instructor_notebook(build.source_of(unit)).cells
    written = [cell for cell in cells if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution")]
    for cell in written:
        assert set(answers.lines_of([cell])) & set(answers.secrets()), cell.source


def test_a_students_notebook_gives_nothing_away():
    student = build.student_notebook(build.instructor_notebook(build.source_of("05_vector_form")))
    assert not list(answers.shown({"a.html": html.escape("\n".join(cell.source for cell in student.cells))}))
    assert not list(answers.shown({"a.html": "<p>Nothing at all.</p>"}))
