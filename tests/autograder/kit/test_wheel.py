"""The course's wheel with its units packed: what is in it, and that all works from there."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.cluster.alike import sources
from autograder.kit import course_wheel, wheel
from course.units import PACK, UNITS
from tests.autograder.kit.plain_sight import in_plain_sight

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.xdist_group("kit")  # what they share is made once


def python(site: Path, code: str, *arguments: object, cwd: Path) -> str:
    """What some code prints that has the course from `site`, and all else from here."""
    places = os.pathsep.join(map(str, [site, ROOT]))
    environment = os.environ | {"PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg"}
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_the_same_bytes_each_time_and_made_from_itself(wheel, installed, tmp_path):
    """From a checkout, and from an installation of the very wheel."""
    assert course_wheel(tmp_path / "again").read_bytes() == wheel.read_bytes()
    code = "import sys, pathlib, course, autograder.kit as kit; print(course.__file__, kit.course_wheel(pathlib.Path(sys.argv[1])))"
    told = python(installed, code, tmp_path / "from installed", cwd=tmp_path)
    assert told.startswith(str(installed))
    assert (tmp_path / "from installed" / wheel.name).read_bytes() == wheel.read_bytes()


def test_it_holds_the_whole_course(installed):
    assert dict(sources(installed / "course")) == dict(sources(ROOT / "course"))
    assert {path.name for path in (installed / "course" / "units").iterdir()} == {"__init__.py", "own.py", PACK}


def test_no_answer_stands_in_plain_sight(wheel):
    assert in_plain_sight(wheel.read_bytes(), PACK) == {}


def test_the_search_for_answers_finds_them_where_they_stand(wheel):
    """The wheel with its rooms unpacked, as hatchling makes it of the checkout."""
    found = in_plain_sight(wheel.read_bytes(), "nothing shut")
    exercises = {exercise.name for unit in UNITS.names for exercise in UNITS[unit]}
    assert {name.partition(".")[0] for names in found.values() for name in names} == exercises


@pytest.mark.parametrize("digits", [b"abc", b""])
def test_a_record_names_each_file_with_its_digest_and_itself_without(digits):
    lines = wheel.record({"b.py": digits, "a.py": b""}, "x.dist-info/RECORD").decode().splitlines()
    assert [line.split(",")[0] for line in lines] == ["a.py", "b.py", "x.dist-info/RECORD"]
    assert lines[1].endswith(f",{len(digits)}") and lines[2] == "x.dist-info/RECORD,,"


def test_what_is_packed_already_stays_as_it_is():
    files = {"course/units/__init__.py": b"", f"course/units/{PACK}": b"rooms", "course/errors.py": b""}
    assert wheel.packed(files) == files
    with zipfile.ZipFile(io.BytesIO(wheel.packed({"course/units/u00_x/__init__.py": b"1"})[f"course/units/{PACK}"])) as rooms:
        assert rooms.namelist() == ["u00_x/__init__.py"]


CHECKED = """
import doctest, importlib, linecache, pathlib, pkgutil, sys
import numpy as np
import course
from course import check, keep, mine, plots, whose
from course.judging.edits import source_text
from course.units import UNITS, exercise
from course.widgets import Tangent

assert course.__file__.startswith(sys.argv[1]), course.__file__

def written(source, names):
    file = f"<cell {len(linecache.cache)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), names)

right = exercise("linear_backward").right
written(source_text(right), globals())
check(linear_backward)
keep(linear_backward)
assert whose(mine("linear_backward")) == "your linear_backward"
assert "u05_vector_form" in mine("relu_backward").__module__ and whose(mine("relu_backward")) == "the course's relu_backward"
written(source_text(right).replace("W.T", "W"), globals())
try:
    check(linear_backward)
except course.CheckFailed as failed:
    print("wrong:", failed)
try:
    check(right)
except course.CheckFailed as failed:
    print("leaning:", failed)

mistakes = [one for unit in UNITS for exercise in UNITS[unit] for one in exercise.mistakes if one.edits]
edited = [exercise.answer_with(one) for unit in UNITS for exercise in UNITS[unit] for one in exercise.mistakes if one.edits]
print("mistakes:", len(mistakes), len(edited))
print("figure:", type(plots.slopes(np.arange(3.0), np.arange(3.0), np.ones(3), np.ones(3))).__name__)
print("widget:", Tangent("x²").x)
modules = [module.name for module in pkgutil.walk_packages(course.units.__path__, "course.units.")]
tried = [doctest.testmod(importlib.import_module(name)) for name in ["course", *modules]]
print("doctests:", sum(each.attempted for each in tried), sum(each.failed for each in tried), len(modules))
"""


def test_all_works_from_the_wheel(installed, tmp_path):
    told = dict(line.split(": ", 1) for line in python(installed, CHECKED, installed, cwd=tmp_path).splitlines() if ": " in line)
    known = sum(1 for unit in UNITS.names for exercise in UNITS[unit] for one in exercise.mistakes if one.edits)
    assert told["mistakes"] == f"{known} {known}"
    assert "It is what comes out when W is not transposed" in told["wrong"]
    assert "the answer leans on the course's own `course.units.u05_vector_form.linear_backward`" in told["leaning"]
    assert told["figure"] == "Picture" and told["widget"] == "1.0"
    tests, failed, modules = map(int, told["doctests"].split())
    assert tests > 0 and failed == 0 and modules >= len(list((ROOT / "course" / "units").rglob("*.py"))) - 1
