"""What was asked of an answer and what came back: the exchanges, and each value beside what was expected of it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from course.judging.compare import Difference, compare
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake, Property
from course.judging.probes import PROBES, NotAnArray, Reply
from course.judging.thresholds import LOOSE


@dataclass(frozen=True)
class Exchange:
    """A case, what was replied to it, what was expected, and what answers with known mistakes reply, as far as they were tried."""

    case: Case
    reply: Reply
    expected: Mapping[str, Expected | Property]
    attempts: dict[Mistake, Reply]


def replied(exercise: Exercise, answer: Callable[..., Any], case: Case) -> Reply:
    """What an answer that is called right here replies to a case."""
    return taken_apart(PROBES[exercise.probe](answer, case.inputs, exercise.value_count), exercise, case)


def taken_apart(reply: Reply, exercise: Exercise, case: Case) -> Reply:
    """The reply, with one array in place of all values as these values: `theta, m = sgd_step(...)` takes such an array apart, too.

    An array is that where its first axis is as long as the values are many, the right ones have one shape, and that is an axis less:
    else it is one value, and the others are missing. Where properties have to hold, whatever the shapes, the length alone decides.
    """
    axis = {"call": 0, "drawn": 1}.get(exercise.probe)  # what is drawn has the draws on its first axis
    if axis is None or len(reply.arrays) != 1 or exercise.value_count == 1:
        return reply
    [array] = reply.arrays
    if not isinstance(array, np.ndarray) or array.shape[axis : axis + 1] != (exercise.value_count,):
        return reply
    shapes = {np.shape(one.value) for one in exercise.expected(case).values() if isinstance(one, Expected)}
    if len(shapes) > 1 or any(len(shape) != array.ndim - 1 for shape in shapes):
        return reply
    return replace(reply, arrays=tuple(np.moveaxis(array, axis, 0)))


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
    def numbers(self) -> Array:
        """The value itself, in float64."""
        return np.asarray(self.got, dtype=float)

    @cached_property
    def right(self) -> Array:
        """What was expected, in float64."""
        return np.asarray(self.expected.value, dtype=float)

    @cached_property
    def difference(self) -> Difference | None:
        """How it differs from what was expected; None where it is right, or was not returned."""
        return None if self.got is None else compare(self.criterion, self.case, self.expected, self.got)

    @property
    def nearly_right(self) -> bool:
        """Whether it is right to a few digits: nothing coarse explains what is left."""
        return same_array(self.right, self.got)

    @cached_property
    def telling(self) -> bool:
        """Whether it is wrong in an ordinary case, and in ordinary numbers."""
        if self.case.entrywise or not isinstance(self.got, np.ndarray) or not np.isfinite(self.got).all():
            return False
        return self.difference is not None


def same_array(candidate: Any, got: object) -> bool:
    """Whether a candidate is what was returned: an array of the same shape, and the same to float32's precision."""
    if not isinstance(got, np.ndarray) or isinstance(candidate, NotAnArray) or np.shape(candidate) != got.shape:
        return False
    return explains(np.asarray(candidate, dtype=float), got)


def explains(candidate: Array, got: Array) -> bool:
    """Whether a candidate is what was returned, to float32's precision; NaN and infinities in the same places."""
    scale = float(np.abs(candidate).max(initial=0.0))
    if math.isfinite(scale):
        return bool((np.abs(candidate - got) <= LOOSE * scale).all())
    finite = np.isfinite(candidate)
    if not np.array_equal(finite, np.isfinite(got)):
        return False
    scale = np.abs(candidate[finite]).max(initial=0.0)
    return bool((np.abs(candidate[finite] - got[finite]) <= LOOSE * scale).all())
