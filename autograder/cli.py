"""The command line: where every command is entered, and what becomes of its errors."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from autograder import update
from autograder.commands import (
    classes,
    collecting,
    grading,
    handing_out,
    lecturing,
    marking,
    marks,
    own,
    policy,
    reporting,
    similar,
    updating,
)
from autograder.commands.options import DONE, INTERRUPTED, USAGE, Messages
from autograder.origin import installed
from course.errors import SandboxUnavailable, UserError

COMMANDS = (classes, collecting, grading, policy, marking, marks, handing_out, reporting, similar, own, lecturing, updating)

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

To lecture: `autograder lecture` makes a folder of slides and widgets that needs no network.

UNIT is the name of a unit or its number; most commands take several, or --all.

Students' code runs in a process without network, files or a way out. `autograder demo` shows it all on a sample class."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 something could not be graded, 2 wrong use, 130 interrupted."""
    options = parser().parse_args(arguments)
    messages = Messages(stderr=True, highlight=False)
    root = getattr(options, "dir", None)
    if root is not None and options.command is not updating.update and (notice := update.notice(root)):
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


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("autograder", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action=Version, nargs=0, help="show the version of the course, and stop")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for room in COMMANDS:
        room.register(commands)
    return top


class Version(argparse.Action):
    """Shows the version of what is installed; it is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *arguments: object) -> NoReturn:
        print(f"autograder {installed()}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
