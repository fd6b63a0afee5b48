"""What runs beside an answer while it is graded: an answer and a case in, plain arrays out.

A probe drives the student's answer with one case and turns whatever comes back into plain arrays and plain words. The same probe
runs in the notebook, beside `check`, and in the autograder's locked-down worker; so this module imports numpy and nothing else,
and knows no answer.
"""

import copy
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class NotAnArray:
    """What stood where an array of numbers was asked for: "None", "a str", "a list whose rows differ in length"."""

    what: str


@dataclass(frozen=True)
class Reply:
    """What an answer replied to one case.

    `arrays` holds one entry for each value returned: a plain numpy array, or `NotAnArray`. `problem` is a sentence when nothing
    was returned (the answer raised an error, or took too long); `not_written` says that the answer is still the stub; `changed`
    names the inputs that the answer changed in place.
    """

    arrays: tuple[np.ndarray | NotAnArray, ...] = ()
    problem: str = ""
    not_written: bool = False
    changed: tuple[str, ...] = ()


def call(answer: Callable, inputs: Mapping[str, Any], returns: int) -> Reply:
    """Call the answer with the case's inputs, in their order, and expect `returns` arrays."""
    given = copy.deepcopy(dict(inputs))
    try:
        value = answer(*given.values())
    except NotImplementedError:
        return Reply(not_written=True)
    except Exception as error:
        return Reply(problem=describe_error(error))
    changed = tuple(name for name in inputs if not same(inputs[name], given[name]))
    return Reply(tuple(plain(item) for item in unpack(value, returns)), changed=changed)


PROBES: dict[str, Callable[[Any, Mapping[str, Any], int], Reply]] = {"call": call}


def unpack(value: object, returns: int) -> tuple:
    """The returned value as a tuple of `returns` items, where it is one; otherwise the value alone."""
    if returns == 1:
        return value if isinstance(value, tuple) and len(value) == 1 else (value,)
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def plain(item: object) -> np.ndarray | NotAnArray:
    """A plain numpy array of numbers, whatever container or subclass it came in.

    >>> plain([[1, 2], [3, 4]]).shape
    (2, 2)
    >>> plain(None)
    NotAnArray(what='None')
    """
    if item is None:
        return NotAnArray("None")
    try:
        array = np.array(item, subok=False)
    except Exception:
        return NotAnArray(f"a {type(item).__name__} that is not an array of numbers (do its rows differ in length?)")
    if array.dtype.kind not in "biuf":
        return NotAnArray(f"a {type(item).__name__} that holds {kind_of(array)}, not real numbers")
    return array


def kind_of(array: np.ndarray) -> str:
    """What an array holds, in words: "complex numbers", "objects", "text"."""
    return {"c": "complex numbers", "U": "text", "S": "bytes"}.get(array.dtype.kind, "objects")


def same(before: object, after: object) -> bool:
    """Whether an input is what it was before the call."""
    try:
        return bool(np.array_equal(np.asarray(before), np.asarray(after), equal_nan=np.asarray(before).dtype.kind in "fc"))
    except Exception:
        return False


def describe_error(error: BaseException) -> str:
    """One line for an error in the answer: its type, its words, and the line it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith("<cell") or "ipykernel" in frame.filename]
    where = f" in `{own[-1].name}`, line {own[-1].lineno}" if own else ""
    line = f": `{own[-1].line.strip()}`" if own and own[-1].line else ""
    words = str(error).strip().split("\n")[0][:300]
    return f"{type(error).__name__}{where}{line}: {words}" if words else f"{type(error).__name__}{where}{line}"
