"""What lands in nbgrader's database, and comes out of it."""

import contextlib
import sqlite3
from datetime import datetime

import pytest
from nbgrader import api
from sqlalchemy import text

from autograder.gradebook import database
from autograder.gradebook.database import Score, one_line, record, scores
from autograder.instance import Instance
from autograder.intake.times import timestamp
from autograder.report import Report
from course.errors import UserError
from course.judging.verdict import Mark, Verdict

UNIT = "05_sample"


@pytest.fixture(params=["a file", pytest.param("PostgreSQL", marks=pytest.mark.xdist_group("postgres"))])
def instance(request, instance):
    """The class with its gradebook where nbgrader puts it, and with its gradebook on a server."""
    return request.getfixturevalue("on_postgres") if request.param == "PostgreSQL" else instance


def verdict(exercise, *marks):
    return Verdict(exercise, "what is asked", tuple(Mark(f"part {i}", *mark) for i, mark in enumerate(marks)))


DOUBLE = verdict("double", (2.0, "passed"), (1.0, "failed", "is 2 times too large"))
SQUARE = verdict("square", (2.0, "passed"))


def report(student, *verdicts, status="graded", note=""):
    return Report(student, UNIT, status, verdicts or (DOUBLE, SQUARE), note)


def test_marks_and_reasons(instance, book):
    record(instance, UNIT, [report("ada")])
    assert book.grade("ada", "check_double") == (2.0, None, False, 2.0)
    assert book.grade("ada", "check_square") == (2.0, None, False, 2.0)
    assert book.comment("ada", "double") == ("part 1: is 2 times too large",) * 2
    assert book.comment("ada", "square") == (None, None)


def test_a_written_answer_waits_for_a_human_unless_it_was_left_as_it_was(instance, book):
    record(instance, UNIT, [report("ada"), report("bob")], {"bob": {"written_1", "double"}})
    assert book.grade("ada", "written_1") == (None, None, True, 0.0)
    assert book.grade("bob", "written_1") == (0.0, None, False, 0.0)
    assert book.comment("ada", "written_1") == (None, None)
    assert book.comment("bob", "written_1") == ("No response.", "No response.")
    assert book.grade("bob", "check_double")[0] == 2.0


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # SQLAlchemy 2 about nbgrader's own way of adding
def test_nbgrader_would_have_made_the_same_rows(instance, book):
    """What `add_submission` makes for a student, `record` makes too."""
    record(instance, UNIT, [report("ada")])
    with book.opened() as opened:
        opened.add_student("bob")
        opened.add_submission(UNIT, "bob")
        ada, bob = (opened.find_submission_notebook(UNIT, UNIT, name) for name in ("ada", "bob"))
        assert {g.name for g in ada.grades} == {g.name for g in bob.grades} == {"check_double", "check_square", "written_1"}
        assert {c.name for c in ada.comments} == {c.name for c in bob.comments} == {"double", "square", "written_1"}


def test_grading_again_replaces_what_the_machine_said(instance, book):
    record(instance, UNIT, [report("ada")])
    record(instance, UNIT, [report("ada", verdict("double", (3.0, "passed")), verdict("square", (2.0, "not written")))])
    assert book.grade("ada", "check_double")[0] == 3.0
    assert book.comment("ada", "double") == (None, None)
    assert book.grade("ada", "check_square")[0] == 0.0
    assert book.comment("ada", "square") == ("No response.", "No response.")
    assert len(scores(instance)) == 1


def test_grading_again_leaves_what_a_human_said(instance, book):
    """As with nbgrader, a mark given by hand stands, and is to be looked at again."""
    record(instance, UNIT, [report("ada")])
    book.mark("ada", "check_double", manual_score=2.5, needs_manual_grade=False)
    book.mark("ada", "written_1", manual_score=4.0, extra_credit=0.5, needs_manual_grade=False)
    with book.opened() as opened:
        opened.find_comment("double", UNIT, UNIT, "ada").manual_comment = "nearly"
        opened.db.commit()
    record(instance, UNIT, [report("ada")])
    assert book.grade("ada", "check_double") == (2.0, 2.5, True, 2.5)
    assert book.grade("ada", "written_1") == (None, 4.0, True, 4.5)
    assert book.comment("ada", "double") == ("part 1: is 2 times too large", "nearly")
    assert book.grade("ada", "check_square") == (2.0, None, False, 2.0)


def test_what_could_not_be_graded_keeps_no_mark(instance, book):
    ours = verdict("double", (2.0, "passed"), (1.0, "could not grade", "the machine was busy"))
    record(instance, UNIT, [report("ada", ours, SQUARE), report("bob", status="could not grade", note="No sandbox.")])
    assert book.grade("ada", "check_double") == (None, None, True, 0.0)
    assert book.grade("ada", "check_square")[0] == 2.0
    for cell in ("check_double", "check_square", "written_1"):
        assert book.grade("bob", cell) == (None, None, True, 0.0)
    assert book.comment("bob", "double")[0] == "No sandbox."


def test_an_exercise_without_a_verdict_keeps_no_mark(instance, book):
    record(instance, UNIT, [report("ada", DOUBLE)])
    assert book.grade("ada", "check_square") == (None, None, True, 0.0)


