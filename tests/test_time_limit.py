"""Whatever never ends is stopped in the notebook, and nothing else is."""

import signal
import sys
import threading
import time

import pytest

from autograder.walls.sandbox import Limits
from course import time_limit
from course.checking import grade_here
from course.time_limit import SECONDS, Alarm, Monitor, OutOfTime, late, within
from course.units import exercise


def loop():
    while True:
        pass


def loop_that_catches_errors():
    while True:
        try:
            while True:
                [n for n in range(100)]
        except Exception:
            pass


def loop_that_catches_all_once():
    try:
        loop()
    except BaseException:
        loop()


def loop_by_calls():
    return any(map(lambda n: n < 0, iter(int, 1)))


def sleep():
    time.sleep(600)


ENDLESS = [loop, sleep, loop_that_catches_errors, loop_that_catches_all_once, loop_by_calls]


@pytest.mark.parametrize("work", ENDLESS, ids=lambda work: work.__name__)
def test_what_never_ends_is_stopped(monkeypatch, work):
    monkeypatch.setattr(time_limit, "AGAIN", 0.1)
    assert within(0.1, work) is None


def test_what_ends_in_time_returns_its_value_and_its_errors():
    assert within(10, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(10, lambda: 1 / 0)


def test_nothing_strikes_afterwards(monkeypatch):
    monkeypatch.setattr(time_limit, "AGAIN", 0.01)
    before = signal.getsignal(signal.SIGALRM)
    for seconds in (0.0, 1e-6, 1e-4, 1e-3) * 20:
        within(seconds, lambda: sum(range(1000)))
    for _ in range(20):
        time.sleep(0.001)
    assert signal.getsignal(signal.SIGALRM) is before and signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_an_alarm_that_somebody_waits_for_is_left_alone():
    signal.setitimer(signal.ITIMER_REAL, 600)
    try:
        assert within(10, lambda: 7) == 7
        assert 500 < signal.getitimer(signal.ITIMER_REAL)[0] <= 600
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.fixture
def no_alarm(monkeypatch):
    monkeypatch.setattr(Alarm, "is_free", lambda: False)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
@pytest.mark.parametrize("work", [loop, loop_that_catches_errors, loop_by_calls], ids=lambda work: work.__name__)
def test_without_an_alarm_every_jump_and_every_call_look_at_the_clock(no_alarm, work):
    assert within(0.1, work) is None
    assert within(10, lambda: sum(n for n in range(100))) == 4950


def test_without_an_alarm_what_ends_in_time_is_left_alone(no_alarm):
    assert within(10.0, lambda: 7) == 7


def test_beside_the_main_thread_there_is_no_alarm():
    free = []
    thread = threading.Thread(target=lambda: free.append(Alarm.is_free()))
    thread.start()
    thread.join()
    assert free == [False] and Alarm.is_free()


def test_in_a_browser_no_alarm_is_trusted(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert not Alarm.is_free()


def test_a_jump_in_time_is_no_matter_and_one_too_late_is():
    Monitor(10).look()
    with pytest.raises(OutOfTime):
        Monitor(-1).look()


def test_check_and_the_judge_give_the_same_time():
    assert Limits().seconds == SECONDS


@pytest.mark.parametrize("stuck", ["at once", "in the second case"])
def test_an_answer_that_never_ends_is_told_so_in_the_judges_words(monkeypatch, stuck):
    monkeypatch.setattr("course.checking.SECONDS", 0.2)
    seen = []

    def linear_forward(X, W, b):
        seen.append(X)
        while stuck == "at once" or len(seen) > 2:
            pass
        return X @ W + b

    verdict = grade_here(exercise("linear_forward"), linear_forward, 1)
    assert verdict.outcome == "failed" and late(0.2) in verdict.reason
    assert len(seen) <= 3, "no more is asked of it"
