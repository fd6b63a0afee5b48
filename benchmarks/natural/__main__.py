"""Hands every natural mistake in, over several seeds, and counts: caught, named truly, named falsely, left without a name."""

import argparse
import contextlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks import table
from benchmarks.natural import WRONG, Wrong
from course.checking import grade_here
from course.judging.exercise import Exercise
from course.units import UNITS, exercise

COLUMNS = ("unit", "wrong answers", "caught", "named truly", "without a name", "named falsely")


@dataclass(frozen=True)
class Outcome:
    """What was said of one wrong answer: whether it was caught with every seed, and all the causes that were named."""

    wrong: Wrong
    caught: bool
    causes: frozenset[str]

    @property
    def false(self) -> frozenset[str]:
        """The causes that nobody has found true."""
        return self.causes - set(self.wrong.true)

    @property
    def word(self) -> str:
        """Its column."""
        return "named falsely" if self.false else "named truly" if self.causes else "without a name"


def everything() -> list[Wrong]:
    """All wrong answers, unit by unit."""
    for path in sorted(Path(__file__).parent.glob("u[0-9]*.py")):
        import_module(f"benchmarks.natural.{path.stem}")
    return WRONG


def handed_in(one: Wrong, seeds: Sequence[int]) -> Outcome:
    """What the judge says of a wrong answer, as `check` does."""
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        verdicts = [grade_here(exercise(one.exercise), one.answer, seed) for seed in seeds]
    causes = frozenset(mark.cause for verdict in verdicts for mark in verdict.marks if mark.cause)
    return Outcome(one, all(verdict.earned < verdict.points for verdict in verdicts), causes)


def line(unit: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """One line of the table."""
    words = [outcome.word for outcome in outcomes]
    return unit, f"{len(outcomes)}", f"{sum(o.caught for o in outcomes)}", *(f"{words.count(column)}" for column in COLUMNS[3:])


def named(exercises: Sequence[Exercise]) -> set[str]:
    """The names of exercises."""
    return {one.name for one in exercises}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.natural", description=__doc__)
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="names of exercises (all of them)")
    parser.add_argument("--seeds", type=int, default=3, help="(%(default)s)")
    parser.add_argument("--full", action="store_true", help="print what is wrong with each, and what was named")
    options = parser.parse_args(arguments)
    chosen = [one for one in everything() if not options.exercises or one.exercise in options.exercises]
    outcomes = [handed_in(one, range(options.seeds)) for one in track(chosen, "Handing in", transient=True)]
    for outcome in outcomes if options.full else []:
        print(f"{outcome.word:15} {outcome.wrong.exercise}: {outcome.wrong.what}")
        for cause in sorted(outcome.causes):
            print(f"{'':15} {'!' if cause in outcome.false else '='} {cause}")
    units = {unit: [o for o in outcomes if o.wrong.exercise in named(of_unit)] for unit, of_unit in UNITS.items()}
    print(table.markdown(COLUMNS, [line(unit, of_unit) for unit, of_unit in units.items() if of_unit] + [line("all", outcomes)]))


if __name__ == "__main__":
    main()
