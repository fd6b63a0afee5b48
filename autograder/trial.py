"""Exercises of an instructor's own tried out before a student meets them: what does not work is told with its file and line."""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from nbformat.notebooknode import NotebookNode

from autograder import build
from course.checking import asking
from course.errors import BrokenExercise
from course.judging.exercise import Case, Exercise, Mistake
from course.judging.grading import grade
from course.judging.witness import GradientWitness
from course.units import UNITS
from course.units.own import where, words_of

SEED = 1


def try_out(unit: str, notebook: NotebookNode) -> None:
    """Try out every exercise of one's own unit. Raises BrokenExercise for the first that does not work, with what to do."""
    answers = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    elsewhere = {name for other in UNITS if other != unit for name in UNITS.exercise_names(other)}
    for exercise in UNITS[unit]:
        path = UNITS.own.folder(unit) / f"{exercise.name}.py"
        if exercise.name in elsewhere:
            raise BrokenExercise(f"{path}: another unit has an exercise of that name, too, and answers are found by it. Rename this one.")
        if exercise.name not in answers:
            cell = f'# %% exercise="{exercise.name}"'
            raise BrokenExercise(f"{build.source_of(unit)} has no place for `{exercise.name}`: expected a cell `{cell}`.")
        with told_where(path), np.errstate(all="ignore"):
            check(exercise, path)


@contextmanager
def told_where(path: Path, doing: str = "") -> Iterator[None]:
    """Turn any error of an exercise's own code into a sentence with its file and line, and what was being done."""
    try:
        yield
    except BrokenExercise:
        raise
    except Exception as error:
        raise BrokenExercise(f"{where(error, path)}: {doing}{type(error).__name__}: {words_of(error)}. Put it right.") from error


def check(exercise: Exercise, path: Path) -> None:
    """Raise BrokenExercise where an exercise asks nothing about a criterion, refuses its right answer, or lets a mistake pass."""
    asked: set[str] = set()
    for case in exercise.cases(np.random.default_rng(SEED)):
        with told_where(path, f"what is expected in the case “{case.name}”: "):
            asked |= exercise.expected(case).keys()
    if differing := asked ^ {criterion.name for criterion in exercise.criteria}:
        names = " and ".join(sorted(differing))
        raise BrokenExercise(f"{path}: the criteria and what is expected do not go together: {names} is missing in one of the two.")
    wrong = {mistake: answer_with(mistake, exercise, path) for mistake in exercise.mistakes}
    verdict = grade(exercise, asking(exercise, exercise.right), SEED)
    if verdict.outcome != "passed":
        line = inspect.getsourcelines(exercise.right)[1]
        raise BrokenExercise(f"{path}, line {line}: the right answer does not pass. {verdict.reason} {advice(exercise)}")
    for mistake, answer in wrong.items():
        if grade(exercise, asking(exercise, answer), SEED).outcome == "passed":
            place = f"{path}, line {line_of(path, mistake.name)}"
            raise BrokenExercise(f"{place}: the mistake “{mistake.name}” is not caught: it gets full marks. Add a case that tells.")


def answer_with(mistake: Mistake, exercise: Exercise, path: Path) -> Callable:
    """The answer that makes a mistake. Raises BrokenExercise where that cannot be made."""
    try:
        return exercise.answer_with(mistake)
    except (ValueError, SyntaxError) as error:
        place, reason = f"{path}, line {line_of(path, mistake.name)}", str(error).splitlines()[0].removesuffix(" in")
        raise BrokenExercise(f"{place}: the mistake “{mistake.name}” cannot be made: {reason}.") from error


def advice(exercise: Exercise) -> str:
    """What may be wrong where a right answer does not pass."""
    witness = exercise.expected
    if isinstance(witness, GradientWitness) and not witness.measured:
        ordinary = functools.partial(ordinary_cases, exercise)
        measured = replace(exercise, cases=ordinary, expected=replace(witness, measured=True))
        if grade(measured, asking(exercise, exercise.right), SEED).outcome == "passed":
            return "By finite differences it does: complex numbers get lost in the loss. Write `measured_gradient_of` for `gradient_of`."
    return "Which of the two is wrong, it or what is expected?"


def ordinary_cases(exercise: Exercise, rng: np.random.Generator) -> Iterator[Case]:
    """The cases of an exercise in which finite differences can be had."""
    return (case for case in exercise.cases(rng) if not case.entrywise)


def line_of(path: Path, text: str) -> int:
    """The line of a file where a text first stands."""
    before, _, _ = path.read_text(encoding="utf-8").partition(text)
    return before.count("\n") + 1
