"""`check(answer)`: what a student calls, and what it shows."""

import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from course import time_limit, units
from course.errors import CheckFailed, NotAnAnswer
from course.judging.beside import stands_beside
from course.judging.exercise import Exercise
from course.judging.grading import Ask, better, grade
from course.judging.own_source import source_of, with_possible_mistakes
from course.judging.probes import PROBES, Reply
from course.judging.stubs import below_the_stub, functions_of
from course.judging.verdict import Verdict, number
from course.time_limit import SECONDS, late, within

OWN = "exercises"  # the folder beside a notebook, and in a class, where exercises of an instructor's own lie
MY_NETWORK = "my_network.py"  # beside a notebook: what a student has kept
PUBLIC_SEED = 2026  # the notebook's cases; the autograder draws others


def check(answer: Any, **numbers: float) -> None:
    """Show at once whether an answer is right, and if not, what is wrong, where, and where it can be told, why.

    `answer` is a function or class of yours that bears the name of an exercise, or is bound to it. Cases are drawn from a public
    seed: the marks come from the same judge with others. `numbers` are those of your variant of the exercise, as your notebook gives
    them. Exercises of an instructor's own are found in the folder `exercises` beside the notebook. Shows a verdict, and raises
    `CheckFailed` where it is not full marks; raises `NotAnAnswer`, a TypeError, for something that is no answer of this course.
    """
    units.UNITS.look_in(Path.cwd() / OWN)
    exercise = exercise_of(answer, sys._getframe(1).f_globals)
    if numbers:
        try:
            exercise = exercise.with_numbers(numbers)
        except ValueError as error:
            raise NotAnAnswer(f"{error}. Leave the cell that calls check as it was given to you.") from None
    result = grade_here(exercise, answer, PUBLIC_SEED)
    show(result)
    if hint := ATTEMPTS.hint_after(result):
        print(hint)
    if result.outcome != "passed":
        raise CheckFailed(f"{exercise.name}: {number(result.earned)} of {number(result.points)} points.", result.reason)


class Attempts:
    """How often each answer has failed its check in a row, and which of the hints above it to offer."""

    EACH = 2  # so many failed checks, and the next hint is offered
    HINTS = 3

    def __init__(self) -> None:
        self.failed: Counter[str] = Counter()

    def hint_after(self, result: Verdict) -> str:
        """A line that offers the next hint after a check, or "" where it is not yet time for one."""
        if result.outcome == "passed":
            self.failed[result.exercise] = 0
        elif result.outcome == "failed":
            self.failed[result.exercise] += 1
            step, rest = divmod(self.failed[result.exercise], self.EACH)
            if not rest:
                often = "twice" if step == 1 else f"{self.failed[result.exercise]} times"
                last = ", which works out another case to the end" if step >= self.HINTS else ""
                return f"That has failed {often} in a row: open Hint {min(step, self.HINTS)} above your answer{last}."
        return ""


ATTEMPTS = Attempts()


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
    if own in bound and not units.UNITS.own:
        raise NotAnAnswer(f"{unknown}. Did the notebook come with a folder `{OWN}`? Put that beside it.")
    raise NotAnAnswer(f"{unknown}. Give your answer the name in the notebook, as in `softmax = ...`, and call `check(softmax)`.")


def grade_here(exercise: Exercise, answer: Callable, seed: int) -> Verdict:
    """The verdict on an answer in this process: with the student's own earlier answers, or with right ones where that helps."""
    left = TimeLeft(SECONDS)
    if leaned := reference_used(exercise, answer, seed, left):
        owner = "" if leaned == MY_NETWORK else "the course's own "
        reason = f"the answer leans on {owner}`{leaned}`, which is not there when your notebook is graded: it has to stand alone."
        hint = "Write it out in this notebook, with numpy; what `mine` gives, and the course's reference, are there to compare with."
        return Verdict.alike(exercise, "failed", reason, hint)
    exercise = with_possible_mistakes(exercise, source_of(functions_of(answer)))
    verdict = grade(exercise, asking(exercise, answer, left), seed)
    if exercise.needs:
        verdict = better(verdict, lambda: grade_with_references(exercise, answer, seed))
    below = () if all(mark.outcome != "not written" for mark in verdict.marks) else below_the_stub(answer)
    return told_of_the_stub(verdict, below, of_a_class=isinstance(answer, type)) if below else verdict


