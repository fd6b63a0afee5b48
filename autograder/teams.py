"""Teams: one hand-in that counts for several students.

DIR/teams.csv says who belongs together: a heading with `team` and `student`, and a line for each student. Before a unit is graded, what a
team handed in last is copied to each member as their own, so that every tool of nbgrader's knows them all, and an extension is still
anybody's own. DIR/teams/UNIT.json says which files are copies, and of whose. What a member had handed in before is kept in DIR/attempts.
"""

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.collect import STAMP
from autograder.files import write_whole
from autograder.instance import HandIn, Instance, reported
from autograder.intake import tables
from autograder.intake.names import normal, refusal
from autograder.intake.recognise import answers_in
from autograder.intake.roster import IDS, id_column
from autograder.intake.structure import Structure
from autograder.intake.submission import MAX_FILE, read_bytes
from autograder.intake.times import timestamp
from course.errors import Unreadable, UserError

TEAMS = "teams.csv"
Structures = Callable[[], Mapping[str, Structure]]


@dataclass(frozen=True)
class Own:
    """What a member handed in themselves: the file, when (UTC; None where that is not said), and whether it holds answers."""

    student: str
    data: bytes
    at: datetime | None
    answers: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Copy:
    """A file that a member was given: whose it is, and what was in it."""

    of: str
    sha256: str


@dataclass(frozen=True)
class Shared:
    """What became of a team's hand-in: whose counts, who got a copy just now, who of these had handed in another, and who nothing ever.

    `unclear` says why none counts, and what to do; `members` are then not to be graded.
    """

    team: str
    members: tuple[str, ...]
    student: str = ""
    copied: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    unclear: str = ""


def teams_of(instance: Instance) -> dict[str, list[str]]:
    """The members of each team, by its name; none where there is no DIR/teams.csv. Raises UserError where that is not clear."""
    path = instance.root / TEAMS
    if not path.exists():
        return {}
    table = tables.read(path, "table of teams")
    if "team" not in table.heading:
        raise UserError(f"{path} has no column team: expected a heading with team and student, and a line for each student.")
    column = id_column(table, ("student", *IDS))
    teams: defaultdict[str, list[str]] = defaultdict(list)
    seen: dict[str, str] = {}
    for line in table.lines:
        team, student = (normal(line.cells.get(name, "")) for name in ("team", column))
        if not team:
            raise UserError(f"{path}, line {line.number}: the name of the team is missing.")
        if reason := refusal(student):
            raise UserError(f"{path}, line {line.number}: {student!r} cannot be an id, since {reason}.")
        if student in seen:
            raise UserError(f"{path}, line {line.number}: {student} is in the team {seen[student]!r} already.")
        seen[student] = team
        teams[team].append(student)
    return dict(teams)


def share(instance: Instance, unit: str) -> list[Shared]:
    """Give each member of a team what the team handed in last; what became of it, for each team that handed in something."""
    teams, copies = teams_of(instance), copies_of(instance, unit)
    released = functools.cache(instance.structures)
    found = []
    with reported("share what teams handed in"):
        for team, members in teams.items():
            own = {member: one for member in members if (one := own_of(instance, unit, member, copies, released))}
            if own:
                found.append(shared(instance, unit, Shared(team, tuple(members)), own, copies))
    return [*found, *left_over(instance, unit, teams, copies)]


def shared(instance: Instance, unit: str, team: Shared, own: Mapping[str, Own], copies: dict[str, Copy]) -> Shared:
    """Share the hand-in of one team, unless it is unclear which counts."""
    for member in team.members:
        if is_closed(instance.submitted(member, unit), member in own or holds_copy(instance, unit, member, copies)):
            return replace(team, unclear=f"what {member} handed in is a link or cannot be read. Put the notebook in its place")
    if (latest := latest_of(own.values())) is None:
        why = f"{' and '.join(own)} handed in different notebooks, and which is the last is not clear. Remove all but one"
        return replace(team, unclear=why)
    others = {member: own.get(member) for member in team.members if member not in own or own[member].sha256 != latest.sha256}
    due = [member for member in others if not is_same(instance, unit, member, latest)]
    copies |= dict.fromkeys(due, Copy(latest.student, latest.sha256))
    if due:
        write_whole(record(instance, unit), json.dumps({name: asdict(copy) for name, copy in sorted(copies.items())}, indent=1) + "\n")
    new = tuple(member for member in due if not instance.submitted(member, unit).parent.parent.exists())
    for member in due:
        put(instance, unit, member, latest, others[member])
    return replace(team, student=latest.student, copied=tuple(due), replaced=tuple(member for member in due if others[member]), new=new)


