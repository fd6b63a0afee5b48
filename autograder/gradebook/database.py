"""Reports into nbgrader's database, a whole batch in one transaction; and scores out of it.

What nbgrader's own autograding writes cell by cell (SaveAutoGrades, AssignLatePenalties) is written here in bulk. Marks, extra credit
and comments that a human gave are never touched.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader import api
from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from autograder.gradebook.connection import opened
from autograder.gradebook.lateness import lateness
from autograder.instance import Instance
from autograder.intake.times import timestamp
from autograder.policy import Worth
from autograder.report import Report
from course.errors import UserError
from course.judging.verdict import Verdict

NO_RESPONSE = "No response."  # nbgrader's words


@dataclass(frozen=True)
class Score:
    """A row of the gradebook: what one student has for one unit.

    `exercises` is what the exercises earned, with any mark a human put in their place; `written` what the written answers earned;
    each is None while one of them has no mark. `total` is what there is of both, less the penalty for late work.
    `free_days` says how many of the student's free late days go into this unit.
    """

    student: str
    unit: str
    exercises: float | None
    written: float | None
    total: float
    max_score: float
    late_penalty: float
    needs_manual_grade: bool
    free_days: int = 0


@dataclass(frozen=True)
class UnitRows:
    """The rows of a unit that grades hang on."""

    assignment: str
    notebook: str
    graded: Sequence[Any]  # the GradeCells: id, name, max_score
    solutions: Sequence[Any]  # the SolutionCells: id, name


def recorded(instance: Instance, unit: str) -> set[str]:
    """Whose work on a unit stands in the gradebook. Raises UserError where marks could not be recorded, before somebody waits for them."""
    with opened(instance) as session:
        query = select(api.SubmittedAssignment.student_id).join(
            api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id
        )
        return set(session.scalars(query.where(api.SubmittedNotebook.notebook_id == unit_rows(session, unit).notebook)))


def record(instance: Instance, unit: str, reports: Iterable[Report], unanswered: Mapping[str, Collection[str]] | None = None) -> None:
    """Write what a batch of submissions earned, all or nothing. What else the class's rules make of it, `rules.apply` writes.

    `unanswered` names, for each student, the written answers that were left as released (`Submission.unanswered`): they earn
    nothing. Every other written answer waits for a human.
    """
    by_student = {report.student: report for report in reports}
    with opened(instance) as session:
        rows = unit_rows(session, unit)
        add_students(session, by_student)
        notebooks = add_submissions(session, rows, {name: timestamp(instance.submitted(name, unit)) for name in by_student})
        wanted = {notebooks[name]: (report, (unanswered or {}).get(name, ())) for name, report in by_student.items()}
        write_grades(session, rows, wanted, worths(instance, unit, rows))
        write_comments(session, rows, wanted)


def comment(instance: Instance, unit: str, reports: Iterable[Report], unanswered: Mapping[str, Collection[str]]) -> None:
    """Write anew why each answer of a batch earned what it did, all or nothing; marks stay as they are."""
    by_student = {report.student: report for report in reports}
    with opened(instance) as session:
        rows = unit_rows(session, unit)
        notebooks = add_submissions(session, rows, dict.fromkeys(by_student))
        write_comments(session, rows, {notebooks[name]: (report, unanswered[name]) for name, report in by_student.items()})


def unit_rows(session: Session, unit: str) -> UnitRows:
    found = session.execute(
        select(api.Assignment.id, api.Notebook.id).join(api.Notebook).where(api.Assignment.name == unit, api.Notebook.name == unit)
    ).one_or_none()
    if found is None:
        raise UserError(f"The gradebook does not know the unit {unit}. Run `autograder release` for it first.")
    assignment, notebook = found
    graded = select(api.GradeCell.id, api.GradeCell.name, api.GradeCell.max_score).where(api.GradeCell.notebook_id == notebook)
    solutions = select(api.SolutionCell.id, api.SolutionCell.name).where(api.SolutionCell.notebook_id == notebook)
    return UnitRows(assignment, notebook, session.execute(graded).all(), session.execute(solutions).all())


def test_cells(instance: Instance, unit: str) -> dict[str, str]:
    """The graded cells of code as the unit was released, hidden tests and all, by their names without `check_`."""
    with opened(instance) as session:
        cells = select(api.SourceCell.name, api.SourceCell.source).where(
            api.SourceCell.notebook_id == unit_rows(session, unit).notebook, api.SourceCell.cell_type == "code"
        )
        graded = select(api.GradeCell.name).where(api.GradeCell.notebook_id == unit_rows(session, unit).notebook)
        names = set(session.scalars(graded))
        return {name.removeprefix("check_"): source for name, source in session.execute(cells) if name in names}


def students(instance: Instance) -> set[str]:
    """Everybody whom the gradebook knows."""
    with opened(instance) as session:
        return set(session.scalars(select(api.Student.id)))


def add_students(session: Session, names: Iterable[str]) -> None:
    known = set(session.scalars(select(api.Student.id)))
    if new := [{"id": name} for name in names if name not in known]:
        session.execute(insert(api.Student), new)


def add_submissions(session: Session, rows: UnitRows, timestamps: Mapping[str, datetime | None]) -> dict[str, str]:
    """The id of each student's submitted notebook, by student; made where the student has none yet."""
    submitted = api.SubmittedAssignment
    known = dict(session.execute(select(submitted.student_id, submitted.id).where(submitted.assignment_id == rows.assignment)).all())
    new = {name: api.new_uuid() for name in timestamps if name not in known}
    assignments = [
        {"id": id, "assignment_id": rows.assignment, "student_id": name, "timestamp": timestamps[name]} for name, id in new.items()
    ]
    notebooks = [{"id": api.new_uuid(), "assignment_id": id, "notebook_id": rows.notebook} for id in new.values()]
    updated = [{"id": known[name], "timestamp": at} for name, at in timestamps.items() if name in known and at is not None]
    save(session, submitted, assignments, updated)
    save(session, api.SubmittedNotebook, notebooks, [])
    query = select(submitted.student_id, api.SubmittedNotebook.id).join(
        api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == submitted.id
    )
    return dict(session.execute(query.where(api.SubmittedNotebook.notebook_id == rows.notebook)).all())


