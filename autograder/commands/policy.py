"""What a class has decided, for one student: extend."""

import argparse

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, with_class
from autograder.gradebook import database
from autograder.gradebook.extensions import EXPECTED, extend, extensions, like
from autograder.instance import Instance
from autograder.intake.names import composed
from autograder.spans import in_words
from autograder.turns import alone
from autograder.walls.sandbox import printable
from course.errors import UserError

EXTEND = """\
Grant a student more time for a unit, in place of what was granted before; what late work costs is worked out again. It may be granted
before the student hands in. Without a student: list what was granted. Due dates, points and the rule for late work: DIR/class.toml."""


def register(commands: Commands) -> None:
    """Enter this command, with its options and its help."""
    command = with_class(commands.add_parser("extend", help=HELP["extend"], description=EXTEND))
    command.add_argument("student", metavar="STUDENT", type=composed, nargs="?", help="who gets it; without one, all extensions are listed")
    command.add_argument("span", metavar="SPAN", nargs="?", help="2d, 36h, 1d12h; a day and a time, 2026-11-07T12:00; 0 takes it back")
    command.set_defaults(command=extend_or_list)


def extend_or_list(options: argparse.Namespace, messages: Messages) -> int:
    if options.student and not options.span:
        raise UserError(f"Expected what {printable(options.student)} is granted: {EXPECTED}.")
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        unit = instance.unit(options.unit)
        if not options.student:
            return show_extensions(instance, unit, messages)
        span = extend(instance, unit, options.student, options.span)
        granted = [one for one in extensions(instance, unit) if one.student == options.student]
        unknown = options.student not in database.students(instance)
        similar = like(instance, options.student)
    student = printable(options.student)
    if not granted:
        messages.say(f"{student} has no extension for {unit}.")
    for one in granted:
        later = ", which counts once a hand-in is graded" if one.waits else ""
        messages.say(f"{student} has {in_words(span)} more for {unit}, until {one.until:%Y-%m-%d %H:%M %Z}{later}.")
    if unknown:
        meant = f" Is it {printable(similar)}?" if similar else " Is the id right?"
        messages.say(f"Nobody of this name has handed in anything yet.{meant}")
    messages.say(f"Next: autograder feedback {options.dir} {unit}")
    return NOT_ALL if unknown else DONE


def show_extensions(instance: Instance, unit: str, messages: Messages) -> int:
    granted = extensions(instance, unit)
    if not granted:
        messages.say(f"Nobody has an extension for {unit}. Grant one: autograder extend {instance.root} {unit} STUDENT 2d")
        return NOT_ALL
    table = Table()
    for heading in ("student", "extension", "until", "graded hand-in"):
        table.add_column(heading)
    for one in granted:
        until, at = (f"{at:%Y-%m-%d %H:%M %Z}" if at else "" for at in (one.until, one.handed_in))
        table.add_row(escape(printable(one.student)), in_words(one.span), until, "not yet" if one.waits else at or "without a time")
    Console(highlight=False).print(table)
    return DONE
