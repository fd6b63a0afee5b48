"""Attacks on what lies beyond the wall: the network, the files, the judge, the kernel."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from autograder.walls import bubblewrap

pytestmark = pytest.mark.xdist_group("attacks-breaking-out")


def refused(call, *arguments):
    """Whether the system forbids a call."""
    try:
        call(*arguments)
    except OSError:
        return True
    return False


def fails(attacker, attack, **inputs):
    """Whether everything that an attack tried was refused: it returns a truth value for each try."""
    reply = attacker.reply(attack, refused, **inputs)
    if attacker.misses(reply):
        return True
    assert reply.problem == ""
    tries = reply.arrays[0]
    assert isinstance(tries, np.ndarray) and tries.dtype == bool and tries.size
    return tries.all()


def reach_the_network():
    """Make a socket of every family, connect to this machine and ask for another one's address."""
    import _socket
    import socket

    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_VSOCK)
    return [
        *(refused(socket.socket, family, kind) for family in families for kind in (1, 2, 3)),
        refused(_socket.socketpair),
        refused(socket.create_connection, ("127.0.0.1", 80), 0.1),
        refused(socket.gethostbyname, "example.org"),
    ]


def read_the_machine():
    """Open files of the system, of other users and of the kernel."""
    import os
    import sys

    files = """
        /etc/passwd /etc/shadow /etc/hostname /proc/self/environ /proc/1/mem /proc/self/maps /sys/kernel /dev/shm /dev/mem /dev/sda
        /dev/tty /home /tmp /var /run /usr/bin/env /bin/sh /boot
    """.split()
    programs = os.listdir("/usr/bin") if os.path.isdir("/usr/bin") else []  # where the system's own Python lies, and must be seen
    alone = set(programs) <= {os.path.basename(sys.executable)}
    return [alone] + [refused(os.open, path, os.O_RDONLY) for path in files]


def read_these(paths):
    """Open and look at files by their paths."""
    import os

    return [refused(os.open, path, os.O_RDONLY) for path in paths] + [refused(os.stat, path) for path in paths]


def write_anywhere():
    """Make, change, move, link and delete files wherever there may be a place."""
    import os
    import tempfile

    places = ["/", "/tmp", "/dev", "/worker", "/worker/lib", "/worker/lib/numpy", os.path.dirname(os.__file__), "/usr/lib", "/etc", "."]
    tries = []
    for place in places:
        new = os.path.join(place, "new")
        tries += [refused(open, new, "w"), refused(os.mkdir, new), refused(os.symlink, "/", new), refused(os.mkfifo, new)]
        tries += [refused(os.mknod, new), refused(os.open, place, os.O_TMPFILE | os.O_RDWR)]
        tries += [refused(os.chmod, place, 0o755), refused(os.utime, place)]
    for file in ("/worker/lib/course/__init__.py", os.__file__, "/worker/lib/numpy/__init__.py"):
        tries += [refused(open, file, "a"), refused(open, file, "r+"), refused(os.unlink, file), refused(os.rename, file, file + "2")]
        tries += [refused(os.truncate, file, 0), refused(os.link, file, "/link"), refused(os.setxattr, file, "user.note", b"hello")]
    return [*tries, refused(tempfile.mkdtemp), refused(os.memfd_create, "memory"), refused(os.chmod, "/dev/null", 0o666)]


def start_processes():
    """Start a process, a thread, a program or a shell."""
    import os
    import subprocess
    import threading

    def thread():
        try:
            threading.Thread(target=print).start()
        except RuntimeError:
            raise OSError from None

    python = "/usr/bin/python3"
    return [
        refused(os.fork), refused(os.forkpty), refused(thread), refused(os.execv, python, [python]), os.system("true") != 0,
        refused(subprocess.run, [python]), refused(os.posix_spawn, python, [python], {}), refused(os.openpty), refused(os.pipe),
    ]  # fmt: skip


