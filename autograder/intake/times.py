"""When a notebook was handed in."""

import re
from datetime import datetime
from pathlib import Path

from autograder.intake.submission import read_bytes
from course.errors import Unreadable

DAY, TIME = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
TIMESTAMP = re.compile(rf"{DAY}[ T]{TIME}(Z| ?[+-]\d\d:?\d\d)?|{DAY} {TIME} [A-Za-z][A-Za-z_/]{{0,40}}")


def timestamp(notebook: Path) -> datetime | None:
    """When a notebook was handed in (UTC), as nbgrader's timestamp.txt beside it says; None where it says nothing."""
    try:
        text = read_bytes(notebook.with_name("timestamp.txt"), 200).decode().strip()
        if not TIMESTAMP.fullmatch(text):
            return None
        from nbgrader.utils import parse_utc  # which takes a second, and most notebooks have no such file

        return parse_utc(text)
    except (Unreadable, ValueError, OverflowError):
        return None
