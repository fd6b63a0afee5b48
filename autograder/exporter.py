"""nbgrader's own commands, with this judge and its pages in them: on the command line, and behind the buttons of formgrader.

A class names `JudgeExporter` and `FeedbackExporter` in its nbgrader_config.py (`instance.CONFIG_TEXT`). They are exporters and not
preprocessors, since nbgrader has read a notebook, without our bounds, before its first preprocessor sees it; what cannot be read would
have no verdict.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter, NotebookExporter

from autograder.batch import Recorder
from autograder.desk import could_not_grade
from autograder.gradebook.connection import address
from autograder.gradebook.late_rule import importable
from autograder.instance import CONFIG, Instance, reported
from autograder.pages import feedback
from autograder.turns import alone
from course.errors import CouldNotGrade, UserError
from course.units import UNITS

# In a process of its own: the bounds that the judge sets to itself are none of the Jupyter server's.
GRADE = (sys.executable, "-P", "-m", "autograder.cli", "grade")
REFUSED = 2  # the exit status of a command that has touched nothing
LONGEST = 500  # characters of what a process said before it ended


class JudgeExporter(NotebookExporter):
    """What `nbgrader autograde` makes of a notebook: for a unit of this course what `autograder grade` makes of it, for others its own.

    nbgrader exports each notebook twice, from submitted/ to autograded/, and from there to the same place.
    """

    def register_preprocessor(self, preprocessor: Any, enabled: bool = False) -> Any:
        """The same as nbconvert's, with the class's files within reach: nbgrader loads its rule for late work here, to no use."""
        with importable(Path(self.parent.coursedir.root)) if self.parent else contextlib.nullcontext():
            return super().register_preprocessor(preprocessor, enabled)

    def from_filename(self, filename: str, resources: dict[str, Any] | None = None, **options: Any) -> tuple[str, dict[str, Any]]:
        resources = {} if resources is None else resources
        given = resources.get("nbgrader", {})
        unit, student = given.get("assignment"), given.get("student")
        instance = Instance.open(self.parent.coursedir.root)  # which says what units there are of its own
        if unit not in UNITS or given["notebook"] != unit:
            return super().from_filename(filename, resources, **options)
        check_database(given["db_url"], instance)
        path = instance.autograded(student, unit)
        if os.path.abspath(filename) != str(path):
            with reported(f"clear {path.parent}"):  # nbgrader has copied there what lies beside the notebook, and links are followed
                if path.parent.exists():
                    shutil.rmtree(path.parent)
            self.judge(instance, student, unit)
        with reported(f"read {path}"):
            return path.read_text(encoding="utf-8"), {**resources, "output_extension": path.suffix}

    def judge(self, instance: Instance, student: str, unit: str) -> None:
        """Have one submission graded and recorded. Raises `CouldNotGrade` where that came to nothing, which nbgrader reports."""
        done = subprocess.run(
            [*GRADE, f"--student={student}", "--force", "--json", str(instance.root), unit],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode == REFUSED:
            raise UserError(done.stderr.strip())
        try:
            (summary,) = json.loads(done.stdout)
        except ValueError:  # it crashed, or was killed
            reason = f"the autograder ended with status {done.returncode}: {done.stderr.strip()[-LONGEST:] or 'it said nothing'}"
            with alone(instance.root, self.log.warning), Recorder(instance, unit) as recorder:
                recorder.add(could_not_grade(student, unit, instance.structure(unit), reason), frozenset())
            raise CouldNotGrade(reason) from None
        if summary["status"] == "could not grade":
            raise CouldNotGrade(summary["note"])
        for exercise in summary["exercises"]:
            if exercise["outcome"] == "could not grade":
                self.log.error("%s: %s could not be graded: %s", student, exercise["name"], exercise["reason"])


class FeedbackExporter(HTMLExporter):
    """What `nbgrader generate_feedback` makes of a graded notebook: our page where our judge graded it, and nbgrader's own elsewhere."""

    def from_filename(self, filename: str, resources: dict[str, Any] | None = None, **options: Any) -> tuple[str, dict[str, Any]]:
        resources = {} if resources is None else resources
        given = resources.get("nbgrader", {})
        unit, student = given.get("assignment"), given.get("student")
        instance = Instance.open(self.parent.coursedir.root)
        if given.get("notebook") != unit or not instance.report_path(student, unit).is_file():
            return super().from_filename(filename, resources, **options)
        check_database(given["db_url"], instance)
        feedback.feedback(instance, unit, [student])
        path = instance.feedback_page(student, unit)
        with reported(f"read {path}"):
            return path.read_text(encoding="utf-8"), {**resources, "output_extension": path.suffix}


def check_database(db_url: str, instance: Instance) -> None:
    """Raise UserError where nbgrader's gradebook is another one than the class's."""
    if db_url != instance.db_url:
        raise UserError(
            f"nbgrader uses the gradebook {address(db_url)}, and the class {address(instance.db_url)}. "
            f"Set c.CourseDirectory.db_url in {instance.root / CONFIG} and nowhere else."
        )
