"""How the course runs in the browser: every notebook opened and run with its right answers, in headless Chromium without a network.

    make bench-lite

A first visit is one with an empty browser. The site lies on this machine, so what a network takes comes on top: for that, its size is told.
"""

import argparse
import contextlib
import functools
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import BrowserContext, Page, sync_playwright

from autograder.build import UNITS, instructor_notebook, source_of
from benchmarks import table
from website import lite, pyodide, serve

BEGIN, END = "<!-- lite: written by `make bench-lite` with --write -->", "<!-- end of lite -->"
COLUMNS = ("unit", "page", "Python ready", "first cell", "all cells", "checks: median", "slowest", "failed")
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
MEGABYTE = 1e6
PATIENCE = 300_000  # milliseconds until a page, its Python or a cell is given up

NOTEBOOK = "[...window.jupyterapp.shell.widgets('main')].find((widget) => widget.content?.widgets && widget.context)"
SHOWN = f"() => window.jupyterapp && {NOTEBOOK}?.context.isReady && {NOTEBOOK}.content.widgets.length > 1"
STATE = "document.querySelector('#course-status')?.dataset.state"
TOLD = """
window.told = [];
window.Worker = class extends Worker {
    constructor(...all) {
        super(...all);
        this.addEventListener("message", ({ data }) => data?.python && window.told.push(data.python));
    }
};
"""
CELLS = f"""() => {NOTEBOOK}.content.widgets.map((cell) => [
    cell.model.type, cell.model.getMetadata("nbgrader")?.grade_id ?? "", cell.model.sharedModel.getSource()])"""
RUN = f"""async ([k, source]) => {{
    const panel = {NOTEBOOK}, cell = panel.content.widgets[k];
    if (source !== null) cell.model.sharedModel.setSource(source);
    window.jupyterapp.shell.activateById(panel.id);
    panel.content.activeCellIndex = k;
    panel.content.deselectAll();
    await window.jupyterapp.commands.execute("notebook:run-cell");
    return cell.model.outputs.toJSON();
}}"""
ADDED = f"""(source) => {{
    const {{ sharedModel }} = {NOTEBOOK}.model ?? {NOTEBOOK}.content.model;
    sharedModel.addCell({{ cell_type: "code", source }});
    return {NOTEBOOK}.content.widgets.length - 1;
}}"""
SOURCE = f"(k) => {NOTEBOOK}.content.widgets[k].model.sharedModel.getSource()"


class Cell(NamedTuple):
    """A cell of an open notebook: its place, its type, nbgrader's name for it or "", and its source."""

    place: int
    type: str
    name: str
    source: str


class Open:
    """A notebook that is open in a page, and when it was there: seconds from the link to the page, and to Python, if it is asked for."""

    def __init__(self, context: BrowserContext, address: str, name: str, *, app: str = "notebooks", python: bool = True) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.add_init_script(TOLD)
        start = time.perf_counter()
        self.page.goto(f"{address}/{app}/index.html?path={name}")
        self.page.wait_for_function(SHOWN, polling=100)
        self.shown = time.perf_counter() - start
        if python:
            self.page.wait_for_function(f"{STATE} === 'ready' || {STATE} === 'failed'", polling=100)
        self.ready = time.perf_counter() - start
        if self.page.evaluate(STATE) == "failed":
            raise RuntimeError(self.page.inner_text("#course-status"))
        self.loaded: int = self.told()[-1]["loaded"] if python else 0

    def told(self) -> list[dict[str, Any]]:
        """What the kernel's worker said of its loading."""
        messages: list[dict[str, Any]] = self.page.evaluate("() => window.told")
        return messages

    def cells(self) -> list[Cell]:
        return [Cell(place, *told) for place, told in enumerate(self.page.evaluate(CELLS))]

    def place(self, name: str) -> int:
        """Where the cell is to which nbgrader gives this name."""
        return next(cell.place for cell in self.cells() if cell.name == name)

    def run(self, place: int, source: str | None = None) -> list[dict[str, Any]]:
        """What a cell shows once it has been run, with another source where one is given."""
        shown: list[dict[str, Any]] = self.page.evaluate(RUN, [place, source])
        return shown

    def run_new(self, source: str) -> list[dict[str, Any]]:
        """What a new cell at the end shows once it has been run."""
        return self.run(self.page.evaluate(ADDED, source))

    def timed(self, place: int, source: str | None = None) -> tuple[float, list[dict[str, Any]]]:
        """The same, and the seconds that it took."""
        start = time.perf_counter()
        outputs = self.run(place, source)
        return time.perf_counter() - start, outputs

    def source(self, place: int) -> str:
        text: str = self.page.evaluate(SOURCE, place)
        return text

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def downloaded(self, into: Path) -> Path:
        """The notebook as the button in the corner gives it."""
        with self.page.expect_download() as download:
            self.page.click("#course-status .download")
        path = into / download.value.suggested_filename
        download.value.save_as(path)
        return path


