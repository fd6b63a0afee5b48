"""Counting the lines of Python that an attempt runs: a bound that is the same on every machine, and needs no thread and no signal."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

from course.judging.thresholds import ATTEMPT_LINES, ATTEMPTS, ATTEMPTS_LINES

Result = TypeVar("Result")


class TooLong(BaseException):
    """An attempt ran more lines than it may: no `Exception`, which an answer, or its probe, would catch."""


class Lines:
    """The lines that attempts at explaining one answer may still run, all of them together, and how many attempts there may be."""

    def __init__(self, left: int = ATTEMPTS_LINES, attempts: int = ATTEMPTS) -> None:
        self.left = left
        self.attempts = attempts

    def counted(self, call: Callable[[], Result]) -> Result | None:
        """What a call returns; None where it runs too many lines, or where there were too many before it."""
        self.attempts -= 1
        if self.attempts < 0:
            return None
        least = max(self.left - ATTEMPT_LINES, 0)

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line":
                self.left -= 1
                if self.left < least:
                    raise TooLong
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            return call()
        except TooLong:
            return None
        finally:
            sys.settrace(before)
