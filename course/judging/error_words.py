"""Python's and NumPy's errors in words, with the shapes of what the case handed over."""

import re
from collections.abc import Callable, Iterator

import numpy as np

from course.judging.exercise import Case

Shape = tuple[int, ...]
SHAPE = r"\((\d[\d, ]*|)\)"


def in_words(problem: str, case: Case) -> str:
    """What an answer raised, as one line: its kind and place as they are, and its message in words where these are known.

    >>> in_words("IndexError: index 5 is out of bounds for axis 0 with size 5", Case("", {}))
    'IndexError: index 5 on axis 0, where the last index is 4.'
    """
    for pattern, told in MESSAGES:
        if found := re.search(pattern, problem):
            return problem[: found.start()] + told(found, case)
    return problem


def matrix_product(found: re.Match, case: Case) -> str:
    right, left = int(found[1]), int(found[2])
    pairs = {
        (a, b)
        for a, of_a in operands(case)
        for b, of_b in operands(case)
        if a != b and of_a[-1:] == (left,) and of_b[-2:-1] == (right,)
    }
    written = {(a, b) for a, b in pairs if re.search(rf"(?<![\w.]){re.escape(a)} @ {re.escape(b)}(?![\w.\[(])", found.string)}
    plain = {(a, b) for a, b in pairs if not a.endswith(".T") and not b.endswith(".T")}
    for likely in (written, plain if " @ " not in found.string else set()):
        if len(likely) == 1:
            [(a, b)] = likely
            shapes = dict(operands(case))
            return f"{a} is {shapes[a]}, {b} is {shapes[b]}: the inner sizes of a matrix product differ, {left} and {right}."
    return f"the inner sizes of a matrix product have to be equal: on the left stands an axis of {left}, on the right one of {right}."


def operands(case: Case) -> Iterator[tuple[str, Shape]]:
    """The matrices and vectors of a case, and their transposes, with their shapes."""
    for name, value in case.inputs.items():
        if isinstance(value, np.ndarray) and value.ndim:
            yield name, value.shape
            yield f"{name}.T", value.shape[::-1]


def named(text: str, case: Case) -> str:
    """A shape, with the name of the one input that has it.

    >>> named("2,3", Case("", {"X": np.ones((2, 3))}))
    'X, which is (2, 3),'
    """
    shape = shape_of(text)
    names = [name for name, value in case.inputs.items() if isinstance(value, np.ndarray) and value.shape == shape]
    return f"{names[0]}, which is {shape}," if len(names) == 1 else f"an array that is {shape}"


def aligned(found: re.Match, case: Case) -> str:
    """Two arrays that `dot` cannot multiply."""
    return f"{named(found[1], case)} times {named(found[2], case)} is no matrix product: the inner sizes have to be equal."


def broadcast(found: re.Match, case: Case) -> str:
    """Two arrays that cannot be combined entry by entry."""
    one, other = named(found[1], case), named(found[2], case)
    return f"{one} and {other} cannot be combined entry by entry: from the last axis on, their sizes have to be equal, or 1."


def assigned(found: re.Match, case: Case) -> str:
    return f"{named(found[1], case)} does not fit into a place that is {shape_of(found[2])}."


def refilled(found: re.Match, case: Case) -> str:
    shape = shape_of(found[2])
    holds = f", which holds {np.prod(shape)}" if min(shape, default=0) >= 0 else ""
    return f"{found[1]} numbers do not fill the shape {shape}{holds}."


def shape_of(text: str) -> Shape:
    """A shape as NumPy writes it: -1 is called newaxis."""
    return tuple(int(n) for n in text.replace("newaxis", "-1").replace(" ", "").split(",") if n)


def beyond(found: re.Match, case: Case) -> str:
    return f"index {found[1]} on axis {found[2]}, where the last index is {int(found[3]) - 1}."


def without_axis(found: re.Match, case: Case) -> str:
    last = int(found[2]) - 1
    has = f"last axis is {last}" if last > 0 else "only axis is 0" if last == 0 else "shape is ()"
    return f"axis {found[1]} of an array whose {has}."


def arguments(found: re.Match, case: Case) -> str:
    return f"{found[0]}. The answer is called with {', '.join(case.inputs)}, in this order."


def says(words: str) -> Callable[[re.Match, Case], str]:
    """The same words whatever the case; `{1}` is what the pattern found first."""
    return lambda found, case: words.format(found[0], *found.groups())


MESSAGES: tuple[tuple[str, Callable[[re.Match, Case], str]], ...] = (
    (r"matmul: Input operand 1 has a mismatch in its core dimension 0.*size (\d+) is different from (\d+)\)", matrix_product),
    (r"matmul: Input operand (\d) does not have enough dimensions.*", says("a single number is no side of a matrix product `@`.")),
    (rf"shapes {SHAPE} and {SHAPE} not aligned.*", aligned),
    (rf"operands could not be broadcast together with shapes {SHAPE} {SHAPE}.*", broadcast),
    (rf"non-broadcastable output operand with shape {SHAPE} doesn't match the broadcast shape {SHAPE}", broadcast),
    (rf"could not broadcast input array from shape {SHAPE} into shape {SHAPE}", assigned),
    (r"cannot reshape array of size (\d+) into shape \(([-\w, ]*)\)", refilled),
    (r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", beyond),
    (r"axis (-?\d+) is out of bounds for array of dimension (\d+)", without_axis),
    (r"(?<=KeyError)(.*): ([^:]+)$", says("{1}: the key {2} is not there.")),
    (r"The truth value of an array with more than one element is ambiguous.*",
     says("one yes or no is asked of a whole array, by `if`, `and`, `or`, `not`, `min` or `max`: NumPy's `where`, `&`, `|` and `maximum` "
          "ask entry by entry.")),
    (r"unsupported operand type\(s\) for (\S+): (?:'NoneType' and '\w+'|'\w+' and 'NoneType')",
     says("one side of `{1}` is None: is there a function without a `return`, or a name that was never given a value?")),
    (r"'NoneType' object is not (subscriptable|iterable|callable)",
     says("None is not {1}: is there a function without a `return`, or a name that was never given a value?")),
    (r"'(?:float|int|numpy\.float64|numpy\.int64)' object is not (subscriptable|iterable)",
     says("a single number is not {1}: it has no entries to pick, or to go through.")),
    (r"'(\w+|numpy\.\w+)' object is not callable", says("brackets stand after something that is no function (a {1}): is a `*` missing?")),
    (r"\S+\(\) takes \d+ positional arguments? but \d+ (?:was|were) given", arguments),
    (r"\S+\(\) missing \d+ required positional arguments?: .*", arguments),
    (r"Cannot cast ufunc '\w+' output from dtype\('float\d+'\) to dtype\('u?int\d+'\).*",
     says("an array of whole numbers can hold no fractions: make it an array of floats first.")),
)  # fmt: skip
