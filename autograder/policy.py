"""What a class has decided for itself: due dates, what late work costs, and points. Read from its class.toml, and held to what it has."""

import difflib
import math
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, NoReturn, TypeAlias
from zoneinfo import ZoneInfo

from course.errors import UserError

POLICY = "class.toml"
LATE_RULES = ("none", "zero", "percent_per_day")
DAY = timedelta(days=1)
MOST_POINTS = 10_000
MINUTES = re.compile(r"^(\s*due\s*=\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?![\d:])", re.MULTILINE)  # TOML 1.0 wants seconds, 1.1 does not
LIKENESS = 0.5  # of a misspelt key and a known one, as difflib counts it

TEMPLATE = """\
# What this class has decided. Every command reads this file again, and applies it to what has been graded already, too: nothing has to
# be graded again. A line that begins with # does nothing; take the # away to use it.

# The time zone of the due dates below. Without this line: the zone of the machine.
# timezone = "Europe/Vienna"

# [late]
# rule = "percent_per_day"   # or "none", or "zero": late work earns nothing
# percent = 10               # of what was earned, for each day that has begun
# at_most = 50               # percent
# free_days = 3              # late days that each student may spend over the course
# grace_minutes = 15         # so little is not late

# [units.05_vector_form]
# due = 2026-11-05T23:59
# points = { linear_backward = 6 }   # in place of the notebook's; written answers too: written_1 = 4
# drop = ["relu_backward"]           # counts for nobody
# bonus = ["mlp_gradients"]          # counts in the score, and not in the maximum
"""


@dataclass(frozen=True)
class Late:
    """What late work costs. `rule` is None where class.toml has none, and nbgrader_config.py decides."""

    rule: str | None = None
    percent: float = 0.0
    at_most: float = 100.0
    free_days: int = 0
    grace: timedelta = timedelta()

    def days(self, late: timedelta) -> int:
        """The days that have begun since the work was due; 0 where it is in time, or within the grace."""
        return 0 if late <= self.grace else math.ceil(late / DAY)

    def cost(self, score: float, days: int) -> float:
        """What so many days take off a score."""
        if self.rule == "percent_per_day":
            return score * min(self.percent * days, self.at_most) / 100
        return score if self.rule == "zero" and days else 0.0


@dataclass(frozen=True)
class Worth:
    """What an exercise or a written answer counts: `points` for the student, `maximum` of all points. They differ for a bonus."""

    points: float
    maximum: float

    @property
    def counts(self) -> str:
        """ "" as a rule, "bonus" or "dropped"."""
        return "dropped" if not self.points else "" if self.maximum else "bonus"


@dataclass(frozen=True)
class UnitPolicy:
    """What the class has decided for a unit. `due` is in UTC and without a zone, as nbgrader keeps it."""

    due: datetime | None = None
    points: Mapping[str, float] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    bonus: frozenset[str] = frozenset()

    def worth(self, name: str, released: float) -> Worth:
        """What an exercise or a written answer counts, where it was released with so many points."""
        points = 0.0 if name in self.drop else self.points.get(name, released)
        return Worth(points, 0.0 if name in self.bonus else points)


@dataclass(frozen=True)
class Policy:
    """All that a class has decided. `zone` is None for the machine's own."""

    zone: tzinfo | None = None
    late: Late = Late()
    units: Mapping[str, UnitPolicy] = field(default_factory=dict)

    def of(self, unit: str) -> UnitPolicy:
        return self.units.get(unit, UnitPolicy())

    def utc(self, at: datetime) -> datetime:
        """A time in the class's zone, or in its own, as nbgrader keeps times. Raises OverflowError beyond the calendar."""
        at = at.replace(tzinfo=self.zone) if at.tzinfo is None else at
        return at.astimezone(UTC).replace(tzinfo=None)

    def local(self, at: datetime) -> datetime:
        """A time that nbgrader keeps, in the class's zone."""
        return at.replace(tzinfo=UTC).astimezone(self.zone)


PointsOf: TypeAlias = Callable[[str], Mapping[str, float]]  # a unit's exercises and written answers with their points


