"""Classes of older versions, brought up to this one."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import batch, origin, release, sample, update
from autograder.cli import main
from autograder.commands.options import DONE, NOT_ALL, USAGE
from autograder.gradebook import database
from autograder.instance import CONFIG, FEEDBACK_LINE, JUDGE_LINE, MODEL_ANSWERS_LINE, Instance
from autograder.origin import Origin, digest
from autograder.walls.sandbox import Limits
from course.errors import UserError
from course.units import UNITS

pytestmark = pytest.mark.xdist_group("update")  # what they share is made once

UNIT, OTHER, THIRD = "05_vector_form", "06_training", "11_capstone"
COURSE = SimpleNamespace(names=[UNIT, OTHER, "07_l2", THIRD])  # a smaller one is quicker
LIMITS = Limits(seconds=5)
EARLY_CONFIG = """\
# This file makes the directory a class for nbgrader and for the autograder.
c = get_config()  # nbgrader defines it
c.CourseDirectory.course_id = 'Course-of-2025'
c.LateSubmissionPlugin.penalty_method = 'zero'  # the instructor's own choice"""


def cells_of(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def change(path: Path, earlier) -> None:
    """Let a function change the list of cells of a notebook on disk."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**notebook, "cells": earlier(notebook["cells"])}), encoding="utf-8")


def as_it_was(cells: list[dict]) -> list[dict]:
    """A unit's cells as an earlier version had them: other words, a figure more, an exercise less, a stub with another docstring."""
    kept = [cell for cell in cells if not sample.grade_id(cell).endswith("unbroadcast")]
    reworded = [{**cell, "source": "# The title of last year"} if cell is kept[0] else cell for cell in kept]
    figure = {
        "cell_type": "code",
        "id": "figure",
        "metadata": {"tags": ["demo"]},
        "source": "1 / 0",
        "outputs": [],
        "execution_count": None,
    }
    return [reworded[0], figure, *reworded[1:]]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A class of three units, of which one was released, handed in and graded, as an earlier version of the course made it all."""
    instance = Instance.create(tmp_path_factory.mktemp("early") / "class")
    batch.add_sources(instance, [UNIT, OTHER, THIRD])
    for unit in (UNIT, OTHER):
        change(instance.source(unit), as_it_was)
    release.release(instance, UNIT)
    hand_in(instance, "ada", sample.model_answers(UNIT))
    hand_in(instance, "bob", {})
    batch.grade(instance, UNIT, limits=LIMITS)
    sources = {unit: digest(instance.source_notebook(unit)) for unit in (UNIT, OTHER, THIRD)}
    (instance.root / origin.FILE).write_text(json.dumps({"version": "0.0.9", "sources": sources}))
    return instance.root


@pytest.fixture(autouse=True)
def smaller_course(monkeypatch):
    monkeypatch.setattr(update, "UNITS", COURSE)


@pytest.fixture
def instance(made, tmp_path) -> Instance:
    return Instance.open(shutil.copytree(made, tmp_path / "class"))


@pytest.fixture
def early(instance) -> Instance:
    """The same class as the first version of all left it: without a record, copies of releases, reports, or the line for nbgrader."""
    (instance.root / origin.FILE).unlink()
    for folder in ("earlier", "reports"):
        shutil.rmtree(instance.root / folder)
    (instance.root / CONFIG).write_text(EARLY_CONFIG, encoding="utf-8")
    return Instance.open(instance.root)


def hand_in(instance: Instance, student: str, answers: dict[str, str]) -> None:
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    path = instance.submitted(student, UNIT)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sample.filled(notebook, answers)), encoding="utf-8")


def states(instance: Instance, *take: str) -> dict[str, str]:
    return {step.unit: step.state for step in update.plan(instance, take)}


def snapshot(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != ".autograder.lock"}


def marks(instance: Instance) -> dict[str, float | None]:
    return {score.student: score.exercises for score in database.scores(instance, UNIT)}


def test_untouched_notebooks_are_mended_and_units_come(instance):
    assert states(instance) == {UNIT: "mended", OTHER: "mended", THIRD: "same", "07_l2": "new"}
    before, handed_in = marks(instance), snapshot(instance.root / "submitted")
    assert main(["update", str(instance.root)]) == DONE
    assert instance.units() == COURSE.names
    assert "The title of last year" not in instance.source(UNIT).read_text(encoding="utf-8")
    assert marks(instance) == before and snapshot(instance.root / "submitted") == handed_in
    assert set(states(instance).values()) == {"same"} and not (instance.root / "updates").exists()


def test_marks_outlive_the_update_and_the_next_release(instance):
    before = marks(instance)
    assert before["ada"] > 10 and before["bob"] == 0
    main(["update", str(instance.root)])
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 2
    release.release(instance, UNIT)
    reports = {report.student: report for report in batch.grade(instance, UNIT, limits=LIMITS).reports}
    assert marks(instance) == before and not any(report.cell_errors for report in reports.values())
    (later,) = [verdict for verdict in reports["ada"].verdicts if verdict.outcome != "passed"]
    assert later.exercise == "unbroadcast" and later.reason.startswith("it came with a later release")
    hand_in(instance, "ada", sample.model_answers(UNIT))
    batch.grade(instance, UNIT, limits=LIMITS)
    assert marks(instance)["ada"] == sum(exercise.points for exercise in UNITS[UNIT])


def test_a_dry_run_says_it_all_and_writes_nothing(instance, capsys):
    before = snapshot(instance.root)
    assert main(["update", str(instance.root), "--dry-run"]) == DONE
    told = capsys.readouterr().err
    assert f"{UNIT} is mended." in told and "07_l2 is new." in told and THIRD not in told
    assert f"Nothing was changed. To do it: autograder update {instance.root}" in told and "was made with" not in told
    assert snapshot(instance.root) == before


def test_what_the_instructor_changed_stays_and_the_new_one_lies_beside_it(instance, capsys):
    change(instance.source(UNIT), lambda cells: [*cells, {**cells[0], "id": "mine", "source": "My own question."}])
    mine = instance.source(UNIT).read_text(encoding="utf-8")
    assert main(["update", str(instance.root)]) == NOT_ALL
    assert instance.source(UNIT).read_text(encoding="utf-8") == mine
    assert "unbroadcast" in (instance.root / "updates" / f"{UNIT}.ipynb").read_text(encoding="utf-8")
    assert "and yours has changes. It stays" in capsys.readouterr().err
    assert states(instance)[UNIT] == "edited"
    assert main(["update", str(instance.root)]) == DONE
    assert "The class is as version" in capsys.readouterr().err
    assert main(["update", str(instance.root), "--take", "05"]) == DONE
    assert f"Your own is kept as {instance.root / 'updates' / f'{UNIT}-own-1.ipynb'}" in capsys.readouterr().err
    assert (instance.root / "updates" / f"{UNIT}-own-1.ipynb").read_text(encoding="utf-8") == mine
    assert "My own question." not in instance.source(UNIT).read_text(encoding="utf-8") and states(instance)[UNIT] == "same"


def test_running_a_notebook_is_no_change_of_it(instance):
    change(
        instance.source(UNIT),
        lambda cells: [{**cell, "metadata": {**cell["metadata"], "collapsed": True}, "source": cell["source"]} for cell in cells],
    )
    assert states(instance)[UNIT] == "mended"


def test_a_notebook_that_cannot_be_read_is_the_instructors(instance):
    instance.source(UNIT).write_text("{")
    assert states(instance)[UNIT] == "kept"


def test_a_unit_that_the_instructor_took_out_stays_out(instance, capsys):
    shutil.rmtree(instance.source(THIRD).parent)
    assert main(["update", str(instance.root)]) == DONE
    assert f"{THIRD} was taken out of the class, and stays out." in capsys.readouterr().err
    assert THIRD not in instance.units()
    main(["update", str(instance.root), "--take", "11"])
    assert THIRD in instance.units()


def test_an_early_class_opens_is_graded_and_updated(early, capsys):
    before = marks(early)
    assert main(["grade", str(early.root), UNIT, "--workers", "1"]) == DONE
    told = capsys.readouterr().err
    assert "This class was made with an early version of the course" in told and f"autograder update {early.root} --dry-run" in told
    assert "unbroadcast of this version of the course are not in what was released" in told and marks(early) == before
    assert main(["update", str(early.root)]) == NOT_ALL
    assert "and yours has changes, or may have: an early version" in capsys.readouterr().err
    assert main(["update", str(early.root), "--take", "all"]) == DONE
    config = (early.root / CONFIG).read_text(encoding="utf-8")
    assert config.startswith(EARLY_CONFIG + "\n")
    assert [config.count(line) for line in (JUDGE_LINE, FEEDBACK_LINE, MODEL_ANSWERS_LINE)] == [1, 1, 1]
    again = Instance.open(early.root)
    assert again.buttons_judge and again.buttons_write_our_page and again.shows_model_answers and not update.missing(again)
    main(["release", str(early.root), UNIT])
    capsys.readouterr()
    assert main(["grade", str(early.root), UNIT, "--workers", "1"]) == DONE
    told = capsys.readouterr().err
    assert "was made with" not in told and "count for nobody" not in told and marks(early) == before


def test_what_the_instructor_has_set_otherwise_stays_and_other_lines_come(early, capsys):
    own = "\nc.Autograde.exporter_class = 'mine.Exporter'\nc.HTMLExporter.preprocessors = ['mine.Step']"
    (early.root / CONFIG).write_text(EARLY_CONFIG + own, encoding="utf-8")
    main(["update", str(early.root)])
    told = capsys.readouterr().err
    assert "sets c.Autograde.exporter_class to mine.Exporter, and stays" in told
    assert "sets c.HTMLExporter.preprocessors to ['mine.Step'], and stays" in told and f"gets the line {FEEDBACK_LINE}" in told
    text = (early.root / CONFIG).read_text(encoding="utf-8")
    assert text.startswith(EARLY_CONFIG + own + "\n") and text.count(FEEDBACK_LINE) == 1
    assert JUDGE_LINE not in text and MODEL_ANSWERS_LINE not in text
    main(["update", str(early.root)])
    assert (early.root / CONFIG).read_text(encoding="utf-8") == text


def test_a_config_in_which_the_line_has_no_effect_stays(early, capsys):
    text = EARLY_CONFIG + "\nc = None\n"
    (early.root / CONFIG).write_text(text, encoding="utf-8")
    assert main(["update", str(early.root)]) == USAGE
    assert f"Add to it by hand: {JUDGE_LINE}" in capsys.readouterr().err
    assert (early.root / CONFIG).read_text(encoding="utf-8") == text


def test_a_class_of_a_newer_version_is_not_turned_back(instance, capsys):
    Origin("99.0").save(instance.root)
    before = snapshot(instance.root)
    assert main(["update", str(instance.root)]) == USAGE
    assert "was made with version 99.0 of the course" in capsys.readouterr().err and snapshot(instance.root) == before
    main(["scores", str(instance.root)])
    assert "Install the newer one." in capsys.readouterr().err


def test_a_unit_to_take_that_there_is_not(instance, capsys):
    assert main(["update", str(instance.root), "--take", "99"]) == USAGE
    assert "The course has no unit '99'. It has 00_start_here" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", "[]", '{"version": "0.0.9"}', '{"version": "0.0.9", "sources": 3}'])
def test_a_damaged_record_knows_nothing_so_nothing_is_overwritten(instance, text):
    (instance.root / origin.FILE).write_text(text)
    assert Origin.load(instance.root) == Origin()
    assert states(instance)[UNIT] == "kept"


def test_there_is_no_notice_where_there_is_no_class(tmp_path, instance):
    assert update.notice(tmp_path) == ""
    update.apply(instance, [])
    assert update.notice(instance.root) == ""
    with pytest.raises(UserError, match="no class"):
        Instance.open(tmp_path)
