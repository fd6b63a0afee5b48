"""What a class has decided, applied to what was graded: due dates, extensions, points, and what late work costs.

Nothing is judged for it. What an exercise earned stands in the reports and what a human gave in the gradebook; here it is worked out
again what both come to, for all students of a unit, and only what changes is written.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.gradebook import database
from autograder.gradebook.database import NO_RESPONSE, UnitRows
from autograder.gradebook.late_rule import late_rule
from autograder.gradebook.lateness import lateness, write_penalties
from autograder.gradebook.ledger import Ledger
from autograder.instance import Instance
from autograder.policy import Policy, Worth
from autograder.report import Report


def apply(instance: Instance, units: Collection[str] = ()) -> None:
    """Bring the gradebook up to date with the rules, for some units or for all that were released.

    Where students have free late days, a unit bears on the units after it, and so all are brought up to date. Raises UserError where
    class.toml, or the class's own rule for late work, is wrong.
    """
    policy, old, new = instance.policy(), Ledger.load(instance), Ledger.load(instance)
    with database.opened(instance) as session, late_rule(instance, policy) as cost:
        known = session.scalars(select(api.Notebook.name).join(api.Assignment).where(api.Assignment.name == api.Notebook.name))
        wanted = [name for name in set(known) & set(instance.units()) if policy.late.free_days or not units or name in units]
        for unit in wanted:
            write_dates(session, policy, new, unit)
            write_points(session, instance, new, unit)
        for unit in wanted:
            write_penalties(session, lateness(session, policy, unit), unit, cost)
        old.until_kept(new).save(instance)
    new.save(instance)


def check(instance: Instance) -> None:
    """Raise UserError where `apply` would."""
    with late_rule(instance, instance.policy()):
        pass


def write_dates(session: Session, policy: Policy, ledger: Ledger, unit: str) -> None:
    """The due date, and extensions: nbgrader cannot read one where there is no due date, or nothing handed in, so these wait."""
    assignment, due = session.scalars(select(api.Assignment).where(api.Assignment.name == unit)).one(), policy.of(unit).due
    if due is not None:
        assignment.duedate, ledger.due[unit] = due, due.isoformat()
    elif ledger.due.pop(unit, None) == (assignment.duedate and assignment.duedate.isoformat()):
        assignment.duedate = None  # it came from class.toml, which no longer says it
    session.flush()
    submitted, waiting = api.SubmittedAssignment, ledger.extensions.pop(unit, {})
    query = select(submitted.id, submitted.student_id, submitted.extension).where(submitted.assignment_id == assignment.id)
    if assignment.duedate is None:
        found = session.execute(query.where(submitted.extension.is_not(None))).all()
        waiting |= {row.student_id: row.extension.total_seconds() for row in found}
        changed = [{"id": row.id, "extension": None} for row in found]
    else:
        found = session.execute(query).all() if waiting else []
        here = [row for row in found if row.student_id in waiting]
        changed = [{"id": row.id, "extension": timedelta(seconds=waiting.pop(row.student_id))} for row in here]
    database.save(session, submitted, [], changed)
    if waiting:
        ledger.extensions[unit] = waiting


def write_points(session: Session, instance: Instance, ledger: Ledger, unit: str) -> None:
    """What each graded cell counts; and where that is not what its marks were worked out with, the marks."""
    rows = database.unit_rows(session, unit)
    worth = database.worths(instance, unit, rows)
    changed = [{"id": cell.id, "max_score": of.maximum} for cell in rows.graded if (of := worth[cell.name]).maximum != cell.max_score]
    database.save(session, api.GradeCell, [], changed)
    before = ledger.worth.get(unit, {cell.name: cell.max_score for cell in rows.graded})
    set_aside(session, rows, worth, ledger.aside.setdefault(unit, {}))
    if not ledger.aside[unit]:
        del ledger.aside[unit]
    if other := {cell.id: cell.name for cell in rows.graded if before.get(cell.name) != worth[cell.name].points}:
        write_marks(session, instance, unit, rows, other, before, worth)
    ledger.worth[unit] = {name: of.points for name, of in worth.items()}


def set_aside(session: Session, rows: UnitRows, worth: Mapping[str, Worth], aside: dict[str, dict[str, Any]]) -> None:
    """Marks that a human gave for what is dropped count for nobody, and come back where it is dropped no longer."""
    dropped = {cell.id: cell.name for cell in rows.graded if not worth[cell.name].points}
    back = {cell.id: aside.pop(cell.name) for cell in rows.graded if cell.id not in dropped and cell.name in aside}
    by_hand = api.Grade.manual_score.is_not(None) | api.Grade.extra_credit.is_not(None)
    changed = []
    for row in grades(session, rows, dropped, by_hand):
        aside.setdefault(dropped[row.cell_id], {})[row.student_id] = [row.manual_score, row.extra_credit]
        changed.append({"id": row.id, "manual_score": None, "extra_credit": None, "needs_manual_grade": False})
    for row in grades(session, rows, back, ~by_hand):
        if row.student_id in back[row.cell_id]:
            manual, extra = back[row.cell_id][row.student_id]
            changed.append({"id": row.id, "manual_score": manual, "extra_credit": extra})
    database.save(session, api.Grade, [], changed)


def write_marks(
    session: Session,
    instance: Instance,
    unit: str,
    rows: UnitRows,
    cells: Mapping[str, str],
    before: Mapping[str, float],
    worth: Mapping[str, Worth],
) -> None:
    """What exercises earned, out of the reports, now that they count something else; without a report, in proportion."""
    blank, changed = unanswered(session, rows), []
    verdicts: dict[str, Any] = {}
    reports: dict[str, Report | None] = {}
    for row in grades(session, rows, cells):
        name = cells[row.cell_id]
        if row.student_id not in reports:
            report = reports[row.student_id] = Report.saved(instance.report_path(row.student_id, unit))
            verdicts[row.student_id] = {verdict.exercise: verdict for verdict in report.verdicts} if report else {}
        report, points = reports[row.student_id], worth[name].points
        if report is None:
            earned = scaled(row.auto_score, before.get(name, 0.0), points)
        else:
            earned = database.earned_by(report, verdicts[row.student_id], name, blank.get(row.student_id, ()), points)
        by_hand = row.manual_score is not None
        changed.append({"id": row.id, "auto_score": earned, "needs_manual_grade": row.needs_manual_grade if by_hand else earned is None})
    database.save(session, api.Grade, [], changed)


def scaled(earned: float | None, before: float, points: float) -> float | None:
    """A mark that counted so many points, where it counts others; None where there is none to go by."""
    if not points:
        return 0.0
    return earned * points / before if earned is not None and before else None


def grades(session: Session, rows: UnitRows, cells: Collection[str], *those: Any) -> Sequence[Any]:
    """The grades of some cells, or `those` of them, with whose they are."""
    if not cells:
        return []
    columns = (api.Grade.id, api.Grade.cell_id, api.Grade.auto_score, api.Grade.manual_score, api.Grade.extra_credit)
    query = (
        select(*columns, api.Grade.needs_manual_grade, api.SubmittedAssignment.student_id)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
        .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
    )
    of_cells = api.Grade.cell_id.in_(list(cells)), api.SubmittedNotebook.notebook_id == rows.notebook
    return session.execute(query.where(*of_cells, *those)).all()


def unanswered(session: Session, rows: UnitRows) -> dict[str, set[str]]:
    """The answers that each student left as released, as the comments on them say."""
    query = (
        select(api.SubmittedAssignment.student_id, api.SolutionCell.name)
        .select_from(api.Comment)
        .join(api.SolutionCell, api.SolutionCell.id == api.Comment.cell_id)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Comment.notebook_id)
        .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
        .where(api.SubmittedNotebook.notebook_id == rows.notebook, api.Comment.auto_comment == NO_RESPONSE)
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for student, name in session.execute(query):
        found[student].add(name)
    return found
