"""What a worker does behind any wall: loads what notebooks import, runs the cells of one, and answers the judge's cases.

It imports the standard library, numpy, `course.errors`, `course.judging.probes`, and files beside it: behind a wall there is little
else, and a guest in WebAssembly has no `resource` and no `signal` worth the name.
"""

import contextlib
import importlib
import numbers
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.walls import protocol, stand_ins
from autograder.walls.cells import OutOfTime, new_module, run_cell, run_test
from autograder.walls.needs import Facts, facts_of, needed_together
from course.errors import ProtocolError
from course.judging.probes import PROBES, Reply, describe_error
from course.judging.stubs import below_the_stub

Allowance = Callable[[float, float], contextlib.AbstractContextManager[None]]  # as `cells.allowance`

LOADED = ("matplotlib.pyplot", "numpy.testing", "IPython.display", "course.data", "course.plots")
REHEARSED = """
import numpy as np
from course import check, data, plots

def answer(X, W):
    Z = np.maximum(X @ W, 0.0)
    return {"W": Z.sum(axis=0, keepdims=True)}, Z[:, ::-1] - Z.mean(), np.exp(-Z) / len(Z), [each * 2 for each in Z]
"""


def load_libraries() -> None:
    """Import now what notebooks import, so that every child has it for nothing."""
    mkdtemp = tempfile.mkdtemp
    # matplotlib insists on a directory for its font cache, and then does without a cache; behind the wall nothing can be written.
    tempfile.mkdtemp = lambda *_, **__: "/nowhere"  # type: ignore[assignment]
    try:
        for name in LOADED:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    finally:
        tempfile.mkdtemp = mkdtemp


def rehearse() -> None:
    """Do once what every child does: what it loads and warms up here, no child has to, nor has it to copy the pages it is written to."""
    needed_together([("answer", 2, ())], [facts_of("import numpy as np"), facts_of(REHEARSED)])
    names = new_module().__dict__
    run_cell(names, "rehearsed", REHEARSED)
    for inputs in ({"X": np.eye(3), "W": np.eye(3)}, {"X": np.eye(3), "W": np.eye(2)}):  # one that works, one that raises
        protocol.encode(vars(ask(PROBES["call"], names["answer"], inputs, 4)))


def run(connection: socket.socket, largest: int, allowance: Allowance) -> None:
    """Run the cells, each within the `allowance`, then answer case after case, until the judge closes the connection."""
    task = protocol.receive(connection)
    notebook = sys.modules["__main__"] = new_module()
    names = notebook.__dict__
    stand_ins.install()
    cells = Cells(connection, lambda: allowance(task["seconds"], task["wall"]))
    chosen, apart = (task["cells"], ()) if task["whole"] else cells.needed(task["answers"], task["cells"])
    for identifier, source in chosen:
        problem = cells.within_time(identifier, run_cell, names, identifier, source)
        if problem:
            protocol.send(connection, {"error": problem})
    names |= borrowed_names({name: borrowed(connection, name, largest) for name in task["lend"]})
    protocol.send(connection, {"done": len(chosen), "apart": apart})
    while True:
        question = protocol.receive(connection)
        if "test" in question:
            cells.test(new_module().__dict__ if question["alone"] else names, question["test"], question["token"])
        elif question["of"] in names:
            answer = names[question["of"]]
            send_reply(connection, ask(PROBES[question["probe"]], answer, dict(question["ask"]), question["returns"]), answer, largest)
        else:
            protocol.send(connection, {"undefined": True})


class Cells:
    """The cells of a notebook, each looked at or run within its time, and under the eyes of the judge."""

    def __init__(self, connection: socket.socket, in_time: Callable[[], contextlib.AbstractContextManager[None]]) -> None:
        self.connection, self.in_time = connection, in_time

    def within_time(self, identifier: str, work: Callable, *inputs: Any) -> Any:
        """What some work on a cell returns; None, once the judge is told, where it does not end in time."""
        protocol.send(self.connection, {"running": identifier})
        try:
            with self.in_time():
                return work(*inputs)
        except OutOfTime:
            protocol.send(self.connection, {"stopped": True})
            return None

    def test(self, names: dict[str, Any], source: str, token: int) -> None:
        """Run an instructor's test cell, and tell its error; or else the token that came with it, and then the number in which it ends."""
        try:
            with self.in_time():
                value, problem = run_test(names, source)
        except OutOfTime:
            protocol.send(self.connection, {"stopped": True})
            return
        is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        told = () if problem else (np.array(token), *([np.array(float(value))] if is_number else []))
        protocol.send(self.connection, vars(Reply(told, problem)))

    def needed(self, answers: Sequence[tuple[str, int, Sequence[str]]], cells: Sequence[tuple[str, str]]) -> tuple[list, tuple[str, ...]]:
        """Those cells, as identifiers and sources, that any of the answers needs, in their order; and the answers to be run apart.

        An answer is its name, how many cells stand above its check, and the identifiers of those below that it may need.
        """
        facts = [self.within_time(identifier, facts_of, source) or Facts(opaque=True) for identifier, source in cells]
        places = {identifier: place for place, (identifier, _) in enumerate(cells)}
        at = [(name, above, sorted(places[identifier] for identifier in below if identifier in places)) for name, above, below in answers]
        chosen, apart = needed_together(at, facts)
        return [cells[place] for place in chosen], apart


