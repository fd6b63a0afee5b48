"""Every system call that a guest can make (WASI preview 1), answered here: from bytes in memory, a clock, and random numbers.

No file, socket or process of this machine stands behind any of them. A guest may have been taken over by the code it runs, so every
number that it sends is taken for hostile: addresses are checked, lengths bounded. What is not written here is refused.
"""

import os
import struct
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import wasmtime

Folder = Mapping[str, Any]  # of folders, and of files: bytes, or what can be sliced into bytes

BADF, FAULT, INVAL, ISDIR, MFILE, NOENT, NOSYS, NOTDIR, SPIPE, NOTCAPABLE, ROFS = 8, 21, 28, 31, 33, 44, 52, 54, 70, 76, 69
CHARACTERS, DIRECTORY, FILE = 2, 3, 4  # kinds of what is open
READ, SEEK, TELL, WRITE, OPEN, READDIR, PATH_STAT, STAT = (1 << bit for bit in (1, 2, 5, 6, 13, 14, 18, 21))
RIGHTS = READ | SEEK | TELL | OPEN | READDIR | PATH_STAT | STAT
CREATE, MUST_BE_FOLDER, MUST_BE_NEW, EMPTY = 1, 2, 4, 8  # how to open
FIRST = 3  # the number of the first folder that is there from the start
MOST_OPEN = 40
LONGEST_PATH, MOST_PIECES, MOST_RANDOM = 4096, 1024, 1 << 20
MOST_HEARD = 1 << 16
MONOTONIC = 1


class Refused(Exception):
    """A call that fails, with its number in WASI."""


class Exit(Exception):
    """The guest has ended itself."""


class Memory:
    """The guest's memory during one call. Raises `Refused` for addresses outside."""

    def __init__(self, caller: "wasmtime.Caller") -> None:
        self._memory: Any = caller["memory"]
        self._caller = caller

    def read(self, at: int, length: int) -> bytes:
        self._check(at, length)
        return bytes(self._memory.read(self._caller, at, at + length))

    def write(self, at: int, data: bytes) -> None:
        self._check(at, len(data))
        self._memory.write(self._caller, data, at)

    def pack(self, at: int, form: str, *values: int) -> None:
        self.write(at, struct.pack("<" + form, *values))

    def unpack(self, at: int, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self.read(at, struct.calcsize("<" + form)))

    def pieces(self, at: int, count: int) -> list[tuple[Any, ...]]:
        """The places and lengths that a vector of buffers lists."""
        if count > MOST_PIECES:
            raise Refused(INVAL)
        return [self.unpack(at + 8 * number, "II") for number in range(count)]

    def _check(self, at: int, length: int) -> None:
        if at + length > self._memory.data_len(self._caller):
            raise Refused(FAULT)


