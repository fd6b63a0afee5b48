"""The desk that a unit's written answers are marked at: its questions, and the answers to each, in an order that favours nobody.

What it gives is plain data for the page. Text that a student wrote is made harmless here.
"""

import contextlib
import functools
import hmac
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from autograder.gradebook.written import Answer, Given, answers, give
from autograder.instance import Instance, reported
from autograder.intake.structure import text_of
from autograder.marking.notes import Chosen, Notes
from autograder.pages.feedback_page import asked, grade_id, shown
from autograder.pages.figures import saved
from autograder.rubric import Criterion, Rubric
from autograder.turns import alone
from course.errors import ClassInUse, UserError

LONGEST_COMMENT = 10_000  # characters


class Question(NamedTuple):
    """A written question. `text` is Markdown, `blank` what students get to write over."""

    name: str
    title: str
    text: str
    worth: float
    rubric: Rubric
    blank: str

    @property
    def criteria(self) -> list[Criterion]:
        """The rubric's criteria, brought to what the question is worth in this class."""
        share = self.worth / self.rubric.points if self.rubric.points else 1
        return [replace(one, points=one.points * share) for one in self.rubric.criteria]


class MarkingDesk:
    """The written answers to one unit. Without `names` nothing that it gives names a student, but for what students wrote themselves."""

    def __init__(self, instance: Instance, unit: str, *, names: bool = False) -> None:
        self.instance = instance
        self.unit = unit
        self.names = names
        self.notes = Notes(instance.root, unit)
        self._key = instance.secret()
        self._turn = threading.Lock()
        self.questions = {question.name: question for question in questions(instance, unit, self._answers())}

    def _answers(self) -> list[Answer]:
        return answers(self.instance, self.unit)

    def overview(self) -> dict[str, Any]:
        """All that the page shows but for the answers' text."""
        every = self._answers()
        return {"unit": self.unit, "questions": [self._overview_of(question, every) for question in self.questions.values()]}

    def _overview_of(self, question: Question, every: Iterable[Answer]) -> dict[str, Any]:
        """The same, of one question."""
        mine = [answer for answer in every if answer.question == question.name]
        answered = [answer for answer in mine if not answer.unanswered]
        here = [answer for answer in answered if not (answer.waits and self._held(answer.student))]
        return {
            "name": question.name,
            "title": question.title,
            "worth": question.worth,
            "text": html(question.text),
            "model": html(question.rubric.model),
            "remarks": html(question.rubric.remarks),
            "criteria": [{"text": html(one.text), "choices": one.choices} for one in question.criteria],
            "comments": self.notes.comments(question.name),
            "answers": sorted((self._entry(answer) for answer in here), key=lambda entry: entry["id"]),
            "unanswered": len(mine) - len(answered),
            "held": len(answered) - len(here),
        }

    def _entry(self, answer: Answer) -> dict[str, Any]:
        """A line of the list of answers."""
        entry = {"id": self.id_of(answer.student, answer.question), "points": answer.given.points, "again": answer.again}
        return entry | ({"who": answer.student} if self.names else {})

    def id_of(self, student: str, question: str) -> str:
        """What the page calls an answer: it tells nothing of the student, and so do the places of a student's answers."""
        return hmac.new(self._key, f"{self.unit}/{question}/{student}".encode(), "sha256").hexdigest()[:16]

    def _held(self, student: str) -> bool:
        """Whether there is nothing to read of a student's."""
        report = saved(self.instance, student, self.unit)
        return (report is not None and report.held) or not self.instance.autograded(student, self.unit).is_file()

    def waiting(self) -> int:
        """How many answers wait for a mark."""
        return sum(answer.waits and not self._held(answer.student) for answer in self._answers())

    def _find(self, question: str, id: str) -> Answer:
        for answer in self._answers():
            if answer.question == question and hmac.compare_digest(self.id_of(answer.student, question), id):
                return answer
        raise UserError("There is no such answer any more. Load the page again.")

    def answer(self, question: str, id: str) -> dict[str, Any]:
        """One answer: its text, and what was given for it."""
        found = self._find(question, id)
        text, beside, blank = read(self.instance.autograded(found.student, self.unit), self.questions[question])
        return {
            **self._entry(found),
            "text": html(text),
            "beside": [html(each) for each in beside],
            "blank": blank,
            "comment": found.given.comment,
            "chosen": self.notes.chosen(question, found.student, self.questions[question].criteria, found.given.points),
        }

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Have the class to oneself: after what this page has sent before, and unless a command is at work that may take minutes."""
        with self._turn, alone(self.instance.root, refuse):
            yield

    def mark(self, question: str, id: str, before: Given, now: Given, chosen: Chosen) -> Given:
        """Give a mark in place of the one seen `before`; what stands there then, which is another where somebody else was quicker."""
        if len(now.comment) > LONGEST_COMMENT:
            raise UserError(f"The comment has {len(now.comment)} characters; expected {LONGEST_COMMENT} at most. Make it shorter.")
        found = self._find(question, id)
        with self._alone():
            standing = give(self.instance, self.unit, found.student, question, before, now)
            if standing == now:
                self.notes.choose(question, found.student, chosen)
        return standing

    def keep(self, question: str, text: str, *, forget: bool = False) -> list[str]:
        """Keep a comment for reuse, or forget one; those that are kept then."""
        if not text.strip() or len(text) > LONGEST_COMMENT:
            raise UserError(f"Expected a comment of 1 to {LONGEST_COMMENT} characters to keep.")
        with self._alone():
            (self.notes.forget if forget else self.notes.keep)(question, text)
        return self.notes.comments(question)


html = functools.lru_cache(maxsize=256)(shown)


def refuse(waiting: str) -> None:
    """Do not wait for another command: the page says so, and tries again."""
    raise ClassInUse("Another autograder command is at work on this class. This is saved as soon as it has finished.")


def questions(instance: Instance, unit: str, every: Iterable[Answer]) -> list[Question]:
    """The written questions that have answers, in the notebook's order; model answers and rubrics are in the instructor's notebook."""
    worth = {answer.question: answer.worth for answer in every}
    blank = {slot.grade_id: str(slot.cell["source"]) for slot in instance.structure(unit).slots}
    return [
        Question(grade_id(cell), title, text, worth[grade_id(cell)], Rubric.read(cell["source"]), blank.get(grade_id(cell), ""))
        for cell, title, text in asked(cells_of(instance.source(unit)), worth)
    ]


def read(notebook: Path, question: Question) -> tuple[str, list[str], bool]:
    """An answer in a graded notebook, what else the student wrote that may belong to it, and whether the answer's own cell is blank.

    Where the cell is blank, the answer may stand in any text cell that the student added; else in those that follow it.
    """
    text, beside, follows = question.blank, [], False
    cells = cells_of(notebook)
    blank = all(cell["source"].strip() in ("", question.blank) for cell in cells if grade_id(cell) == question.name)
    for cell in cells:
        added = cell["cell_type"] == "markdown" and str(cell.get("id", "")).startswith("student-")
        if grade_id(cell) == question.name:
            text, follows = cell["source"], True
        elif added and (blank or follows):
            beside.append(cell["source"])
        elif not added:
            follows = False
    return text, beside, blank


def cells_of(path: Path) -> list[Mapping[str, Any]]:
    """The cells of a notebook that this package or nbgrader wrote. Raises UserError where it was damaged since."""
    with reported(f"read {path}"):
        data = path.read_bytes()
    try:
        return [{**cell, "source": text_of(cell["source"])} for cell in json.loads(data)["cells"] if cell["metadata"] is not None]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{path} is no notebook any more. Write it anew: `autograder grade --force` for a graded one.") from None
