"""Releasing and giving feedback through nbgrader's own converters, and nbgrader's own tools on what we write."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.gradebook import record, scores
from autograder.release import feedback, release
from autograder.rendering import write
from autograder.report import Report
from autograder.submission import read
from course.errors import UserError
from course.judging.verdict import Mark, Verdict

UNIT = "05_sample"
ATTACK = "<script>alert(1)</script> [x](javascript:alert(1)) ![x](attachment:missing.png)"


def verdicts(reason="is 2 times too large"):
    double = Verdict("double", "twice `x`", (Mark("value", 2.0, "passed"), Mark("sign", 1.0, "failed", reason)))
    return double, Verdict("square", "`x` times `x`", (Mark("value", 2.0, "passed"),))


@pytest.fixture
def grade(instance, hand_in):
    """Hand in, and grade with given verdicts."""

    def graded(*students, reason="is 2 times too large"):
        structure = instance.structure(UNIT)
        for student in students:
            answers = {"double": "def double(x):\n    return 2 * x", "square": "def square(x):\n    return x * x", "written_1": ATTACK}
            submission = read(hand_in(student, answers), structure)
            report = Report(student, UNIT, "graded", verdicts(reason), note=f"A note <b> for {student}.")
            write(instance, report, structure, submission)
            record(instance, UNIT, [report], {student: submission.unanswered})

    return graded


def page(instance, student):
    return instance.feedback_page(student, UNIT).read_text()


def formgrader(instance):
    """What formgrader's pages ask and do."""
    return NbGraderAPI(CourseDirectory(config=instance.config, root=str(instance.root)), config=instance.config)


def test_a_release_has_the_questions_and_no_answer(instance):
    text = instance.released(UNIT).read_text()
    assert "NotImplementedError" in text
    assert "assert double(2) == 4" in text
    assert "instructor's own" not in text
    nbformat.validate(nbformat.reads(text, 4))


def test_a_release_is_entered_in_the_gradebook(instance):
    with Gradebook(instance.db_url, instance.course_id) as book:
        assert book.find_assignment(UNIT).max_score == 9
        assert [cell.name for cell in book.find_notebook(UNIT, UNIT).solution_cells] == ["double", "square", "written_1"]


def test_releasing_again_takes_over_changes_also_once_students_have_marks(instance, grade, capfd):
    grade("ada")
    source = nbformat.read(instance.source(UNIT), 4)
    source.cells[0].source = "# A better title"
    source.cells[3].metadata.nbgrader.points = 6
    nbformat.write(source, instance.source(UNIT))
    assert release(instance, UNIT) == instance.released(UNIT)
    assert "A better title" in instance.released(UNIT).read_text()
    assert scores(instance)[0].max_score == 12
    assert capfd.readouterr() == ("", "")


def test_files_beside_the_notebook_are_released_too(instance):
    instance.source(UNIT).with_name("data.csv").write_text("1,2\n")
    release(instance, UNIT)
    assert instance.released(UNIT).with_name("data.csv").read_text() == "1,2\n"


def test_a_release_that_fails_says_why_and_leaves_the_old_one(instance):
    before = instance.released(UNIT).read_text()
    source = nbformat.read(instance.source(UNIT), 4)
    source.cells[2].source = source.cells[2].source.replace("### END SOLUTION", "")
    nbformat.write(source, instance.source(UNIT))
    with pytest.raises(UserError, match=r"nbgrader could not release 05_sample: RuntimeError: no end solution statement found") as told:
        release(instance, UNIT)
    assert "Converting notebook" in told.value.__notes__[0]
    assert instance.released(UNIT).read_text() == before
    assert [path.name for path in (instance.root / "release").iterdir()] == [UNIT]


def test_a_release_after_one_that_was_killed(instance):
    aside = instance.root / "release" / f".{UNIT}.before"
    shutil.copytree(instance.released(UNIT).parent, aside)
    instance.released(UNIT).write_text("half")
    release(instance, UNIT)
    instance.structure(UNIT)
    assert not aside.exists()


def test_a_unit_that_there_is_not(instance):
    for asked in (release, feedback):
        with pytest.raises(UserError, match=r"no unit '06_other'\. The class has 05_sample\."):
            asked(instance, "06_other")


def test_a_feedback_page_has_marks_and_reasons_and_no_answer(instance, grade):
    grade("ada")
    assert feedback(instance, UNIT) == [instance.feedback_page("ada", UNIT)]
    html = page(instance, "ada")
    assert "05_sample (Score: 4.0 / 9.0)" in html
    assert "(Score: 2.0 / 3.0)" in html
    assert "<b>Comments:</b> <p>sign: is 2 times too large</p>" in html
    assert verdicts()[0]._repr_html_() in html
    assert "return 2 * x" in re.sub(r"<[^>]*>", "", html)
    assert "instructor's own" not in html
    assert "A note &lt;b&gt; for ada." in html


