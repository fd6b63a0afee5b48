"""Comparing what was returned with what was expected: facts alone, no causes."""

from dataclasses import dataclass

import numpy as np

from course.judging import heatmap
from course.judging.exercise import Array, Case, Criterion, Expected
from course.judging.probes import NotAnArray
from course.judging.thresholds import CAST_ENTRYWISE, DOUBLE, ORDINARY, SINGLE, SINGLE_ENTRYWISE


@dataclass(frozen=True)
class Difference:
    """How a returned value differs from what was expected of it: the fact, what helps where no cause is known, and a map of where.

    `explicable` says that numbers came, so that a cause may be looked for.
    """

    fact: str
    hint: str = ""
    where: heatmap.Levels = ()
    explicable: bool = True


def compare(criterion: Criterion, case: Case, expected: Expected, got: Array | NotAnArray) -> Difference | None:
    """The difference between a value and what is expected of it in one case, or None where it is right."""
    name, right = criterion.name, np.shape(expected.value)
    if isinstance(got, NotAnArray):
        fact = f"for `{name}`, an array of shape {right} is expected, and the answer returned {got.what}."
        if got.what == "None":
            fact = f"`{name}` is None, and an array of shape {right} is expected: {criterion.what}."
        return Difference(fact, explicable=False)
    if got.shape != right:
        fact = f"`{name}` has shape {got.shape}, and it must have {right}: {criterion.what} (case “{case.name}”)."
        return Difference(fact, shape_hint(got, right, expected))
    if np.isnan(got).any():
        where = f"has NaN at {list(first_index(np.isnan(got)))}" if right else "is NaN"
        hint = "NaN comes from 0/0, from ∞ - ∞, or from 0 · ∞: which step of your formula meets one of these?"
        return Difference(f"`{name}` {where} (case “{case.name}”).", hint)
    return wrong_entries(name, case, expected, got)


def wrong_entries(name: str, case: Case, expected: Expected, got: Array) -> Difference | None:
    """The difference between two arrays of one shape: the worst entry, how many are wrong, and a map of them."""
    right = np.asarray(expected.value, dtype=float)
    excess = excess_of(got, expected, case)
    wrong = excess > 0
    if not wrong.any():
        return None
    with np.errstate(over="ignore"):
        relative = excess / np.maximum(np.abs(right), np.finfo(float).tiny) if case.entrywise else excess
    worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(relative)), excess.shape))
    where = heatmap.levels(wrong, got - right, float(np.abs(right).max(initial=0.0)))
    return Difference(told(name, case, expected, got, worst), extent(wrong), where)


def told(name: str, case: Case, expected: Expected, got: Array, index: tuple[int, ...]) -> str:
    """The sentence that puts one entry beside the right one."""
    right = np.asarray(expected.value)
    where = f" {entry_of(expected, index)}" if index else ""
    witness = "finite difference" if expected.derivative and not case.entrywise else "right value"
    yes_or_no = got.dtype.kind == right.dtype.kind == "b"
    yours, theirs = (str(got[index]), str(right[index])) if yes_or_no else told_apart(float(got[index]), float(right[index]))
    return f"`{name}` differs{where}: yours {yours}, {witness} {theirs} (case “{case.name}”)."


def entry_of(expected: Expected, index: tuple[int, ...]) -> str:
    """Where an entry stands, in the words for entries where there are any: "in epoch 6", "at [1, 0]"."""
    return f"in {expected.entries[index[0]]}" if expected.entries else f"at {list(index)}"


def excess_of(got: Array, expected: Expected, case: Case) -> Array:
    """By how much each entry differs beyond what rounding explains: positive where it is wrong."""
    size = np.abs(np.asarray(expected.value, dtype=float))
    if not case.entrywise:
        size = np.full(size.shape, max(size.max(initial=0.0), ORDINARY))
    tolerance = relative_tolerance(got, case, expected.derivative) * size
    with np.errstate(invalid="ignore"):
        difference = np.abs(got.astype(float) - expected.value)
    return np.where(np.isfinite(got), difference - expected.slack - tolerance, np.inf)


def relative_tolerance(got: Array, case: Case, derivative: bool) -> float:
    """What rounding may cost, of the size that is compared with: more in float32, above all where it is handed in."""
    if single_inputs(case) or (got.dtype == np.float32 and case.entrywise and not derivative):
        return SINGLE_ENTRYWISE if case.entrywise else SINGLE
    if got.dtype != np.float32:
        return DOUBLE
    return CAST_ENTRYWISE if case.entrywise else SINGLE


def single_inputs(case: Case) -> bool:
    """Whether a case is put in float32."""
    return any(isinstance(value, np.ndarray) and value.dtype == np.float32 for value in case.inputs.values())


def shape_hint(got: Array, right: tuple[int, ...], expected: Expected) -> str:
    """What an unexpected shape tells."""
    if got.shape == right[::-1]:
        return "It is the transpose of the right shape."
    if got.squeeze().shape == right:
        return "There is an axis of length 1 too many: see `keepdims`, or reshape."
    if expected.derivative:
        return "A gradient has the shape of the thing it belongs to."
    if got.ndim == len(right):
        return "The number of axes is right. Which of them has the wrong length?"
    return "Which axis is one too many, or which is missing?" if right else "One number is asked for."


def told_apart(a: float, b: float) -> tuple[str, str]:
    """Two different numbers, in as few digits as tell them apart, and at least six.

    >>> told_apart(0.25, 0.2500001)
    ('0.25', '0.2500001')
    """
    a, b = a + 0.0, b + 0.0  # nobody reads -0
    return next(pair for digits in range(6, 18) if len(set(pair := (f"{a:.{digits}g}", f"{b:.{digits}g}"))) == 2 or digits == 17)


def extent(wrong: Array) -> str:
    """How much of an array is wrong, when nothing explains it."""
    if wrong.size < 2:
        return ""
    if wrong.all():
        return "Every entry differs: start from the smallest case you can compute by hand."
    return f"{int(wrong.sum())} of {wrong.size} entries differ; the others are right. What sets them apart?"


def first_index(where: Array) -> tuple[int, ...]:
    """Index of the first true entry."""
    return tuple(int(i) for i in np.argwhere(where)[0])
