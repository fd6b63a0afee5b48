"""A roster, and whose name on it a sender bears.

A roster is a CSV file with a heading: a column with the id that the gradebook is to hold, and any others by which somebody may be
known, such as a name, first and last names, an e-mail address, a number of the learning platform. It is what somebody exported: read
with bounds, and believed only where it is clear.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake import tables
from autograder.intake.names import keys_of, normal, refusal
from autograder.intake.senders import Sender
from course.errors import UserError

IDS = (
    *("id", "student_id", "student id", "username", "user name", "login", "login id"),
    *("sis login id", "sis user id", "id number", "email", "email address"),
)
FIRST, LAST = ("first name", "first_name", "firstname", "given name"), ("last name", "last_name", "lastname", "surname", "family name")
CANVAS = {"student", "section"}  # in the heading of a gradebook that Canvas exported, which has lines that are nobody's


@dataclass(frozen=True)
class Person:
    """One line of a roster: the id, and everything else that it says, by column."""

    id: str
    known: Mapping[str, str]

    @property
    def name(self) -> str:
        """First and last name, or what stands for it; the id where there is none."""
        first, last = (next((self.known[c] for c in columns if self.known.get(c)), "") for columns in (FIRST, LAST))
        return f"{first} {last}".strip() or next((self.known[c] for c in ("name", "full name", "student") if self.known.get(c)), self.id)

    def words(self) -> Iterator[str]:
        """Everything by which somebody may mean this person."""
        yield from (self.id, self.name, *self.known.values())
        if address := next((value for value in self.known.values() if "@" in value), ""):
            yield address.partition("@")[0]


@dataclass
class Roster:
    """Who is in the class, found by what senders are called."""

    people: list[Person]
    _by_key: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), repr=False)

    def __post_init__(self) -> None:
        for person in self.people:
            for word in person.words():
                for key in keys_of(word):
                    self._by_key[key].add(person.id)

    @classmethod
    def load(cls, path: Path) -> "Roster":
        """A roster from a CSV file. Raises UserError, with what was expected, where it is none."""
        return cls(people_of(tables.read(path, "roster")))

    def match(self, sender: Sender) -> tuple[str, str]:
        """The id of the one person a sender can be, or "" and the reason why it is not clear."""
        found: set[str] = set()
        for word in filter(None, (sender.number, sender.name)):
            found = set.union(set(), *(self._by_key.get(key, set()) for key in keys_of(word)))
            if len(found) == 1:
                return found.pop(), ""
        if found:
            return "", f"“{sender.name}” may be {' or '.join(sorted(found)[:4])}"
        return "", f"“{sender.name}” is not on the roster"


def people_of(table: tables.Table) -> list[Person]:
    """The lines of a roster. Raises UserError where it has no column of ids, an id twice, or a line without one."""
    column = id_column(table, IDS)
    people: dict[str, Person] = {}
    for line in table.lines:
        known = {name: normal(cell) for name, cell in line.cells.items()}
        person = Person(known.get(column, ""), known)
        if not person.id and CANVAS <= known.keys():
            continue  # the points that can be had, and such
        if reason := refusal(person.id):
            raise UserError(f"{table.path}, line {line.number}: {person.id!r} cannot be an id, since {reason}.")
        if person.id in people:
            raise UserError(f"{table.path}, line {line.number}: the id {person.id} stands there twice.")
        people[person.id] = person
    if not people:
        raise UserError(f"{table.path} names nobody: expected a line for each student below the heading.")
    return list(people.values())


def id_column(table: tables.Table, names: Sequence[str]) -> str:
    """The first of some names that a table has a column of. Raises UserError where it has none."""
    if column := next((name for name in names if name in table.heading), ""):
        return column
    asked, there = ", ".join(names[:7]), ", ".join(table.heading[:8])
    raise UserError(f"{table.path} has no column of ids: expected a heading with one of {asked}; got {there}.")
