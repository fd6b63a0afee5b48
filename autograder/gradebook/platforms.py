"""Files of marks that learning platforms import, with the headings and the ids that each of them wants.

Canvas knows a student by ID, SIS User ID or SIS Login ID, in these columns and this order before Section; a second row has the points that
can be had (lib/gradebook_importer.rb; “How do I import grades in the Gradebook?”,
https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807). Moodle has the instructor say which
column is the e-mail address, ID number or username, and takes nothing at all where one user is unknown
(https://docs.moodle.org/en/Grade_import). Blackboard knows a student by Username, and wants every cell in quotes (“Uploading or
Downloading Grade Center Items for Working Offline”). Canvas and Moodle clear a mark where a cell is empty, so that whoever has none is
left out.

Names and ids must be as the platform has them, and a cell that a spreadsheet takes for a formula must not be in the file: a name is
quoted, since nobody is known by it, and an id is left out and told.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.gradebook.results import Result
from autograder.intake import tables
from autograder.intake.roster import CANVAS, Person, Roster
from autograder.intake.tables import harmless
from course.errors import UserError

Platform = Literal["canvas", "moodle", "blackboard", "csv"]
PLATFORMS: tuple[Platform, ...] = ("canvas", "moodle", "blackboard", "csv")
POINTS = "Points Possible"  # in a cell of the first column it makes Canvas take the row for that of the points

# By what a platform calls its ids: what a roster's column of them may be called.
IDS: Mapping[Platform, Mapping[str, Sequence[str]]] = {
    "canvas": {
        "ID": ("canvas id", "canvas user id"),
        "SIS User ID": ("sis user id",),
        "SIS Login ID": ("sis login id", "login id", "login"),
    },
    "moodle": {
        "Email address": ("email address", "email", "e-mail"),
        "ID number": ("id number", "idnumber"),
        "Username": ("username", "user name"),
    },
    "blackboard": {"Username": ("username", "user name")},
}


@dataclass(frozen=True)
class Upload:
    """A file for a platform: its text, how many marks are in it, and why somebody's is not, by student."""

    text: str
    marks: int
    left_out: Mapping[str, str]


def upload(platform: Platform, results: Sequence[Result], roster: Roster | None, column: str, *, provisional: bool = False) -> Upload:
    """The marks of one unit as a platform imports them, under the heading `column`; with `provisional`, those that may still change too.

    "csv" is for any other platform: the class's own ids. Raises UserError where there is no roster with the ids that the platform
    wants, or one of them twice.
    """
    ids = {result.student: {"student": result.student} for result in results} if platform == "csv" else ids_of(platform, roster)
    left_out = {result.student: why for result in results if (why := reason(result, ids, provisional))}
    totals = {result.student: result.total for result in results if result.student not in left_out}
    check_unlike([ids[student] for student in totals])
    lines: list[list[object]] = [[*ids[student].values(), total] for student, total in totals.items()]
    heading: list[object] = [*next(iter(ids.values()), {}), column]
    if platform == "canvas" and roster:
        people = {person.id: person for person in roster.people}
        points = max((result.max_score for result in results), default=0.0)
        lines = [for_canvas(*named(people[student]), line) for student, line in zip(totals, lines, strict=True)]
        lines.insert(0, for_canvas(f"    {POINTS}", "", ["", "", "", points]))
        heading = for_canvas("Student", "Section", heading)
    return Upload(tables.written(heading, lines, all_quoted=platform == "blackboard"), len(totals), left_out)


def for_canvas(student: str, section: str, line: Sequence[object]) -> list[object]:
    """A line of ids and a mark as Canvas has it: the name before, the section between."""
    return [student, *line[:-1], section, line[-1]]


def named(person: Person) -> tuple[str, str]:
    """The name and the section of somebody for Canvas, which knows nobody by them: without formulas, and not taken for its own words."""
    return "" if POINTS in person.name else harmless(person.name), harmless(person.known.get("section", ""))


def ids_of(platform: Platform, roster: Roster | None) -> dict[str, dict[str, str]]:
    """By what a platform knows each person on the roster: the ids by their headings, "" where the roster has none."""
    wanted = IDS[platform]
    if roster is None:
        raise UserError(f"{platform.title()} knows students by {' or '.join(wanted)}: give --roster CSV with a column of them.")
    found = {person.id: {heading: id_in(person.known, heading, columns) for heading, columns in wanted.items()} for person in roster.people}
    there = [heading for heading in wanted if any(ids[heading] for ids in found.values())]
    if not there:
        columns = ", ".join(name for names in wanted.values() for name in names)
        raise UserError(
            f"{platform.title()} knows students by {' or '.join(wanted)}, and the roster has none of them: expected a column of one of "
            f"these names, in any case: {columns}; got {', '.join(list(roster.people[0].known)[:8])}."
        )
    return found if platform == "canvas" else {student: {there[0]: ids[there[0]]} for student, ids in found.items()}


def id_in(known: Mapping[str, str], heading: str, columns: Sequence[str]) -> str:
    """Somebody's id on a platform; a column “ID” is Canvas's own where the roster is a gradebook that Canvas exported."""
    own = ("id",) if heading == "ID" and known.keys() >= CANVAS else ()
    return next((known[column] for column in (*columns, *own) if known.get(column)), "")


def reason(result: Result, ids: Mapping[str, Mapping[str, str]], provisional: bool) -> str:
    """Why somebody's mark is not in the file; "" where it is."""
    of_student = ids.get(result.student)
    if result.total is None or (result.status == "provisional" and not provisional):
        return result.status
    if of_student is None:
        return "not on the roster"
    if not any(of_student.values()):
        return f"no {' or '.join(of_student)} on the roster"
    if any(harmless(id) != id for id in of_student.values()):
        return "a spreadsheet would take the id for a formula: enter the mark by hand"
    return ""


def check_unlike(ids: Sequence[Mapping[str, str]]) -> None:
    """Raise UserError where two people have the same id on the platform."""
    counts = Counter((heading, id) for of_student in ids for heading, id in of_student.items() if id)
    if twice := [f"{heading} {id!r}" for (heading, id), count in counts.items() if count > 1]:
        raise UserError(f"On the roster several students have {', '.join(twice[:3])}. Give each their own, and run this again.")
