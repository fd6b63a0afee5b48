"""What the commands have in common: exit statuses, how a person is told, and the arguments that several take."""

import argparse
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rich.console import Console
from rich.markup import escape

from course.errors import UserError

if TYPE_CHECKING:
    from autograder.instance import Instance
    from autograder.walls.sandbox import Limits

DONE, NOT_ALL, USAGE, INTERRUPTED = 0, 1, 2, 130
HELP = {
    "init": "make a class",
    "build": "rebuild the students' notebooks from solutions/ (for authors)",
    "release": "make the students' notebook of a unit",
    "kit": "the course for students, as one archive: notebooks, what to install, how to start",
    "demo": "a sample class, graded before your eyes",
    "collect": "take in what a learning platform let you download",
    "grade": "grade what was handed in",
    "watch": "grade what arrives, until it is stopped",
    "zero": "give 0 for what cannot be read, or was not handed in",
    "extend": "grant a student more time",
    "mark": "mark the written answers of a unit",
    "scores": "show the marks, or write them for a learning platform",
    "marks": "take in marks that you give, from a CSV file",
    "feedback": "write the students' feedback pages",
    "report": "a page on the class: what it knows, what it has not understood, who waits",
    "similar": "pairs of hand-ins that agree beyond the usual",
    "new-exercise": "an exercise of your own, to be changed",
    "measure": "how well the exercises of a unit judge",
    "lecture": "a folder to lecture from: decks, and a gallery of the widgets",
    "wasm-setup": "make the experimental wall of WebAssembly ready, where bubblewrap cannot be had",
    "update": "bring a class up to this version of the course",
}
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # what argparse calls the place where commands are entered


class Messages(Console):
    """What is told to a person: sentences as they are, whatever names and paths are in them."""

    def say(self, sentence: str) -> None:
        self.print(sentence, markup=False, soft_wrap=True)

    def fail(self, sentence: str) -> None:
        self.print(f"[b]autograder:[/b] {escape(sentence)}", soft_wrap=True)


def with_class(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command that works on one unit of a class."""
    command.add_argument("dir", type=Path, metavar="DIR", help="a class, made by `autograder init`")
    command.add_argument("unit", metavar="UNIT", help="a unit, such as 05_vector_form, or 05")
    return command


def with_wall(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command that runs students' code behind a wall."""
    words = "what locks students' code in (default: bubblewrap where it holds; else wasm, if it is set up)"
    command.add_argument("--wall", choices=("auto", "bubblewrap", "wasm"), default="auto", help=words)
    return command


def with_limits(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command that runs students' code within limits, which `limits_of` reads."""
    from autograder.walls.sandbox import Limits  # here: it loads numpy, for which `--help` need not wait

    command.add_argument(
        "--seconds", type=between(0.5, 3600, float), default=Limits().seconds, help="time limit of one exercise (default: %(default)s)"
    )
    command.add_argument(
        "--memory", type=between(256, 1 << 20), default=Limits().memory_mb, metavar="MB", help="memory limit (default: %(default)s)"
    )
    return command


def limits_of(options: argparse.Namespace) -> "Limits":
    """What somebody asked for with these options."""
    from autograder.walls.sandbox import Limits

    return Limits(seconds=options.seconds, memory_mb=options.memory)


def with_units(command: argparse.ArgumentParser, default: str = "") -> argparse.ArgumentParser:
    """A command that works on several units of a class; where none is named, on those that `default` says, if it says so."""
    command.add_argument("dir", type=Path, metavar="DIR", help="a class, made by `autograder init`")
    words = f" (default: {default})" if default else ""
    command.add_argument("units", metavar="UNIT", nargs="*", help=f"a unit, such as 05_vector_form, or 05; may be several{words}")
    command.add_argument("--all", action="store_true", help="every unit that there is something to do for")
    return command


def named(instance: "Instance", options: argparse.Namespace, every: Iterable[str]) -> list[str]:
    """The units that a command is to work on: those named, or `every` one with --all. Raises UserError where neither is given."""
    if options.units and options.all:
        raise UserError("Expected the names of units, or --all; both were given.")
    if not options.units and not options.all:
        raise UserError(f"Expected a unit, several, or --all. The class has {', '.join(instance.units()) or 'none yet'}.")
    return list(every) if options.all else list(dict.fromkeys(map(instance.unit, options.units)))


def between(least: float, most: float, kind: type = int) -> Callable[[str], float]:
    """What reads a number within bounds, a whole one unless `kind` says otherwise."""

    def number(text: str) -> float:
        with contextlib.suppress(ValueError):
            if least <= (value := kind(text)) <= most:
                return value
        raise argparse.ArgumentTypeError(f"expected a {'whole ' if kind is int else ''}number from {least} to {most}, got {text!r}")

    return number
