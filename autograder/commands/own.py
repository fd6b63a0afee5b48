"""Exercises of one's own: new-exercise, and measure."""

import argparse
from pathlib import Path

from rich.console import Console

from autograder import build, measure, own
from autograder.commands.options import DONE, HELP, NOT_ALL, Commands, Messages, between, with_class
from autograder.instance import Instance
from autograder.show import progress, table_of_tallies
from autograder.trial import told_where
from autograder.turns import alone
from course.units import UNITS
from course.units.own import NOTEBOOK

NEW = """\
Write an exercise that works into DIR/exercises/UNIT, with the source of a notebook beside it, to be changed: what is asked, how it is
judged, and which mistakes are known by name. As it stands, the unit can be released, checked and graded."""

MEASURE = """\
Hand in every mistake that the exercises of a unit know, and every right answer there is, over many draws of the cases: is each mistake
caught, and called by its name, and does every right answer pass? For exercises of your own, DIR/exercises/UNIT/answers/right_*.py may
hold right answers in other styles. Ends with status 1 where one does not pass, or a mistake does. The files in DIR/exercises run as
yourself."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = commands.add_parser("new-exercise", help=HELP["new-exercise"], description=NEW)
    command.add_argument("dir", type=Path, metavar="DIR", help="a class, made by `autograder init`")
    command.add_argument("name", metavar="NAME", help="the function that students write, such as softplus_backward")
    command.add_argument("--unit", metavar="UNIT", help="the unit it is for, new or one of your own (default: NAME)")
    command.set_defaults(command=new_exercise)

    command = with_class(commands.add_parser("measure", help=HELP["measure"], description=MEASURE))
    command.add_argument("--seeds", type=between(1, 10_000), default=20, metavar="N", help="draws of the cases (default: %(default)s)")
    command.set_defaults(command=measure_unit)


def new_exercise(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        path = own.new_exercise(Instance.open(options.dir), options.name, options.unit or options.name)
    unit = path.parent.name
    messages.say(
        f"Wrote {path}, and its place in {path.with_name(NOTEBOOK)}. Both work as they are; change them to what you want.\n"
        f"Next: autograder measure {options.dir} {unit}, then autograder release {options.dir} {unit}"
    )
    return DONE


def measure_unit(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.open(options.dir)
    unit = instance.unit(options.unit)
    seeds = range(int(options.seeds))
    with progress(messages, f"Measuring {unit}", len(UNITS.exercise_names(unit))) as advance:
        tallies = {}
        for name in UNITS.exercise_names(unit):
            with told_where(build.source_of(unit)):
                tallies[name] = measure.tally(unit, name, seeds)
            advance()
    Console(highlight=False).print(table_of_tallies(tallies, len(seeds)))
    for name, tally in tallies.items():
        for what, found in (("is not caught", tally.uncaught), ("is caught, but not always named", tally.unnamed)):
            for mistake in dict.fromkeys(found):
                messages.say(f"{name}: the mistake “{mistake}” {what} ({found.count(mistake)} of {len(seeds)} draws).")
        for reason in dict.fromkeys(tally.refused[:1]):
            messages.say(f"{name}: a right answer does not pass ({len(tally.refused)} times), first: {reason}")
    well = all(tally.caught == tally.mistakes and tally.passed == tally.right and not tally.blamed for tally in tallies.values())
    if well:
        messages.say(f"Every mistake is caught, every right answer passes. Next: autograder release {options.dir} {unit}")
    return DONE if well else NOT_ALL
