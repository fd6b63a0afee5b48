"""Feedback pages: where they are written, when, and out of what."""

from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from autograder.intake.submission import fingerprint
from autograder.pages.feedback import feedback
from autograder.policy import POLICY
from autograder.report import Report
from course.errors import UserError

UNIT = "05_sample"


def page(instance, student):
    return instance.feedback_page(student, UNIT).read_text()


def test_a_page_has_the_marks_of_the_gradebook_and_the_verdicts_of_the_report(instance, record_verdicts):
    record_verdicts("ada")
    assert feedback(instance, UNIT) == [instance.feedback_page("ada", UNIT)]
    html = page(instance, "ada")
    assert "<b>4</b> of 9 points" in html and "2 of 3 points" in html
    assert "<b>sign</b>: is 2 times too large" in html
    assert "instructor's own" not in html
    assert "A note &lt;b&gt; for ada." in html


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
    assert "provisional" in page(instance, "ada")
    with Gradebook(instance.db_url, instance.course_id) as book:
        book.find_grade("written_1", UNIT, UNIT, "ada").manual_score = 3
        book.db.commit()
    assert feedback(instance, UNIT) == [instance.feedback_page("ada", UNIT)]
    html = page(instance, "ada")
    assert "<b>7</b> of 9 points" in html and "3 of 4 points" in html and "provisional" not in html
    with Gradebook(instance.db_url, instance.course_id) as book:
        book.find_comment("double", UNIT, UNIT, "ada").manual_comment = "Look at the *sign*."
        book.find_comment("written_1", UNIT, UNIT, "ada").manual_comment = "Why?"
        book.db.commit()
    assert feedback(instance, UNIT) == [instance.feedback_page("ada", UNIT)]
    html = page(instance, "ada")
    assert "Look at the <em>sign</em>." in html and "<p>Why?</p>" in html


def test_what_lateness_costs_is_said_at_the_top(instance, record_verdicts, hand_in):
    hand_in("ada").with_name("timestamp.txt").write_text("2026-03-04 12:00:00 UTC")
    record_verdicts("ada")
    late = '[late]\nrule = "percent_per_day"\npercent = 25\nfree_days = 1\n'
    (instance.root / POLICY).write_text(f"{late}[units.{UNIT}]\ndue = 2026-03-02T12:00:00Z\n")
    feedback(instance, UNIT)
    html = page(instance, "ada")
    assert "<b>3</b> of 9 points, after 1 taken off for handing in late" in html and "1 of your free late days goes into this unit" in html


def test_what_release_feedback_needs_goes_along(instance, record_verdicts):
    record_verdicts("ada")
    place = instance.feedback_page("ada", UNIT)
    feedback(instance, UNIT)
    assert sorted(path.name for path in place.parent.iterdir()) == [place.name]
    for name in ("timestamp.txt", "submission_secret.txt"):
        instance.submitted("ada", UNIT).with_name(name).write_text("2026-03-01 12:00:00 UTC\n")
    place.unlink()
    feedback(instance, UNIT)
    assert sorted(path.name for path in place.parent.iterdir()) == [place.name, "submission_secret.txt", "timestamp.txt"]


def test_feedback_for_some_students(instance, record_verdicts):
    record_verdicts("ada", "bob")
    assert feedback(instance, UNIT, ["bob"]) == [instance.feedback_page("bob", UNIT)]
    assert not instance.feedback_page("ada", UNIT).exists()
    with pytest.raises(UserError, match=r"nothing of eve to give feedback on"):
        feedback(instance, UNIT, ["eve"])


def test_a_page_that_was_edited_or_removed_is_written_again(instance, record_verdicts):
    record_verdicts("ada")
    feedback(instance, UNIT)
    place, html = instance.feedback_page("ada", UNIT), page(instance, "ada")
    for spoiled in (html.replace("<b>4</b>", "<b>9</b>"), html.replace("<!-- shows", "<!-- tells"), f"{html}\n", ""):
        assert spoiled != html
        place.write_text(spoiled)
        assert feedback(instance, UNIT) == [place] and page(instance, "ada") == html
    place.unlink()
    assert feedback(instance, UNIT) == [place] and page(instance, "ada") == html


def test_what_lies_beside_a_page_is_written_again_too(instance, record_verdicts):
    record_verdicts("ada")
    secret = instance.submitted("ada", UNIT).with_name("submission_secret.txt")
    secret.write_text("5ec2e7")
    feedback(instance, UNIT)
    for spoil in (lambda path: path.unlink(), lambda path: path.write_text("other")):
        spoil(instance.feedback_page("ada", UNIT).with_name(secret.name))
        assert feedback(instance, UNIT) == []
        assert instance.feedback_page("ada", UNIT).with_name(secret.name).read_text() == "5ec2e7"


def test_a_renamed_notebook_has_its_page_under_that_name_too(instance, record_verdicts):
    """For `nbgrader fetch_feedback`, which asks for the page by the name of what the student handed in."""
    record_verdicts("ada", "bob")
    handed_in = instance.submitted("ada", UNIT)
    handed_in.rename(handed_in.with_name("my work (1).ipynb"))
    handed_in.write_text("another file")
    path = instance.report_path("ada", UNIT)
    replace(Report.load(path), fingerprint=fingerprint(handed_in.with_name("my work (1).ipynb"))).save(path)
    feedback(instance, UNIT)
    place = instance.feedback_page("ada", UNIT)
    assert sorted(one.name for one in place.parent.iterdir()) == [place.name, "my work (1).html"]
    assert place.with_name("my work (1).html").read_bytes() == place.read_bytes()
    assert [one.name for one in instance.feedback_page("bob", UNIT).parent.iterdir()] == [place.name]


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": [{}]}', None])
def test_a_damaged_notebook_is_named_and_the_others_have_their_pages(instance, record_verdicts, text):
    record_verdicts("ada", "bob")
    instance.autograded("ada", UNIT).unlink()
    if text is not None:
        instance.autograded("ada", UNIT).write_text(text)
    with pytest.raises(UserError, match=r"autograded/ada/05_sample/05_sample\.ipynb is gone, or no graded notebook any more\. Run `auto"):
        feedback(instance, UNIT)
    assert "of 9 points" in page(instance, "bob")


def test_feedback_before_anything_is_graded_says_what_to_do_first(instance):
    with pytest.raises(UserError, match=r"nothing of 05_sample has been graded\. Run `autograder grade`"):
        feedback(instance, UNIT)


def test_a_unit_that_there_is_not(instance):
    with pytest.raises(UserError, match=r"no unit '06_other'\. The class has 05_sample\."):
        feedback(instance, "06_other")
