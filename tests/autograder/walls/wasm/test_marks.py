"""Marks do not depend on the wall: the sample class of a unit, and right and wrong answers of all units, graded behind each of the two."""

import contextlib
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import batch, sample
from autograder.instance import Instance
from autograder.intake.structure import Structure
from autograder.judge import judge
from autograder.questions import Questions
from autograder.release import release
from autograder.report import Report
from autograder.walls.sandbox import Limits, Sandbox
from autograder.walls.zygote import BUBBLEWRAP, WASM
from course.judging.edits import Edit, applied, source_text
from course.judging.exercise import Exercise
from course.judging.verdict import Mark
from course.units import UNITS

pytestmark = pytest.mark.wasm
UNIT = "05_vector_form"
WALLS = (BUBBLEWRAP, WASM)
NOTEBOOKS = Path(__file__).parents[4] / "notebooks"
WRONG = 3  # notebooks of a unit with a mistake in every answer, drawn from those that its exercises know

FORGED = "forged_verdict"  # looks for a socket, and finds none in a guest: as worthless there, for another reason


def told(report: Report) -> list[tuple]:
    """What a report says of each criterion."""
    marks = [(verdict.exercise, mark) for verdict in report.verdicts for mark in verdict.marks]
    return [(name, mark.criterion, mark.outcome, mark.points, "" if report.student == FORGED else mark.reason) for name, mark in marks]


def marks(report: Report) -> list[Mark]:
    """What a report says of each criterion, but for its words on what happened: of an answer that draws numbers by itself these differ each
    time, and the guest's Python, a newer one, names the function in which an error arose where this one names a comprehension.
    """
    return [replace(mark, reason="") for verdict in report.verdicts for mark in verdict.marks]


def test_the_sample_class_has_the_same_marks_for_the_same_reasons(tmp_path):
    instance = Instance.create(tmp_path / BUBBLEWRAP)
    batch.add_sources(instance, [UNIT])
    release(instance, UNIT)
    students = sample.hand_in(instance, UNIT)
    instance.secret()  # made when it is first asked for: the cases come from it
    shutil.copytree(instance.root, tmp_path / WASM)
    graded = {
        wall: batch.grade(Instance.open(tmp_path / wall), UNIT, workers=1, wall=wall, limits=Limits(seconds=3)).reports
        for wall in WALLS
    }
    assert len(students) == len(graded[WASM]) > 10
    for here, there in zip(*graded.values(), strict=True):
        assert told(here) == told(there), here.student


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[list[Sandbox]]:
    """One behind each wall."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Sandbox(Limits(seconds=3), wall=wall)) for wall in WALLS]


def mistaken(exercise: Exercise) -> list[str]:
    """The answers with a mistake that an exercise knows. Others may be wrong in another way where NumPy's usual integers have 32 bits."""
    edits = [list(map(Edit.parse, mistake.edits)) for mistake in exercise.mistakes if mistake.edits]
    return [applied(source_text(exercise.right), edit) for edit in edits]


def handed_in(unit: str) -> Iterator[tuple[str, dict]]:
    """Notebooks of a unit, each with a name: the right answers in every style, and answers with a mistake each."""
    released = json.loads((NOTEBOOKS / f"{unit}.ipynb").read_text(encoding="utf-8"))
    model = sample.model_answers(unit)
    for one in sample.samples(unit):
        if one.name.startswith("right"):
            yield one.name, sample.filled(released, {**model, **one.answers}, one.helpers)
    draw = random.Random(unit)
    wrong = {exercise.name: mistaken(exercise) for exercise in UNITS[unit]}
    for number in range(WRONG):
        yield f"wrong {number}", sample.filled(released, {name: draw.choice(texts) for name, texts in wrong.items() if texts})


@pytest.mark.parametrize("unit", UNITS.names)
def test_right_and_wrong_answers_of_every_unit_have_the_same_marks(sandboxes, tmp_path, unit):
    path, structure = tmp_path / f"{unit}.ipynb", Structure.load(NOTEBOOKS / f"{unit}.ipynb")
    for name, notebook in handed_in(unit):
        path.write_text(json.dumps(notebook), encoding="utf-8")
        here, there = (judge(name, unit, path, structure, sandbox, Questions(b"secret"))[0] for sandbox in sandboxes)
        assert marks(here) == marks(there), name
        assert here.score == here.max_score if name.startswith("right") else here.score < here.max_score, name
