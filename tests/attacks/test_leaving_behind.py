"""Attacks on whoever comes next: nothing that one run does is there for another."""

import pytest

pytestmark = pytest.mark.xdist_group("attacks-leaving-behind")


def poison():
    """Change whatever the next run could meet: modules, builtins, the environment, settings of the process."""
    import builtins
    import linecache
    import os
    import random
    import signal
    import sys

    import numpy as np

    import course.judging.probes

    def lie(*_, **__):
        return True

    for module in (np, course.judging.probes, random, linecache):
        for name in list(vars(module)):
            if not name.startswith("__"):
                setattr(module, name, lie)
    for name in ("sum", "len", "isinstance", "print"):
        setattr(builtins, name, lie)
    os.environ["LEFT"] = "behind"
    os.environ["PYTHONPATH"] = "/left/behind"
    sys.path.insert(0, "/left/behind")
    sys.modules["left_behind"] = sys
    sys.meta_path.clear()
    sys.setrecursionlimit(50)
    sys.settrace(lie)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    globals()["left_behind"] = 1


def find_what_was_left():
    """A truth value for each trace of the poison."""
    import builtins
    import os
    import signal
    import sys

    import numpy as np

    import course.judging.probes

    return [
        "LEFT" in os.environ, os.environ.get("PYTHONPATH") == "/left/behind", "/left/behind" in sys.path, "left_behind" in sys.modules,
        "left_behind" in globals(), not sys.meta_path, sys.getrecursionlimit() == 50, sys.gettrace() is not None,
        signal.getsignal(signal.SIGTERM) == signal.SIG_IGN, np.sum([1, 2]) != 3, course.judging.probes.call.__name__ == "lie",
        builtins.len.__name__ == "lie",
    ]  # fmt: skip


def test_poison_stays_in_the_glass(attacker):
    attacker.reply(poison)
    reply = attacker.reply(find_what_was_left)
    assert reply.problem == "" and reply.arrays[0].size == 12 and not reply.arrays[0].any()
    assert attacker.works_on()


def test_the_poison_works_where_it_is_taken(attacker):
    """Or else the test above would show nothing."""
    reply = attacker.reply("import os\ndef answer():\n    os.environ['LEFT'] = 'x'\n    return 'LEFT' in os.environ")
    assert reply.arrays == (True,)


def leave_something():
    """Try every shelf that outlives a process: files, shared memory, message queues, locks, keys, a process."""
    import ctypes
    import mmap
    import os
    from multiprocessing import shared_memory

    def tried(call, *arguments):
        try:
            return call(*arguments) not in (-1, None)
        except OSError:
            return False

    libc = ctypes.CDLL(None)
    stdlib = os.open(os.__file__, os.O_RDONLY)
    return [
        tried(shared_memory.SharedMemory, "left", True, 64), tried(libc.shmget, 1234, 4096, 0o1666), tried(libc.semget, 1234, 1, 0o1666),
        tried(libc.msgget, 1234, 0o1666), tried(libc.mq_open, b"/left", 0o102, 0o666, None),
        tried(libc.syscall, 248, b"user", b"left", b"x", 1, -3),  # add_key, on x86-64
        tried(os.lockf, stdlib, os.F_TLOCK, 0), tried(libc.flock, stdlib, 2),
        tried(mmap.mmap, stdlib, 4096, mmap.MAP_SHARED, mmap.PROT_WRITE),
        tried(os.fork), tried(os.sched_setaffinity, 0, {0}), tried(os.nice, 1), tried(os.chdir, "/usr"),
    ]  # fmt: skip


def test_there_is_no_shelf_to_leave_anything_on(linux, attacker):
    reply = attacker.reply(leave_something)
    assert reply.problem == "" and not reply.arrays[0].any()


def signal_the_parent_when_dead():
    """Whatever a run does, its parent goes on: the parent of the next run is the same process."""
    import os

    return os.getppid()


def test_the_worker_survives_them_all(attacker):
    before = attacker.sandbox._zygote
    first = attacker.reply(signal_the_parent_when_dead).arrays
    for attack in ("os._exit(1)", "ctypes.string_at(0)", "os.closerange(0, 64)", "os.kill(-1, 9)"):
        attacker.reply(f"import ctypes, os\n{attack}")
    assert attacker.reply(signal_the_parent_when_dead).arrays == first
    assert attacker.sandbox._zygote is before


def open_descriptors():
    """List what is open in the process."""
    import fcntl

    def is_open(number):
        try:
            fcntl.fcntl(number, fcntl.F_GETFD)
        except OSError:
            return False
        return True

    return [number for number in range(4096) if is_open(number)]


def test_a_run_holds_no_descriptor_but_its_own_socket(linux, attacker):
    reply = attacker.reply(open_descriptors)
    found = reply.arrays[0].tolist()
    assert found[:3] == [0, 1, 2] and len(found) == 4
