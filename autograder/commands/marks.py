"""Marks out of the gradebook and into it: scores, marks."""

import argparse
import dataclasses
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, named, with_class, with_units
from autograder.files import write_whole
from autograder.gradebook import by_hand, database, rules
from autograder.gradebook.platforms import PLATFORMS, upload
from autograder.gradebook.results import as_csv, results
from autograder.instance import Instance
from autograder.intake.roster import Roster
from autograder.intake.tables import MARK
from autograder.show import table_of_results
from autograder.teams import mates
from autograder.turns import alone
from autograder.walls.sandbox import printable
from course.errors import UserError

SCORES = """\
Show the marks in the gradebook, those given by hand included: what late work cost, who has an extension, and what is not final. With
--roster also those who handed in nothing, who have 0 once it is due. JSON, and the CSV of a single unit, has a mark for each exercise and
written answer. With --for: a file of a unit's final marks that a learning platform imports; who is not in it is told, with the reason."""


MARKS = """\
Write marks and comments that you give into the gradebook, where formgrader has them too. FILE is a table with a column student and, for a
written answer, its name and NAME_comment, such as written_1 and written_1_comment; --template writes one to fill in, with the beginning of
each answer. The name of an exercise overrides its mark. An empty cell leaves what stands. Where a cell is wrong nothing is written."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = commands.add_parser("scores", help=HELP["scores"], description=SCORES)
    with_units(command, "all")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as one JSON array")
    form.add_argument("--csv", action="store_true", help="as comma-separated values")
    form.add_argument("--for", dest="platform", choices=PLATFORMS, help="as it imports them (csv: ids of the class and marks alone)")
    command.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class, and by what a platform knows them")
    command.add_argument("--column", metavar="HEADING", help="with --for: what the platform calls the mark (default: the unit)")
    command.add_argument("--provisional", action="store_true", help="with --for: also marks that may still change")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to write it, in place of the terminal")
    command.set_defaults(command=scores)

    command = with_class(commands.add_parser("marks", help=HELP["marks"], description=MARKS))
    command.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a table of marks and comments")
    command.add_argument("--template", action="store_true", help="write the table to be filled in, in place of reading one")
    command.add_argument("--out", type=Path, metavar="NEW", help="with --template: where to write it, in place of the terminal")
    command.set_defaults(command=marks)


def scores(options: argparse.Namespace, messages: Messages) -> int:
    if not options.platform and (options.column or options.provisional):
        raise UserError("--column and --provisional say what goes into a platform's file: give --for too.")
    if options.out and not (options.platform or options.csv or options.json):
        raise UserError("--out takes a file for a program: give --csv, --json or --for too.")
    roster = Roster.load(options.roster) if options.roster else None
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        units = named(instance, options, graded_units(instance)) if options.units or options.all else graded_units(instance)
        rules.apply(instance, units)
        if options.platform:
            return scores_for_platform(instance, units, roster, options, messages)
        rows = [row for unit in units for row in results(instance, unit, roster)]
    if options.json:
        put_out(json.dumps([dataclasses.asdict(row) for row in rows], indent=2) + "\n", options.out, messages)
    elif options.csv:
        put_out(as_csv(rows), options.out, messages, for_spreadsheet=True)
    elif rows:
        Console(highlight=False).print(table_of_results(rows))
    if not rows:
        messages.say(f"There are no marks in {instance.root} yet. Run `autograder grade` first.")
    return DONE if rows else NOT_ALL


def graded_units(instance: Instance) -> list[str]:
    """The units of which something stands in the gradebook."""
    graded = {score.unit for score in database.scores(instance)}
    return [unit for unit in instance.units() if unit in graded]


def scores_for_platform(
    instance: Instance, units: list[str], roster: Roster | None, options: argparse.Namespace, messages: Messages
) -> int:
    """The marks of a unit as a platform imports them; who is left out is told."""
    if len(units) != 1:
        raise UserError(f"--for takes the marks of one unit; got {', '.join(units) or 'none'}. Run it once for each.")
    (unit,) = units
    file = upload(options.platform, results(instance, unit, roster), roster, options.column or unit, provisional=options.provisional)
    put_out(file.text, options.out, messages)
    messages.say(f"{file.marks} marks of {unit}. Upload the file as it is: a spreadsheet that saves it may change ids.")
    tell_left_out(file.left_out, messages)
    return NOT_ALL if file.left_out or not file.marks else DONE


def tell_left_out(left_out: Mapping[str, str], messages: Messages) -> None:
    """Say who is left out, by reason."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for student, why in left_out.items():
        by_reason[why].append(student)
    for why, students in sorted(by_reason.items()):
        messages.say(f"Left out ({why}): {', '.join(printable(student) for student in students)}.")


def marks(options: argparse.Namespace, messages: Messages) -> int:
    if bool(options.file) == options.template or (options.out and not options.template):
        raise UserError("Expected a FILE of marks, or --template (with --out NEW) for a table to be filled in.")
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        unit = instance.unit(options.unit)
        if options.template:
            put_out(by_hand.template(instance, unit, mates(instance, unit)), options.out, messages, for_spreadsheet=True)
            messages.say(f"Next, once it is filled in: autograder marks {options.dir} {unit} FILE")
            return DONE
        given = by_hand.take_in(instance, unit, options.file, mates(instance, unit))
    messages.say(
        f"New: {given.marks} marks and {given.comments} comments, of {given.students} students; as they were: {given.unchanged}. "
        f"Next: autograder feedback {options.dir} {unit}"
    )
    return DONE


def put_out(text: str, path: Path | None, messages: Messages, *, for_spreadsheet: bool = False) -> None:
    """Print a text, or write it into a file."""
    if path is None:
        print(text, end="")
        return
    write_whole(path, (MARK if for_spreadsheet else "") + text)
    messages.say(f"Written: {path}.")
