"""Attacks that use up what everybody shares: time, memory, processes, the judge's patience."""

import pytest

from course.judging.probes import NotAnArray, Reply

pytestmark = pytest.mark.xdist_group("attacks-using-up")

BROUGHT_DOWN = "Python itself was brought down"
LATE = "it took longer than 1 seconds, and was stopped: is there a loop that never ends?"


def fork_bomb():
    """Start processes without end."""
    import os

    while True:
        os.fork()


def thread_bomb():
    """Start ten thousand threads."""
    import threading
    import time

    for _ in range(10_000):
        threading.Thread(target=time.sleep, args=(600,)).start()


def memory_bomb():
    """Take memory without end."""
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def memory_bomb_of_shared_pages():
    """Take memory that is not counted as one's own."""
    import mmap

    hoard = []
    while True:
        hoard.append(mmap.mmap(-1, 16 << 20))
        hoard[-1].write(bytes(16 << 20))


def descriptor_bomb():
    """Open a hundred thousand files."""
    return [open("/dev/null") for _ in range(100_000)]


@pytest.mark.parametrize(
    ("bomb", "error"),
    [
        (fork_bomb, "PermissionError"),
        (thread_bomb, "RuntimeError in `thread_bomb`, line 7"),
        (memory_bomb, "MemoryError"),
        (memory_bomb_of_shared_pages, "OSError"),
        (descriptor_bomb, "OSError"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_bomb_is_an_ordinary_error(small, bomb, error):
    reply = small.reply(bomb)
    assert reply.problem.startswith((error, "FileNotFoundError")) or small.misses(reply)
    assert small.works_on()


def endless_loop():
    """Loop in Python without end."""
    while True:
        pass


def endless_loop_in_c():
    """Stay in one operation, where Python cannot look at the clock."""
    return 7 ** (7**12)


def endless_regular_expression():
    """Have a regular expression try ways without end."""
    import re

    return re.match(r"(a+)+$", "a" * 64 + "b")


def sleep():
    """Sleep for ten minutes."""
    import time

    time.sleep(600)


def endless_loop_that_catches_all():
    """Loop without end, ignore signals and catch every exception."""
    import signal

    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


LOOPS = [endless_loop, endless_loop_in_c, endless_regular_expression, sleep, endless_loop_that_catches_all]


@pytest.mark.parametrize("loop", LOOPS, ids=[loop.__name__ for loop in LOOPS])
def test_whatever_never_ends_is_stopped(hasty, loop):
    assert hasty.reply(loop) == Reply(problem=LATE)
    assert hasty.works_on()


def test_a_cell_that_never_compiles_is_stopped_or_told(hasty):
    for source in ("x = " + "(" * 500, "x = " + "-" * 200_000 + "1", "x = 9**9**9**9", "!\n" * 3_000):
        with hasty.run(source) as run:
            assert run.cell_errors or run.hung_cell
    assert hasty.works_on()


def flood_the_output():
    """Print gigabytes, by Python and past it."""
    import os
    import sys

    for _ in range(2_000):
        print("x" * 100_000)
        sys.stderr.write("y" * 100_000)
        os.write(1, b"z" * 100_000)
    return 1


def test_a_flood_of_output_goes_nowhere(attacker):
    assert attacker.reply(flood_the_output).arrays == (1,)


def flood_with_arrays():
    """Return an array of gigabytes that takes no memory here."""
    import numpy as np

    return np.broadcast_to(np.zeros(1), (1 << 20, 1 << 10))


def test_a_flood_of_arrays_is_not_sent(attacker):
    reply = attacker.reply(flood_with_arrays)
    assert reply.problem.startswith("ValueError") if attacker.sandbox.wall == "wasm" else isinstance(reply.arrays[0], NotAnArray)


def flood_with_words():
    """Raise an error of a hundred million letters."""
    raise ValueError("x" * 100_000_000)


def test_a_flood_of_words_is_cut(attacker):
    assert len(attacker.reply(flood_with_words).problem) <= 1000


def flood_with_many_arrays():
    """Return a million values in place of two."""
    return [1.0] * 1_000_000


def test_a_flood_of_small_arrays_is_not_sent(attacker):
    with attacker.run(flood_with_many_arrays, returns=2) as run:
        assert run.ask({}).problem == "expected 2 values, got 1000000"


def recurse_through_the_stack():
    """Have C code recurse until the stack is used up."""
    import sys

    sys.setrecursionlimit(10**9)
    deep = []
    for _ in range(200_000):
        deep = [deep]
    return str(deep)


def divide_by_a_null_pointer():
    """Read memory that is not there."""
    import ctypes

    return ctypes.string_at(0)


def abort():
    """Abort the process."""
    import os

    os.abort()


@pytest.mark.parametrize("crash", [recurse_through_the_stack, divide_by_a_null_pointer, abort], ids=lambda crash: crash.__name__)
def test_a_crash_is_told_in_words(attacker, crash):
    reply = attacker.reply(crash)
    brought_down = reply.problem.startswith((BROUGHT_DOWN, "MemoryError", "RecursionError"))
    assert (brought_down or attacker.misses(reply)) and reply.arrays == ()
    assert attacker.works_on()


def borrow_without_end():
    """Call a lent function without end."""
    while True:
        lent(1)  # noqa: F821


def test_borrowing_without_end_ends(hasty):
    with hasty.run(borrow_without_end, lend={"lent": abs}) as run:
        assert run.ask({}) == Reply(problem=LATE)


def borrow_too_much():
    """Have a lent function compute an array of gigabytes."""
    import numpy as np

    return lent(np.ones((100_000, 1)), np.ones((1, 100_000)))  # noqa: F821


def test_borrowing_too_much_is_refused(attacker):
    with attacker.run(borrow_too_much, lend={"lent": lambda x, y: x @ y}) as run:
        assert run.ask({}).problem.endswith("Unable to allocate 74.5 GiB for an array with shape (100000, 100000) and data type float64")
