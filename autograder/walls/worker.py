"""The process that runs students' code: knows no answer, and replies with arrays.

`serve` is the zygote: it loads numpy and matplotlib once, runs no student's code ever, and forks one child for each run. The child
locks itself in (limits, then a filter of system calls), runs the cells of one notebook, and answers the judge's cases over a socket
of its own until that socket closes. The zygote knows only how to start a child and how to end it; what the judge and the child say
to one another never passes through it. What the child can see of the machine is `autograder.walls.bubblewrap`'s business.

What a child does once it is locked in, `autograder.walls.answering` says, whatever the wall. Inside there are only the files that
`bubblewrap.WORKER` names.
"""

import contextlib
import ctypes
import gc
import math
import os
import resource
import signal
import socket
import sys
import traceback
from typing import Any

from autograder.walls import answering, landlock, protocol
from autograder.walls.cells import allowance

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
SECCOMP_MODE_FILTER = 2
MOST_FILES = 64  # open at once


def serve(control: socket.socket) -> None:
    """Fork a child for every run the judge asks for, one at a time, until the judge has gone."""
    answering.load_libraries()
    answering.rehearse()
    settings = protocol.receive(control)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: collecting in a child would only copy its pages
    os.dup2(1, 2)
    protocol.send(control, {"ready": True})
    child = 0
    while True:
        command, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        status = end(child)
        child = 0
        if command == protocol.RUN and descriptors:
            child = start(control, descriptors[0], settings)
        elif command == protocol.END:
            protocol.send(control, {"status": status})
        else:
            return


def start(control: socket.socket, descriptor: int, settings: protocol.Message) -> int:
    """Fork the child that serves one run; its process id."""
    child = os.fork()
    if child:
        os.close(descriptor)
        return child
    try:
        control.close()
        connection = socket.socket(fileno=descriptor)
        confine(settings)
        answering.run(connection, int(settings["reply"]), allowance)
    finally:
        os._exit(0)  # whatever happened in here, the zygote's own code must not go on in the child


def end(child: int) -> int:
    """Kill a child with all it may have started; how it had ended, as `os.waitpid` says it."""
    if not child:
        return 0
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def confine(settings: protocol.Message) -> None:
    """Give up every right that an answer has no need of, for good.

    The filter goes last, since it forbids the calls made here. Without one (`unsafe`), the limits alone remain.
    """
    os.setsid()
    seconds = math.ceil(settings["seconds"]) + 2
    limits = {
        "RLIMIT_AS": settings["memory"],
        "RLIMIT_CPU": seconds,  # should the judge be gone
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": MOST_FILES,
    }
    for name, most in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # not every system has, or holds to, every limit
            resource.setrlimit(getattr(resource, name), (most, most))
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_DUMPABLE, 0)
    if settings["filter"] is not None:
        landlock.give_up(reading=True)  # once more what the wall refuses, where the kernel can
        load_filter(settings["filter"].tobytes())


def load_filter(program: bytes) -> None:
    """Allow only the system calls that a compiled seccomp program names. Raises `OSError` where it cannot be loaded."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Program(len(program) // 8, program)))


def prctl(option: int, *values: Any) -> None:
    """The system call of that name."""
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in (*values, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *words):
        raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    try:
        serve(socket.socket(fileno=int(sys.argv[1])))
    except BaseException:
        traceback.print_exc()
    os._exit(0)  # without the goodbyes of libraries, which find nowhere to write
