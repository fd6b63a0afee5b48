"""Which wall stands around students' code, chosen once before grading begins, and what it is made of, in words."""

from dataclasses import dataclass

from autograder.walls import landlock
from autograder.walls.sandbox import Sandbox
from autograder.walls.wasm import compiled
from autograder.walls.zygote import BUBBLEWRAP, NONE, WASM
from course.errors import SandboxUnavailable, UserError

AUTO = "auto"
LAYERS = {
    BUBBLEWRAP: "bubblewrap (namespaces: no network, no other process, no files but read-only ones), seccomp (system calls)",
    WASM: "WebAssembly (experimental: every system call answered from memory), a process that knows no answer",
}


@dataclass(frozen=True)
class Choice:
    """A wall, and the sentence that says so."""

    wall: str
    sentence: str


ON_WORKERS = Choice(BUBBLEWRAP, f"On each worker students' code is locked in by {LAYERS[BUBBLEWRAP]}; one that cannot is left out.")


def choose(asked: str = AUTO, *, unsafe: bool = False) -> Choice:
    """The wall to use: bubblewrap where it holds; WebAssembly where that alone can be had, and was set up. Never none, unless `unsafe`.

    Raises UserError for a wall that is asked for together with none. That there is no wall at all is found when a sandbox starts.
    """
    if unsafe and asked != AUTO:
        raise UserError(f"--unsafe is without a wall, --wall {asked} is with one: leave out one of them.")
    if unsafe:
        return Choice(NONE, "Students' code is not locked in (--unsafe): it can read and change all your files.")
    if asked == WASM:
        return locked_in_by(WASM)
    if asked == AUTO and compiled.is_set_up():
        try:
            Sandbox().close()
        except SandboxUnavailable as error:
            return locked_in_by(WASM, f" Not by bubblewrap: {error}")
    return locked_in_by(BUBBLEWRAP)


def locked_in_by(wall: str, why: str = "") -> Choice:
    """The sentence that lists the layers of a wall, as they are to be had on this machine."""
    further = "Landlock (files and network, once more), " if landlock.version() else ""
    return Choice(wall, f"Students' code is locked in by {LAYERS[wall]}, {further}limits.{why}")
