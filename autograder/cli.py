"""The command line: init, build, release, collect, grade, zero, feedback, report, scores, demo."""

import argparse
import contextlib
import csv
import dataclasses
import importlib.metadata
import json
import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

from autograder import batch, build, release
from autograder import demo as demonstration
from autograder.collect import collect
from autograder.files import write_whole
from autograder.gradebook import database
from autograder.instance import CONFIG, JUDGE_LINE, Instance
from autograder.intake.names import composed
from autograder.intake.roster import Roster
from autograder.pages import class_page, figures
from autograder.pages import feedback as feedback_pages
from autograder.pages.handing_back import hand_back
from autograder.report import Report
from autograder.show import progress, table_of_fates, table_of_reports, table_of_scores
from autograder.turns import alone
from autograder.walls.sandbox import Limits, printable
from course.errors import SandboxUnavailable, UserError

DONE, NOT_ALL, USAGE, INTERRUPTED = 0, 1, 2, 130

DESCRIPTION = """\
Make a class, release notebooks, grade what students hand in, and return feedback.

  autograder init DIR                 a class: an ordinary nbgrader course directory
  autograder release DIR UNIT         DIR/release/UNIT/UNIT.ipynb is what students get
      (what they hand in may also be put at DIR/submitted/STUDENT/UNIT/UNIT.ipynb by hand)
  autograder collect DIR UNIT SOURCE  takes in a download of Moodle, Canvas, Blackboard, Google Classroom or nbgrader
  autograder grade DIR UNIT           marks, with reasons, into DIR/gradebook.db
  autograder feedback DIR UNIT        pages for students, DIR/feedback/STUDENT/UNIT/UNIT.html
  autograder report DIR               a page on the class: what was not understood, and by how many
  autograder scores DIR               the marks, as a table, --json or --csv
  autograder zero DIR UNIT STUDENT    0 for what cannot be read, which has no mark until then

UNIT is the name of a unit or its number; most commands take several, or --all.

Students' code runs in a process without network, files or a way out. `autograder demo` shows it all on a sample class."""

GRADE = """\
Judge the notebooks in DIR/submitted, and record marks and reasons. Formgrader's lightning symbol and `nbgrader autograde` do the same, one
submission at a time."""

COLLECT = """\
Copy the notebooks of a unit out of a folder or a zip into DIR/submitted. A notebook is known by what is in it, whatever it is called,
and its sender by the roster, or without one by the name that the platform writes. What is not clear is listed, and left for you. Of
several attempts the latest is graded, and the others are kept in DIR/attempts. Nothing is moved, and a second run changes nothing."""

FEEDBACK = """\
Write a page for each student: the mark, what to do next, each exercise with its verdict and the answer, the written answers with your
comments. A page is one file that opens offline; it is written again only where something changed. With --zip FILE --download SOURCE each
page is named as Moodle and Canvas want it: like the notebook that they let you download. Without SOURCE it is STUDENT/UNIT.html."""

ZERO = """\
What cannot be read, or is no notebook of the unit, is held: it has no mark, and `grade` says so each time. This gives 0 for it. Another
file of the student's is graded as ever."""

REPORT = """\
Write a page on the class that opens offline: who handed in, the marks, how each exercise went, the misconceptions of this class by name
with an example of each and the hint to give in the next lecture, who waits for something, and over several units who falls behind."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 something could not be graded, 2 wrong use, 130 interrupted."""
    options = parser().parse_args(arguments)
    messages = Messages(stderr=True, highlight=False)
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


