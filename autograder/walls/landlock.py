"""Landlock: how a process on Linux gives up its own right to files and to the network, for good. A further layer, where the kernel has it.

It needs no namespace and no other program, and holds on every processor by the same numbers. What is open already stays open.
"""

import ctypes
import os
import sys

CREATE_RULESET, RESTRICT_SELF, ASK_VERSION = 444, 446, 1
PR_SET_NO_NEW_PRIVS = 38
EXECUTE, READ_FILE, READ_DIRECTORY = 1 << 0, 1 << 2, 1 << 3
READING = EXECUTE | READ_FILE | READ_DIRECTORY
FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}  # all rights to files, by the version that knows them
NETWORK = {4: 0b11}  # to bind and to connect TCP
SCOPED = {6: 0b11}  # abstract sockets and signals: none outside


def version() -> int:
    """Which Landlock this kernel has; 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(CREATE_RULESET, None, 0, ASK_VERSION))


def give_up(*, reading: bool) -> bool:
    """Give up the right to change files, to connect, and to signal others; to open any file at all, too, unless `reading` stays.

    It holds for this thread and those that it starts. Returns whether it could be done.
    """
    known = version()
    if not known:
        return False
    rights = [max((each for at, each in kind.items() if at <= known), default=0) for kind in (FILES, NETWORK, SCOPED)]
    rights[0] &= ~READING if reading else -1
    ruleset = (ctypes.c_uint64 * 3)(*rights)
    size = 8 * (1 + (known >= min(NETWORK)) + (known >= min(SCOPED)))
    descriptor = _call(CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    if descriptor < 0:
        return False
    try:
        ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0)))
        return _call(RESTRICT_SELF, descriptor, 0) == 0
    finally:
        os.close(descriptor)


def _call(number: int, *values: object) -> int:
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in values]
    return int(ctypes.CDLL(None).syscall(ctypes.c_long(number), *words))
