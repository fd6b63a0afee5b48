"""Tables in Markdown, and the place in a README where a program puts its own, or finds what another has put there."""

import datetime
import itertools
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).with_name("README.md")


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table that reads well as plain text too."""
    lines = [columns, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


def rows(text: str) -> list[dict[str, str]]:
    """The lines of the first Markdown table in a text, each by its columns; none where there is no table."""
    lines = itertools.takewhile(is_line, itertools.dropwhile(lambda line: not is_line(line), text.splitlines()))
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], line, strict=True)) for line in cells[2:]]


def is_line(text: str) -> bool:
    """Whether a line is one of a table."""
    return text.startswith("|")


def circumstances(packages: Iterable[str]) -> str:
    """Where, with what and when: one line."""
    versions = [f"{name} {version(name)}" for name in packages]
    parts = [f"{os.cpu_count()} cores, {processor()}", f"Python {platform.python_version()}", *versions, f"{datetime.date.today()}"]
    return ", ".join(parts) + "."


def processor() -> str:
    """The processor's name, where the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def between(text: str, begin: str, end: str) -> str:
    """What stands between two markers. Raises ValueError where one is missing."""
    _, first, rest = text.partition(begin)
    found, last, _ = rest.partition(end)
    if not (first and last):
        raise ValueError(f"the text must have the line {begin!r}, and after it {end!r}")
    return found


def write(text: str, begin: str, end: str, readme: Path | None = None) -> None:
    """Put the text between the two markers. Raises ValueError where a marker is missing."""
    readme = readme or README
    whole = readme.read_text(encoding="utf-8")
    found = between(whole, begin, end)
    readme.write_text(whole.replace(f"{begin}{found}{end}", f"{begin}\n\n{text}\n\n{end}"), encoding="utf-8")
