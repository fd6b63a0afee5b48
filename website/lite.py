"""JupyterLite: the students' notebooks in a folder of the site, with Python and the course in the page."""

import html
import json
import shutil
import string
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import distribution, version
from pathlib import Path

from jupyterlite_pyodide_kernel import constants

from autograder.kit import course_wheel
from course.errors import UserError
from website import pyodide

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
ASSETS = Path(__file__).with_name("in_browser")
APPS = ("lab", "notebooks", "tree")
WITH_PYTHON = APPS[:2]  # which the card is for
PAGES = 10  # megabytes of JupyterLite's own that a first visit loads, as `make bench-lite` tells
KERNELS = "jupyterlite-pyodide-kernel"
EXTENSIONS = (KERNELS, "jupyterlab-widgets", "anywidget")  # distributions that bring a part of JupyterLab; no others are taken
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
OF_THE_KERNEL = ("ipykernel", "pyodide_kernel")  # wheels that its extension holds
PURE = ("anywidget", "ipywidgets", "comm", "psygnal", "typing_extensions")  # wheels that run anywhere, in the versions of this environment
PIPLITE = "jupyterlite-pyodide-kernel==0.6.1"  # whose piplite is the newest that works with our Pyodide

CONFIGURATION = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Backpropagation",
        "exposeAppInBrowser": True,  # status.js asks it how the kernel is
        "litePluginSettings": {
            KERNEL: {
                "pyodideUrl": "./static/pyodide/python.mjs",
                "loadPyodideOptions": {"packages": [*pyodide.START]},
                "disablePyPIFallback": True,
            }
        },
    },
}
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # dark where the system is
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 5},  # seconds
    "@jupyterlab/notebook-extension:tracker": {"codeCellConfig": {"lineNumbers": False, "lineWrap": True}},  # no task is cut off
}


def build(into: Path, offline: Path | None = None, units: Iterable[Path] | None = None) -> None:
    """Make the folder `into`, with the notebooks `units`, all twelve by default.

    Pyodide is loaded from its public CDN, or lies in the folder too, copied from `offline`, where the whole release is. Says what it does.
    Raises UserError where `offline` has another release, and where a tool fails.
    """
    notebooks = sorted(units or NOTEBOOKS.glob("*.ipynb"))
    print(f"JupyterLite with {len(notebooks)} notebooks ...", flush=True)
    shutil.rmtree(into, ignore_errors=True)
    jupyterlite(into, notebooks)
    print("  the course, and what it needs, as wheels ...", flush=True)
    home = into / "static" / "pyodide"
    (home / "own").mkdir(parents=True)
    wheels(home / "own")
    locked = pyodide.lock(sorted((home / "own").glob("*.whl")))
    (home / pyodide.LOCK).write_text(json.dumps(locked), encoding="utf-8")
    sizes = pyodide.sizes(locked, home / "own")
    place = "./" if offline else cdn()
    (home / "files.json").write_text(json.dumps({"from": place, "sizes": sizes}), encoding="utf-8")
    shutil.copy(ASSETS / "python.mjs", home)
    if offline:
        print(f"  Pyodide {pyodide.VERSION}, from {offline} ...", flush=True)
        pyodide.copy(pyodide.found(offline), home, locked)
    add_pages(into, notebooks, locked, sum(sizes.values()), offline)


def jupyterlite(into: Path, notebooks: Iterable[Path]) -> None:
    """JupyterLite itself, with these notebooks and our settings."""
    with tempfile.TemporaryDirectory() as directory:
        lite = Path(directory)
        (lite / "content").mkdir()
        for notebook in notebooks:
            shutil.copy(notebook, lite / "content")
        told = {
            "contents": [str(lite / "content")],
            "output_dir": str(into.resolve()),
            "apps": APPS,
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(extension(name)) for name in EXTENSIONS],
            "no_sourcemaps": True,
        }
        (lite / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": told}), encoding="utf-8")
        (lite / "jupyter-lite.json").write_text(json.dumps(CONFIGURATION), encoding="utf-8")
        (lite / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        run("-m", "jupyterlite_core", "build", cwd=lite)


def extension(name: str) -> Path:
    """The folder that a distribution brings to JupyterLab."""
    files = (file for file in distribution(name).files or () if "labextensions" in file.parts and file.name == "package.json")
    return Path(str(distribution(name).locate_file(next(files)))).resolve().parent


def wheels(into: Path) -> None:
    """The wheels of our own, into a folder: the course, the kernel's, and what is the same in every Python."""
    for name in OF_THE_KERNEL:
        shutil.copy(next((extension(KERNELS) / "static" / "pypi").glob(f"{name}-*.whl")), into)
    course_wheel(into)
    with tempfile.TemporaryDirectory() as directory:
        fetched = Path(directory)
        download([f"{name}=={version(name)}" for name in PURE], into)
        download([PIPLITE], fetched)
        shutil.unpack_archive(next(fetched.glob("*.whl")), fetched, "zip")
        shutil.copy(next(fetched.rglob("piplite-*.whl")), into)


def download(requirements: Iterable[str], into: Path) -> None:
    """Wheels that run in every Python, as pip gets them."""
    run("-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--platform=any", "--dest", into, *requirements)


def cdn() -> str:
    """The folder of our Pyodide on its public CDN."""
    return f"{constants.PYODIDE_CDN_URL.replace(constants.PYODIDE_VERSION, pyodide.VERSION)}/"


def add_pages(into: Path, notebooks: Iterable[Path], locked: dict, size: int, offline: Path | None) -> None:
    """The first page, and in JupyterLite's own pages the card that says how far the loading of Python is."""
    of_our_own = into / "static" / "course"
    of_our_own.mkdir(parents=True)
    for name in ("status.js", "status.css", "page.css"):
        shutil.copy(ASSETS / name, of_our_own)
    for app in WITH_PYTHON:
        page = into / app / "index.html"
        text = page.read_text(encoding="utf-8")
        parts = '<link rel="stylesheet" href="../static/course/status.css"><script src="../static/course/status.js"></script>'
        page.write_text(text.replace("</title>", f"</title>\n    {parts}", 1), encoding="utf-8")
    template = string.Template((ASSETS / "index.html").read_text(encoding="utf-8"))
    first = template.substitute(
        units="\n        ".join(map(link, notebooks)),
        megabytes=round(size / 1e6) + PAGES,
        source="" if offline else ", most of it from Pyodide's public CDN, which sees your address, as any web host does, and nothing else",
        python=pyodide.python(),
        **{name: locked["packages"][name]["version"] for name in ("numpy", "matplotlib")},
    )
    (into / "index.html").write_text(first, encoding="utf-8")


def link(notebook: Path) -> str:
    """An item of the list of units: the first heading of a notebook, which opens it."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    lines = (line for cell in cells if cell["cell_type"] == "markdown" for line in "".join(cell["source"]).splitlines())
    title = next(line.lstrip("# ") for line in lines if line.startswith("#"))
    return f'<li><a href="notebooks/index.html?path={notebook.name}">{html.escape(title)}</a></li>'


def run(*arguments: object, cwd: Path = ROOT) -> None:
    """A Python program. Raises UserError with what it said where it fails."""
    done = subprocess.run([sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
        raise UserError(f"`python {' '.join(map(str, arguments))}` failed, and said:\n{said}")
