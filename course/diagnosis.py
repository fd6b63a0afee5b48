"""From a wrong array to the misconception behind it.

Facts first: which array, which entry, yours and the finite difference. Then, where it can be told, why: the exercise's own
misconceptions are tried, and after them the relations that turn up everywhere (a sign, a transpose, a factor). A cause is named
only when it explains the whole array.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from course.exercises.base import Array, Case, Criterion, Exercise, Expected, Finding, Misconception
from course.probes import PROBES, NotAnArray, Reply

BATCH = "your batch size"
LOOSE = 1e-4  # relative; how well a cause has to explain what was returned, float32 included


@dataclass(frozen=True)
class Answered:
    """One returned value beside what was expected of it, and all that was returned with it."""

    exercise: Exercise
    criterion: Criterion
    case: Case
    expected: Expected
    returned: tuple[Array | NotAnArray, ...]
    attempts: dict[str, Reply] = field(default_factory=dict, repr=False)  # at this case, by mistake: each is made once

    @property
    def position(self) -> int:
        return self.exercise.asked(self.case).index(self.criterion)

    @property
    def got(self) -> Array | NotAnArray | None:
        """The value itself; None where fewer values were returned than were asked for."""
        return self.returned[self.position] if self.position < len(self.returned) else None


def not_comparable(answered: Answered, all_cases: Sequence[Answered]) -> Finding | None:
    """Why a value cannot be compared at all: nothing returned, not numbers, a wrong shape, NaN. None where it can."""
    got, name, right = answered.got, answered.criterion.name, np.shape(answered.expected.value)
    if all(isinstance(value, NotAnArray) and value.what == "None" for value in answered.returned):
        return nothing_returned(answered.exercise)
    if got is None:
        return Finding(f"`{name}` is not among the values returned: {asked_for(answered.exercise)}.")
    if isinstance(got, NotAnArray) and got.what == "None":
        return Finding(f"`{name}` is None, and an array of shape {right} is expected: {answered.criterion.what}.")
    if isinstance(got, NotAnArray):
        return Finding(f"for `{name}`, an array of shape {right} is expected, and the answer returned {got.what}.")
    if got.shape != right:
        fact = f"`{name}` has shape {got.shape}, and it must have {right}: {answered.criterion.what}."
        return explained(answered, all_cases, fact) or Finding(fact, shape_hint(got, right, answered.expected))
    if np.isnan(got).any():
        where = f"has NaN at {first_index(np.isnan(got))}" if right else "is NaN"
        hint = "NaN comes from 0/0, from ∞ - ∞, or from 0 · ∞: which step of your formula meets one of these?"
        fact = f"`{name}` {where} (case “{answered.case.name}”)."
        return explained(answered, all_cases, fact) or Finding(fact, hint)
    return None


def nothing_returned(exercise: Exercise) -> Finding:
    """What to say of an answer without a `return`."""
    return Finding(f"nothing was returned: is there a `return`? The answer has to {asked_for(exercise)}.")


def not_testable(exercise: Exercise, returned: Sequence[Array | NotAnArray]) -> Finding | None:
    """Why a property of the values returned cannot be looked at: too few of them, or no numbers. None where it can."""
    if all(isinstance(value, NotAnArray) and value.what == "None" for value in returned):
        return nothing_returned(exercise)
    if len(returned) != exercise.values and exercise.probe == "call":
        return Finding(f"expected {exercise.values} values, and the answer returned {len(returned)}.")
    broken = next((value for value in returned if isinstance(value, NotAnArray)), None)
    return Finding(f"an array of numbers is expected, and the answer returned {broken.what}.") if broken else None


def asked_for(exercise: Exercise) -> str:
    """What an answer is to return, in words."""
    if exercise.returns or exercise.probe in ("node", "stopper", "pieces"):
        return "do what was asked"
    names = ", ".join(f"`{criterion.name}`" for criterion in exercise.criteria)
    return f"return {names}" + (f", {len(exercise.criteria)} values in this order" if len(exercise.criteria) > 1 else "")


def shape_hint(got: Array, right: tuple[int, ...], expected: Expected) -> str:
    """What an unexpected shape tells."""
    if got.shape == right[::-1]:
        return "It is the transpose of the right shape."
    if got.squeeze().shape == right:
        return "There is an axis of length 1 too many: see `keepdims`, or reshape."
    if expected.derivative:
        return "A gradient has the shape of the thing it belongs to."
    return "Which axis is one too many, and which is missing?" if right else "One number is asked for."


def wrong_value(answered: Answered, all_cases: Sequence[Answered], index: tuple[int, ...], wrong: Array) -> Finding:
    """What to say of an array that has the right shape and wrong values where `wrong` is true, worst at `index`."""
    case, name = answered.case, answered.criterion.name
    got, expected = np.asarray(answered.got), np.asarray(answered.expected.value)
    where = f" at {list(index)}" if index else ""
    if answered.expected.entries:
        where = f" in {answered.expected.entries[index[0]]}"
    witness = "finite difference" if answered.expected.derivative and not case.entrywise else "right value"
    yes_or_no = got.dtype.kind == expected.dtype.kind == "b"
    pair = (got[index], expected[index])
    yours, right = map(str, pair) if yes_or_no else told_apart(*map(float, pair))
    fact = f"`{name}` differs{where}: yours {yours}, {witness} {right} (case “{case.name}”)."
    return explained(answered, all_cases, fact) or Finding(fact, extent(wrong))


def told_apart(a: float, b: float) -> tuple[str, str]:
    """Two different numbers, in as few digits as tell them apart, and at least six.

    >>> told_apart(0.25, 0.2500001)
    ('0.25', '0.2500001')
    """
    return next(pair for digits in range(6, 18) if len(set(pair := (f"{a:.{digits}g}", f"{b:.{digits}g}"))) == 2 or digits == 17)


def explained(answered: Answered, all_cases: Sequence[Answered], fact: str) -> Finding | None:
    """The fact with its cause, where one can be told.

    A misconception that explains everything returned comes first; then a relation such as a sign or a factor, which is a fact in
    itself; then a misconception that explains this array alone.
    """
    if same_array(answered.expected.value, answered.got):
        return None  # nearly right: nothing coarse explains what is left
    misconception, whole = misconception_of(answered, all_cases)
    relation = next((finding for relation in RELATIONS if (finding := relation(answered))), None)
    if relation:
        fact = f"{fact} {relation.reason}"
    if misconception and (whole or not relation):
        return Finding(fact, misconception.hint, misconception.name)
    return Finding(fact, relation.hint) if relation else None


def misconception_of(answered: Answered, all_cases: Sequence[Answered]) -> tuple[Misconception | None, bool]:
    """The exercise's misconception that returns this array, and what was returned in the most other cases; whether it explains
    every value returned with it, too."""
    best, best_rank = None, (False, 0)
    for misconception in answered.exercise.misconceptions:
        own, whole = agreement(misconception, answered)
        if not own:
            continue
        rank = (whole, sum(agreement(misconception, other)[0] for other in all_cases))
        if best is None or rank > best_rank:
            best, best_rank = misconception, rank
    return best, best_rank[0]


def agreement(misconception: Misconception, answered: Answered) -> tuple[bool, bool]:
    """Whether a misconception returns the array that was returned, and whether it returns all that was."""
    values = attempt(misconception, answered.exercise, answered.case, answered.attempts).arrays
    if not values or len(values) != len(answered.returned):
        return False, False
    same = [same_array(*pair) for pair in zip(values, answered.returned, strict=True)]
    return same[answered.position], all(same)


def attempt(misconception: Misconception, exercise: Exercise, case: Case, made: dict[str, Reply]) -> Reply:
    """What an answer with this mistake replies to a case, unless it is among the attempts made already."""
    if misconception.name not in made:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made[misconception.name] = PROBES[exercise.probe](misconception.wrong, case.inputs, exercise.values)
    return made[misconception.name]


def raised(exercise: Exercise, case: Case, problem: str, made: dict[str, Reply]) -> Finding:
    """What to say of an answer that raised an error, or that was stopped: a misconception that raises the same is named."""
    finding = Finding(f"{problem} (case “{case.name}”).")
    for misconception in exercise.misconceptions:
        kind, _, words = attempt(misconception, exercise, case, made).problem.partition(": ")
        if kind and problem.startswith(kind) and words in problem:
            return replace(finding, hint=misconception.hint, cause=misconception.name)
    return finding


def same_array(candidate: Any, got: object) -> bool:
    """Whether a candidate is what was returned: an array of the same shape, and the same to float32's precision."""
    if not isinstance(got, np.ndarray) or np.shape(candidate) != got.shape:
        return False
    return explains(np.asarray(candidate, dtype=float), got)


