"""Tables in Markdown, and the place in a README where a program puts its own."""

import datetime
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


def write(text: str, begin: str, end: str, readme: Path | None = None) -> None:
    """Put the text between the two markers. Raises ValueError where a marker is missing."""
    readme = readme or README
    before, first, rest = readme.read_text(encoding="utf-8").partition(begin)
    _, last, after = rest.partition(end)
    if not (first and last):
        raise ValueError(f"{readme.name} must have the line {begin!r}, and after it {end!r}")
    readme.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
