"""Attacks are functions of a student's notebook, written out here as ordinary functions and sent as their source."""

import inspect
import re
from collections.abc import Callable

import pytest

from autograder.walls.sandbox import Cell, Limits, Run, Sandbox
from course.judging.probes import Reply

ABSENT = r"(AttributeError|ModuleNotFoundError|OSError) in .*(has no attribute|No module named|is not installed where|on wasm32-wasi)"


class Attacker:
    """A student with a notebook of one cell, and bad intentions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def run(self, attack: Callable | str, *helpers: Callable, **how) -> Run:
        """Run a function of the test, with those it calls; or a cell, given as text, that defines `answer`."""
        if isinstance(attack, str):
            return self.sandbox.run([Cell("attack", attack)], "answer", **how)
        source = "\n\n".join(map(inspect.getsource, [*helpers, attack]))
        return self.sandbox.run([Cell("attack", source)], attack.__name__, **how)

    def reply(self, attack: Callable | str, *helpers: Callable, **inputs: object) -> Reply:
        with self.run(attack, *helpers) as run:
            return run.ask(inputs)

    def misses(self, reply: Reply) -> bool:
        """Whether an attack found nothing to attack: in WebAssembly much of what Linux has is not there at all."""
        return self.sandbox.wall == "wasm" and bool(re.match(ABSENT, reply.problem))

    def works_on(self) -> bool:
        """Whether the next student, who is honest, gets what is theirs."""
        return self.reply("def answer(x): return x + 1", x=1).arrays == (2,)


@pytest.fixture
def linux(wall) -> None:
    """For attacks on what there is on Linux alone."""
    if wall == "wasm":
        pytest.skip("WebAssembly has nothing of the kind")


@pytest.fixture(scope="module")
def attacker(wall):
    with Sandbox(Limits(seconds=20), wall=wall) as sandbox:
        yield Attacker(sandbox)


@pytest.fixture(scope="module")
def small(wall):
    """For attacks on memory, which end when it is full: with time enough on the busiest machine."""
    with Sandbox(Limits(seconds=20, memory_mb=512), wall=wall) as sandbox:
        yield Attacker(sandbox)


@pytest.fixture(scope="module")
def hasty(wall):
    """For attacks that can only be waited out."""
    with Sandbox(Limits(seconds=1, memory_mb=512), wall=wall) as sandbox:
        yield Attacker(sandbox)
