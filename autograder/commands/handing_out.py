"""What a student gets of the marks: feedback."""

import argparse
from pathlib import Path

from autograder import batch
from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, named, with_units
from autograder.gradebook import database
from autograder.instance import CONFIG, FEEDBACK_LINE, Instance
from autograder.intake.names import composed
from autograder.intake.roster import Roster
from autograder.pages import feedback as feedback_pages
from autograder.pages.handing_back import hand_back
from autograder.show import progress
from autograder.turns import alone
from course.errors import UserError

FEEDBACK = """\
Write a page for each student: the mark, what to do next, each exercise with its verdict and the answer, the written answers with your
comments. A page is one file that opens offline; it is written again only where something changed. With --zip FILE --download SOURCE each
page is named as Moodle and Canvas want it: like the notebook that they let you download. Without SOURCE it is STUDENT/UNIT.html."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = with_units(commands.add_parser("feedback", help=HELP["feedback"], description=FEEDBACK))
    command.add_argument("--student", action="append", type=composed, default=[], metavar="ID", help="only this student; may be repeated")
    command.add_argument("--zip", type=Path, metavar="FILE", help="also put the pages into a zip, to be uploaded to a learning platform")
    command.add_argument(
        "--download", type=Path, metavar="SOURCE", help="with --zip: what was collected, for the names that the platform knows files by"
    )
    command.add_argument("--roster", type=Path, metavar="CSV", help="with --download: who is who in it, as for collect")
    command.set_defaults(command=feedback)


def feedback(options: argparse.Namespace, messages: Messages) -> int:
    if options.download and not options.zip:
        raise UserError("--download says how pages are named in a zip: give --zip FILE too.")
    if options.download and not options.download.exists():
        raise UserError(f"There is no {options.download}: --download takes the folder or zip that was collected from.")
    roster = Roster.load(options.roster) if options.roster else None
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        if not instance.buttons_write_our_page:
            messages.say(
                "In this class `nbgrader generate_feedback` and formgrader's own button write another page over these. "
                f"To have them write these: autograder update {options.dir}, or add to {instance.root / CONFIG}: {FEEDBACK_LINE}"
            )
        units = named(instance, options, units_with_marks(instance) if options.all else ())
        if options.zip and len(units) > 1:
            raise UserError(f"--zip takes the pages of one unit; got {', '.join(units)}. Run it once for each.")
        pages = []
        for unit in units:
            batch.learn(instance, unit)
            with progress(messages, f"Feedback on {unit}", len(options.student) or len(instance.submissions(unit))) as advance:
                pages += feedback_pages.feedback(instance, unit, students=options.student or None, on_page=lambda _: advance())
    messages.say(f"{len(pages)} pages are new or changed, in {instance.root / 'feedback'}.")
    if not options.zip:
        return DONE
    unknown = hand_back(instance, units[0], options.zip, options.student, options.download, roster)
    messages.say(f"Upload {options.zip}.")
    if unknown:
        messages.say(f"Not found in {options.download}, and so under their ids in the zip: {', '.join(unknown)}.")
    return NOT_ALL if unknown else DONE


def units_with_marks(instance: Instance) -> list[str]:
    """The units of which something has been graded. Raises UserError where there is none."""
    if units := sorted({score.unit for score in database.scores(instance)}):
        return units
    raise UserError(f"Nothing has been graded in {instance.root} yet. Run `autograder grade` first.")
