"""Pyodide, which is Python in the browser: the release that the site was tested with, and the lock file that says what a page loads.

`pyodide.json`, beside this module, lists what the course takes of that release: names, sizes and hashes, as the release's own lock file has
them. For another release, unpack the whole of it and say `python -m website.pyodide FOLDER`.
"""

import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.metadata import Metadata
from packaging.utils import canonicalize_name, parse_wheel_filename

from course.errors import UserError

LISTED = Path(__file__).with_suffix(".json")
RELEASE: dict[str, Any] = json.loads(LISTED.read_text(encoding="utf-8"))
VERSION: str = RELEASE["info"]["version"]
CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
# What is loaded before the first cell: the kernel and what it is made of, and the course, which brings numpy, matplotlib and the widgets.
START = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "backpropagation-course")
TAKEN = ("micropip", "jedi", "ipython", "traitlets", "numpy", "matplotlib", "threadpoolctl")  # of the release
IN_THE_PAGE = {"jupyterlab", "widgetsnbextension", "jupyterlab-widgets"}  # required, and there without Python

Entry = dict[str, Any]  # a package in a lock file


class Unlike(UserError):
    """Something of Pyodide is missing, or is not what was tested."""


def lock(wheels: Iterable[Path]) -> dict[str, Any]:
    """The lock file of a site: what these wheels of our own need of the release, and they themselves, as `own/NAME`.

    A wheel takes the place of a package of its name. Raises Unlike for a requirement that neither has.
    """
    own = {one["name"]: one for one in map(entry, wheels)}
    packages = RELEASE["packages"] | own
    needed = closure(packages, [*START, *own])
    return {"info": RELEASE["info"], "packages": {name: without_size(packages[name]) for name in needed}}


def entry(wheel: Path) -> Entry:
    """A wheel of ours, as a lock file has it: its imports are its packages and modules, its requirements those of its metadata."""
    name, version, *_ = parse_wheel_filename(wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        listed = archive.namelist()
        [place] = [one for one in listed if one.endswith(".dist-info/METADATA") and one.count("/") == 1]
        metadata = Metadata.from_email(archive.read(place), validate=False)
    tops = {one.split("/")[0] for one in listed}
    return {
        "name": name,
        "version": str(version),
        "file_name": f"own/{wheel.name}",
        "install_dir": "site",
        "package_type": "package",
        "sha256": sha256(wheel),
        "imports": sorted(top.removesuffix(".py") for top in tops if top.endswith(".py") or "." not in top),
        "depends": requirements(metadata),
        "unvendored_tests": False,
    }


def requirements(metadata: Metadata) -> list[str]:
    """The names of what a distribution requires in the browser, those of its extra [lab] included."""
    here = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix", "python_version": python(), "extra": "lab"}
    required = [one for one in metadata.requires_dist or () if one.marker is None or one.marker.evaluate(here)]
    return sorted({canonicalize_name(one.name) for one in required} - IN_THE_PAGE)


def python() -> str:
    """The version of Python in the release, as in "3.12"."""
    major, minor, *_ = RELEASE["info"]["python"].split(".")
    return f"{major}.{minor}"


def closure(packages: Mapping[str, Entry], names: Iterable[str]) -> list[str]:
    """These packages and all that they depend on, in alphabetical order. Raises Unlike for one that is not there."""
    found: set[str] = set()
    waiting = [(name, "the site") for name in names]
    while waiting:
        name, asked_by = waiting.pop()
        if name not in packages:
            raise Unlike(f"{asked_by} needs {name}, which neither Pyodide {VERSION} nor a wheel of ours brings.")
        if name not in found:
            found.add(name)
            waiting += [(canonicalize_name(one), name) for one in packages[name]["depends"]]
    return sorted(found)


def sizes(locked: Mapping[str, Any], own: Path) -> dict[str, int]:
    """How many bytes each file has that a page loads for a lock file; `own` holds our wheels."""
    theirs = {one["file_name"]: one["size"] for one in RELEASE["packages"].values()}
    names = [one["file_name"] for one in locked["packages"].values()]
    ours = {Path(name).name: (own / Path(name).name).stat().st_size for name in names if name.startswith("own/")}
    of_the_core = {name: RELEASE["core"][name]["size"] for name in CORE if not name.endswith("js")}  # scripts are loaded another way
    return of_the_core | {name: theirs[name] for name in names if name in theirs} | ours


def copy(folder: Path, into: Path, locked: Mapping[str, Any]) -> None:
    """Copy of a release that lies in a folder what a lock file needs. Raises Unlike where a file is missing, or is another."""
    hashes = {name: RELEASE["core"][name]["sha256"] for name in CORE}
    hashes |= {one["file_name"]: one["sha256"] for one in locked["packages"].values() if not one["file_name"].startswith("own/")}
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            raise Unlike(f"{folder} has no {name}. Give the folder of Pyodide {VERSION}, the whole release, unpacked.")
        if sha256(path) != expected:
            raise Unlike(f"{path} is not the one of Pyodide {VERSION}: its SHA-256 is not {expected}. Take the release anew.")
        shutil.copyfile(path, into / name)


def found(folder: Path) -> Path:
    """The release that lies somewhere in a folder. Raises Unlike where there is none."""
    for lock_file in sorted(folder.rglob(LOCK)):
        if (lock_file.parent / CORE[0]).is_file():
            return lock_file.parent
    raise Unlike(f"There is no Pyodide in {folder}: `make pyodide` puts Pyodide {VERSION} there.")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def without_size(package: Entry) -> Entry:
    return {key: value for key, value in package.items() if key != "size"}


def listed(folder: Path) -> dict[str, Any]:
    """What the course takes of a release in a folder, to be kept as `pyodide.json`."""
    locked = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    packages = {name: locked["packages"][name] for name in closure(locked["packages"], TAKEN)}
    sized = {name: one | {"size": (folder / one["file_name"]).stat().st_size} for name, one in packages.items()}
    core = {name: {"sha256": sha256(folder / name), "size": (folder / name).stat().st_size} for name in CORE}
    return {"info": locked["info"], "core": core, "packages": sized}


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("python -m website.pyodide FOLDER: what the course takes of the release of Pyodide in FOLDER goes into pyodide.json")
    LISTED.write_text(json.dumps(listed(Path(sys.argv[1])), indent=1) + "\n", encoding="utf-8")
    print(f"{LISTED} is written. Try it: make test-site")
