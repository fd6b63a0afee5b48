"""Marks do not depend on the wall: the sample class of a unit, graded behind each of the two."""

import shutil

import pytest

from autograder import batch, sample
from autograder.instance import Instance
from autograder.release import release
from autograder.report import Report
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP, WASM

pytestmark = pytest.mark.wasm
UNIT = "05_vector_form"


FORGED = "forged_verdict"  # looks for a socket, and finds none in a guest: as worthless there, for another reason


def told(report: Report) -> list[tuple]:
    """What a report says of each criterion."""
    marks = [(verdict.exercise, mark) for verdict in report.verdicts for mark in verdict.marks]
    return [(name, mark.criterion, mark.outcome, mark.points, "" if report.student == FORGED else mark.reason) for name, mark in marks]


def test_the_sample_class_has_the_same_marks_for_the_same_reasons(tmp_path):
    instance = Instance.create(tmp_path / BUBBLEWRAP)
    batch.add_sources(instance, [UNIT])
    release(instance, UNIT)
    students = sample.hand_in(instance, UNIT)
    instance.secret()  # made when it is first asked for: the cases come from it
    shutil.copytree(instance.root, tmp_path / WASM)
    graded = {
        wall: batch.grade(Instance.open(tmp_path / wall), UNIT, workers=1, wall=wall, limits=Limits(seconds=3)).reports
        for wall in (BUBBLEWRAP, WASM)
    }
    assert len(students) == len(graded[WASM]) > 10
    for here, there in zip(*graded.values(), strict=True):
        assert told(here) == told(there), here.student
