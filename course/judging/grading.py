"""Grading an answer: cases asked, values compared, a verdict given.

`grade(exercise, ask, seed)` puts the exercise's cases to an answer. How a case reaches the answer is the caller's business: in the
notebook `ask` calls the probe, in the autograder it sends a frame to a locked-down worker.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from course.errors import CouldNotGrade
from course.judging.answered import Answered, Exchange, same_array, taken_apart
from course.judging.compare import excess_of, single_inputs
from course.judging.diagnosis import explained, raised
from course.judging.exercise import Case, Criterion, Exercise, Expected, Finding, Mistake, Property
from course.judging.lines import Lines
from course.judging.pairs import Cause, two_causes
from course.judging.probes import NotAnArray, Reply
from course.judging.properties import broken, with_cause
from course.judging.relations import relation_in
from course.judging.thresholds import CLOSE, MOST_NUMBERS, ORDINARY, ROUNDING, WORSE
from course.judging.variations import IN_PLACE, variation_in
from course.judging.verdict import Mark, Verdict

Ask = Callable[[Case], Reply]


def grade(exercise: Exercise, ask: Ask, seed: int, attempts: Mapping[int, dict[Mistake, Reply]] | None = None) -> Verdict:
    """The verdict on an answer: every case asked, and every criterion passed in all of them, or failed for the first reason met.

    `attempts` serves one who grades many answers with the same cases: by the `id` of a case, what answers with known mistakes
    reply to it, to be filled here.
    """
    try:
        exchanges = list(put_cases(exercise, ask, seed, attempts or {}))
    except CouldNotGrade as error:
        return Verdict.alike(exercise, "could not grade", str(error))
    with np.errstate(all="ignore"):  # an answer may hold any numbers
        answered = {criterion.name: answered_by(exercise, criterion, exchanges) for criterion in exercise.criteria}
        if any(map(made_of_finite_differences, answered.values())):
            return Verdict.alike(exercise, "failed", *FINITE_DIFFERENCES)
        everything = [one for of_one in answered.values() for one in of_one]
        marks = [mark(exercise, criterion, exchanges, everything) for criterion in exercise.criteria]
        lines = Lines()
        marks = [varied(one, exchanges, everything, lines) for one in marks]
        return Verdict(exercise.name, exercise.asks, tuple(with_two_causes(exercise, marks, exchanges, everything)))


def passed(exercise: Exercise, ask: Ask, seed: int) -> Verdict | None:
    """The verdict on an answer that passes; None for any other, at the first sign of it, without a search for the reason."""
    exchanges = []
    for exchange in put_cases(exercise, ask, seed, {}):
        reply = exchange.reply
        if reply.problem or reply.not_written or reply.changed or wrong_reply(exercise, exchange):
            return None
        exchanges.append(exchange)
    with np.errstate(all="ignore"):
        for criterion in exercise.criteria:
            answered = answered_by(exercise, criterion, exchanges)
            if any(one.got is None or one.difference for one in answered) or made_of_finite_differences(answered):
                return None
        properties = [(one, exchange) for exchange in exchanges for one in exchange.expected.values() if isinstance(one, Property)]
        if any(broken(exercise, one, exchange.reply) for one, exchange in properties):
            return None
    asked = {name for exchange in exchanges for name in exchange.expected}
    return Verdict.alike(exercise, "passed", "") if asked >= {criterion.name for criterion in exercise.criteria} else None


def better(first: Verdict, second: Callable[[], Verdict]) -> Verdict:
    """The better of two verdicts; the second is asked for only where the first leaves something to gain."""
    if first.outcome in ("passed", "could not grade"):
        return first
    other = second()
    if other.earned <= first.earned:
        return first
    return replace(other, note=f"Counted with right versions of the answers it calls. With your own: {first.reason}")


def put_cases(exercise: Exercise, ask: Ask, seed: int, attempts: Mapping[int, dict[Mistake, Reply]]) -> Iterator[Exchange]:
    """Every case with its reply; nothing more is asked of an answer that is not written, or that broke off.

    A case about some of the criteria decides on those alone: the others are still asked.
    """
    for case in exercise.cases(np.random.default_rng(seed)):
        reply = taken_apart(ask(case), exercise, case)
        yield Exchange(case, reply, exercise.expected(case), attempts.get(id(case), {}))
        if (reply.not_written or reply.problem) and not case.criteria:
            return


def mark(exercise: Exercise, criterion: Criterion, exchanges: Sequence[Exchange], everything: Sequence[Answered]) -> Mark:
    """One criterion's mark, from all that was asked about it, and replied."""
    asked = [exchange for exchange in exchanges if criterion.name in exchange.expected]
    if not asked:
        return Mark(criterion.name, criterion.points, "could not grade", "the course has no question about it, which is a fault of ours")
    if any(exchange.reply.not_written for exchange in asked):
        return Mark(criterion.name, criterion.points, "not written", "not written yet")
    for exchange in simplest_first(asked, [one for one in everything if one.criterion is criterion]):
        if finding := wrong_reply(exercise, exchange) or wrong_value(exercise, criterion, exchange, exchanges, everything):
            hint = exercise.mistake(finding.cause).hint if finding.cause else finding.hint
            return Mark(criterion.name, criterion.points, "failed", finding.reason, hint, finding.cause, finding.where)
    return Mark(criterion.name, criterion.points, "passed")


