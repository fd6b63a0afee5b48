"""What is on no page: the body of a right answer, a model answer, a rubric.

Whatever students are given may stand on a page, too: their notebooks, and what the widgets in these say; and so may the example for
authors. Texts are compared without spaces, formulas apart: pages break lines where they like.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from autograder import build
from course.units import UNITS

ROOT = Path(__file__).parent.parent
GIVEN = (ROOT / "CONTRIBUTING.md", *(ROOT / "course" / "widgets").glob("*.js"))
SHORTEST = 12  # characters of a line that says something
FEWEST = 6  # words of a phrase that does
BODY = re.compile(rf"{build.BEGIN}\n(.*?){build.END}", re.DOTALL)
NO_PROSE = re.compile(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]*`|\]\([^)]*\)|[*_|\[\]\n]|^ *(?:#+|>|-|\d+\.) ", re.DOTALL | re.MULTILINE)
TAGS = re.compile(r"<(style|math)\b.*?</\1>|<[^>]*>", re.DOTALL)


def shown(pages: Mapping[str, str]) -> Iterator[str]:
    """What HTML pages, by their names, show of any answer, in sentences; there should be none."""
    for name, html in pages.items():
        text = dense(unescape(TAGS.sub("", html)))
        for line, unit in secrets().items():
            if line in text:
                yield f"{name} shows what solves {unit}: {line}"


@cache
def secrets() -> dict[str, str]:
    """What gives an answer away, without spaces, and the unit that it solves."""
    notebooks = {unit: build.instructor_notebook(build.source_of(unit)) for unit in UNITS.names}
    students = [cell.source for notebook in notebooks.values() for cell in build.student_notebook(notebook).cells]
    told = dense("\n".join([*students, *(path.read_text(encoding="utf-8") for path in GIVEN)]))
    return {line: unit for unit, notebook in notebooks.items() for line in lines_of(notebook.cells) if line not in told}


def lines_of(cells: Iterable[NotebookNode]) -> Iterator[str]:
    """The lines of right answers, and the phrases of model answers and rubrics, long enough to be known again; without spaces."""
    for cell in cells:
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        if cell.cell_type == "code":
            lines = [line for body in BODY.findall(cell.source) for line in body.splitlines()]
        else:
            lines = [phrase for phrase in NO_PROSE.split(cell.source) if len(phrase.split()) >= FEWEST]
        yield from (line for line in map(dense, lines) if len(line) >= SHORTEST)


def dense(text: str) -> str:
    """A text without its spaces.

    >>> dense("x  =\\n 1")
    'x=1'
    """
    return "".join(text.split())