def test_nothing_a_student_wrote_does_anything_on_the_page(instance, grade):
    grade("ada", reason=f"`ValueError`: {ATTACK} <img src=x onerror=alert(1)>")
    feedback(instance, UNIT)
    body = page(instance, "ada").partition("<body>")[2]
    assert "<script" not in body
    assert "<img" not in body
    assert 'href="javascript' not in body
    assert "&lt;script&gt;alert(1)" in body


def test_pages_are_written_again_only_where_something_changed(instance, grade):
    grade("ada", "bob")
    seen = []
    assert len(feedback(instance, UNIT, on_page=seen.append)) == 2
    assert sorted(seen) == [instance.feedback_page(name, UNIT) for name in ("ada", "bob")]
    seen.clear()
    assert feedback(instance, UNIT, on_page=seen.append) == []
    assert len(seen) == 2
    grade("bob", reason="is half")
    assert feedback(instance, UNIT) == [instance.feedback_page("bob", UNIT)]
    assert "is half" in page(instance, "bob")


def test_a_mark_or_comment_given_by_hand_is_shown(instance, grade):
    grade("ada")
    feedback(instance, UNIT)
    with Gradebook(instance.db_url, instance.course_id) as book:
        book.find_grade("written_1", UNIT, UNIT, "ada").manual_score = 3
        book.db.commit()
    assert feedback(instance, UNIT) == [instance.feedback_page("ada", UNIT)]
    assert "05_sample (Score: 7.0 / 9.0)" in page(instance, "ada")
    with Gradebook(instance.db_url, instance.course_id) as book:
        book.find_comment("double", UNIT, UNIT, "ada").manual_comment = "Look at the sign."
        book.db.commit()
    assert feedback(instance, UNIT) == [instance.feedback_page("ada", UNIT)]
    assert "Look at the sign." in page(instance, "ada")


def test_feedback_for_some_students(instance, grade):
    grade("ada", "bob")
    assert feedback(instance, UNIT, ["bob"]) == [instance.feedback_page("bob", UNIT)]
    assert not instance.feedback_page("ada", UNIT).exists()
    with pytest.raises(UserError, match=r"nothing of eve to give feedback on"):
        feedback(instance, UNIT, ["eve"])


def test_feedback_that_fails_says_why(instance, grade):
    grade("ada", "bob")
    instance.autograded("ada", UNIT).write_text("{")
    with pytest.raises(UserError, match=r"nbgrader could not write the feedback on 05_sample: "):
        feedback(instance, UNIT)
    assert "05_sample (Score" in page(instance, "bob")


def test_stock_nbgrader_works_on_the_class_before_us_and_after_us(instance, hand_in, grade):
    """Its own autograding of bob first; then ours of ada, whom it leaves alone; then its feedback on both."""
    hand_in("bob", {"double": "def double(x):\n    return x + x"})
    environment = os.environ | {"PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])}
    command = [sys.executable, "-m", "nbgrader", "autograde", UNIT]
    done = subprocess.run(command, cwd=instance.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [(row.student, row.exercises, row.written) for row in scores(instance)] == [("bob", 3.0, 0.0)]
    grade("ada")
    ours = instance.autograded("ada", UNIT).read_text()
    assert formgrader(instance).autograde(UNIT, "ada", force=False)["success"]
    assert instance.autograded("ada", UNIT).read_text() == ours
    assert [(row.student, row.exercises) for row in scores(instance)] == [("ada", 4.0), ("bob", 3.0)]
    assert formgrader(instance).generate_feedback(UNIT)["success"]
    assert "Score: 4.0 / 9.0" in page(instance, "ada")
    assert len(feedback(instance, UNIT)) == 2
    grade("bob")
    assert scores(instance)[1].exercises == 4.0


def test_formgrader_lists_what_we_wrote(instance, grade, hand_in):
    grade("ada")
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


def test_formgrader_takes_a_stamped_submission_for_graded(instance, hand_in, grade):
    hand_in("ada").with_name("timestamp.txt").write_text("2026-03-01 12:00:00.25 UTC\n")
    grade("ada")
    assert formgrader(instance).get_autograded_students(UNIT) == {"ada"}
    assert json.loads(instance.autograded("ada", UNIT).read_text())["nbformat"] == 4


def test_feedback_before_anything_is_graded_says_what_to_do_first(instance):
    with pytest.raises(UserError, match=r"nothing of 05_sample has been graded\. Run `autograder grade`"):
        feedback(instance, UNIT)