class Messages(Console):
    """What is told to a person: sentences as they are, whatever names and paths are in them."""

    def say(self, sentence: str) -> None:
        self.print(sentence, markup=False, soft_wrap=True)

    def fail(self, sentence: str) -> None:
        self.print(f"[b]autograder:[/b] {escape(sentence)}", soft_wrap=True)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("autograder", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action=Version, nargs=0, help="show the version of the course, and stop")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("init", help="make a class", description="Make a class with the instructor's notebooks of every unit.")
    command.add_argument("dir", type=Path, metavar="DIR", help="a directory that is new or empty")
    command.set_defaults(command=init)

    command = commands.add_parser("build", help="rebuild the students' notebooks from solutions/ (for authors)")
    command.add_argument("--out", type=Path, default=Path("notebooks"), help="where to write them (default: %(default)s)")
    command.set_defaults(command=build_notebooks)

    command = with_units(commands.add_parser("release", help="make the students' notebook of a unit"))
    command.set_defaults(command=release_unit)

    command = with_class(commands.add_parser("collect", help="take in what a learning platform let you download", description=COLLECT))
    command.add_argument("source", type=Path, metavar="SOURCE", help="a folder or a zip")
    command.add_argument("--roster", type=Path, metavar="CSV", help="who is who: a heading, a column `id`, and names, addresses or numbers")
    command.add_argument("--json", action="store_true", help="print one JSON array, an object a file, and nothing else")
    command.set_defaults(command=collect_hand_ins)

    command = with_units(commands.add_parser("grade", help="grade what was handed in", description=GRADE))
    command.add_argument("--student", action="append", type=composed, default=[], metavar="ID", help="only this student; may be repeated")
    command.add_argument("--workers", type=between(1, 1000), default=0, metavar="N", help="processes (default: one a core)")
    command.add_argument("--force", action="store_true", help="also what is graded already and has not changed since")
    command.add_argument("--json", action="store_true", help="print one JSON array, an object a student, and nothing else")
    command.add_argument(
        "--seconds", type=between(0.5, 3600, float), default=Limits().seconds, help="time limit of one exercise (default: %(default)s)"
    )
    command.add_argument(
        "--memory", type=between(256, 1 << 20), default=Limits().memory_mb, metavar="MB", help="memory limit (default: %(default)s)"
    )
    command.add_argument(
        "--unsafe", action="store_true", help="run students' code as yourself, without the sandbox: it can read and change all your files"
    )
    command.set_defaults(command=grade)

    command = with_class(commands.add_parser("zero", help="give 0 for what cannot be read", description=ZERO))
    command.add_argument("student", metavar="STUDENT", type=composed, help="whose hand-in it is")
    command.set_defaults(command=give_zero)

    command = with_units(commands.add_parser("feedback", help="write the students' feedback pages", description=FEEDBACK))
    command.add_argument("--student", action="append", type=composed, default=[], metavar="ID", help="only this student; may be repeated")
    command.add_argument("--zip", type=Path, metavar="FILE", help="also put the pages into a zip, to be uploaded to a learning platform")
    command.add_argument(
        "--download", type=Path, metavar="SOURCE", help="with --zip: what was collected, for the names that the platform knows files by"
    )
    command.set_defaults(command=feedback)

    command = with_units(commands.add_parser("scores", help="show the marks in the gradebook, hand-given ones included"), "all")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as one JSON array")
    form.add_argument("--csv", action="store_true", help="as comma-separated values")
    command.set_defaults(command=scores)

    command = commands.add_parser(
        "report", help="a page on the class: what it knows, what it has not understood, who waits", description=REPORT
    )
    with_units(command, "all that were graded")
    command.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class, to see who handed in nothing")
    command.add_argument("--anonymous", action="store_true", help="numbers in place of names, to show it to the class")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: DIR/class.html)")
    command.add_argument("--json", action="store_true", help="print the figures as JSON, and write no page")
    command.set_defaults(command=report_on_class)

    command = commands.add_parser("demo", help="a sample class, graded before your eyes")
    command.add_argument("--out", type=Path, default=Path("demo-class"), metavar="DIR", help="where to make it (default: %(default)s)")
    command.add_argument("--unsafe", action="store_true", help="without the sandbox")
    command.set_defaults(command=demo)
    return top


