"""Marks and comments that a human gives, by CSV: a table to fill in, and what is in it into nbgrader's gradebook, whole or not at all.

They stand where formgrader puts them, beside what the judge said, and grading again leaves them.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.gradebook import database, rules
from autograder.gradebook.database import UnitRows
from autograder.gradebook.results import CHECK
from autograder.instance import Instance
from autograder.intake import submission as submissions
from autograder.intake import tables
from autograder.intake.roster import IDS, id_column
from autograder.intake.structure import Structure
from autograder.intake.tables import harmless, plain
from autograder.policy import Worth
from course.errors import Unreadable, UserError
from course.judging.verdict import number

COMMENT, ANSWER = "_comment", "_answer"  # behind the name of an answer: the column of comments on it, and of its text, which is not read
MARK = re.compile(r"\d{1,6}([.,]\d{1,6})?")
LONGEST, LONGEST_ANSWER = 10_000, 1_000  # characters of a comment, and of an answer that is shown
MOST_TOLD = 10  # problems of one file
Mates: TypeAlias = Mapping[str, Sequence[str]]  # by student: the others of a team, for whom the same notebook counts


@dataclass(frozen=True)
class Given:
    """What a file came to: how many marks and comments were written for how many students, and how many stood there already."""

    marks: int
    comments: int
    students: int
    unchanged: int


@dataclass(frozen=True)
class Entry:
    """One cell of the file: where it goes in the gradebook, and what."""

    notebook: str
    cell: str
    value: float | str


def take_in(instance: Instance, unit: str, path: Path, mates: Mates = MappingProxyType({})) -> Given:
    """Write the marks and comments of a file into the gradebook. Raises UserError, and writes nothing, where one of them is not right.

    What is given to a student goes to their `mates` too, who have the same notebook, unless they have a line of their own.
    """
    table = tables.read(path, "table of marks")
    with database.opened(instance) as session:
        rows = database.unit_rows(session, unit)
        reader = Reader(table, rows, database.worths(instance, unit, rows), notebooks_of(session, rows), mates)
        entries = list(reader.entries())
        if reader.problems:
            more = len(reader.problems) - MOST_TOLD
            told = "; ".join(reader.problems[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
            raise UserError(f"Nothing was written, since not all of {path} is right: {told}.")
        grades, comments = (database.by_place(session, of, rows) for of in (api.Grade, api.Comment))
        new = [entry for entry in entries if not stands(entry, grades, comments)]
        marks = {(e.notebook, e.cell): {"manual_score": e.value, "needs_manual_grade": False} for e in new if isinstance(e.value, float)}
        words = {(e.notebook, e.cell): {"manual_comment": e.value} for e in new if isinstance(e.value, str)}
        database.put(session, api.Grade, grades, marks)
        database.put(session, api.Comment, comments, words)
        changed = {entry.notebook for entry in new}
    rules.apply(instance, [unit])
    return Given(len(marks), len(words), len(changed), len(entries) - len(new))


def stands(entry: Entry, grades: Mapping[database.Place, Any], comments: Mapping[database.Place, Any]) -> bool:
    """Whether the gradebook says this already, and nobody is asked to look at it again."""
    place = entry.notebook, entry.cell
    return entry.value == (comment_of(comments.get(place)) if isinstance(entry.value, str) else mark_of(grades.get(place)))


def mark_of(grade: Any) -> float | None:
    """The mark in a row of the gradebook; None where a human has to give one, or to look at it again."""
    if grade is None or grade.needs_manual_grade:
        return None
    mark: float | None = grade.auto_score if grade.manual_score is None else grade.manual_score
    return mark


def comment_of(comment: Any) -> str:
    """What a human said in a row of the gradebook."""
    return (comment.manual_comment or "") if comment else ""


class Reader:
    """Reads a table of marks: what is to be written, and what is wrong with it."""

    def __init__(self, table: tables.Table, rows: UnitRows, worth: Mapping[str, Worth], notebooks: Mapping[str, str], mates: Mates):
        self.table = table
        self.worth = worth
        self.notebooks = notebooks
        self.mates = mates
        self.graded = {cell.name.removeprefix(CHECK).casefold(): cell for cell in rows.graded}
        self.commented = {f"{cell.name}{COMMENT}".casefold(): cell for cell in rows.solutions}
        self.student = id_column(table, ("student", *IDS))
        self.problems = list(self._wrong_columns())

    def _wrong_columns(self) -> Iterator[str]:
        known = {*self.graded, *self.commented, self.student, "name", ""}
        for name in dict.fromkeys(self.table.heading):
            if name not in known and not name.endswith(ANSWER):
                yield f"there is no exercise or written answer {name!r}: expected {', '.join(self.graded)}, or one of these with {COMMENT}"
            elif name and self.table.heading.count(name) > 1:
                yield f"the column {name} is there twice"

    def entries(self) -> Iterator[Entry]:
        """What is to be written; whatever is wrong goes to `problems`."""
        lines: dict[str, tables.Line] = {}
        for line in self.table.lines:
            student = self._student(line)
            if student not in self.notebooks:
                self._wrong(line, f"{student[:80]!r} has handed in nothing that was graded")
            elif student in lines:
                self._wrong(line, f"{student!r} has a line already")
            else:
                lines[student] = line
        for student, line in lines.items():
            alike = [student, *(mate for mate in self.mates.get(student, ()) if mate in self.notebooks and mate not in lines)]
            for cell, value in self._values(line):
                yield from (Entry(self.notebooks[one], cell, value) for one in alike)

    def _student(self, line: tables.Line) -> str:
        """Whose line it is."""
        text = line.cells.get(self.student, "").strip()
        return text if text in self.notebooks else plain(text)

    def _values(self, line: tables.Line) -> Iterator[tuple[str, float | str]]:
        """What a line has for the cells of the notebook, by their ids."""
        for column, text in ((column, text.strip()) for column, text in line.cells.items()):
            if text and column in self.graded:
                cell = self.graded[column]
                value: float | str | None = self._mark(line, column, text, self.worth[cell.name].points)
            elif text and column in self.commented:
                cell = self.commented[column]
                value = self._comment(line, column, plain(text))
            else:
                continue
            if value is not None:
                yield cell.id, value

    def _mark(self, line: tables.Line, column: str, text: str, points: float) -> float | None:
        """A number from 0 to the points, with a point or a comma; None for any other text."""
        if MARK.fullmatch(text) and (mark := float(text.replace(",", "."))) <= points:
            return mark
        self._wrong(line, f"{column}: expected a number from 0 to {number(points)}, got {text[:40]!r}")
        return None

    def _comment(self, line: tables.Line, column: str, text: str) -> str | None:
        """A comment of bounded length, without control characters; None for any other text."""
        if len(text) <= LONGEST and not any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text):
            return text
        self._wrong(line, f"{column}: expected at most {LONGEST:,} characters, and no control characters")
        return None

    def _wrong(self, line: tables.Line, what: str) -> None:
        self.problems.append(f"line {line.number}, {what}")


def notebooks_of(session: Session, rows: UnitRows) -> dict[str, str]:
    """The id of each student's submitted notebook, by student."""
    submitted, notebook = api.SubmittedAssignment, api.SubmittedNotebook
    query = select(submitted.student_id, notebook.id).join(notebook, notebook.assignment_id == submitted.id)
    return dict(session.execute(query.where(notebook.notebook_id == rows.notebook)).all())


