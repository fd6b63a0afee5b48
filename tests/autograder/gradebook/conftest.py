"""The gradebook by nbgrader's own means."""

import contextlib
from dataclasses import dataclass

import pytest
from nbgrader import api

from autograder.instance import Instance

UNIT = "05_sample"


@dataclass
class Book:
    """What nbgrader reads in a class's gradebook, and what a human writes there with it."""

    instance: Instance

    @contextlib.contextmanager
    def opened(self):
        with api.Gradebook(self.instance.db_url, self.instance.course_id) as book:
            yield book

    def grade(self, student, cell):
        with self.opened() as book:
            found = book.find_grade(cell, UNIT, UNIT, student)
            return found.auto_score, found.manual_score, found.needs_manual_grade, found.score

    def comment(self, student, cell):
        with self.opened() as book:
            found = book.find_comment(cell, UNIT, UNIT, student)
            return found.auto_comment, found.comment

    def mark(self, student, cell, **marks):
        with self.opened() as book:
            found = book.find_grade(cell, UNIT, UNIT, student)
            for name, value in marks.items():
                setattr(found, name, value)
            book.db.commit()

    def points(self):
        """What each graded cell counts in the maximum."""
        with self.opened() as book:
            return {cell.name: cell.max_score for cell in book.find_notebook(UNIT, UNIT).grade_cells}

    def total(self, student):
        """What formgrader shows of a submission: the score, the penalty, and the maximum."""
        with self.opened() as book:
            found = book.find_submission(UNIT, student)
            return found.score, found.late_submission_penalty, found.max_score

    def due(self, text):
        with self.opened() as book:
            book.update_or_create_assignment(UNIT, duedate=text)


@pytest.fixture
def book(instance) -> Book:
    return Book(instance)