def signal_others():
    """Send signals to every process that may be there."""
    import os
    import signal

    targets = (-1, 0, 1, 2, os.getppid(), os.getpid())
    return [refused(os.kill, target, number) for target in targets for number in (0, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP)] + [
        refused(os.killpg, 0, signal.SIGKILL), refused(signal.pidfd_send_signal, 0, signal.SIGKILL), refused(os.pidfd_open, os.getppid()),
        refused(signal.raise_signal, signal.SIGTERM), refused(os.setpgid, 0, 0), refused(os.setsid),
    ]  # fmt: skip


def signal_through_a_socket():
    """Ask the kernel to kill the parent when something arrives on a socket of one's own."""
    import fcntl
    import os

    return [
        refused(fcntl.fcntl, descriptor, command, value)
        for descriptor in range(64)
        for command, value in ((fcntl.F_SETOWN, os.getppid()), (10, 9), (15, bytes(8)), (fcntl.F_SETFL, fcntl.FASYNC))
    ] + [refused(fcntl.ioctl, descriptor, request, 1) for descriptor in range(64) for request in (0x8901, 0x8902, 0x5452, 0x5412)]


def touch_the_parent():
    """Change what the parent may use: processor time, memory, priority."""
    import os
    import resource

    parent = os.getppid()
    return [
        refused(resource.prlimit, parent, resource.RLIMIT_CPU, (1, 1)), refused(resource.prlimit, parent, resource.RLIMIT_AS),
        refused(os.sched_setaffinity, parent, {0}), refused(os.sched_setparam, parent, os.sched_param(0)), refused(os.nice, 5),
        refused(os.setpriority, os.PRIO_PROCESS, parent, 19), refused(os.sched_getscheduler, parent),
    ]  # fmt: skip


ATTACKS = [
    reach_the_network, read_the_machine, write_anywhere, start_processes, signal_others, signal_through_a_socket, touch_the_parent,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.__name__ for attack in ATTACKS])
def test_everything_is_refused(attacker, attack):
    assert fails(attacker, attack)
    assert attacker.works_on()


def test_nothing_of_this_repository_can_be_opened(attacker):
    here = Path(__file__).parents[2]
    files = [str(path) for folder in ("autograder", "course", "solutions", "tests") for path in (here / folder).rglob("*.py")]
    assert fails(attacker, read_these, paths=[str(here), str(Path.cwd()), str(Path.home() / ".bashrc"), *files])


def walk(markers):
    """Every file in sight, and after a blank line those that hold a marker; the standard library's texts go unread."""
    import os

    import numpy as np

    stdlib = os.path.dirname(os.__file__)
    seen = [os.path.join(directory, name) for directory, _, names in os.walk("/") for name in names]
    marked = []
    for path in seen:
        if path.endswith((".py", ".ipynb", ".md", ".txt", ".json", ".csv", ".pyc")) and not path.startswith((stdlib, "/usr/lib")):
            with open(path, "rb") as file:
                contents = file.read()
            marked += [path for marker in markers if marker.encode() in contents]
    return np.frombuffer("\n".join([*seen, "", *marked]).encode("utf-8", "replace"), dtype=np.uint8)


