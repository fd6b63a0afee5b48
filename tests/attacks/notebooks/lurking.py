"""Attacks that stay where they are not seen, and act while other answers are asked."""

from tests.attacks.notebooks.helpers import reply_of_ones, workers_globals


def set_a_signal_for_the_next():
    """Leave a timer behind, whose handler changes the next answer's frames."""
    import signal

    def cheat(name, inputs):
        def handler(number, frame):
            while frame:
                frame.f_locals.update(reply=reply_of_ones())
                frame = frame.f_back

        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        return inputs[0]

    return cheat


def raise_by_a_signal():
    """Let a timer raise in the middle of whatever the worker does next."""
    import signal

    def cheat(name, inputs):
        def handler(*_):
            raise SystemExit("full marks")

        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)

    return cheat


def trace_the_worker():
    """Trace every line that the worker runs from now on, and take hold of its replies."""
    import sys

    def trace(frame, event, value):
        if event == "return" and hasattr(value, "arrays"):
            object.__setattr__(value, "arrays", reply_of_ones().arrays)
        return trace

    def cheat(name, inputs):
        sys.settrace(trace)
        frame = sys._getframe()
        while frame:
            frame.f_trace = trace
            frame = frame.f_back

    return cheat


def profile_the_worker():
    """The same by a profiler, which sees what C functions return, too."""
    import sys

    def profile(frame, event, value):
        if event == "return" and hasattr(value, "problem"):
            object.__setattr__(value, "problem", "")

    def cheat(name, inputs):
        sys.setprofile(profile)
        raise ValueError

    return cheat


def start_a_thread():
    """Leave a thread behind that answers while other answers are asked."""
    import threading

    def cheat(name, inputs):
        threading.Thread(target=reply_of_ones, daemon=True).start()

    return cheat


def fork_a_helper():
    """Leave a process behind that holds the socket."""
    import os

    def cheat(name, inputs):
        return os.fork()

    return cheat


def return_what_kills_when_dropped():
    """Return an object that changes the worker when it is thrown away."""

    class Parting:
        def __array__(self, *_, **__):
            import numpy as np

            return np.zeros(3)

        def __del__(self):
            table = workers_globals()["PROBES"]
            table.update(dict.fromkeys(list(table), reply_of_ones))

    return lambda name, inputs: Parting()


def collect_when_garbage_is():
    """Have Python's own garbage collector call code of one's own between two questions."""
    import gc

    def callback(phase, info):
        workers_globals()["PROBES"].clear()

    gc.callbacks.append(callback)
    gc.set_threshold(1)
    return lambda name, inputs: inputs


def audit_the_worker():
    """Hook into everything that Python audits, and end the process at the wrong moment."""
    import os
    import sys

    def hook(event, arguments):
        if event == "compile":
            os._exit(0)

    sys.addaudithook(hook)
    return lambda name, inputs: compile("1", "", "eval")


def die_at_the_last():
    """Answer until the end, then take the process down with every answer in it."""
    import ctypes

    calls = []

    def cheat(name, inputs):
        calls.append(name)
        if len(set(calls)) > 1:
            ctypes.string_at(0)

    return cheat


def outlast_the_judge():
    """Use up the time of every exercise in the first."""
    import time

    def cheat(name, inputs):
        time.sleep(0.4)

    return cheat
