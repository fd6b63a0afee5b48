"""What was handed in, graded: grade, and zero for what cannot be."""

import argparse
import json
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder import batch, teams, variants
from autograder.asked import BESIDE, is_ours
from autograder.commands.options import (
    DONE,
    HELP,
    NOT_ALL,
    Commands,
    Messages,
    between,
    limits_of,
    named,
    with_class,
    with_limits,
    with_units,
    with_wall,
)
from autograder.gradebook import database
from autograder.gradebook.database import CellMark
from autograder.instance import CONFIG, JUDGE_LINE, Instance
from autograder.intake.names import composed
from autograder.intake.roster import Roster
from autograder.report import Report
from autograder.show import progress, table_of_reports
from autograder.turns import alone
from autograder.walls.choice import AUTO, ON_WORKERS, choose
from autograder.walls.sandbox import printable
from course.errors import UserError
from course.units import UNITS

GRADE = """\
Judge the notebooks in DIR/submitted, and record marks and reasons. Formgrader's lightning symbol and `nbgrader autograde` do the same, one
submission at a time.

Any other nbgrader assignment is graded too, by its own test cells, hidden tests included: behind the same wall, each in a fresh run after
the student's cells above it, with partial credit as in nbgrader. Such tests run beside the student's code, in one process, which is weaker
than the exercises of this course: code that is written for it can make them pass. Tests that must fail show the plain ways to do so, and
the submission is then held for you to look at. Written answers and task cells wait for a human."""