def template(instance: Instance, unit: str, mates: Mates = MappingProxyType({})) -> str:
    """The table to fill in: a line for whoever handed in, and for each written answer its mark, a comment, and the beginning of its text.

    Students and their `mates`, who have the same notebook, have one line.
    A mark that nobody has to look at is there already, and so are comments of yours. Raises UserError where there is nothing to mark.
    """
    structure = instance.structure(unit)
    questions = [slot.grade_id for slot in structure.slots if slot.kind == "written"]
    if not questions:
        raise UserError(
            f"{unit} has no written answer to be marked by hand. Marks of exercises go into a file of columns student and NAME."
        )
    with database.opened(instance) as session:
        rows = database.unit_rows(session, unit)
        notebooks = notebooks_of(session, rows)
        marks = {place: exact(mark_of(row)) for place, row in database.by_place(session, api.Grade, rows).items()}
        comments = {place: harmless(comment_of(row)) for place, row in database.by_place(session, api.Comment, rows).items()}
    graded, solutions = ({cell.name: cell.id for cell in cells} for cells in (rows.graded, rows.solutions))
    released = functools.cache(instance.structures)
    covered = {mate for student, others in mates.items() if student in notebooks for mate in others}
    lines = []
    for hand_in in instance.submissions(unit):
        student = hand_in.student
        if student in notebooks and student not in covered:
            id, texts = notebooks[student], answers_in(instance.found(unit, hand_in, released).notebook, structure, questions)
            of = ((marks.get((id, graded[q]), ""), comments.get((id, solutions[q]), ""), texts.get(q, "")) for q in questions)
            lines.append([harmless(student), *itertools.chain.from_iterable(of)])
    if not lines:
        raise UserError(f"There is nothing to mark: nothing of {unit} has been graded. Run `autograder grade` for it first.")
    return tables.written(["student", *(f"{name}{more}" for name in questions for more in ("", COMMENT, ANSWER))], lines)


def exact(mark: float | None) -> str:
    """A mark in full; "" for none."""
    return "" if mark is None else f"{mark:.15g}"


def answers_in(path: Path, structure: Structure, questions: Collection[str]) -> dict[str, str]:
    """The beginnings of the written answers in a hand-in, each on one line, without formulas; none where it cannot be read."""
    try:
        cells = submissions.read(path, structure).notebook.cells
    except Unreadable:
        return {}
    released = {slot.grade_id: slot.cell["source"] for slot in structure.slots}
    texts = {cell.metadata.get("nbgrader", {}).get("grade_id", ""): cell.source for cell in cells}
    return {name: beginning(texts[name]) for name in questions if texts.get(name, released[name]) != released[name]}


def beginning(text: str) -> str:
    """The beginning of a text, on one line and harmless.

    >>> beginning("=1\\n+\\x1b[31m")
    "'=1 + [31m"
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return harmless(line if len(line) <= LONGEST_ANSWER else f"{line[:LONGEST_ANSWER]}…")