def text_of(outputs: list[dict[str, Any]]) -> str:
    """What outputs say, as text."""
    return "\n".join(
        "".join(one.get("text", "")) or one.get("evalue", "") or "".join(one.get("data", {}).get("text/plain", "")) for one in outputs
    )


class Handler(serve.Handler):
    """A folder for pages of other sites too, as a CDN gives its own; how many bytes of each file have gone out is told by the server."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        self.server.sent[self.path.partition("?")[0]] = os.fstat(source.fileno()).st_size  # type: ignore[attr-defined]
        super().copyfile(source, outputfile)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """A folder on an address of this machine, and what has been sent of it: bytes of each file."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))) as serving:
        serving.sent = {}  # type: ignore[attr-defined]
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}", serving.sent  # type: ignore[attr-defined]
        serving.shutdown()


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[tuple[BrowserContext, list[str]]]:
    """Chromium, with a profile of its own, that reaches nothing but this machine; and what it was asked to get from elsewhere."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            args=[*QUIET.split(), NO_NETWORK],
            accept_downloads=True,
            viewport={"width": 1280, "height": 900},
        )
        outside: list[str] = []
        here = ("http://127.0.0.1:", "data:", "blob:")
        context.on("request", lambda one: None if one.url.startswith(here) else outside.append(one.url))
        yield context, outside
        context.close()


def answers(unit: str) -> dict[str, str]:
    """The right answers of a unit, by the names of their cells."""
    cells = instructor_notebook(source_of(unit)).cells
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if cell.cell_type == "code" and is_answer(cell)}


def is_answer(cell: Any) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


class Row(NamedTuple):
    """What one unit took, in seconds, and what failed in it."""

    unit: str
    opened: Open
    first: float
    all: float
    checks: list[float]
    failed: list[str]

    def cells(self) -> tuple[str, ...]:
        times = (f"{one:.0f} s" for one in (self.opened.shown, self.opened.ready, self.first, self.all))
        return (self.unit, *times, f"{median(self.checks):.2f} s", f"{max(self.checks):.2f} s", ", ".join(self.failed) or "none")


def measured(opened: Open, unit: str) -> Row:
    """Every cell of a unit run with its right answers, each check twice: the second time is the one that counts."""
    right, failed, checks, first = answers(unit), [], [], 0.0
    start = time.perf_counter()
    for cell in opened.cells():
        if cell.type != "code":
            continue
        outputs = opened.run(cell.place, right.get(cell.name))
        first = first or opened.ready + time.perf_counter() - start
        if cell.name.startswith("check_"):
            checks.append(opened.timed(cell.place)[0])
        if any(one["output_type"] == "error" or one.get("name") == "stderr" for one in outputs):
            failed.append(f"cell {cell.place}: {text_of(outputs)[:200]}")
    return Row(unit, opened, first, opened.ready + time.perf_counter() - start, checks, failed)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lite", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("units", nargs="*", default=UNITS, metavar="UNIT", help="those to be run; all by default")
    parser.add_argument("--pyodide", type=Path, default=Path(sys.prefix) / ".pyodide", metavar="DIR", help="where it lies: `make pyodide`")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    rows, again, sizes = [], 0.0, []
    with tempfile.TemporaryDirectory() as directory:
        site = Path(directory) / "lite"
        lite.build(site, options.pyodide)
        folder = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
        for unit in options.units:
            with served(site) as (address, sent), browser(Path(directory) / f"profile-{unit}") as (context, _):
                rows.append(measured(Open(context, address, f"{unit}.ipynb"), unit))
                sizes.append(sum(sent.values()))
                again = again or Open(context, address, f"{unit}.ipynb").ready  # once is enough: it takes as long for every unit
            print(*rows[-1].cells(), file=sys.stderr, flush=True)
    where = f"{table.circumstances(['jupyterlite-core'])} Pyodide {pyodide.VERSION}."
    of_python = rows[0].opened.loaded / MEGABYTE
    told = f"The folder has {folder / MEGABYTE:.0f} MB. A first visit takes {max(sizes) / MEGABYTE:.0f}, of which Python {of_python:.0f}. "
    told += f"On a second visit Python was ready after {again:.0f} s."
    text = "\n\n".join([where, table.markdown(COLUMNS, [row.cells() for row in rows]), told])
    print(text)
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
