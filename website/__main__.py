"""`python -m website`: the site, from the sources of the course to a folder that any web host serves."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from rich.console import Console

from autograder.commands.lecturing import named
from autograder.lecture import folder
from autograder.lecture.running import each_executed
from autograder.show import progress
from course.errors import UserError
from course.units import UNITS
from website import answers, book, formulas, gallery, lite, pyodide
from website.links import Site

DESCRIPTION = """\
Make the site: a folder that any web host serves, and that asks nothing of another. It holds the book (units, guides and reference as
pages), the gallery of the widgets, the decks, and JupyterLite, in which the notebooks run in the browser. Each unit is run once with its
right answers, for its figures; no page shows an answer, which is looked after before this ends. `make serve` shows the site."""
MADE = ("index.html", "objects.inv")  # a folder that has both is a site
LITE = "lite"


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    console = Console(stderr=True)
    began = time.perf_counter()
    try:
        units = [named(name) for name in dict.fromkeys(options.unit)] or list(UNITS.names)
        with in_place_of(options.out) as site:
            if options.offline:
                pyodide.found(options.offline)  # before anything that takes long
            notebooks = executed(units, options.workers, console)
            folder.write(site / "decks", notebooks)
            book.build(site, notebooks, gallery.page_of(site / "decks"), partial(progress, console))
            if not options.without_lite:
                lite.build(site / LITE, options.offline)
            others = looked_after(site).external()
    except (UserError, OSError) as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print(f"Stopped. {options.out} is as it was.", soft_wrap=True)
        return 130
    site = options.out
    files = [path for path in site.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    took = time.perf_counter() - began
    console.print(
        f"{len(files)} files, {size:.0f} MB, in {site}, after {took:.0f} s. {len(others)} links lead to other sites: "
        "`python -m website.links` lists them. Next: `make serve` shows the site; any web host can serve the folder.",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m website", description=DESCRIPTION)
    made.add_argument("out", type=Path, metavar="OUT", nargs="?", default=Path("site"), help="where to (default: %(default)s)")
    made.add_argument("--offline", type=Path, metavar="DIR", help="take Pyodide and its packages from there, into the site")
    made.add_argument("--without-lite", action="store_true", help="leave JupyterLite out: what links to it will lead nowhere")
    made.add_argument("--unit", action="append", default=[], metavar="UNIT", help="only this unit, by name or number; may be repeated")
    made.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="units that run at a time (default: one a core)"
    )
    return made


@contextmanager
def in_place_of(site: Path) -> Iterator[Path]:
    """A new folder, which takes the place of the site once all is well. Raises UserError where that is no site, and holds something."""
    if site.exists() and any(site.iterdir()) and not all((site / name).is_file() for name in MADE):
        raise UserError(f"Expected a folder that is not there yet, or a site made before; {site} holds something else. Name another.")
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=f".{site.name}-") as directory:
        new = Path(directory) / site.name
        new.mkdir()
        yield new
        if site.exists():
            site.rename(Path(directory) / "old")
        new.rename(site)


def executed(units: Iterable[str], workers: int, console: Console) -> dict[str, NotebookNode]:
    """The executed notebooks, in the order of the units."""
    found, units = {}, list(units)
    with progress(console, "Running the units", len(units)) as advance:
        for unit, notebook in each_executed(units, workers):
            found[unit] = notebook
            advance()
    return {unit: found[unit] for unit in units}


def looked_after(site: Path) -> Site:
    """The links of the site. Raises UserError where a page has an answer on it, a formula as it was typed, or a link that is of no use."""
    pages = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html") if LITE not in path.relative_to(site).parts}
    texts = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
    faults = [*answers.shown(texts), *formulas.left({name: text for name, text in texts.items() if not name.startswith("decks/")})]
    links = Site(site, LITE)
    faults += links.broken()
    if faults:
        raise UserError("The site is not fit to be shown:\n" + "\n".join(faults))
    return links


if __name__ == "__main__":
    sys.exit(main())
