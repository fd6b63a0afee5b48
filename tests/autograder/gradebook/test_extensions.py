"""Extensions of students who have handed in, and of those who have not."""

from datetime import datetime, timedelta

import pytest

from autograder.gradebook import rules
from autograder.gradebook.database import scores
from autograder.gradebook.extensions import extend, extensions, like
from autograder.gradebook.results import results
from autograder.intake.roster import Person, Roster
from autograder.policy import POLICY
from course.errors import UserError

UNIT = "05_sample"
DUE = f'timezone = "Europe/Vienna"\n[late]\nrule = "zero"\n[units.{UNIT}]\ndue = 2026-03-01T12:00\n'


@pytest.fixture
def instance(instance):
    (instance.root / POLICY).write_text(DUE)
    return instance


@pytest.fixture
def handed_in(hand_in, record_verdicts):
    def late(student):
        hand_in(student).with_name("timestamp.txt").write_text("2026-03-02T13:00:00+01:00")
        record_verdicts(student)

    return late


def total(instance, student):
    rules.apply(instance)
    return next(row.total for row in scores(instance, UNIT) if row.student == student)


def granted(instance):
    return [(one.student, one.span, f"{one.until:%d %H:%M %Z}", not one.waits) for one in extensions(instance, UNIT)]


def test_an_extension_counts_at_once_and_stands_in_nbgraders_column(instance, book, handed_in):
    handed_in("ada")
    assert total(instance, "ada") == 0
    assert extend(instance, UNIT, "ada", "1d2h") == timedelta(hours=26)
    assert scores(instance, UNIT)[0].total == 4
    with book.opened() as opened:
        assert opened.find_submission(UNIT, "ada").extension == timedelta(hours=26)
    assert granted(instance) == [("ada", timedelta(hours=26), "02 14:00 CET", True)]
    assert f"{extensions(instance, UNIT)[0].handed_in:%d %H:%M %Z}" == "02 13:00 CET"


def test_another_takes_its_place_and_0_takes_it_back(instance, handed_in):
    handed_in("ada")
    extend(instance, UNIT, "ada", "5d")
    extend(instance, UNIT, "ada", "2h")
    assert total(instance, "ada") == 0 and granted(instance)[0][1] == timedelta(hours=2)
    extend(instance, UNIT, "ada", "0")
    assert granted(instance) == []


def test_an_extension_waits_for_who_has_not_handed_in(instance, handed_in):
    extend(instance, UNIT, "José", "2d")
    extend(instance, UNIT, "bob", "2d")
    assert granted(instance) == [("José", timedelta(days=2), "03 12:00 CET", False), ("bob", timedelta(days=2), "03 12:00 CET", False)]
    assert scores(instance, UNIT) == []
    roster = Roster([Person(id, {}) for id in ("bob", "cy")])
    told = {row.student: (row.status, row.extension) for row in results(instance, UNIT, roster, datetime(2026, 3, 2))}
    assert told == {"bob": ("not due yet", "2d"), "cy": ("nothing handed in", "")}
    handed_in("José")
    assert total(instance, "José") == 4
    assert [row[0] for row in granted(instance) if row[3]] == ["José"]
    extend(instance, UNIT, "bob", "0")
    assert [row[0] for row in granted(instance)] == ["José"]


def test_a_time_is_as_good_as_a_span(instance):
    assert extend(instance, UNIT, "ada", "2026-03-01T18:00") == timedelta(hours=6)
    assert extend(instance, UNIT, "ada", "2026-03-01T18:00Z") == timedelta(hours=7)


def test_where_a_due_date_goes_extensions_wait_for_the_next(instance, book, handed_in):
    """nbgrader fails on an extension where there is no due date."""
    handed_in("ada")
    extend(instance, UNIT, "ada", "2d")
    (instance.root / POLICY).write_text("")
    rules.apply(instance)
    with book.opened() as opened:
        assert opened.find_submission(UNIT, "ada").total_seconds_late == 0
    (instance.root / POLICY).write_text(DUE)
    assert total(instance, "ada") == 4 and granted(instance)[0][1] == timedelta(days=2)


@pytest.mark.parametrize(
    ("student", "words", "told"),
    [
        ("ada", "soon", r"'soon' is no extension: expected a span such as 2d"),
        ("ada", "-2d", "is no extension"),
        ("ada", "2026-02-01T12:00", r"is not after the unit is due, 2026-03-01 12:00 CET"),
        ("ada", "99999d", "at most 1000 days"),
        ("ada", "0001-01-01T00:00+14:00", "is no extension"),
        ("../ada", "2d", "is no student's name"),
    ],
)
def test_what_is_no_extension_is_told(instance, student, words, told):
    with pytest.raises(UserError, match=told):
        extend(instance, UNIT, student, words)
    assert granted(instance) == []


def test_a_unit_without_a_due_date_has_nothing_to_extend(instance):
    (instance.root / POLICY).write_text("")
    with pytest.raises(UserError, match=rf"has no due date, .* under \[units\.{UNIT}\]"):
        extend(instance, UNIT, "ada", "2d")


def test_a_name_that_nobody_has_is_told_with_the_one_most_like_it(instance, handed_in):
    handed_in("lovelace")
    assert [like(instance, name) for name in ("lovelace", "lovelacd", "somebody")] == ["", "lovelace", ""]
