"""class.toml: what it may say, and what is said of what it may not."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.policy import POLICY, TEMPLATE, Late, Policy, Worth, read_policy
from course.errors import UserError

CHAPTER = Path(__file__).parents[2] / "docs" / "instructors" / "policy.md"
UNITS = {"05_vector_form": {"linear_backward": 3.0, "relu_backward": 1.0, "mlp_gradients": 5.0, "written_1": 4.0}, "06_training": {}}


@pytest.fixture
def read(tmp_path):
    def read(text):
        (tmp_path / POLICY).write_text(text, encoding="utf-8")
        return read_policy(tmp_path, UNITS, UNITS.__getitem__)

    return read


def test_a_class_without_the_file_has_decided_nothing(tmp_path):
    assert read_policy(tmp_path, UNITS, UNITS.__getitem__) == Policy()


def test_the_template_says_nothing_until_its_lines_are_used_and_then_is_right(read):
    assert read(TEMPLATE) == Policy()
    policy = read(re.sub(r"^# (?=[\w\[]+.*[=\]])", "", TEMPLATE, flags=re.MULTILINE))
    assert policy.late == Late("percent_per_day", 10, 50, 3, timedelta(minutes=15))
    unit = policy.of("05_vector_form")
    assert unit.due == datetime(2026, 11, 5, 22, 59)
    assert [unit.worth(name, points) for name, points in UNITS["05_vector_form"].items()] == [
        Worth(6, 6), Worth(0, 0), Worth(5, 0), Worth(4, 4),
    ]  # fmt: skip
    assert policy.of("06_training").due is None


@pytest.mark.parametrize(
    ("zone", "due", "utc"),
    [
        ("Europe/Vienna", "2026-11-05T23:59", "2026-11-05T22:59:00"),
        ("Europe/Vienna", "2026-07-05 23:59:30", "2026-07-05T21:59:30"),
        ("Europe/Vienna", "2026-11-05T23:59Z", "2026-11-05T23:59:00"),
        ("Asia/Kolkata", "2026-11-05T23:59-05:00", "2026-11-06T04:59:00"),
    ],
)
def test_a_due_date_is_in_the_zone_of_the_class_unless_it_has_its_own(read, zone, due, utc):
    policy = read(f'timezone = "{zone}"\n[units.06_training]\ndue = {due}\n')
    assert policy.of("06_training").due == datetime.fromisoformat(utc)
    assert policy.local(datetime.fromisoformat(utc)).tzinfo.key == zone


def test_without_a_zone_the_machine_has_one(read):
    due = read("[units.06_training]\ndue = 2026-11-05T23:59\n").of("06_training").due
    assert due == datetime(2026, 11, 5, 23, 59).astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x =", "is no TOML"),
        ('tz = "UTC"', "tz: expected a key that is known here: late, timezone, units, got 'tz'"),
        ("[lat]", "lat: .* Is it 'late'?"),
        ("late = 3", r"late: expected a table, \[late\], got 3"),
        ('timezone = "Europe/Wien"', "timezone: expected the name of a time zone, .* got 'Europe/Wien'"),
        ('timezone = "../UTC"', "timezone: expected the name"),
        ("timezone = 1", "timezone: expected the name .* got 1"),
        ('[late]\nrule = "percent"', 'late.rule: expected "none" or "zero" or "percent_per_day", got \'percent\''),
        ("[late]\nrule = []", "late.rule: expected"),
        ("[late]\npercent = 10", 'late.percent: expected rule = "percent_per_day" beside percent, got nothing'),
        ('[late]\nrule = "zero"\nat_most = 10', "late.at_most: expected rule"),
        ('[late]\nrule = "percent_per_day"', "late.percent: expected a number beside this rule, got nothing"),
        ('[late]\nrule = "percent_per_day"\npercent = 110', "late.percent: expected a number from 0 to 100, got 110"),
        ("[late]\nfree_days = 1.5", "late.free_days: expected a whole number from 0 to 1000, got 1.5"),
        ("[late]\nfree_days = true", "late.free_days: expected a whole number"),
        ("[late]\ngrace_minutes = nan", "late.grace_minutes: expected a number from 0"),
        ("[units.05_vector]", "units.05_vector: expected a unit of this class: .* Is it '05_vector_form'"),
        ("[units.05_vector_form]\ndrops = []", "units.05_vector_form.drops: .* Is it 'drop'"),
        ('[units.05_vector_form]\ndrop = "relu_backward"', "drop: expected a list of names"),
        ("[units.05_vector_form]\nbonus = [1]", "bonus: expected a list of names"),
        ('[units.05_vector_form]\nbonus = ["relu_backwards"]', "bonus.relu_backwards: .* Is it 'relu_backward'"),
        ("[units.05_vector_form]\npoints = { linear = 1 }", "points.linear: expected an exercise .* Is it 'linear_backward'"),
        ('[units.05_vector_form]\npoints = { written_1 = "6" }', "points.written_1: expected a number from 0 to 10000, got '6'"),
        ("[units.05_vector_form]\npoints = { written_1 = -1 }", "points.written_1: expected a number"),
        ("[units.05_vector_form]\npoints = { written_1 = 0 }", r'expected more than 0 \(to take it out: drop = \["written_1"\]\)'),
        ('[units.05_vector_form]\ndrop = ["written_1"]\nbonus = ["written_1"]', "drop: expected .* got 'written_1'"),
        ("[units.05_vector_form]\ndue = 2026-11-05", "due: expected a day and a time .* got '2026-11-05'"),
        ('[units.05_vector_form]\ndue = "2026-11-05T23:59"', "due: expected a day and a time without quotation marks"),
        ("[units.05_vector_form]\ndue = 0001-01-01T00:00:00+14:00", "due: expected a time"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(read, tmp_path, text, words):
    with pytest.raises(UserError, match=words) as told:
        read(text)
    assert str(told.value).startswith(str(tmp_path / POLICY))


def test_bytes_that_are_no_text_are_told(tmp_path):
    (tmp_path / POLICY).write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="is no TOML"):
        read_policy(tmp_path, UNITS, UNITS.__getitem__)


def test_days_that_have_begun_cost():
    late = Late("percent_per_day", percent=20, at_most=50, grace=timedelta(minutes=10))
    days = [late.days(timedelta(**span)) for span in ({"hours": -1}, {"minutes": 10}, {"minutes": 11}, {"hours": 24}, {"hours": 25})]
    assert days == [0, 0, 1, 1, 2]
    assert [late.cost(10, count) for count in (0, 1, 2, 3, 9)] == [0, 2, 4, 5, 5]
    assert [Late("zero").cost(10, count) for count in (0, 1)] == [0, 10]
    assert Late("none").cost(10, 3) == 0


def test_what_an_exercise_counts_has_a_word():
    assert [Worth(2, 2).counts, Worth(2, 0).counts, Worth(0, 0).counts] == ["", "bonus", "dropped"]


def test_what_the_chapter_shows_is_right(read):
    blocks = re.findall(r"```toml\n(.*?)```", CHAPTER.read_text(encoding="utf-8"), re.DOTALL)
    due, late, points = map(read, blocks)
    assert due.of("05_vector_form").due == datetime(2026, 11, 5, 22, 59)
    assert late.late == Late("percent_per_day", 10, 50, 3, timedelta(minutes=15))
    assert points.of("05_vector_form").points == {"linear_backward": 6, "written_1": 2}
