"""How well exercises judge: the mistakes they know, handed in, and right answers in several styles, over many seeds.

Every mistake should be caught, and called by its name; every right answer should pass, and be blamed for nothing.
"""

import contextlib
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any

import numpy as np

from autograder import build
from autograder.sample import Sample, filled, samples
from course.checking import asking
from course.judging.diagnosis import attempt
from course.judging.exercise import Exercise, Mistake
from course.judging.grading import Ask, grade
from course.judging.probes import Reply
from course.units import UNITS, room

Attempts = dict[int, dict[Mistake, Reply]]  # what answers with mistakes reply, by the `id` of a case


@dataclass(frozen=True)
class Tally:
    """Counts over seeds: mistakes handed in, caught and named; right answers handed in, passed, and blamed for a mistake.

    And what went wrong, once for each time: mistakes by name that were not caught, or not named, and what was said of right answers.
    """

    mistakes: int = 0
    caught: int = 0
    named: int = 0
    right: int = 0
    passed: int = 0
    blamed: int = 0
    uncaught: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def tally(unit: str, name: str, seeds: Sequence[int]) -> Tally:
    """Every mistake and every right answer of one exercise, graded with every seed."""
    exercise = next(e for e in UNITS[unit] if e.name == name)
    total = Tally()
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for seed in seeds:
            asked = exercise.kept(seed)
            # what a mistake replies is asked once, for itself and for the diagnosis of the others
            attempts: Attempts = {id(case): {} for case in asked.cases(np.random.default_rng(seed))}
            for mistake in exercise.mistakes:
                verdict = grade(asked, replying(mistake, asked, attempts), seed, attempts)
                caught, named = verdict.earned < verdict.points, mistake.name in verdict.reason
                uncaught, unnamed = (() if told else (mistake.name,) for told in (caught, named or not caught))
                total += Tally(mistakes=1, caught=caught, named=named, uncaught=uncaught, unnamed=unnamed)
            for answer in right_answers(unit)[name]:
                verdict = grade(asked, asking(asked, answer), seed, attempts)
                blamed = any(mark.cause for mark in verdict.marks)
                passed = verdict.outcome == "passed"
                total += Tally(right=1, passed=passed, blamed=blamed, refused=() if passed else (verdict.reason,))
    return total


def replying(mistake: Mistake, exercise: Exercise, attempts: Attempts) -> Ask:
    """Puts cases to the answer with a mistake, each of them once."""
    return lambda case: attempt(mistake, exercise, case, attempts[id(case)])


def right_answers(unit: str) -> Mapping[str, list[Any]]:
    """The right answers to each exercise of a unit: the model's, and those of the sample class."""
    return right_answers_in(unit, room(unit))


@cache
def right_answers_in(unit: str, room: str) -> Mapping[str, list[Any]]:
    """The same, as long as the unit's room is that one."""
    styles = [Sample("model", ""), *(sample for sample in samples(unit) if sample.name.startswith("right"))]
    names = [namespace(unit, style) for style in styles]
    return {exercise.name: [one[exercise.name] for one in names] for exercise in UNITS[unit]}


def namespace(unit: str, sample: Sample) -> dict[str, Any]:
    """Names as a notebook has them once its plain cells and a sample's answers have run, magics left out."""
    notebook = filled(build.instructor_notebook(build.source_of(unit)), sample.answers, sample.helpers)
    names: dict[str, Any] = {}
    with contextlib.chdir(build.source_of(unit).parent):  # where the unit's data lie
        for i, cell in enumerate(notebook["cells"]):
            if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", []) and not cell["source"].startswith("check("):
                lines = "\n".join("" if line.startswith("%") else line for line in cell["source"].split("\n"))
                exec(compile(lines, f"<cell {i}>", "exec"), names)
    return names


def share(part: int, whole: int) -> str:
    """A percentage that is 100 only where nothing is missing.

    >>> share(999_999, 1_000_000), share(3, 3)
    ('99.9999 %', '100 %')
    """
    return "100 %" if part == whole else f"{100 * part / whole:.6g} %"
