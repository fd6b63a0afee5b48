"""Every unit before the judge and before stock nbgrader: model answers get full marks, an untouched notebook gets nothing."""

import json
from pathlib import Path

import pytest
from nbgrader.converters import Autograde

from autograder import batch, build, release, sample
from autograder.gradebook import database
from autograder.gradebook.nbgrader_calls import course_directory, quiet_nbgrader
from autograder.instance import Instance
from autograder.judge import judge
from autograder.questions import Questions
from autograder.walls.sandbox import Limits, Sandbox
from course.units import UNITS

pytestmark = pytest.mark.usefixtures("unit")


@pytest.fixture(scope="module", params=[pytest.param(unit, marks=pytest.mark.xdist_group(unit)) for unit in UNITS])
def unit(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def instance(unit, tmp_path_factory) -> Instance:
    """A class with the unit released, and handed in by everyone who is right, and by one who did nothing."""
    instance = Instance.create(tmp_path_factory.mktemp("units") / "class")
    batch.add_sources(instance, [unit])
    release.release(instance, unit)
    released = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    model = sample.model_answers(unit)
    write(instance.submitted("untouched", unit), released)
    write(instance.submitted("model", unit), sample.filled(released, model))
    for student in sample.samples(unit):
        if student.name.startswith("right"):
            write(instance.submitted(student.name, unit), sample.filled(released, {**model, **student.answers}, student.helpers))
    return instance


def write(path: Path, notebook: dict) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_right_answers_get_full_marks_from_the_judge_and_an_untouched_notebook_nothing(unit, instance):
    structure = instance.structure(unit)
    with Sandbox(Limits(seconds=60)) as sandbox:
        for student in sorted(path.name for path in (instance.root / "submitted").iterdir()):
            report, _ = judge(student, unit, instance.submitted(student, unit), structure, sandbox, Questions(b"secret"))
            outcomes = {verdict.outcome for verdict in report.verdicts}
            assert not report.cell_errors, student
            assert outcomes == ({"not written"} if student == "untouched" else {"passed"}), f"{student}: {report.verdicts}"


@pytest.mark.filterwarnings("ignore")  # nbgrader's own
def test_the_model_answers_get_full_marks_from_stock_nbgrader(unit, instance):
    with quiet_nbgrader(f"autograde {unit}") as log:
        directory = course_directory(instance, unit, log)
        directory.student_id = "model"
        Autograde(coursedir=directory, config=instance.config, log=log).start()
    [row] = database.scores(instance, unit)
    assert row.exercises == sum(exercise.points for exercise in UNITS[unit])


def test_what_is_released_is_what_is_built(unit, instance):
    ours = build.student_notebook(build.instructor_notebook(build.source_of(unit)))
    assert instance.released(unit).read_text(encoding="utf-8") == build.as_text(ours)
