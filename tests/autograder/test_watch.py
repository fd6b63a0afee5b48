"""What arrives is graded once, whatever fails meanwhile; a service that is ended goes on where it was, and holds no more than at first."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from autograder import batch, release, sample
from autograder.bench import Bench
from autograder.cli import main
from autograder.commands.options import USAGE
from autograder.desk import Judged
from autograder.gradebook import database
from autograder.instance import CONFIG, Instance
from autograder.policy import POLICY
from autograder.report import Report
from autograder.turns import alone
from autograder.walls.sandbox import Limits, SandboxUnavailable
from autograder.watch import LONGEST_PAUSE, Patience, Watch

UNIT, OTHER = "05_vector_form", "06_training"
FORWARD = "def linear_forward(X, W, b):\n    return X @ W + b"


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Instance:
    instance = Instance.create(tmp_path_factory.mktemp("class"))
    batch.add_sources(instance, [UNIT, OTHER])
    for unit in (UNIT, OTHER):
        release.release(instance, unit)
    return instance


@pytest.fixture
def instance(released, tmp_path) -> Instance:
    return Instance.open(shutil.copytree(released.root, tmp_path / "class"))


def hand_in(instance: Instance, student: str, unit: str = UNIT, **answers: str) -> Path:
    notebook = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    path = instance.submitted(student, unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sample.filled(notebook, answers)), encoding="utf-8")
    return path


class Watched:
    """A class that is watched by rounds that a test asks for, with nothing to wait for; and what was told."""

    def __init__(self, instance: Instance, **options) -> None:
        self.instance, self.said, self.graded = instance, [], []
        options = {"every": 0.0, "workers": 1, "limits": Limits(seconds=5)} | options
        self.watch = Watch(instance.root, say=self.said.append, on_graded=self.note, **options)

    def note(self, instance: Instance, unit: str, reports: list[Report]) -> None:
        self.graded += [(unit, report.student, report.score) for report in reports]

    def rounds(self, count: int = 2) -> list[tuple[str, str, float]]:
        """What is graded in so many rounds; the first of two only sees what is there."""
        before = len(self.graded)
        for _ in range(count):
            self.watch._next_look = 0.0
            self.watch.round()
        return sorted(self.graded[before:])


@pytest.fixture
def watched(instance) -> Iterator[Watched]:
    watched = Watched(instance)
    yield watched
    watched.watch.bench.close()


def later(watched: Watched) -> None:
    """Make all pauses over."""
    watched.watch.patience._failed = {what: (count, 0.0) for what, (count, _) in watched.watch.patience._failed.items()}


def test_what_arrives_is_graded_once_and_again_when_it_changes(instance, watched):
    assert watched.rounds() == []
    hand_in(instance, "ada", linear_forward=FORWARD)
    hand_in(instance, "ada", OTHER)
    hand_in(instance, "bob")
    assert watched.rounds() == [(UNIT, "ada", 1), (UNIT, "bob", 0), (OTHER, "ada", 0)]
    assert watched.rounds(3) == []
    os.utime(hand_in(instance, "bob", linear_forward=FORWARD), (1, 1))  # by a clock set back
    assert watched.rounds() == [(UNIT, "bob", 1)]
    instance.submitted("ada", UNIT).touch()
    assert watched.rounds() == [] == watched.said
    assert [(row.student, row.exercises) for row in database.scores(instance, UNIT)] == [("ada", 1), ("bob", 1)]


def test_what_is_still_being_written_waits(instance, watched):
    path = hand_in(instance, "ada", linear_forward=FORWARD)
    whole = path.read_bytes()
    path.unlink()
    assert watched.rounds(3) == []  # an empty folder: the file is on its way
    for end in range(1000, 6000, 1000):
        path.write_bytes(whole[:end])
        assert watched.rounds(1) == []
    path.write_bytes(whole)
    assert watched.rounds() == [(UNIT, "ada", 1)]


def test_restarted_it_grades_nothing_twice(instance, watched):
    hand_in(instance, "ada", linear_forward=FORWARD)
    assert watched.rounds() == [(UNIT, "ada", 1)]
    other = Watched(instance)
    hand_in(instance, "bob")
    assert other.rounds() == [(UNIT, "bob", 0)]
    other.watch.bench.close()


def test_some_units_alone_and_pages(instance):
    watched = Watched(instance, units=[OTHER], pages=True)
    for unit in (UNIT, OTHER):
        hand_in(instance, "ada", unit)
    assert watched.rounds() == [(OTHER, "ada", 0)]
    assert instance.feedback_page("ada", OTHER).is_file() and not instance.feedback_page("ada", UNIT).exists()
    watched.watch.bench.close()


def test_what_cannot_be_read_is_told_once(instance, watched):
    hand_in(instance, "ada").write_text("{")
    assert watched.rounds(4) == [(UNIT, "ada", 0)]
    assert Report.load(instance.report_path("ada", UNIT)).held


def test_a_class_is_locked_only_while_something_is_graded(instance, watched):
    hand_in(instance, "ada")
    watched.rounds()
    with alone(instance.root, pytest.fail):
        hand_in(instance, "bob")
        assert watched.rounds(1) == []  # it looks without the lock
    assert watched.rounds(1) == [(UNIT, "bob", 0)]
    with alone(instance.root, pytest.fail):
        assert watched.rounds(3) == []


def test_a_turn_ends_for_others_and_the_next_goes_on(instance, watched):
    for student in "abcdefgh":
        hand_in(instance, student)
    turns: list[int] = []
    watched.watch.bench.stops = lambda: watched.watch.ends_turn() or len(watched.watch._untold) > 1
    watched.rounds(1)
    while sum(turns) < 8:
        turns.append(len(watched.rounds(1)))
    assert turns[0] < 8 and len(set(watched.graded)) == 8


def locked(instance: Instance) -> contextlib.AbstractContextManager[object]:
    connection = sqlite3.connect(instance.gradebook)
    connection.execute("BEGIN EXCLUSIVE")
    return contextlib.closing(connection)


@contextlib.contextmanager
def broken(path: Path) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(b"= broken\n")
    yield
    path.write_bytes(before)


@contextlib.contextmanager
def full(instance: Instance) -> Iterator[None]:
    """No report can be written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Report, "save", lambda self, path: (_ for _ in ()).throw(OSError(28, "No space left on device", str(path))))
        yield


