"""Marks that a human gives: they stand in the gradebook as formgrader's own do, and nobody's are overwritten unseen."""

import pytest
from nbgrader import api

from autograder.gradebook.database import record, scores
from autograder.gradebook.written import Given, answers, give
from autograder.report import Report
from course.errors import UserError

UNIT = "05_sample"
NOTHING = Given()


def written(instance, student):
    """What nbgrader itself reads of the answer."""
    with api.Gradebook(instance.db_url, instance.course_id) as gradebook:
        grade = gradebook.find_grade("written_1", UNIT, UNIT, student)
        comment = gradebook.find_comment("written_1", UNIT, UNIT, student)
        return grade.score, grade.manual_score, grade.needs_manual_grade, comment.comment


def test_what_waits_is_listed_and_what_was_left_blank_is_told_apart(instance, record_verdicts):
    record_verdicts("bob", "ada")
    report = Report("cy", UNIT, "graded", ())
    record(instance, UNIT, [report], {"cy": {"written_1"}})
    ada, bob, cy = answers(instance, UNIT)
    assert (ada.student, ada.question, ada.worth, ada.given, ada.again, ada.unanswered) == ("ada", "written_1", 4, NOTHING, False, False)
    assert ada.waits and bob.waits and cy.unanswered and not cy.waits


def test_a_mark_is_what_nbgrader_reads(instance, record_verdicts):
    record_verdicts("ada", "bob")
    assert give(instance, UNIT, "ada", "written_1", NOTHING, Given(2.5, "Why? <b>")) == Given(2.5, "Why? <b>")
    assert written(instance, "ada") == (2.5, 2.5, False, "Why? <b>") and written(instance, "bob") == (0, None, True, None)
    assert [row.written for row in scores(instance, UNIT)] == [2.5, None]
    (ada, _) = answers(instance, UNIT)
    assert ada.given == Given(2.5, "Why? <b>") and not ada.waits


def test_a_mark_can_be_taken_back(instance, record_verdicts):
    record_verdicts("ada")
    give(instance, UNIT, "ada", "written_1", NOTHING, Given(4, "Good."))
    assert give(instance, UNIT, "ada", "written_1", Given(4, "Good."), NOTHING) == NOTHING
    assert written(instance, "ada") == (0, None, True, None)


def test_nobodys_mark_is_overwritten_unseen(instance, record_verdicts):
    record_verdicts("ada")
    give(instance, UNIT, "ada", "written_1", NOTHING, Given(3, "First."))
    assert give(instance, UNIT, "ada", "written_1", NOTHING, Given(1, "Second.")) == Given(3, "First.")
    assert written(instance, "ada")[1::2] == (3, "First.")
    assert give(instance, UNIT, "ada", "written_1", Given(3, "First."), Given(1, "Second.")) == Given(1, "Second.")


def test_a_mark_that_is_graded_again_asks_for_another_look_and_keeps_its_points(instance, record_verdicts):
    record_verdicts("ada")
    give(instance, UNIT, "ada", "written_1", NOTHING, Given(3))
    record_verdicts("ada")
    (ada,) = answers(instance, UNIT)
    assert ada.again and ada.waits and ada.given == Given(3)
    give(instance, UNIT, "ada", "written_1", Given(3), Given(3))
    assert not answers(instance, UNIT)[0].waits


@pytest.mark.parametrize("points", [-0.5, 4.5, float("nan"), float("inf")])
def test_points_that_cannot_be_given(instance, record_verdicts, points):
    record_verdicts("ada")
    with pytest.raises(UserError, match="Expected points from 0 to 4, got"):
        give(instance, UNIT, "ada", "written_1", NOTHING, Given(points))
    assert written(instance, "ada") == (0, None, True, None)


@pytest.mark.parametrize(("student", "question"), [("eve", "written_1"), ("ada", "written_9")])
def test_an_answer_that_is_not_there(instance, record_verdicts, student, question):
    record_verdicts("ada")
    with pytest.raises(UserError, match=f"no answer of {student} to {question}"):
        give(instance, UNIT, student, question, NOTHING, Given(1))