def explains(candidate: Array, got: Array) -> bool:
    """Whether a candidate is what was returned, to float32's precision; NaN and infinities in the same places."""
    finite = np.isfinite(candidate)
    if not np.array_equal(finite, np.isfinite(got)):
        return False
    scale = np.abs(candidate[finite]).max(initial=0.0)
    return bool((np.abs(candidate[finite] - got[finite]) <= LOOSE * scale).all())


def turned_sign(answered: Answered) -> Finding | None:
    """It is minus the right array."""
    got = np.asarray(answered.got)
    if got.any() and same_array(-np.asarray(answered.expected.value, dtype=float), got):
        return Finding("It is exactly minus the right value.", "Look for a sign: which way does the loss go when this input grows?")
    return None


def transposed(answered: Answered) -> Finding | None:
    """It is the transpose of the right array."""
    right = answered.expected.value
    if right.ndim == 2 and right.shape[0] == right.shape[1] and explains(right.T, np.asarray(answered.got)):
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
    return Finding(f"It is {factor:.6g} times that, in every entry.", "Which constant factor has your formula too many, or too few?")


def named_sizes(case: Case) -> Iterator[tuple[str, int]]:
    """The sizes that a factor may come from: the batch, and the other axes of the inputs."""
    arrays = [(name, value) for name, value in case.inputs.items() if isinstance(value, np.ndarray) and value.ndim]
    batch = next((array for name, array in arrays if array.ndim > 1 and not name.startswith("W")), None)  # a row for each example
    if batch is not None and arrays[0][1].ndim > 1:
        yield BATCH, batch.shape[0]
    for name, array in arrays:
        for axis, size in enumerate(array.shape):
            yield f"the length of axis {axis} of `{name}`", size


RELATIONS: tuple[Callable[[Answered], Finding | None], ...] = (turned_sign, transposed, constant_factor)


def extent(wrong: Array) -> str:
    """How much of an array is wrong, when nothing explains it."""
    if wrong.size < 2:
        return ""
    if wrong.all():
        return "Every entry differs: start from the smallest case you can compute by hand."
    return f"{int(wrong.sum())} of {wrong.size} entries differ; the others are right. What sets them apart?"


def first_index(where: Array) -> list[int]:
    """Index of the first true entry."""
    return [int(i) for i in np.argwhere(where)[0]]
