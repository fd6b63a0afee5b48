"""The judge's side of the wall: runs of students' code, and the questions put to them.

>>> from autograder.walls.sandbox import Cell, Sandbox
>>> with Sandbox() as sandbox, sandbox.run([Cell("a1", "def double(x): return 2 * x")], "double") as run:
...     run.ask({"x": 21.0}).arrays
(array(42.),)

One `Sandbox` serves many submissions. Each run is a fresh fork behind the wall that `autograder.walls.bubblewrap` describes, and
nothing that one run does can be seen by another. All that comes back is arrays and words, bounded and checked by
`autograder.walls.protocol`.
"""

import contextlib
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from autograder.walls import protocol
from autograder.walls.bounds import bounded_memory
from autograder.walls.zygote import BUBBLEWRAP, NONE, START_SECONDS, WASM, Zygote, started
from course.errors import ProtocolError, SandboxUnavailable
from course.judging.probes import PROBES, NotAnArray, Reply
from course.time_limit import SECONDS, late

__all__ = ["Answer", "Cell", "Limits", "Run", "Sandbox", "SandboxUnavailable"]

HEADER_BYTES = 1 << 20  # of a frame from the other side
LONGEST = 1000  # letters of a sentence from there
GRACE = 1.0  # seconds after its time within which a cell may stop by itself
LENT_BYTES = 2 << 30  # of memory, that a borrowed call may take in the judge
REPLY_FIELDS = {"arrays", "problem", "not_written", "changed"}
MOST_NAMES = 8
PACE = {BUBBLEWRAP: 1.0, NONE: 1.0, WASM: 4.0}  # how much longer Python itself takes there: all limits of time are so much longer
Lent = Mapping[str, Callable[..., object]]

# What a wall must refuse before it is trusted with anything, in the order of `attempts`.
PROMISES = ("network", "new processes", "signals", "this repository", "writing")
PROOF = """
import os, socket

def refused(module, name, *arguments):
    try:
        getattr(module, name)(*arguments)
    except (OSError, AttributeError):  # or it is not there at all
        return True
    return False

def attempts(judge):
    calls = [(socket, "socket"), (os, "fork"), (os, "kill", 1, 0), (os, "stat", judge), (os, "mkdir", "/new")]
    return [refused(*each) for each in calls]
"""


@dataclass(frozen=True)
class Cell:
    """One cell of code, by its id in the notebook."""

    id: str
    source: str


