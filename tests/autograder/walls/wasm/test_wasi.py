"""What a guest asks for is answered from memory, or refused: whatever it sends, nothing of this machine is touched, and nothing breaks."""

import random
import struct
import threading

import pytest

from autograder.walls.wasm import wasi
from autograder.walls.wasm.wasi import Calls, Exit, Memory

SIZE = 1 << 16
DISK = {"/": {"hello.txt": b"hello, guest", "folder": {"a": b"A", "b": b"B"}}, "/plots": {"style": b"plain"}}
PATH, OUT, VECTOR, BUFFER = 64, 1024, 2048, 4096


class Bytes:
    """A guest's memory, as wasmtime gives it."""

    def __init__(self) -> None:
        self.data = bytearray(SIZE)

    def data_len(self, caller: object) -> int:
        return SIZE

    def read(self, caller: object, start: int, stop: int) -> bytearray:
        return self.data[start:stop]

    def write(self, caller: object, data: bytes, at: int) -> None:
        self.data[at : at + len(data)] = data
        assert len(self.data) == SIZE


class Guest:
    """What makes calls."""

    def __init__(self) -> None:
        self.halt = threading.Event()
        self.calls = Calls(DISK, {"LANG": "C"}, self.halt)
        self.bytes = Bytes()
        self.memory = Memory({"memory": self.bytes})

    def call(self, name: str, *numbers: int) -> int:
        return self.calls.answer(name, self.memory, numbers)

    def open(self, path: bytes, *, folder: int = 3, how: int = 0, rights: int = wasi.READ) -> tuple[int, int]:
        self.bytes.write(None, path, PATH)
        return self.call("path_open", folder, 0, PATH, len(path), how, rights, 0, 0, OUT), self.memory.unpack(OUT, "I")[0]

    def read(self, number: int, length: int = 100) -> bytes:
        self.memory.pack(VECTOR, "II", BUFFER, length)
        assert self.call("fd_read", number, VECTOR, 1, OUT) == 0
        return self.memory.read(BUFFER, self.memory.unpack(OUT, "I")[0])


@pytest.fixture
def guest():
    return Guest()


def test_a_file_is_read_piece_by_piece(guest):
    error, number = guest.open(b"hello.txt")
    assert error == 0 and guest.read(number, 5) == b"hello" and guest.read(number) == b", guest" and guest.read(number) == b""
    assert guest.call("fd_seek", number, (1 << 64) - 5, 2, OUT) == 0 and guest.read(number) == b"guest"
    assert guest.call("fd_close", number) == 0 and guest.call("fd_close", number) == wasi.BADF


def test_folders_are_listed_and_opened(guest):
    error, number = guest.open(b"folder", how=wasi.MUST_BE_FOLDER)
    assert error == 0 and guest.call("fd_readdir", number, BUFFER, 1000, 0, OUT) == 0
    listed = guest.memory.read(BUFFER, guest.memory.unpack(OUT, "I")[0])
    assert listed[24:25] == b"a" and listed[49:50] == b"b" and len(listed) == 50
    assert guest.read(guest.open(b"folder/b")[1]) == b"B" and guest.read(guest.open(b"style", folder=4)[1]) == b"plain"


@pytest.mark.parametrize(
    ("path", "how", "error"),
    [
        (b"../etc/passwd", {}, wasi.NOTCAPABLE),
        (b"folder/../../etc/passwd", {}, wasi.NOTCAPABLE),
        (b"etc/passwd", {}, wasi.NOENT),
        (b"/etc/passwd", {}, wasi.NOENT),
        (b"C:secret", {}, wasi.NOENT),
        (b"hello.txt/", {"how": wasi.MUST_BE_FOLDER}, wasi.NOTDIR),
        (b"hello.txt/more", {}, wasi.NOTDIR),
        (b"hello.txt", {"rights": wasi.WRITE}, wasi.ROFS),
        (b"new", {"how": wasi.CREATE}, wasi.ROFS),
        (b"hello.txt", {"how": wasi.EMPTY}, wasi.ROFS),
        (b"x" * 5000, {}, wasi.INVAL),
        (b"hello.txt", {"folder": 99}, wasi.BADF),
        (b"hello.txt", {"folder": 1}, wasi.NOTDIR),
    ],
)
def test_nothing_else_is_opened(guest, path, how, error):
    assert guest.open(path, **how)[0] == error


def test_only_so_many_files_are_open_at_once(guest):
    errors = [guest.open(b"hello.txt")[0] for _ in range(60)]
    assert errors[0] == 0 and errors[-1] == wasi.MFILE


@pytest.mark.parametrize(
    "name",
    ["path_unlink_file", "path_rename", "path_create_directory", "path_symlink", "sock_accept", "sock_send", "fd_pwrite", "__init__"],
)
def test_what_is_not_written_is_refused(guest, name):
    assert guest.call(name, *range(6)) == wasi.NOSYS


def test_what_is_printed_is_for_nobody_and_bounded(guest):
    guest.memory.pack(VECTOR, "II", 0, SIZE)
    for _ in range(3):
        assert guest.call("fd_write", 1, VECTOR, 1, OUT) == 0
    assert len(guest.calls.heard) == wasi.MOST_HEARD and guest.call("fd_write", 3, VECTOR, 1, OUT) == wasi.BADF


def test_a_sleep_ends_when_the_guest_is_stopped(guest):
    guest.memory.write(BUFFER, struct.pack("<QB7xI4xQ8xH6x", 7, 0, wasi.MONOTONIC, (1 << 64) - 1, 0))
    guest.halt.set()
    assert guest.call("poll_oneoff", BUFFER, OUT, 1, VECTOR) == 0 and guest.memory.unpack(OUT, "Q") == (7,)


def test_whatever_numbers_it_sends_nothing_breaks(guest):
    rng = random.Random(0)
    names = [name.removeprefix("wasi_") for name in dir(Calls) if name.startswith("wasi_")]
    counts = {name: getattr(Calls, f"wasi_{name}").__code__.co_argcount - 2 for name in names} | {"path_readlink": 6}
    guest.halt.set()
    guest.bytes.data[:] = rng.randbytes(SIZE)
    for _ in range(5000):
        name = rng.choice(names)
        numbers = [rng.choice([0, 1, 3, 4, 5, PATH, SIZE - 4, SIZE, 2**31, 2**32 - 1, rng.randrange(SIZE)]) for _ in range(counts[name])]
        if name == "fd_seek":
            numbers[1] = rng.choice([0, 2**63, 2**64 - 1, rng.randrange(100)])
        try:
            assert 0 <= guest.call(name, *numbers) < 77
        except Exit:
            assert name == "proc_exit"
