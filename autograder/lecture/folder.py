"""The folder to lecture from: contents, gallery, decks, a page for each widget, and what they share in `assets/`."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbformat.notebooknode import NotebookNode

from autograder.files import write_whole
from autograder.lecture import markdown
from autograder.lecture.slides import Slide, heading, slides, widgets_of
from autograder.pages import templates
from course import widgets
from course.units import UNITS

HERE = Path(__file__).parent
CONTENTS, GALLERY, ASSETS = "index.html", "gallery.html", "assets"
LISTED = f"{ASSETS}/listed.json"  # what contents and gallery list, by file: it stays there when another unit is written
SHARED = ("bundle.js", "bundle.css")


@dataclass(frozen=True)
class Deck:
    """A unit's deck: the unit ("Unit 03") and its title, and the slides after the first."""

    name: str
    unit: str
    title: str
    slides: list[Slide]

    @property
    def file(self) -> str:
        return f"{self.name}.html"

    @property
    def entry(self) -> dict[str, Any]:
        """What the contents say of it."""
        return {"unit": self.unit, "title": self.title, "count": len(self.slides) + 1}


@dataclass(frozen=True)
class Exhibit:
    """A widget of the gallery: its class, its saved state, and the unit that shows it, or ""."""

    name: str
    state: Mapping[str, Any]
    unit: str

    @property
    def file(self) -> str:
        return f"widgets/{'_'.join(filter(None, [self.unit[:2], self.name]))}.html"

    @property
    def entry(self) -> dict[str, str]:
        """What the gallery says of it."""
        frame = self.state["frame"]
        return {"name": self.name, "unit": self.unit[:2], "title": frame["title"], "question": frame["question"]}


def write(folder: Path, notebooks: Mapping[str, NotebookNode]) -> list[Deck]:
    """Write the folder from executed notebooks, by unit; returns the decks that are made of them: a unit without slides has none.

    What the folder has of other units stays, and stays listed.
    """
    decks = [deck for unit, notebook in notebooks.items() if (deck := deck_of(unit, notebook)).slides]
    exhibits = list(shown(notebooks))
    if set(notebooks) == set(UNITS.names):
        exhibits += unshown(exhibits)
    listed = {
        "decks": still_there(folder, "decks") | {deck.file: deck.entry for deck in decks},
        "exhibits": still_there(folder, "exhibits") | {exhibit.file: exhibit.entry for exhibit in exhibits},
    }
    pages = {
        **{deck.file: deck_page(deck) for deck in decks},
        **{exhibit.file: widgets.page_of(exhibit.state) for exhibit in exhibits},
        **{f"{ASSETS}/{name}": (HERE / name).read_text(encoding="utf-8") for name in SHARED},
        LISTED: json.dumps(listed, ensure_ascii=False, indent=1),
        GALLERY: rendered("gallery.html", exhibits=sorted(listed["exhibits"].items())),
        CONTENTS: rendered("contents.html", decks=sorted(listed["decks"].items())),
    }
    for name, text in pages.items():
        write_whole(folder / name, text)
    return decks


def still_there(folder: Path, what: str) -> dict[str, Any]:
    """What was listed when the folder was last written, and is in it still."""
    with contextlib.suppress(OSError, ValueError):
        listed = json.loads((folder / LISTED).read_text(encoding="utf-8"))
        return {name: entry for name, entry in listed[what].items() if (folder / name).is_file()}
    return {}


def deck_of(unit: str, notebook: NotebookNode) -> Deck:
    return Deck(unit, *heading(notebook), slides(notebook))


def deck_page(deck: Deck) -> str:
    """A deck as a page."""
    return rendered("deck.html", deck=deck)


def shown(notebooks: Mapping[str, NotebookNode]) -> Iterator[Exhibit]:
    """The widgets that units show, each as the unit shows it first."""
    for unit, notebook in notebooks.items():
        seen: dict[str, Mapping[str, Any]] = {}
        for name, state in widgets_of(notebook):
            seen.setdefault(name, state)
        yield from (Exhibit(name, state, unit) for name, state in seen.items())


def unshown(exhibits: Sequence[Exhibit]) -> Iterator[Exhibit]:
    """The widgets that no unit shows, each as it is made from nothing."""
    for name in sorted(set(widgets.__all__) - {"page"} - {exhibit.name for exhibit in exhibits}):
        with contextlib.suppress(TypeError):  # it needs to be given something
            widget = getattr(widgets, name)()
            yield Exhibit(name, {"_esm": str(widget._esm), **widget.get_state(widgets.names_of(widget.keys))}, "")


def framed(slide: Slide) -> str:
    """The page in a slide's frame that draws its widget, which bears the slide's title."""
    state = dict(slide.widget or {})
    state["frame"] = {**state["frame"], "title": slide.title}
    return rendered("frame.html", title=slide.title, data=Markup(widgets.data_of(state)))


def rendered(template: str, **values: Any) -> str:
    return JINJA.get_template(template).render(values)


JINJA = Environment(loader=FileSystemLoader([HERE, templates.FOLDER]), autoescape=True, undefined=StrictUndefined)
FILTERS: Mapping[str, Callable[..., str]] = {
    "markdown": lambda text: Markup(markdown.html_of(text)),
    "line": lambda text: Markup(markdown.line_of(text)),
    "framed": framed,
    "as_is": Markup,
}
JINJA.filters |= FILTERS
