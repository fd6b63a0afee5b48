"""The command line: where every command is entered, and what becomes of its errors."""

import argparse
import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

from autograder.commands.options import DONE, HELP, INTERRUPTED, USAGE, Messages
from course.errors import SandboxUnavailable, UserError

# Where each command is. Loading a room takes up to seconds, with all that it works with: only the one that is asked for is loaded.
ROOMS = {
    **dict.fromkeys(("init", "build", "release", "kit", "demo"), "classes"),
    **dict.fromkeys(("grade", "zero"), "grading"),
    **dict.fromkeys(("scores", "marks"), "marks"),
    **dict.fromkeys(("new-exercise", "measure"), "own"),
    **{"collect": "collecting", "extend": "policy", "mark": "marking", "feedback": "handing_out", "report": "reporting"},
    **{"similar": "similar", "lecture": "lecturing", "update": "updating", "watch": "watching", "wasm-setup": "setting_up"},
}

DESCRIPTION = """\
Make a class, release notebooks, grade what students hand in, and return feedback. In this order:

  autograder init DIR                 a class: an ordinary nbgrader course directory
  autograder release DIR UNIT         DIR/release/UNIT/UNIT.ipynb is what students get
  autograder collect DIR UNIT SOURCE  takes in a download; or put hand-ins at DIR/submitted/STUDENT/UNIT/UNIT.ipynb by hand
  autograder grade DIR UNIT           marks, with reasons, into DIR/gradebook.db
  autograder mark DIR UNIT            a page to mark the written answers on
  autograder feedback DIR UNIT        pages for students, DIR/feedback/STUDENT/UNIT/UNIT.html
  autograder scores DIR UNIT          a table of the marks, or a file of them for Canvas, Moodle or Blackboard
  autograder report DIR               a page on the class: what was not understood, and by how many
  autograder similar DIR UNIT         a page of pairs that agree beyond what the exercise explains

`autograder watch DIR` grades what arrives, for a whole term.

To lecture: `autograder lecture` makes a folder of slides and widgets that needs no network.

UNIT is the name of a unit or its number; most commands take several, or --all.

Students' code runs in a process without network, files or a way out. `autograder demo` shows it all on a sample class."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 something could not be graded, 2 wrong use, 130 interrupted."""
    words = sys.argv[1:] if arguments is None else arguments
    asked = next((word for word in words if word in ROOMS), "")
    with nothing_collected():
        commands = parser(asked)
    if arguments is None:
        gc.freeze()  # what is loaded stays until the process ends, which then ends sooner
    options = commands.parse_args(words)
    messages = Messages(stderr=True, highlight=False)
    root = getattr(options, "dir", None)
    if root is not None and asked != "update" and (notice := importlib.import_module("autograder.update").notice(root)):
        messages.say(notice)
    try:
        status = options.command(options, messages)
        sys.stdout.flush()
        return status
    except (UserError, SandboxUnavailable) as error:
        messages.fail(str(error))
        return USAGE
    except BrokenPipeError:  # whoever read what was printed has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        messages.fail(f"{error.strerror or error} ({error.filename}). Give yourself the right to read and write the class, and try again.")
        return USAGE
    except KeyboardInterrupt:
        messages.say("\nInterrupted. What was graded until now is kept; the same command does the rest.")
        return INTERRUPTED


@contextlib.contextmanager
def nothing_collected() -> Iterator[None]:
    """Load modules without a search for garbage, of which they leave none: it would take a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def parser(asked: str | None = None) -> argparse.ArgumentParser:
    """The commands and their options: of all, or of the one that is asked for, and of the others the names."""
    top = argparse.ArgumentParser("autograder", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action=Version, nargs=0, help="show the version of the course, and stop")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, words in HELP.items():
        if name in commands.choices:
            continue
        if asked is None or ROOMS[name] == ROOMS.get(asked):
            importlib.import_module(f"autograder.commands.{ROOMS[name]}").register(commands)
        else:
            commands.add_parser(name, help=words)
    return top


class Version(argparse.Action):
    """Shows the version of what is installed; it is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *arguments: object) -> NoReturn:
        print(f"autograder {importlib.import_module('autograder.origin').installed()}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
