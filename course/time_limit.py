"""How long a student's code may take, in the notebook and where it is graded, and how it is stopped in the notebook.

There it runs in the thread of whoever asks. An alarm raises an exception in it; where there are none (on Windows, in a browser, beside
the main thread), every turn of a loop and every call look at the clock, from Python 3.12 on. What never ends within one call of a library,
or sleeps, is not stopped there: the kernel has to be restarted.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

SECONDS = 10.0  # for all the questions about one answer
AGAIN = 1.0  # seconds until the exception is raised once more, should somebody have caught it
SHORTEST = 1e-6  # seconds; none at all would set no alarm
TOOL = 4  # of Python's monitoring tools: one that neither debuggers nor profilers use

Value = TypeVar("Value")


class OutOfTime(BaseException):
    """Raised in a student's code when its time is up."""


def late(seconds: float) -> str:
    """What is said of an answer that did not end in time."""
    return f"it took longer than {seconds:g} seconds, and was stopped: is there a loop that never ends?"


def within(seconds: float, work: Callable[[], Value]) -> Value | None:
    """What `work` returns; None where it has not ended after so many seconds."""
    watch: Alarm | Monitor = Alarm(max(seconds, SHORTEST)) if Alarm.is_free() else Monitor(seconds)
    try:
        watch.start()
        try:
            return work()
        finally:
            watch.stop()
    except OutOfTime:
        watch.stop()  # it may have struck on the way into the first
        return None


class Alarm:
    """Raises `OutOfTime` by a signal, again and again until it is stopped."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.over = False

    @staticmethod
    def is_free() -> bool:
        """Whether this system has alarms, this thread can be told of them, and nobody waits for one."""
        here = threading.current_thread() is threading.main_thread()
        strikes = hasattr(signal, "setitimer") and sys.platform != "emscripten"  # in a browser it can be set, and comes when all is over
        return here and strikes and signal.getitimer(signal.ITIMER_REAL)[0] == 0

    def start(self) -> None:
        self.before = signal.signal(signal.SIGALRM, self.strike)
        signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)

    def stop(self) -> None:
        """Strike no more, and let the signal mean what it meant before."""
        self.over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)

    def strike(self, *_: object) -> None:
        if not self.over:
            raise OutOfTime


class Monitor:
    """Looks at the clock at every jump and every call, and raises `OutOfTime` there. Before Python 3.12 nothing can be looked at."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.held = False

    def start(self) -> None:
        if sys.version_info >= (3, 12) and sys.monitoring.get_tool(TOOL) is None:
            sys.monitoring.use_tool_id(TOOL, "check")
            self.held = True
            places = sys.monitoring.events.JUMP, sys.monitoring.events.PY_START
            for place in places:
                sys.monitoring.register_callback(TOOL, place, self.look)
            sys.monitoring.set_events(TOOL, sum(places))

    def stop(self) -> None:
        """Look no more."""
        if sys.version_info >= (3, 12) and self.held:
            sys.monitoring.set_events(TOOL, 0)
            sys.monitoring.free_tool_id(TOOL)
            self.held = False

    def look(self, code: object = None, *_: object) -> None:
        if time.monotonic() > self.end and code is not Monitor.stop.__code__:
            raise OutOfTime
