"""How late work is, and what of that is free."""

from datetime import datetime, timedelta

import pytest
from nbgrader import api

from autograder.gradebook.lateness import lateness, write_penalties
from autograder.policy import Late, Policy

UNIT = "05_sample"
DUE = datetime(2026, 3, 1, 12)


@pytest.fixture
def session(book):
    """Three units that were due on the first of March, and what two students handed in."""
    with book.opened() as opened:
        for unit in ("04_before", UNIT, "06_after"):
            opened.update_or_create_assignment(unit, duedate=DUE.isoformat())
        for student in ("ada", "bob"):
            opened.add_student(student)
        opened.db.commit()
        yield opened.db


@pytest.fixture
def hand_in_after(session):
    def handed_in(student, unit, extension=None, **span):
        assignment = session.query(api.Assignment).filter_by(name=unit).one()
        at = DUE + timedelta(**span)
        row = {"id": api.new_uuid(), "assignment_id": assignment.id, "student_id": student, "timestamp": at, "extension": extension}
        session.execute(api.SubmittedAssignment.__table__.insert(), row)

    return handed_in


def test_lateness_is_counted_from_when_the_work_was_due(session, hand_in_after):
    hand_in_after("ada", UNIT, hours=-1)
    hand_in_after("bob", UNIT, hours=30)
    found = lateness(session, Policy(), UNIT)
    assert found[UNIT, "ada"].days == 0 and found[UNIT, "ada"].seconds == 0
    assert found[UNIT, "bob"].days == 2 and found[UNIT, "bob"].seconds == 30 * 3600


def test_extension_and_grace_count(session, hand_in_after):
    hand_in_after("ada", UNIT, timedelta(days=1), hours=24, minutes=9)
    hand_in_after("bob", UNIT, timedelta(days=1), hours=24, minutes=11)
    found = lateness(session, Policy(late=Late(grace=timedelta(minutes=10))), UNIT)
    assert [found[UNIT, name].seconds for name in ("ada", "bob")] == [0, 11 * 60]
    assert found[UNIT, "ada"].extension == timedelta(days=1)


def test_free_days_are_spent_unit_after_unit(session, hand_in_after):
    for unit, days in (("06_after", 2), ("04_before", 1), (UNIT, 3)):
        hand_in_after("ada", unit, days=days)
    hand_in_after("bob", "06_after", days=1)
    policy = Policy(late=Late(free_days=3))
    found = lateness(session, policy)
    assert [(found[unit, "ada"].free_days, found[unit, "ada"].seconds) for unit in ("04_before", UNIT, "06_after")] == [
        (1, 0),
        (2, 86400),
        (0, 2 * 86400),
    ]
    assert found["06_after", "bob"].free_days == 1
    assert lateness(session, policy, UNIT) == {(UNIT, "ada"): found[UNIT, "ada"]}


def test_a_penalty_is_written_between_nothing_and_all_and_only_where_it_changes(instance, book, record_verdicts):
    record_verdicts("ada", "bob")
    with book.opened() as opened:
        late = lateness(opened.db, Policy(), UNIT)
        late = {place: type(how)(timedelta(days=1), 1, 0, timedelta()) for place, how in late.items()}
        for cost, expected in ((2.5, 2.5), (99, 4), (-1, None)):
            write_penalties(opened.db, late, UNIT, lambda student, score, how, cost=cost: cost)
            opened.db.commit()
            opened.db.expire_all()
            found = [opened.find_submission_notebook(UNIT, UNIT, name).late_submission_penalty for name in ("ada", "bob")]
            assert found == [expected, expected]
