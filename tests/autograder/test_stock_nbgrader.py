"""Stock nbgrader on a class that does not name our judge, as early versions made them: weaker and slower, and it works."""

import json
import os
import subprocess
import sys
import sysconfig

import pytest

from autograder import batch, release, sample
from autograder.gradebook import database
from autograder.instance import CONFIG, JUDGE_LINE, Instance

UNIT = "05_vector_form"
pytestmark = pytest.mark.xdist_group("stock_nbgrader")  # one class for all of these tests


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Instance:
    instance = Instance.create(tmp_path_factory.mktemp("stock") / "class")
    config = instance.root / CONFIG
    config.write_text(config.read_text(encoding="utf-8").replace(JUDGE_LINE, ""), encoding="utf-8")
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    wrong = {**sample.model_answers(UNIT), "linear_forward": "def linear_forward(X, W, b):\n    return X @ W"}
    for student, answers in (("right", sample.model_answers(UNIT)), ("wrong", wrong)):
        path = instance.submitted(student, UNIT)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sample.filled(notebook, answers)), encoding="utf-8")
    scripts = sysconfig.get_path("scripts")
    environment = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ["PATH"]]), "JUPYTER_PREFER_ENV_PATH": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", UNIT], cwd=instance.root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return instance


def test_right_answers_get_full_marks(instance):
    scores = {row.student: row for row in database.scores(instance, UNIT)}
    assert scores["right"].exercises == 16


def test_a_wrong_answer_loses_its_exercise(instance):
    scores = {row.student: row for row in database.scores(instance, UNIT)}
    assert scores["wrong"].exercises == 15


def test_grading_afterwards_corrects_what_stock_nbgrader_wrote(instance):
    batch.grade(instance, UNIT, workers=1)
    scores = {row.student: row.exercises for row in database.scores(instance, UNIT)}
    assert scores == {"right": 16, "wrong": 15}
