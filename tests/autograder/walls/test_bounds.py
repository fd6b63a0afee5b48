"""What is bounded is bounded within its block, and nowhere else."""

import contextlib
import signal
import threading
import time

import pytest

from autograder.walls.bounds import bounded_memory, bounded_time
from course.errors import CouldNotGrade


def test_bounded_memory_ends_with_its_block():
    with pytest.raises(MemoryError), bounded_memory(1 << 20):
        bytearray(1 << 26)
    assert len(bytearray(1 << 26)) == 1 << 26


def think(seconds: float) -> None:
    start = time.process_time()
    while time.process_time() < start + seconds:
        with contextlib.suppress(Exception):
            int("x")


def test_who_thinks_for_too_long_is_stopped_even_where_every_exception_is_caught():
    with pytest.raises(CouldNotGrade, match="kept the autograder thinking for more than 0 seconds"), bounded_time(0.1):
        think(600)


def test_bounded_time_ends_with_its_block():
    before = signal.getsignal(signal.SIGPROF)
    with bounded_time(0.2):
        think(0.05)
    think(0.4)
    assert signal.getsignal(signal.SIGPROF) is before


def test_waiting_is_not_thinking():
    with bounded_time(0.1):
        time.sleep(0.3)


def test_another_thread_goes_on_unbounded():
    done = []

    def work() -> None:
        with bounded_time(0.01):
            think(0.1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done