def read_policy(root: Path, units: Collection[str], points_of: PointsOf) -> Policy:
    """The policy of the class at `root`. Raises UserError that says which key is wrong, and what was expected."""
    file = root / POLICY
    try:
        data = tomllib.loads(MINUTES.sub(r"\1:00", file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Policy()
    except OSError as error:
        raise UserError(f"Could not read {file}: {error.strerror or error}.") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise UserError(f"{file} is no TOML: {error}. Put that right; https://toml.io shows how it is written.") from error
    top = Table(file, "", data)
    top.check({"timezone", "late", "units"})
    policy = Policy(zone_of(top), late_of(top.table("late")))
    of_units = top.table("units")
    of_units.check(units, "a unit of this class")
    known = {unit: unit_of(of_units.table(unit), policy, points_of(unit)) for unit in of_units.data}
    return Policy(policy.zone, policy.late, known)


@dataclass(frozen=True)
class Table:
    """A table of the file, which says what is wrong with it by file and key."""

    file: Path
    name: str
    data: Mapping[str, Any]

    def fail(self, key: str, expected: str, got: object, hint: str = "") -> NoReturn:
        words = "nothing" if got is None else repr(got)
        raise UserError(f"{self.file}: {self.path(key)}: expected {expected}, got {words}. {hint}Change it there.")

    def path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def check(self, known: Collection[str], what: str = "a key that is known here") -> None:
        """Raise UserError for a key that is not known, naming the known one that is most like it."""
        for key in self.data:
            if key not in known:
                close = difflib.get_close_matches(key, known, 1, LIKENESS)
                hint = f"Is it {close[0]!r}? " if close else ""
                self.fail(key, f"{what}: {', '.join(sorted(known)) or 'there are none'}", key, hint)

    def table(self, key: str) -> "Table":
        if not isinstance(value := self.data.get(key, {}), dict):
            self.fail(key, f"a table, [{self.path(key)}]", value)
        return Table(self.file, self.path(key), value)

    def number(self, key: str, default: float, least: float, most: float, *, whole: bool = False) -> float:
        value = self.data.get(key, default)
        kinds = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
            self.fail(key, f"a {'whole ' if whole else ''}number from {least:g} to {most:g}", value)
        return value

    def names(self, key: str, known: Collection[str]) -> frozenset[str]:
        """A list of names, each of which is known."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.fail(key, 'a list of names, such as ["linear_backward"]', value)
        Table(self.file, self.path(key), dict.fromkeys(value)).check(known, NAMED)
        return frozenset(value)


NAMED = "an exercise or a written answer of the unit"


def zone_of(top: Table) -> tzinfo | None:
    name = top.data.get("timezone")
    try:
        return None if name is None else ZoneInfo(name)
    except (ValueError, TypeError, AttributeError, OSError, KeyError):  # whatever is no name of a zone
        top.fail("timezone", 'the name of a time zone, such as "Europe/Vienna"', name)


def late_of(table: Table) -> Late:
    table.check({"rule", "percent", "at_most", "free_days", "grace_minutes"})
    rule = table.data.get("rule")
    if rule is not None and rule not in LATE_RULES:
        table.fail("rule", " or ".join(f'"{name}"' for name in LATE_RULES), rule)
    for key in ("percent", "at_most"):
        if key in table.data and rule != "percent_per_day":
            table.fail(key, f'rule = "percent_per_day" beside {key}', rule)
    if rule == "percent_per_day" and "percent" not in table.data:
        table.fail("percent", "a number beside this rule", None)
    return Late(
        rule,
        table.number("percent", 0, 0, 100),
        table.number("at_most", 100, 0, 100),
        int(table.number("free_days", 0, 0, 1000, whole=True)),
        timedelta(minutes=table.number("grace_minutes", 0, 0, 10_000)),
    )


def unit_of(table: Table, policy: Policy, released: Mapping[str, float]) -> UnitPolicy:
    table.check({"due", "points", "drop", "bonus"})
    points = table.table("points")
    points.check(released, NAMED)
    drop, bonus = table.names("drop", released), table.names("bonus", released)
    if twice := sorted(drop & (bonus | points.data.keys())):
        table.fail("drop", "what is dropped to stand in neither `bonus` nor `points`", twice[0])
    for name in points.data:
        if points.number(name, 0, 0, MOST_POINTS) == 0:
            points.fail(name, f'more than 0 (to take it out: drop = ["{name}"])', 0)
    return UnitPolicy(due_of(table, policy), {name: float(of) for name, of in points.data.items()}, drop, bonus)


def due_of(table: Table, policy: Policy) -> datetime | None:
    due = table.data.get("due")
    if due is None:
        return None
    if not isinstance(due, datetime):
        words = due.isoformat() if isinstance(due, date | time) else due
        table.fail("due", "a day and a time without quotation marks, such as 2026-11-05T23:59", words)
    try:
        return policy.utc(due)
    except OverflowError:
        table.fail("due", "a time of this age", due.isoformat())
