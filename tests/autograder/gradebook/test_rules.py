"""What a class decides after it was graded is applied to what was graded, and taken back where it decides otherwise."""

import json
from datetime import datetime

import pytest
from sqlalchemy import Engine, event

from autograder.gradebook import database, rules
from autograder.gradebook.by_hand import take_in
from autograder.gradebook.database import scores
from autograder.gradebook.ledger import LEDGER, Ledger
from autograder.gradebook.results import results
from autograder.gradebook.written import Given, answers, give
from autograder.instance import CONFIG, Instance
from autograder.policy import POLICY
from autograder.release import release
from course.errors import UserError

UNIT = "05_sample"
RELEASED = {"check_double": 3.0, "check_square": 2.0, "written_1": 4.0}


@pytest.fixture
def decide(instance):
    """Write class.toml, what is of the unit and what is above it, and apply it."""

    def write(of_unit="", above=""):
        (instance.root / POLICY).write_text(f"{above}\n[units.{UNIT}]\n{of_unit}\n", encoding="utf-8")
        rules.apply(instance, [UNIT])

    return write


@pytest.fixture
def handed_in(hand_in, record_verdicts):
    """Students who have 4 of 5 points, at the times they handed in."""

    def record(**times):
        for student, at in times.items():
            hand_in(student).with_name("timestamp.txt").write_text(at)
        record_verdicts(*times)

    return record


def rows(instance):
    return {row.student: row for row in scores(instance, UNIT)}


def test_points_of_the_class_come_in_place_of_the_released_ones_and_go_again(book, decide, record_verdicts):
    record_verdicts("ada")
    decide("points = { double = 6, written_1 = 1 }")
    assert book.points() == RELEASED | {"check_double": 6, "written_1": 1}
    assert book.grade("ada", "check_double")[0] == 4 and book.total("ada") == (6, 0, 9)
    decide()
    assert book.points() == RELEASED and book.grade("ada", "check_double")[0] == 2 and book.total("ada") == (4, 0, 9)


def test_before_anything_is_handed_in_too(book, decide, record_verdicts):
    decide("points = { double = 30 }")
    record_verdicts("ada")
    assert book.grade("ada", "check_double")[0] == 20 and book.total("ada")[2] == 36


def test_points_stay_exact_however_often_they_change(book, decide, record_verdicts):
    record_verdicts("ada")
    for points in (7, 0.1, 11, 3):
        decide(f"points = {{ double = {points} }}")
    assert book.grade("ada", "check_double")[0] == 2


def test_what_is_dropped_counts_for_nobody_and_comes_back_as_it_was(instance, book, decide, record_verdicts):
    record_verdicts("ada", "bob")
    book.mark("ada", "check_double", manual_score=2.5, extra_credit=0.25, needs_manual_grade=False)
    decide('drop = ["double"]')
    assert book.total("ada") == book.total("bob") == (2, 0, 6)
    assert book.grade("ada", "check_double") == (0, None, False, 0)
    assert Ledger.load(instance).aside == {UNIT: {"check_double": {"ada": [2.5, 0.25]}}}
    decide()
    assert book.total("ada") == (4.75, 0, 9) and book.total("bob") == (4, 0, 9)
    assert book.grade("ada", "check_double") == (2, 2.5, False, 2.75)
    assert Ledger.load(instance).aside == {}


def test_a_mark_that_a_human_gives_for_what_is_dropped_is_set_aside_too(instance, book, decide, record_verdicts):
    record_verdicts("ada")
    decide('drop = ["double"]')
    book.mark("ada", "check_double", manual_score=1)
    rules.apply(instance)
    assert book.total("ada")[0] == 2
    decide()
    assert book.grade("ada", "check_double")[3] == 1


def test_a_written_answer_that_is_dropped_waits_for_nobody_until_it_counts_again(instance, book, decide, record_verdicts):
    record_verdicts("ada")
    released = json.loads(instance.released(UNIT).read_text())["cells"][-1]["source"]
    record_verdicts("cy", written=released)
    assert [rows(instance)[name].written for name in ("ada", "cy")] == [None, 0]
    decide('drop = ["written_1"]')
    assert [(row.written, row.needs_manual_grade, row.max_score) for row in rows(instance).values()] == [(0, False, 5)] * 2
    decide()
    assert [rows(instance)[name].written for name in ("ada", "cy")] == [None, 0]
    assert [rows(instance)[name].needs_manual_grade for name in ("ada", "cy")] == [True, False]


def test_a_bonus_counts_in_the_score_alone(book, decide, record_verdicts):
    record_verdicts("ada")
    decide('bonus = ["square"]\npoints = { square = 4 }')
    assert book.grade("ada", "check_square")[0] == 4 and book.total("ada") == (6, 0, 7)


