"""nbgrader's own autograding gives what `autograder grade` gives: on its command line, and where formgrader calls it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder import batch, exporter, release, sample
from autograder.gradebook import database
from autograder.instance import CONFIG, Instance
from autograder.policy import POLICY
from autograder.report import Report

UNIT = "05_vector_form"
WRONG_BIAS = "def linear_forward(X, W, b):\n    return X @ W"
FORWARD = "def linear_forward(X, W, b):\n    return X @ W + b"
MEAN = "def linear_backward(upstream, X, W):\n    return upstream @ W.T, X.T @ upstream, upstream.mean(axis=0)"
PARTLY_RIGHT = "Zoë O'Neil"
pytestmark = pytest.mark.xdist_group("exporter")  # one class for all of these tests


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Instance:
    instance = Instance.create(tmp_path_factory.mktemp("exporter") / "class")
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    return instance


def hand_in(instance: Instance, student: str, answers: dict[str, str] | str) -> None:
    path = instance.submitted(student, UNIT)
    path.parent.mkdir(parents=True)
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    path.write_text(answers if isinstance(answers, str) else json.dumps(sample.filled(notebook, answers)), encoding="utf-8")


@pytest.fixture(scope="module")
def by_nbgrader(released, tmp_path_factory) -> tuple[Instance, Path]:
    """A class of varied students, autograded on nbgrader's command line; and the file that one of them would write."""
    instance = Instance.open(shutil.copytree(released.root, tmp_path_factory.mktemp("by_nbgrader") / "class"))
    trace = tmp_path_factory.mktemp("outside") / "trace"
    escape = f"import os\nopen({str(trace)!r}, 'w').close()\n{FORWARD}"
    hand_in(instance, "right", sample.model_answers(UNIT))
    hand_in(instance, PARTLY_RIGHT, sample.model_answers(UNIT) | {"linear_backward": MEAN})
    hand_in(instance, "wrong", {"linear_forward": WRONG_BIAS})
    hand_in(instance, "hostile", {"linear_forward": escape})
    trace.with_name("private").write_text("the instructor's own")
    instance.submitted("hostile", UNIT).with_name("data.csv").symlink_to(trace.with_name("private"))
    hand_in(instance, "unreadable", '{"cells": [')
    linked = instance.submitted("linked", UNIT)
    linked.parent.mkdir(parents=True)
    linked.symlink_to(instance.submitted("right", UNIT))
    done = nbgrader(instance, "autograde", UNIT)
    assert done.returncode == 0, done.stderr
    return instance, trace


def nbgrader(instance: Instance, *words: str) -> subprocess.CompletedProcess:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}
    command = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(command, cwd=instance.root, env=environment, capture_output=True, text=True)


def button(instance: Instance, student: str) -> dict:
    """What the lightning symbol in formgrader does."""
    api = NbGraderAPI(CourseDirectory(config=instance.config, root=str(instance.root)), config=instance.config)
    return api.autograde(UNIT, student)


def marks(instance: Instance) -> dict[str, float]:
    return {row.student: row.exercises for row in database.scores(instance, UNIT)}


def test_partial_credit_counts_and_what_cannot_be_read_is_told(by_nbgrader):
    instance, _ = by_nbgrader
    earned = marks(instance)
    assert (earned["right"], earned["wrong"], earned["unreadable"]) == (16, 0, None)
    assert 13 < earned[PARTLY_RIGHT] < 16
    for student, reason in (("unreadable", "breaks off"), ("linked", "links are not followed"), (PARTLY_RIGHT, "mean")):
        assert reason in instance.autograded(student, UNIT).read_text(encoding="utf-8"), student


def test_students_code_stays_behind_the_wall(by_nbgrader):
    instance, trace = by_nbgrader
    assert not trace.exists()
    assert marks(instance)["hostile"] == 0
    assert [path.name for path in instance.autograded("hostile", UNIT).parent.iterdir()] == [f"{UNIT}.ipynb"]


def test_grading_by_our_command_changes_nothing(by_nbgrader):
    instance, _ = by_nbgrader
    before = database.scores(instance, UNIT)
    notebooks = {row.student: instance.autograded(row.student, UNIT).read_text(encoding="utf-8") for row in before}
    reports = [Report.load(instance.report_path(row.student, UNIT)) for row in before]
    assert batch.grade(instance, UNIT).unchanged == len([report for report in reports if report.fingerprint and not report.held])
    assert batch.grade(instance, UNIT, force=True, workers=1).reports == sorted(reports, key=lambda report: report.student)
    assert database.scores(instance, UNIT) == before
    assert {name: instance.autograded(name, UNIT).read_text(encoding="utf-8") for name in notebooks} == notebooks


