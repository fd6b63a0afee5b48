"""The wall itself, as bubblewrap builds it: what a worker can see of this machine, and which system calls it may make.

`command` is the bubblewrap command line around a worker. Inside there are the C library, Python and its standard library, the
distributions that notebooks may import, a handful of files of this repository, and the data of the unit if it has any, all read-only;
no network, no /proc, no other process, no home, nowhere to write. `system_calls` is the seccomp filter that a child loads before it
runs a student's code: what is not on its list is refused.
"""

import ast
import contextlib
import errno
import functools
import importlib.metadata
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from course.judging.beside import BESIDE, stands_beside

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
LIBRARY = "/worker/lib"
DISTRIBUTIONS = ("numpy", "matplotlib", "ipython")  # with all that they require
WORKER = ("protocol.py", "worker.py", "answering.py", "landlock.py", "cells.py", "needs.py", "stand_ins.py")

ENVIRONMENT = {
    "HOME": "/",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",  # threads do not live through a fork
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",  # the same notebook, the same mark
}

# Computing, memory, time, reading files, and the one socket. Not here: new processes and threads, programs, signals, sockets,
# changes to files, shared memory, the memory of others, namespaces, keys, tracing.
ALLOWED = """
    read write readv writev pread64 preadv recvfrom sendto lseek close close_range dup dup2 dup3 poll ppoll select pselect6
    open openat stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd
    mmap munmap mremap mprotect madvise brk futex sched_yield sched_getaffinity getcpu
    rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall exit exit_group
    getpid getppid gettid getuid geteuid getgid getegid getrandom getrusage getrlimit sysinfo uname times
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time setitimer
"""
FCNTL = (0, 1, 2, 3, 1030)  # duplicate, close on exec, read flags; not F_SETOWN, by which a socket can send signals
IOCTL = (0x5401, 0x5421, 0x5450, 0x5451)  # is it a terminal, blocking or not, close on exec or not
ALONE = "--unshare-all --unshare-user --uid 65534 --gid 65534 --hostname worker --die-with-parent --new-session --clearenv"


def command(bubblewrap: str, arguments: Iterable[str], seccomp: int, data: Path | None = None) -> list[str]:
    """The command line that runs Python with these arguments behind the wall, under the filter that the descriptor `seccomp` holds.

    `data` is a directory that is seen as `data` from there.
    """
    return [
        bubblewrap,
        *ALONE.split(),
        *("--seccomp", str(seccomp)),
        *_where_known(bubblewrap, "--disable-userns"),
        *_flat(_view()),
        *(("--ro-bind", str(data), "/data") if data else ()),
        *_flat(("--setenv", name, value) for name, value in {**ENVIRONMENT, "PYTHONPATH": LIBRARY}.items()),
        *("--remount-ro", "/", "--chdir", "/", "--", str(interpreter()), *arguments),
    ]


def interpreter() -> Path:
    """The Python that runs this, outside any virtual environment."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def library() -> dict[str, Path]:
    """The files of this repository that a worker has, by their place in its library."""
    files = {f"autograder/walls/{name}": HERE / name for name in WORKER}
    files["course/__init__.py"] = HERE / "worker_course.py"
    for name in BESIDE:
        place = REPOSITORY / "course" / name.replace(".", "/")
        parts = sorted(place.glob("*.py")) if place.is_dir() else [*packages_around(name), place.with_suffix(".py")]
        if all(map(stands_alone, parts)):  # a package is shown whole, or not at all
            held = [path for path in [place.with_suffix(".npz")] if path.is_file()]  # the data that a module reads
            files |= {part.relative_to(REPOSITORY).as_posix(): part for part in [*parts, *held]}
    return files


def packages_around(name: str) -> list[Path]:
    """The `__init__.py` of each package within `course` that a module lies in."""
    *packages, _ = name.split(".")
    return [REPOSITORY.joinpath("course", *packages[: depth + 1], "__init__.py") for depth in range(len(packages))]


def stands_alone(path: Path) -> bool:
    """Whether a file of the course is there and leans on none but those that may stand beside an answer."""
    if not path.is_file():
        return False
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = f"course.{node.module or ''}".rstrip(".") if node.level else node.module or ""
            modules |= {f"{package}.{alias.name}" for alias in node.names} if package == "course" else {package}
    of_the_course = (module.removeprefix("course.") for module in modules if module.startswith("course."))
    return "course" not in modules and all(map(stands_beside, of_the_course))


@functools.cache
def distributions() -> dict[str, Path]:
    """The packages that notebooks may import, by their place in the worker's library."""
    found: dict[str, Path] = {}
    waiting, seen = list(DISTRIBUTIONS), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            distribution = importlib.metadata.distribution(name)
            found |= {top: Path(str(distribution.locate_file(top))) for top in _top_level(distribution)}
            required = map(Requirement, distribution.requires or ())
            waiting += [each.name for each in required if each.marker is None or each.marker.evaluate({"extra": ""})]
    return {top: path for top, path in found.items() if path.exists()}


