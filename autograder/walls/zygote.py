"""The worker as the judge holds it: a process behind the wall, that forks one child for each run.

It is started once, has numpy and matplotlib loaded, and never runs a student's code itself. Where it cannot be had, the reason is
put into words that say what to install.
"""

import contextlib
import errno
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO

import numpy as np

from autograder.walls import bubblewrap, protocol
from autograder.walls.wasm import compiled
from course.errors import SandboxUnavailable

START_SECONDS = 60.0  # to load numpy and matplotlib, even from a slow disk
END_SECONDS = 10.0

PAUSES = (0.5, 2.0)  # seconds before a failure that may pass is tried again
PASSING = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EBUSY, errno.ETXTBSY, errno.ENOSPC)
BUSY = "This machine had no room for the sandbox ({}), though it was tried {} times. Let other programs finish, and run this again."

PACKAGE = Path(__file__).resolve().parent.parent
OF_THE_ENGINE = (
    "__init__.py",
    "walls/__init__.py",
    *(f"walls/wasm/{name}.py" for name in ("__init__", "compiled", "engine", "guest", "wasi")),
)
OF_THE_USER = ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")  # by which the compiled guest is found

ELSEWHERE = "Or use WebAssembly, which is experimental: autograder wasm-setup."
OTHERWISE = "For code that you trust as your own, --unsafe runs it without the wall."
NO_NAMESPACES = (
    "bubblewrap may not make namespaces here. "
    "Ubuntu 23.10 and newer: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, "
    "or an AppArmor profile that lets bwrap use them. "
    "Debian before 11: sudo sysctl -w kernel.unprivileged_userns_clone=1. "
    "In a container: start it with the right to make user namespaces "
    "(Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined, or --privileged). "
    f"{ELSEWHERE}"
)


BUBBLEWRAP, WASM, NONE = "bubblewrap", "wasm", "none"  # the walls, and no wall


class NotNow(SandboxUnavailable):
    """A worker did not start for a reason that may pass: too many processes, too little memory."""


def started(*, seconds: float, memory: int, reply: int, wall: str, data: Path | None = None) -> "Zygote":
    """A worker, tried again where it could not be had just now. Raises `SandboxUnavailable` as `Zygote` does."""
    for pause in PAUSES:
        with contextlib.suppress(NotNow):
            return Zygote(seconds=seconds, memory=memory, reply=reply, wall=wall, data=data)
        time.sleep(pause)
    try:
        return Zygote(seconds=seconds, memory=memory, reply=reply, wall=wall, data=data)
    except NotNow as error:
        raise SandboxUnavailable(BUSY.format(error, len(PAUSES) + 1)) from None


