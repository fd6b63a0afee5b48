"""The feedback pages of a unit: which are due, and writing them where nbgrader looks for them."""

import contextlib
import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.files import write_whole
from autograder.gradebook import database, rules
from autograder.instance import Instance, reported
from autograder.intake import submission
from autograder.intake.recognise import MOST_FILES
from autograder.intake.sources import SECRET, TIME
from autograder.pages.feedback_page import TEMPLATE, Marked, page
from autograder.pages.figures import saved
from autograder.pages.templates import text_of
from autograder.report import Report
from course.errors import Unreadable, UserError


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
            damaged += [path] if saved(instance, student, unit) else []  # without a report somebody gave marks by hand, and for no notebook
            continue
        try:
            if write(instance, unit, student, marked[student], scores[student]):
                written.append(instance.feedback_page(student, unit))
        except (ValueError, KeyError, TypeError, AttributeError):
            damaged.append(path)
        else:
            on_page(instance.feedback_page(student, unit))
    if any(instance.submitted(student, unit).with_name(SECRET).is_file() for student in marked):
        for student in wanted:
            stand_in(instance.feedback_page(student, unit))
    if damaged:
        raise UserError(f"{damaged[0]} is gone, or no graded notebook any more. Run `autograder grade` and this again: it is made anew.")
    return written


def write(instance: Instance, unit: str, student: str, marked: Marked, score: database.Score) -> bool:
    """Write one page, unless it is up to date; whether it was written. ValueError and the like where the graded notebook is damaged."""
    place, notebook = instance.feedback_page(student, unit), instance.autograded(student, unit)
    report = saved(instance, student, unit)
    with reported(f"write {place}"):
        data = notebook.read_bytes()
        state = hashlib.sha256(data + repr((marked, score, report)).encode() + text_of(TEMPLATE)).hexdigest()
        due = not up_to_date(place, state)
        if due:
            text = f"{page(unit, score, marked, json.loads(data), report)}\n"
            write_whole(place, text + stamp(state, text.encode()))
        beside(instance, unit, student, report)
    return due


def beside(instance: Instance, unit: str, student: str, report: Report | None) -> None:
    """Put beside a page what `nbgrader release_feedback` needs; and the page again, under the name by which the student knows the notebook.

    `nbgrader fetch_feedback` asks for a page by the name of what was handed in.
    """
    place, handed_in = instance.feedback_page(student, unit), instance.submitted(student, unit)
    for name in (TIME, SECRET):
        with contextlib.suppress(Unreadable, ValueError):
            copy_beside(place.with_name(name), submission.read_bytes(handed_in.with_name(name), 1000).decode())
    graded = notebook_of(handed_in, report.fingerprint) if report else handed_in
    if graded.name != handed_in.name:
        copy_beside(place.with_name(f"{graded.stem}.html"), place.read_text(encoding="utf-8"))


def stand_in(page: Path) -> None:
    """Keep `nbgrader release_feedback` from breaking off at a page of work that came another way than the others' through the exchange.

    It is released too, under a name that nobody can ask for.
    """
    with reported(f"write beside {page}"):
        for path, text in ((page.with_name(TIME), ""), (page.with_name(SECRET), secrets.token_hex(64))):
            if page.is_file() and not path.is_file():
                write_whole(path, text)


def copy_beside(place: Path, text: str) -> None:
    """Write a text, unless it stands there."""
    if not place.is_file() or place.read_text(encoding="utf-8", errors="replace") != text:
        write_whole(place, text)


def notebook_of(expected: Path, wanted: str) -> Path:
    """The notebook beside an expected one that a report is on, by the SHA-256 of its file; the expected one where none is."""
    others = sorted(expected.parent.glob("*.ipynb"))[:MOST_FILES] if expected.parent.is_dir() else []
    return next((path for path in (expected, *others) if submission.fingerprint(path) == wanted), expected)


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


def stamp(state: str, page: bytes) -> str:
    """What ends a page: a digest of what it shows and of itself."""
    return f"<!-- shows {hashlib.sha256(state.encode() + page).hexdigest()} -->\n"


def up_to_date(place: Path, state: str) -> bool:
    """Whether a page is there, shows this state, and is as it was written."""
    if not place.is_file():
        return False
    page, mark, _ = (data := place.read_bytes()).rpartition(b"<!-- shows ")
    return bool(mark) and data == page + stamp(state, page).encode()