def simplest_first(asked: Sequence[Exchange], answered: Sequence[Answered]) -> list[Exchange]:
    """Exchanges in the order in which they are looked at: what tells most first, and the smallest of it.

    Values come before errors, and what is plainly wrong in ordinary numbers before all else. Where no value is expected, but a
    property, the order stays that of the cases.
    """
    telling = {id(one.case) for one in answered if one.telling and not one.nearly_right and not single_inputs(one.case)}

    def place(exchange: Exchange) -> tuple[bool, bool, int]:
        return bool(exchange.reply.problem), id(exchange.case) not in telling, exchange.case.size if answered else 0

    return sorted(asked, key=place)


def varied(one: Mark, exchanges: Sequence[Exchange], everything: Sequence[Answered], lines: Lines) -> Mark:
    """The mark, with a cause where none is known and a small variation of the right answer explains what was returned.

    Of an answer that changes its inputs that is said first; a variation that does not change the same explains the numbers alone.
    """
    if not unexplained(one, exchanges, everything):
        return one
    mistake = variation_in([answered for answered in everything if answered.criterion.name == one.criterion], everything, lines)
    if mistake is None:
        return one
    changing = [each for each in exchanges if each.reply.changed and mistake in each.attempts]
    if any(each.attempts[mistake].changed != each.reply.changed for each in changing):
        one = replace(one, reason=f"{one.reason} What it returned is wrong, too.")
        return replace(one, cause=mistake.name, hint=f"{one.hint} {mistake.hint}")
    return replace(one, cause=mistake.name, hint=mistake.hint)


def with_two_causes(
    exercise: Exercise, marks: Sequence[Mark], exchanges: Sequence[Exchange], everything: Sequence[Answered]
) -> Iterator[Mark]:
    """The marks, with two mistakes named where one leaves something unexplained and two explain it all."""
    failed = [criterion for criterion, one in zip(exercise.criteria, marks, strict=True) if one.outcome == "failed"]
    causes: Mapping[str, Cause] = {}
    if any(unexplained(one, exchanges, everything) for one in marks):
        causes = two_causes(exercise, exchanges, failed, [one.case for one in everything if one.difference])
    for one in marks:
        cause = causes.get(one.criterion)
        yield replace(one, cause=cause.name, hint=cause.hint) if cause else one


def unexplained(one: Mark, exchanges: Sequence[Exchange], everything: Sequence[Answered]) -> bool:
    """Whether neither a cause nor a relation is known of a criterion that failed, though its numbers may have one."""
    if one.outcome != "failed" or one.cause:
        return False
    expected = [exchange.expected[one.criterion] for exchange in exchanges if one.criterion in exchange.expected]
    if isinstance(expected[0], Property):
        return expected[0].reproducible
    of_one = [a for a in everything if a.criterion.name == one.criterion]
    wrong = {id(a.case): a for a in of_one if a.difference and a.difference.explicable}
    shown = next((wrong[id(each.case)] for each in simplest_first(exchanges, of_one) if id(each.case) in wrong), None)
    return shown is not None and not shown.nearly_right and relation_in(shown, everything) is None


def answered_by(exercise: Exercise, criterion: Criterion, exchanges: Sequence[Exchange]) -> list[Answered]:
    """What was returned for one criterion, case by case, where one right value is expected."""
    return [
        Answered(exercise, criterion, exchange.case, expected, exchange.reply.arrays, exchange.attempts)
        for exchange in exchanges
        if isinstance(expected := exchange.expected.get(criterion.name), Expected)
    ]


