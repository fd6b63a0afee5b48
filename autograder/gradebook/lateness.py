"""How late the work of a class is, what of it is free, and what the rest costs: of all students at once."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from nbgrader import api
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from autograder.policy import DAY, Policy

Cost: TypeAlias = Callable[[str, float, "Lateness"], float]  # what a student's late work takes off a score


@dataclass(frozen=True)
class Lateness:
    """How late one student's work for one unit is, extension and grace counted, and how many of the class's free days go into it."""

    late: timedelta
    days: int
    free_days: int
    extension: timedelta

    @property
    def seconds(self) -> float:
        """What is left to be paid for, in seconds."""
        return max(0.0, (self.late - self.free_days * DAY).total_seconds())


Place: TypeAlias = tuple[str, str]  # a unit and a student


def lateness(session: Session, policy: Policy, unit: str | None = None) -> dict[Place, Lateness]:
    """How late each student's work is. Free days are spent in the order of the units; only those before `unit` matter to it."""
    submitted, assignment = api.SubmittedAssignment, api.Assignment
    query = select(assignment.name, submitted.student_id, submitted.timestamp, submitted.extension, assignment.duedate).join(
        assignment, assignment.id == submitted.assignment_id
    )
    if unit is not None:
        query = query.where(assignment.name <= unit if policy.late.free_days else assignment.name == unit)
    left: defaultdict[str, int] = defaultdict(lambda: policy.late.free_days)
    found = {}
    for name, student, handed_in, extension, due in sorted(session.execute(query), key=lambda row: (row[0], row[1])):
        extension = extension or timedelta()
        late = handed_in - due - extension if handed_in and due else timedelta()
        days = policy.late.days(late)
        free = min(days, left[student])
        left[student] -= free
        found[name, student] = Lateness(late if days else timedelta(), days, free, extension)
    return {place: of for place, of in found.items() if unit in (None, place[0])}


def write_penalties(session: Session, of_unit: Mapping[Place, Lateness], unit: str, cost: Cost) -> None:
    """Write what late work costs, hand-given marks counted, wherever that is not what the gradebook says."""
    changed = []
    for row in submissions(session, unit):
        how = of_unit[unit, row.student_id]
        penalty = cost(row.student_id, row.score, how) if how.seconds else 0.0
        wanted = max(0.0, min(penalty, row.score)) or None
        if wanted != row.late_submission_penalty:
            changed.append({"id": row.id, "late_submission_penalty": wanted})
    if changed:
        session.execute(update(api.SubmittedNotebook), changed)


def submissions(session: Session, unit: str) -> Iterator[Any]:
    """The submitted notebooks of a unit: id, student_id, late_submission_penalty, and the score before it."""
    score = select(api.Grade.notebook_id, func.sum(api.Grade.score).label("score")).group_by(api.Grade.notebook_id).subquery()
    yield from session.execute(
        select(api.SubmittedNotebook.id, api.SubmittedAssignment.student_id, api.SubmittedNotebook.late_submission_penalty, score.c.score)
        .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
        .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
        .join(score, score.c.notebook_id == api.SubmittedNotebook.id)
        .join(api.Notebook, api.Notebook.id == api.SubmittedNotebook.notebook_id)
        .where(api.Assignment.name == unit, api.Notebook.name == unit)
    )
