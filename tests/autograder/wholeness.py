"""What grading has written into a class, all of it, and what one undisturbed run would have written."""

import json
import shutil
from pathlib import Path

from nbgrader import api
from sqlalchemy import func, select

from autograder import batch, release, sample
from autograder.files import write_whole
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.pages import feedback
from autograder.report import Report

MADE = ("autograded", "reports", "feedback", "gradebook.db*")


def released_class(root: Path, unit: str) -> Instance:
    """A class with a unit released, whose copies give the same file the same cases."""
    instance = Instance.create(root)
    batch.add_sources(instance, [unit])
    release.release(instance, unit)
    instance.secret()
    return instance


def hand_in(instance: Instance, unit: str, student: str, answers: dict[str, str]) -> None:
    released = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    write_whole(instance.submitted(student, unit), json.dumps(sample.filled(released, answers)))


def everything(instance: Instance, unit: str) -> dict[str, object]:
    """All that grading has written: reports, marks with comments, graded notebooks and pages."""
    students = sorted(path.name for path in (instance.root / "submitted").iterdir())
    with database.opened(instance) as session:
        marks = feedback.marks_of(instance, session, unit)
        rows = [session.scalar(select(func.count()).select_from(table)) for table in (api.Grade, api.Comment, api.SubmittedNotebook)]
    reports = {student: Report.load(instance.report_path(student, unit)) for student in students}
    places = {student: (instance.autograded(student, unit), instance.feedback_page(student, unit)) for student in students}
    files = {student: [path.read_bytes() for path in paths] for student, paths in places.items()}
    return {"marks": marks, "rows": rows, "reports": reports, "files": files, "halves": halves(instance)}


def halves(instance: Instance) -> list[Path]:
    """Files that were begun and not finished."""
    return sorted(path for folder in ("reports", "autograded", "feedback") for path in (instance.root / folder).rglob("*.part"))


def undisturbed(instance: Instance, unit: str, root: Path) -> dict[str, object]:
    """The same, of a copy of the class that one process grades in one run."""
    copy = Instance.open(shutil.copytree(instance.root, root, ignore=shutil.ignore_patterns(*MADE)))
    release.release(copy, unit)
    batch.grade(copy, unit, workers=1)
    feedback.feedback(copy, unit)
    return everything(copy, unit)
