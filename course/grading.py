"""Grading an answer: cases asked, arrays compared, a verdict given.

`grade(exercise, ask, seed)` puts the exercise's cases to an answer. How a case reaches the answer is the caller's business: in the
notebook `ask` calls the probe, in the autograder it sends a frame to a locked-down worker.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from course import heatmap
from course.diagnosis import Answered, asked_for, not_comparable, not_testable, raised, wrong_value
from course.exercises.base import Array, Case, Criterion, Exercise, Expected, Finding, Property
from course.probes import Reply
from course.verdict import Mark, Verdict

Ask = Callable[[Case], Reply]

DOUBLE, SINGLE = 1e-8, 1e-4  # relative tolerances for float64 and for float32, against an array's largest entry
SINGLE_ENTRYWISE = 2e-2  # float32 held to each entry's own size: 1 - σ(11) has few digits left
ORDINARY = 1e-2  # what an entry of an ordinary case is at least compared to: sums of both signs may cancel


class CouldNotGrade(Exception):
    """The fault is ours, never the student's: no mark is given, and the reason says why."""


@dataclass(frozen=True)
class Exchange:
    """A case, what was replied to it, what was expected, and what answers with known mistakes reply, as far as they were tried."""

    case: Case
    reply: Reply
    expected: Mapping[str, Expected | Property]
    attempts: dict[str, Reply]


def grade(exercise: Exercise, ask: Ask, seed: int, attempts: Mapping[int, dict[str, Reply]] | None = None) -> Verdict:
    """The verdict on an answer: every case asked, and every criterion passed in all of them, or failed for the first reason met.

    `attempts` serves one who grades many answers with the same cases: by the `id` of a case, what answers with known mistakes
    reply to it, to be filled here.
    """
    try:
        exchanges = list(put_cases(exercise, ask, seed, attempts or {}))
    except CouldNotGrade as error:
        marks = [Mark(c.name, c.points, "could not grade", str(error)) for c in exercise.criteria]
    else:
        with np.errstate(all="ignore"):  # an answer may hold any numbers
            marks = marks_for(exercise, exchanges)
    return Verdict(exercise.name, exercise.asks, tuple(marks))


def marks_for(exercise: Exercise, exchanges: Sequence[Exchange]) -> list[Mark]:
    """A mark for each criterion; none for anyone who hands in finite differences."""
    if any(finite_differences(answered_by(exercise, criterion, exchanges)) for criterion in exercise.criteria):
        return [Mark(c.name, c.points, "failed", *FINITE_DIFFERENCES) for c in exercise.criteria]
    return [mark(exercise, criterion, exchanges) for criterion in exercise.criteria]


def better(first: Verdict, second: Callable[[], Verdict]) -> Verdict:
    """The better of two verdicts; the second is asked for only where the first leaves something to gain."""
    if first.outcome in ("passed", "could not grade"):
        return first
    other = second()
    if other.earned <= first.earned:
        return first
    return replace(other, note=f"Counted with right versions of the answers it calls. With your own: {first.reason}")


def put_cases(exercise: Exercise, ask: Ask, seed: int, attempts: Mapping[int, dict[str, Reply]]) -> Iterator[Exchange]:
    """Every case with its reply; nothing more is asked of an answer that is not written, or that broke off.

    A case about some of the criteria decides on those alone: the others are still asked.
    """
    for case in exercise.cases(np.random.default_rng(seed)):
        reply = ask(case)
        yield Exchange(case, reply, exercise.expected(case), attempts.get(id(case), {}))
        if (reply.not_written or reply.problem) and not case.criteria:
            return


def mark(exercise: Exercise, criterion: Criterion, exchanges: Sequence[Exchange]) -> Mark:
    """One criterion's mark, from all that was asked about it, and replied."""
    asked = [exchange for exchange in exchanges if criterion.name in exchange.expected]
    if not asked:
        return Mark(criterion.name, criterion.points, "could not grade", "the course has no question about it, which is a fault of ours")
    if any(exchange.reply.not_written for exchange in asked):
        return Mark(criterion.name, criterion.points, "not written", "not written yet")
    answered = answered_by(exercise, criterion, asked)
    for exchange in asked:
        if finding := whole_reply(exercise, exchange) or wrong(exercise, criterion, exchange, answered):
            return Mark(criterion.name, criterion.points, "failed", finding.reason, finding.hint, finding.cause, finding.where)
    return Mark(criterion.name, criterion.points, "passed")


def answered_by(exercise: Exercise, criterion: Criterion, exchanges: Sequence[Exchange]) -> list[Answered]:
    """What was returned for one criterion, case by case, where one right value is expected."""
    return [
        Answered(exercise, criterion, exchange.case, expected, exchange.reply.arrays, exchange.attempts)
        for exchange in exchanges
        if isinstance(expected := exchange.expected.get(criterion.name), Expected)
    ]


