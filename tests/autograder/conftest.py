"""A small class: one unit of two exercises and a written question, released, and ways to hand it in and to record verdicts on it."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.gradebook.database import record
from autograder.instance import Instance
from autograder.intake.submission import read
from autograder.pages.rendering import write
from autograder.release import release
from autograder.report import Report
from course.judging.verdict import Mark, Verdict

UNIT = "05_sample"

DOUBLE = "def double(x):\n    ### BEGIN SOLUTION\n    return x + x  # the instructor's own\n    ### END SOLUTION"
SQUARE = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x  # the instructor's own\n    ### END SOLUTION"


def graded(cell: NotebookNode, name: str, points: float | None = None, *, solution: bool = False, locked: bool = False) -> NotebookNode:
    marks = {"grade": points is not None, "solution": solution, "locked": locked, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = marks | {"grade_id": name, "cell_type": cell.cell_type} | ({} if points is None else {"points": points})
    return cell


def sample_notebook() -> NotebookNode:
    """An instructor's notebook: what the build makes, in small. Its checks are plain assertions, so that stock nbgrader can run them."""
    cells = [
        new_markdown_cell("# A sample, where $a < b$", id="title"),
        new_code_cell("import math", id="imports"),
        graded(new_code_cell(DOUBLE, id="double"), "double", solution=True),
        graded(new_code_cell("assert double(2) == 4", id="check-double"), "check_double", 3, locked=True),
        new_code_cell("print('shown, not run')", id="demo", metadata={"tags": ["demo"]}),
        graded(new_markdown_cell("**Read** this.", id="locked"), "read_this", locked=True),
        graded(new_code_cell(SQUARE, id="square"), "square", solution=True),
        graded(new_code_cell("assert square(3) == 9", id="check-square"), "check_square", 2, locked=True),
        graded(new_markdown_cell("Because of the instructor's own reasons.", id="written-1"), "written_1", 4, solution=True),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


@pytest.fixture
def instructor_notebook() -> NotebookNode:
    return sample_notebook()


@pytest.fixture(scope="session")
def released_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with the unit released: made once, to be copied."""
    instance = Instance.create(tmp_path_factory.mktemp("made") / "course")
    instance.source(UNIT).parent.mkdir()
    nbformat.write(sample_notebook(), instance.source(UNIT))
    release(instance, UNIT)
    return instance.root


@pytest.fixture
def instance(released_class: Path, tmp_path: Path):
    """A class of its own for each test."""
    return Instance.open(shutil.copytree(released_class, tmp_path / "course"))


@pytest.fixture
def hand_in(instance) -> Callable[..., Path]:
    """Hand in the released notebook with other text in the cells named (by grade id or cell id), or a text of your own."""

    def write(student: str, answers: Mapping[str, str] | str = "", unit: str = UNIT) -> Path:
        path = instance.submitted(student, unit)
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = json.loads(instance.released(unit).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", cell["id"])
            cell["source"] = answers.get(name, cell["source"]) if isinstance(answers, Mapping) else cell["source"]
        path.write_text(answers if isinstance(answers, str) and answers else json.dumps(notebook), encoding="utf-8")
        return path

    return write


@pytest.fixture
def record_verdicts(instance, hand_in) -> Callable[..., tuple[Verdict, Verdict]]:
    """Hand in for some students, and write what a judge would have said: graded notebook, gradebook and report."""

    def recorded(*students: str, reason: str = "is 2 times too large", written: str = "") -> tuple[Verdict, Verdict]:
        double = Verdict("double", "twice `x`", (Mark("value", 2.0, "passed"), Mark("sign", 1.0, "failed", reason)))
        square = Verdict("square", "`x` times `x`", (Mark("value", 2.0, "passed"),))
        structure = instance.structure(UNIT)
        for student in students:
            answers = {"double": "def double(x):\n    return 2 * x", "square": "def square(x):\n    return x * x"}
            submission = read(hand_in(student, answers | {"written_1": written or "Because."}), structure)
            report = Report(student, UNIT, "graded", (double, square), note=f"A note <b> for {student}.")
            write(instance, report, structure, submission)
            record(instance, UNIT, [report], {student: submission.unanswered})
            report.save(instance.report_path(student, UNIT))
        return double, square

    return recorded
