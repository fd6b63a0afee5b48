"""One command at a time in a class: the next one waits, whatever becomes of the first."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from autograder.instance import CONFIG, reported

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".autograder.lock"
LOOK_AGAIN = 0.2  # seconds


@contextlib.contextmanager
def alone(root: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Have the class at `root` to oneself, and `say` so where that has to be waited for.

    The lock belongs to the open file, and so ends with the process, even one that is killed. Where there is no class there is
    nothing to lock.
    """
    if not (root / CONFIG).is_file():
        yield
        return
    with contextlib.ExitStack() as stack:
        with reported(f"lock the class at {root}"):
            file = stack.enter_context((root / LOCK).open("ab"))
        if not taken(file):
            say(f"Another autograder command is at work on {root}. This one begins when that has finished; Ctrl-C gives up.")
            while not taken(file):
                time.sleep(LOOK_AGAIN)
        yield


def taken(file: IO[bytes]) -> bool:
    """Try to lock a file; whether it is ours now. Closing it gives it back."""
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
