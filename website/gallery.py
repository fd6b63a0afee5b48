"""The page that shows every widget, alive; the widgets are those of the lecture's folder."""

import json
from pathlib import Path

from autograder.lecture.folder import LISTED
from website import units

TEXT = """# Gallery of the widgets

Each as the units show it, alive: drag, press the arrow keys, choose a preset. *Open it alone* leads to a page of its own, one file:
to be shown with *F*, or handed out. [The guide to the widgets](docs/widgets.md) says how to make one with numbers of your own.
"""


def page_of(decks: Path) -> str:
    """The page, of a lecture's folder that lies in the site."""
    exhibits = json.loads((decks / LISTED).read_text(encoding="utf-8"))["exhibits"]
    return "\n".join([TEXT, *(section_of(f"{decks.name}/{file}", entry) for file, entry in sorted(exhibits.items()))])


def section_of(file: str, entry: dict[str, str]) -> str:
    where = f", in unit {entry['unit']}" if entry["unit"] else ""
    return f"## {entry['title']}\n\n`{entry['name']}`{where}\n\n{units.framed(file, entry['title'])}\n"
