"""How well the exercises judge: the mistakes they know, handed in, and right answers in several styles, over many seeds.

Every mistake should be caught, and called by its name; every right answer should pass, and be blamed for nothing.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from rich.progress import Progress

from autograder.measure import Tally, share, tally
from benchmarks import table
from course.units import UNITS

BEGIN, END = "<!-- table: written by `make bench-exercises` with --write -->", "<!-- end of the table of exercises -->"
COLUMNS = ("unit", "exercise", "seeds", "mistakes", "caught", "named", "right answers", "passed", "blamed")
CHUNK = 20  # seeds


def rows(units: Sequence[str], seeds: int, workers: int) -> Iterator[tuple[str, str, Tally]]:
    """Each exercise with its counts, as they become known."""
    chunks = [range(start, min(start + CHUNK, seeds)) for start in range(0, seeds, CHUNK)]
    exercises = [(unit, exercise.name) for unit in units for exercise in UNITS[unit]]
    with ProcessPoolExecutor(workers) as pool, Progress(transient=True) as progress:
        bar = progress.add_task("Grading", total=len(exercises) * len(chunks))
        futures = {(unit, name): [pool.submit(tally, unit, name, chunk) for chunk in chunks] for unit, name in exercises}
        for (unit, name), parts in futures.items():
            total = Tally()
            for part in parts:
                total += part.result()
                progress.advance(bar)
            yield unit, name, total


def cells(unit: str, name: str, total: Tally, seeds: int) -> tuple[str, ...]:
    """One line of the table."""
    return (
        unit,
        f"`{name}`",
        f"{seeds:,}",
        f"{total.mistakes // seeds}",
        share(total.caught, total.mistakes),
        share(total.named, total.mistakes),
        f"{total.right // seeds}",
        share(total.passed, total.right),
        f"{total.blamed}",
    )


def written(readme: str) -> Iterator[tuple[str, ...]]:
    """The lines that the README's table has already."""
    for row in table.rows(table.between(readme, BEGIN, END)):
        if row["unit"] in UNITS:
            yield tuple(row.values())


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exercises", description=__doc__)
    parser.add_argument("units", nargs="*", metavar="UNIT", help="units, such as 05_vector_form (all of them)")
    parser.add_argument("--seeds", type=int, default=1000, help="(%(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put these lines into the table of benchmarks/README.md")
    options = parser.parse_args(arguments)
    units = options.units or list(UNITS)
    lines = [cells(*row, options.seeds) for row in rows(units, options.seeds, options.workers)]
    print(table.markdown(COLUMNS, lines))
    if options.write:
        others = [line for line in written(table.README.read_text(encoding="utf-8")) if line[0] not in units]
        whole = sorted([*others, *lines], key=lambda line: line[0])
        table.write(f"{table.circumstances(['numpy'])}\n\n{table.markdown(COLUMNS, whole)}", BEGIN, END)


if __name__ == "__main__":
    main()
