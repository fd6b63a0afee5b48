"""The table of figures: one thread, everything compared in the same run. Nothing is written without --write."""

import argparse
import datetime
import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks import engine
from benchmarks.engine import Row

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- table: written by `make bench` with --write -->", "<!-- end of the table -->"
COLUMNS = ("figure", "ours", "beside", "theirs", "ratio", "target", "met")


def rows(rounds: int) -> Iterator[Row]:
    """Every figure, as it is measured."""
    yield from engine.step_rows(rounds)
    yield from engine.chain_rows(rounds)
    yield engine.import_row(rounds)
    yield from engine.line_rows()


def cells(row: Row) -> tuple[str, ...]:
    figure = "" if row.ratio is None else f"{row.ratio:.2f}"
    target = "" if row.target is None else f"≤ {row.target:g} {row.unit}".strip()
    met = {None: "", True: "yes", False: "no"}[row.met]
    return (row.what, row.ours, row.against, row.theirs, figure, target, met)


def table(rows: Sequence[Row]) -> str:
    """A Markdown table that reads well as plain text too."""
    lines = [COLUMNS, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


def circumstances() -> str:
    """Where, with what and when: one line."""
    versions = [f"{name} {version(name)}" for name in ("numpy", *engine.installed())]
    parts = [f"{os.cpu_count()} cores, {processor()}", f"Python {platform.python_version()}", *versions, f"{datetime.date.today()}"]
    return ", ".join(parts) + "."


def processor() -> str:
    """The processor's name, where the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def notes() -> list[str]:
    """How to get the rows that are missing."""
    missing = [name for name in engine.PEERS if name not in engine.installed()]
    how = "which is not installed; benchmarks/README.md says how to have it, apart from the course"
    return [f"No rows for {engine.PEERS[name]}, {how}." for name in missing]


def write(text: str, readme: Path) -> None:
    """Put the text between the two markers. Raises ValueError where a marker is missing."""
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{readme.name} must have the line {BEGIN!r}, and after it {END!r}")
    readme.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="of which the median is taken (15)")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args(arguments)
    text = f"{circumstances()}\n\n{table(list(rows(options.rounds)))}"
    print("\n".join([text, *notes()]))
    if options.write:
        write(text, README)


if __name__ == "__main__":
    main()