def _top_level(distribution: importlib.metadata.Distribution) -> set[str]:
    """The names that a distribution put into site-packages; a system's own packages may not list their files."""
    record = distribution.read_text("RECORD")  # `distribution.files` says the same, far more slowly
    if record:
        return {re.split("[/,]", line, maxsplit=1)[0] for line in record.splitlines()} - {"..", "__pycache__"}
    listed = (distribution.read_text("top_level.txt") or distribution.metadata["Name"]).split()
    return {f"{name}{suffix}" for name in listed for suffix in ("", ".py")}


def _view() -> Iterator[tuple[str, ...]]:
    """What there is to see: bubblewrap's options in their order, later ones over earlier ones."""
    for path in map(Path, ("/lib", "/lib32", "/lib64", "/usr/lib32", "/usr/lib64")):
        if path.is_symlink():
            yield "--symlink", os.readlink(path), str(path)
    trees = _trees()
    for path in trees:
        yield "--ro-bind", str(path), str(path)
    for path in _hidden(trees):
        yield "--tmpfs", str(path)
        yield "--remount-ro", str(path)
    for path in (interpreter(), Path("/etc/ld.so.cache"), Path("/etc/alternatives")):
        yield "--ro-bind-try", str(path), str(path)
    for name, source in {**distributions(), **library()}.items():
        yield "--ro-bind", str(source), f"{LIBRARY}/{name}"
    yield "--dev-bind", "/dev/null", "/dev/null"


def _trees() -> list[Path]:
    """The directories of shared libraries and of the standard library, none of them within another."""
    bases = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    multiarch = Path("/usr/lib", sysconfig.get_config_var("MULTIARCH") or "")
    prefixes = {Path(sys.base_prefix).resolve(), Path(sys.base_exec_prefix).resolve()} - {Path("/usr")}
    paths = {
        *(path for path in map(Path, ("/lib", "/lib32", "/lib64", "/usr/lib32", "/usr/lib64")) if not path.is_symlink()),
        multiarch if multiarch.is_dir() else Path("/usr/lib"),
        *(prefix / name for prefix in prefixes for name in ("lib", "lib64")),
        *(Path(sysconfig.get_path(name, vars=bases)).resolve() for name in ("stdlib", "platstdlib")),
    }
    present = {path for path in paths if path.is_dir()}
    return sorted(path for path in present if not present & set(path.parents))


def _hidden(trees: list[Path]) -> list[Path]:
    """Directories within those trees that are emptied: other people's packages, and this repository."""
    names = ("site-packages", "dist-packages")
    packages = [path for tree in trees for name in names for path in (*tree.glob(name), *tree.glob(f"*/{name}")) if path.is_dir()]
    below = any(tree in REPOSITORY.parents for tree in trees) and not any(path in (REPOSITORY, *REPOSITORY.parents) for path in packages)
    return [*packages, REPOSITORY] if below else packages


def _where_known(bubblewrap: str, option: str) -> list[str]:
    """An option that this bubblewrap may be too old to have."""
    known = subprocess.run([bubblewrap, "--help"], capture_output=True, text=True, check=False)
    return [option] if option in known.stdout + known.stderr else []


def _flat(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return [word for group in groups for word in group]


@functools.cache
def system_calls() -> bytes:
    """The filter of system calls, as the kernel reads it. Raises `ImportError` or `RuntimeError` where libseccomp is missing."""
    import pyseccomp

    allow, equal = pyseccomp.ALLOW, pyseccomp.EQ
    rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
    for name in ALLOWED.split():
        if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0:  # newer machines have no `open` but `openat`
            rules.add_rule(allow, name)
    for name, values in (("fcntl", FCNTL), ("ioctl", IOCTL)):
        for value in values:
            rules.add_rule(allow, name, pyseccomp.Arg(1, equal, value))
    # One's own limits may be read, not set, and nobody else's either.
    rules.add_rule(allow, "prlimit64", pyseccomp.Arg(0, equal, 0), pyseccomp.Arg(2, equal, 0))
    return _exported(rules)


@functools.cache
def nothing_shared() -> bytes:
    """The filter that the worker itself starts under, before any student's code: it makes no file in memory.

    Newer versions of libffi (3.8, which `ctypes` uses) keep code in such a file, writable and shared by everything forked from the
    worker: one run could leave something there for the next. Without it they do as older versions did. Raises as `system_calls`.
    """
    import pyseccomp

    rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "memfd_create")
    return _exported(rules)


def _exported(rules: Any) -> bytes:
    """A filter as the kernel reads it."""
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
