"""What everybody has for a unit, as it can be published."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from nbgrader import api

from autograder.gradebook import database, rules
from autograder.gradebook.results import as_csv, results
from autograder.intake.roster import Person, Roster
from autograder.policy import POLICY
from autograder.report import Report

UNIT = "05_sample"
ROSTER = Roster([Person("ada", {"id": "ada", "name": "Ada L."}), Person("eve", {"id": "eve", "name": "=Eve"})])


def set_due(instance, due):
    with api.Gradebook(instance.db_url, instance.course_id) as book:
        book.update_or_create_assignment(UNIT, duedate=due)


def marked(instance, student, **marks):
    """Marks given by hand, as formgrader writes them."""
    with api.Gradebook(instance.db_url, instance.course_id) as book:
        for cell, mark in marks.items():
            book.find_grade(cell, UNIT, UNIT, student).manual_score = mark
        book.db.commit()


def by_student(found):
    return {result.student: result for result in found}


def test_each_exercise_and_answer_has_its_mark_and_one_that_waits_is_provisional(instance, record_verdicts):
    record_verdicts("ada", "bob")
    marked(instance, "bob", written_1=3.0, check_double=2.5)
    ada, bob = results(instance, UNIT)
    assert (ada.status, ada.marks, ada.total) == ("provisional", {"double": 2.0, "square": 2.0, "written_1": None}, 4.0)
    assert (bob.status, bob.marks, bob.total, bob.max_score) == ("final", {"double": 2.5, "square": 2.0, "written_1": 3.0}, 7.5, 9.0)
    assert list(ada.marks) == ["double", "square", "written_1"]


def test_what_is_held_has_no_total_and_one_exercise_of_ours_makes_it_provisional(instance, hand_in, record_verdicts):
    double, square = record_verdicts("ada")
    ours = replace(double, marks=tuple(replace(mark, outcome="could not grade") for mark in double.marks))
    hand_in("held", "{")
    hand_in("late one")
    database.record(instance, UNIT, [Report("held", UNIT, "unreadable", ()), Report("ada", UNIT, "graded", (ours, square))])
    found = by_student(results(instance, UNIT))
    assert (found["held"].status, found["held"].total) == ("needs attention", None)
    assert (found["ada"].status, found["ada"].total, found["ada"].marks["double"]) == ("provisional", 2.0, None)
    assert (found["late one"].status, found["late one"].total) == ("not graded yet", None)
    (instance.root / POLICY).write_text(f'[units.{UNIT}]\ndrop = ["double"]\n', encoding="utf-8")
    rules.apply(instance)
    found = by_student(results(instance, UNIT))
    assert (found["held"].status, found["held"].total) == ("needs attention", None), "what is dropped has 0, held or not"


def test_who_handed_in_nothing_has_0_once_it_is_due(instance, record_verdicts):
    record_verdicts("ada")
    found = by_student(results(instance, UNIT, ROSTER))
    assert (found["eve"].status, found["eve"].total, found["eve"].max_score, found["eve"].name) == ("nothing handed in", 0.0, 9.0, "=Eve")
    assert found["ada"].name == "Ada L."
    set_due(instance, "2026-03-01 12:00:00 UTC")
    due = datetime(2026, 3, 1, 12)
    for now, status in ((due, "not due yet"), (due + timedelta(seconds=1), "nothing handed in")):
        assert by_student(results(instance, UNIT, ROSTER, now))["eve"].status == status


def test_who_put_it_into_a_folder_of_another_name_has_no_0(instance, hand_in, record_verdicts):
    record_verdicts("ada")
    hand_in("eve").parent.rename(instance.root / "submitted" / "eve" / UNIT[:2])
    hand_in("zoe").parent.rename(instance.root / "submitted" / "zoe" / UNIT[:2])
    found = by_student(results(instance, UNIT, ROSTER))
    assert (found["eve"].status, found["eve"].total) == (found["zoe"].status, found["zoe"].total) == ("needs attention", None)


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # SQLAlchemy 2 about nbgrader's own way of adding
def test_an_extension_is_shown_and_counts_for_somebody_who_has_only_that(instance, record_verdicts):
    record_verdicts("ada")
    set_due(instance, "2026-03-01 12:00:00 UTC")
    with api.Gradebook(instance.db_url, instance.course_id) as book:
        book.add_student("eve")
        book.add_submission(UNIT, "eve")
        book.grant_extension(UNIT, "eve", days=1, hours=2)
    late = datetime(2026, 3, 2, 14)
    eve = by_student(results(instance, UNIT, ROSTER, late))["eve"]
    assert (eve.status, eve.extension, eve.total) == ("not due yet", "1d2h", None)
    assert by_student(results(instance, UNIT, ROSTER, late + timedelta(minutes=1)))["eve"].status == "nothing handed in"
    assert "eve" not in by_student(results(instance, UNIT))


def test_as_csv_a_unit_alone_has_a_column_for_each_exercise_and_no_formula(instance, record_verdicts):
    record_verdicts("@bob")
    rows = list(csv.DictReader(io.StringIO(as_csv(results(instance, UNIT, ROSTER)))))
    assert [(row["student"], row["name"], row["double"], row["written_1"], row["total"], row["status"]) for row in rows] == [
        ("'@bob", "", "2.0", "", "4.0", "provisional"),
        ("ada", "Ada L.", "", "", "0.0", "nothing handed in"),
        ("eve", "'=Eve", "", "", "0.0", "nothing handed in"),
    ]
    (alone,) = results(instance, UNIT)
    both = as_csv([alone, replace(alone, unit="06_other")]).splitlines()
    assert both[0].startswith("student,unit,status,exercises,") and "double" not in both[0] and len(both) == 3
