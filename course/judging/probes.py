"""What runs beside an answer while it is graded: an answer and a case in, plain arrays out.

A probe drives the student's answer with one case and turns whatever comes back into plain arrays and plain words. The same probe
runs in the notebook, beside `check`, and in the autograder's locked-down worker; so this module imports the standard library and
numpy alone, and knows no answer.
"""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import permutations
from types import FrameType
from typing import Any

import numpy as np

ORDERS = tuple(permutations(range(4)))  # of calls: two of one seed, and two of others
DRAWS = 8  # calls where an answer returns neither so many numbers that two seeds tell enough, nor so few that none would
TELLING = range(200, 8_000)


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


@dataclass(frozen=True)
class Seed:
    """An input that reaches the answer as a generator: `numpy.random.default_rng(number)`, a fresh one for every call."""

    number: int


@dataclass(frozen=True)
class Formula:
    """An input that reaches the answer as a function: the text of a lambda of the course's own, in which `np` is numpy.

    >>> Formula("lambda x: np.exp(2 * x)").function(0.0)
    np.float64(1.0)
    """

    text: str

    @property
    def function(self) -> Callable[..., Any]:
        return eval(self.text, {"np": np})


def call(answer: Callable, inputs: Mapping[str, Any], returns: int) -> Reply:
    """Call the answer with the case's inputs, in their order, and expect `returns` arrays."""
    given = {name: copied(value) for name, value in inputs.items()}
    reply = reply_of(lambda: unpack(answer(*arguments(given)), returns))
    return replace(reply, changed=tuple(name for name in inputs if not same(inputs[name], given[name])))


def drawn(answer: Callable, inputs: Mapping[str, Any], returns: int) -> Reply:
    """Call a random answer with the case's seed, with the same seed again, and with others: the results, stacked.

    The order of the first four calls hangs on the seed: one who counts calls cannot tell which two belong together. Where the results
    hold so many numbers as `TELLING` says, they come from seven seeds in all. Elsewhere there is one other result: of those with two
    other seeds, that which is the same as the first, if there is one.
    """
    number = sum(value.number for value in inputs.values() if isinstance(value, Seed))
    replies: dict[int, Reply] = {}
    for at in (*ORDERS[number % len(ORDERS)], *range(len(ORDERS[0]), DRAWS)):
        if at >= len(ORDERS[0]) and sum(value.size for value in replies[0].arrays if isinstance(value, np.ndarray)) not in TELLING:
            break
        reply = replies[at] = call(answer, reseeded(inputs, max(at - 1, 0)), returns)
        if reply.problem or reply.not_written or reply.changed:
            return reply
    first, again, *others = (replies[at].arrays for at in sorted(replies))
    if len(replies) < DRAWS:
        others = [max(others, key=lambda other: same(first, other))]
    return Reply(tuple(stacked(values) for values in zip(first, again, *others, strict=False)))


