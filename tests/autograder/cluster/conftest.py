"""A released class of a small unit, and Dask clusters of real processes on the loopback."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client

from autograder import batch, release, sample
from autograder.instance import Instance

UNIT = "00_start_here"
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Path:
    """A class with the unit released, and a secret: made once, to be copied."""
    instance = Instance.create(tmp_path_factory.mktemp("made") / "course")
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    instance.secret()
    return instance.root


@pytest.fixture
def instance(released, tmp_path) -> Instance:
    """A class of its own for each test."""
    return Instance.open(shutil.copytree(released, tmp_path / "course"))


@pytest.fixture
def hand_in(instance) -> Callable[..., Path]:
    """Hand in the released notebook with these answers in it."""

    def write(student: str, **answers: str) -> Path:
        path = instance.submitted(student, UNIT)
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
        path.write_text(json.dumps(sample.filled(notebook, answers)), encoding="utf-8")
        return path

    return write


class Cluster:
    """A scheduler, and workers that are started one by one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen] = []
        self.scheduler = self.started("scheduler", "--port", "0")
        while not self.file.exists():
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]

    @property
    def file(self) -> Path:
        return self.folder / "scheduler.json"

    def worker(self, sources: Path = REPOSITORY, **environment: str) -> subprocess.Popen:
        """A worker of one thread, with the course that lies in a directory."""
        place = ("--local-directory", str(self.folder), "--death-timeout", "60")
        self.workers.append(self.started("worker", "--nthreads", "1", "--no-nanny", *place, PYTHONPATH=str(sources), **environment))
        return self.workers[-1]

    def started(self, what: str, *options: str, **environment: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(self.file), "--no-dashboard"]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self.folder}
        return subprocess.Popen([*command, "--host", "127.0.0.1", *options], env=environment, start_new_session=True, **quiet)

    def wait_for(self, workers: int) -> None:
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    """A cluster of two workers, for tests that leave it as it is."""
    with running(tmp_path_factory.mktemp("cluster")) as cluster:
        cluster.worker()
        cluster.worker()
        yield cluster


@pytest.fixture
def own_cluster(tmp_path) -> Iterator[Cluster]:
    """A cluster without a worker, to do with as one likes."""
    (tmp_path / "cluster").mkdir()
    with running(tmp_path / "cluster") as cluster:
        yield cluster
