"""A class made and its notebooks released: init, release, kit, demo; and build, for authors."""

import argparse
from pathlib import Path

from autograder import batch, build, release, variants
from autograder import demo as demonstration
from autograder.commands.options import DONE, HELP, Commands, Messages, named, with_units, with_wall
from autograder.instance import Instance
from autograder.intake.roster import Roster
from autograder.kit import archive
from autograder.turns import alone
from autograder.walls.choice import choose

TO_STUDENTS = "Students unpack it and open START-HERE.html; nothing else is needed but a network, once."
KIT = """\
Make one archive to give to students: the notebooks of all units, the course as a package, the versions to install on Linux, macOS and
Windows, START-HERE.html, which says how, and start.py, which does it. The right answers that `check` asks are in it, packed, so that nobody
comes across them who opens files; who sets out to unpack them can. `autograder release DIR UNIT --kit` makes one of what a class has
released."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = commands.add_parser("init", help=HELP["init"], description="Make a class with the instructor's notebooks of every unit.")
    command.add_argument("dir", type=Path, metavar="DIR", help="a directory that is new or empty")
    command.set_defaults(command=init)

    command = commands.add_parser("build", help=HELP["build"])
    command.add_argument("--out", type=Path, default=Path("notebooks"), help="where to write them (default: %(default)s)")
    command.set_defaults(command=build_notebooks)

    command = with_units(commands.add_parser("release", help=HELP["release"]))
    command.add_argument(
        "--variants", type=Path, metavar="CSV", help="also a notebook for each student of this roster, with numbers of their own"
    )
    command.add_argument(
        "--kit", action="store_true", help=f"also DIR/release/{archive.NAME}: all that was released, with what students need to run it"
    )
    command.set_defaults(command=release_unit)

    command = commands.add_parser("kit", help=HELP["kit"], description=KIT)
    command.add_argument("out", type=Path, metavar="OUT", nargs="?", default=Path(archive.NAME), help="where to (default: %(default)s)")
    command.set_defaults(command=kit)

    command = commands.add_parser("demo", help=HELP["demo"])
    command.add_argument("--out", type=Path, default=Path("demo-class"), metavar="DIR", help="where to make it (default: %(default)s)")
    with_wall(command).add_argument("--unsafe", action="store_true", help="without the sandbox")
    command.set_defaults(command=demo)


def init(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.create(options.dir)
    units = batch.add_sources(instance)
    messages.say(f"A class is at {instance.root}, with {', '.join(units)}.\nNext: autograder release {options.dir} {units[0]}")
    return DONE


def build_notebooks(options: argparse.Namespace, messages: Messages) -> int:
    for path in build.build(options.out):
        messages.say(f"Wrote {path}")
    return DONE


def release_unit(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        units = named(instance, options, instance.units())
        students = [person.id for person in Roster.load(options.variants).people] if options.variants else []
        for unit in units:
            found = release.release(instance, unit)
            path = instance.released(unit)
            beside = len(list(path.parent.iterdir())) > 1
            messages.say(f"Give students {f'the whole folder {path.parent}' if beside else path}.")
            if students:
                count = len(variants.release_variants(instance, unit, students))
                rest = f", with what else lies in {path.parent}" if beside else ""
                own = f"{instance.variant('STUDENT', unit)}{rest}"
                messages.say(f"Or give each of {count} their own, and it is graded by its numbers: {own}.")
            if found.added:
                messages.say(f"New in it: {', '.join(found.added)}. A hand-in without that has 0 for it. Grade again.")
            if found.gone:
                messages.say(f"No longer in it: {', '.join(found.gone)}. These marks are taken out of the gradebook: grade again.")
        if options.kit:
            path = instance.root / "release" / archive.NAME
            archive.students_kit(path, archive.notebooks_of(instance))
            messages.say(f"Or give them {path}, with all units released so far. {TO_STUDENTS}")
    messages.say(
        f"Put what they hand in at {options.dir}/submitted/STUDENT/UNIT/UNIT.ipynb, or take in a download with `autograder collect`.\n"
        f"Next: autograder grade {options.dir} {' '.join(units)}"
    )
    return DONE


def kit(options: argparse.Namespace, messages: Messages) -> int:
    out = options.out / archive.NAME if options.out.is_dir() else options.out
    archive.students_kit(out, archive.notebooks_of_the_course())
    messages.say(f"The kit is {out}. {TO_STUDENTS}")
    return DONE


def demo(options: argparse.Namespace, messages: Messages) -> int:
    demonstration.demo(options.out, messages, wall=choose(options.wall, unsafe=options.unsafe))
    return DONE