def test_a_mark_by_hand_stays_when_points_change(book, decide, record_verdicts):
    record_verdicts("ada")
    for again in (False, True):  # whether a human is to look at it again
        book.mark("ada", "check_double", manual_score=2.5, needs_manual_grade=again)
        decide("points = { double = 6 }")
        assert book.grade("ada", "check_double") == (4, 2.5, again, 2.5)
        decide()


def test_without_a_report_marks_change_in_proportion_or_wait_for_a_human(instance, book, decide, record_verdicts):
    record_verdicts("ada")
    instance.report_path("ada", UNIT).unlink()
    decide("points = { double = 6 }")
    assert book.grade("ada", "check_double")[0] == 4
    decide('drop = ["double"]')
    assert book.grade("ada", "check_double")[:3] == (0, None, False)
    decide()
    assert book.grade("ada", "check_double")[:3] == (None, None, True)


def test_nbgraders_release_of_the_unit_undoes_nothing(instance, book, decide, record_verdicts):
    record_verdicts("ada")
    decide("points = { double = 6 }\ndrop = ['square']")
    before = book.total("ada")
    release(instance, UNIT)
    assert book.total("ada") == before == (4, 0, 10)
    with book.opened() as opened:  # what `nbgrader generate_assignment` does
        opened.find_grade_cell("check_double", UNIT, UNIT).max_score = 3
        opened.db.commit()
    rules.apply(instance)
    assert book.total("ada") == before


def test_a_due_date_is_nbgraders_too_and_goes_when_the_file_no_longer_says_it(book, decide):
    def due():
        with book.opened() as opened:
            return opened.find_assignment(UNIT).duedate

    decide("due = 2026-03-01T12:00:00+01:00")
    assert due().isoformat() == "2026-03-01T11:00:00"
    decide()
    assert due() is None
    book.due("2026-04-01 12:00:00 UTC")  # in formgrader
    decide()
    assert due().isoformat() == "2026-04-01T12:00:00"
    decide("due = 2026-03-01T12:00:00+01:00")
    book.due("2026-05-01 12:00:00 UTC")
    decide()
    assert due().isoformat() == "2026-05-01T12:00:00"


def test_late_work_costs_what_the_class_says_now(instance, book, decide, handed_in):
    handed_in(early="2026-03-01 11:59:59 UTC", late="2026-03-01 12:00:01 UTC", elsewhere="2026-03-01T12:30:00+01:00", later="2026-03-03")
    decide("due = 2026-03-01T12:00:00Z", '[late]\nrule = "zero"')
    assert {name: row.total for name, row in rows(instance).items()} == {"early": 4, "late": 0, "elsewhere": 4, "later": 4}
    assert book.total("late")[:2] == (4, 4)
    decide("due = 2026-03-01T12:00:00Z", '[late]\nrule = "percent_per_day"\npercent = 25')
    assert rows(instance)["late"].total == 3
    decide("due = 2026-03-02T12:00:00Z", '[late]\nrule = "zero"')
    assert rows(instance)["late"].total == 4 and book.total("late")[1] == 0


def test_penalties_come_after_marks_by_hand(instance, book, decide, handed_in):
    handed_in(ada="2026-03-02 12:00:00 UTC")
    decide("due = 2026-03-01T12:00:00Z", '[late]\nrule = "percent_per_day"\npercent = 50')
    assert rows(instance)["ada"].total == 2
    book.mark("ada", "written_1", manual_score=4)
    rules.apply(instance)
    assert (rows(instance)["ada"].late_penalty, rows(instance)["ada"].total) == (4, 4)


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # SQLAlchemy 2 about nbgrader's own way of adding
def test_free_days_of_one_unit_bear_on_the_next(instance, book, decide, handed_in):
    handed_in(ada="2026-03-02 12:00:00 UTC")
    with book.opened() as opened:
        opened.add_assignment("04_before", duedate="2026-02-01 00:00:00 UTC")
        opened.add_submission("04_before", "ada", timestamp="2026-02-01 10:00:00 UTC")
    decide("due = 2026-03-01T12:00:00Z", '[late]\nrule = "zero"\nfree_days = 1')
    assert (rows(instance)["ada"].total, rows(instance)["ada"].free_days) == (0, 0)
    decide("due = 2026-03-01T12:00:00Z", '[late]\nrule = "zero"\nfree_days = 2')
    assert (rows(instance)["ada"].total, rows(instance)["ada"].free_days) == (4, 1)
    with book.opened() as opened:
        opened.grant_extension("04_before", "ada", days=1)
        opened.find_submission(UNIT, "ada").timestamp = datetime(2026, 3, 3, 12)
        opened.db.commit()
    rules.apply(instance, [UNIT])
    assert rows(instance)["ada"].total == 4
    with book.opened() as opened:
        opened.grant_extension("04_before", "ada", days=0)
    rules.apply(instance, ["04_before"])
    assert book.total("ada")[1] == 4