def note_times(instance: Instance, unit: str, students: Iterable[str]) -> None:
    """Write when work was handed in, where that has changed since it was recorded."""
    submitted = api.SubmittedAssignment
    query = select(submitted.student_id, submitted.id, submitted.timestamp).join(api.Assignment).where(api.Assignment.name == unit)
    with opened(instance) as session:
        known = {row.student_id: row for row in session.execute(query)}
        times = [(known[name], timestamp(instance.submitted(name, unit))) for name in students if name in known]
        save(session, submitted, [], [{"id": row.id, "timestamp": at} for row, at in times if at is not None and at != row.timestamp])


Wanted = Mapping[str, tuple[Report, Collection[str]]]  # by the id of the submitted notebook
Place = tuple[str, str]  # the ids of a submitted notebook and of a cell


def worths(instance: Instance, unit: str, rows: UnitRows) -> dict[str, Worth]:
    """What each graded cell counts, by its name: as the class has decided, or else as the unit was released."""
    policy, released = instance.policy().of(unit), instance.points(unit)
    names = {cell.name: cell.name.removeprefix("check_") for cell in rows.graded}
    return {cell.name: policy.worth(names[cell.name], released.get(names[cell.name], cell.max_score)) for cell in rows.graded}


def write_grades(session: Session, rows: UnitRows, wanted: Wanted, worth: Mapping[str, Worth]) -> None:
    """What each graded cell earned. nbgrader's rule: a human looks at what has no mark, and again at what a human marked."""
    known = by_place(session, api.Grade, rows)
    values = {}
    for notebook, (report, blank) in wanted.items():
        verdicts = {verdict.exercise: verdict for verdict in report.verdicts}
        for cell in rows.graded:
            old = known.get((notebook, cell.id))
            earned = earned_by(report, verdicts, cell.name, blank, worth[cell.name].points)
            again = old is not None and old.manual_score is not None
            values[notebook, cell.id] = {"auto_score": earned, "needs_manual_grade": earned is None or again}
    put(session, api.Grade, known, values)


def earned_by(report: Report, verdicts: Mapping[str, Verdict], cell: str, unanswered: Collection[str], points: float) -> float | None:
    """What a cell earned of its points; None where a human has to say."""
    if not points:
        return 0.0
    if report.held or report.status == "could not grade":
        return None
    if report.status == "zero" or cell in unanswered:
        return 0.0
    verdict = verdicts.get(cell.removeprefix("check_"))
    if verdict is None or verdict.outcome == "could not grade":
        return None
    share = verdict.earned / verdict.points if verdict.points else 0.0
    return verdict.earned if verdict.points == points else share * points


def write_comments(session: Session, rows: UnitRows, wanted: Wanted) -> None:
    """Why each answer earned what it did. A human's comment is in another column, and shown in place of this one."""
    values = {}
    for notebook, (report, blank) in wanted.items():
        verdicts = {verdict.exercise: verdict for verdict in report.verdicts}
        for cell in rows.solutions:
            values[notebook, cell.id] = {"auto_comment": comment_on(cell.name, report, verdicts.get(cell.name), blank)}
    put(session, api.Comment, by_place(session, api.Comment, rows), values)


def comment_on(name: str, report: Report, verdict: Verdict | None, unanswered: Collection[str]) -> str | None:
    """The comment on an answer, harmless as Markdown; None where there is nothing to say."""
    if report.status != "graded":
        return one_line(report.note) or None
    if verdict is not None:
        return one_line(verdict.reason) or (NO_RESPONSE if verdict.outcome == "not written" else None)
    return NO_RESPONSE if name in unanswered else None


