"""Pairs of hand-ins that agree: similar."""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, named, with_units
from autograder.files import write_whole
from autograder.instance import Instance
from autograder.pages import similar_page
from autograder.similar import in_class
from autograder.teams import mates
from autograder.turns import alone
from course.errors import UserError

SIMILAR = """\
Compare the notebooks of a unit with each other: the code and the text that students wrote themselves, beyond what the released notebook
and the class as a whole explain. The page DIR/similar.html shows the pairs that stand out side by side. It is a lead and not a verdict.
Nothing that a student wrote is run."""


def register(commands: Commands) -> None:
    """Enter this command, with its options and its help."""
    command = with_units(commands.add_parser("similar", help=HELP["similar"], description=SIMILAR))
    command.add_argument("--anonymous", action="store_true", help="numbers in place of names; what students wrote stays as it is")
    command.add_argument("--json", action="store_true", help="print one JSON array, an object a unit, and write no page")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to write the page (default: DIR/similar.html)")
    command.set_defaults(command=similar)


def similar(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        units = named(instance, options, filter(instance.submissions, instance.structures()))
        found = list(compared(instance, units, messages))
    if not found:
        messages.say(f"There is nothing to compare in {options.dir}. Take in what was handed in with `autograder collect`, and try again.")
        return NOT_ALL
    if options.anonymous:
        found = [in_class.numbered(one) for one in found]
    if options.json:
        print(json.dumps([in_class.as_data(one) for one in found], indent=2))
    for one in found:
        unread = f" {len(one.unread)} could not be read: {', '.join(one.unread)}." if one.unread else ""
        messages.say(f"{one.unit}: {len(one.works)} notebooks compared, {standing_out(len(one.standing_out))}.{unread}")
    if not options.json:
        path = options.out or instance.root / "similar.html"
        write_whole(path, similar_page.page(instance.course_id, found))
        messages.say(
            f"The page is {path}: open it in a browser. A pair on it is a lead, not a verdict: read both sides before you ask anybody."
        )
    return NOT_ALL if len(found) < len(units) or any(one.unread for one in found) else DONE


def compared(instance: Instance, units: Sequence[str], messages: Messages) -> Iterator[in_class.Found]:
    """What comparing some units comes to. Of several, one that cannot be compared is left out, and said to be."""
    for unit in units:
        try:
            yield in_class.compare(instance, unit, without=[mate for of_team in mates(instance, unit).values() for mate in of_team])
        except UserError as error:
            if len(units) == 1:
                raise
            messages.say(str(error))


def standing_out(count: int) -> str:
    return f"{count or 'no'} pair{'s stand' if count > 1 else ' stands'} out"
