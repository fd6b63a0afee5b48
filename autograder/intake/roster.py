"""A roster, and whose name on it a sender bears.

A roster is a CSV file with a heading: a column with the id that the gradebook is to hold, and any others by which somebody may be
known, such as a name, first and last names, an e-mail address, a number of the learning platform. It is what somebody exported: read
with bounds, and believed only where it is clear.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.names import keys_of, normal, refusal
from autograder.intake.senders import Sender
from course.errors import UserError

IDS = ("id", "student_id", "student id", "username", "user name", "login", "login id", "sis login id", "sis user id", "id number", "email")
FIRST, LAST = ("first name", "first_name", "firstname", "given name"), ("last name", "last_name", "lastname", "surname", "family name")
MAX_BYTES, MAX_ROWS = 50_000_000, 200_000


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
        try:
            if path.stat().st_size > MAX_BYTES:
                raise UserError(f"{path} has more than {MAX_BYTES / 1e6:g} MB, which is no roster.")
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise UserError(f"The roster {path} could not be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not UTF-8 text (byte {error.start}). Save it as “CSV UTF-8”.") from error
        return cls(people_of(text, path))

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


def people_of(text: str, path: Path) -> list[Person]:
    """The lines of a roster. Raises UserError where it has no column of ids, an id twice, or a line without one."""
    first, separator = text.partition("\n")[0], ","
    if first.count(";") > first.count(","):
        separator = ";"  # as spreadsheets write it where the comma is for decimals
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        heading = [name.strip().casefold() for name in next(lines, [])]
        column = next((heading.index(name) for name in IDS if name in heading), None)
        if column is None:
            asked, there = ", ".join(IDS[:7]), ", ".join(heading[:8])
            raise UserError(f"{path} has no column of ids: expected a heading with one of {asked}; got {there}.")
        people: dict[str, Person] = {}
        for number, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            person = person_of(dict(zip(heading, (normal(cell) for cell in cells), strict=False)), heading[column])
            if reason := refusal(person.id):
                raise UserError(f"{path}, line {number}: {person.id!r} cannot be an id, since {reason}.")
            if person.id in people:
                raise UserError(f"{path}, line {number}: the id {person.id} stands there twice.")
            people[person.id] = person
            if len(people) > MAX_ROWS:
                raise UserError(f"{path} has more than {MAX_ROWS:,} lines, which is no roster.")
    except csv.Error as error:
        raise UserError(f"{path} is no table of comma-separated values: {error}.") from error
    if not people:
        raise UserError(f"{path} names nobody: expected a line for each student below the heading.")
    return list(people.values())


def person_of(known: dict[str, str], column: str) -> Person:
    """A line of a roster."""
    return Person(known.get(column, ""), known)