def wrong_reply(exercise: Exercise, exchange: Exchange) -> Finding | None:
    """What is wrong with a reply as a whole, whichever value is asked for; None where its values can be looked at."""
    reply, case = exchange.reply, exchange.case
    if reply.problem:
        return raised(exercise, case, reply.problem, exchange.attempts)
    if reply.changed:
        names = " and ".join(f"`{name}`" for name in reply.changed)
        return Finding(
            f"the answer changed its input {names} in place: whoever called it now holds other numbers than before.",
            IN_PLACE,
        )
    if all(isinstance(value, NotAnArray) and value.what == "None" for value in reply.arrays):
        return Finding(f"nothing was returned: is there a `return`? The answer has to {asked_for(exercise)}.")
    if (count := sum(value.size for value in reply.arrays if isinstance(value, np.ndarray))) > MOST_NUMBERS:
        return Finding(f"the answer returned {count:,} numbers, and more than {MOST_NUMBERS:,} are not looked at (case “{case.name}”).")
    if len(reply.arrays) > exercise.value_count and exercise.probe == "call":
        return Finding(f"{len(reply.arrays)} values were returned: {asked_for(exercise)}.")
    return None


def wrong_value(
    exercise: Exercise, criterion: Criterion, exchange: Exchange, exchanges: Sequence[Exchange], everything: Sequence[Answered]
) -> Finding | None:
    """What is wrong with the reply to one case, as far as a criterion is concerned, or None."""
    expected = exchange.expected[criterion.name]
    if isinstance(expected, Property):
        finding = broken(exercise, expected, exchange.reply)
        return with_cause(finding, exercise, criterion, exchange, exchanges) if finding else None
    one = next(a for a in everything if a.case is exchange.case and a.criterion is criterion)
    if one.got is not None and one.difference is None:
        return None
    found = explained(one.difference, one, everything) if one.difference else Finding("")
    return replace(too_few(one, everything), cause=found.cause) if is_missing(one) else found


def is_missing(one: Answered) -> bool:
    """Whether a value is not there: none stands in its place, or the only one that was returned, which may be any of them."""
    return one.got is None or (len(one.returned) == 1 < one.exercise.value_count and isinstance(one.got, np.ndarray))


def too_few(one: Answered, everything: Sequence[Answered]) -> Finding:
    """That fewer values were returned than are asked for, which of them a single one is, and in which case where there are others."""
    of_case = {id(other.case): other for other in everything}
    count, asked = len(one.returned), one.exercise.value_count
    where = f" (case “{one.case.name}”)" if any(len(other.returned) != count for other in of_case.values()) else ""
    names = f": `({', '.join(criterion.name for criterion in one.exercise.criteria)})`" if one.exercise.returns is None else ""
    fact = f"the answer returned {count} value{'' if count == 1 else 's'}, where {asked} are asked for{names}{where}."
    if count == 1 and len(alone := [criterion for criterion in one.exercise.criteria if is_all(criterion, everything)]) == 1:
        fact = f"{fact} It is `{alone[0].name}`."
    return Finding(fact, "Write all of them behind `return`, with commas between them.")


def is_all(criterion: Criterion, everything: Sequence[Answered]) -> bool:
    """Whether the right value of a criterion is all that was returned, in every case."""
    own = [one for one in everything if one.criterion is criterion]
    return bool(own) and all(len(one.returned) == 1 and same_array(one.expected.value, one.returned[0]) for one in own)


def asked_for(exercise: Exercise) -> str:
    """What an answer is to return, in words."""
    if exercise.returns or exercise.probe in ("node", "stopper", "pieces"):
        return "do what was asked"
    names = ", ".join(f"`{criterion.name}`" for criterion in exercise.criteria)
    return f"return {names}" + (f", {len(exercise.criteria)} values in this order" if len(exercise.criteria) > 1 else "")


FINITE_DIFFERENCES = (
    "these are finite differences: close to the derivative where numbers are of ordinary size, and lost in rounding where they are "
    "not. The gradient by formula is asked for, and this earns nothing.",
    "Use finite differences to test your formula, not in its place.",
)


def made_of_finite_differences(answered: Sequence[Answered]) -> bool:
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
