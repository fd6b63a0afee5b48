"""How well the exercises judge: the mistakes they know, handed in, and right answers in several styles, over many seeds.

Every mistake should be caught, and called by its name; every right answer should pass, and be blamed for nothing.
"""

import argparse
import contextlib
import io
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from rich.progress import Progress

from autograder import build
from autograder.sample import Sample, filled, samples
from benchmarks import table
from course.checking import asking
from course.judging.diagnosis import attempt
from course.judging.exercise import Mistake
from course.judging.grading import Ask, grade
from course.judging.probes import Reply
from course.units import UNITS, Exercise

BEGIN, END = "<!-- table: written by `make bench-exercises` with --write -->", "<!-- end of the table of exercises -->"
COLUMNS = ("unit", "exercise", "seeds", "mistakes", "caught", "named", "right answers", "passed", "blamed")
Attempts = dict[int, dict[Mistake, Reply]]  # what answers with mistakes reply, by the `id` of a case
CHUNK = 20  # seeds


@dataclass(frozen=True)
class Tally:
    """Counts over seeds: mistakes handed in, caught and named; right answers handed in, passed, and blamed for a mistake."""

    mistakes: int = 0
    caught: int = 0
    named: int = 0
    right: int = 0
    passed: int = 0
    blamed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def tally(unit: str, name: str, seeds: Sequence[int]) -> Tally:
    """Every mistake and every right answer of one exercise, graded with every seed."""
    exercise = next(e for e in UNITS[unit] if e.name == name)
    total = Tally()
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for seed in seeds:
            asked = with_cases_kept(exercise, seed)
            # what a mistake replies is asked once, for itself and for the diagnosis of the others
            attempts: Attempts = {id(case): {} for case in asked.cases(np.random.default_rng(seed))}
            for mistake in exercise.mistakes:
                verdict = grade(asked, replying(mistake, asked, attempts), seed, attempts)
                total += Tally(mistakes=1, caught=verdict.earned < verdict.points, named=mistake.name in verdict.reason)
            for answer in right_answers(unit)[name]:
                verdict = grade(asked, asking(asked, answer), seed, attempts)
                blamed = any(mark.cause for mark in verdict.marks)
                total += Tally(right=1, passed=verdict.outcome == "passed", blamed=blamed)
    return total


def replying(mistake: Mistake, exercise: Exercise, attempts: Attempts) -> Ask:
    """Puts cases to the answer with a mistake, each of them once."""
    return lambda case: attempt(mistake, exercise, case, attempts[id(case)])


def with_cases_kept(exercise: Exercise, seed: int) -> Exercise:
    """The exercise with the cases of one seed, and what is expected of them, reckoned once."""
    cases = list(exercise.cases(np.random.default_rng(seed)))
    expected = {id(case): exercise.expected(case) for case in cases}
    return replace(exercise, cases=lambda _: cases, expected=lambda case: expected[id(case)])


@cache
def right_answers(unit: str) -> Mapping[str, list[Any]]:
    """The right answers to each exercise of a unit: the model's, and those of the sample class."""
    styles = [Sample("model", ""), *(sample for sample in samples(unit) if sample.name.startswith("right"))]
    names = [namespace(unit, style) for style in styles]
    return {exercise.name: [one[exercise.name] for one in names] for exercise in UNITS[unit]}


def namespace(unit: str, sample: Sample) -> dict[str, Any]:
    """Names as a notebook has them once its plain cells and a sample's answers have run, magics left out."""
    notebook = filled(build.instructor_notebook(build.source_of(unit)), sample.answers, sample.helpers)
    names: dict[str, Any] = {}
    for i, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", []) and not cell["source"].startswith("check("):
            lines = "\n".join("" if line.startswith("%") else line for line in cell["source"].split("\n"))
            exec(compile(lines, f"<cell {i}>", "exec"), names)
    return names


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


def share(part: int, whole: int) -> str:
    """A percentage that is 100 only where nothing is missing.

    >>> share(999_999, 1_000_000), share(3, 3)
    ('99.9999 %', '100 %')
    """
    return "100 %" if part == whole else f"{100 * part / whole:.6g} %"


def written(readme: str) -> Iterator[tuple[str, ...]]:
    """The lines that the README's table has already."""
    _, _, rest = readme.partition(BEGIN)
    for line in rest.partition(END)[0].splitlines():
        found = tuple(cell.strip() for cell in line.strip("| ").split(" | "))
        if found[0] in UNITS:
            yield found


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