def test_what_cannot_be_read_has_no_mark_with_the_reason_until_somebody_gives_0(instance, book):
    record(instance, UNIT, [report("ada", status="unreadable", note="The file is empty.")])
    assert [(row.exercises, row.written, row.needs_manual_grade) for row in scores(instance)] == [(None, None, True)]
    for cell in ("check_double", "check_square", "written_1"):
        assert book.grade("ada", cell) == (None, None, True, 0.0)
    for cell in ("double", "square", "written_1"):
        assert book.comment("ada", cell)[0] == "The file is empty."
    record(instance, UNIT, [report("ada", status="zero", note="The file is empty.")])
    assert [(row.exercises, row.written, row.needs_manual_grade) for row in scores(instance)] == [(0, 0, False)]
    for cell in ("check_double", "check_square", "written_1"):
        assert book.grade("ada", cell) == (0.0, None, False, 0.0)
    for cell in ("double", "square", "written_1"):
        assert book.comment("ada", cell)[0] == "The file is empty."


def test_a_reason_may_hold_any_character(instance, book):
    record(instance, UNIT, [report("ada", status="could not grade", note="A zero byte: \0, and beyond: \U0001f600")])
    assert book.comment("ada", "double")[0] == "A zero byte: , and beyond: \U0001f600"


def test_points_that_have_changed_since_the_release_are_scaled(instance, book):
    record(instance, UNIT, [report("ada", verdict("double", (4.0, "passed"), (2.0, "failed", "no")), SQUARE)])
    assert book.grade("ada", "check_double")[0] == 2.0


def test_a_unit_that_was_not_released_is_told_so(instance):
    with pytest.raises(UserError, match=r"does not know the unit 06_other\. Run `autograder release`"):
        record(instance, "06_other", [report("ada")])


def test_a_batch_is_written_whole_or_not_at_all(instance, monkeypatch, book):
    monkeypatch.setattr(database, "comment_on", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record(instance, UNIT, [report("ada")])
    assert scores(instance) == []
    with book.opened() as opened:
        assert opened.students == []


def test_a_damaged_gradebook_is_told_in_words(instance, book):
    with book.opened() as opened:
        opened.db.execute(text("DROP TABLE grade_cells"))
        opened.db.execute(text("CREATE TABLE grade_cells (other INTEGER)"))
        opened.db.commit()
    with pytest.raises(UserError, match=r"could not be used: .*nbgrader db upgrade"):
        record(instance, UNIT, [report("ada")])


def test_a_gradebook_is_made_at_its_first_use_whatever_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    made = Instance.create(tmp_path / "course")
    assert scores(made) == []
    assert sorted(path.name for path in made.root.glob("gradebook*")) == ["gradebook.db"]
    with contextlib.closing(sqlite3.connect(made.gradebook)) as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_no_half_made_gradebook_is_left_behind(tmp_path, monkeypatch):
    made = Instance.create(tmp_path / "course")
    monkeypatch.setattr(api, "get_alembic_version", lambda: 1 / 0)
    with pytest.raises(UserError, match=r"could not make the gradebook .*ZeroDivisionError"):
        scores(made)
    assert not made.gradebook.exists()


def stamp(hand_in, student, text):
    hand_in(student).with_name("timestamp.txt").write_text(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01 12:00:00.5 UTC", datetime(2026, 3, 1, 12, 0, 0, 500_000)),
        ("2026-03-01 12:00:00 Europe/Berlin\n", datetime(2026, 3, 1, 11)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10)),
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12)),
        ("2026-03-01 12:00", datetime(2026, 3, 1, 12)),
        ("2026-03-01T12:00:00 NOWHERE", None),
        ("", None),
        ("yesterday", None),
        ("2026-99-99 12:00:00", None),
        ("0001-01-01 00:00:00 +2359", None),
        ("2026-03-01 12:00:00 ../../../etc/passwd", None),
        ("2026-03-01 12:00:00 " + "x" * 1000, None),
    ],
)
def test_the_time_a_student_handed_in(instance, hand_in, text, expected):
    stamp(hand_in, "ada", text)
    assert timestamp(instance.submitted("ada", UNIT)) == expected


def test_a_linked_time_is_not_read(instance, hand_in, tmp_path):
    (tmp_path / "time").write_text("2026-03-01 12:00:00 UTC")
    hand_in("ada").with_name("timestamp.txt").symlink_to(tmp_path / "time")
    assert timestamp(instance.submitted("ada", UNIT)) is None


def test_scores_are_those_of_the_gradebook_hand_given_marks_included(instance, book):
    record(instance, UNIT, [report("bob"), report("ada")], {"bob": {"written_1"}})
    book.mark("bob", "check_double", manual_score=3.0, extra_credit=1.0)
    assert scores(instance) == [
        Score("ada", UNIT, exercises=4.0, written=None, total=4.0, max_score=9.0, late_penalty=0.0, needs_manual_grade=True),
        Score("bob", UNIT, exercises=6.0, written=0.0, total=6.0, max_score=9.0, late_penalty=0.0, needs_manual_grade=False),
    ]
    book.mark("ada", "written_1", manual_score=3.0, needs_manual_grade=False)
    assert scores(instance, UNIT)[0].written == 3.0
    with book.opened() as opened:
        assert {s["student"]: s["score"] for s in opened.submission_dicts(UNIT)} == {row.student: row.total for row in scores(instance)}
    with pytest.raises(UserError, match=r"does not know the unit 06_other"):
        scores(instance, "06_other")


def test_a_reason_stays_text_where_it_is_shown_as_markdown():
    assert one_line("got `x < 1`\nand </b><!-- <script>, [a](javascript:b), [a]: x") == (
        "got `x < 1` and < /b>< !-- < script>, [a] (javascript:b), [a] : x"
    )
