"""A small class: one unit of two exercises and a written question, released, and ways to hand it in and to record verdicts on it.

And a PostgreSQL server, for whoever wants the class's gradebook there.
"""

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import nbformat
import psycopg
import pytest
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sqlalchemy import make_url

from autograder.desk import Judging
from autograder.gradebook.database import record
from autograder.instance import CONFIG, Instance
from autograder.intake.submission import read
from autograder.pages.rendering import write
from autograder.release import release
from autograder.report import Report
from autograder.walls.sandbox import Sandbox
from course.judging.verdict import Mark, Verdict

UNIT = "05_sample"
MOST_LASTING = 3  # sandboxes, of some hundred megabytes each


class Lasting(Sandbox):
    """A sandbox that stays when its user is done with it."""

    def close(self) -> None:
        self._end_run()

    def end(self) -> None:
        super().close()


@pytest.fixture(scope="session")
def lasting() -> Iterator[dict[object, Lasting]]:
    """Those there are, by what they allow."""
    kept: dict[object, Lasting] = {}
    yield kept
    for one in kept.values():
        one.end()


@pytest.fixture(autouse=True)
def one_sandbox(monkeypatch, lasting) -> None:
    """Who judges in this process shares sandboxes with the tests before: to start one takes longer than most of them."""

    def sandbox(judging: Judging) -> Sandbox:
        if judging.data:
            return Sandbox(judging.limits, wall=judging.wall, data=judging.data)
        allowed = judging.limits, judging.wall
        if allowed not in lasting:
            if len(lasting) == MOST_LASTING:
                lasting.pop(next(iter(lasting))).end()
            lasting[allowed] = Lasting(judging.limits, wall=judging.wall)
        return lasting[allowed]

    monkeypatch.setattr(Judging, "sandbox", sandbox)


DOUBLE = "def double(x):\n    ### BEGIN SOLUTION\n    return x + x  # the instructor's own\n    ### END SOLUTION"
SQUARE = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x  # the instructor's own\n    ### END SOLUTION"


