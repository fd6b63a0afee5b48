"""Every notebook executed as its users execute it: in a kernel, from the first cell to the last."""

import warnings

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import build
from course.units import UNITS


def run(notebook, **options):
    """Execute a copy of a notebook; the executed cells. Warnings are errors from the first cell to the last."""
    notebook = nbformat.from_dict(notebook)
    before = nbformat.v4.new_code_cell("import warnings\nwarnings.simplefilter('error')")
    after = nbformat.v4.new_code_cell("warnings.simplefilter('ignore')")
    notebook.cells = [before, *notebook.cells, after]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client's own
        NotebookClient(notebook, timeout=120, kernel_name="python3", **options).execute()
    return notebook.cells[1:-1]


@pytest.fixture(scope="module", params=[pytest.param(unit, marks=pytest.mark.xdist_group(f"run {unit}")) for unit in UNITS])
def instructor(request):
    return build.instructor_notebook(build.source_of(request.param))


@pytest.fixture(scope="module")
def executed(instructor):
    return run(instructor)


def test_the_solution_runs_without_an_error_a_warning_or_a_failed_check(executed):
    cells = executed
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    verdicts = [o for o in outputs if "text/plain" in o.get("data", {}) and ": passed" in o.data["text/plain"]]
    assert len(verdicts) == sum(cell.source.startswith("check(") for cell in cells)


def test_every_figure_has_alternative_text(executed):
    for cell in executed:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert "image/png" not in data and "image/svg+xml" not in data, f"a bare picture, without words: {cell.source[:80]}"
            for picture in data.get("text/html", "").split("<img")[1:]:
                alt = picture.split('alt="')[1].split('"')[0]
                assert len(alt) > 30, alt


def test_the_students_notebook_fails_only_where_an_answer_is_missing(instructor):
    cells = run(build.student_notebook(instructor), allow_errors=True)
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                assert output.ename == "CheckFailed" and "not written yet" in output.evalue, f"{cell.source[:80]}\n{output.evalue}"
