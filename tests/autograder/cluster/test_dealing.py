"""A class judged on a Dask cluster of real processes: nothing is lost, nothing is graded twice, and marks are those of this machine."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from autograder import batch, learning
from autograder.cli import main
from autograder.cluster import dealing
from autograder.desk import Judging
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP
from course.errors import UserError

pytestmark = pytest.mark.xdist_group("cluster")
REPOSITORY = Path(__file__).parents[3]
UNIT = "00_start_here"
SQUARE = "def square(x):\n    return x * x"
LIMITS = Limits(seconds=1)
SLOW = f"import time\ntime.sleep(0.2)\n{SQUARE}"


def files(instance: Instance, folder: str) -> dict[str, bytes]:
    """What lies in a folder of a class."""
    root = instance.root / folder
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_reports_marks_and_notebooks_are_those_of_the_local_pool(instance, hand_in, cluster, tmp_path):
    hand_in("right", square=SQUARE, square_backward="def square_backward(upstream, x):\n    return 2 * x * upstream")
    hand_in("wrong", square=SQUARE, square_backward="def square_backward(upstream, x):\n    return x * upstream")
    hand_in("odd", square="def square(x):\n    return x * x + 0.125 * x")
    hand_in("loop", square="def square(x):\n    while True: pass")
    hand_in("blank")
    hand_in("broken").write_text("{")
    hand_in("other name", square=SQUARE).rename(instance.submitted("other name", UNIT).with_name("Copy of 00.ipynb"))
    (instance.root / "submitted" / "nothing" / UNIT).mkdir(parents=True)
    link = instance.submitted("link", UNIT)
    link.parent.mkdir(parents=True)
    link.symlink_to(instance.submitted("right", UNIT))
    for text in ("a", "b"):
        hand_in("unclear", square=f"{SQUARE}  # {text}").rename(instance.submitted("unclear", UNIT).with_name(f"{text}.ipynb"))
    local = Instance.open(shutil.copytree(instance.root, tmp_path / "local", symlinks=True))
    (group,) = next(report for report in batch.grade(local, UNIT, limits=LIMITS).reports if report.student == "odd").unexplained
    for root in (local.root, instance.root):
        (root / learning.FILE).write_text(learning.stanza("square", group.group, "a bit is added", "Of what?"), encoding="utf-8")
    here = batch.grade(local, UNIT, limits=LIMITS, scheduler=cluster.address)
    there = batch.grade(instance, UNIT, limits=LIMITS, scheduler=cluster.address)
    assert there.reports == here.reports and len({report.student for report in there.reports}) == 10
    assert (here.renamed, there.renamed) == (1, 0)  # which the cluster has named at once
    for folder in ("reports", "autograded"):
        assert files(instance, folder) == files(local, folder)
    assert database.scores(instance, UNIT) == database.scores(local, UNIT)


def test_the_command_has_a_cluster_judge(instance, hand_in, cluster, capsys):
    hand_in("a", square=SQUARE)
    assert main(["grade", str(instance.root), UNIT, "--scheduler", cluster.address, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["student"] == "a" and one["score"] > 0


def test_after_ctrl_c_the_same_command_does_the_rest(instance, hand_in, cluster):
    for number in range(6):
        hand_in(f"s{number}", square=SLOW)
    seen = []

    def stop(report):
        seen.append(report.student)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.grade(instance, UNIT, scheduler=cluster.address, on_report=stop)
    assert sorted(row.student for row in database.scores(instance, UNIT)) == sorted(seen)
    outcome = batch.grade(instance, UNIT, scheduler=cluster.address)
    assert outcome.unchanged == 2 and [report.status for report in outcome.reports] == ["graded"] * 6


def test_what_a_killed_worker_had_goes_to_another_one(instance, hand_in, own_cluster):
    for number in range(8):
        hand_in(f"s{number}", square=SLOW)
    first, seen = own_cluster.worker(), []

    def kill(report):
        seen.append(report.student)
        if len(seen) == 2:
            first.kill()
            own_cluster.worker()

    outcome = batch.grade(instance, UNIT, scheduler=own_cluster.address, on_report=kill)
    assert sorted(seen) == [f"s{number}" for number in range(8)]
    assert {(report.status, report.score) for report in outcome.reports} == {("graded", outcome.reports[0].score)}


def test_where_the_scheduler_is_lost_what_came_is_kept_and_the_rest_is_done_later(instance, hand_in, own_cluster, monkeypatch):
    monkeypatch.setattr(dealing, "CONNECT", 1.0)
    for number in range(4):
        hand_in(f"s{number}", square=SLOW)
    own_cluster.worker()
    seen = []

    def lose(report):
        seen.append(report.student)
        own_cluster.scheduler.kill()

    with pytest.raises(UserError, match=r"scheduler at tcp://.* is lost\. What was graded until now is kept: run this again"):
        batch.grade(instance, UNIT, scheduler=own_cluster.address, on_report=lose)
    assert 1 <= len(seen) < 4 and [row.student for row in database.scores(instance, UNIT)] == sorted(seen)
    outcome = batch.grade(instance, UNIT, workers=1)
    assert outcome.unchanged == len(seen) and [report.status for report in outcome.reports] == ["graded"] * 4


def test_workers_that_cannot_judge_are_told_and_their_work_goes_elsewhere(instance, hand_in, own_cluster, tmp_path):
    for package in ("course", "autograder"):
        shutil.copytree(REPOSITORY / package, tmp_path / "old" / package, ignore=shutil.ignore_patterns("__pycache__", "*.js"))
    room = tmp_path / "old" / "course" / "units" / "u00_start_here" / "square.py"
    room.write_text(f"{room.read_text(encoding='utf-8')}\n", encoding="utf-8")
    for number in range(3):
        hand_in(f"s{number}", square=SQUARE)
    own_cluster.worker(tmp_path / "old")
    own_cluster.worker(PATH=str(tmp_path))
    own_cluster.wait_for(2)
    with pytest.raises(UserError, match=r"No worker of .* can judge\. .*\. What was graded until now is kept") as raised:
        batch.grade(instance, UNIT, scheduler=own_cluster.address)
    assert "it has another version of the course" in str(raised.value) and "bubblewrap" in str(raised.value)
    assert not database.scores(instance, UNIT)
    own_cluster.worker()
    own_cluster.wait_for(3)
    reports = batch.grade(instance, UNIT, scheduler=own_cluster.address).reports
    assert [report.status for report in reports] == ["graded"] * 3


def test_without_a_scheduler_workers_or_dask_that_is_told(instance, hand_in, own_cluster, monkeypatch):
    hand_in("a")
    monkeypatch.setattr(dealing, "CONNECT", 0.5)
    monkeypatch.setattr(dealing, "PATIENCE", 0.5)
    with pytest.raises(UserError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9 .* Start one with `dask scheduler`"):
        batch.grade(instance, UNIT, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(UserError, match=r"has no workers\. Start some: dask worker tcp://"):
        batch.grade(instance, UNIT, scheduler=own_cluster.address)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"install backpropagation-autograder\[cluster\] here and on every worker"):
        batch.grade(instance, UNIT, scheduler=own_cluster.address)
    assert main(["grade", str(instance.root), UNIT, "--scheduler", own_cluster.address, "--unsafe"]) == 2


class Always:
    """Stands for a client of Dask, on whose only worker all that judges is ended."""

    status = "running"

    def __init__(self) -> None:
        self.asked = 0

    def scheduler_info(self):
        return {"workers": {"tcp://w": {"nthreads": 1}}}

    def submit(self, function, *arguments, **options):
        self.asked += function is not bytes
        return Ended()


class Ended:
    """Stands for the future of what ended its judge."""

    status = "finished"

    def add_done_callback(self, tell):
        tell(self)

    def result(self, timeout):
        return b'{"fallen": "it was ended"}'

    def cancel(self):
        pass


def test_a_notebook_that_ends_all_that_judges_it_costs_no_mark_and_no_other_a_turn(instance, hand_in):
    hand_in("a")
    judging = Judging(instance.root, UNIT, LIMITS, BUBBLEWRAP, instance.secret())
    client = Always()
    ((report, _),) = dealing.Dealing(client, "tcp://s", judging, instance.submissions(UNIT)).judged()
    assert report.status == "could not grade" and report.undecided and client.asked == dealing.MOST_FALLS
    assert "was ended from outside, 3 times" in report.note
