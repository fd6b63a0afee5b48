"""Who handed a file in, and when, as the learning platform writes it into the file's path.

    Moodle             Anna Müller_12345_assignsubmission_file/…      or …_assignsubmission_file_notebook.ipynb
    Canvas             mulleranna_12345_67890_notebook-1.ipynb        or mulleranna_LATE_12345_67890_notebook.ipynb
    Blackboard         Unit 05_am123_attempt_2026-11-20-14-03-22_notebook.ipynb
    Google Classroom   Anna Müller - notebook.ipynb
    nbgrader           anna+05_vector_form+2026-11-20 14:03:22 UTC/…  and STUDENT/UNIT/…
    by hand            Anna Müller/…                                  or anna.ipynb

A path is what somebody wrote: it is matched, never opened.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_|/|$)")
CANVAS = re.compile(r"(?P<name>[^/_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_[^/]+")
BLACKBOARD = re.compile(r"[^/]+?_(?P<name>[^/_]+)_attempt_(?P<at>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_|\.|$)")
NBGRADER = re.compile(r"(?P<name>[^/+]+)\+[^/+]+\+(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? ?(?:UTC)?(?:\+[^/]*)?")
CLASSROOM = re.compile(r"(?P<name>[^/]+?) - [^/]+\.(?:ipynb|zip)", re.IGNORECASE)


@dataclass(frozen=True)
class Sender:
    """Who handed something in, in the platform's own words: a name, a number where it gives one, and the time and the late flag."""

    platform: str
    name: str
    number: str = ""
    at: datetime | None = None
    late: bool = False


def sender_of(path: PurePosixPath) -> Sender:
    """The sender that a path inside a download speaks of: by the first of its parts that a platform wrote, or its first part."""
    for part in path.parts:
        for pattern, platform in PLATFORMS:
            if found := pattern.match(part):
                said = found.groupdict()
                at, late = time_said(said.get("at")), bool(said.get("late"))
                return Sender(platform, said["name"].strip(), said.get("number") or "", at, late)
    first = path.parts[0] if len(path.parts) > 1 else path.stem
    return Sender("", first.strip())


def time_said(text: str | None) -> datetime | None:
    """A time in a path: nbgrader's is universal, Blackboard's that of the computer it was downloaded to."""
    if not text:
        return None
    try:
        if " " in text:
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").astimezone(UTC)
    except ValueError:
        return None


PLATFORMS = ((MOODLE, "Moodle"), (BLACKBOARD, "Blackboard"), (NBGRADER, "nbgrader"), (CANVAS, "Canvas"), (CLASSROOM, "Google Classroom"))