def test_nbgraders_own_rule_is_kept(instance, decide, handed_in):
    handed_in(ada="2026-03-02 12:00:00 UTC")
    with (instance.root / CONFIG).open("a") as config:
        config.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    (instance.root / POLICY).write_text(f"[units.{UNIT}]\ndue = 2026-03-01T12:00:00Z\n")
    rules.apply(Instance.open(instance.root))
    assert rows(instance)["ada"].total == 0


def test_an_extension_that_nbgrader_was_given_counts(instance, book, decide, handed_in):
    handed_in(ada="2026-03-02 12:00:00 UTC")
    decide("due = 2026-03-01T12:00:00Z", '[late]\nrule = "zero"')
    assert rows(instance)["ada"].total == 0
    with book.opened() as opened:
        opened.grant_extension(UNIT, "ada", hours=36)
    rules.apply(instance)
    (ada,) = results(instance, UNIT)
    assert (ada.total, ada.extension) == (4, "1d12h")


def test_a_rule_that_is_wrong_changes_nothing(instance, book, decide, record_verdicts):
    record_verdicts("ada")
    decide()
    before = book.total("ada"), (instance.root / LEDGER).read_text()
    (instance.root / POLICY).write_text(f"[units.{UNIT}]\npoints = {{ double = 6, sqare = 1 }}\n")
    for call in (rules.apply, rules.check):
        with pytest.raises(UserError, match="Is it 'square'"):
            call(instance)
    assert (book.total("ada"), (instance.root / LEDGER).read_text()) == before


def test_a_run_that_was_stopped_before_the_ledger_was_kept_is_made_good(instance, book, decide, record_verdicts, monkeypatch):
    record_verdicts("ada")
    book.mark("ada", "check_square", manual_score=1.5)
    save, saves = Ledger.save, []

    def stopped(ledger, instance):
        saves.append(ledger)
        if len(saves) == 2:
            raise KeyboardInterrupt
        save(ledger, instance)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Ledger, "save", stopped)
        decide('drop = ["square"]\npoints = { double = 6 }')
    assert Ledger.load(instance).aside[UNIT]["check_square"]["ada"] == [1.5, None]
    rules.apply(instance)
    assert book.grade("ada", "check_double")[0] == 4 and book.total("ada")[0] == 4
    decide()
    assert book.grade("ada", "check_square")[3] == 1.5 and book.total("ada")[0] == 3.5


def test_a_second_run_writes_nothing(instance, decide, handed_in):
    handed_in(ada="2026-03-02 12:00:00 UTC")
    decide("due = 2026-03-01T12:00:00Z\npoints = { double = 7 }\ndrop = ['square']", '[late]\nrule = "zero"')
    before, said = (instance.root / LEDGER).stat().st_mtime_ns, []

    def listener(connection, cursor, statement, *rest):
        said.append(statement.split()[0])

    event.listen(Engine, "before_cursor_execute", listener)
    try:
        rules.apply(instance)
    finally:
        event.remove(Engine, "before_cursor_execute", listener)
    assert set(said) == {"SELECT", "PRAGMA"} and (instance.root / LEDGER).stat().st_mtime_ns == before


def test_the_marks_say_what_counts(instance, decide, record_verdicts):
    record_verdicts("ada")
    decide('bonus = ["double"]\ndrop = ["square"]\npoints = { double = 6 }')
    with database.opened(instance) as session:
        marks = database.marks(instance, session, UNIT)["ada"]
    assert {name: (mark.points, mark.earned, mark.counts) for name, mark in marks.items()} == {
        "check_double": (6, 4, "bonus"),
        "check_square": (0, 0, "dropped"),
        "written_1": (4, None, ""),
    }


def test_times_that_changed_are_taken_over(instance, decide, handed_in):
    handed_in(ada="2026-03-02 12:00:00 UTC", bob="2026-03-02 12:00:00 UTC")
    decide("due = 2026-03-01T12:00:00Z", '[late]\nrule = "zero"')
    for name in ("ada", "bob"):
        instance.submitted(name, UNIT).with_name("timestamp.txt").write_text("2026-02-28 12:00:00 UTC")
    database.note_times(instance, UNIT, ["ada", "nobody"])
    rules.apply(instance)
    assert [rows(instance)[name].total for name in ("ada", "bob")] == [4, 0]


def test_a_question_that_is_a_bonus_is_marked_as_ever_and_a_dropped_one_waits_for_nobody(instance, book, decide, record_verdicts, tmp_path):
    record_verdicts("ada")
    decide('bonus = ["written_1"]')
    (answer,) = answers(instance, UNIT)
    assert give(instance, UNIT, "ada", "written_1", answer.given, Given(4.0, "")) == Given(4.0, "")
    (tmp_path / "marks.csv").write_text("student,written_1\nada,3\n")
    assert take_in(instance, UNIT, tmp_path / "marks.csv").marks == 1
    assert book.total("ada") == (7, 0, 5)
    decide('drop = ["written_1"]')
    assert answers(instance, UNIT) == []
