"""What the cells of attacks call: functions whose text is sent along, for there is nothing of this file behind the wall."""

import inspect
from collections.abc import Callable


def own_socket():
    """The descriptor by which the worker talks to the judge."""
    import fcntl

    for number in range(3, 64):
        try:
            fcntl.fcntl(number, fcntl.F_GETFD)
        except OSError:
            continue
        return number


def send(data):
    """Write bytes where the judge listens, behind whichever wall."""
    import os

    try:
        from _host import call  # in WebAssembly
    except ImportError:
        os.write(own_socket(), data)
    else:
        call(b"w" + data)


def overhear(wait=True):
    """The next bytes that the judge sends; without waiting, those that are there, or a BlockingIOError."""
    import os

    try:
        from _host import call  # in WebAssembly
    except ImportError:
        os.set_blocking(own_socket(), wait)
        return os.read(own_socket(), 1 << 16)
    return call(b"r" + (1 << 16).to_bytes(4, "little"))


def frame_of_ones(shape=(3, 2)):
    """The frame of a reply as a right answer gives it: an array, and no problem."""
    import numpy as np

    from autograder.walls.protocol import encode

    return encode({"arrays": (np.ones(shape),), "problem": "", "not_written": False, "changed": ()})


def workers_globals():
    """The names of the worker's own file, found in the frames below a cell."""
    import sys

    frame = sys._getframe()
    while frame and "PROBES" not in frame.f_globals:
        frame = frame.f_back
    return frame.f_globals


def reply_of_ones(*_, **__):
    """A reply such as a probe gives: arrays of ones."""
    import numpy as np

    from course.judging.probes import Reply

    return Reply((np.ones((3, 2)),))


def checks_of(notebook):
    """The cells of a notebook by which nbgrader marks it; for attacks by file, which are sent nowhere."""
    return [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade") and cell["cell_type"] == "code"]


def text_of(*functions: Callable) -> str:
    """The source of functions, as a cell."""
    return "\n\n\n".join(map(inspect.getsource, functions))


HELPERS = (own_socket, send, overhear, frame_of_ones, workers_globals, reply_of_ones)
