"""A download taken in: collect."""

import argparse
import dataclasses
import json
from collections import Counter
from pathlib import Path

from rich.console import Console

from autograder.collect import collect
from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, with_class
from autograder.instance import Instance
from autograder.intake.roster import Roster
from autograder.show import table_of_fates
from autograder.turns import alone

COLLECT = """\
Copy the notebooks of a unit out of a folder or a zip into DIR/submitted. A notebook is known by what is in it, whatever it is called,
and its sender by the roster, or without one by the name that the platform writes. What is not clear is listed, and left for you. Of
several attempts the latest is graded, and the others are kept in DIR/attempts. Nothing is moved, and a second run changes nothing."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = with_class(commands.add_parser("collect", help=HELP["collect"], description=COLLECT))
    command.add_argument("source", type=Path, metavar="SOURCE", help="a folder or a zip")
    command.add_argument("--roster", type=Path, metavar="CSV", help="who is who: a heading, a column `id`, and names, addresses or numbers")
    command.add_argument("--json", action="store_true", help="print one JSON array, an object a file, and nothing else")
    command.set_defaults(command=collect_hand_ins)


def collect_hand_ins(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.open(options.dir)
    unit = instance.unit(options.unit)
    roster = Roster.load(options.roster) if options.roster else None
    with alone(options.dir, messages.say), messages.status(f"Reading {options.source}"):
        fates = collect(instance, unit, options.source, roster)
    if options.json:
        print(json.dumps([dataclasses.asdict(fate) for fate in fates], indent=2))
    else:
        Console(highlight=False).print(table_of_fates(fates))
    counts = Counter(fate.what for fate in fates)
    messages.say(f"{len(fates)} files: {', '.join(f'{count} {what}' for what, count in counts.most_common())}.")
    found = counts.keys() & {"collected", "kept", "there already"}
    if not found:
        messages.say(f"None of them is a notebook of {unit} by anybody who is known: is it the right download, and the right unit?")
    if counts["unclear"]:
        messages.say("What is unclear was not collected: put it right, or into DIR/submitted/STUDENT/UNIT yourself, and run this again.")
    messages.say(f"Next: autograder grade {options.dir} {unit}")
    return DONE if found and not counts["unclear"] else NOT_ALL
