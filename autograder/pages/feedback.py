"""The feedback pages, made of the graded notebooks by nbgrader's own converter."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.converters import GenerateFeedback
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.gradebook import database
from autograder.gradebook.nbgrader_calls import course_directory, quiet_nbgrader
from autograder.instance import Instance
from course.errors import UserError


def feedback(
    instance: Instance, unit: str, students: Iterable[str] | None = None, on_page: Callable[[Path], None] = lambda page: None
) -> list[Path]:
    """Write the feedback pages of a unit that are not up to date, for some students or all; the pages written.

    A page is up to date while neither the graded notebook nor a mark or a comment has changed, a human's among them. `on_page` is
    called for every page once it stands, new or not.
    """
    instance.check_unit(unit)
    with database.opened(instance) as session:
        marks = marks_of(session, unit)
    if not marks:
        raise UserError(f"There is nothing to give feedback on: nothing of {unit} has been graded. Run `autograder grade` for it first.")
    wanted = sorted(set(marks if students is None else students))
    if unknown := [name for name in wanted if name not in marks]:
        raise UserError(f"There is nothing of {', '.join(unknown[:5])} to give feedback on: {unit} has not been graded for them yet.")
    states = {name: state_of(instance.autograded(name, unit), marks[name]) for name in wanted if instance.autograded(name, unit).is_file()}
    pages = {name: instance.feedback_page(name, unit) for name in states}
    due = {name: state for name, state in states.items() if not up_to_date(pages[name], state)}
    for name in states.keys() - due:
        on_page(pages[name])
    if due:
        with quiet_nbgrader(f"write the feedback on {unit}") as log:
            Pages(instance, unit, due, on_page, log).start()
    return [pages[name] for name in due]


class Pages(GenerateFeedback):
    """nbgrader's GenerateFeedback for given students, one exporter for all, a page stamped with what it shows."""

    def __init__(
        self, instance: Instance, unit: str, due: Mapping[str, str], on_page: Callable[[Path], None], log: logging.Logger
    ) -> None:
        super().__init__(coursedir=course_directory(instance, unit, log), config=instance.config, log=log)
        self.instance, self.unit, self.due, self.on_page = instance, unit, due, on_page
        self.force = True

    def init_notebooks(self) -> None:
        notebooks = [self.instance.autograded(name, self.unit) for name in self.due]
        self.assignments = {str(notebook.parent): [str(notebook)] for notebook in notebooks}

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        super().set_permissions(assignment_id, student_id)
        page = self.instance.feedback_page(student_id, self.unit)
        with page.open("a", encoding="utf-8") as file:
            file.write(stamp(self.due[student_id]))
        self.on_page(page)


def marks_of(session: Session, unit: str) -> dict[str, list[Any]]:
    """Everything in the gradebook that a feedback page shows, by student."""
    notebook = database.unit_rows(session, unit).notebook
    grades = select(
        api.SubmittedAssignment.student_id, api.Grade.cell_id, api.Grade.score, api.SubmittedNotebook.late_submission_penalty
    ).join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
    comments = select(api.SubmittedAssignment.student_id, api.Comment.cell_id, api.Comment.comment).join(
        api.SubmittedNotebook, api.SubmittedNotebook.id == api.Comment.notebook_id
    )
    marks: dict[str, list[Any]] = {}
    for query, table in ((grades, api.Grade), (comments, api.Comment)):
        found = query.join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
        for student, *shown in session.execute(found.where(api.SubmittedNotebook.notebook_id == notebook).order_by(table.cell_id)):
            marks.setdefault(student, []).append(shown)
    return marks


def state_of(notebook: Path, marks: list[Any]) -> str:
    """A fingerprint of all that a feedback page shows."""
    return hashlib.sha256(notebook.read_bytes() + repr(marks).encode()).hexdigest()


def stamp(state: str) -> str:
    return f"<!-- shows {state} -->\n"


def up_to_date(page: Path, state: str) -> bool:
    return page.is_file() and page.read_bytes().endswith(stamp(state).encode())