def grade_function(exercise: Exercise, answer: Callable, seed: int) -> Verdict:
    """The verdict on an answer that is called right here."""
    return grade(exercise, asking(exercise, answer), seed)


@dataclass
class TimeLeft:
    """The time that all the questions about an answer have together, and what is left of it."""

    seconds: float
    used: float = 0.0

    def reply(self, probed: Callable[[], Reply]) -> Reply:
        """What an answer replies, right here, while there is time."""
        if self.used >= self.seconds:
            return Reply(problem=late(self.seconds))
        start = time.monotonic()
        reply = within(self.seconds - self.used, probed)
        self.used = self.seconds if reply is None else self.used + time.monotonic() - start
        return reply or Reply(problem=late(self.seconds))


def asking(exercise: Exercise, answer: Any, left: TimeLeft | None = None) -> Ask:
    """Puts cases to an answer right here."""
    left = left or TimeLeft(SECONDS)
    return lambda case: left.reply(lambda: PROBES[exercise.probe](answer, case.inputs, exercise.value_count))


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


def told_of_the_stub(verdict: Verdict, names: Sequence[str], *, of_a_class: bool) -> Verdict:
    """The verdict on an answer that is not written yet because code of its functions of these names stands below the stub."""
    where = f"in {' and '.join(f'`{name}`' for name in names)}, " if of_a_class else ""
    return unwritten_because(verdict, f"{where}your code stands below `raise NotImplementedError`, and is never reached: delete that line.")


def unwritten_because(verdict: Verdict, reason: str) -> Verdict:
    """The verdict, with a reason for what is not written yet."""
    marks = (replace(mark, reason=reason) if mark.outcome == "not written" else mark for mark in verdict.marks)
    return replace(verdict, marks=tuple(marks))


COURSE = Path(__file__).parent
JUDGES_OWN = {__file__, time_limit.__file__}  # what runs around an answer, and is no part of it


def reference_used(exercise: Exercise, answer: Callable, seed: int, left: TimeLeft | None = None) -> str:
    """The module of the course, or the file of kept answers, that an answer runs through when it is called; "" where it stands on its own.

    An answer that is itself in the file of kept answers may use what else is there.
    """
    own = {function.__code__.co_filename for function in functions_of(answer)}
    case = next(iter(exercise.cases(np.random.default_rng(seed))))
    used: list[str] = []

    def on_call(frame: types.FrameType, event: str, _: object) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path not in JUDGES_OWN and (module := answers_module(path) or kept_by_the_student(path, own)):
            used.append(module)

    probe, returns = PROBES[exercise.probe], exercise.value_count

    def probed() -> Reply:
        with profiling(on_call):
            return probe(answer, case.inputs, returns)

    (left or TimeLeft(SECONDS)).reply(probed)
    return used[0] if used else ""


def answers_module(path: str) -> str:
    """The module that a file is, where it knows right answers: of the course, or of an instructor's own exercises; "" elsewhere."""
    if path.startswith(str(COURSE)):
        module = ".".join(part for part in Path(path).relative_to(COURSE).with_suffix("").parts if part != units.PACK)
        return "" if stands_beside(module) else f"course.{module}"
    return f"{OWN}.{Path(path).parent.name}.{Path(path).stem}" if units.UNITS.own.holds(path) else ""


def kept_by_the_student(path: str, own: Container[str]) -> str:
    """The file of kept answers, where a path is that and is not an answer's own; "" elsewhere."""
    return MY_NETWORK if Path(path).name == MY_NETWORK and path not in own else ""


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
