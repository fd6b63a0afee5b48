"""Marks that a human gives to written answers: what waits for one, and giving it, where nbgrader's own pages read and write too."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbgrader import api
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from autograder.gradebook import database
from autograder.instance import Instance
from course.errors import UserError


@dataclass(frozen=True)
class Given:
    """What a human gave for an answer: points, None where none are given, and a comment."""

    points: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Answer:
    """A written answer in the gradebook. `again` says that it was graded again after it was marked, so that somebody looks once more."""

    student: str
    question: str
    worth: float
    given: Given
    again: bool
    unanswered: bool

    @property
    def waits(self) -> bool:
        return not self.unanswered and (self.given.points is None or self.again)


def answers(instance: Instance, unit: str) -> list[Answer]:
    """The written answers to a unit's questions, by question, then student."""
    with database.opened(instance) as session:
        rows = database.unit_rows(session, unit)
        notebook, worth = rows.notebook, database.worths(instance, unit, rows)
        comments = {(student, name): comment for student, name, comment in said(session, notebook)}
        grades = (
            select(
                api.SubmittedAssignment.student_id,
                api.GradeCell.name,
                api.Grade.auto_score,
                api.Grade.manual_score,
                api.Grade.needs_manual_grade,
            )
            .join(api.GradeCell, api.GradeCell.id == api.Grade.cell_id)
            .where(api.GradeCell.cell_type == "markdown")
            .order_by(api.GradeCell.name, api.SubmittedAssignment.student_id)
        )
        return [
            Answer(
                student,
                name,
                worth[name].points,
                Given(manual, comments.get((student, name)) or ""),
                again=manual is not None and by_hand,
                unanswered=manual is None and auto is not None,
            )
            for student, name, auto, manual, by_hand in session.execute(of_students(grades, api.Grade, notebook))
            if worth[name].points  # what is dropped waits for nobody
        ]


def said(session: Session, notebook: str) -> Iterator[Any]:
    """The comments of humans, each with student and question."""
    query = select(api.SubmittedAssignment.student_id, api.SolutionCell.name, api.Comment.manual_comment)
    yield from session.execute(of_students(query.join(api.SolutionCell, api.SolutionCell.id == api.Comment.cell_id), api.Comment, notebook))


def of_students(query: Any, table: Any, notebook: str) -> Any:
    """A query on the cells of one notebook, with the student who handed each in."""
    return (
        query.join(api.SubmittedNotebook, api.SubmittedNotebook.id == table.notebook_id)
        .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
        .where(api.SubmittedNotebook.notebook_id == notebook)
    )


def give(instance: Instance, unit: str, student: str, question: str, before: Given, now: Given) -> Given:
    """Give a mark in place of the one that was seen `before`; what stands there then.

    That is another one, and nothing is written, where somebody else has given it by now.
    """
    with database.opened(instance) as session:
        rows = database.unit_rows(session, unit)
        notebook, cell = place_of(session, rows.notebook, student, question)
        worth = database.worths(instance, unit, rows)[question].points
        if now.points is not None and not 0 <= now.points <= worth:  # which NaN is not, either
            raise UserError(f"Expected points from 0 to {worth:g}, got {now.points:g}.")
        mine = api.Grade.notebook_id == notebook, api.Grade.cell_id == cell
        # Written to before it is read, so that nobody else writes in between: SQLite and PostgreSQL lock with the first change.
        session.execute(update(api.Grade).where(*mine).values(cell_id=cell))
        grade = session.execute(select(api.Grade.__table__).where(*mine)).one()
        (solution,) = (one.id for one in rows.solutions if one.name == question)
        told = session.execute(
            select(api.Comment.__table__).where(api.Comment.notebook_id == notebook, api.Comment.cell_id == solution)
        ).one_or_none()
        standing = Given(grade.manual_score, (told.manual_comment if told else None) or "")
        if standing != before:
            return standing
        waits = now.points is None and grade.auto_score is None
        database.save(session, api.Grade, [], [{"id": grade.id, "manual_score": now.points, "needs_manual_grade": waits}])
        known = {(notebook, solution): told} if told else {}
        database.put(session, api.Comment, known, {(notebook, solution): {"manual_comment": now.comment or None}})
    return now


def place_of(session: Session, notebook: str, student: str, question: str) -> tuple[str, str]:
    """Where an answer stands: its submitted notebook, and its cell. Raises UserError where there is none."""
    query = (
        select(api.Grade.notebook_id, api.Grade.cell_id)
        .join(api.GradeCell, api.GradeCell.id == api.Grade.cell_id)
        .where(api.GradeCell.name == question, api.SubmittedAssignment.student_id == student)
    )
    found = session.execute(of_students(query, api.Grade, notebook)).one_or_none()
    if found is None:
        raise UserError(f"There is no answer of {student} to {question} any more. Has the unit been graded? Load the page again.")
    return found.notebook_id, found.cell_id