@contextlib.contextmanager
def no_sandbox(instance: Instance) -> Iterator[None]:
    """As in a judging process of a machine without bubblewrap."""
    nobody: Future[Judged] = Future()
    nobody.set_exception(SandboxUnavailable("Students' code is locked in by bubblewrap, which is not here"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bench, "_submit", lambda *arguments: nobody)
        yield


TROUBLES = {
    "is in use by another program": locked,
    f"{CONFIG} does not run": lambda instance: broken(instance.root / CONFIG),
    POLICY: lambda instance: broken(instance.root / POLICY),
    "No space left on device": full,
    "bubblewrap, which is not here": no_sandbox,
}


@pytest.mark.parametrize("words", TROUBLES)
def test_what_fails_is_told_and_waited_out(instance, words, monkeypatch):
    monkeypatch.setattr("autograder.instance.PATIENCE", 0.1)
    watched = Watched(instance)
    hand_in(instance, "ada", linear_forward=FORWARD)
    with TROUBLES[words](instance):
        assert watched.rounds(3) == []
        (told,) = watched.said
        assert words in told and "Tried again in 2 seconds" in told
        later(watched)
        watched.rounds(1)
        assert "Tried again in 4 seconds" in watched.said[-1]
    later(watched)
    assert watched.rounds() == [(UNIT, "ada", 1)]
    assert watched.rounds(3) == [] and len(watched.said) == 2
    assert [(row.student, row.exercises) for row in database.scores(instance, UNIT)] == [("ada", 1)]
    watched.watch.bench.close()


def test_a_unit_in_trouble_holds_up_no_other(instance, watched):
    hand_in(instance, "ada")
    hand_in(instance, "ada", OTHER)
    instance.released(UNIT).write_text("{")
    assert watched.rounds() == [(OTHER, "ada", 0)]
    assert len(watched.said) == 1 and watched.said[0].startswith(f"{UNIT}: ")


def test_patience_doubles_up_to_a_bound_and_begins_anew():
    patience = Patience()
    assert not patience.waits("x") and [patience.failed("x") for _ in range(3)] == [(1, 2), (2, 4), (3, 8)] and patience.waits("x")
    assert [patience.failed("x")[1] for _ in range(3000)][-1] == LONGEST_PAUSE and not patience.waits("y")
    patience.went_well("x")
    assert not patience.waits("x") and patience.failed("x") == (1, 2)


def test_a_submission_at_which_processes_end_gets_no_mark_and_holds_up_nobody(instance, watched, monkeypatch):
    """The process that judges is killed each time: as if there were too little memory for this one notebook."""
    for student in ("ada", "bad", "cleo"):
        hand_in(instance, student, linear_forward=FORWARD)
    submit = Bench._submit

    def killing(bench, judging, hand_in):
        future = submit(bench, judging, hand_in)
        if hand_in.student == "bad":
            for process in bench.processes():
                os.kill(process, signal.SIGKILL)
        return future

    monkeypatch.setattr(Bench, "_submit", killing)
    assert watched.rounds() == [(UNIT, "ada", 1), (UNIT, "bad", 0), (UNIT, "cleo", 1)]
    assert Report.load(instance.report_path("bad", UNIT)).status == "could not grade"
    assert watched.rounds(3) == []  # it waits
    monkeypatch.undo()
    later(watched)
    assert watched.rounds() == [(UNIT, "bad", 1)]


def test_rules_that_change_are_followed(instance, watched):
    hand_in(instance, "ada", linear_forward=FORWARD)
    watched.rounds()
    policy = instance.root / POLICY
    policy.write_text(f"{policy.read_text(encoding='utf-8')}\n[units.{UNIT}]\npoints = {{ linear_forward = 3 }}\n", encoding="utf-8")
    assert watched.rounds() == [] == watched.said
    assert [row.exercises for row in database.scores(instance, UNIT)] == [3]


def test_nbgraders_exchange_is_collected_from(instance, tmp_path):
    inbound = tmp_path / "exchange" / instance.course_id / "inbound"
    with (instance.root / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
    watched = Watched(instance)
    assert watched.rounds() == []
    for student, at in (("ada", "10:00:00"), ("bob", "11:00:00")):
        folder = inbound / f"{student}+{UNIT}+2026-03-01 {at} UTC+abc"
        folder.mkdir(parents=True)
        hand_in(instance, "away", linear_forward=FORWARD).replace(folder / f"{UNIT}.ipynb")
        (folder / "timestamp.txt").write_text(f"2026-03-01 {at} UTC")
    assert watched.rounds(4) == [(UNIT, "ada", 1), (UNIT, "bob", 1)]
    assert instance.submitted("bob", UNIT).with_name("timestamp.txt").read_text().startswith("2026-03-01 11:00:00")
    assert watched.rounds(3) == [] == watched.said
    watched.watch.bench.close()


def started(instance: Instance, *options: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "autograder.cli", "watch", str(instance.root), "--every", "0.1", "--workers", "2", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_finishes_what_is_in_hand_and_ends(instance, number):
    for student in ("ada", "bob"):
        hand_in(instance, student, linear_forward=f"import time\ntime.sleep(2)\n{FORWARD}")
    with started(instance, "--json") as service:
        line = json.loads(service.stdout.readline())
        assert line["said"].startswith("Watching ")
        while not (instance.root / "earlier").exists():  # it has begun to grade
            time.sleep(0.05)
        service.send_signal(number)
        lines = [json.loads(line) for line in service.communicate(timeout=60)[0].splitlines()]
    assert service.returncode == 0 and lines[-1]["said"].startswith("Stopped.")
    graded = {line["student"]: line["score"] for line in lines[:-1]}
    assert graded == {row.student: row.exercises for row in database.scores(instance, UNIT)}


def test_the_command_ends_at_once_where_nothing_is_in_hand(instance):
    with started(instance) as service:
        assert " Watching " in service.stdout.readline()
        time.sleep(0.5)
        service.send_signal(signal.SIGTERM)
        told, _ = service.communicate(timeout=60)
    assert service.returncode == 0 and " Stopped. " in told


def test_a_unit_that_is_not_released_yet_is_told_at_the_start(instance):
    instance.released(OTHER).unlink()
    with started(instance, "--unit", UNIT, "--unit", OTHER) as service:
        assert " Watching " in service.stdout.readline()
        assert f"{OTHER} has not been released yet" in service.stdout.readline()
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=60)


def test_a_wall_that_is_not_there_is_told_at_the_start(instance, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # where WebAssembly was never set up
    hand_in(instance, "ada", linear_forward=FORWARD)
    assert main(["watch", str(instance.root), "--wall", "wasm"]) == USAGE
    assert "autograder wasm-setup" in capsys.readouterr().err
    assert not instance.report_path("ada", UNIT).exists()


def memory(process: int) -> int:
    """What a process holds, in bytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_hundreds_of_arrivals_leave_nothing_behind(instance, watched):
    """The controller and its judging process hold no more after 300 than after 100."""
    held = []
    for turn in range(15):
        for number in range(20):
            hand_in(instance, f"s{number}", relu_backward=f"# {turn}")
        while len(watched.graded) < 20 * (turn + 1):
            watched.rounds(1)
        (judging,) = watched.watch.bench.processes()
        held.append(memory(os.getpid()) + memory(judging))
    assert held[-1] - held[4] < 12 << 20, f"{[size >> 20 for size in held]} MB"
    assert watched.said == [] and len({student for _, student, _ in watched.graded}) == 20


@pytest.mark.xdist_group("postgres")
def test_a_server_that_is_restarted_is_waited_for(instance, postgres, new_database):
    address = new_database()
    with (instance.root / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"c.CourseDirectory.db_url = {address!r}\n")
    instance = Instance.open(instance.root)
    release.release(instance, UNIT)
    name, watched = make_url(address).database, Watched(instance)
    hand_in(instance, "ada", linear_forward=FORWARD)
    with psycopg.connect(postgres("postgres").replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert watched.rounds(3) == []
        assert len(watched.said) == 1 and "There is no way to the gradebook" in watched.said[0] and "sesame" not in watched.said[0]
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    later(watched)
    assert watched.rounds() == [(UNIT, "ada", 1)]
    assert [row.exercises for row in database.scores(instance, UNIT)] == [1]
    watched.watch.bench.close()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="the machine has no systemd")
def test_the_guides_service_is_one_that_systemd_takes_without_a_warning(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "instructors" / "watch.md").read_text(encoding="utf-8")
    begin, end = guide.index("    [Unit]"), guide.index("multi-user.target") + len("multi-user.target")
    service = textwrap.dedent(guide[begin:end]) + "\n"
    command = service.partition("ExecStart=")[2].partition(" ")[0]
    assert command == "/opt/course/bin/autograder", "where containers and the guide to installing have it"
    path = tmp_path / "autograder@.service"
    path.write_text(service.replace(command, shutil.which("true")), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", path.with_stem("autograder@calculus")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
