"""What a lecturer shows: the decks and the gallery."""

import argparse
import os
from pathlib import Path

from autograder.commands.options import DONE, HELP, Commands, Messages, between
from autograder.lecture import folder
from autograder.lecture.running import each_executed
from autograder.show import progress
from course.errors import UserError
from course.units import UNITS

LECTURE = """\
Make a folder to lecture from: a deck of slides for each unit, and a gallery of the widgets. All of it opens from the folder in a browser,
on a machine without network and without this program. Each unit is run once with its right answers, for its figures and widgets, which
takes some minutes; no slide shows an answer. With --unit, the decks of other units that are in DIR already stay there, and stay listed. The
slides are cells of the units' sources, solutions/UNIT/notebook.py; docs/lecture.md has the keys, and says how slides are written."""


def register(commands: Commands) -> None:
    """Enter this command, with its options and its help."""
    command = commands.add_parser("lecture", help=HELP["lecture"], description=LECTURE)
    command.add_argument("out", type=Path, metavar="DIR", nargs="?", default=Path("lecture"), help="where to (default: %(default)s)")
    command.add_argument(
        "--unit", action="append", default=[], metavar="UNIT", help="only this unit, by name or number, such as 03; may be repeated"
    )
    command.add_argument(
        "--workers", type=between(1, 100), default=os.cpu_count() or 1, metavar="N",
        help="units that run at a time (default: one a core); with 1, times that a unit measures are not disturbed by another",
    )  # fmt: skip
    command.set_defaults(command=lecture)


def lecture(options: argparse.Namespace, messages: Messages) -> int:
    units = [named(name) for name in dict.fromkeys(options.unit)] or list(UNITS.names)
    found = {}
    with progress(messages, "Running the units", len(units)) as advance:
        for unit, notebook in each_executed(units, options.workers):
            found[unit] = notebook
            advance()
    decks = folder.write(options.out, {unit: found[unit] for unit in UNITS.names if unit in found})
    if without := sorted(set(units) - {deck.name for deck in decks}):
        messages.say(f"No slides yet in {', '.join(without)}.")
    there = "1 deck" if len(decks) == 1 else f"{len(decks)} decks"
    slides = sum(len(deck.slides) + 1 for deck in decks)
    messages.say(
        f"{there} with {slides} slides, and the gallery, in {options.out}. Next: open {options.out / folder.CONTENTS} in a browser; "
        "the folder may be copied anywhere."
    )
    return DONE


def named(name: str) -> str:
    """The unit of that name or number. Raises UserError where there is none."""
    found = next((unit for unit in UNITS.names if name in (unit, unit.partition("_")[0])), None)
    if found is None:
        raise UserError(f"no unit is called {name!r}. The units are: {', '.join(UNITS.names)}.")
    return found
