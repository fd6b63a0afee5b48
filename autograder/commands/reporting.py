"""What a class knows: report."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from autograder import learning
from autograder.commands.handing_out import units_with_marks
from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, named, with_units
from autograder.files import write_whole
from autograder.gradebook import rules
from autograder.instance import Instance
from autograder.intake.roster import Roster
from autograder.pages import class_page, figures, opening_page
from autograder.pages.figures import UnitFigures
from autograder.pages.offer import offer
from autograder.turns import alone

REPORT = """\
Write a page on the class that opens offline: who handed in, the marks, how each exercise went, the misconceptions of this class by name
with an example of each and the hint to give in the next lecture, wrong answers that nothing explains in groups that return the same, who is
stuck where, who waits for something, and over several units who falls behind. A group gets a name and a hint in DIR/mistakes.toml; the next
`autograder grade` or `feedback` tells all who are in it. With --slide, slides for the next lecture's opening in its place: the mistakes of
the largest part of the class, each with an answer that shows it and the hint to give."""


def register(commands: Commands) -> None:
    """Enter this command, with its options and its help."""
    command = commands.add_parser(
        "report", help=HELP["report"], description=REPORT
    )
    with_units(command, "all that were graded")
    command.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class, to see who handed in nothing")
    command.add_argument("--anonymous", action="store_true", help="numbers in place of names, to show it to the class")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: DIR/class.html, or DIR/opening.html)")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the figures as JSON, and write no page")
    form.add_argument("--slide", action="store_true", help="slides of what most have not understood, for the next lecture; no page")
    form.add_argument(
        "--offer", type=Path, metavar="FILE", help="write what mistakes.toml names, without students, to be offered to the course; no page"
    )
    command.set_defaults(command=report_on_class)


def report_on_class(options: argparse.Namespace, messages: Messages) -> int:
    roster = Roster.load(options.roster) if options.roster else None
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        graded = named(instance, options, ()) if options.units else units_with_marks(instance)
        rules.apply(instance, graded)
        units = [figures.figures_of(instance, unit, roster) for unit in graded]
    if options.offer:
        return write_offer(instance, units, options.offer, messages)
    if options.slide:
        return write_slides(instance, units, options.out or instance.root / "opening.html", messages)
    tell_what_has_no_name(instance, units, messages)
    if options.anonymous:
        units = figures.numbered(units)
    if options.json:
        print(json.dumps([figures.as_data(unit) for unit in units], indent=2))
        return DONE
    path = options.out or instance.root / "class.html"
    write_whole(path, class_page.page(instance.course_id, units))
    messages.say(f"The page on the class is {path}: open it in a browser.")
    return DONE


def tell_what_has_no_name(instance: Instance, units: Sequence[UnitFigures], messages: Messages) -> None:
    """Say which group would be the first to name, and which names in mistakes.toml are of nobody here."""
    largest = max((group for unit in units for group in unit.unnamed), key=lambda group: len(group.students), default=None)
    path = instance.root / learning.FILE
    if largest and largest.shared:
        messages.say(
            f"{len(largest.students)} students gave a wrong answer to {largest.exercise} that nothing explains, and the same one. "
            f"To name it for all of them, put this into {path}, change its last two lines, and run `autograder grade` again:\n\n"
            f"{class_page.to_be_named(largest)}"
        )
    found = {(group.exercise, group.id) for unit in units for group in unit.groups}
    reported = {unit.unit for unit in units}
    elsewhere = {name for unit, structure in instance.structures().items() if unit not in reported for name in structure.check_ids}
    empty = [place for place in learning.mistakes_of(instance) if place not in found and place[0] not in elsewhere]
    if empty:
        messages.say(f"Of the groups that {path} names, nobody is in {', '.join(map(' '.join, empty))}.")


def write_slides(instance: Instance, units: Sequence[UnitFigures], path: Path, messages: Messages) -> int:
    """Write the slides for a lecture's opening, and say what is on them."""
    page = opening_page.page(instance.course_id, units)
    if not page:
        messages.say("There is nothing for a slide: no named mistake is of more than one student. `autograder report` shows all.")
        return NOT_ALL
    write_whole(path, page)
    for slide in opening_page.slides(units):
        messages.say(f"{slide.share} ({slide.count} of {slide.of}) in {slide.mistake.exercise}: {slide.mistake.cause}.")
    messages.say(f"The slides are {path}: open it in a browser; Page Down is the next one, and what is wrong opens by a click.")
    return DONE


def write_offer(instance: Instance, units: Sequence[UnitFigures], path: Path, messages: Messages) -> int:
    """Write the mistakes to be offered, and say what to do with them."""
    text = offer(units, learning.mistakes_of(instance))
    if not text:
        messages.say(f"There is nothing to offer: no answer here is in a group that {instance.root / learning.FILE} names.")
        return NOT_ALL
    write_whole(path, text)
    messages.say(f"Read {path}, and offer it to the course in a pull request, as CONTRIBUTING.md says. It names no student.")
    return DONE
