"""A deck, as it stands among the cells of a unit.

`# %% [markdown] deck="slide"` is a slide: its first line is `## Title`, its last paragraph begins with `Note:` and is what the presenter
says, and between them stands the one idea of the slide. A code cell with `deck="show"` gives its figures or its widget to the slide before
it: a widget has its slide for itself, and of several figures each gets its own, under the same title. The first slide is made of the
unit's heading.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.build import SHOW, SLIDE
from course.errors import UserError

SLIDE_TEXT = re.compile(r"\A## +(?P<title>[^\n]+)\n(?P<text>.*\n)?\nNote:\s*(?P<note>.+)\Z", re.DOTALL)
HEADING = re.compile(r"^# +(?:(?P<unit>Unit \w+): +)?(?P<title>.+)", re.MULTILINE)
IMAGE = re.compile(r'src="data:image/png;base64,([\w+/]{32})')
VIEW, STATES = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
WIDE = 1.7  # so many times as wide as high


@dataclass
class Slide:
    """A slide: its title, text and note in Markdown, the figures on it in HTML, or the saved state of the widget that fills it."""

    title: str
    text: str
    note: str
    figures: list[str] = field(default_factory=list)
    widget: Mapping[str, Any] | None = None

    @property
    def wide(self) -> bool:
        """Whether its figure is: then the caption, and the words there are, stand above and below it, and otherwise beside it."""
        return any(shape(figure) >= WIDE for figure in self.figures)


def heading(notebook: NotebookNode) -> tuple[str, str]:
    """The unit, as "Unit 03", and its title, from the notebook's first heading."""
    found = next((match for cell in notebook.cells if cell.cell_type == "markdown" and (match := HEADING.search(cell.source))), None)
    if found is None:
        raise UserError("A notebook has no heading: expected a line `# Unit 03: Backpropagation, node by node`.")
    return found["unit"] or "", found["title"]


def slides(notebook: NotebookNode) -> list[Slide]:
    """The slides of an executed notebook. Raises UserError where a cell is none, or has nothing to show, or there is too much on one."""
    made: list[Slide] = []
    for cell in notebook.cells:
        if cell.metadata.get("deck") == SLIDE:
            made.append(slide(cell.source))
        elif cell.metadata.get("deck") == SHOW:
            if not made:
                raise UserError(f'A cell with deck="show" stands before the first slide:\n{cell.source}')
            put_on(made[-1], cell, notebook)
    return [part for slide in made for part in parts(slide)]


def parts(slide: Slide) -> list[Slide]:
    """A slide for each of its figures, numbered in the title where there are several; the words stand on the first."""
    count = len(slide.figures)
    if count < 2:
        return [slide]
    return [
        replace(slide, title=f"{slide.title} ({k} of {count})", text=slide.text if k == 1 else "", figures=[figure])
        for k, figure in enumerate(slide.figures, start=1)
    ]


def slide(source: str) -> Slide:
    """A slide as it is written. Raises UserError where it has no title or no note."""
    found = SLIDE_TEXT.match(source.strip())
    if found is None:
        raise UserError(f"A slide needs a first line `## Title`, and a last paragraph `Note: what the presenter says`; got:\n{source}")
    return Slide(found["title"].strip(), (found["text"] or "").strip(), " ".join(found["note"].split()))


def put_on(slide: Slide, cell: NotebookNode, notebook: NotebookNode) -> None:
    """Give a slide what a cell shows."""
    figures, states = figures_of(cell), [state for _, state in widgets_of(notebook, cell)]
    if not figures and not states:
        raise UserError(f'A cell with deck="show" shows neither a figure nor a widget:\n{cell.source}')
    slide.figures += figures
    slide.widget = states[0] if states else slide.widget
    if slide.widget and (slide.text or slide.figures or len(states) > 1):
        raise UserError(f"The slide “{slide.title}” has a widget, which needs it for itself: give the rest another slide.")


def figures_of(cell: NotebookNode) -> list[str]:
    """The figures among a cell's outputs, in HTML; the still picture of a widget is none."""
    pages = (output.get("data", {}).get("text/html", "") for output in cell.get("outputs", []))
    return [page for page in pages if "<figure" in page and 'id="still-' not in page]


def widgets_of(notebook: NotebookNode, *cells: NotebookNode) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The widgets that cells show, of all cells if none is named: the name of its class, and its saved state."""
    saved = notebook.metadata.get("widgets", {}).get(STATES, {}).get("state", {})
    for cell in cells or notebook.cells:
        for output in cell.get("outputs", []):
            if view := output.get("data", {}).get(VIEW):
                state = saved[view["model_id"]]["state"]
                yield state["_anywidget_id"].rpartition(".")[2], state


def shape(figure: str) -> float:
    """The width of a figure's image over its height; it is a PNG, which begins with both."""
    found = IMAGE.search(figure)
    if found is None:
        return WIDE
    head = base64.b64decode(found[1])
    width, height = (int.from_bytes(head[at : at + 4], "big") for at in (16, 20))
    return width / height