class Zygote:
    """One worker process. Raises `SandboxUnavailable` where it cannot be started."""

    def __init__(self, *, seconds: float, memory: int, reply: int, wall: str, data: Path | None = None) -> None:
        """Start it: `seconds` of processor time, `memory` and `reply` in bytes are what each child may use, `data` what it may read."""
        self._closing = contextlib.ExitStack()
        try:
            program = _filter() if wall == BUBBLEWRAP else None
            errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the rest)
            self._closing.enter_context(errors)
            self._control, theirs = socket.socketpair()
            self._closing.callback(self._control.close)
            with theirs:
                start = {BUBBLEWRAP: self._locked_in, WASM: self._in_webassembly, NONE: self._unsafe}[wall]
                self._process = start(theirs, errors, data)
            self._closing.callback(self._reap)
            self._greet({"seconds": float(seconds), "memory": memory, "reply": reply, "filter": program}, errors)
        except BaseException:
            self.close()
            raise

    def fork(self, connection: socket.socket) -> None:
        """Start a child that runs what comes over `connection`, and end the one before. Raises `SandboxUnavailable` as `end` does."""
        with self._lost():
            socket.send_fds(self._control, [protocol.RUN], [connection.fileno()])

    def end(self) -> int:
        """Kill the child; the status it ended with, as `os.waitpid` says it. Raises `SandboxUnavailable` if the zygote is dead."""
        with self._lost():
            self._control.sendall(protocol.END)
            return int(protocol.receive(self._control, deadline=time.monotonic() + END_SECONDS)["status"])

    def close(self) -> None:
        """End the process and all that it started."""
        self._closing.close()

    @contextlib.contextmanager
    def _lost(self) -> Iterator[None]:
        """A zygote that does not answer is given up."""
        try:
            yield
        except (OSError, EOFError):
            self.close()
            raise SandboxUnavailable("The sandbox itself was brought down, for want of memory? The next run has a new one.") from None

    def _locked_in(self, theirs: socket.socket, errors: IO[bytes], data: Path | None) -> subprocess.Popen:
        arguments = ("-P", "-m", "autograder.walls.worker", str(theirs.fileno()))
        with tempfile.TemporaryFile() as seccomp:
            seccomp.write(bubblewrap.nothing_shared())
            seccomp.seek(0)
            descriptors = (theirs.fileno(), seccomp.fileno())
            return _spawn(bubblewrap.command(_bwrap(), arguments, seccomp.fileno(), data), descriptors, errors)

    def _unsafe(self, theirs: socket.socket, errors: IO[bytes], data: Path | None) -> subprocess.Popen:
        """The same worker with no wall around it, in a directory that stands for the library it would see."""
        if not hasattr(os, "fork"):
            raise SandboxUnavailable("Grading forks a process for each exercise, which this system cannot: use Linux, macOS or WSL 2.")
        directory = self._library(bubblewrap.library())
        if data:
            (directory / "data").symlink_to(data)
        path = os.pathsep.join([str(directory), *filter(None, sys.path)])
        environment = {**bubblewrap.ENVIRONMENT, "PYTHONPATH": path, "MPLCONFIGDIR": str(directory)}
        command = [sys.executable, "-P", "-m", "autograder.walls.worker", str(theirs.fileno())]
        return _spawn(command, (theirs.fileno(),), errors, environment, directory)

    def _in_webassembly(self, theirs: socket.socket, errors: IO[bytes], data: Path | None) -> subprocess.Popen:
        """The process that runs guests, which has the worker's files and no other of the course."""
        compiled.made()  # or the reason why there is none, before a process ends without a word
        directory = self._library({**bubblewrap.library(), **{f"autograder/{name}": PACKAGE / name for name in OF_THE_ENGINE}})
        path = os.pathsep.join([str(directory), *filter(None, sys.path)])
        kept = {name: os.environ[name] for name in OF_THE_USER if name in os.environ}
        command = [sys.executable, "-P", "-m", "autograder.walls.wasm.engine", str(theirs.fileno()), *([str(data)] if data else [])]
        environment = {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        return _spawn(command, (theirs.fileno(),), errors, environment, directory)

    def _library(self, files: Mapping[str, Path]) -> Path:
        """A directory with copies of these files, by their place in it."""
        directory = Path(self._closing.enter_context(tempfile.TemporaryDirectory()))
        for name, source in files.items():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, directory / name)
        return directory

    def _greet(self, settings: protocol.Message, errors: IO[bytes]) -> None:
        """Hand over the settings, and wait until everything is loaded."""
        try:
            protocol.send(self._control, settings)
            protocol.receive(self._control, deadline=time.monotonic() + START_SECONDS)
        except (OSError, EOFError):
            self._process.kill()
            self._process.wait()
            errors.seek(0)
            raise _failure(errors.read().decode(errors="replace")) from None

    def _reap(self) -> None:
        """A worker whose judge is gone leaves by itself; one that does not is killed, and all that is in its namespace with it."""
        self._control.close()
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _spawn(
    command: list[str],
    descriptors: Collection[int],
    errors: IO[bytes],
    environment: dict[str, str] | None = None,
    directory: Path | None = None,
) -> subprocess.Popen:
    """A process of its own session, so that Ctrl-C reaches the judge alone, with no file open but these descriptors."""
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=descriptors,
            start_new_session=True,
            env=environment or {},
            cwd=directory,
        )
    except OSError as error:
        if error.errno in PASSING:
            raise NotNow(os.strerror(error.errno)) from None
        raise SandboxUnavailable(f"The sandbox did not start: {error.strerror} ({error.filename}).") from None


def _bwrap() -> str:
    path = shutil.which("bwrap")
    if not path:
        raise SandboxUnavailable(f"Students' code is locked in by bubblewrap, which is not here: sudo apt install bubblewrap. {OTHERWISE}")
    return path


def _filter() -> np.ndarray:
    """The compiled filter of system calls, ready to send."""
    if sys.platform != "linux":
        raise SandboxUnavailable(f"bubblewrap is for Linux alone: grade there, or in WSL 2. {ELSEWHERE} {OTHERWISE}")
    try:
        return np.frombuffer(bubblewrap.system_calls(), dtype=np.uint8)
    except (ImportError, RuntimeError, OSError) as error:
        raise SandboxUnavailable(
            f"Students' system calls are filtered by libseccomp, which is not here ({error}): "
            f"sudo apt install libseccomp2, and pip install pyseccomp. {OTHERWISE}"
        ) from None


def _failure(errors: str) -> SandboxUnavailable:
    """Why the worker did not start, from what it, or bubblewrap, wrote. One that wrote nothing was killed, or had too little time."""
    last = (errors.strip().splitlines() or [""])[-1]
    if not last or any(os.strerror(number) in last for number in PASSING) or last.startswith("MemoryError"):
        return NotNow(last or "it was ended before it began")
    advice = NO_NAMESPACES if "bwrap:" in last and ("ermi" in last or "namespace" in last) else ""
    return SandboxUnavailable(" ".join(filter(None, [f"The sandbox did not start: {last}.", advice, OTHERWISE])))
