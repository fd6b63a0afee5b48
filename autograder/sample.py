"""A sample class: submissions made from a released notebook, right ones, wrong ones, broken ones and forged ones.

Each file beside the notebook in `solutions/UNIT/` is one student: the cells in which that student differs from the right answers.
They are texts, not modules: some do not compile, and all of them run only where students' code runs.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from autograder import build
from autograder.instance import Instance
from course.judging.edits import source_text
from course.units import UNITS

WRITTEN = "Every example uses the same parameters, so each example adds its own share of the gradient: the shares are summed."


@dataclass(frozen=True)
class Sample:
    """One student's cells: answers by name, and cells of their own that stand before them."""

    name: str
    about: str
    answers: Mapping[str, str] = field(default_factory=dict)
    helpers: tuple[str, ...] = ()


def samples(unit: str) -> list[Sample]:
    """The students of a unit who hand in a notebook that can be read, by name."""
    return [read_sample(path, unit) for path in sorted(build.samples_of(unit).glob("*_*.py"))]


def read_sample(path: Path, unit: str) -> Sample:
    """A sample from its file: blocks set apart by two blank lines, each an answer or a cell of the student's own.

    A class or function that is no answer is a helper, as anything else is.
    """
    about, *blocks = path.read_text(encoding="utf-8").strip().split("\n\n\n")
    _, _, first = about.partition('"""\n')
    answers, helpers = {}, []
    names = {exercise.name for exercise in UNITS[unit]}
    for block in filter(None, (first.strip(), *blocks)):
        definition = re.match(r"(?:def|class) (\w+)", block)
        if definition and definition[1] in names:
            answers[definition[1]] = block
        else:
            helpers.append(block)
    return Sample(path.stem, about.split('"""')[1].strip(), answers, tuple(helpers))


def model_answers(unit: str) -> dict[str, str]:
    """The course's own answers, by exercise."""
    return {exercise.name: source_text(exercise.right) for exercise in UNITS[unit]}


def hand_in(instance: Instance, unit: str) -> dict[str, str]:
    """Write every submission of the sample class; what each is about, by student."""
    released = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    model = model_answers(unit)
    about = {}
    for student, words, text in [*readable(released, model, unit), *damaged(released, model)]:
        path = instance.submitted(student, unit)
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        about[student] = words
    return about


def readable(released: NotebookNode, model: Mapping[str, str], unit: str) -> Iterator[tuple[str, str, str]]:
    """Notebooks as students leave them: name, what it is about, text."""
    yield "right", "The course's own answers.", json.dumps(filled(released, model, written=WRITTEN))
    yield "untouched", "Handed in as released.", json.dumps(released)
    for sample in samples(unit):
        yield sample.name, sample.about, json.dumps(filled(released, {**model, **sample.answers}, sample.helpers, WRITTEN))


def damaged(released: NotebookNode, model: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Notebooks whose cells or whose file came to harm."""
    right = filled(released, model)
    deleted = copy.deepcopy(right)
    gone = ("relu_backward", "check_relu_backward", "check_linear_backward")
    deleted["cells"] = [cell for cell in right["cells"] if grade_id(cell) not in gone]
    yield "trouble_deleted_cells", "One answer and two checks were deleted.", json.dumps(deleted)
    doubled = copy.deepcopy(right)
    doubled["cells"] = [copy.deepcopy(cell) for cell in right["cells"] for _ in range(2 if grade_id(cell) else 1)]
    yield "trouble_duplicated_cells", "Every graded cell stands there twice, with the same id.", json.dumps(doubled)
    yield "trouble_corrupt_file", "The file breaks off in the middle.", json.dumps(right)[: len(json.dumps(right)) // 2]


def filled(released: dict, answers: Mapping[str, str], helpers: tuple[str, ...] = (), written: str = "") -> dict:
    """The released notebook with answers in its answer cells, and cells of the student's own after the first code cell."""
    notebook = copy.deepcopy(released)
    for cell in notebook["cells"]:
        name = grade_id(cell)
        if name in answers:
            cell["source"] = answers[name]
        elif written and name.startswith("written_"):
            cell["source"] = written
    first = next(i for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code")
    notebook["cells"][first + 1 : first + 1] = [own_cell(i, source) for i, source in enumerate(helpers)]
    return notebook


def own_cell(number: int, source: str) -> dict:
    """A code cell that a student added."""
    return {"cell_type": "code", "id": f"own-{number}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def grade_id(cell: Mapping) -> str:
    """nbgrader's name of a cell, "" where it has none."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")
