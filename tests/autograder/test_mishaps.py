"""What may befall the class itself: a full disk, one that cannot be written to, a database server that goes away, a clock that is wrong.

Each is told in a sentence, nothing is half written, and the next run ends as if nothing had been.
"""

import os
import shutil
import subprocess
import sys
import time

import pytest

from autograder import batch
from autograder.gradebook import database
from autograder.instance import Instance, gradebook_advice
from autograder.pages import feedback
from autograder.release import release
from autograder.walls.sandbox import Limits
from course.errors import UserError
from tests.autograder.conftest import with_database
from tests.autograder.wholeness import everything, halves, hand_in, released_class, undisturbed

UNIT = "00_start_here"
SQUARE = "def square(x):\n    return x * x"
WRONG = "def square(x):\n    return x + x"
BACKWARD = "def square_backward(upstream, x):\n    return upstream * 2 * x"
STUDENTS = {"a": {"square": SQUARE}, "b": {"square": WRONG, "square_backward": BACKWARD}, "c": {}, "d": {"square_backward": BACKWARD}}
LIMITS = Limits(seconds=10)
pytestmark = pytest.mark.xdist_group("mishaps")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    instance = released_class(tmp_path_factory.mktemp("mishaps") / "class", UNIT)
    for student, answers in STUDENTS.items():
        hand_in(instance, UNIT, student, answers)
    return instance.root


@pytest.fixture(scope="module")
def expected(released, tmp_path_factory):
    """What an undisturbed run leaves behind."""
    return undisturbed(Instance.open(released), UNIT, tmp_path_factory.mktemp("undisturbed") / "class")


@pytest.fixture
def instance(released, tmp_path) -> Instance:
    return Instance.open(shutil.copytree(released, tmp_path / "class"))


def graded_whole(instance: Instance) -> dict[str, object]:
    """Everything, once the rest is graded and all pages are made."""
    batch.grade(instance, UNIT, limits=LIMITS)
    feedback.feedback(instance, UNIT)
    return everything(instance, UNIT)


def assert_nothing_is_half_there(instance: Instance) -> None:
    """Whoever has a report has marks and a graded notebook, and no file was left unfinished."""
    reported = {student for student in STUDENTS if instance.report_path(student, UNIT).exists()}
    assert reported <= {score.student for score in database.scores(instance, UNIT)}
    assert all(instance.autograded(student, UNIT).is_file() for student in reported)
    assert halves(instance) == []


def beside(*options: str, do: str) -> subprocess.CompletedProcess:
    """A shell with other mounts than ours: bubblewrap, without any wall, can make them for anybody."""
    command = ["bwrap", "--dev-bind", "/", "/", "--die-with-parent", *options, "--", "sh", "-c", do]
    return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)


ON_A_SMALL_DISK = """
cd {small} && cp -r {root}/. . && head -c 100M /dev/zero > ballast 2>/dev/null
truncate -s -{room} ballast
{grade}
echo "ended with $?" >&2
rm ballast && cp -r . {full}
{grade} && {feedback} && cp -r . {after}
"""


@pytest.mark.parametrize("room", ["60K", "152K"])  # for some of the graded notebooks; for all, and not for the gradebook
def test_a_full_disk_is_told_and_costs_nothing(instance, expected, tmp_path, room):
    places = {name: tmp_path / name for name in ("small", "full", "after")}
    for place in places.values():
        place.mkdir()
    grade, pages = (f"{sys.executable} -m autograder.cli {command} . {UNIT}" for command in ("grade", "feedback"))
    script = ON_A_SMALL_DISK.format(root=instance.root, room=room, grade=f"{grade} --workers 1", feedback=pages, **places)
    done = beside("--size", str(16 << 20), "--tmpfs", str(places["small"]), do=script)
    told, _, after = done.stderr.partition("ended with ")
    assert after.startswith("2") and ("No space left" in told or "is full" in told) and "Traceback" not in done.stderr, done.stderr
    assert_nothing_is_half_there(Instance.open(places["full"]))
    assert done.returncode == 0 and everything(Instance.open(places["after"]), UNIT) == expected


@pytest.mark.parametrize("words", ["database or disk is full", "could not extend file: No space left on device"])
def test_no_room_for_the_gradebook_is_told_as_that(words):
    assert "There is no room left for the gradebook marks" in gradebook_advice("marks", words)


@pytest.mark.parametrize("command", ["grade", "feedback", "release"])
def test_a_class_that_cannot_be_written_to_is_told(instance, expected, command):
    root = str(instance.root)
    done = beside("--ro-bind", root, root, do=f"{sys.executable} -m autograder.cli {command} {root} {UNIT}")
    assert done.returncode == 2 and "Read-only file system" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert graded_whole(instance) == expected


@pytest.fixture
def on_server(instance, new_database):
    """The class with its gradebook on a PostgreSQL server."""
    with_database(instance, new_database())
    instance = Instance.open(instance.root)
    release(instance, UNIT)
    return instance


def test_a_server_that_is_started_anew_between_two_transactions_goes_unnoticed(on_server, server, expected, monkeypatch):
    monkeypatch.setattr(batch, "EVERY", 0.0)

    def restart(report):
        if report.student == "b":
            server.stop()
            server.start()

    assert len(batch.grade(on_server, UNIT, limits=LIMITS, on_report=restart).reports) == len(STUDENTS)
    assert graded_whole(on_server) == expected


def test_a_server_that_goes_away_in_the_middle_of_a_transaction_leaves_nothing_of_it(on_server, server, expected, monkeypatch):
    by = database.write_comments

    def stop(*values):
        server.stop()
        by(*values)

    monkeypatch.setattr(database, "write_comments", stop)
    try:
        with pytest.raises(UserError, match=r"There is no way to the gradebook .*Is the server running"):
            batch.grade(on_server, UNIT, limits=LIMITS)
    finally:
        server.start()
    monkeypatch.undo()
    assert database.scores(on_server, UNIT) == [] and not list(on_server.root.glob("reports/**/*.json"))
    assert_nothing_is_half_there(on_server)
    assert graded_whole(on_server) == expected


def test_a_clock_that_was_ahead_and_is_set_back_changes_nothing(instance, expected, tmp_path):
    answers = STUDENTS["b"]
    hand_in(instance, UNIT, "b", {"square": "def square(x): return None"})
    batch.grade(instance, UNIT, limits=LIMITS)
    ahead = time.time() + 10 * 365 * 86400
    for path in instance.root.rglob("*"):
        os.utime(path, (ahead, ahead))
    hand_in(instance, UNIT, "b", answers)
    outcome = batch.grade(instance, UNIT, limits=LIMITS)
    assert outcome.unchanged == len(STUDENTS) - 1
    assert graded_whole(instance) == expected
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == len(STUDENTS)
