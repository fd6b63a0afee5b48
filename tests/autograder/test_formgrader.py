"""nbgrader's own tools on what we write, formgrader among them."""

import json
import os
import subprocess
import sys
import sysconfig

from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.gradebook.database import scores
from autograder.instance import CONFIG, FEEDBACK_LINE, Instance
from autograder.pages.feedback import feedback

UNIT = "05_sample"


def formgrader(instance):
    """What formgrader's pages ask and do."""
    return NbGraderAPI(CourseDirectory(config=instance.config, root=str(instance.root)), config=instance.config)


def nbgrader(instance, *arguments):
    """Run nbgrader's own command in the class."""
    environment = os.environ | {"PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=instance.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_stock_nbgrader_works_on_the_class_before_us_and_after_us(instance, hand_in, record_verdicts):
    """Its own autograding of bob first; then ours of ada, whom it leaves alone; then feedback on both, its own and ours."""
    hand_in("bob", {"double": "def double(x):\n    return x + x"})
    nbgrader(instance, "autograde", UNIT)
    assert [(row.student, row.exercises, row.written) for row in scores(instance)] == [("bob", 3.0, 0.0)]
    record_verdicts("ada")
    ours = instance.autograded("ada", UNIT).read_text()
    assert formgrader(instance).autograde(UNIT, "ada", force=False)["success"]
    assert instance.autograded("ada", UNIT).read_text() == ours
    assert [(row.student, row.exercises) for row in scores(instance)] == [("ada", 4.0), ("bob", 3.0)]
    assert formgrader(instance).generate_feedback(UNIT)["success"]
    assert "Score: 3.0 / 9.0" in instance.feedback_page("bob", UNIT).read_text()
    assert "<b>4</b> of 9 points" in instance.feedback_page("ada", UNIT).read_text()
    assert feedback(instance, UNIT) == [instance.feedback_page("bob", UNIT)]
    record_verdicts("bob")
    assert scores(instance)[1].exercises == 4.0


def test_formgrader_lists_what_we_wrote(instance, record_verdicts, hand_in):
    record_verdicts("ada")
    hand_in("bob")
    book = formgrader(instance)
    assert [(unit["name"], unit["num_submissions"], unit["max_score"]) for unit in book.get_assignments()] == [(UNIT, 2, 9.0)]
    shown = {row["student"]: row for row in book.get_submissions(UNIT)}
    assert (shown["ada"]["score"], shown["ada"]["autograded"], shown["ada"]["needs_manual_grade"]) == (4.0, True, True)
    assert not shown["bob"]["autograded"]
    assert [(row["student"], row["index"], row["failed_tests"]) for row in book.get_notebook_submissions(UNIT, UNIT)] == [("ada", 0, True)]
    assert [row["score"] for row in book.get_student_submissions("ada")] == [4.0]
    assert {row["id"]: row["score"] for row in book.get_students()} == {"ada": 4.0, "bob": 0.0}
    assert book.get_autograded_students(UNIT) == {"ada"}


def test_the_button_for_feedback_writes_our_page(instance, hand_in, record_verdicts):
    hand_in("ada").with_name("submission_secret.txt").write_text("5ec2e7")
    record_verdicts("ada")
    feedback(instance, UNIT)
    place = instance.feedback_page("ada", UNIT)
    ours = place.read_bytes()
    place.write_text("some other page")
    assert formgrader(instance).generate_feedback(UNIT, "ada")["success"]
    assert place.read_bytes() == ours
    assert place.with_name("submission_secret.txt").read_text() == "5ec2e7"
    assert feedback(instance, UNIT) == []


def test_in_a_class_made_before_the_button_writes_the_page_of_nbgrader(instance, record_verdicts):
    record_verdicts("ada")
    config = instance.root / CONFIG
    config.write_text(config.read_text().replace(FEEDBACK_LINE, ""))
    before = Instance.open(instance.root)
    assert formgrader(before).generate_feedback(UNIT, "ada")["success"]
    assert "Score: 4.0 / 9.0" in instance.feedback_page("ada", UNIT).read_text()


def test_nbgrader_releases_our_feedback_page(instance, hand_in, record_verdicts, tmp_path):
    for name, text in (("timestamp.txt", "2026-03-01 12:00:00 UTC\n"), ("submission_secret.txt", "5ec2e7")):
        hand_in("ada").with_name(name).write_text(text)
    record_verdicts("ada")
    feedback(instance, UNIT)
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)  # as nbgrader asks, whatever the umask
    nbgrader(instance, "release_feedback", UNIT, f"--Exchange.root={tmp_path / 'exchange'}")
    (page,) = (tmp_path / "exchange" / instance.course_id / "feedback").iterdir()
    assert page.read_bytes() == instance.feedback_page("ada", UNIT).read_bytes()


def test_formgrader_takes_a_stamped_submission_for_graded(instance, hand_in, record_verdicts):
    hand_in("ada").with_name("timestamp.txt").write_text("2026-03-01 12:00:00.25 UTC\n")
    record_verdicts("ada")
    assert formgrader(instance).get_autograded_students(UNIT) == {"ada"}
    assert json.loads(instance.autograded("ada", UNIT).read_text())["nbformat"] == 4
