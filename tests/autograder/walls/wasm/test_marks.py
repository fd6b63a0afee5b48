"""Marks do not depend on the wall: the sample class of a unit, graded behind each of the two."""

import shutil

import pytest

from autograder import batch, sample
from autograder.instance import Instance
from autograder.release import release
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP, WASM

pytestmark = pytest.mark.wasm
UNIT = "05_vector_form"


def test_the_sample_class_has_the_same_marks_for_the_same_reasons(tmp_path):
    instance = Instance.create(tmp_path / BUBBLEWRAP)
    batch.add_sources(instance, [UNIT])
    release(instance, UNIT)
    students = sample.hand_in(instance, UNIT)
    shutil.copytree(instance.root, tmp_path / WASM)
    graded = {
        wall: batch.grade(Instance.open(tmp_path / wall), UNIT, workers=1, wall=wall, limits=Limits(seconds=3)).reports
        for wall in (BUBBLEWRAP, WASM)
    }
    assert len(students) == len(graded[WASM]) > 10
    for here, there in zip(*graded.values(), strict=True):
        assert [(verdict.exercise, verdict.marks) for verdict in there.verdicts] == [
            (verdict.exercise, verdict.marks) for verdict in here.verdicts
        ], here.student
