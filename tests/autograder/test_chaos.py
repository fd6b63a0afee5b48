"""Processes killed at moments drawn at random: in the end each submission is graded exactly once, and all is as if nothing had been.

Eight kills as a rule, and fifty in `make test-chaos`.
"""

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import sample
from autograder.files import write_whole
from autograder.gradebook import database
from autograder.instance import Instance
from tests.autograder.wholeness import everything, released_class, undisturbed

UNIT = "05_vector_form"
FORWARD = "def linear_forward(X, W, b):\n    return X @ W + b"
RELU = "def relu_backward(upstream, Z):\n    return upstream * (Z > 0)"
ANSWERS = [{"linear_forward": FORWARD}, {}, {"relu_backward": RELU}, {"linear_forward": FORWARD, "relu_backward": RELU}]
VICTIMS = ("controller", "judging process", "forkserver", "sandbox")
LONGEST = 120.0  # seconds to wait for the end, on a busy machine
pytestmark = pytest.mark.xdist_group("chaos")


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Instance:
    return released_class(tmp_path_factory.mktemp("chaos") / "class", UNIT)


@pytest.fixture
def instance(released, tmp_path) -> Instance:
    return Instance.open(shutil.copytree(released.root, tmp_path / "class"))


def hand_in(instance: Instance, number: int) -> None:
    """One more student's work; each tenth cannot be read."""
    released = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    answers = ANSWERS[number % len(ANSWERS)]
    notebook = "{" if number % 10 == 9 else json.dumps(sample.filled(released, answers))
    write_whole(instance.submitted(f"s{number}", UNIT), notebook)


def processes(root: int) -> dict[str, list[int]]:
    """The processes below one, by what they are."""
    parents, commands = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            commands[int(place.name)] = (place / "cmdline").read_bytes().decode(errors="replace")
    found: dict[str, list[int]] = defaultdict(list)
    for process, parent in parents.items():
        if "multiprocessing.forkserver" in commands[process] and parent == root:
            found["forkserver"].append(process)
        elif "multiprocessing.forkserver" in commands[process] and parents.get(parent) == root:
            found["judging process"].append(process)
        elif "autograder.walls.worker" in commands[process] and is_below(process, root, parents):
            found["sandbox"].append(process)
    return found | {"controller": [root]}


def is_below(process: int, root: int, parents: dict[int, int]) -> bool:
    while process in parents and process != root:
        process = parents[process]
    return process == root


class Service:
    """`autograder watch`, started again whenever it has ended."""

    def __init__(self, instance: Instance, log: Path) -> None:
        self.instance, self.log, self.process = instance, log, None

    def keep_alive(self, largest_file: int = resource.RLIM_INFINITY) -> subprocess.Popen:
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "autograder.cli", "watch", str(self.instance.root), "--feedback", "--json"]
            with self.log.open("a") as log:
                self.process = subprocess.Popen([*command, "--every", "0.1", "--workers", "2"], stdout=log, stderr=log)
                resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
        return self.process

    def kill(self, victim: str, draw: random.Random) -> str:
        """Kill a process of a kind, if there is one; what was killed."""
        if there := sorted(processes(self.keep_alive().pid)[victim]):
            with contextlib.suppress(ProcessLookupError):
                os.kill(draw.choice(there), signal.SIGKILL)
                if victim == "controller":
                    self.process.wait()
                return victim
        return ""

    def finish(self, students: int) -> None:
        """Let it grade all that is there, and end it."""
        end = time.monotonic() + LONGEST
        while not all(self.instance.feedback_page(f"s{k}", UNIT).is_file() for k in range(students)) and time.monotonic() < end:
            self.keep_alive()
            time.sleep(0.1)
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=LONGEST) == 0, self.log.read_text()


@pytest.fixture
def service(instance, tmp_path) -> Iterator[Service]:
    service = Service(instance, tmp_path / "log")
    yield service
    if service.process and service.process.poll() is None:
        service.process.kill()
        service.process.wait()


@pytest.mark.parametrize("kills", [8, pytest.param(50, marks=pytest.mark.chaos)])
def test_killed_again_and_again_it_grades_each_submission_once(instance, service, tmp_path, kills):
    draw = random.Random(kills)
    killed = [""]
    for number in range(kills):
        hand_in(instance, number)
        while not killed[-1]:
            service.keep_alive()
            time.sleep(draw.uniform(0.0, 1.5))
            killed[-1] = service.kill(draw.choice(VICTIMS), draw)
        killed.append("")
    service.finish(kills)
    assert everything(instance, UNIT) == undisturbed(instance, UNIT, tmp_path / "undisturbed")
    lines = [json.loads(line) for line in service.log.read_text().splitlines() if line.startswith("{")]  # Python tells of the killed, too
    told = [line["student"] for line in lines if line.get("status") == "graded"]
    assert len(told) == len(set(told)), "told of a submission twice"


def test_where_the_disk_is_full_that_is_told_and_nothing_is_half_written(instance, service, tmp_path):
    """As far as one process can know: no file may grow beyond so many bytes, neither the gradebook nor a graded notebook."""
    for number in range(4):
        hand_in(instance, number)
    instance.keep_release(UNIT)  # before, so that it is not this that fails
    service.keep_alive(largest_file=20_000)
    end = time.monotonic() + LONGEST
    while "Tried again in 4 seconds" not in service.log.read_text() and time.monotonic() < end:
        time.sleep(0.1)
    assert "nothing is lost" in service.log.read_text()
    assert not list((instance.root / "autograded").rglob("*.ipynb")) and database.scores(instance, UNIT) == []
    service.process.kill()
    service.process.wait()
    service.finish(4)
    assert everything(instance, UNIT) == undisturbed(instance, UNIT, tmp_path / "undisturbed")
