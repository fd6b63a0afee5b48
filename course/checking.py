"""`check(answer)`: what a student calls, and what it shows."""

import ast
import functools
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from course import units
from course.errors import CheckFailed, NotAnAnswer
from course.judging.beside import stands_beside
from course.judging.exercise import Exercise
from course.judging.grading import Ask, better, grade
from course.judging.own_source import source_of, with_possible_mistakes
from course.judging.probes import PROBES
from course.judging.verdict import Verdict, number

PUBLIC_SEED = 2026  # the notebook's cases; the autograder draws others


def check(answer: Any) -> None:
    """Show at once whether an answer is right, and if not, what is wrong, where, and where it can be told, why.

    `answer` is a function or class of yours that bears the name of an exercise, or is bound to it. Cases are drawn from a public
    seed: the marks come from the same judge with others. Shows a verdict, and raises `CheckFailed` where it is not full marks;
    raises `NotAnAnswer`, a TypeError, for something that is no answer of this course.
    """
    exercise = exercise_of(answer, sys._getframe(1).f_globals)
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


def exercise_of(answer: Any, names: Mapping[str, Any]) -> Exercise:
    """The exercise that an answer answers: the one whose name it is bound to among `names`, as the judge finds it, or bears itself."""
    if not callable(answer):
        raise NotAnAnswer(f"check expects the answer itself, as in check(linear_backward); got {type(answer).__name__} {answer!r:.60}")
    own = str(getattr(answer, "__name__", ""))
    bound = [name for name, value in names.items() if value is answer]
    if own in bound and (found := units.find(own)):
        return found
    answered = [found for name in bound if (found := units.find(name))] or [found for found in [units.find(own)] if found]
    if len(answered) == 1:
        return answered[0]
    if answered:
        both = " and ".join(f"`{exercise.name}`" for exercise in answered)
        raise NotAnAnswer(f"{both} are names of one and the same answer, and check cannot tell which is meant: define each by itself.")
    name = next(iter(bound), own)
    if close := units.suggestion(name):
        raise NotAnAnswer(f"no exercise is called {name!r}{close}")
    unknown = f"no exercise is called {name!r}" if name.isidentifier() else f"this {type(answer).__name__} has no name"
    raise NotAnAnswer(f"{unknown}. Give your answer the name in the notebook, as in `softmax = ...`, and call `check(softmax)`.")


def grade_here(exercise: Exercise, answer: Callable, seed: int) -> Verdict:
    """The verdict on an answer in this process: with the student's own earlier answers, or with right ones where that helps."""
    if leaned := reference_used(exercise, answer, seed):
        reason = f"the answer leans on the course's own `{leaned}`, which is not there when your notebook is graded: it has to stand alone."
        hint = "Write the formula with numpy; the reference is there to compare with."
        return Verdict.alike(exercise, "failed", reason, hint)
    exercise = with_possible_mistakes(exercise, source_of(functions_of(answer)))
    verdict = grade_function(exercise, answer, seed)
    if exercise.needs:
        verdict = better(verdict, lambda: grade_with_references(exercise, answer, seed))
    return told_of_the_stub(verdict, answer)


def grade_function(exercise: Exercise, answer: Callable, seed: int) -> Verdict:
    """The verdict on an answer that is called right here."""
    return grade(exercise, asking(exercise, answer), seed)


def asking(exercise: Exercise, answer: Any) -> Ask:
    """Puts cases to an answer right here."""
    return lambda case: PROBES[exercise.probe](answer, case.inputs, exercise.value_count)


def grade_with_references(exercise: Exercise, answer: Any, seed: int) -> Verdict:
    """The verdict on an answer that calls right versions of the answers it needs."""
    with lending(answer, exercise.needs):
        return grade_function(exercise, answer, seed)


@contextmanager
def lending(answer: Any, needs: Iterable[str]) -> Iterator[None]:
    """Right versions of earlier answers, bound where an answer looks up its names, as in the judge's worker; then what was there before."""
    lent = {name: units.exercise(name).lend for name in needs}
    places = {id(function.__globals__): function.__globals__ for function in functions_of(answer)}.values()
    before = [(place, {name: place[name] for name in lent if name in place}) for place in places]
    try:
        for place in places:
            place.update(lent)
        yield
    finally:
        for place, held in before:
            for name in lent:
                place.pop(name, None)
            place.update(held)


def functions_of(answer: Any) -> Iterator[types.FunctionType]:
    """The functions that an answer is made of: itself, what it wraps, or its methods."""
    waiting, seen = [answer], set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, types.FunctionType):
            yield part
        waiting += parts_of(part)


def parts_of(part: Any) -> list[Any]:
    """What a class holds, or what a callable calls in its turn."""
    if isinstance(part, type):
        return [held for base in part.__mro__ for held in vars(base).values()]
    if isinstance(part, (functools.partial, functools.partialmethod, functools.cached_property)):
        return [part.func]
    if isinstance(part, np.vectorize):
        return [part.pyfunc]
    if isinstance(part, (staticmethod, classmethod, types.MethodType)):
        return [part.__func__]
    if isinstance(part, property):
        return [part.fget, part.fset]
    called = inspect.getattr_static(type(part), "__call__", None)
    return [getattr(part, "__dict__", {}).get("__wrapped__"), called if isinstance(called, types.FunctionType) else None]


def told_of_the_stub(verdict: Verdict, answer: Any) -> Verdict:
    """The verdict; where an answer is not written yet because its code stands below the stub's `raise`, that is said."""
    if all(mark.outcome != "not written" for mark in verdict.marks):
        return verdict
    names = [f"`{function.__name__}`" for function in functions_of(answer) if has_code_below_the_stub(function)]
    if not names:
        return verdict
    where = f"in {' and '.join(names)}, " if isinstance(answer, type) else ""
    reason = f"{where}your code stands below `raise NotImplementedError`, and is never reached: delete that line."
    marks = (replace(mark, reason=reason) if mark.outcome == "not written" else mark for mark in verdict.marks)
    return replace(verdict, marks=tuple(marks))


def has_code_below_the_stub(function: types.FunctionType) -> bool:
    """Whether statements stand directly below a `raise NotImplementedError`; False where the source cannot be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    blocks = (block for node in ast.walk(tree) for _, block in ast.iter_fields(node) if isinstance(block, list))
    return any(is_the_stub(above) and not says_nothing(below) for block in blocks for above, below in pairwise(block))


def is_the_stub(statement: ast.AST) -> bool:
    """Whether a statement is `raise NotImplementedError`, called or not."""
    return isinstance(statement, ast.Raise) and ast.unparse(statement).startswith("raise NotImplementedError")


def says_nothing(statement: ast.AST) -> bool:
    """Whether a statement is `pass`, `...` or a mere text."""
    return isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))


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
