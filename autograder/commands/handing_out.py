"""What people get of the marks: feedback, scores, report."""

import argparse
import csv
import dataclasses
import json
import sys
from pathlib import Path

from rich.console import Console

from autograder.commands.options import DONE, NOT_ALL, Commands, Messages, named, with_units
from autograder.files import write_whole
from autograder.gradebook import database, rules
from autograder.instance import Instance
from autograder.intake.names import composed
from autograder.intake.roster import Roster
from autograder.pages import class_page, figures
from autograder.pages import feedback as feedback_pages
from autograder.pages.handing_back import hand_back
from autograder.show import progress, table_of_scores
from autograder.turns import alone
from course.errors import UserError

FEEDBACK = """\
Write a page for each student: the mark, what to do next, each exercise with its verdict and the answer, the written answers with your
comments. A page is one file that opens offline; it is written again only where something changed. With --zip FILE --download SOURCE each
page is named as Moodle and Canvas want it: like the notebook that they let you download. Without SOURCE it is STUDENT/UNIT.html."""

REPORT = """\
Write a page on the class that opens offline: who handed in, the marks, how each exercise went, the misconceptions of this class by name
with an example of each and the hint to give in the next lecture, who waits for something, and over several units who falls behind."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = with_units(commands.add_parser("feedback", help="write the students' feedback pages", description=FEEDBACK))
    command.add_argument("--student", action="append", type=composed, default=[], metavar="ID", help="only this student; may be repeated")
    command.add_argument("--zip", type=Path, metavar="FILE", help="also put the pages into a zip, to be uploaded to a learning platform")
    command.add_argument(
        "--download", type=Path, metavar="SOURCE", help="with --zip: what was collected, for the names that the platform knows files by"
    )
    command.set_defaults(command=feedback)

    command = with_units(commands.add_parser("scores", help="show the marks in the gradebook, hand-given ones included"), "all")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as one JSON array")
    form.add_argument("--csv", action="store_true", help="as comma-separated values")
    command.set_defaults(command=scores)

    command = commands.add_parser(
        "report", help="a page on the class: what it knows, what it has not understood, who waits", description=REPORT
    )
    with_units(command, "all that were graded")
    command.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class, to see who handed in nothing")
    command.add_argument("--anonymous", action="store_true", help="numbers in place of names, to show it to the class")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: DIR/class.html)")
    command.add_argument("--json", action="store_true", help="print the figures as JSON, and write no page")
    command.set_defaults(command=report_on_class)


def feedback(options: argparse.Namespace, messages: Messages) -> int:
    if options.download and not options.zip:
        raise UserError("--download says how pages are named in a zip: give --zip FILE too.")
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        units = named(instance, options, units_with_marks(instance) if options.all else ())
        if options.zip and len(units) > 1:
            raise UserError(f"--zip takes the pages of one unit; got {', '.join(units)}. Run it once for each.")
        pages = []
        for unit in units:
            with progress(messages, f"Feedback on {unit}", len(options.student) or len(instance.submissions(unit))) as advance:
                pages += feedback_pages.feedback(instance, unit, students=options.student or None, on_page=lambda _: advance())
    messages.say(f"{len(pages)} pages are new or changed, in {instance.root / 'feedback'}.")
    if not options.zip:
        return DONE
    unknown = hand_back(instance, units[0], options.zip, options.student, options.download)
    messages.say(f"Upload {options.zip}.")
    if unknown:
        messages.say(f"Not found in {options.download}, and so under their ids in the zip: {', '.join(unknown)}.")
    return NOT_ALL if unknown else DONE


def units_with_marks(instance: Instance) -> list[str]:
    """The units of which something has been graded. Raises UserError where there is none."""
    if units := sorted({score.unit for score in database.scores(instance)}):
        return units
    raise UserError(f"Nothing has been graded in {instance.root} yet. Run `autograder grade` first.")


def scores(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        units = named(instance, options, ()) if options.units else []
        rules.apply(instance, units)
        rows = [row for unit in units or (None,) for row in database.scores(instance, unit)]
    if options.json:
        print(json.dumps([dataclasses.asdict(row) for row in rows], indent=2))
    elif options.csv:
        names = [field.name for field in dataclasses.fields(database.Score)]
        writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**dataclasses.asdict(row), "student": harmless(row.student)} for row in rows)
    elif rows:
        Console(highlight=False).print(table_of_scores(rows))
    if not rows:
        messages.say(f"There are no marks in {instance.root} yet. Run `autograder grade` first.")
    return DONE if rows else NOT_ALL


def report_on_class(options: argparse.Namespace, messages: Messages) -> int:
    roster = Roster.load(options.roster) if options.roster else None
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        graded = named(instance, options, ()) if options.units else units_with_marks(instance)
        rules.apply(instance, graded)
        units = [figures.figures_of(instance, unit, roster) for unit in graded]
    if options.anonymous:
        units = figures.numbered(units)
    if options.json:
        print(json.dumps([figures.as_data(unit) for unit in units], indent=2))
        return DONE
    path = options.out or instance.root / "class.html"
    write_whole(path, class_page.page(instance.course_id, units))
    messages.say(f"The page on the class is {path}: open it in a browser.")
    return DONE


def harmless(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text