ZERO = """\
What cannot be read, or is no notebook of the unit, is held: it has no mark, and `grade` says so each time. This gives 0 for it, or for
nothing handed in at all, so that it stands in the gradebook. Another file of the student's is graded as ever."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = with_units(commands.add_parser("grade", help=HELP["grade"], description=GRADE))
    command.add_argument("--student", action="append", type=composed, default=[], metavar="ID", help="only this student; may be repeated")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", type=between(1, 1000), default=0, metavar="N", help="processes (default: one a core)")
    where.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="have the workers of a Dask cluster judge, such as tcp://10.0.0.1:8786"
    )
    command.add_argument("--force", action="store_true", help="also what is graded already and has not changed since")
    command.add_argument("--json", action="store_true", help="print one JSON array, an object a student, and nothing else")
    with_wall(with_limits(command)).add_argument(
        "--unsafe", action="store_true", help="run students' code as yourself, without the sandbox: it can read and change all your files"
    )
    command.set_defaults(command=grade)

    command = with_class(commands.add_parser("zero", help=HELP["zero"], description=ZERO))
    command.add_argument("student", metavar="STUDENT", type=composed, help="whose hand-in it is")
    command.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class, for somebody who never handed in anything")
    command.set_defaults(command=give_zero)


def grade(options: argparse.Namespace, messages: Messages) -> int:
    if options.scheduler and options.unsafe:
        raise UserError("Students' code is never run on a cluster without the sandbox. Leave out --unsafe, or --scheduler.")
    if options.scheduler and options.wall != AUTO:
        raise UserError("The workers of a cluster lock students' code in by bubblewrap. Leave out --wall, or --scheduler.")
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        if not instance.buttons_judge:
            messages.say(
                "In this class `nbgrader autograde` and formgrader's own button give other marks, and run students' code as you. "
                f"To have them use this judge: autograder update {options.dir}, or add to {instance.root / CONFIG}: {JUDGE_LINE}"
            )
        strays = instance.strays()
        for name, reason in strays:
            messages.say(f"Left out: submitted/{printable(name)}: {printable(reason)}.")
        asked = named(instance, options, filter(instance.submissions, instance.units()))
        units = [unit for unit in asked if instance.released(unit).is_file()] or asked
        unreleased = [unit for unit in asked if unit not in units]
        for unit in unreleased:
            names = ", ".join(hand_in.student for hand_in in instance.submissions(unit))
            messages.say(
                f"{unit}: not graded: it has not been released. Handed in by: {names or 'nobody'}. "
                f"First: autograder release {options.dir} {unit}"
            )
        tell_what_is_not_released(instance, units, messages)
        left_out = {unit: not_shared(instance, unit, messages.say) for unit in units}
        wall = ON_WORKERS if options.scheduler else choose(options.wall, unsafe=options.unsafe)
        if any(map(instance.submissions, units)):
            messages.say(wall.sentence)
        outcomes = {
            unit: graded(instance, unit, left_out[unit], options, wall.wall, messages) for unit in units if instance.submissions(unit)
        }
        summaries = {unit: summaries_of(instance, unit, outcome.reports) for unit, outcome in outcomes.items()}
        tell_whose_numbers(instance, outcomes, messages)
    reports = [report for outcome in outcomes.values() for report in outcome.reports]
    if options.json:
        print(json.dumps([summaries[report.unit][report.student] for report in reports], indent=2))
    for unit, outcome in outcomes.items():
        if not options.json:
            title = unit if len(outcomes) > 1 else None
            Console(highlight=False).print(table_of_reports(outcome.reports, title=title, summaries=summaries[unit]))
        unchanged = f", {outcome.unchanged} of them graded before and unchanged (--force grades again)" if outcome.unchanged else ""
        messages.say(f"{unit}: {len(outcome.reports)} submissions{unchanged}.")
        if waiting := sum(one["unmarked"] for one in summaries[unit].values()):
            messages.say(f"{unit}: written answers to be marked: {waiting}. First: autograder mark {options.dir} {unit}")
        if outcome.renamed:
            messages.say(f"{unit}: mistakes.toml has changed what {outcome.renamed} students graded before are told of wrong answers.")
    empty = [unit for unit in units if unit not in outcomes]
    if empty or not outcomes:
        messages.say(
            f"Nobody has handed in anything for {' and '.join(empty) or 'any unit'}: "
            f"expected {instance.root / 'submitted'}/STUDENT/UNIT/UNIT.ipynb. Take in a download with "
            f"`autograder collect {options.dir} {' '.join(empty[:1]) or 'UNIT'} SOURCE`."
        )
    if others := [unit for unit in outcomes if not is_ours(unit)]:
        messages.say(f"{', '.join(others)}: {BESIDE}")
    undecided = tell_what_waits(reports, options.dir, messages)
    if outcomes:
        messages.say(f"Next: autograder feedback {options.dir} {' '.join(outcomes)}")
    return NOT_ALL if strays or unreleased or empty or not outcomes or undecided or any(left_out.values()) else DONE


def not_shared(instance: Instance, unit: str, say: Callable[[str], None]) -> set[str]:
    """Share among teams what they handed in, and say so; the members of teams of which it is not clear what counts."""
    shared = teams.share(instance, unit)
    for team in shared:
        name = f"Team {printable(team.team)}: " if team.team else ""
        if team.unclear:
            say(f"{unit}: not graded: {', '.join(team.members)}. {name}{team.unclear}, and run this again.")
        elif team.copied:
            kept = f" What {' and '.join(team.replaced)} had handed in is kept in {instance.root / 'attempts' / unit}."
            new = (
                f" Nothing was ever handed in by {' and '.join(team.new)}: is the id right? If not, put teams.csv right, and remove their "
                f"folders in {instance.root / 'submitted'}, and them from the gradebook: nbgrader db student remove ID --force (in DIR)."
            )
            counts = f"{unit}: {name}what {team.student} handed in counts for {' and '.join(team.copied)} too."
            say(counts + (kept if team.replaced else "") + (new if team.new else ""))
    return {member for team in shared if team.unclear for member in team.members}


def tell_what_is_not_released(instance: Instance, units: Iterable[str], messages: Messages) -> None:
    """Say which exercises of the course are in no notebook that students have, and so are not graded."""
    for unit in units:
        if unit in UNITS and instance.released(unit).is_file() and (names := batch.not_released(unit, instance.structure(unit))):
            messages.say(f"{unit}: {', '.join(names)} of this version of the course are not in what was released, and count for nobody.")


def tell_whose_numbers(instance: Instance, units: Iterable[str], messages: Messages) -> None:
    """Say who handed in a notebook with numbers that were given to somebody else."""
    for unit in units:
        for student, whose in variants.somebody_elses(instance, unit).items():
            messages.say(f"{unit}: {student} handed in a notebook with the numbers of {whose}. The verdict says so without the name.")


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


def graded(
    instance: Instance, unit: str, left_out: Collection[str], options: argparse.Namespace, wall: str, messages: Messages
) -> batch.Graded:
    """What the grading of a unit comes to, without those who are left out."""
    students = [name for name in options.student or [hand_in.student for hand_in in instance.submissions(unit)] if name not in left_out]
    if not students:
        return batch.Graded([], 0)
    with progress(messages, f"Grading {unit}", len(set(students))) as advance:
        return batch.grade(
            instance,
            unit,
            students=students,
            workers=options.workers,
            force=options.force,
            wall=wall,
            limits=limits_of(options),
            scheduler=options.scheduler,
            on_report=lambda _: advance(),
        )


def summaries_of(instance: Instance, unit: str, reports: Iterable[Report]) -> dict[str, dict[str, Any]]:
    """What is printed of each student: what the judge said, and the marks as they stand in the gradebook."""
    with database.opened(instance) as session:
        marks = database.marks(instance, session, unit)
    return {report.student: summary(report, marks[report.student]) for report in reports}


def summary(report: Report, marks: Mapping[str, CellMark]) -> dict[str, Any]:
    """The same of one student. A bonus counts in the score alone; `unmarked` are the written answers that wait for a human."""
    said = report.summary()
    by_name = {cell.removeprefix("check_"): mark for cell, mark in marks.items()}
    of = {one["name"]: by_name[one["name"]] for one in said["exercises"]}
    exercises = [one | {"points": of[one["name"]].points, "earned": of[one["name"]].earned} for one in said["exercises"]]
    return said | {
        "score": None if report.held else sum(mark.earned or 0.0 for mark in of.values()),
        "max_score": sum(mark.points for mark in of.values() if mark.counts != "bonus"),
        "exercises": exercises,
        "unmarked": 0 if report.held else sum(mark.earned is None for name, mark in by_name.items() if name not in of),
    }


def give_zero(options: argparse.Namespace, messages: Messages) -> int:
    with alone(options.dir, messages.say):
        instance = Instance.open(options.dir)
        roster = Roster.load(options.roster).people if options.roster else []
        known = options.student in {person.id for person in roster}
        report = batch.zero(instance, instance.unit(options.unit), options.student, known=known)
        points = summaries_of(instance, report.unit, [report])[report.student]["max_score"]
    messages.say(f"{report.student} has 0 / {points:g} for {report.unit}, until there is another file. {report.note}")
    return DONE
