"""A unit as a page of the book: its student's notebook, with the figures, tables and widgets that right answers lead to."""

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterator
from inspect import signature
from itertools import count
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder import build
from autograder.files import write_whole
from autograder.lecture import running
from autograder.lecture.slides import VIEW, widgets_of
from course import widgets
from course.units import UNITS

FIGURES, WIDGETS, NOTEBOOKS = "figures", "widgets", "notebooks"  # folders of the site
IMAGE = re.compile(r'src="data:image/png;base64,([\w+/=]+)" width="(\d+)"')
STILL = 'id="still-'  # of a widget, which stands here itself
KEPT_BACK = nbformat.v4.new_output(
    "stream", text="(What stands here is made of an answer, and would show it: run the cell in your notebook.)\n"
)
HEADING = re.compile(r"\A# .+\n")
TRY = """
<nav class="try" aria-label="Work on this unit">
<a class="button" href="lite/lab/index.html?path={unit}.ipynb">Try it in the browser</a>
<a href="{notebooks}/{unit}.ipynb" download>Download the notebook</a>
<a href="decks/{unit}.html">Slides</a>
</nav>

"""


def page_of(unit: str, executed: NotebookNode, site: Path) -> NotebookNode:
    """The page of a unit, from its executed notebook; its figures and its widgets' pages are written into the site, and so is the notebook.

    Answers are those of the student's notebook, which are still to be written, and the verdicts on the right ones are left out.
    """
    cells, number = [], count(1)

    def file_of(name: str) -> str:
        return f"{WIDGETS}/{unit[:2]}_{next(number)}_{name}.html"

    for cell, asked in zip(executed.cells, build.student_notebook(executed).cells, strict=True):
        if cell.metadata.get("deck") == build.SLIDE or cell.source == running.ROOM:
            continue
        judged = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and not (judged.get("solution") or judged.get("grade")):
            asked.outputs = [KEPT_BACK] if shows_numbers(unit, cell) else list(outputs_of(cell, executed, site, file_of))
        asked.metadata = NotebookNode()
        cells.append(asked)
    first = next(cell for cell in cells if HEADING.match(cell.source))
    first.source = HEADING.sub(lambda heading: heading[0] + TRY.format(unit=unit, notebooks=NOTEBOOKS), first.source)
    student = build.student_notebook(build.instructor_notebook(build.source_of(unit)))
    write_whole(site / NOTEBOOKS / f"{unit}.ipynb", build.as_text(student))
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": build.KERNEL, "language_info": {"name": "python"}})


def shows_numbers(unit: str, cell: NotebookNode) -> bool:
    """Whether a cell asks an answer that is numbers, not a formula: what is made of these would show them."""
    numbers = [exercise.name for exercise in UNITS[unit] if not signature(exercise.right).parameters]
    return any(re.search(rf"\b{name}\(\)", cell.source) for name in numbers)


def outputs_of(cell: NotebookNode, notebook: NotebookNode, site: Path, file_of: Callable[[str], str]) -> Iterator[NotebookNode]:
    """What a cell shows: a widget as a frame around the file that it gets, the images of figures as files, anything else as it is."""
    shown = widgets_of(notebook, cell)
    for output in cell.outputs:
        data = output.get("data", {})
        if VIEW in data:
            name, state = next(shown)
            write_whole(site / (file := file_of(name)), widgets.page_of(state))
            data = {"text/html": framed(file, state["frame"]["title"])}
        elif STILL in data.get("text/html", ""):
            continue
        elif "text/html" in data:
            data = {"text/html": IMAGE.sub(lambda image: as_file(image, site), data["text/html"])}
        yield NotebookNode(output, data=data) if data else output


def framed(file: str, title: str) -> str:
    """A frame around a widget's page, and a link to it."""
    title = html.escape(title)
    return (
        f'<iframe class="widget" title="{title}" src="{file}" loading="lazy"></iframe>\n'
        f'<p class="alone"><a href="{file}" aria-label="{title}, alone">Open it alone</a></p>'
    )


def as_file(image: re.Match[str], site: Path) -> str:
    """An image of a figure, as a file with its size, so that the page stays where it is while it comes."""
    content = base64.b64decode(image[1])
    file = f"{FIGURES}/{hashlib.sha256(content).hexdigest()[:12]}.png"
    write_whole(site / file, content)
    across, up = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))  # where a PNG has them
    width = int(image[2])
    return f'src="{file}" width="{width}" height="{width * up / across:.0f}" loading="lazy"'
