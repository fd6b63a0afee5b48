"""What a Dask worker does: it hands each submission to a judging process of its own, and gives back what that says.

Dask runs tasks in threads, of a process that may not fork and that others use too. The judge wants a process to itself, for its limits of
time and memory. So each thread keeps one for each class that it judges for at present; it ends when there is nothing to do. This file is
loaded by workers of which nothing is known yet, and so loads nothing.
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.cluster.alike import differences, made_of

IDLE = 60.0  # seconds without work, after which a judging process ends
GRACE = 5.0  # seconds for it to end
ATTEMPTS = 2  # to have a submission judged by a process that lives
START = "from autograder.cluster import worker; worker.main()"
MOST_KEPT = 4  # judging processes of one thread, each of a unit of a class


class Kept(threading.local):
    """A thread's judging processes, by the names of their classes, the one used last at the end."""

    def __init__(self) -> None:
        self.processes: dict[str, JudgingProcess] = {}

    def process(self, name: str) -> "JudgingProcess":
        """The one for a class, or a new one."""
        process = self.processes.pop(name, None)
        if process is None or process.closed:
            process = JudgingProcess()
        self.processes[name] = process
        if len(self.processes) > MOST_KEPT:
            self.processes.pop(next(iter(self.processes))).close()
        return process


def judge_here(name: str, parcel: bytes, hand_in: bytes, expected: Mapping[str, str]) -> bytes:
    """Judge a hand-in on a Dask worker, for the class in `parcel`, which is called `name`; what is said of it, as JSON.

    Where this worker is not fit to judge, `refused` says why; where judging ended the process that did it, `fallen` says so.
    """
    if reason := differences(made_of(), expected):
        return json.dumps({"refused": reason}).encode()
    for _ in range(ATTEMPTS):
        process = kept.process(name)
        try:
            return process.judge(parcel, hand_in)
        except (EOFError, OSError):  # it was idle and has ended, or somebody ended it
            process.close()
    return json.dumps({"fallen": "the process that judged it was ended from outside; was there too little memory?"}).encode()


class JudgingProcess:
    """A process that judges what it is sent, over a socket of bytes. It outlives this one by one submission at most.

    Its folder is cleared away by whichever of the two is there at its end.
    """

    def __init__(self) -> None:
        self.knows_the_class = False
        folder = tempfile.mkdtemp(prefix="autograder-")
        self.clear_away = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-c", START, str(theirs.fileno()), folder]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.DEVNULL)
        self.line = Connection(ours.detach())

    @property
    def closed(self) -> bool:
        return self.line.closed

    def judge(self, parcel: bytes, hand_in: bytes) -> bytes:
        """What is said of a hand-in of the class in `parcel`. Raises EOFError or OSError where the process is gone."""
        if not self.knows_the_class:
            self.line.send_bytes(parcel)
            self.knows_the_class = True
        self.line.send_bytes(hand_in)
        return self.line.recv_bytes()

    def close(self) -> None:
        """End the process: it does so by itself, and clears up after itself, unless it hangs."""
        self.line.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.clear_away()


kept = Kept()


def main() -> None:
    """The judging process: a class comes first, then one hand-in after the other, until nobody is there or nothing to do."""
    from autograder.cluster.parcels import Incoming, unpack_class
    from course.errors import UserError

    folder = Path(sys.argv[2])
    with Connection(int(sys.argv[1])) as line:
        incoming = None
        try:
            parcel = line.recv_bytes()
            while line.poll(IDLE):
                content = line.recv_bytes()
                try:
                    incoming = incoming or Incoming(unpack_class(parcel, folder))
                    said: dict[str, Any] = incoming.judge(content)
                except (UserError, OSError) as error:  # there is no wall, or no place on the disk
                    said = {"refused": str(error)}
                line.send_bytes(json.dumps(said).encode())
        except (EOFError, OSError):
            pass
        finally:
            if incoming:
                incoming.desk.sandbox.close()
            shutil.rmtree(folder, ignore_errors=True)