def with_class(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command that works on one unit of a class."""
    command.add_argument("dir", type=Path, metavar="DIR", help="a class, made by `autograder init`")
    command.add_argument("unit", metavar="UNIT", help="a unit, such as 05_vector_form, or 05")
    return command


def with_units(command: argparse.ArgumentParser, default: str = "") -> argparse.ArgumentParser:
    """A command that works on several units of a class; where none is named, on those that `default` says, if it says so."""
    command.add_argument("dir", type=Path, metavar="DIR", help="a class, made by `autograder init`")
    words = f" (default: {default})" if default else ""
    command.add_argument("units", metavar="UNIT", nargs="*", help=f"a unit, such as 05_vector_form, or 05; may be several{words}")
    command.add_argument("--all", action="store_true", help="every unit that there is something to do for")
    return command


class Version(argparse.Action):
    """Shows the version of what is installed; it is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *arguments: object) -> NoReturn:
        print(f"autograder {importlib.metadata.version('backpropagation-course')}")
        parser.exit()


def named(instance: Instance, options: argparse.Namespace, every: Iterable[str]) -> list[str]:
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
        for unit in units:
            messages.say(f"Give students {release.release(instance, unit)}.")
    messages.say(
        f"Put what they hand in at {options.dir}/submitted/STUDENT/UNIT/UNIT.ipynb, or take in a download with `autograder collect`.\n"
        f"Next: autograder grade {options.dir} {' '.join(units)}"
    )
    return DONE