class Calls:
    """The calls of one guest, each a method by its name in WASI; `answer` makes one. Numbers are unsigned.

    `folders` are what the guest finds open, by their path. `halt` ends its sleep.
    """

    def __init__(self, folders: Mapping[str, Folder], environment: Mapping[str, str], halt: threading.Event) -> None:
        self._paths = [path.encode() for path in folders]
        self._open: dict[int, list[Any]] = {number: [None, 0] for number in range(FIRST)}  # what, and the place in it
        self._open |= {FIRST + number: [folder, 0] for number, folder in enumerate(folders.values())}
        self._environment = [f"{name}={value}\0".encode() for name, value in environment.items()]
        self._halt = halt
        self.heard = bytearray()  # the first that it printed

    def answer(self, name: str, memory: Memory, numbers: tuple[int, ...]) -> int:
        """Make a call; the number that it returns, 0 for success."""
        call: Callable[..., None] | None = getattr(self, f"wasi_{name}", None)
        try:
            if not call:
                raise Refused(NOSYS)
            call(memory, *numbers)
        except Refused as error:
            return int(error.args[0])
        return 0

    def wasi_args_sizes_get(self, memory: Memory, count: int, size: int) -> None:
        memory.pack(count, "I", 1)
        memory.pack(size, "I", len(b"python\0"))

    def wasi_args_get(self, memory: Memory, places: int, text: int) -> None:
        memory.pack(places, "I", text)
        memory.write(text, b"python\0")

    def wasi_environ_sizes_get(self, memory: Memory, count: int, size: int) -> None:
        memory.pack(count, "I", len(self._environment))
        memory.pack(size, "I", sum(map(len, self._environment)))

    def wasi_environ_get(self, memory: Memory, places: int, text: int) -> None:
        for number, item in enumerate(self._environment):
            memory.write(text, item)
            memory.pack(places + 4 * number, "I", text)
            text += len(item)

    def wasi_clock_res_get(self, memory: Memory, clock: int, out: int) -> None:
        memory.pack(out, "Q", 1000)

    def wasi_clock_time_get(self, memory: Memory, clock: int, precision: int, out: int) -> None:
        memory.pack(out, "Q", now(clock))

    def wasi_random_get(self, memory: Memory, at: int, length: int) -> None:
        if length > MOST_RANDOM:
            raise Refused(INVAL)
        memory.write(at, os.urandom(length))

    def wasi_sched_yield(self, memory: Memory) -> None: ...

    def wasi_proc_exit(self, memory: Memory, status: int) -> None:
        raise Exit(status)

    def wasi_poll_oneoff(self, memory: Memory, events: int, out: int, count: int, happened: int) -> None:
        """Sleep, where a clock is what is waited for. All else is there at once."""
        token, kind, clock, until, absolute = memory.unpack(events, "QB7xI4xQ8xH6x")
        if not kind:
            self._halt.wait(min(max(0, until - now(clock) if absolute & 1 else until) / 1e9, threading.TIMEOUT_MAX))
        memory.pack(out, "QHB5xQH6x", token, 0, kind, 0, 0)
        memory.pack(happened, "I", 1)

    def wasi_fd_prestat_get(self, memory: Memory, number: int, out: int) -> None:
        memory.pack(out, "B3xI", 0, len(self._path(number)))

    def wasi_fd_prestat_dir_name(self, memory: Memory, number: int, at: int, length: int) -> None:
        memory.write(at, self._path(number)[:length])

    def wasi_fd_fdstat_get(self, memory: Memory, number: int, out: int) -> None:
        node = self._opened(number)[0]
        memory.pack(out, "BxH4xQQ", kind_of(node), 0, READ | WRITE if node is None else RIGHTS, RIGHTS)

    def wasi_fd_fdstat_set_flags(self, memory: Memory, number: int, flags: int) -> None:
        self._opened(number)

    def wasi_fd_filestat_get(self, memory: Memory, number: int, out: int) -> None:
        memory.write(out, status_of(self._opened(number)[0]))

    def wasi_path_filestat_get(self, memory: Memory, number: int, flags: int, at: int, length: int, out: int) -> None:
        memory.write(out, status_of(self._find(memory, number, at, length)))

    def wasi_path_readlink(self, memory: Memory, number: int, at: int, length: int, *rest: int) -> None:
        self._find(memory, number, at, length)
        raise Refused(INVAL)  # there are no links

    def wasi_path_open(
        self, memory: Memory, number: int, look: int, at: int, length: int, how: int, rights: int, below: int, flags: int, out: int
    ) -> None:
        if how & (CREATE | MUST_BE_NEW | EMPTY) or rights & WRITE:
            raise Refused(ROFS)
        node = self._find(memory, number, at, length)
        if how & MUST_BE_FOLDER and kind_of(node) != DIRECTORY:
            raise Refused(NOTDIR)
        if len(self._open) > MOST_OPEN:
            raise Refused(MFILE)
        new = next(number for number in range(MOST_OPEN + 1) if number not in self._open)
        memory.pack(out, "I", new)
        self._open[new] = [node, 0]

    def wasi_fd_close(self, memory: Memory, number: int) -> None:
        self._opened(number)
        if number < FIRST + len(self._paths):
            raise Refused(BADF)
        del self._open[number]

    def wasi_fd_read(self, memory: Memory, number: int, vectors: int, count: int, out: int) -> None:
        opened = self._opened(number)
        if opened[0] is None:
            return memory.pack(out, "I", 0)
        got = self._read(memory, number, opened[1], vectors, count)
        opened[1] += got
        return memory.pack(out, "I", got)

    def wasi_fd_pread(self, memory: Memory, number: int, vectors: int, count: int, offset: int, out: int) -> None:
        memory.pack(out, "I", self._read(memory, number, offset, vectors, count))

    def wasi_fd_write(self, memory: Memory, number: int, vectors: int, count: int, out: int) -> None:
        """Print, for nobody: the first words are kept, should Python itself not start."""
        if number not in (1, 2):
            raise Refused(BADF)
        pieces = memory.pieces(vectors, count)
        for at, length in pieces:
            self.heard += memory.read(at, min(length, MOST_HEARD - len(self.heard)))
        memory.pack(out, "I", sum(length for _, length in pieces) & 0xFFFFFFFF)

    def wasi_fd_seek(self, memory: Memory, number: int, offset: int, whence: int, out: int) -> None:
        opened = self._opened(number)
        node = self._file(number)
        if whence > 2:
            raise Refused(INVAL)
        signed = offset - (1 << 64) if offset >> 63 else offset
        place = signed + (0, opened[1], len(node))[whence]
        if not 0 <= place < 1 << 63:
            raise Refused(INVAL)
        memory.pack(out, "Q", place)
        opened[1] = place

    def wasi_fd_tell(self, memory: Memory, number: int, out: int) -> None:
        self._file(number)
        memory.pack(out, "Q", self._opened(number)[1])

    def wasi_fd_readdir(self, memory: Memory, number: int, at: int, length: int, cookie: int, out: int) -> None:
        data = b""
        for place, (name, node) in enumerate(sorted(self._folder(number).items()), start=1):
            if place > cookie and len(data) < length:
                raw = name.encode()
                data += struct.pack("<QQIB3x", place, 1, len(raw), kind_of(node)) + raw
        memory.write(at, data[:length])
        memory.pack(out, "I", min(len(data), length))

    def _path(self, number: int) -> bytes:
        if not FIRST <= number < FIRST + len(self._paths):
            raise Refused(BADF)
        return self._paths[number - FIRST]

    def _opened(self, number: int) -> list[Any]:
        if number not in self._open:
            raise Refused(BADF)
        return self._open[number]

    def _folder(self, number: int) -> Folder:
        node = self._opened(number)[0]
        if kind_of(node) != DIRECTORY:
            raise Refused(NOTDIR)
        return node

    def _file(self, number: int) -> Any:
        node = self._opened(number)[0]
        if kind_of(node) != FILE:
            raise Refused(SPIPE if node is None else ISDIR)
        return node

    def _find(self, memory: Memory, number: int, at: int, length: int) -> Any:
        """What lies at a path below an open folder."""
        node: Any = self._folder(number)
        if length > LONGEST_PATH:
            raise Refused(INVAL)
        parts = [part for part in memory.read(at, length).decode("utf-8", "replace").split("/") if part not in ("", ".")]
        if ".." in parts:
            raise Refused(NOTCAPABLE)
        for part in parts:
            if kind_of(node) != DIRECTORY:
                raise Refused(NOTDIR)
            if part not in node:
                raise Refused(NOENT)
            node = node[part]
        return node

    def _read(self, memory: Memory, number: int, place: int, vectors: int, count: int) -> int:
        """Fill buffers from a file; how many bytes."""
        node, start = self._file(number), place
        for at, length in memory.pieces(vectors, count):
            piece = node[min(place, len(node)) : min(place + length, len(node))]
            memory.write(at, piece)
            place += len(piece)
            if len(piece) < length:
                break
        return place - start


def now(clock: int) -> int:
    """Nanoseconds: the time of day, or of a clock that only goes forward."""
    return time.perf_counter_ns() if clock >= MONOTONIC else time.time_ns()


def kind_of(node: Any) -> int:
    """Whether this is a folder, a file, or a stream."""
    return CHARACTERS if node is None else DIRECTORY if isinstance(node, Mapping) else FILE


def status_of(node: Any) -> bytes:
    """What `stat` says of it."""
    kind = kind_of(node)
    return struct.pack("<QQB7xQQQQQ", 1, 1, kind, 1, len(node) if kind == FILE else 0, 0, 0, 0)
