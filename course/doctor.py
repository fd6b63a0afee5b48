"""`python -m course.doctor`: whether all that the notebooks need works here, and what to do about what does not.

It imports the standard library alone until it has seen that the rest is there.
"""

import argparse
import contextlib
import importlib.metadata
import importlib.util
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

DESCRIPTION = """\
Find out whether the course works on this computer. Looked at are Python and the packages; the folder of the notebooks; JupyterLab's parts
that show widgets; and the kernel, in which an answer is checked, the data are loaded, a figure is drawn and a widget is made, as in a
notebook. What does not work is named, with what to do about it. Nothing is changed, nothing leaves the computer, and it takes some ten
seconds."""
FINE, NOT_FINE = 0, 1
COURSE = "backpropagation-course"
ROOM = 200  # megabytes: what students write, and the figures in it, with a margin
PATIENCE = 60  # seconds for the kernel to start, and for each cell
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
VIEW = "application/vnd.jupyter.widget-view+json"

CHECK = """
import numpy as np
from course import check
from course.judging.edits import source_text
from course.units import UNITS

exercise = UNITS[UNITS.names[0]][0]
exec(source_text(exercise.right))
check(globals()[exercise.name])
"""
DATA = """
from course.data import digits

assert len(digits(np.random.default_rng(0)).train.X)
"""
FIGURE = """
from course import plots

x = np.linspace(-2, 2, 41)
plots.slopes(x, x**2, 2 * x, 2 * x)
"""
WIDGET = """
from course.widgets import Tangent

Tangent("x²")
"""