def graded(cell: NotebookNode, name: str, points: float | None = None, *, solution: bool = False, locked: bool = False) -> NotebookNode:
    marks = {"grade": points is not None, "solution": solution, "locked": locked, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = marks | {"grade_id": name, "cell_type": cell.cell_type} | ({} if points is None else {"points": points})
    return cell


def sample_notebook() -> NotebookNode:
    """An instructor's notebook: what the build makes, in small. Its checks are plain assertions, so that stock nbgrader can run them."""
    cells = [
        new_markdown_cell("# A sample, where $a < b$", id="title"),
        new_code_cell("import math", id="imports"),
        graded(new_code_cell(DOUBLE, id="double"), "double", solution=True),
        graded(new_code_cell("assert double(2) == 4", id="check-double"), "check_double", 3, locked=True),
        new_code_cell("print('shown, not run')", id="demo", metadata={"tags": ["demo"]}),
        graded(new_markdown_cell("**Read** this.", id="locked"), "read_this", locked=True),
        graded(new_code_cell(SQUARE, id="square"), "square", solution=True),
        graded(new_code_cell("assert square(3) == 9", id="check-square"), "check_square", 2, locked=True),
        graded(new_markdown_cell("Because of the instructor's own reasons.", id="written-1"), "written_1", 4, solution=True),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


@pytest.fixture
def instructor_notebook() -> NotebookNode:
    return sample_notebook()


@pytest.fixture(scope="session")
def released_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with the unit released: made once, to be copied."""
    instance = Instance.create(tmp_path_factory.mktemp("made") / "course")
    instance.source(UNIT).parent.mkdir()
    nbformat.write(sample_notebook(), instance.source(UNIT))
    release(instance, UNIT)
    return instance.root


@pytest.fixture
def instance(released_class: Path, tmp_path: Path):
    """A class of its own for each test."""
    return Instance.open(shutil.copytree(released_class, tmp_path / "course"))


@pytest.fixture
def hand_in(instance) -> Callable[..., Path]:
    """Hand in the released notebook with other text in the cells named (by grade id or cell id), or a text of your own."""

    def write(student: str, answers: Mapping[str, str] | str = "", unit: str = UNIT) -> Path:
        path = instance.submitted(student, unit)
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = json.loads(instance.released(unit).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", cell["id"])
            cell["source"] = answers.get(name, cell["source"]) if isinstance(answers, Mapping) else cell["source"]
        path.write_text(answers if isinstance(answers, str) and answers else json.dumps(notebook), encoding="utf-8")
        return path

    return write


@pytest.fixture
def record_verdicts(instance, hand_in) -> Callable[..., tuple[Verdict, Verdict]]:
    """Hand in for some students, and write what a judge would have said: graded notebook, gradebook and report."""

    def recorded(*students: str, reason: str = "is 2 times too large", written: str = "") -> tuple[Verdict, Verdict]:
        double = Verdict("double", "twice `x`", (Mark("value", 2.0, "passed"), Mark("sign", 1.0, "failed", reason)))
        square = Verdict("square", "`x` times `x`", (Mark("value", 2.0, "passed"),))
        structure = instance.structure(UNIT)
        for student in students:
            answers = {"double": "def double(x):\n    return 2 * x", "square": "def square(x):\n    return x * x"}
            submission = read(hand_in(student, answers | {"written_1": written or "Because."}), structure)
            report = Report(student, UNIT, "graded", (double, square), note=f"A note <b> for {student}.")
            report = write(instance, report, structure, submission)
            record(instance, UNIT, [report], {student: submission.unanswered})
            report.save(instance.report_path(student, UNIT))
        return double, square

    return recorded


PASSWORD = "sesame"
SERVERS = Path("/usr/lib/postgresql")  # where Debian's packages put them, by version
INITDB = "--pgdata=data --username=course --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync"


class PostgresServer:
    """A PostgreSQL server of these tests' own in an empty folder, reached through a socket there and by no network."""

    def __init__(self, folder: Path) -> None:
        if not SERVERS.is_dir():
            pytest.skip("there is no PostgreSQL server here: `sudo apt-get install postgresql` on Debian or Ubuntu")
        self.folder = folder
        self.programs = max(SERVERS.glob("*/bin"), key=lambda path: int(path.parent.name))
        self.account = "postgres" if os.getuid() == 0 else None  # the server does not run as root
        (folder / "password").write_text(PASSWORD)
        if self.account:
            shutil.chown(folder, self.account)
        subprocess.run([self.programs / "initdb", *INITDB.split()], cwd=folder, user=self.account, check=True, capture_output=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [self.programs / "postgres", "-D", "data", "-k", str(self.folder), "-c", "listen_addresses=", "-c", "fsync=off"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=self.folder, user=self.account, **quiet)
        for _ in range(300):
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(host=str(self.folder), user="course", password=PASSWORD, dbname="postgres").close()
                return
            assert self.process.poll() is None, "the PostgreSQL server did not start"
            time.sleep(0.1)
        raise TimeoutError("the PostgreSQL server does not answer")

    def stop(self) -> None:
        """End it now, whoever is connected."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    def address(self, database: str) -> str:
        return f"postgresql+psycopg://course:{PASSWORD}@/{database}?host={self.folder}"


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that runs; a test that stops it starts it again."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres(server) -> Callable[..., str]:
    """What says the address of a database on that server."""
    return server.address


@pytest.fixture(scope="session")
def new_database(postgres) -> Callable[..., str]:
    """What makes a database, empty or as another one is; its address."""
    numbers = itertools.count()

    def made(like: str = "template1") -> str:
        name = f"marks{next(numbers)}"
        with psycopg.connect(postgres("postgres").replace("+psycopg", ""), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return postgres(name)

    return made


def with_database(instance: Instance, address: str) -> Instance:
    """The class with its gradebook at an address, whatever is there."""
    with (instance.root / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"c.CourseDirectory.db_url = {address!r}\n")
    instance.gradebook.unlink(missing_ok=True)
    return Instance.open(instance.root)


@pytest.fixture(scope="session")
def released_database(released_class, new_database, tmp_path_factory) -> str:
    """The name of a database where the unit is released, to be copied."""
    address = new_database()
    release(with_database(Instance.open(shutil.copytree(released_class, tmp_path_factory.mktemp("pg") / "course")), address), UNIT)
    return make_url(address).database


@pytest.fixture
def on_postgres(instance, new_database, released_database) -> Instance:
    """The class with its gradebook on a PostgreSQL server."""
    return with_database(instance, new_database(released_database))
