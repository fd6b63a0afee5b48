"""The table of figures: one thread, everything compared in the same run. Nothing is written without --write."""

import argparse
from collections.abc import Iterator, Sequence

from benchmarks import engine, table
from benchmarks.engine import Row
from benchmarks.gradcheck_rows import gradcheck_rows

BEGIN, END = "<!-- table: written by `make bench` with --write -->", "<!-- end of the table -->"
COLUMNS = ("figure", "ours", "beside", "theirs", "ratio", "target", "met")


def rows(rounds: int) -> Iterator[Row]:
    """Every figure, as it is measured."""
    yield from engine.step_rows(rounds)
    yield from engine.chain_rows(rounds)
    yield from gradcheck_rows(rounds)
    yield engine.import_row(rounds)
    yield from engine.line_rows()


def cells(row: Row) -> tuple[str, ...]:
    figure = "" if row.ratio is None else f"{row.ratio:.2f}"
    target = "" if row.target is None else f"≤ {row.target:g} {row.unit}".strip()
    met = {None: "", True: "yes", False: "no"}[row.met]
    return (row.what, row.ours, row.against, row.theirs, figure, target, met)


def as_table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    return table.markdown(COLUMNS, map(cells, rows))


def notes() -> list[str]:
    """How to get the rows that are missing."""
    missing = [name for name in engine.PEERS if name not in engine.installed()]
    how = "which is not installed; benchmarks/README.md says how to have it, apart from the course"
    return [f"No rows for {engine.PEERS[name]}, {how}." for name in missing]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="of which the median is taken (15)")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args(arguments)
    packages = ("numpy", *engine.installed())
    text = f"{table.circumstances(packages)}\n\n{as_table(list(rows(options.rounds)))}"
    print("\n".join([text, *notes()]))
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
