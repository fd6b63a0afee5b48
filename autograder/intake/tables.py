"""Tables of comma-separated values as instructors write them and spreadsheets open them: read within bounds, written without formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.names import composed
from course.errors import UserError

MAX_BYTES, MAX_ROWS = 50_000_000, 200_000
FORMULA = "=+-@\t\r＝＋－＠"  # how a cell begins that a spreadsheet takes for a formula
MARK = "\ufeff"  # without it Excel does not know that a file is UTF-8, and spoils every name with an accent


@dataclass(frozen=True)
class Line:
    """A line of a table: its number in the file, and its cells by the names in the heading."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """What a file holds: the names in its heading, in lower case and as they can be shown, and its lines; empty ones are left out."""

    path: Path
    heading: list[str]
    lines: list[Line]


def read(path: Path, what: str) -> Table:
    """The table in a file; `what` it is, as errors put it ("roster"). Raises UserError where it is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path} has more than {MAX_BYTES / 1e6:g} MB, which is no {what}.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"The {what} {path} could not be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text (byte {error.start}). Save it as “CSV UTF-8”.") from error
    first, separator = text.partition("\n")[0], ","
    if first.count(";") > first.count(","):
        separator = ";"  # as spreadsheets write it where the comma is for decimals
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines: list[Line] = []
    try:
        heading = [shown(name).strip().casefold() for name in next(rows, [])]
        for number, cells in enumerate(rows, start=2):
            if any(cell.strip() for cell in cells):
                lines.append(Line(number, dict(zip(heading, map(composed, cells), strict=False))))
            if len(lines) > MAX_ROWS:
                raise UserError(f"{path} has more than {MAX_ROWS:,} lines, which is no {what}.")
    except csv.Error as error:
        raise UserError(f"{path} is no table of comma-separated values: {error}.") from error
    return Table(path, heading, lines)


def shown(name: str) -> str:
    """A name in one spelling of its letters, which no terminal obeys."""
    return "".join(letter if letter.isprintable() else " " for letter in composed(name))


def written(heading: Sequence[object], rows: Iterable[Sequence[object]], *, all_quoted: bool = False) -> str:
    """A table as text, its cells as they are: see `harmless` for those that somebody else wrote."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL)
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{text}" if text.startswith(tuple(FORMULA)) else text


def plain(text: str) -> str:
    """What a text was before it was made harmless.

    >>> plain("'=1+1"), plain("'Ada'")
    ('=1+1', "'Ada'")
    """
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