def test_formgraders_button_gives_the_same(by_nbgrader):
    instance, _ = by_nbgrader
    before = database.scores(instance, UNIT)
    notebook = instance.autograded(PARTLY_RIGHT, UNIT).read_text(encoding="utf-8")
    assert button(instance, PARTLY_RIGHT)["success"]
    assert database.scores(instance, UNIT) == before
    assert instance.autograded(PARTLY_RIGHT, UNIT).read_text(encoding="utf-8") == notebook


@pytest.fixture
def one_student(released, tmp_path) -> Instance:
    instance = Instance.open(shutil.copytree(released.root, tmp_path / "class"))
    hand_in(instance, "ada", {"linear_forward": FORWARD})
    return instance


LATE = """\
from nbgrader.plugins import BasePlugin

class MyRule(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 7200
"""


def test_the_button_goes_by_the_rules_of_the_class_too(one_student):
    instance = one_student
    batch.grade(instance, UNIT)
    (instance.root / "late.py").write_text(LATE)
    (instance.root / POLICY).write_text(f"[units.{UNIT}]\ndue = 2026-03-01T12:00:00Z\npoints = {{ linear_forward = 4 }}\n")
    instance.submitted("ada", UNIT).with_name("timestamp.txt").write_text("2026-03-01 13:00:00 UTC")
    with (instance.root / CONFIG).open("a") as config:
        config.write("c.AssignLatePenalties.plugin_class = 'late.MyRule'\n")
    assert button(Instance.open(instance.root), "ada")["success"]
    (row,) = database.scores(instance, UNIT)
    assert (row.exercises, row.late_penalty, row.total, row.max_score) == (4, 0.5, 3.5, 23)


KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def test_a_judge_that_is_killed_gives_no_mark(one_student, monkeypatch):
    batch.grade(one_student, UNIT)
    monkeypatch.setattr(exporter, "GRADE", (sys.executable, "-c", KILLED))
    outcome = button(one_student, "ada")
    assert not outcome["success"] and "the autograder ended with status -9" in outcome["log"]
    (row,) = database.scores(one_student, UNIT)
    assert row.exercises is None and row.needs_manual_grade
    assert Report.load(one_student.report_path("ada", UNIT)).status == "could not grade"
    assert batch.grade(one_student, UNIT).unchanged == 0
    assert marks(one_student) == {"ada": 1}


def summary(**changes: object) -> tuple[str, ...]:
    """A judge that says so much of a student, and does nothing."""
    exercise = {"name": "linear_forward", "outcome": "could not grade", "reason": "the judge stumbled"}
    said = json.dumps([{"status": "graded", "note": "all of it stumbled", "exercises": [exercise], **changes}])
    return sys.executable, "-c", f"print({said!r})"


def test_what_could_not_be_graded_is_told_to_whoever_pressed_the_button(one_student, monkeypatch):
    batch.grade(one_student, UNIT)
    graded = one_student.autograded("ada", UNIT)
    kept = graded.read_text(encoding="utf-8")
    monkeypatch.setattr(exporter, "GRADE", summary(status="could not grade"))
    outcome = button(one_student, "ada")
    assert not outcome["success"] and "all of it stumbled" in outcome["log"]
    graded.parent.mkdir(parents=True)
    graded.write_text(kept, encoding="utf-8")
    exporter_log = []
    judge = exporter.JudgeExporter()
    monkeypatch.setattr(exporter, "GRADE", summary())
    monkeypatch.setattr(judge.log, "error", lambda words, *values: exporter_log.append(words % values))
    judge.judge(one_student, "ada", UNIT)
    assert exporter_log == ["ada: linear_forward could not be graded: the judge stumbled"]


def test_without_a_sandbox_nothing_is_run_and_a_mark_stays(one_student, monkeypatch):
    batch.grade(one_student, UNIT)
    monkeypatch.setenv("PATH", str(one_student.root))
    outcome = button(one_student, "ada")
    assert not outcome["success"] and "bubblewrap" in outcome["log"]
    assert marks(one_student) == {"ada": 1}


def test_a_gradebook_set_elsewhere_is_refused(one_student):
    batch.grade(one_student, UNIT)
    elsewhere = one_student.root / "other.db"
    shutil.copy(one_student.gradebook, elsewhere)
    one_student.config.CourseDirectory.db_url = f"sqlite:///{elsewhere}"
    outcome = button(one_student, "ada")
    assert not outcome["success"] and "other.db" in outcome["log"] and "Set c.CourseDirectory.db_url" in outcome["log"]