def ask(probe: Callable, answer: Any, inputs: Mapping[str, Any], returns: int) -> Reply:
    """The reply of an answer to one case, whatever it does instead of replying."""
    try:
        reply = probe(answer, inputs, returns)
        if len(reply.arrays) <= protocol.MOST_ARRAYS:
            return reply
        return Reply(problem=f"expected {returns} values, got {len(reply.arrays)}")
    except BaseException as error:  # exit(), KeyboardInterrupt, an error that cannot be described: the student's all the same
        return Reply(problem=words(error))


def words(error: BaseException) -> str:
    """An error in one line, even where its own words raise another."""
    try:
        return describe_error(error)
    except BaseException:
        return "an error that cannot even be put into words"


def send_reply(connection: socket.socket, reply: Reply, answer: Any, largest: int) -> None:
    """Send a reply as a frame, or a reply that says why it cannot be one; of an answer that is not written, what hides its code."""
    fields = {"arrays": reply.arrays, "problem": reply.problem, "not_written": reply.not_written, "changed": reply.changed}
    if reply.not_written:
        with contextlib.suppress(Exception):
            fields["below_the_stub"] = below_the_stub(answer)
    try:
        protocol.write(connection, protocol.encode(fields, most=largest))
    except (ProtocolError, MemoryError) as error:
        protocol.send(connection, {**fields, "arrays": (), "problem": f"what it returned cannot be sent: {error or 'too large'}"})


def borrowed(connection: socket.socket, name: str, largest: int) -> Callable:
    """A function that lives with the judge: calling it sends the inputs there and waits for what comes back."""

    def proxy(*inputs: Any, **named: Any) -> Any:
        try:
            frame = protocol.encode({"borrow": name, "inputs": inputs, "named": tuple(named.items())}, most=largest)
        except ProtocolError as error:
            raise TypeError(f"{name}: {error}") from None
        protocol.write(connection, frame)
        reply = protocol.receive(connection)
        if "refused" in reply:
            raise ValueError(reply["refused"])
        return reply["value"]

    proxy.__name__ = proxy.__qualname__ = name
    return proxy


def borrowed_names(functions: Mapping[str, Callable]) -> dict[str, Callable]:
    """What a notebook finds under the names that were lent: functions, and classes, which are lent as several functions."""
    return {
        name: borrowed_class(name, functions) if f"{name}.{protocol.ATTRIBUTE}" in functions else function
        for name, function in functions.items()
        if "." not in name
    }


def borrowed_class(name: str, functions: Mapping[str, Callable]) -> type:
    """A class whose objects live with the judge: each knows its handle, and no more."""
    make, attribute = functions[name], functions[f"{name}.{protocol.ATTRIBUTE}"]

    def __init__(self: Any, *inputs: Any, **named: Any) -> None:
        self.__dict__["_handle"] = make(*inputs, **named)

    def __getattr__(self: Any, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError(f"{name!r} object has no attribute {key!r}")
        try:
            return attribute(self._handle, key)
        except ValueError as refusal:
            raise AttributeError(str(refusal)) from None

    def __setattr__(self: Any, key: str, value: Any) -> None:
        attribute(self._handle, key, value)

    def method(function: Callable) -> Callable:
        return lambda self, *inputs, **named: function(self._handle, *inputs, **named)

    special = {one.__name__: one for one in (__init__, __getattr__, __setattr__)}
    prefix = f"{name}."
    methods = {full.removeprefix(prefix): method(function) for full, function in functions.items() if full.startswith(prefix)}
    return type(name, (), {**methods, **special})
