"""The process that runs guests: knows no answer, and hands bytes to and fro between a guest and the judge.

To the judge it is what the zygote of the other wall is (`autograder.walls.worker`): it starts a run, and ends it. A template guest has
everything loaded; each run is a new guest with a copy of the template's memory, on a thread of its own.
"""

import contextlib
import ctypes
import io
import mmap
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import wasmtime

from autograder.walls import landlock, protocol
from autograder.walls.wasm import compiled
from autograder.walls.wasm.wasi import Calls, Exit, Folder, Memory
from course.errors import SandboxUnavailable

LIBRARY = Path(__file__).resolve().parents[3]  # the files of this repository that a worker has; this process has them and its own
STANDARD_LIBRARY, PLOT_DATA = "python315.zip", "/usr/local/lib/python315.zip/matplotlib/mpl-data"
ENVIRONMENT = {"HOME": "/", "LANG": "C.UTF-8", "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "PYTHONTZPATH": ""}
PREPARE = "import sys; sys.path.insert(0, '/worker/lib'); from autograder.walls.wasm import guest; guest.prepare()"
SERVE = "from autograder.walls.wasm import guest; guest.serve({})"
STACK = 16 << 20  # bytes of a guest's thread: its own, and what answers its calls
PAGE, WASM_PAGE = 4096, 1 << 16
MOST = (1 << 20) + 64  # bytes that go through the door at once
NOT_THROUGH = -2
Door = Callable[[bytes], bytes]


def serve(control: socket.socket, data: Path | None) -> None:
    """Run a guest for every run the judge asks for, one at a time, until the judge has gone."""
    threading.stack_size(STACK)
    settings = protocol.receive(control)
    machine = Machine(int(settings["memory"]), data)
    landlock.give_up(reading=False)  # from here on this process opens no file either, where the kernel can refuse it
    protocol.send(control, {"ready": True})
    run: Run | None = None
    while True:
        while run and not select.select([control], [], [], 1.0)[0]:
            if run.seconds() > settings["seconds"] + 2:  # should the judge be stuck
                run.end()
        command, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        status = run.end() if run else 0
        run = None
        if command == protocol.RUN and descriptors:
            run = Run(machine, socket.socket(fileno=descriptors[0]), int(settings["reply"]))
        elif command == protocol.END:
            protocol.send(control, {"status": status})
        else:
            return


class Machine:
    """Compiled Python, the disk it sees, and the memory it has once everything is loaded. `memory` in bytes is what a guest may have."""

    def __init__(self, memory: int, data: Path | None) -> None:
        self.memory = memory
        self.engine = wasmtime.Engine(compiled.settings())
        self.module = compiled.load(self.engine)
        self.folders = disk(data)
        self.size, self.pages = 0, [(0, b"")]
        self._load()

    def _load(self) -> None:
        """Start a guest, load everything, and keep the pages of its memory that this has changed."""
        guest = Guest(self, lambda _: b"", threading.Event())
        before = guest.image()
        failed = on_a_thread(lambda: guest.turn(PREPARE))
        if failed:
            raise SandboxUnavailable(f"Python did not start in WebAssembly: {guest.calls.heard.decode(errors='replace')[-2000:]} {failed}")
        after = guest.image()
        self.size, self.pages = len(after), changed(before, after)
        guest.store.close()


class Guest:
    """One instance of Python. What it sends goes through the `door`, and what that returns comes back; `halt` ends its sleep."""

    def __init__(self, machine: Machine, door: Door, halt: threading.Event) -> None:
        self.door = door
        self.calls = Calls(machine.folders, ENVIRONMENT, halt)
        self.store = wasmtime.Store(machine.engine)
        self.store.set_limits(memory_size=machine.memory, instances=1, memories=1)
        self.store.set_epoch_deadline(1)  # nobody counts epochs up but who stops the guest
        linker = wasmtime.Linker(machine.engine)
        for each in machine.module.imports:
            assert each.name is not None and isinstance(each.type, wasmtime.FuncType)
            handler = self._through_the_door if each.module == "host" else self._answered(each.name, each.type)
            linker.define_func(each.module, each.name, each.type, handler, access_caller=True)
        self.exports: Any = linker.instantiate(self.store, machine.module).exports(self.store)
        self._copy(machine)

    def turn(self, code: str) -> str:
        """Let it run some Python; what went wrong, or nothing. Raises `wasmtime.Trap`, `Exit`, and what the door raises."""
        raw = code.encode()
        place = self.exports["host_alloc"](self.store, len(raw)) & 0xFFFFFFFF
        self.exports["memory"].write(self.store, raw, place)
        status = self.exports["turn"](self.store, place, len(raw)) & 0xFFFF
        return f"(status {status})" if status else ""

    def image(self) -> bytes:
        """A copy of all its memory."""
        memory = self.exports["memory"]
        return ctypes.string_at(memory.data_ptr(self.store), memory.data_len(self.store))

    def _copy(self, machine: Machine) -> None:
        """Have in memory what the template has."""
        memory = self.exports["memory"]
        missing = machine.size - memory.data_len(self.store)
        if missing > 0:
            memory.grow(self.store, missing // WASM_PAGE)
        base = ctypes.cast(memory.data_ptr(self.store), ctypes.c_void_p).value or 0
        for place, data in machine.pages:
            ctypes.memmove(base + place, data, len(data))

    def _answered(self, name: str, kind: wasmtime.FuncType) -> Callable[..., int]:
        masks = [(1 << (64 if str(each) == "i64" else 32)) - 1 for each in kind.params]

        def call(caller: wasmtime.Caller, *numbers: int) -> int:
            unsigned = (number & mask for number, mask in zip(numbers, masks, strict=True))
            return self.calls.answer(name, Memory(caller), tuple(unsigned))

        return call

    def _through_the_door(self, caller: wasmtime.Caller, *numbers: int) -> int:
        at, length, out, out_length = (number & 0xFFFFFFFF for number in numbers)
        if length > MOST:
            return NOT_THROUGH
        answer = self.door(Memory(caller).read(at, length))
        allocate: Any = caller["host_alloc"]
        place = allocate(caller, len(answer)) & 0xFFFFFFFF
        memory = Memory(caller)
        memory.write(place, answer)
        memory.pack(out, "I", place)
        memory.pack(out_length, "I", len(answer))
        return 0


class Run:
    """A guest at work for one notebook, on a thread of its own."""

    def __init__(self, machine: Machine, connection: socket.socket, largest: int) -> None:
        self._machine, self._connection, self._largest = machine, connection, largest
        self._halt = threading.Event()
        self._status = 0
        self._start = time.process_time()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def seconds(self) -> float:
        """Processor time that this process has taken since."""
        return time.process_time() - self._start

    def end(self) -> int:
        """Stop it wherever it is; how it ended, as `os.waitpid` says it of a process."""
        self._halt.set()
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        while self._thread.is_alive():
            self._machine.engine.increment_epoch()
            self._thread.join(0.02)
        self._connection.close()
        return self._status

    def _work(self) -> None:
        try:
            guest = Guest(self._machine, self._door, self._halt)
            try:
                guest.turn(SERVE.format(self._largest))
            finally:
                guest.store.close()
        except (Exit, OSError):
            pass  # ended by itself, or because the judge has what it wanted
        except wasmtime.Trap as error:
            self._status = signal.SIGSEGV if error.trap_code == wasmtime.TrapCode.STACK_OVERFLOW else signal.SIGABRT
        except Exception:  # a guest that was driven where it should not go: the run is over
            self._status = signal.SIGABRT
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _door(self, request: bytes) -> bytes:
        """What a guest writes goes to the judge, and what it reads comes from there."""
        if request[:1] == b"w":
            self._connection.sendall(request[1:])
            return b""
        (length,) = struct.unpack("<I", request[1:5])
        return self._connection.recv(min(length, MOST))


def disk(data: Path | None) -> dict[str, Folder]:
    """The folders that a guest finds, all of it in memory: the standard library, plotting's own data, the worker, the unit's data."""
    library = mapped(compiled.artifacts() / compiled.LIBRARY)
    worker = tree(LIBRARY)
    wasm = worker["autograder"]["walls"]["wasm"]
    worker["autograder"]["walls"]["wasm"] = {name: wasm[name] for name in ("__init__.py", "guest.py")}
    folders: dict[str, Any] = {"usr": {"local": {"lib": {STANDARD_LIBRARY: library}}}, "worker": {"lib": worker}}
    if data:
        folders["data"] = tree(data)
    inner = zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(compiled.artifacts() / compiled.LIBRARY).read("matplotlib/mpl-data.zip")))
    plots: dict[str, Any] = {}
    for name in filter(lambda name: not name.endswith("/"), inner.namelist()):
        *above, last = name.removeprefix("mpl-data/").split("/")
        folder = plots
        for part in above:
            folder = folder.setdefault(part, {})
        folder[last] = inner.read(name)
    return {"/": folders, PLOT_DATA: plots}


