"""The feedback pages of a unit: which are due, and writing them where nbgrader looks for them."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.files import write_whole
from autograder.gradebook import database, rules
from autograder.instance import Instance, reported
from autograder.intake.submission import read_bytes
from autograder.pages.feedback_page import TEMPLATE, Marked, page
from autograder.pages.figures import saved
from course.errors import Unreadable, UserError

BESIDE = ("timestamp.txt", "submission_secret.txt")  # what `nbgrader release_feedback` needs beside a page


def feedback(
    instance: Instance, unit: str, students: Iterable[str] | None = None, on_page: Callable[[Path], None] = lambda page: None
) -> list[Path]:
    """Write the feedback pages of a unit that are not up to date, for some students or all; the pages written.

    A page is up to date while neither the graded notebook nor a mark or a comment has changed, a human's among them. `on_page` is
    called for every page once it stands, new or not. All run in this process: a page takes a few milliseconds, and another process
    seconds to start.
    """
    instance.check_unit(unit)
    rules.apply(instance, [unit])
    with database.opened(instance) as session:
        marked = marks_of(instance, session, unit)
    if not marked:
        raise UserError(f"There is nothing to give feedback on: nothing of {unit} has been graded. Run `autograder grade` for it first.")
    wanted = sorted(set(marked if students is None else students))
    if unknown := [name for name in wanted if name not in marked]:
        raise UserError(f"There is nothing of {', '.join(unknown[:5])} to give feedback on: {unit} has not been graded for them yet.")
    scores = {score.student: score for score in database.scores(instance, unit)}
    written, damaged = [], []
    for student in wanted:
        path = instance.autograded(student, unit)
        if not path.is_file():
            continue
        try:
            if write(instance, unit, student, marked[student], scores[student]):
                written.append(instance.feedback_page(student, unit))
        except (ValueError, KeyError, TypeError, AttributeError):
            damaged.append(path)
        else:
            on_page(instance.feedback_page(student, unit))
    if damaged:
        raise UserError(f"{damaged[0]} is no graded notebook any more. Remove it, and run `autograder grade` and this again.")
    return written


def write(instance: Instance, unit: str, student: str, marked: Marked, score: database.Score) -> bool:
    """Write one page, unless it is up to date; whether it was written. ValueError and the like where the graded notebook is damaged."""
    place, notebook = instance.feedback_page(student, unit), instance.autograded(student, unit)
    report = saved(instance, student, unit)
    with reported(f"write {place}"):
        data = notebook.read_bytes()
        state = hashlib.sha256(data + repr((marked, score, report)).encode() + TEMPLATE.read_bytes()).hexdigest()
        if up_to_date(place, state):
            return False
        write_whole(place, f"{page(unit, score, marked, json.loads(data), report)}\n{stamp(state)}")
        for name in BESIDE:
            copy_beside(instance.submitted(student, unit).with_name(name), place.with_name(name))
    return True


def copy_beside(source: Path, place: Path) -> None:
    """Copy a small file that was handed in, if it was."""
    try:
        text = read_bytes(source, 1000).decode()
    except (Unreadable, ValueError):
        return
    write_whole(place, text)


def marks_of(instance: Instance, session: Session, unit: str) -> dict[str, Marked]:
    """What the gradebook says of a unit, by student."""
    notebook, marks = database.unit_rows(session, unit).notebook, database.marks(instance, session, unit)
    comments = select(api.SubmittedAssignment.student_id, api.SolutionCell.name, api.Comment.comment, api.Comment.manual_comment).join(
        api.SubmittedNotebook, api.SubmittedNotebook.id == api.Comment.notebook_id
    )
    said: dict[str, dict[str, str]] = {}
    by_hand: dict[str, list[str]] = {}
    for student, name, comment, manual in rows(session, comments, api.Comment, api.SolutionCell, notebook):
        if comment:
            said.setdefault(student, {})[name] = comment
        if manual:
            by_hand.setdefault(student, []).append(name)
    return {student: Marked(of, said.get(student, {}), tuple(by_hand.get(student, ()))) for student, of in marks.items()}


def rows(session: Session, query: Any, table: Any, cell: Any, notebook: str) -> Iterable[Any]:
    """What a query finds of the cells of one notebook, in an order that stays."""
    found = query.join(cell, cell.id == table.cell_id).join(
        api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id
    )
    return session.execute(found.where(api.SubmittedNotebook.notebook_id == notebook).order_by(cell.name))


def stamp(state: str) -> str:
    return f"<!-- shows {state} -->\n"


def up_to_date(page: Path, state: str) -> bool:
    return page.is_file() and page.read_bytes().endswith(stamp(state).encode())
