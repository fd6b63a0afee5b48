"""What each student has for a unit, as it can be published: with those who handed in nothing, and what is not final yet."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.gradebook import database
from autograder.gradebook.database import Score
from autograder.gradebook.ledger import Ledger
from autograder.instance import Instance
from autograder.intake import tables
from autograder.intake.roster import Roster
from autograder.intake.tables import harmless
from autograder.spans import in_words

Status = Literal["final", "provisional", "needs attention", "not graded yet", "nothing handed in", "not due yet"]
CHECK = "check_"  # what nbgrader knows an exercise's points by begins with this
AFTER = ("exercises", "written", "late_penalty", "extension", "free_days", "total", "max_score", "needs_manual_grade")


@dataclass(frozen=True)
class Result:
    """What one student has for one unit.

    `marks` has each exercise and written answer by its name, in the notebook's order; None where there is no mark yet. `total` is the
    sum less the penalty for late work, None where there is nothing to publish; it changes once a `provisional` one is marked.
    """

    student: str
    name: str
    unit: str
    status: Status
    marks: Mapping[str, float | None]
    exercises: float | None
    written: float | None
    late_penalty: float
    extension: str
    total: float | None
    max_score: float
    needs_manual_grade: bool
    free_days: int = 0  # of the student's free late days, those that go into this unit


@dataclass(frozen=True)
class Recorded:
    """What the gradebook says of a unit: its exercises and questions in order, and each student's marks and extension."""

    exercises: frozenset[str]
    points: float
    due: datetime | None
    marks: Mapping[str, Mapping[str, float | None]]
    extensions: Mapping[str, timedelta]


def results(instance: Instance, unit: str, roster: Roster | None = None, now: datetime | None = None) -> list[Result]:
    """What everybody has for a unit, by student: whoever handed in, and whoever is on the roster.

    Who handed in nothing has 0, but only once it is due: `now` (UTC) is the time that this is asked for. Raises UserError for a unit
    there is not.
    """
    scores = {score.student: score for score in database.scores(instance, unit)}
    with database.opened(instance) as session:
        recorded = recorded_of(session, instance, unit)
    handed_in = {hand_in.student for hand_in in instance.submissions(unit)}
    names = {person.id: person.name for person in roster.people} if roster else {}
    astray = instance.astray(unit)
    now = now or datetime.now(UTC).replace(tzinfo=None)
    graded = {student for student in scores if student in handed_in or set(recorded.marks[student].values()) != {None}}
    return [
        of_graded(scores[student], names.get(student, ""), recorded)
        if student in graded
        else of_ungraded(
            student, names.get(student, ""), unit, recorded, handed_in=student in handed_in, astray=student in astray, now=now
        )
        for student in sorted({*graded, *handed_in, *names, *astray})
    ]


def recorded_of(session: Session, instance: Instance, unit: str) -> Recorded:
    """What the gradebook says of a unit."""
    rows = database.unit_rows(session, unit)
    place = {slot.grade_id: i for i, slot in enumerate(instance.structure(unit).slots)}
    cells = {cell.id: cell.name for cell in sorted(rows.graded, key=lambda cell: place.get(cell.name, len(place)))}
    names, worth = [name.removeprefix(CHECK) for name in cells.values()], database.worths(instance, unit, rows)
    submitted, notebook = api.SubmittedAssignment, api.SubmittedNotebook
    grades = (
        select(submitted.student_id, api.Grade.cell_id, api.Grade.score, api.Grade.auto_score, api.Grade.manual_score)
        .join(notebook, notebook.assignment_id == submitted.id)
        .join(api.Grade, api.Grade.notebook_id == notebook.id)
        .where(notebook.notebook_id == rows.notebook)
    )
    marks: dict[str, dict[str, float | None]] = {}
    for student, cell, score, auto, manual in session.execute(grades):
        of_student = marks.setdefault(student, dict.fromkeys(names))
        of_student[cells[cell].removeprefix(CHECK)] = None if auto is None and manual is None else score
    granted = session.execute(select(submitted.student_id, submitted.extension).where(submitted.assignment_id == rows.assignment))
    waiting = {student: timedelta(seconds=seconds) for student, seconds in Ledger.load(instance).extensions.get(unit, {}).items()}
    return Recorded(
        frozenset(name.removeprefix(CHECK) for name in cells.values() if name.startswith(CHECK) and worth[name].counts != "dropped"),
        sum(cell.max_score for cell in rows.graded),
        session.scalar(select(api.Assignment.duedate).where(api.Assignment.id == rows.assignment)),
        marks,
        {student: extension for student, extension in granted if extension} | waiting,
    )


def of_graded(score: Score, name: str, recorded: Recorded) -> Result:
    """The result of somebody who has marks, or whose work is held."""
    marks = recorded.marks[score.student]
    waits = None in (score.exercises, score.written)
    held = waits and all(marks[exercise] is None for exercise in recorded.exercises)
    return Result(
        score.student,
        name,
        score.unit,
        "needs attention" if held else "provisional" if waits else "final",
        marks,
        score.exercises,
        score.written,
        score.late_penalty,
        in_words(recorded.extensions.get(score.student, timedelta())),
        None if held else round(score.total, 6),
        score.max_score,
        score.needs_manual_grade,
        score.free_days,
    )


def of_ungraded(student: str, name: str, unit: str, recorded: Recorded, *, handed_in: bool, astray: bool, now: datetime) -> Result:
    """The result of somebody without marks: 0 for nothing handed in, once it is due, and where nothing of theirs has gone astray."""
    extension = recorded.extensions.get(student, timedelta())
    early = recorded.due is not None and now <= recorded.due + extension
    without: Status = "needs attention" if astray else "not due yet" if early else "nothing handed in"
    status: Status = "not graded yet" if handed_in else without
    total = 0.0 if status == "nothing handed in" else None
    return Result(student, name, unit, status, {}, None, None, 0.0, in_words(extension), total, recorded.points, False)


def as_csv(results: Sequence[Result]) -> str:
    """Results as comma-separated values: of a single unit with a column for each exercise and written answer."""
    named = any(result.name for result in results)
    alone = len({result.unit for result in results}) == 1
    cells = next((list(result.marks) for result in results if result.marks), []) if alone else []
    before, after = ["student", *(["name"] if named else []), "unit", "status"], list(AFTER)
    rows = []
    for result in results:
        known = asdict(result) | {"student": harmless(result.student), "name": harmless(result.name)}
        rows.append([known[column] for column in before] + [result.marks.get(cell) for cell in cells] + [known[column] for column in after])
    return tables.written([*before, *cells, *after], rows)