def tree(directory: Path) -> dict[str, Any]:
    """A directory as it is seen through the wall: its own files and folders, and no link."""
    entries = sorted(path for path in directory.iterdir() if not path.is_symlink())
    return {path.name: tree(path) if path.is_dir() else path.read_bytes() for path in entries if path.is_dir() or path.is_file()}


def mapped(path: Path) -> mmap.mmap:
    """A large file as bytes that every process on this machine shares."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def changed(before: bytes, after: bytes) -> list[tuple[int, bytes]]:
    """The pages of a memory that have changed, or are new and not empty, by their place; those that touch are joined."""
    new = np.frombuffer(after, np.uint8).reshape(-1, PAGE)
    old = np.zeros_like(new)
    old.reshape(-1)[: len(before)] = np.frombuffer(before, np.uint8)
    pages = np.flatnonzero((new != old).any(axis=1))
    groups = np.split(pages, np.flatnonzero(np.diff(pages) > 1) + 1)
    return [(int(group[0]) * PAGE, new[group[0] : group[-1] + 1].tobytes()) for group in groups if len(group)]


def on_a_thread(work: Callable[[], str]) -> str:
    """What some work returns, done where the stack is large enough."""
    results: list[str] = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join()
    return results[0] if results else "(it was brought down)"


if __name__ == "__main__":
    try:
        serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    except BaseException as error:
        print(error, file=sys.stderr) if isinstance(error, SandboxUnavailable) else traceback.print_exc()
        sys.stderr.flush()
    os._exit(0)