def own_of(instance: Instance, unit: str, student: str, copies: Mapping[str, Copy], released: Structures) -> Own | None:
    """What somebody handed in themselves; None where that is nothing, a copy, or cannot be read."""
    if holds_copy(instance, unit, student, copies):
        return None
    path = instance.found(unit, HandIn(student, instance.submitted(student, unit)), released).notebook
    try:
        data = read_bytes(path, MAX_FILE)
    except Unreadable:
        return None
    return Own(student, data, timestamp(path), bool(answers_in(path, data, unit, released())))


def latest_of(own: Iterable[Own]) -> Own | None:
    """The last of what the members of a team handed in, of those that hold answers where some do; None where that is not clear.

    Of the same notebook, handed in by several, the first counts.
    """
    every = sorted(own, key=lambda one: (one.at is None, one.at or datetime.min))
    unlike: dict[str, Own] = {}
    for one in [one for one in every if one.answers] or every:
        unlike.setdefault(one.sha256, one)
    in_order = list(unlike.values())
    if len(in_order) > 1 and (in_order[-1].at is None or in_order[-1].at == in_order[-2].at):
        return None
    return in_order[-1]


def is_closed(place: Path, known: bool) -> bool:
    """Whether a copy must not be put in a place: a link leads there, or what lies there is neither read nor a copy."""
    return any(path.is_symlink() for path in (place, place.parent, place.parent.parent)) or (place.exists() and not known)


def put(instance: Instance, unit: str, student: str, latest: Own, before: Own | None) -> None:
    """Give a member the notebook that counts, and keep what they had."""
    place = instance.submitted(student, unit)
    if before:
        at = f"{before.at:%Y-%m-%d %H.%M.%S} " if before.at else ""
        write_whole(instance.root / "attempts" / unit / student / f"{at}{before.sha256[:6]}.ipynb", before.data)
    write_whole(place, latest.data)
    if latest.at:
        place.with_name("timestamp.txt").write_text(latest.at.strftime(STAMP) + "\n", encoding="utf-8")
    else:
        place.with_name("timestamp.txt").unlink(missing_ok=True)


def is_same(instance: Instance, unit: str, student: str, latest: Own) -> bool:
    """Whether somebody has the notebook that counts already, with its time."""
    place = instance.submitted(student, unit)
    return sha256_of(place) == latest.sha256 and timestamp(place) == latest.at


def holds_copy(instance: Instance, unit: str, student: str, copies: Mapping[str, Copy]) -> bool:
    """Whether what lies in somebody's place is still the copy that was put there."""
    return student in copies and sha256_of(instance.submitted(student, unit)) == copies[student].sha256


def sha256_of(path: Path) -> str:
    """The SHA-256 of what was handed in; "" where it is no ordinary file."""
    try:
        return hashlib.sha256(read_bytes(path, MAX_FILE)).hexdigest()
    except Unreadable:
        return ""


def record(instance: Instance, unit: str) -> Path:
    """Where it is written down which files of a unit are copies."""
    return instance.root / "teams" / f"{unit}.json"


def copies_of(instance: Instance, unit: str) -> dict[str, Copy]:
    """The copies that were made, by student. Without the file, or with one that is damaged, each counts as handed in: as the same one."""
    try:
        return {student: Copy(**copy) for student, copy in json.loads(record(instance, unit).read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def left_over(instance: Instance, unit: str, teams: Mapping[str, Sequence[str]], copies: Mapping[str, Copy]) -> Iterator[Shared]:
    """Those who have a copy of somebody's notebook, and are in no team with them any more."""
    team_of = {member: team for team, members in teams.items() for member in members}
    for student, copy in copies.items():
        together = student in team_of and team_of[student] == team_of.get(copy.of)
        if not together and holds_copy(instance, unit, student, copies):
            place = instance.submitted(student, unit).parent
            yield Shared(
                "", (student,), unclear=f"{student} has a copy of what {copy.of} handed in, and is in no team with them. Remove {place}"
            )


def mates(instance: Instance, unit: str) -> dict[str, list[str]]:
    """By student whose notebook counts for a team: the others who have a copy of it."""
    copies, found = copies_of(instance, unit), defaultdict(list)
    for student, copy in copies.items():
        if holds_copy(instance, unit, student, copies):
            found[copy.of].append(student)
    return dict(found)