def one_line(text: str) -> str:
    """Text that stays text where nbgrader renders it as Markdown: a reason may quote the student.

    >>> one_line("`a < b`: <img src=x> [y](javascript:z)")
    '`a < b`: < img src=x> [y] (javascript:z)'
    """
    text = " ".join(text.replace("\0", "").split())  # PostgreSQL keeps no zero byte
    return re.sub(r"<(?=[A-Za-z/!?])", "< ", text).replace("](", "] (").replace("]:", "] :")


def by_place(session: Session, table: Any, rows: UnitRows) -> dict[Place, Any]:
    """The rows of a table that belong to the unit, by where they stand."""
    query = select(table.__table__).join(api.SubmittedNotebook, api.SubmittedNotebook.id == table.notebook_id)
    found = session.execute(query.where(api.SubmittedNotebook.notebook_id == rows.notebook))
    return {(row.notebook_id, row.cell_id): row for row in found}


def put(session: Session, table: Any, known: Mapping[Place, Any], values: Mapping[Place, dict[str, Any]]) -> None:
    """Change the rows that are there, and add those that are not."""
    new = [
        {"id": api.new_uuid(), "notebook_id": notebook, "cell_id": cell, **row}
        for (notebook, cell), row in values.items()
        if (notebook, cell) not in known
    ]
    save(session, table, new, [{"id": known[place].id, **row} for place, row in values.items() if place in known])


def save(session: Session, table: Any, new: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    if new:
        session.execute(insert(table), new)
    if changed:
        session.execute(update(table), changed)


@dataclass(frozen=True)
class CellMark:
    """What the gradebook says of a graded cell: `earned` is None while it waits for a human.

    `points` are the class's own; `counts` is "" as a rule, "bonus" or "dropped".
    """

    points: float
    earned: float | None
    by_hand: bool
    counts: str = ""


def marks(instance: Instance, session: Session, unit: str) -> dict[str, dict[str, CellMark]]:
    """The marks of a unit, by student and by the names of graded cells, in an order that stays."""
    rows = unit_rows(session, unit)
    worth = worths(instance, unit, rows)
    query = (
        select(
            api.SubmittedAssignment.student_id,
            api.GradeCell.name,
            api.Grade.score,
            api.Grade.auto_score,
            api.Grade.manual_score,
        )
        .select_from(api.Grade)
        .join(api.GradeCell, api.GradeCell.id == api.Grade.cell_id)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
        .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
        .where(api.SubmittedNotebook.notebook_id == rows.notebook)
        .order_by(api.GradeCell.name)
    )
    found: dict[str, dict[str, CellMark]] = {}
    for student, cell, score, auto, manual in session.execute(query):
        of, waits = worth[cell], auto is None and manual is None
        mark = CellMark(of.points, None if waits else score, manual is not None, of.counts)
        found.setdefault(student, {})[cell] = mark
    return found


def scores(instance: Instance, unit: str | None = None) -> list[Score]:
    """What every student has for one unit, or for all: by unit, then student."""
    written = api.GradeCell.cell_type == "markdown"
    unmarked = api.Grade.manual_score.is_(None) & api.Grade.auto_score.is_(None)
    query = (
        select(
            api.SubmittedAssignment.student_id,
            api.Assignment.name,
            func.sum(case((written, 0.0), else_=api.Grade.score)),
            func.sum(case((written, api.Grade.score), else_=0.0)),
            func.sum(case((~written & unmarked, 1), else_=0)),
            func.sum(case((written & unmarked, 1), else_=0)),
            func.sum(api.GradeCell.max_score),
            func.coalesce(api.SubmittedNotebook.late_submission_penalty, 0.0),
            func.sum(case((api.Grade.needs_manual_grade, 1), else_=0)),
        )
        .select_from(api.Grade)
        .join(api.GradeCell, api.GradeCell.id == api.Grade.cell_id)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
        .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
        .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
        .group_by(api.SubmittedNotebook.id, api.SubmittedAssignment.id, api.Assignment.id)
    )
    with opened(instance) as session:
        if unit is not None:
            unit_rows(session, unit)
            query = query.where(api.Assignment.name == unit)
        late_work = lateness(session, instance.policy(), unit)
        found = [
            Score(
                student,
                name,
                None if held else exercises,
                None if waiting else answers,
                exercises + answers - late,
                maximum,
                late,
                bool(by_hand),
                late_work[name, student].free_days,
            )
            for student, name, exercises, answers, held, waiting, maximum, late, by_hand in session.execute(query)
        ]
    return sorted(found, key=lambda score: (score.unit, score.student))  # a server would sort by the rules of its language
