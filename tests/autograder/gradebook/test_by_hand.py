"""Marks that a human gives, by CSV."""

import csv
import io
from datetime import datetime

import pytest
from nbgrader import api

from autograder.gradebook.by_hand import Given, take_in, template
from autograder.gradebook.database import record, scores
from autograder.gradebook.results import results
from autograder.instance import CONFIG, Instance
from autograder.report import Report
from course.errors import UserError

UNIT = "05_sample"


@pytest.fixture
def give(instance, tmp_path):
    def given(text, unit=UNIT):
        (tmp_path / "marks.csv").write_text(text, encoding="utf-8")
        return take_in(Instance.open(instance.root), unit, tmp_path / "marks.csv")

    return given


def stored(instance, student, cell):
    with api.Gradebook(instance.db_url, instance.course_id) as book:
        grade = book.find_grade(cell, UNIT, UNIT, student)
        comment = book.find_comment(cell.removeprefix("check_"), UNIT, UNIT, student)
        return grade.auto_score, grade.manual_score, grade.needs_manual_grade, comment.manual_comment


def filled(text, **values):
    """A table with other values in the columns named, in its first line."""
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[0] |= values
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_marks_and_comments_stand_where_formgrader_puts_them(instance, record_verdicts, give):
    record_verdicts("ada", "bob")
    given = give('Student;written_1;written_1_comment;double\nada;3,5;"Good,\nnearly";\nbob;;See me.;3\n')
    assert given == Given(marks=2, comments=2, students=2, unchanged=0)
    assert stored(instance, "ada", "written_1") == (None, 3.5, False, "Good,\nnearly")
    assert stored(instance, "ada", "check_double") == (2.0, None, False, None)
    assert stored(instance, "bob", "check_double") == (2.0, 3.0, False, None)
    assert stored(instance, "bob", "written_1") == (None, None, True, "See me.")
    assert [result.total for result in results(instance, UNIT)] == [7.5, 5.0]


def test_the_table_to_fill_in_comes_back_as_it_is_and_filled_in(instance, record_verdicts, give):
    record_verdicts("=ada", written="=Because\nof \x1b[31mthis.")
    record_verdicts("bob", written="YOUR ANSWER HERE")
    text = template(instance, UNIT)
    assert [list(row) for row in csv.reader(io.StringIO(text))] == [
        ["student", "written_1", "written_1_comment", "written_1_answer"],
        ["'=ada", "", "", "'=Because of [31mthis."],
        ["bob", "0", "", ""],
    ]
    assert give(text) == Given(0, 0, 0, unchanged=1)
    assert stored(instance, "bob", "written_1")[1] is None
    assert give(filled(text, written_1="2.25", written_1_comment="'=so")) == Given(1, 1, 1, unchanged=1)
    assert stored(instance, "=ada", "written_1") == (None, 2.25, False, "=so")
    again = template(instance, UNIT)
    assert again.splitlines()[1].startswith("'=ada,2.25,'=so,") and give(again) == Given(0, 0, 0, unchanged=3)


def test_a_long_answer_is_cut(instance, record_verdicts):
    record_verdicts("ada", written="x" * 5000)
    assert template(instance, UNIT).splitlines()[1] == f"ada,,,{'x' * 1000}…"


def test_a_mark_to_be_looked_at_again_is_asked_for_again(instance, record_verdicts, give):
    verdicts = record_verdicts("ada")
    give("student,written_1\nada,3\n")
    record(instance, UNIT, [Report("ada", UNIT, "graded", verdicts)])
    assert stored(instance, "ada", "written_1")[2] and template(instance, UNIT).splitlines()[1].startswith("ada,,")
    assert give("student,written_1\nada,3\n").marks == 1
    assert not stored(instance, "ada", "written_1")[2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("student,written_1\nada,4.5\n", "line 2, written_1: expected a number from 0 to 4, got '4.5'"),
        *((f"student,written_1\nada,{mark}\n", f"got '{mark}'") for mark in ("-1", "nan", "1e0", "three", "=1+1", "1.2.3")),
        ("student,written_1\neve,1\n", "line 2, 'eve' has handed in nothing that was graded"),
        ("student,written_1\nada,1\nada,2\n", "line 3, 'ada' has a line already"),
        ("student,written_2\nada,1\n", "no exercise or written answer 'written_2': expected "),
        ("student,written_1,written_1\nada,1,2\n", "the column written_1 is there twice"),
        ("student,written_1_comment\nada,\x1b[31m\n", "no control characters"),
        (f"student,written_1_comment\nada,{'x' * 10_001}\n", "at most 10,000 characters"),
        ("student,written_1\n" + "".join(f"s{i},1\n" for i in range(12)), "; and 2 more"),
    ],
)
def test_where_one_cell_is_wrong_nothing_is_written(instance, record_verdicts, give, text, told):
    record_verdicts("ada", "bob")
    with pytest.raises(UserError) as raised:
        give(text.rstrip() + "\nbob,1,\n")
    assert told in str(raised.value) and "Nothing was written" in str(raised.value)
    assert stored(instance, "bob", "written_1")[1] is None


def test_a_table_without_students_or_of_another_unit_is_refused(give):
    with pytest.raises(UserError, match="no column of ids: expected a heading with one of student, id,"):
        give("who,written_1\nada,1\n")
    with pytest.raises(UserError, match="does not know the unit 06_other"):
        give("student,written_1\nada,1\n", "06_other")


def test_the_penalty_for_late_work_is_worked_out_anew(instance, record_verdicts, give):
    with (instance.root / CONFIG).open("a") as config:
        config.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    record_verdicts("ada")
    instance.submitted("ada", UNIT).with_name("timestamp.txt").write_text("2026-03-01 12:00:01 UTC")
    with api.Gradebook(instance.db_url, instance.course_id) as book:
        book.update_or_create_assignment(UNIT, duedate="2026-03-01 12:00:00 UTC")
        book.find_submission(UNIT, "ada").timestamp = datetime(2026, 3, 1, 12, 0, 1)
        book.db.commit()
    give("student,written_1\nada,3\n")
    assert [(score.late_penalty, score.total) for score in scores(instance, UNIT)] == [(7.0, 0.0)]


def test_there_is_nothing_to_mark(instance):
    with pytest.raises(UserError, match="nothing of 05_sample has been graded"):
        template(instance, UNIT)
