"""Extensions: granted, taken back, and listed; also of those who have not handed in yet."""

import difflib
from dataclasses import dataclass
from datetime import datetime, timedelta

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder import spans
from autograder.gradebook import database, rules
from autograder.gradebook.ledger import Ledger
from autograder.instance import Instance
from autograder.intake.names import refusal
from autograder.policy import POLICY, Policy
from course.errors import UserError

MOST = timedelta(days=1000)
EXPECTED = "a span such as 2d, 36h or 1d12h, a day and a time such as 2026-11-07T12:00, or 0 to take it back"


@dataclass(frozen=True)
class Extension:
    """What one student was granted, and until when that is, in the class's zone.

    `waits` says whether it waits for a hand-in to be graded; `handed_in` is None also where nothing says when that was.
    """

    student: str
    span: timedelta
    until: datetime
    handed_in: datetime | None
    waits: bool


def extend(instance: Instance, unit: str, student: str, words: str) -> timedelta:
    """Grant a student an extension in place of any other; what it is now. It counts at once, or once the student hands in.

    Raises UserError for a unit without a due date, and for words that say no span and no time after it.
    """
    if reason := refusal(student):
        raise UserError(f"{student!r} is no student's name, since {reason}.")
    rules.apply(instance, [unit])
    with database.opened(instance) as session:
        span = span_of(words, due_of(session, instance, unit), instance.policy())
        submission = session.scalars(
            select(api.SubmittedAssignment)
            .join(api.Assignment)
            .where(api.Assignment.name == unit, api.SubmittedAssignment.student_id == student)
        ).one_or_none()
        if submission:
            submission.extension = span or None
    ledger = Ledger.load(instance)
    waiting = {name: seconds for name, seconds in ledger.extensions.pop(unit, {}).items() if name != student}
    if span and not submission:
        waiting[student] = span.total_seconds()
    ledger.extensions |= {unit: waiting} if waiting else {}
    ledger.save(instance)
    rules.apply(instance, [unit])
    return span


def due_of(session: Session, instance: Instance, unit: str) -> datetime:
    """When a unit is due, as nbgrader keeps it."""
    database.unit_rows(session, unit)
    due = session.scalars(select(api.Assignment.duedate).where(api.Assignment.name == unit)).one()
    if due is None:
        raise UserError(
            f"{unit} has no due date, and so nothing to extend. Set one in {instance.root / POLICY}, under [units.{unit}]: "
            "due = 2026-11-05T23:59"
        )
    return due


def span_of(words: str, due: datetime, policy: Policy) -> timedelta:
    """The span that words say: by themselves, or as a time after the unit is due."""
    span = spans.parsed(words)
    if span is None:
        try:
            span = policy.utc(datetime.fromisoformat(words)) - due
        except (ValueError, OverflowError):
            raise UserError(f"{words!r} is no extension: expected {EXPECTED}.") from None
        if span <= timedelta():
            raise UserError(f"{words} is not after the unit is due, {policy.local(due):%Y-%m-%d %H:%M %Z}: expected {EXPECTED}.")
    if span > MOST:
        raise UserError(f"Expected an extension of at most {MOST.days} days, got {words!r}.")
    return span


def extensions(instance: Instance, unit: str) -> list[Extension]:
    """Who was granted what for a unit, by name."""
    rules.apply(instance, [unit])
    policy, waiting = instance.policy(), Ledger.load(instance).extensions.get(unit, {})
    query = (
        select(api.SubmittedAssignment.student_id, api.SubmittedAssignment.extension, api.SubmittedAssignment.timestamp)
        .join(api.Assignment)
        .where(api.Assignment.name == unit, api.SubmittedAssignment.extension.is_not(None))
    )
    with database.opened(instance) as session:
        due = due_of(session, instance, unit)
        found = [
            Extension(name, span, policy.local(due + span), at and policy.local(at), False) for name, span, at in session.execute(query)
        ]
    later = [(name, timedelta(seconds=seconds)) for name, seconds in waiting.items()]
    found += [Extension(name, span, policy.local(due + span), None, True) for name, span in later]
    return sorted(found, key=lambda extension: extension.student)


def like(instance: Instance, student: str) -> str:
    """The student of the class whose name is most like one that nobody there has; "" for a student of the class, or where none is."""
    with database.opened(instance) as session:
        known = set(session.scalars(select(api.Student.id)))
    return "" if student in known else next(iter(difflib.get_close_matches(student, known, 1)), "")
