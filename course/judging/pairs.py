"""Two mistakes at once: what is tried where no single one explains what was returned.

Two edits of the right answer are made together, or a sign or a factor is put on top of one known mistake. They are named only where
they explain every value returned in every case, and where nothing else does so as well. The lines they run are counted: two edits
may go on for ever where each alone does not.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice

import numpy as np

from course.judging.answered import Exchange, replied, same_array
from course.judging.diagnosis import attempt
from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.lines import Lines
from course.judging.probes import NotAnArray

Values = tuple[np.ndarray | NotAnArray, ...]
ValuesOf = Callable[[Exchange], Values]


@dataclass(frozen=True)
class Cause:
    """What a criterion's values come from: it ends the sentence "It is what comes out when ...", and has a hint."""

    name: str
    hint: str


@dataclass(frozen=True)
class Factor:
    """A number that a whole result is off by, case by case."""

    name: str
    hint: str
    of: Callable[[Case], float]


def batch_size(case: Case) -> float:
    """The number of examples, or NaN where a case has no batch."""
    return float(len(case.inputs[case.batch])) if case.batch else np.nan


DIVIDED = "Is the loss a mean, or a sum? Where is the division done, and how often?"
FACTORS = (
    Factor("the sign is turned round", "Look for a sign, too: which way does it go when this input grows?", lambda case: -1.0),
    Factor("the result is multiplied by your batch size", DIVIDED, batch_size),
    Factor("the result is divided by your batch size", DIVIDED, lambda case: 1 / batch_size(case)),
    Factor("the result is doubled", "A factor 2 is there too often, as well.", lambda case: 2.0),
    Factor("the result is halved", "A factor 2 is missing, as well.", lambda case: 0.5),
)


def two_causes(
    exercise: Exercise, exchanges: Sequence[Exchange], failed: Sequence[Criterion], wrong: Sequence[Case]
) -> Mapping[str, Cause]:
    """The cause of each failed criterion, by its name, where two mistakes explain all that was returned; empty where none do.

    The smallest of the cases that are wrong is tried first.
    """
    if any(exchange.reply.changed or not numbers(exchange.reply.arrays) for exchange in exchanges):
        return {}
    first = {id(case) for case in wrong}
    ordered = sorted(exchanges, key=lambda exchange: (id(exchange.case) not in first, exchange.case.size))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for pairs in (edit_pairs, factor_pairs):
            if found := list(islice(pairs(exercise, ordered, failed), 2)):
                return found[0] if len(found) == 1 else {}
    return {}


def edit_pairs(exercise: Exercise, exchanges: Sequence[Exchange], failed: Sequence[Criterion]) -> Iterator[Mapping[str, Cause]]:
    """Two edits of the right answer that return together what was returned, and which of them explains which criterion."""
    lines = Lines()
    for pair in combinations(exercise.mistakes, 2):
        try:
            answer = exercise.answer_with(*pair)
        except (ValueError, SyntaxError):
            continue  # they touch the same text, or are no edits
        attempts = (lines.counted(partial(reply, exercise, answer, exchange)) or () for exchange in exchanges)
        if all(same_values(values, exchange.reply.arrays) for values, exchange in zip(attempts, exchanges, strict=True)):
            together = Cause(", and ".join(mistake.name for mistake in pair), " ".join(dict.fromkeys(mistake.hint for mistake in pair)))
            yield {criterion.name: alone(exercise, exchanges, criterion, pair) or together for criterion in failed}


def alone(exercise: Exercise, exchanges: Sequence[Exchange], criterion: Criterion, pair: Sequence[Mistake]) -> Cause | None:
    """The one of two mistakes that explains a criterion without the other."""
    for mistake in pair:
        values = of_criterion(exercise, exchanges, criterion, partial(made, exercise, mistake))
        if all(same_values(*one) for one in values):
            return Cause(mistake.name, mistake.hint)
    return None


