"""What stands in for modules that are not behind the wall, so that importing one costs a notebook nothing.

A module that is absent is a placeholder: it can be imported, and says in a sentence that it is not there once it is used. `tqdm` hands
through what it is given. Both are for imports in a student's cells, and outside any `try`: libraries and careful students ask by an
error what there is. What a notebook has written with `%%writefile` is imported from memory.
"""

import ast
import linecache
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from typing import Any

CELL = "<cell"
REFERENCE = "an answer has to stand on its own, without the reference implementation"

written: dict[str, str] = {}  # by the name of the module


def write_module(name: str, text: str) -> None:
    """Keep the text of a module for those who import it."""
    written[name] = text


class Finder:
    """Python's last place to look for a module."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        if name in written:
            return ModuleSpec(name, Written())
        if not asked_by_a_cell():
            return None
        return ModuleSpec(name, Tqdm() if name in TQDM else Placeholder(), is_package=True)


def install() -> None:
    """Let Python look here last."""
    sys.meta_path.append(Finder)


class Written(Loader):
    """Makes a module from the text that a notebook wrote."""

    def create_module(self, spec: ModuleSpec) -> None: ...

    def exec_module(self, module: types.ModuleType) -> None:
        text, filename = written[module.__name__], f"{CELL} file {module.__name__}.py>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec", dont_inherit=True), module.__dict__)


class Placeholder(Loader):
    """Makes a module that is not there."""

    def create_module(self, spec: ModuleSpec) -> "Absent":
        return Absent(spec.name)

    def exec_module(self, module: types.ModuleType) -> None: ...


class Absent(types.ModuleType):
    """A module that is not there, or something in it: to have it is no error, to use it is."""

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("__"):
            raise AttributeError(f"{self.__name__!r} has no attribute {name!r}")
        return Absent(f"{self.__name__}.{name}")


def used(absent: Absent, *values: Any, **named: Any) -> Any:
    """Raise `ModuleNotFoundError`, with a sentence that says what is not there."""
    name, package = absent.__name__, absent.__name__.partition(".")[0]
    if package == "course":
        part = ".".join(name.split(".")[:2])
        raise ModuleNotFoundError(f"`{part}` is not there while your notebook is graded: {REFERENCE}", name=part)
    raise ModuleNotFoundError(f"`{package}` is not installed where your notebook is graded, so `{name}` cannot be used", name=package)


USES = (
    "call bool iter next len getitem setitem contains enter exit float int index array mro_entries instancecheck add radd sub rsub "
    "mul rmul truediv rtruediv floordiv mod pow rpow matmul rmatmul neg abs lt le gt ge"
)
for _use in USES.split():
    setattr(Absent, f"__{_use}__", used)


class Tqdm(Loader):
    """Makes a `tqdm` that draws no bar."""

    def create_module(self, spec: ModuleSpec) -> None: ...

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__.update(tqdm=Bar, tqdm_notebook=Bar, trange=trange, tnrange=trange)


TQDM = ("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.std", "tqdm.autonotebook")


class Bar:
    """A progress bar that nobody sees: goes through what it is given, and takes every call."""

    def __init__(self, iterable: Iterable[Any] = (), *values: Any, **named: Any) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)  # type: ignore[arg-type]

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *exception: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *values, **named: None


def trange(*bounds: int, **named: Any) -> Bar:
    """`tqdm(range(...))`, in one word."""
    return Bar(range(*bounds))


IMPORTING = {__name__, "course", "importlib", "importlib._bootstrap", "importlib._bootstrap_external"}


def asked_by_a_cell() -> bool:
    """Whether the import that is going on stands in a student's cell, and outside any `try`."""
    frame: types.FrameType | None = sys._getframe()
    while frame and frame.f_globals.get("__name__") in IMPORTING:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(CELL) and not within_a_try(frame.f_code.co_filename, frame.f_lineno)


def within_a_try(filename: str, line: int) -> bool:
    """Whether a line of a cell stands in a `try`; True where the cell cannot be read again."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    tried = [node.body for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers]
    return any(body[0].lineno <= line <= (body[-1].end_lineno or line) for body in tried)