@dataclass(frozen=True)
class Answer:
    """An answer to ask: its name, the probe that drives it, how many arrays it is expected to return, and the cells it may need.

    Of the cells of a run those are `above` its check that come first, so many; `below` are the ids of later ones that serve only for
    a name that no cell above binds. Raises ValueError for a probe that there is not.
    """

    name: str
    above: int
    below: tuple[str, ...] = ()
    probe: str = "call"
    returns: int = 1

    def __post_init__(self) -> None:
        if self.probe not in PROBES:
            raise ValueError(f"expected a probe out of {', '.join(PROBES)}; got {self.probe!r}")


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    `seconds` is wall clock for all questions to one answer; the time in which the judge itself thinks does not count. The cells before
    them have time of their own: as many seconds of processor time for each. `memory_mb` is address space, of which Python, numpy and
    matplotlib take about 200. `reply_mb` bounds one reply, and `frames` the messages of one run. A submission makes a run for each
    exercise: once something in it has been stopped by the clock `stops` times, the runs that follow have a quarter of the time.
    """

    seconds: float = SECONDS
    memory_mb: int = 1024
    reply_mb: int = 16
    frames: int = 100_000
    stops: int = 3

    @property
    def cell_wall(self) -> float:
        """Seconds that a cell may take on a busy machine, or asleep."""
        return 3 * self.seconds

    @property
    def all_cells(self) -> float:
        """Seconds for all the cells of one run."""
        return 10 * self.seconds

    def hurried(self) -> "Limits":
        """The limits of a submission that has been stopped too often."""
        return replace(self, seconds=self.seconds / 4)


class Sandbox:
    """A place to run students' code in, one run at a time. Raises `SandboxUnavailable` at once where there is none to be had.

    `unsafe` leaves out the `wall`: limits and deadlines hold, but the code may read, write and send whatever its user may. `data` is a
    directory that the code may read as `data`, as it can in a notebook beside it.
    """

    def __init__(self, limits: Limits | None = None, *, unsafe: bool = False, wall: str = BUBBLEWRAP, data: Path | None = None) -> None:
        self.limits = limits or Limits()
        self.wall, self._data = NONE if unsafe else wall, data
        self._run: Run | None = None
        self._zygote = self._start()

    def run(
        self,
        cells: Sequence[Cell],
        answer: str,
        *,
        below: Sequence[Cell] = (),
        whole: bool = True,
        probe: str = "call",
        returns: int = 1,
        lend: Lent | None = None,
        limits: Limits | None = None,
    ) -> "Run":
        """Run the cells in a fresh fork, and hold it ready to be asked; a run that is still open is closed.

        Unless it is the `whole` notebook that is asked for, only those cells are run that the answer needs: of those `below` its
        check, the ones that bind a name which no cell above binds.

        `answer` is the name to ask, driven by `probe` and expected to return so many arrays. The names in `lend` are bound, after the
        cells, to functions that stay here: a call comes over as arrays, and so does what they return. They are called with whatever
        a student's code makes up. `limits` may give this run less than the sandbox allows.
        """
        one = Answer(answer, len(cells), tuple(cell.id for cell in below), probe, returns)
        return self.run_for([one], [*cells, *below], whole=whole, lend=lend, limits=limits)

    def run_for(
        self,
        answers: Sequence[Answer],
        cells: Sequence[Cell],
        *,
        whole: bool = False,
        lend: Lent | None = None,
        limits: Limits | None = None,
    ) -> "Run":
        """As `run`, for several answers, with the cells that any of them needs. The first is asked, until `turn_to` names another."""
        limits = limits or self.limits
        task = {
            "cells": tuple((cell.id, cell.source) for cell in cells),
            "answers": tuple((answer.name, answer.above, answer.below) for answer in answers),
            "whole": whole,
            "seconds": limits.seconds,
            "wall": limits.cell_wall,
            "lend": tuple(lend or ()),
        }
        self._end_run()
        try:
            self._run = Run(self._zygote, limits, task, answers[0], lend or {}, PACE[self.wall])
        except SandboxUnavailable:  # its process is gone: a new one takes over, once
            self._zygote = self._start()
            self._run = Run(self._zygote, limits, task, answers[0], lend or {}, PACE[self.wall])
        return self._run

    def close(self) -> None:
        """End whatever runs."""
        self._end_run()
        self._zygote.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _end_run(self) -> None:
        if self._run:
            self._run.close()
            self._run = None

    def _start(self) -> Zygote:
        limits = self.limits
        seconds = PACE[self.wall] * (limits.seconds + limits.all_cells)
        memory, reply = limits.memory_mb << 20, limits.reply_mb << 20
        zygote = started(seconds=seconds, memory=memory, reply=reply, wall=self.wall, data=self._data)
        try:
            if self.wall != NONE:
                _prove(zygote, limits)
        except BaseException:
            zygote.close()
            raise
        return zygote


def _prove(zygote: Zygote, limits: Limits) -> None:
    """Attack the wall from within. Raises `SandboxUnavailable` where it does not hold."""
    patient = replace(limits, seconds=START_SECONDS)
    answer = Answer("attempts", 1)
    task = {
        **{"cells": (("proof", PROOF),), "answers": ((answer.name, answer.above, answer.below),), "whole": True},
        **{"seconds": patient.seconds, "wall": patient.cell_wall, "lend": ()},
    }
    with Run(zygote, patient, task, answer, {}) as run:
        reply = run.ask({"judge": __file__})
    refused = reply.arrays[0] if reply.arrays else None
    if not isinstance(refused, np.ndarray) or refused.shape != (len(PROMISES),):
        raise SandboxUnavailable(f"The sandbox does not work: {reply.problem or reply}")
    broken = [promise for promise, held in zip(PROMISES, refused, strict=True) if not held]
    if broken:
        raise SandboxUnavailable(f"The sandbox does not hold, it lets through: {', '.join(broken)}.")


class Run:
    """One fork with the cells run: ask it as often as there are cases, and close it.

    `cell_errors` maps the id of a cell that failed to its error in one line; `hung_cell` is the cell that took the run down with it,
    by never ending or by ending Python, if one did; `late` counts how often time was up; `left_out` counts the cells that were not
    needed, `apart` holds the names of answers that cells of later ones may have changed, `troubled` says that a case had no answer, and
    `fallen` that the sandbox itself went down; `below_the_stub` names functions of the answer that are not written only because their
    code stands below the stub's `raise`. Raises `SandboxUnavailable` where the sandbox itself falls, which
    says nothing about the answer.
    """

    def __init__(self, zygote: Zygote, limits: Limits, task: Mapping[str, Any], answer: Answer, lend: Lent, pace: float = 1.0) -> None:
        self.cell_errors: dict[str, str] = {}
        self.hung_cell: str | None = None
        self.late = 0
        self.left_out = 0
        self.apart: tuple[object, ...] = ()
        self.troubled = False
        self.fallen = False
        self.below_the_stub: tuple[str, ...] = ()
        self._zygote, self._limits = zygote, limits
        self._cells = dict(task["cells"])
        self._answer = answer
        self._lend = lend
        self._pace = pace
        self._left = limits.seconds
        self._frames = 0
        self._running: str | None = None
        self._problem = ""
        self._closed = False
        frame = protocol.encode(task)
        self._connection, theirs = socket.socketpair()
        try:
            with theirs:
                zygote.fork(theirs)
            self._run_cells(frame)
        except BaseException:
            self.close()
            raise

    def ask(self, inputs: Mapping[str, object]) -> Reply:
        """The answer's reply to one case; a reply with a `problem` where there is none, whatever the code did instead."""
        answer = self._answer
        frame = protocol.encode({"ask": tuple(inputs.items()), "of": answer.name, "probe": answer.probe, "returns": answer.returns})
        if self._closed and not self._problem:
            raise ValueError("expected an open run, got one that is closed: a sandbox has one run at a time")
        if not self._problem:
            self._deadline = time.monotonic() + self._pace * self._left
            with self._watch():
                protocol.write(self._connection, frame, deadline=self._deadline)
                reply = self._reply(self._next(), inputs)
                self._left = (self._deadline - time.monotonic()) / self._pace
                self.troubled |= bool(reply.problem)
                return reply
        self.troubled = True
        return Reply(problem=self._problem)

    def test(self, source: str, token: int, *, alone: bool = False) -> Reply:
        """How an instructor's test cell fares beside what has run: a problem, or the token, and after it the number in which it ends.

        Each has as much time as a cell. What is tested `alone` sees no name of the notebook's.
        """
        if self._closed:
            return Reply(problem=self._problem or "nothing more can be tested")
        frame = protocol.encode({"test": source, "token": token, "alone": alone})
        self._deadline = time.monotonic() + self._limits.cell_wall + GRACE
        with self._watch():
            protocol.write(self._connection, frame, deadline=self._deadline)
            message = self._next()
            if message.get("stopped") is not True:
                return self._reply(message, {})
            self.late += 1
            return Reply(problem=late(self._limits.seconds))
        return Reply(problem=self._problem)

    @property
    def over(self) -> bool:
        """Whether nothing more can be asked."""
        return self._closed

    def turn_to(self, answer: Answer, seconds: float) -> None:
        """Ask this answer from now on, which has so many seconds to itself."""
        self._answer, self._left = answer, seconds
        self.troubled, self.below_the_stub = False, ()

    def close(self) -> None:
        """End the fork."""
        if not self._closed:
            self._closed = True
            self._connection.close()
            with contextlib.suppress(SandboxUnavailable):
                self._zygote.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _run_cells(self, frame: bytes) -> None:
        """Hand over the task, and note how each cell went. A cell that will not be stopped from within takes the run with it."""
        self._deadline = end = time.monotonic() + self._pace * self._limits.all_cells
        with self._watch():
            protocol.write(self._connection, frame, deadline=self._deadline)
            while True:
                message = self._next()
                match message:
                    case {"running": str(cell)} if cell in self._cells:
                        self._running = cell
                        self._deadline = min(end, time.monotonic() + self._pace * self._limits.cell_wall + GRACE)
                    case {"stopped": True} if self._running is not None:
                        self.late += 1
                        self.cell_errors[self._running] = (
                            f"this cell took longer than {self._limits.seconds:g} seconds, and was stopped; what it defined before stays"
                        )
                    case {"error": str(words)} if self._running is not None:
                        self.cell_errors.setdefault(self._running, printable(words))
                    case {"done": int(count), "apart": tuple(names)}:
                        self._running = None
                        self.left_out = len(self._cells) - count
                        self.apart = names
                        return
                    case _:
                        raise ProtocolError("a frame out of turn")

    @contextlib.contextmanager
    def _watch(self) -> Iterator[None]:
        """Turn whatever goes wrong at the other side into words; the run is then over."""
        try:
            yield
        except TimeoutError:
            self.hung_cell, self.late = self._running, self.late + 1
            self._stop(late(self._limits.seconds))
        except ProtocolError as error:
            self._stop(f"what it sent back is not an answer: {error}")
        except (EOFError, OSError):
            self.hung_cell = self._running
            self._connection.close()
            self._closed = True
            self._stop(cause_of_death(self._end()))

    def _stop(self, problem: str) -> None:
        self._problem = problem
        if self._running is not None:
            self.cell_errors[self._running] = problem
        self.close()

    def _end(self) -> int:
        """The status that the fork ended with."""
        try:
            return self._zygote.end()
        except SandboxUnavailable:
            self.fallen = True
            raise

    def _next(self) -> protocol.Message:
        """The next frame that is no call for something borrowed."""
        while True:
            self._frames += 1
            if self._frames > self._limits.frames:
                raise ProtocolError(f"more than {self._limits.frames} messages in one run")
            most = self._limits.reply_mb * protocol.MEGABYTE
            message = protocol.receive(self._connection, deadline=self._deadline, most=most, most_header=HEADER_BYTES)
            if "borrow" not in message:
                return message
            protocol.write(self._connection, self._lent(message), deadline=self._deadline)

    def _lent(self, message: protocol.Message) -> bytes:
        """What a borrowed function replies, or the error it raised."""
        name, inputs, named = (message.get(field) for field in ("borrow", "inputs", "named"))
        if not isinstance(name, str) or name not in self._lend or not isinstance(inputs, tuple) or not isinstance(named, tuple):
            raise ProtocolError("a call for something that was not lent")
        try:
            keywords = {str(key): value for key, value in named}
            with bounded_memory(LENT_BYTES), np.errstate(all="ignore"):
                value = self._lend[name](*inputs, **keywords)
            return protocol.encode({"value": value}, most=self._limits.reply_mb * protocol.MEGABYTE)
        except Exception as error:
            return protocol.encode({"refused": f"{name}: {error}"[:LONGEST]})

    def _reply(self, message: protocol.Message, inputs: Mapping[str, object]) -> Reply:
        """A frame as a reply, every field checked."""
        if message.keys() == {"undefined"}:
            return Reply(problem=self._undefined())
        below = message.pop("below_the_stub", ())  # only of an answer that is not written
        if message.keys() != REPLY_FIELDS:
            raise ProtocolError("a frame out of turn")
        arrays, problem, not_written, changed = (message[field] for field in ("arrays", "problem", "not_written", "changed"))
        if not isinstance(arrays, tuple) or len(arrays) > protocol.MOST_ARRAYS:
            raise ProtocolError("no tuple of arrays")
        if not all(isinstance(array, (np.ndarray, NotAnArray)) for array in arrays):
            raise ProtocolError("something else than arrays")
        if not isinstance(problem, str) or not isinstance(not_written, bool) or not isinstance(changed, tuple):
            raise ProtocolError("words of no known kind")
        if not all(isinstance(name, str) and name in inputs for name in changed):
            raise ProtocolError("inputs that were not given")
        if not isinstance(below, tuple) or not all(isinstance(name, str) for name in below):
            raise ProtocolError("words of no known kind")
        self.below_the_stub = tuple(map(printable, below[:MOST_NAMES]))
        plain = tuple(NotAnArray(printable(item.what)) if isinstance(item, NotAnArray) else item for item in arrays)
        return Reply(plain, printable(problem), not_written, changed)

    def _undefined(self) -> str:
        """Why the name asked for is not there: the error of a cell that speaks of it, if there was one."""
        name = self._answer.name
        for cell, error in self.cell_errors.items():
            if re.search(rf"\b{re.escape(name)}\b", self._cells[cell]):
                return f"`{name}` is not defined, since its cell stopped with an error: {error}"
        return f"`{name}` is not defined: is it there under this very name?"


def printable(words: str) -> str:
    """Words from the other side as one line that neither a terminal nor a page will obey."""
    return "".join(letter if letter.isprintable() else " " for letter in words[:LONGEST])


def cause_of_death(status: int) -> str:
    """How a child ended, in words, from its wait status."""
    if os.WIFEXITED(status):
        return "Python itself was brought down: did its memory run out, or did it call os._exit?"
    if os.WTERMSIG(status) == signal.SIGSEGV:
        return "Python itself was brought down by a segmentation fault: is there a recursion that never ends?"
    return "Python itself was brought down"
