"""The book: the units, the guides and the reference as pages, made by Sphinx."""

import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import nbformat
from nbconvert.filters import strip_ansi
from nbformat.notebooknode import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from course.errors import UserError
from website import docstrings, units

HERE = Path(__file__).parent
ROOT = HERE.parent
LINK = re.compile(r"\]\(([^)#:\s]+)")
Progress: TypeAlias = Callable[[str, int], AbstractContextManager[Callable[[], None]]]  # of what, in how many steps


def build(site: Path, notebooks: Mapping[str, NotebookNode], gallery: str, progress: Progress) -> None:
    """Write the book into the site, from the executed notebooks of units, and a page that shows the widgets.

    Raises UserError with the warnings of Sphinx, if there are any.
    """
    with tempfile.TemporaryDirectory() as directory:
        sources = Path(directory) / "sources"
        for unit, notebook in notebooks.items():
            put(sources / f"{unit}.ipynb", nbformat.writes(units.page_of(unit, notebook, site)))
        for path in guides():
            sources.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, sources / path)
        for name, (title, modules) in docstrings.PAGES.items():
            put(sources / "api" / f"{name}.md", docstrings.page_of(title, modules))
        put(sources / "gallery.md", gallery)
        shutil.copy(HERE / "index.md", sources)
        if warnings := sphinx(sources, site, Path(directory) / "doctrees", progress):
            raise UserError(f"The book has faults. Put them right where they stand, and build again:\n{warnings}")


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def guides() -> set[Path]:
    """The texts of this repository that are pages, and the files that they link to."""
    texts = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("[A-Z]*.md"), *ROOT.glob("[!.]*/README.md")]
    return {path.relative_to(ROOT) for path in {*texts, *linked(texts)}}


def linked(texts: Iterable[Path]) -> Iterator[Path]:
    """The files of this repository that texts link to, or show."""
    for text in texts:
        for target in LINK.findall(text.read_text(encoding="utf-8")):
            path = (text.parent / target).resolve()
            if path.is_file() and path.is_relative_to(ROOT):
                yield path


def sphinx(sources: Path, site: Path, doctrees: Path, progress: Progress) -> str:
    """Have Sphinx make pages of sources; its warnings."""
    warnings = io.StringIO()
    with docutils_namespace(), patch_docutils(HERE):
        app = Sphinx(sources, HERE, site, doctrees, "html", status=None, warning=warnings, freshenv=True)
        count = len(list(app.project.discover()))
        with progress("Reading texts", count) as read, progress("Writing pages", count) as written:
            app.connect("source-read", lambda *_: read())
            app.connect("html-page-context", lambda *_: written())
            app.build()
    return strip_ansi(warnings.getvalue()).replace(f"{sources}/", "")
