"""What the judge itself may take, of memory and of time, while it thinks about what a student's code made up."""

import contextlib
import signal
import threading
from collections.abc import Iterator

from course.errors import CouldNotGrade


class OutOfTime(BaseException):
    """The judge has thought for too long. No `except Exception` of its own takes this for something else."""


@contextlib.contextmanager
def bounded_time(seconds: float) -> Iterator[None]:
    """Let this process compute for so many seconds, waiting not counted, and then raise `CouldNotGrade`.

    Only the main thread can be interrupted, and that between two steps of Python; elsewhere there is no bound.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    over = False

    def stop(*_: object) -> None:
        if not over:
            raise OutOfTime

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 1e-6), 1.0)
    try:
        yield
    except OutOfTime:
        raise CouldNotGrade(f"what was handed in kept the autograder thinking for more than {seconds:.0f} seconds") from None
    finally:
        over = True
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def bounded_memory(extra: int) -> Iterator[None]:
    """Let this process take so many bytes more and then raise `MemoryError`, where the system can do that (Linux)."""
    try:
        import resource

        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        before, most = resource.getrlimit(resource.RLIMIT_AS)
        now = size + extra if before == resource.RLIM_INFINITY else min(before, size + extra)
    except (ImportError, OSError):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (now, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))
