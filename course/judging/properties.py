"""What is wrong with values that may be right in many ways, and which mistake made them so.

A test names a cause by what it sees in one case. That is believed only where an answer with this mistake fares the same in every
case: it fails where the answer failed, and passes where it passed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from course.judging.answered import Exchange, same_array
from course.judging.diagnosis import attempt
from course.judging.exercise import Criterion, Exercise, Finding, Mistake, Property
from course.judging.probes import NotAnArray, Reply


def broken(exercise: Exercise, expected: Property, reply: Reply) -> Finding | None:
    """What keeps a property from holding: an error, too few values, no numbers, or what its test says."""
    returned = reply.arrays
    if reply.problem:
        return Finding(reply.problem)
    if len(returned) != exercise.value_count and exercise.probe in ("call", "drawn"):
        return Finding(f"expected {exercise.value_count} values, and the answer returned {len(returned)}.")
    strange = next((value for value in returned if isinstance(value, NotAnArray)), None)
    if strange:
        return Finding(f"an array of numbers is expected, and the answer returned {strange.what}.")
    return expected.test(*returned)


def with_cause(finding: Finding, exercise: Exercise, criterion: Criterion, exchange: Exchange, exchanges: Sequence[Exchange]) -> Finding:
    """The finding of one case, with the cause that the pattern of all cases confirms; without one where it confirms none."""
    asked = [(one, expected) for one in exchanges if isinstance(expected := one.expected.get(criterion.name), Property)]
    if finding.cause:
        suspects: Iterable[Mistake] = [exercise.mistake(finding.cause)]
    elif any(expected.reproducible for _, expected in asked):
        suspects = (mistake for mistake in exercise.mistakes if replies_alike(mistake, exercise, exchange))
    else:
        return finding
    confirmed = (mistake.name for mistake in suspects if all(agrees(mistake, exercise, *one) for one in asked))
    return replace(finding, cause=next(confirmed, ""))


def agrees(mistake: Mistake, exercise: Exercise, exchange: Exchange, expected: Property) -> bool:
    """Whether an answer with a mistake fares in one case as the answer did, and of the same cause where both have one."""
    if expected.by_chance or replies_alike(mistake, exercise, exchange):
        return True
    theirs = broken(exercise, expected, exchange.reply)
    if theirs and expected.reproducible and not theirs.cause:
        return False
    ours = broken(exercise, expected, attempt(mistake, exercise, exchange.case, exchange.attempts))
    causes = {finding.cause for finding in (theirs, ours) if finding and finding.cause}
    return bool(theirs) == bool(ours) and len(causes) < 2


def replies_alike(mistake: Mistake, exercise: Exercise, exchange: Exchange) -> bool:
    """Whether an answer with a mistake replies the same to the case of an exchange, in every value."""
    values, returned = attempt(mistake, exercise, exchange.case, exchange.attempts).arrays, exchange.reply.arrays
    return len(values) == len(returned) > 0 and all(same_array(*pair) for pair in zip(values, returned, strict=True))
