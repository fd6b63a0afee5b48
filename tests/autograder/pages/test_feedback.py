"""Feedback pages through nbgrader's own converter."""

import re

import pytest
from nbgrader.api import Gradebook

from autograder.pages.feedback import feedback
from course.errors import UserError

UNIT = "05_sample"
ATTACK = "<script>alert(1)</script> [x](javascript:alert(1)) ![x](attachment:missing.png)"


def page(instance, student):
    return instance.feedback_page(student, UNIT).read_text()


def test_a_feedback_page_has_marks_and_reasons_and_no_answer(instance, record_verdicts):
    double, _ = record_verdicts("ada")
    assert feedback(instance, UNIT) == [instance.feedback_page("ada", UNIT)]
    html = page(instance, "ada")
    assert "05_sample (Score: 4.0 / 9.0)" in html
    assert "(Score: 2.0 / 3.0)" in html
    assert "<b>Comments:</b> <p>sign: is 2 times too large</p>" in html
    assert double._repr_html_() in html
    assert "return 2 * x" in re.sub(r"<[^>]*>", "", html)
    assert "instructor's own" not in html
    assert "A note &lt;b&gt; for ada." in html


def test_nothing_a_student_wrote_does_anything_on_the_page(instance, record_verdicts):
    record_verdicts("ada", reason=f"`ValueError`: {ATTACK} <img src=x onerror=alert(1)>", written=ATTACK)
    feedback(instance, UNIT)
    body = page(instance, "ada").partition("<body>")[2]
    assert "<script" not in body
    assert "<img" not in body
    assert 'href="javascript' not in body
    assert "&lt;script&gt;alert(1)" in body


def test_pages_are_written_again_only_where_something_changed(instance, record_verdicts):
    record_verdicts("ada", "bob")
    seen = []
    assert len(feedback(instance, UNIT, on_page=seen.append)) == 2
    assert sorted(seen) == [instance.feedback_page(name, UNIT) for name in ("ada", "bob")]
    seen.clear()
    assert feedback(instance, UNIT, on_page=seen.append) == []
    assert len(seen) == 2
    record_verdicts("bob", reason="is half")
    assert feedback(instance, UNIT) == [instance.feedback_page("bob", UNIT)]
    assert "is half" in page(instance, "bob")


def test_a_mark_or_comment_given_by_hand_is_shown(instance, record_verdicts):
    record_verdicts("ada")
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


def test_feedback_for_some_students(instance, record_verdicts):
    record_verdicts("ada", "bob")
    assert feedback(instance, UNIT, ["bob"]) == [instance.feedback_page("bob", UNIT)]
    assert not instance.feedback_page("ada", UNIT).exists()
    with pytest.raises(UserError, match=r"nothing of eve to give feedback on"):
        feedback(instance, UNIT, ["eve"])


def test_feedback_that_fails_says_why(instance, record_verdicts):
    record_verdicts("ada", "bob")
    instance.autograded("ada", UNIT).write_text("{")
    with pytest.raises(UserError, match=r"nbgrader could not write the feedback on 05_sample: "):
        feedback(instance, UNIT)
    assert "05_sample (Score" in page(instance, "bob")


def test_feedback_before_anything_is_graded_says_what_to_do_first(instance):
    with pytest.raises(UserError, match=r"nothing of 05_sample has been graded\. Run `autograder grade`"):
        feedback(instance, UNIT)


def test_a_unit_that_there_is_not(instance):
    with pytest.raises(UserError, match=r"no unit '06_other'\. The class has 05_sample\."):
        feedback(instance, "06_other")
