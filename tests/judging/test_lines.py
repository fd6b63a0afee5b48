"""Counting the lines that attempts run."""

import sys

from course.judging.lines import Lines


def test_lines_are_counted_over_all_attempts_and_whoever_traced_before_goes_on():
    def loop(times):
        for _ in range(times):
            pass
        return times

    lines, before = Lines(1000), sys.gettrace()
    assert lines.counted(lambda: loop(100)) == 100
    assert lines.counted(lambda: loop(5000)) is None and lines.counted(lambda: loop(1)) is None
    assert sys.gettrace() is before


def test_attempts_are_counted_too():
    lines = Lines(1000, attempts=2)
    assert [lines.counted(lambda: 1) for _ in range(3)] == [1, 1, None]
