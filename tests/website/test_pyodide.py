"""The lock file of the course in the browser: whatever the notebooks need is in it, under its hash, and nothing of another release."""

import ast
import importlib.metadata
import json
import re
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from website import lite, pyodide
from website.pyodide import Unlike, closure, copy, entry, found, listed, lock, sizes

ROOT = Path(__file__).parent.parent.parent


def wheel(folder: Path, name: str, *requires: str, files: tuple[str, ...] = ()) -> Path:
    """A small wheel with these requirements."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    metadata = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {one}" for one in requires)])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
        for one in files or (f"{name}/__init__.py",):
            archive.writestr(one, "")
    return path


@pytest.fixture
def ours(tmp_path) -> list[Path]:
    """A wheel for each of those that the site makes or fetches, with nothing in it."""
    return [wheel(tmp_path, name) for name in ("piplite", "ipykernel", "comm", "pyodide_kernel", "backpropagation_course")]


def test_what_is_listed_is_names_and_hashes_and_no_addresses():
    assert "://" not in pyodide.LISTED.read_text(encoding="utf-8")
    for name, one in {**pyodide.RELEASE["core"], **pyodide.RELEASE["packages"]}.items():
        assert re.fullmatch("[0-9a-f]{64}", one["sha256"]) and one["size"] > 0, name
        assert "/" not in one.get("file_name", "")
    assert sorted(pyodide.RELEASE["core"]) == sorted(pyodide.CORE)
    assert closure(pyodide.RELEASE["packages"], pyodide.TAKEN) == sorted(pyodide.RELEASE["packages"])


def test_whatever_the_course_requires_in_a_page_is_brought(tmp_path):
    course = wheel(tmp_path, "backpropagation_course", *importlib.metadata.requires("backpropagation-course"))
    brought = pyodide.RELEASE["packages"].keys() | {canonicalize_name(name) for name in (*lite.PURE, *lite.OF_THE_KERNEL)}
    assert entry(course)["depends"] and set(entry(course)["depends"]) <= brought


def imported(tree: ast.AST) -> set[str]:
    """The names of packages that a piece of code imports, wherever in it."""
    modules = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    modules += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


def test_whatever_the_course_and_its_notebooks_import_comes_with_it():
    files = set((ROOT / "course").rglob("*.py")) - {ROOT / "course" / "doctor.py"}  # which is for a computer of one's own
    sources = [path.read_text(encoding="utf-8") for path in files]
    for path in lite.NOTEBOOKS.glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    brought = {name for one in pyodide.RELEASE["packages"].values() for name in one["imports"]} | {*lite.PURE, "course", "mpl_toolkits"}
    lines = ("\n".join(line for line in source.splitlines() if not line.startswith("%")) for source in sources)
    assert set().union(*(imported(ast.parse(source)) for source in lines)) <= brought


def test_a_wheel_is_entered_with_its_imports_and_what_it_requires(tmp_path):
    others = ('pytest; extra == "dev"', 'colorama; sys_platform == "win32"', "jupyterlab_widgets~=3.0")
    requires = ("numpy>=2", 'anywidget; extra == "lab"', *others)
    made = wheel(tmp_path, "some_thing", *requires, files=("some_thing/__init__.py", "alone.py", "some_thing-1.0.data/x"))
    told = entry(made)
    assert told["name"] == "some-thing" and told["version"] == "1.0" and told["file_name"] == f"own/{made.name}"
    assert told["imports"] == ["alone", "some_thing"] and told["depends"] == ["anywidget", "numpy"]
    assert told["sha256"] == pyodide.sha256(made)


def test_what_depends_on_what_is_followed_to_the_end():
    packages = {"a": {"depends": ["B_c"]}, "b-c": {"depends": ["d"]}, "d": {"depends": ["a"]}, "e": {"depends": []}}
    assert closure(packages, ["a"]) == ["a", "b-c", "d"]
    with pytest.raises(Unlike, match="a needs f, which neither Pyodide"):
        closure({"a": {"depends": ["f"]}}, ["a"])


def test_the_lock_file_holds_what_is_needed_and_no_more(ours, tmp_path):
    locked = lock(ours)
    assert locked["info"] == pyodide.RELEASE["info"] and set(pyodide.START) <= set(locked["packages"])
    assert locked["packages"]["ipython"] == {key: value for key, value in pyodide.RELEASE["packages"]["ipython"].items() if key != "size"}
    assert "numpy" not in locked["packages"], "nothing here requires it"
    assert "numpy" in lock([*ours, wheel(tmp_path, "other", "numpy")])["packages"]


def test_a_wheel_of_ours_takes_the_place_of_a_package_of_its_name(ours, tmp_path):
    locked = lock([*ours, wheel(tmp_path, "jedi")])
    assert locked["packages"]["jedi"]["file_name"] == "own/jedi-1.0-py3-none-any.whl" and "parso" not in locked["packages"]


def test_every_file_that_a_page_loads_by_fetching_has_its_size(ours, tmp_path):
    locked = lock(ours)
    told = sizes(locked, tmp_path)
    names = {Path(one["file_name"]).name for one in locked["packages"].values()}
    assert names | {"pyodide.asm.wasm", "python_stdlib.zip"} == set(told)
    assert told["backpropagation_course-1.0-py3-none-any.whl"] == ours[-1].stat().st_size


@pytest.fixture
def release(tmp_path, monkeypatch) -> Path:
    """A small release in a folder, which is the one that is expected."""
    folder = tmp_path / "release" / "pyodide"
    folder.mkdir(parents=True)
    for name in (*pyodide.CORE, "a.whl"):
        (folder / name).write_text(f"this is {name}", encoding="utf-8")
    package = {"name": "a", "file_name": "a.whl", "sha256": pyodide.sha256(folder / "a.whl"), "depends": []}
    text = json.dumps({"info": {"version": "1.2"}, "packages": {"a": package, "b": package}})
    (folder / pyodide.LOCK).write_text(text, encoding="utf-8")
    monkeypatch.setattr(pyodide, "TAKEN", ["a"])
    monkeypatch.setattr(pyodide, "RELEASE", listed(folder))
    return folder



def locked_of(release: Path) -> dict:
    return {"packages": {**pyodide.RELEASE["packages"], "ours": {"file_name": "own/ours.whl", "sha256": ""}}}


def test_a_release_is_listed_with_hashes_and_sizes(release):
    assert list(pyodide.RELEASE["packages"]) == ["a"] and pyodide.RELEASE["packages"]["a"]["size"] == len("this is a.whl")
    assert pyodide.RELEASE["core"]["pyodide.mjs"]["sha256"] == pyodide.sha256(release / "pyodide.mjs")


def test_a_release_is_copied_as_far_as_it_is_needed(release, tmp_path):
    into = tmp_path / "site"
    into.mkdir()
    copy(release, into, locked_of(release))
    assert {path.name for path in into.iterdir()} == {*pyodide.CORE, "a.whl"}


def test_a_file_that_is_missing_or_another_is_refused(release, tmp_path):
    (release / "a.whl").write_text("another", encoding="utf-8")
    with pytest.raises(Unlike, match=r"a.whl is not the one of Pyodide"):
        copy(release, tmp_path, locked_of(release))
    (release / "a.whl").unlink()
    with pytest.raises(Unlike, match=r"has no a.whl. Give the folder of Pyodide"):
        copy(release, tmp_path, locked_of(release))


def test_a_release_is_found_wherever_it_lies(release, tmp_path):
    assert found(tmp_path) == release
    with pytest.raises(Unlike, match="make pyodide"):
        found(tmp_path / "site")
