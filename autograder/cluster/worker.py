"""What a Dask worker does: it hands each submission to a judging process of its own, and gives back what that says.

Dask runs tasks in threads, of a process that may not fork and that others use too. The judge wants a process to itself, for its limits of
time and memory. So each thread keeps one, which judges for one unit of one class and ends when there is nothing to do. This file is loaded
by workers of which nothing is known yet, and so loads nothing.
"""

import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.cluster.alike import differences, made_of

IDLE = 60.0  # seconds without work, after which a judging process ends
ATTEMPTS = 2  # to have a submission judged by a process that lives
START = "from autograder.cluster import worker; worker.main()"
kept = threading.local()


def judge_here(name: str, parcel: bytes, hand_in: bytes, expected: Mapping[str, str]) -> bytes:
    """Judge a hand-in on a Dask worker, for the class in `parcel`, which is called `name`; what is said of it, as JSON.

    Where this worker is not fit to judge, `refused` says why; where judging ended the process that did it, `fallen` says so.
    """
    if reason := differences(made_of(), expected):
        return json.dumps({"refused": reason}).encode()
    for _ in range(ATTEMPTS):
        try:
            return own_process(name, parcel).judge(hand_in)
        except (EOFError, OSError):  # it was idle and has ended, or somebody ended it
            kept.process.close()
    return json.dumps({"fallen": "the process that judged it was ended from outside; was there too little memory?"}).encode()


def own_process(name: str, parcel: bytes) -> "JudgingProcess":
    """This thread's own process, for that class."""
    process = getattr(kept, "process", None)
    if process is None or process.closed or process.name != name:
        if process:
            process.close()
        kept.process = process = JudgingProcess(name)
        process.line.send_bytes(parcel)
    return process


class JudgingProcess:
    """A process that judges what it is sent, over a socket of bytes. It outlives this one by one submission at most."""

    def __init__(self, name: str) -> None:
        self.name = name
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-c", START, str(theirs.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.DEVNULL)
        self.line = Connection(ours.detach())

    @property
    def closed(self) -> bool:
        return self.line.closed

    def judge(self, hand_in: bytes) -> bytes:
        """Raises EOFError or OSError where the process is gone."""
        self.line.send_bytes(hand_in)
        return self.line.recv_bytes()

    def close(self) -> None:
        """End the process."""
        self.line.close()
        self.process.kill()
        self.process.wait()


def main() -> None:
    """The judging process: a class comes first, then one hand-in after the other, until nobody is there or nothing to do."""
    from autograder.cluster.parcels import Incoming, unpack_class
    from course.errors import SandboxUnavailable, UserError

    with Connection(int(sys.argv[1])) as line, tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        incoming = None
        try:
            parcel = line.recv_bytes()
            while line.poll(IDLE):
                content = line.recv_bytes()
                try:
                    incoming = incoming or Incoming(unpack_class(parcel, Path(folder)))
                    said: dict[str, Any] = incoming.judge(content)
                except (SandboxUnavailable, UserError) as error:
                    said = {"refused": str(error)}
                line.send_bytes(json.dumps(said).encode())
        except (EOFError, OSError):
            pass
        finally:
            if incoming:
                incoming.desk.sandbox.close()
