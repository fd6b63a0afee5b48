"""What a Dask worker does with a hand-in; here without Dask."""

import json
import tempfile

import pytest

from autograder.cluster import parcels, worker
from autograder.cluster.alike import made_of
from autograder.desk import Judging
from autograder.instance import HandIn
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP

UNIT = "00_start_here"


@pytest.fixture
def judged(instance, hand_in):
    """What is said of one hand-in."""
    judging = Judging(instance.root, UNIT, Limits(), BUBBLEWRAP, instance.secret())
    parcel, outgoing = parcels.pack_class(judging), parcels.Outgoing(judging)
    packed, _ = outgoing.pack(HandIn("a", hand_in("a", square="def square(x):\n    return x * x")))
    yield lambda **others: json.loads(worker.judge_here("a class", parcel.content, packed, {**made_of(), **others}))
    for process in worker.kept.processes.values():
        process.close()
    worker.kept.processes.clear()


def test_where_the_judging_process_was_ended_another_one_judges(judged):
    first = judged()
    assert first["report"]["status"] == "graded"
    before = worker.kept.processes["a class"]
    assert judged() == first and worker.kept.processes["a class"] is before
    before.process.kill()
    assert judged() == first and worker.kept.processes["a class"] is not before


def test_nothing_of_a_judging_process_is_left_on_the_disk_however_it_ends(judged, monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for end in (lambda process: process.process.kill(), lambda process: process.close()):
        judged()
        (there,) = folder.iterdir()
        assert list(there.rglob("*.ipynb"))
        end(worker.kept.processes["a class"])
    judged()
    (another,) = folder.iterdir()
    assert another != there
    worker.kept.processes["a class"].close()
    assert not list(folder.iterdir())


class Stub:
    """Stands for a judging process."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_two_classes_at_once_do_not_end_each_others_process_and_no_thread_keeps_many(monkeypatch):
    monkeypatch.setattr(worker, "JudgingProcess", Stub)
    monkeypatch.setattr(worker, "MOST_KEPT", 2)
    kept = worker.Kept()
    one, another = kept.process("one"), kept.process("another")
    assert kept.process("one") is one and kept.process("a third") is not one
    assert another.closed and not one.closed and list(kept.processes) == ["one", "a third"]
    one.close()
    assert kept.process("one") is not one


def test_a_judging_process_that_is_always_ended_is_told(judged, monkeypatch):
    monkeypatch.setattr(worker, "START", "raise SystemExit")
    assert judged().keys() == {"fallen"}


def test_another_version_is_refused_before_anything_is_judged(judged):
    assert judged() and judged(sources="x") == {"refused": "it has another version of the course"}


def test_without_a_wall_it_refuses(judged, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "bubblewrap" in judged()["refused"]
