"""Every notebook executed as its users execute it: in a kernel, from the first cell to the last."""

import sys
import warnings

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import build
from autograder.lecture import folder
from course.units import UNITS
from website import answers, units


def run(notebook, **options):
    """Execute a copy of a notebook; executed. Warnings are errors from the first cell to the last."""
    notebook = nbformat.from_dict(notebook)
    before = nbformat.v4.new_code_cell("import warnings\nwarnings.simplefilter('error')")
    after = nbformat.v4.new_code_cell("warnings.simplefilter('ignore')")
    notebook.cells = [before, *notebook.cells, after]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client's own
        NotebookClient(notebook, timeout=120, kernel_name="python3", **options).execute()
    notebook.cells = notebook.cells[1:-1]
    return notebook


@pytest.fixture(scope="module", params=[pytest.param(unit, marks=pytest.mark.xdist_group(f"run {unit}")) for unit in UNITS])
def unit(request):
    return request.param


@pytest.fixture(scope="module")
def instructor(unit):
    return build.instructor_notebook(build.source_of(unit))


@pytest.fixture(scope="module")
def executed(unit):
    """With the slides of its deck, which are no code."""
    return run(build.instructor_notebook(build.source_of(unit), deck=True))


def test_the_solution_runs_without_an_error_a_warning_or_a_failed_check(executed):
    cells = executed.cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    verdicts = [o for o in outputs if "text/plain" in o.get("data", {}) and ": passed" in o.data["text/plain"]]
    assert len(verdicts) == sum(cell.source.startswith("check(") for cell in cells)


def test_every_figure_has_alternative_text(executed):
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert "image/png" not in data and "image/svg+xml" not in data, f"a bare picture, without words: {cell.source[:80]}"
            for picture in data.get("text/html", "").split("<img")[1:]:
                alt = picture.split('alt="')[1].split('"')[0]
                assert len(alt) > 30, alt


@pytest.mark.skipif(sys.platform != "linux", reason="Chromium is looked for on Linux alone")
def test_every_slide_of_its_deck_fits_the_screen_and_needs_no_network(unit, executed, tmp_path, faults_of_deck):
    decks = folder.write(tmp_path, {unit: executed})
    assert [fault for deck in decks for fault in faults_of_deck(tmp_path / deck.file)] == []


def test_its_page_in_the_book_shows_no_answer(unit, executed, tmp_path):
    page = units.page_of(unit, executed, tmp_path)
    outputs = [output for cell in page.cells for output in cell.get("outputs", [])]
    told = [*(cell.source for cell in page.cells), *(output.get("text", "") for output in outputs)]
    told += [text for output in outputs for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    texts = {unit: "\n".join(told)} | {path.name: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    assert not list(answers.shown(texts))
    assert len(told) > len(page.cells), "it has outputs"


def test_the_students_notebook_fails_only_where_an_answer_is_missing(instructor):
    cells = run(build.student_notebook(instructor), allow_errors=True).cells
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                assert output.ename == "CheckFailed" and "not written yet" in output.evalue, f"{cell.source[:80]}\n{output.evalue}"
