"""CONTRIBUTING.md's walk, followed word for word in a copy of the repository: a new unit, its exercise, its notebook, its marks."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNIT = "12_leaky_relu"


def written_files() -> dict[str, str]:
    """The files that CONTRIBUTING.md writes out: a path on a line of its own, then the text."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^`([\w/.]+)`\n\n```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of what the walk needs, with the walk's files in it."""
    copy = tmp_path_factory.mktemp("walk") / "repository"
    for name in ("course", "autograder", "solutions", "benchmarks", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, text in written_files().items():
        path = copy / name
        assert not path.exists(), f"{name} is there already: the walk's example must be new"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return copy


def run(copy: Path, *arguments: str) -> str:
    """What a Python command prints in the copy, where its packages are found first."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_walk_writes_the_rooms_two_files_the_notebook_and_another_style():
    assert sorted(written_files()) == [
        f"course/units/u{UNIT}/__init__.py",
        f"course/units/u{UNIT}/leaky_relu_backward.py",
        f"solutions/{UNIT}/notebook.py",
        f"solutions/{UNIT}/right_in_place.py",
        f"solutions/{UNIT}/right_loops.py",
        f"solutions/{UNIT}/right_two_sides.py",
    ]


def test_the_students_notebook_is_built_with_its_check_and_without_the_answer(copy):
    run(copy, "-c", "from autograder.cli import main; main(['build'])")
    notebook = json.loads((copy / "notebooks" / f"{UNIT}.ipynb").read_text(encoding="utf-8"))
    graded = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    sources = {cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"]) for cell in graded}
    assert sources["check_leaky_relu_backward"] == "check(leaky_relu_backward)"
    assert "raise NotImplementedError" in sources["leaky_relu_backward"] and "np.where" not in sources["leaky_relu_backward"]
    assert "slope is a number between 0 and 1" in sources["leaky_relu_backward"] and "written_1" in sources


def test_every_mistake_is_caught_and_named_and_every_style_passes(copy):
    table = run(copy, "-m", "benchmarks.exercises", UNIT, "--seeds", "5", "--workers", "1")
    row = next(line for line in table.splitlines() if "`leaky_relu_backward`" in line)
    assert [cell.strip() for cell in row.strip("|").split("|")][3:] == ["5", "100 %", "100 %", "4", "100 %", "0"]


def test_the_new_exercise_passes_what_every_exercise_has_to_pass(copy):
    only = ("-k", "leaky_relu", "tests/units/test_exercises.py")
    told = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *only)
    assert int(re.search(r"(\d+) passed", told)[1]) >= 7, told
