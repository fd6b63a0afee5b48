"""One notebook marked by stock nbgrader, the whole of nbgrader locked in: for notebooks that attack whoever marks them.

Around it stands bubblewrap: all of this machine read-only, a copy of the class in memory, no network, no process of others. Run as a
program, `python -m benchmarks.stock CLASS UNIT`, this is what goes on within: a notebook comes in, and its mark goes out.
"""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.gradebook import database
from autograder.instance import Instance
from benchmarks.grading import run

STUDENT = "attacker"
ROOT = Path(__file__).resolve().parent.parent
SECONDS = 600  # for a notebook, of which nbgrader waits 30 for each cell; then there is no mark
AFTERWARDS = 2.0  # seconds after nbgrader has ended, in which something left behind may still write
LIMITS = {resource.RLIMIT_AS: 8 << 30, resource.RLIMIT_FSIZE: 100 << 20, resource.RLIMIT_NPROC: 500}
ENVIRONMENT = {"HOME": "/tmp", "LANG": "C.UTF-8", "MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def mark(instance: Instance, unit: str, notebook: str) -> float | None:
    """What stock nbgrader gives for the exercises of a notebook that is handed in to a class; None where it comes to no mark."""
    command = [*locked_in(instance.root), sys.executable, "-m", "benchmarks.stock", str(instance.root), unit]
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(command, input=notebook, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
        if done.returncode:
            raise RuntimeError(f"stock nbgrader could not be tried: {done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])
    return None


def locked_in(shown: Path) -> list[str]:
    """The command line of bubblewrap that lets a program see this machine and a directory, and change nothing. Raises FileNotFoundError."""
    bubblewrap = shutil.which("bwrap")
    if not bubblewrap:
        raise FileNotFoundError("bwrap is not installed: sudo apt install bubblewrap")
    return [bubblewrap, *"--unshare-all --die-with-parent --new-session --clearenv --ro-bind / /".split(), *view(shown), "--"]


def view(shown: Path) -> Iterator[str]:
    """What lies over the read-only root: nothing of other programs, and what is needed, wherever it is."""
    yield from "--dev /dev --proc /proc --tmpfs /run --tmpfs /var/tmp --tmpfs".split()
    yield tempfile.gettempdir()
    if tempfile.gettempdir() != "/tmp":
        yield from ("--tmpfs", "/tmp")
    for path in (ROOT, Path(sys.prefix), Path(sys.base_prefix), shown.resolve()):
        yield from ("--ro-bind", str(path), str(path))
    for name, value in {**ENVIRONMENT, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}.items():
        yield from ("--setenv", name, value)


def within(shown: Path, unit: str, notebook: str) -> float | None:
    """The mark, in a copy of the class that nobody else sees."""
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    instance = Instance.open(shutil.copytree(shown, "/tmp/class"))
    path = instance.submitted(STUDENT, unit)
    path.parent.mkdir(parents=True)
    path.write_text(notebook, encoding="utf-8")
    with contextlib.suppress(RuntimeError):  # no mark, mostly
        run(instance, "nbgrader", "autograde", unit, "--student", STUDENT)
    time.sleep(AFTERWARDS)
    return next((row.exercises for row in database.scores(instance, unit) if row.student == STUDENT), None)


if __name__ == "__main__":
    print("\n" + json.dumps(within(Path(sys.argv[1]), sys.argv[2], sys.stdin.read())))
