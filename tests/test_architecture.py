"""The directions of the house: what may import what, and what may be loaded with what. ARCHITECTURE.md draws the same picture."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Rooms from the ground up: within its package a room may import from itself and from rooms before it, at any place in a file.
ROOMS = {
    "course": [
        *"errors data engine gradcheck judging units time_limit checking gathering keeping".split(),
        *"graph explain layout plots widgets doctor".split(),
    ],
    "autograder": [
        *"walls intake asked files spans policy report rubric origin instance turns similar lending grouping".split(),
        *"learning questions judge asserts gradebook pages marking build length example trial own release kit".split(),
        *"collect teams variants arrivals".split(),
        *"desk bench cluster batch update watch exporter sample measure show lecture demo commands cli".split(),
    ],
    "website": "answers formulas docstrings units gallery book links serve pyodide lite conf __main__".split(),
}
# And of rooms before it, not from these.
OFF_LIMITS = {
    "course": {  # what judges an answer knows nothing of the engine
        **{room: {"engine"} for room in ("gradcheck", "judging", "units", "time_limit", "checking", "gathering", "keeping")},
        "graph": {"judging", "units", "checking", "gathering", "keeping"},
    },
    "autograder": {"intake": {"walls"}, "gradebook": {"walls", "judge"}, "pages": {"walls", "judge"}, "batch": {"release"}},
}
WALLS = {"course.errors", "course.judging.beside", "course.judging.probes", "course.judging.stubs", "course.time_limit"}
WORKER = (
    "autograder/walls/answering.py", "autograder/walls/cells.py", "autograder/walls/needs.py",
    "autograder/walls/landlock.py", "autograder/walls/protocol.py", "autograder/walls/stand_ins.py", "autograder/walls/worker.py",
    "course/judging/probes.py", "course/judging/stubs.py", "course/errors.py",
)  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in it."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1], node.module or ""]).strip(".") if node.level else node.module
            yield from (f"{base}.{alias.name}" for alias in node.names)


FILES = [path for package in ROOMS for path in sorted((ROOT / package).rglob("*.py")) if path != ROOT / package / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path):
    package, own = path.relative_to(ROOT).with_suffix("").parts[:2]
    rooms = ROOMS[package]
    assert own in rooms, f"{own} is a new room of {package}/: give it its place in this list, and in ARCHITECTURE.md"
    for name in imports(path):
        assert package != "course" or not name.startswith("autograder"), "course never imports autograder"
        assert package == "website" or not name.startswith("website"), "course and autograder know nothing of the site"
        assert name != package and not name.startswith(f"{package}.{package}"), "a room imports rooms, not the whole"
        if name.startswith(f"{package}."):
            other = name.split(".")[1]
            assert other in rooms, f"{name} goes through {package}/__init__.py, which holds no room of that name"
            assert rooms.index(other) <= rooms.index(own), f"{own} must not import {name}: it stands above"
            assert other not in OFF_LIMITS.get(package, {}).get(own, ()), f"{own} must not import {name}"


@pytest.mark.parametrize("unit", sorted((ROOT / "course" / "units").glob("u[0-9]*")), ids=lambda path: path.name)
def test_a_unit_imports_no_unit_after_its_own(unit):
    for path in unit.rglob("*.py"):
        for name in imports(path):
            if name.startswith("course.units.u"):
                assert name.split(".")[2] <= unit.name, f"{path.name} imports {name}"


def test_the_walls_import_nothing_that_knows_an_answer():
    files = sorted((ROOT / "autograder" / "walls").glob("*.py"))
    assert {name.rpartition(".")[0] for path in files for name in imports(path) if name.startswith("course")} == WALLS


@pytest.mark.parametrize("name", WORKER)
def test_the_worker_imports_the_standard_library_numpy_and_what_stands_beside_it(name):
    beside = {one.removesuffix(".py").replace("/", ".") for one in WORKER}
    for imported in imports(ROOT / name):
        top = imported.split(".")[0]
        ours = any(imported == one or imported.startswith(f"{one}.") or one == imported for one in beside)
        assert top in sys.stdlib_module_names | {"numpy"} or ours, f"{name} imports {imported}"


def loaded(code: str) -> set[str]:
    """The modules that are loaded once some code has run in a fresh process."""
    told = subprocess.run([sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def test_the_core_loads_numpy_and_no_plots_widgets_or_units():
    modules = loaded("import course")
    assert "numpy" in modules
    assert not {name.split(".")[0] for name in modules} & {"matplotlib", "anywidget", "ipywidgets", "sklearn", "autograder"}
    assert not [name for name in modules if name.startswith("course.units.u")], "a unit is loaded when it is first asked for"


def test_no_widget_loads_matplotlib():
    assert "matplotlib" not in loaded("import course.widgets")


def test_the_autograders_judge_loads_no_plots():
    assert "matplotlib" not in loaded("import autograder.judge")
