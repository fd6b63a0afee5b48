"""From a difference to the mistake behind it.

The facts are told by `compare`. Here it is asked why: the exercise's own mistakes are tried, and after them the relations that turn
up everywhere (a sign, a transpose, a factor). A cause is named only when it explains a whole array, or an error word for word, and
is not contradicted by what was returned in the other cases.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from course.judging.compare import Difference, compare
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Finding, Mistake, Property
from course.judging.probes import PROBES, NotAnArray, Reply
from course.judging.thresholds import LOOSE

BATCH = "your batch size"


@dataclass(frozen=True)
class Exchange:
    """A case, what was replied to it, what was expected, and what answers with known mistakes reply, as far as they were tried."""

    case: Case
    reply: Reply
    expected: Mapping[str, Expected | Property]
    attempts: dict[Mistake, Reply]


@dataclass(frozen=True)
class Answered:
    """One returned value beside what was expected of it, and all that was returned with it."""

    exercise: Exercise
    criterion: Criterion
    case: Case
    expected: Expected
    returned: tuple[Array | NotAnArray, ...]
    attempts: dict[Mistake, Reply] = field(default_factory=dict, repr=False)  # at this case, by mistake: each is made once

    @cached_property
    def position(self) -> int:
        return self.exercise.asked(self.case).index(self.criterion)

    @property
    def got(self) -> Array | NotAnArray | None:
        """The value itself; None where fewer values were returned than were asked for."""
        return self.returned[self.position] if self.position < len(self.returned) else None

    @cached_property
    def difference(self) -> Difference | None:
        """How it differs from what was expected; None where it is right, or was not returned."""
        return None if self.got is None else compare(self.criterion, self.case, self.expected, self.got)

    @property
    def nearly_right(self) -> bool:
        """Whether it is right to a few digits: nothing coarse explains what is left."""
        return same_array(self.expected.value, self.got)

    @property
    def telling(self) -> bool:
        """Whether it is wrong in an ordinary case, and in ordinary numbers."""
        if self.case.entrywise or not isinstance(self.got, np.ndarray) or not np.isfinite(self.got).all():
            return False
        return self.difference is not None


def explained(difference: Difference, answered: Answered, everything: Sequence[Answered]) -> Finding:
    """The difference with its cause, where one can be told from everything that was returned, whatever the case and the criterion.

    A mistake that explains everything returned comes first; then a relation such as a sign or a factor, which is a fact in itself;
    then a mistake that explains this array alone.
    """
    plain = Finding(difference.fact, difference.hint, where=difference.where)
    if not difference.explicable or answered.nearly_right:
        return plain
    mistake, whole = mistake_in(answered, everything, answered.exercise.mistakes)
    relation = relation_in(answered)
    fact = f"{difference.fact} {relation.reason}" if relation else difference.fact
    if mistake and (whole or not relation):
        return Finding(fact, mistake.hint, mistake.name, difference.where)
    return Finding(fact, relation.hint, where=difference.where) if relation else plain


def mistake_in(answered: Answered, everything: Sequence[Answered], mistakes: Sequence[Mistake]) -> tuple[Mistake | None, bool]:
    """The mistake that returns this array and explains the most over all criteria together; whether it explains every value
    returned with it, too."""
    own = [one for one in everything if one.criterion is answered.criterion]
    best, best_rank = None, (0, False)
    for mistake in mistakes:
        agrees, whole = agreement(mistake, answered)
        if not agrees or contradicted(mistake, own):
            continue
        rank = (sum(agreement(mistake, other)[0] for other in everything), whole)
        if best is None or rank > best_rank:
            best, best_rank = mistake, rank
    return best, best_rank[1]


def contradicted(mistake: Mistake, own: Sequence[Answered]) -> bool:
    """Whether an answer with a mistake returns something else in one of a criterion's failing cases, or in half of all its cases.

    What mixes scales, or came out infinite or NaN, may have failed of something else besides: it counts among all cases alone.
    """
    fits = [agreement(mistake, one)[0] for one in own]
    return 2 * sum(fits) <= len(fits) or any(one.telling and not fit for one, fit in zip(own, fits, strict=True))


def agreement(mistake: Mistake, answered: Answered) -> tuple[bool, bool]:
    """Whether an answer with a mistake returns the array that was returned, and whether it returns all that was."""
    values = attempt(mistake, answered.exercise, answered.case, answered.attempts).arrays
    if not values or len(values) != len(answered.returned):
        return (not values and not answered.returned,) * 2
    same = [same_array(*pair) for pair in zip(values, answered.returned, strict=True)]
    return same[answered.position], all(same)


def attempt(mistake: Mistake, exercise: Exercise, case: Case, made: dict[Mistake, Reply]) -> Reply:
    """What an answer with this mistake replies to a case, unless it is among the attempts made already."""
    if mistake not in made:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made[mistake] = PROBES[exercise.probe](exercise.answer_with(mistake), case.inputs, exercise.value_count)
    return made[mistake]


def raised(exercise: Exercise, case: Case, problem: str, made: dict[Mistake, Reply]) -> Finding:
    """What to say of an answer that raised an error, or that was stopped: a mistake that raises the same is named."""
    for mistake in exercise.mistakes:
        kind, _, words = attempt(mistake, exercise, case, made).problem.partition(": ")
        if words and problem.startswith(kind) and words in problem:
            return Finding(f"{problem} (case “{case.name}”).", cause=mistake.name)
    return Finding(f"{problem} (case “{case.name}”).")


def same_array(candidate: Any, got: object) -> bool:
    """Whether a candidate is what was returned: an array of the same shape, and the same to float32's precision."""
    if not isinstance(got, np.ndarray) or isinstance(candidate, NotAnArray) or np.shape(candidate) != got.shape:
        return False
    return explains(np.asarray(candidate, dtype=float), got)


