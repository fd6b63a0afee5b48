"""Two commands in one class take turns, even where the first is killed."""

import subprocess
import sys

import pytest

from autograder.instance import Instance
from autograder.turns import alone

HOLD = """
import sys
from pathlib import Path
from autograder.turns import alone
with alone(Path(sys.argv[1]), lambda words: print(words, flush=True)):
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path):
    return Instance.create(tmp_path / "class").root


@pytest.fixture
def holder(root):
    """Another process that works on the class until its standard input ends."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "mine\n"
        yield process
        process.kill()


@pytest.mark.parametrize("ends", [lambda process: process.stdin.close(), lambda process: process.kill()], ids=["ends", "is killed"])
def test_the_second_waits_for_the_first_however_it_ends(root, holder, ends):
    told = []

    def say(words):
        told.append(words)
        ends(holder)

    with alone(root, say):
        assert holder.wait() is not None
    assert len(told) == 1 and f"at work on {root}. This one begins when that has finished" in told[0]


def test_whoever_is_alone_is_told_nothing(root):
    for _ in range(2):
        with alone(root, pytest.fail):
            pass


def test_one_who_gives_up_takes_nothing_along(root, holder):
    def give_up(words):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), alone(root, give_up):
        pytest.fail("it was not alone")
    holder.stdin.close()
    holder.wait()
    with alone(root, pytest.fail):
        pass


def test_where_there_is_no_class_there_is_nothing_to_lock(tmp_path):
    with alone(tmp_path / "nothing", pytest.fail), alone(tmp_path, pytest.fail), alone(tmp_path, pytest.fail):
        assert list(tmp_path.iterdir()) == []
