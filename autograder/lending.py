"""What the judge lends to an answer: right versions of the answers it needs, called from behind the wall, within bounds.

A function is lent by its name. A class is lent by its name too, and makes objects that stay here: what crosses the wall is a handle,
and the calls that name it.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np

from autograder.walls.protocol import ATTRIBUTE, Handle
from course.judging.exercise import Exercise, as_given
from course.units import exercise as find_exercise

LARGEST_LENT = 1_000  # numbers; the judge answers borrowed calls itself, and a right answer may take the square of this
MOST_OBJECTS = 1_000  # that one run may borrow

Function = Callable[..., object]


def lent(needs: Iterable[str]) -> dict[str, Function]:
    """The functions that are lent to an answer, by name; of a class, those that make and use its objects."""
    functions: dict[str, Function] = {}
    for exercise in map(find_exercise, needs):
        functions |= Shelf(exercise).functions if isinstance(exercise.right, type) else {exercise.name: exercise.lend}
    return {name: bounded(function) for name, function in functions.items()}


class Shelf:
    """The objects of one class that are on loan, each known by its handle."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.objects: list[object] = []

    @property
    def functions(self) -> dict[str, Function]:
        """What makes an object, reads or stores its attributes, and calls each of its methods."""
        name = self.exercise.name
        methods = [method for method in vars(self.exercise.right) if not method.startswith("_")]
        return {name: self.make, f"{name}.{ATTRIBUTE}": self.attribute, **{f"{name}.{method}": self.caller(method) for method in methods}}

    def make(self, *arguments: object, **named: object) -> Handle:
        """A new object."""
        if len(self.objects) == MOST_OBJECTS:
            raise ValueError(f"expected at most {MOST_OBJECTS} objects of it")
        self.objects.append(self.exercise.lend(*arguments, **named))
        return Handle(len(self.objects) - 1)

    def attribute(self, handle: Handle, name: str, *value: object) -> object:
        """An attribute of an object; or, with a value, what is stored there. There are no others than it has."""
        attributes = vars(self.held(handle))
        if not isinstance(name, str) or name.startswith("_") or name not in attributes:
            raise AttributeError(f"it has no attribute {name!r}")
        if value:
            attributes[name] = as_given(value[0])
        return attributes[name]

    def caller(self, method: str) -> Function:
        """What calls a method of an object."""

        def call(handle: Handle, *arguments: object, **named: object) -> object:
            given = {name: as_given(value) for name, value in named.items()}
            return getattr(self.held(handle), method)(*map(as_given, arguments), **given)

        return call

    def held(self, handle: Handle) -> object:
        """The object that a handle stands for. Raises ValueError where it stands for none."""
        if not isinstance(handle, Handle) or not 0 <= handle.number < len(self.objects):
            raise ValueError("expected an object that was lent")
        return self.objects[handle.number]


def bounded(lend: Callable) -> Callable:
    """A right answer that refuses what would keep the class waiting: inputs of too many numbers, and whole numbers without end.

    A whole number becomes one of numpy's, which has 64 bits: no power of it can fill the memory.
    """

    def answer(*arguments: object, **named: object) -> object:
        size = sum(size_of(value) for value in (*arguments, *named.values()))
        if size > LARGEST_LENT:
            raise ValueError(f"expected inputs of at most {LARGEST_LENT} numbers in all, got {size}")
        return lend(*map(of_fixed_width, arguments), **{name: of_fixed_width(value) for name, value in named.items()})

    return answer


def of_fixed_width(value: object) -> object:
    """Whole numbers as numpy's, in tuples within tuples too; anything else as it is. Raises ValueError for more than 64 bits."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(of_fixed_width, value))
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if abs(value) >= 2**63:
        raise ValueError(f"expected whole numbers of 64 bits, got one of {len(str(value))} digits")
    return np.int64(value)


def size_of(value: object) -> int:
    """How many numbers an input has, or would have: a tuple of whole numbers may be a shape."""
    if isinstance(value, tuple) and all(isinstance(side, (int, np.integer)) for side in value):
        return math.prod(max(int(side), 1) for side in value)
    return entries(value)


def entries(value: object) -> int:
    """How many numbers and words there are, in arrays and in tuples within tuples; an empty array can be multiplied into a large one."""
    if isinstance(value, (tuple, list)):
        return sum(map(entries, value))
    return math.prod(max(side, 1) for side in np.shape(np.asarray(value)))