def factor_pairs(exercise: Exercise, exchanges: Sequence[Exchange], failed: Sequence[Criterion]) -> Iterator[Mapping[str, Cause]]:
    """A known mistake, and a factor on top of it in some of the criteria: what the factor alone explains is left as it is."""
    for mistake in exercise.mistakes:
        both: dict[str, list[tuple[Values, Values]]] = {}
        left: list[Criterion] = []
        factors = list(FACTORS)
        for criterion in exercise.criteria:
            both[criterion.name] = list(of_criterion(exercise, exchanges, criterion, partial(made, exercise, mistake)))
            if not all(same_values(*one) for one in both[criterion.name]):
                left.append(criterion)
                asked = asking(exercise, exchanges, criterion)
                factors = [factor for factor in factors if criterion in failed and scales(factor, asked, both[criterion.name])]
            if not factors:
                break
        for factor in factors if left else ():
            plain = Cause(mistake.name, mistake.hint)
            together = Cause(f"{mistake.name}, and {factor.name}", f"{mistake.hint} {factor.hint}")
            told = [criterion for criterion in failed if changed(exercise, exchanges, criterion, both[criterion.name])]
            if told:
                yield {criterion.name: together if criterion in left else plain for criterion in told}


def scales(factor: Factor, asked: Sequence[Exchange], both: Sequence[tuple[Values, Values]]) -> bool:
    """Whether a factor on top of a mistake gives what was returned, in every case."""
    pairs = zip(asked, both, strict=True)
    return all(same_values(times(factor.of(exchange.case), values), returned) for exchange, (values, returned) in pairs)


def changed(exercise: Exercise, exchanges: Sequence[Exchange], criterion: Criterion, made: Sequence[tuple[Values, Values]]) -> bool:
    """Whether what a mistake makes of a criterion is not what the right answer does."""
    right = of_criterion(exercise, exchanges, criterion, partial(reply, exercise, exercise.right))
    return not all(same_values(values, wrong) for (values, _), (wrong, _) in zip(right, made, strict=True))


def reply(exercise: Exercise, answer: Callable, exchange: Exchange) -> Values:
    """What an answer returns to the case of an exchange."""
    return replied(exercise, answer, exchange.case).arrays


def made(exercise: Exercise, mistake: Mistake, exchange: Exchange) -> Values:
    """What an answer with one mistake returns."""
    return attempt(mistake, exercise, exchange.case, exchange.attempts).arrays


def asking(exercise: Exercise, exchanges: Sequence[Exchange], criterion: Criterion) -> list[Exchange]:
    """The exchanges that are about a criterion."""
    return [exchange for exchange in exchanges if criterion in exercise.asked(exchange.case)]


def of_criterion(exercise: Exercise, exchanges: Sequence[Exchange], criterion: Criterion, of: ValuesOf) -> Iterator[tuple[Values, Values]]:
    """What an answer returns for one criterion, beside what was returned, case by case: all of it where no place is its own."""
    for exchange in asking(exercise, exchanges, criterion):
        asked = exercise.asked(exchange.case)
        at = asked.index(criterion)
        place = slice(at, at + 1) if len(exchange.reply.arrays) == len(asked) else slice(None)
        yield of(exchange)[place], exchange.reply.arrays[place]


def times(factor: float, values: Values) -> Values:
    """Arrays multiplied by one number."""
    return tuple(factor * np.asarray(value, dtype=float) if isinstance(value, np.ndarray) else value for value in values)


def same_values(candidates: Values, returned: Values) -> bool:
    """Whether all values are what was returned."""
    return len(candidates) == len(returned) > 0 and all(
        not isinstance(candidate, NotAnArray) and same_array(candidate, got) for candidate, got in zip(candidates, returned, strict=True)
    )


def numbers(values: Values) -> bool:
    """Whether something came, and arrays alone."""
    return bool(values) and all(isinstance(value, np.ndarray) for value in values)
