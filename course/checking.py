"""`check(answer)`: what a student calls, and what it shows."""

import sys
import types
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from course import units
from course.errors import CheckFailed
from course.judging.beside import stands_beside
from course.judging.exercise import Exercise
from course.judging.grading import Ask, better, grade
from course.judging.probes import PROBES
from course.judging.verdict import Verdict, number

PUBLIC_SEED = 2026  # the notebook's cases; the autograder draws others


def check(answer: Any) -> None:
    """Show at once whether an answer is right, and if not, what is wrong, where, and where it can be told, why.

    `answer` is a function or class of yours that bears the name of an exercise. Cases are drawn from a public seed: the marks come
    from the same judge with others. Shows a verdict, and raises `CheckFailed` where it is not full marks; raises TypeError for
    something that is no answer of this course.
    """
    exercise = exercise_of(answer)
    result = grade_here(exercise, answer, PUBLIC_SEED)
    show(result)
    if result.outcome != "passed":
        raise CheckFailed(f"{exercise.name}: {number(result.earned)} of {number(result.points)} points. {result.reason}")


@contextmanager
def once_written() -> Iterator[None]:
    """Say in one line that a cell needs an answer that is not written yet, in place of an error.

    >>> with once_written():
    ...     raise NotImplementedError
    This cell uses an answer that is not written yet. Write it, then run this cell again.
    """
    try:
        yield
    except NotImplementedError:
        print("This cell uses an answer that is not written yet. Write it, then run this cell again.")


def exercise_of(answer: Any) -> Exercise:
    """The exercise that an answer answers, by its name."""
    name = getattr(answer, "__name__", None)
    if not callable(answer) or name is None:
        raise TypeError(f"check expects the answer itself, as in check(linear_backward); got {type(answer).__name__} {answer!r:.60}")
    try:
        return units.exercise(name)
    except KeyError as error:
        raise TypeError(error.args[0]) from None


def grade_here(exercise: Exercise, answer: Callable, seed: int) -> Verdict:
    """The verdict on an answer in this process: with the student's own earlier answers, or with right ones where that helps."""
    if leaned := reference_used(exercise, answer, seed):
        reason = f"the answer leans on the course's own `{leaned}`, which is not there when your notebook is graded: it has to stand alone."
        hint = "Write the formula with numpy; the reference is there to compare with."
        return Verdict.alike(exercise, "failed", reason, hint)
    own = grade_function(exercise, answer, seed)
    if not exercise.needs or not isinstance(answer, types.FunctionType):
        return own
    return better(own, lambda: grade_function(exercise, with_references(answer, exercise.needs), seed))


def grade_function(exercise: Exercise, answer: Callable, seed: int) -> Verdict:
    """The verdict on an answer that is called right here."""
    return grade(exercise, asking(exercise, answer), seed)


def asking(exercise: Exercise, answer: Any) -> Ask:
    """Puts cases to an answer right here."""
    return lambda case: PROBES[exercise.probe](answer, case.inputs, exercise.value_count)


def with_references(answer: types.FunctionType, needs: Iterable[str]) -> Callable:
    """A copy of an answer that calls right versions of the answers it needs."""
    around = answer.__globals__ | {name: units.exercise(name).lend for name in needs}
    copy = types.FunctionType(answer.__code__, around, answer.__name__, answer.__defaults__, answer.__closure__)
    copy.__kwdefaults__ = answer.__kwdefaults__
    return copy


COURSE = Path(__file__).parent


def reference_used(exercise: Exercise, answer: Callable, seed: int) -> str:
    """The module of the course that an answer runs through when it is called, or "" where it stands on its own."""
    case = next(iter(exercise.cases(np.random.default_rng(seed))))
    used: list[str] = []

    def on_call(frame: types.FrameType, event: str, _: object) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path.startswith(str(COURSE)) and path != __file__:
            module = ".".join(Path(path).relative_to(COURSE).with_suffix("").parts)
            if not stands_beside(module):
                used.append(f"course.{module}")

    probe, returns = PROBES[exercise.probe], exercise.value_count
    with profiling(on_call):
        probe(answer, case.inputs, returns)
    return used[0] if used else ""


@contextmanager
def profiling(function: Callable) -> Iterator[None]:
    """Every Python call is told to `function`; whoever profiled before goes on afterwards."""
    before = sys.getprofile()
    sys.setprofile(function)
    try:
        yield
    finally:
        sys.setprofile(before)


def show(result: Verdict) -> None:
    """The verdict as a page where there is one to show it on, as text elsewhere."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        sys.modules["IPython"].display.display(result)
    else:
        print(result)