class Trouble(Exception):
    """Something does not work: what was expected and what came; and what to do about it."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.advice = advice


class Found(NamedTuple):
    """What was looked at, what is to be said of it, and what to do: "" where it is fine."""

    subject: str
    words: str
    advice: str = ""


def found(subject: str, look: Callable[[], str]) -> Found:
    """What comes of a look at something, which says how it is, or raises Trouble."""
    try:
        return Found(subject, look())
    except Trouble as trouble:
        return Found(subject, str(trouble), trouble.advice)


def examined(place: Path) -> Iterator[Found]:
    """What was found, one after the other; what cannot work without what failed before it is left out."""
    yield found("Python", python)
    yield found("folder", lambda: folder(place))
    yield (of_packages := found("packages", packages))
    if of_packages.advice:
        return
    yield found("JupyterLab", lab)
    with tempfile.TemporaryFile() as log, contextlib.closing(Kernel(place, log)) as kernel:
        yield (of_kernel := found("kernel", kernel.start))
        if not of_kernel.advice:
            yield found("check", kernel.check)
            yield found("data", kernel.data)
            yield found("figure", kernel.figure)
            yield found("widget", kernel.widget)


def python() -> str:
    here = "{}.{}.{}".format(*sys.version_info)
    tested = pythons()
    if tested and sys.version_info[:2] < tested[0]:
        raise Trouble(
            f"expected {spelt(tested[0])} or newer, got {here}, {sys.executable}",
            f"Install Python {spelt(tested[-1])} and begin again with it in a new folder .venv; uv brings it by itself (START-HERE.html).",
        )
    newer = tested and sys.version_info[:2] > tested[-1]
    return f"{here}, {sys.executable}" + (f"; the course was tested up to {spelt(tested[-1])}" if newer else "")


def folder(place: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free // 1_000_000
    except OSError as error:
        raise Trouble(
            f"expected a folder to write to, and {place} is none: {error.strerror or error}",
            "Unpack the kit among your own documents, not within the zip and not in a folder of the system, and try again there.",
        ) from error
    if free < ROOM:
        raise Trouble(
            f"expected {ROOM} MB to be free at {place}, got {free}", "Remove what you do not need, or move the folder to another disk."
        )
    return f"{place}, with {len(list(place.glob('[0-9][0-9]_*.ipynb'))) or 'no'} notebooks of the course"


def packages() -> str:
    try:
        wanting = [line for line in required() if not satisfied(line)]
    except importlib.metadata.PackageNotFoundError:
        raise Trouble(f"{COURSE} is not installed into {sys.executable}", install()) from None
    if wanting:
        raise Trouble(f"missing or too old: {', '.join(wanting)}", install())
    try:
        import numpy
    except ImportError as error:
        raise Trouble(f"NumPy is there, and cannot be loaded: {first_line(error)}", install("--force-reinstall")) from error
    versions = (f"{name} {importlib.metadata.version(name)}" for name in (COURSE, "jupyterlab", "ipykernel", "matplotlib", "anywidget"))
    return f"numpy {numpy.__version__}, {', '.join(versions)}"


def lab() -> str:
    from jupyter_core.paths import jupyter_path

    missing = [name for name in EXTENSIONS if not any(Path(path, name, "package.json").is_file() for path in jupyter_path("labextensions"))]
    if missing:
        raise Trouble(f"it does not find what shows widgets: {', '.join(missing)}", install("--force-reinstall"))
    return f"finds what shows widgets: {', '.join(EXTENSIONS)}"


class Kernel:
    """What runs cells for JupyterLab, started in the same way; what it says of itself goes into a file."""

    def __init__(self, place: Path, log: IO[bytes]) -> None:
        from jupyter_client.manager import KernelManager

        self.manager = KernelManager(kernel_name="python3")
        self.place, self.log = place, log
        self.client: Any = None

    def start(self) -> str:
        try:
            self.manager.start_kernel(cwd=str(self.place), stdout=self.log, stderr=self.log)
            self.client = self.manager.client()
            self.client.start_channels()
            self.client.wait_for_ready(timeout=PATIENCE)
        except Exception as error:  # an operating system, a firewall, what another installation of Jupyter has left
            self.log.seek(0)
            last = self.log.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise Trouble(
                f"it does not start: {first_line(error)}{f' ({last})' if last else ''}",
                "See that no firewall or antivirus keeps Python from talking to itself (at 127.0.0.1), that your home folder can be "
                "written to, and try again.",
            ) from error
        theirs = self.shown("import sys; print(sys.executable)")["text"].strip()
        if not Path(theirs).exists() or not Path(theirs).samefile(sys.executable):
            raise Trouble(
                f"expected the kernel python3 to run {sys.executable}, and it runs {theirs}",
                f"Another installation of Jupyter has left it. Remove it: {sys.executable} -m jupyter_client.kernelspecapp remove python3",
            )
        return "starts, and runs this Python"

    def check(self) -> str:
        self.shown(CHECK)
        return "a right answer passes"

    def data(self) -> str:
        self.shown(DATA)
        return "the handwritten digits are there"

    def figure(self) -> str:
        if "<img" not in self.shown(FIGURE).get("text/html", ""):
            raise Trouble("expected a picture from a cell that draws one, and none came", install("--force-reinstall"))
        return "is drawn"

    def widget(self) -> str:
        if VIEW not in self.shown(WIDGET):
            raise Trouble("expected a widget from a cell that makes one, and none came", install("--force-reinstall"))
        return "is made"

    def shown(self, code: str) -> dict[str, str]:
        """What a cell shows, by its kind, and what it prints, as "text". Raises Trouble where it ends in an error, or not at all."""
        shown = {"text": ""}

        def take(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                shown["text"] += message["content"]["text"]
            shown.update(message["content"].get("data", {}))

        try:
            reply = self.client.execute_interactive(code, timeout=PATIENCE, output_hook=take)["content"]
        except (TimeoutError, RuntimeError) as error:
            raise Trouble(f"a cell of it did not end: {first_line(error)}", "Close other programs, and try again.") from error
        if reply["status"] != "ok":
            said = ": ".join(filter(None, (reply.get("ename"), reply.get("evalue")))) or reply["status"]
            raise Trouble(f"a cell of it ends with {first_line(said)}", install("--force-reinstall"))
        return shown

    def close(self) -> None:
        if self.client is not None:
            self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)


def pythons() -> list[tuple[int, ...]]:
    """The versions of Python that the course was tested with, as it declares them; none where it is not installed."""
    try:
        declared = importlib.metadata.metadata(COURSE).get_all("Classifier") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    matches = (re.fullmatch(r"Programming Language :: Python :: (\d+)\.(\d+)", line) for line in declared)
    return sorted((int(match[1]), int(match[2])) for match in matches if match)


def spelt(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


def required() -> list[str]:
    """What notebooks need, as the course declares it: lines such as "jupyterlab>=4"."""
    lines = (line.partition(";") for line in importlib.metadata.requires(COURSE) or [])
    return [requirement.strip() for requirement, _, marker in lines if marker.strip() in ("", "extra == 'lab'")]


def satisfied(requirement: str) -> bool:
    """Whether a distribution is there, and new enough where that can be told."""
    try:
        version = importlib.metadata.version(re.split(r"[^\w.-]", requirement)[0])
    except importlib.metadata.PackageNotFoundError:
        return False
    if importlib.util.find_spec("packaging") is None:  # JupyterLab needs it: that is missing then, and said to be
        return True
    from packaging.requirements import Requirement

    return Requirement(requirement).specifier.contains(version, prereleases=True)


def install(*options: str) -> str:
    """What brings the packages of the kit into this very Python."""
    return f"In the folder with START-HERE.html: {' '.join([sys.executable, '-m pip install', *options, '-r requirements.txt'])}"


def first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is found; the exit status is 1 where something is not fine."""
    parser = argparse.ArgumentParser(
        "python -m course.doctor", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", help="where the notebooks are (default: the folder notebooks, if there is one here)"
    )
    place = parser.parse_args(arguments).folder or Path("notebooks" if Path("notebooks").is_dir() else ".")
    troubles = 0
    for one in examined(place.absolute()):
        troubles += bool(one.advice)
        print(f"{'NOT FINE' if one.advice else 'fine':8}  {one.subject:10}  {one.words}", flush=True)
        if one.advice:
            print(f"{'':22}{one.advice}", flush=True)
    if troubles:
        print(f"\nNot fine: {troubles}. Do what it says there, the first first; then run this again.")
        return NOT_FINE
    print(f"\nEverything works. Next: {sys.executable} -m jupyterlab {place}")
    return FINE


if __name__ == "__main__":
    sys.exit(main())