def explains(candidate: Array, got: Array) -> bool:
    """Whether a candidate is what was returned, to float32's precision; NaN and infinities in the same places."""
    finite = np.isfinite(candidate)
    if not np.array_equal(finite, np.isfinite(got)):
        return False
    scale = np.abs(candidate[finite]).max(initial=0.0)
    return bool((np.abs(candidate[finite] - got[finite]) <= LOOSE * scale).all())


def relation_in(answered: Answered) -> Finding | None:
    """A relation of what was returned to what is right, or None."""
    return next((finding for relation in RELATIONS if (finding := relation(answered))), None)


def turned_sign(answered: Answered) -> Finding | None:
    """It is minus the right array."""
    got = np.asarray(answered.got)
    if got.any() and same_array(-np.asarray(answered.expected.value, dtype=float), got):
        return Finding("It is exactly minus the right value.", "Look for a sign: which way does the loss go when this input grows?")
    return None


def transposed(answered: Answered) -> Finding | None:
    """It is the transpose of the right array."""
    right, got = answered.expected.value, np.asarray(answered.got)
    if right.ndim == 2 and right.shape[0] == right.shape[1] and got.shape == right.shape and explains(right.T, got):
        return Finding("It is the transpose of the right array.", "Write the indices out: which one is summed over?")
    return None


def constant_factor(answered: Answered) -> Finding | None:
    """It is the right array times one number; where that number is a size of the case, it is named."""
    got, right = (np.asarray(array, dtype=float) for array in (answered.got, answered.expected.value))
    weight = float((right * right).sum())
    if got.shape != right.shape or weight == 0 or not np.isfinite(got).all() or not got.any() or right.size < 2:
        return None
    factor = float((got * right).sum()) / weight
    if factor == 0 or not explains(factor * right, got):
        return None
    for name, size in named_sizes(answered.case):
        hint = "Is the loss a mean, or a sum? Where is the division done, and how often?" if name == BATCH else "Summed, or averaged?"
        for text, value in ((f"{size}", size), (f"1/{size}", 1 / size)):
            if size > 1 and abs(factor - value) <= LOOSE * abs(value):
                return Finding(f"It is exactly {text} times that, in every entry, and {size} is {name}.", hint)
    return Finding(f"It is {factor:.6g} times that, in every entry.", "Your result is off by a constant factor. Which one?")


def named_sizes(case: Case) -> Iterator[tuple[str, int]]:
    """The sizes that a factor may come from: the batch, and the other axes of the inputs."""
    if case.batch:
        yield BATCH, len(case.inputs[case.batch])
    for name, array in case.inputs.items():
        if isinstance(array, np.ndarray):
            for axis, size in enumerate(array.shape):
                yield f"the length of axis {axis} of `{name}`", size


RELATIONS: tuple[Callable[[Answered], Finding | None], ...] = (turned_sign, transposed, constant_factor)
