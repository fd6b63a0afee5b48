"""A class made by an older version: update."""

import argparse
from pathlib import Path

from autograder import update as updates
from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages
from autograder.instance import Instance, called
from autograder.turns import alone
from course.errors import UserError
from course.units import UNITS

UPDATE = """\
Bring a class up to the version of the course that is installed: new units, mended notebooks in source/, and the lines that
nbgrader_config.py may lack. Marks, hand-ins, what was released and units of your own stay. A notebook that you have changed stays too: the
course's new one is laid in DIR/updates, for you to compare. What students hand in on an earlier release is still graded after you release
again."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = commands.add_parser("update", help=HELP["update"], description=UPDATE)
    command.add_argument("dir", type=Path, metavar="DIR", help="a class, made by `autograder init`")
    command.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    command.add_argument(
        "--take",
        action="append",
        default=[],
        metavar="UNIT",
        help="the course's notebook of this unit in place of yours, which is kept in DIR/updates; may be repeated; `all` for every unit",
    )
    command.set_defaults(command=update)


def update(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        steps = updates.plan(instance, taken(options.take))
        sentences = [sentence for step in steps if (sentence := updates.told(instance, step))]
        sentences += updates.config_told(instance)
        for sentence in sentences or [updates.up_to_date()]:
            messages.say(sentence)
        if options.dry_run:
            messages.say(f"Nothing was changed. To do it: autograder update {options.dir}" if sentences else "Nothing was changed.")
            return DONE
        updates.apply(instance, steps)
        updates.mend_config(instance)
    written = [step.unit for step in steps if step.state in updates.WRITTEN]
    if again := [unit for unit in written if instance.released(unit).is_file()]:
        messages.say("Students have the earlier notebook, and what they hand in counts, before and after you release the new one.")
    if written:
        messages.say(f"Next: autograder release {options.dir} {' '.join(again or written[:1])}")
    return NOT_ALL if any(step.state == "kept" for step in steps) else DONE


def taken(words: list[str]) -> list[str]:
    """The units of the course that are meant. Raises UserError for a word that means none."""
    if "all" in words:
        return UNITS.names
    if unknown := [word for word in words if not called(word, UNITS.names)]:
        raise UserError(f"The course has no unit {unknown[0]!r}. It has {', '.join(UNITS.names)}.")
    return [called(word, UNITS.names) for word in words]