def collect_hand_ins(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.open(options.dir)
    unit = instance.unit(options.unit)
    roster = Roster.load(options.roster) if options.roster else None
    with alone(options.dir, messages.say), messages.status(f"Reading {options.source}"):
        fates = collect(instance, unit, options.source, roster)
    if options.json:
        print(json.dumps([dataclasses.asdict(fate) for fate in fates], indent=2))
    else:
        Console(highlight=False).print(table_of_fates(fates))
    counts = Counter(fate.what for fate in fates)
    messages.say(f"{len(fates)} files: {', '.join(f'{count} {what}' for what, count in counts.most_common())}.")
    found = counts.keys() & {"collected", "kept", "there already"}
    if not found:
        messages.say(f"None of them is a notebook of {unit} by anybody who is known: is it the right download, and the right unit?")
    if counts["unclear"]:
        messages.say("What is unclear was not collected: put it right, or into DIR/submitted/STUDENT/UNIT yourself, and run this again.")
    messages.say(f"Next: autograder grade {options.dir} {unit}")
    return DONE if found and not counts["unclear"] else NOT_ALL


def grade(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        if not instance.buttons_judge:
            messages.say(
                "In this class `nbgrader autograde` and formgrader's own button give other marks, and run students' code as you. "
                f"To have them use this judge, add to {instance.root / CONFIG}: {JUDGE_LINE}"
            )
        strays = instance.strays()
        for name, reason in strays:
            messages.say(f"Left out: submitted/{printable(name)}: {printable(reason)}.")
        units = named(instance, options, filter(instance.submissions, instance.units()))
        outcomes = {unit: graded(instance, unit, options, messages) for unit in units if instance.submissions(unit)}
    reports = [report for outcome in outcomes.values() for report in outcome.reports]
    if options.json:
        print(json.dumps([report.summary() for report in reports], indent=2))
    for unit, outcome in outcomes.items():
        if not options.json:
            Console(highlight=False).print(table_of_reports(outcome.reports, title=unit if len(outcomes) > 1 else None))
        unchanged = f", {outcome.unchanged} of them graded before and unchanged (--force grades again)" if outcome.unchanged else ""
        messages.say(f"{unit}: {len(outcome.reports)} submissions{unchanged}.")
    empty = [unit for unit in units if unit not in outcomes]
    if empty or not outcomes:
        messages.say(
            f"Nobody has handed in anything for {' and '.join(empty) or 'any unit'}: "
            f"expected {instance.root / 'submitted'}/STUDENT/UNIT/UNIT.ipynb. Take in a download with "
            f"`autograder collect {options.dir} {' '.join(empty[:1]) or 'UNIT'} SOURCE`."
        )
    undecided = tell_what_waits(reports, options.dir, messages)
    if outcomes:
        messages.say(f"Next: autograder feedback {options.dir} {' '.join(outcomes)}")
    return NOT_ALL if strays or empty or not outcomes or undecided else DONE


def tell_what_waits(reports: Iterable[Report], root: Path, messages: Messages) -> bool:
    """Say which submissions have no mark, or not all, and what to do; whether there is one."""
    held = [report for report in reports if report.held]
    ours = [report.student for report in reports if report.undecided and not report.held]
    if held:
        names = ", ".join(f"{report.student} ({report.unit})" for report in held)
        messages.say(
            f"{len(held)} need attention and have no mark: {names}. Put the right file in its place and run this again, "
            f"or give 0: autograder zero {root} {held[0].unit} {shlex.quote(held[0].student)}"
        )
    if ours:
        messages.say(f"Could not be graded, or not in every exercise, by no fault of theirs: {', '.join(ours)}. Run this again.")
    return bool(held or ours)


def graded(instance: Instance, unit: str, options: argparse.Namespace, messages: Messages) -> batch.Graded:
    """What the grading of a unit comes to."""
    with progress(messages, f"Grading {unit}", len(set(options.student)) or len(instance.submissions(unit))) as advance:
        return batch.grade(
            instance,
            unit,
            students=options.student,
            workers=options.workers,
            force=options.force,
            unsafe=options.unsafe,
            limits=Limits(seconds=options.seconds, memory_mb=options.memory),
            on_report=lambda _: advance(),
        )


def give_zero(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        report = batch.zero(instance, instance.unit(options.unit), options.student)
    messages.say(f"{report.student} has 0 / {report.max_score:g} for {report.unit}, until there is another file. {report.note}")
    return DONE


def feedback(options: argparse.Namespace, messages: Messages) -> int:
    if options.download and not options.zip:
        raise UserError("--download says how pages are named in a zip: give --zip FILE too.")
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        units = named(instance, options, units_with_marks(instance) if options.all else ())
        if options.zip and len(units) > 1:
            raise UserError(f"--zip takes the pages of one unit; got {', '.join(units)}. Run it once for each.")
        pages = []
        for unit in units:
            with progress(messages, f"Feedback on {unit}", len(options.student) or len(instance.submissions(unit))) as advance:
                pages += feedback_pages.feedback(instance, unit, students=options.student or None, on_page=lambda _: advance())
    messages.say(f"{len(pages)} pages are new or changed, in {instance.root / 'feedback'}.")
    if not options.zip:
        return DONE
    unknown = hand_back(instance, units[0], options.zip, options.student, options.download)
    messages.say(f"Upload {options.zip}.")
    if unknown:
        messages.say(f"Not found in {options.download}, and so under their ids in the zip: {', '.join(unknown)}.")
    return NOT_ALL if unknown else DONE


def units_with_marks(instance: Instance) -> list[str]:
    """The units of which something has been graded. Raises UserError where there is none."""
    if units := sorted({score.unit for score in database.scores(instance)}):
        return units
    raise UserError(f"Nothing has been graded in {instance.root} yet. Run `autograder grade` first.")


def scores(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.open(options.dir)
    units = named(instance, options, ()) if options.units else [None]
    rows = [row for unit in units for row in database.scores(instance, unit)]
    if options.json:
        print(json.dumps([dataclasses.asdict(row) for row in rows], indent=2))
    elif options.csv:
        names = [field.name for field in dataclasses.fields(database.Score)]
        writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**dataclasses.asdict(row), "student": harmless(row.student)} for row in rows)
    elif rows:
        Console(highlight=False).print(table_of_scores(rows))
    if not rows:
        messages.say(f"There are no marks in {instance.root} yet. Run `autograder grade` first.")
    return DONE if rows else NOT_ALL


def report_on_class(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.open(options.dir)
    roster = Roster.load(options.roster) if options.roster else None
    graded = named(instance, options, ()) if options.units else units_with_marks(instance)
    units = [figures.figures_of(instance, unit, roster) for unit in graded]
    if options.anonymous:
        units = figures.numbered(units)
    if options.json:
        print(json.dumps([figures.as_data(unit) for unit in units], indent=2))
        return DONE
    path = options.out or instance.root / "class.html"
    write_whole(path, class_page.page(instance.course_id, units))
    messages.say(f"The page on the class is {path}: open it in a browser.")
    return DONE


def harmless(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


def demo(options: argparse.Namespace, messages: Messages) -> int:
    demonstration.demo(options.out, messages, unsafe=options.unsafe)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