def pieces(answer: Callable, inputs: Mapping[str, Any], returns: int) -> Reply:
    """Call an answer that gives a sequence of arrays, one after the other: all of them joined, and the length of each.

    Of a random one, what it joins to with the same seed again, and with another, comes after that. Lists among the inputs are new
    ones, which an answer may spoil.
    """
    given = {name: copied(value) if isinstance(value, list) else value for name, value in inputs.items()}

    def found(by: int = 0) -> list[np.ndarray]:
        return [np.atleast_1d(np.asarray(piece)) for piece in answer(*arguments(reseeded(given, by)))]

    def joined(parts: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(parts or [np.zeros(0)])

    def values() -> tuple:
        parts = found()
        is_random = any(isinstance(value, Seed) for value in inputs.values())
        more = (joined(found()), joined(found(1))) if is_random else ()
        return joined(parts), np.array([len(piece) for piece in parts]), *more

    reply = reply_of(values)
    return replace(reply, changed=tuple(name for name in inputs if inputs[name] is not given[name] and not same(inputs[name], given[name])))


def node(answer: Callable, inputs: Mapping[str, Any], returns: int) -> Reply:
    """Compute a formula with nodes, and call `backward` on the result: its value, then the gradient of every input.

    `room` among the inputs is the part of Python's recursion limit that `backward` may use, so that a short chain stands for a long
    one; `lines` is how many lines of Python it may run. What is not written yet is named in the reply's `problem`.
    """
    unwritten = []

    def value_and_gradients() -> tuple:
        try:
            leaves = [answer(float(value)) for value in inputs["values"]]
            result = inputs["formula"].function(*leaves)
            with bounded(inputs.get("room"), inputs.get("lines")):
                result.backward()
        except NotImplementedError as error:
            unwritten.append(traceback.extract_tb(error.__traceback__)[-1].name)
            raise
        for leaf in leaves:
            if isinstance(leaf.grad, type(leaf)):
                raise TypeError("`grad` holds a node where a number belongs: is a slope made of nodes, and not of their values?")
        return (np.array([float(result.value), *(float(leaf.grad) for leaf in leaves)]),)

    reply = reply_of(value_and_gradients)
    return replace(reply, problem=f"`{unwritten[0]}` is not written yet.") if unwritten else reply


class TooManyLines(BaseException):
    """More lines of Python were run than are allowed: no `Exception`, which an answer might catch."""


@contextmanager
def bounded(room: float | None, lines: int | None) -> Iterator[None]:
    """Run what stands inside in a part of Python's recursion limit, and raise RuntimeError where it runs more lines than allowed."""
    limit, before, left = sys.getrecursionlimit(), sys.gettrace(), lines or 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        left -= event == "line"
        if left < 0:
            raise TooManyLines
        return count

    if room:
        sys.setrecursionlimit(sum(1 for _ in traceback.walk_stack(None)) + int(room * limit))
    if lines:
        sys.settrace(count)
    try:
        yield
    except TooManyLines:
        pass
    finally:
        sys.settrace(before)
        sys.setrecursionlimit(limit)
    if left < 0:
        raise RuntimeError(f"stopped after {lines:,} lines of Python. A walk along every path takes twice as many with each shared step.")


def stopper(answer: Callable, inputs: Mapping[str, Any], returns: int) -> Reply:
    """Tell an early-stopping rule one validation loss after another until it stops: its decisions, its best loss and weights.

    As in training, there is one array of weights, which changes in place from epoch to epoch.
    """

    def decisions_and_best() -> tuple:
        rule = answer(inputs["patience"], inputs["min_delta"])
        weights, decisions = np.zeros(inputs["weights"].shape[1]), []
        for loss, now in zip(inputs["losses"], inputs["weights"], strict=True):
            weights[...] = now
            decisions.append(bool(rule.update(float(loss), weights)))
            if decisions[-1]:
                break
        weights[...] = np.nan
        return np.array(decisions), rule.best_loss, rule.best_weights

    return reply_of(decisions_and_best)


PROBES: dict[str, Callable[[Any, Mapping[str, Any], int], Reply]] = {
    "call": call,
    "drawn": drawn,
    "pieces": pieces,
    "node": node,
    "stopper": stopper,
}


def arguments(inputs: Mapping[str, Any]) -> list[Any]:
    """The inputs as an answer gets them: a generator for a `Seed`, a function for a `Formula`.

    >>> f, x = arguments({"f": Formula("lambda x: x * x"), "x": 3})
    >>> f(x)
    9
    """
    return [argument(value) for value in inputs.values()]


def argument(value: Any) -> Any:
    """One input as an answer gets it."""
    if isinstance(value, Seed):
        return np.random.default_rng(value.number)
    return value.function if isinstance(value, Formula) else value


def reseeded(inputs: Mapping[str, Any], by: int) -> dict[str, Any]:
    """The inputs with every seed moved."""
    return {name: Seed(value.number + by) if isinstance(value, Seed) else value for name, value in inputs.items()}


def reply_of(values: Callable[[], Iterable[Any]]) -> Reply:
    """The values as plain arrays, or what kept the answer from giving them."""
    try:
        return Reply(tuple(plain(item) for item in values()))
    except NotImplementedError:
        return Reply(not_written=True)
    except Exception as error:
        return Reply(problem=describe_error(error))


def stacked(items: Sequence[np.ndarray | NotAnArray]) -> np.ndarray | NotAnArray:
    """Arrays of one shape on top of one another."""
    arrays = [item for item in items if isinstance(item, np.ndarray)]
    if len(arrays) < len(items):
        return next(item for item in items if isinstance(item, NotAnArray))
    if len({array.shape for array in arrays}) > 1:
        return NotAnArray("arrays whose shape changes from call to call: " + ", ".join(str(array.shape) for array in arrays))
    return np.stack(arrays)


def unpack(value: object, returns: int) -> tuple:
    """The returned value as a tuple of items, where it is one and several are asked for; otherwise the value alone.

    One array in a tuple, as in `return dX,`, counts as that array; a tuple of one number or one row is an array of its own. An array
    in which several values may be stacked stays one: only the judge knows their shapes.
    """
    if returns == 1:
        return value if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], np.ndarray) else (value,)
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


def copied(value: Any) -> Any:
    """An input that the answer may change: its arrays and lists are new ones. What else a case hands over cannot be changed.

    >>> graph = ([1, 2], "tanh")
    >>> copied(graph) == graph, copied(graph)[0] is graph[0]
    (True, False)
    """
    if isinstance(value, np.ndarray):
        return value.copy()
    return type(value)(map(copied, value)) if isinstance(value, (list, tuple)) else value


def same(before: Any, after: Any) -> bool:
    """Whether an input is what it was before the call."""
    if type(before) is not type(after):
        return False
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and before.dtype == after.dtype and before.tobytes() == after.tobytes()
    return before is after or bool(before == after)


def describe_error(error: BaseException) -> str:
    """One line for an error in the answer: its type, its words, and the line it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith("<cell") or "ipykernel" in frame.filename]
    where = f" in `{own[-1].name}`, line {own[-1].lineno}" if own else ""
    line = f": `{own[-1].line.strip()}`" if own and own[-1].line else ""
    words = str(error).strip().split("\n")[0][:300]
    return f"{type(error).__name__}{where}{line}: {words}" if words else f"{type(error).__name__}{where}{line}"