def whole_reply(exercise: Exercise, exchange: Exchange) -> Finding | None:
    """What is wrong with a reply as a whole, whichever array is asked for."""
    reply, case = exchange.reply, exchange.case
    if reply.problem:
        return raised(exercise, case, reply.problem, exchange.attempts)
    if reply.changed:
        names = " and ".join(f"`{name}`" for name in reply.changed)
        return Finding(
            f"the answer changed its input {names} in place: whoever called it now holds other numbers than before.",
            "`a += b`, `a -= b`, `a[...] = b` and `out=` write into the array they are given: write `a = a + b`, or copy first.",
        )
    if len(reply.arrays) > exercise.values and exercise.probe == "call":
        return Finding(f"{len(reply.arrays)} values were returned: {asked_for(exercise)}.")
    return None


def wrong(exercise: Exercise, criterion: Criterion, exchange: Exchange, answered: Sequence[Answered]) -> Finding | None:
    """What is wrong with the reply to one case, as far as a criterion is concerned, or None."""
    one = exchange.expected[criterion.name]
    if isinstance(one, Property):
        arrays = exchange.reply.arrays
        return not_testable(exercise, arrays) or one.test(*arrays)
    return compare(next(a for a in answered if a.case is exchange.case), answered)


def compare(one: Answered, all_cases: Sequence[Answered]) -> Finding | None:
    """What is wrong with the array returned in one case, or None."""
    if finding := not_comparable(one, all_cases):
        return finding
    got, right = np.asarray(one.got), np.asarray(one.expected.value, dtype=float)
    excess = excess_of(got, one.expected, one.case)
    if not (excess > 0).any():
        return None
    with np.errstate(over="ignore"):
        relative = excess / np.maximum(np.abs(right), np.finfo(float).tiny) if one.case.entrywise else excess
    index = np.unravel_index(int(np.argmax(relative)), excess.shape)
    finding = wrong_value(one, all_cases, tuple(int(i) for i in index), excess > 0)
    return replace(finding, where=heatmap.levels(excess > 0, got - right, float(np.abs(right).max(initial=0.0))))


def excess_of(got: Array, expected: Expected, case: Case) -> Array:
    """By how much each entry differs beyond what rounding explains: positive where it is wrong."""
    single = got.dtype == np.float32 or single_inputs(case)
    size = np.abs(np.asarray(expected.value, dtype=float))
    if case.entrywise:
        tolerance = (SINGLE_ENTRYWISE if single else DOUBLE) * size
    else:
        tolerance = (SINGLE if single else DOUBLE) * np.maximum(size.max(initial=0.0), ORDINARY)
    with np.errstate(invalid="ignore"):
        difference = np.abs(got.astype(float) - expected.value)
    return np.where(np.isfinite(got), difference - expected.slack - tolerance, np.inf)


def single_inputs(case: Case) -> bool:
    """Whether a case is put in float32."""
    return any(isinstance(value, np.ndarray) and value.dtype == np.float32 for value in case.inputs.values())


FINITE_DIFFERENCES = (
    "these are finite differences: close to the derivative where numbers are of ordinary size, and lost in rounding where they are "
    "not. The gradient by formula is asked for, and this earns nothing.",
    "Use finite differences to test your formula, not in its place.",
)
CLOSE, ROUNDING, WORSE = 1e-3, 3e-14, 100


def finite_differences(answered: Sequence[Answered]) -> bool:
    """Whether a gradient was made of finite differences, and not by a formula.

    In the ordinary cases such an answer is close, though not as close as rounding alone would leave it; in the cases that mix
    scales, or stand beside a kink, it is far worse. A right formula is exact in both, and a wrong one is close in neither.
    """
    ordinary, entrywise = 0.0, 0.0
    for one in answered:
        got, right = one.got, one.expected.value
        if not one.expected.derivative or not isinstance(got, np.ndarray) or got.shape != right.shape or not np.isfinite(got).all():
            return False
        if np.any(one.expected.slack) or single_inputs(one.case):
            continue
        error, size = np.abs(got.astype(float) - right), np.abs(right)
        if not one.case.entrywise:
            ordinary = max(ordinary, float(error.max(initial=0.0)) / max(float(size.max(initial=0.0)), ORDINARY))
        elif (excess_of(got, one.expected, one.case) > 0).any():
            with np.errstate(over="ignore"):
                entrywise = max(entrywise, float((error / np.maximum(size, np.finfo(float).tiny)).max(initial=0.0)))
    return ROUNDING < ordinary < CLOSE and entrywise > WORSE * ordinary