def test_no_answer_lies_anywhere_in_sight(attacker):
    markers = ["Mistake(", "softmax_cross_entropy", "BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "def call(answer: Callable"]
    reply = attacker.reply(walk, markers=markers)
    assert reply.problem == ""
    seen, marked = (part.splitlines() for part in reply.arrays[0].tobytes().decode().split("\n\n"))
    # The probes hold the last of them: the walk sees what there is to see.
    assert set(marked) == {f"{bubblewrap.LIBRARY}/course/judging/probes.py"}
    ours = {path for path in seen if re.search(r"course|autograder|solution|nbgrader|gradebook|submitted", path)}
    guests = {f"autograder/{name}.py" for name in ("__init__", "walls/__init__", "walls/wasm/__init__", "walls/wasm/guest")}
    shown = set(bubblewrap.library()) | (guests if attacker.sandbox.wall == "wasm" else set())
    assert ours == {f"{bubblewrap.LIBRARY}/{name}" for name in shown}
    assert not [path for path in seen if path.startswith((str(bubblewrap.REPOSITORY), "/home", "/proc", "/sys", "/tmp"))]


def read_the_environment():
    """Read the variables that the judge was started with."""
    import os

    return list(repr(dict(os.environ)).encode())


def test_the_judges_environment_is_not_there(attacker):
    seen = bytes(attacker.reply(read_the_environment).arrays[0].astype("uint8")).decode()
    assert "PYTHONHASHSEED" in seen
    for name in set(os.environ) - set(bubblewrap.ENVIRONMENT) - {"PYTHONPATH", "PWD"}:
        assert f"'{name}'" not in seen


def import_the_judge(judge):
    """Import the judge, what it knows, and other people's packages."""
    import importlib
    import sys

    def absent(name):
        try:
            importlib.import_module(name)
        except ImportError:
            return True
        return False

    reference = {f"course.{name}" for name in ("engine", "units", "gradcheck", "judging.grading", "judging.exercise", "checking")}
    others = ["autograder.solutions", "pyseccomp", "nbgrader", "pip", "solutions", "tests"]
    return [absent(name) for name in [*judge, *others]] + [not reference & set(sys.modules)]


def test_neither_judge_nor_reference_can_be_imported(attacker):
    files = {path.relative_to(bubblewrap.REPOSITORY).as_posix() for path in (bubblewrap.REPOSITORY / "autograder").rglob("*.py")}
    judge = [name.removesuffix(".py").replace("/", ".") for name in sorted(files - set(bubblewrap.library())) if "__init__" not in name]
    judge = [name for name in judge if name != "autograder.walls.wasm.guest"]  # which is in the guest
    assert "autograder.judge" in judge and fails(attacker, import_the_judge, judge=judge)


def call_every_system_call(numbers):
    """Each one raw, with arguments that make no sense; what is let through fails otherwise than with EPERM, or works."""
    import ctypes
    import errno

    libc = ctypes.CDLL(None, use_errno=True)
    zeros = [ctypes.c_long(0)] * 6
    return [libc.syscall(ctypes.c_long(number), *zeros) == -1 and ctypes.get_errno() == errno.EPERM for number in numbers]


def test_only_the_system_calls_on_the_list_are_made(linux, attacker):
    import pyseccomp

    native = pyseccomp.Arch.NATIVE
    allowed = {pyseccomp.resolve_syscall(native, name) for name in [*bubblewrap.ALLOWED.split(), "fcntl", "ioctl", "prlimit64"]}
    unfiltered = {335, 336}  # Linux's own way out of a probed function: no filter sees it, and it kills whoever else makes it
    assert fails(attacker, call_every_system_call, numbers=[number for number in range(600) if number not in allowed | unfiltered])


def read_the_parents_memory():
    """Read another process's memory, and trace it."""
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    here = ctypes.create_string_buffer(8)

    class Vector(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    mine = Vector(ctypes.cast(here, ctypes.c_void_p), 8)
    return [
        libc.process_vm_readv(parent, ctypes.byref(mine), 1, ctypes.byref(mine), 1, 0) == -1 for parent in (1, os.getppid())
    ] + [libc.ptrace(request, os.getppid(), None, None) == -1 for request in (0, 16, 0x4206)]


def test_the_parents_memory_is_its_own(attacker):
    assert fails(attacker, read_the_parents_memory)


def escape_through_another_architecture():
    """System calls of 32-bit programs have other numbers: fork (2) by way of int 0x80."""
    import ctypes
    import mmap

    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x02\x00\x00\x00\xcd\x80\xc3")  # mov eax, 2; int 0x80; ret
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="machine code for x86-64")
def test_another_architectures_system_calls_are_death(linux, attacker):
    assert attacker.reply(escape_through_another_architecture).problem.startswith("Python itself was brought down")
    assert attacker.works_on()
