"""Runs a notebook's cells in one namespace: as Python, or as IPython where Python cannot read them.

IPython's own words (`%magic`, `!shell`, `help?`) are no Python, so Python's parser points at the very lines that hold them: those
lines are replaced and the cell is read again. Text inside strings is never touched, and line numbers stay true. No magic does
anything here, except that the body of `%time`, `%timeit`, `%%time`, `%%timeit`, `%%prun` and `%%capture` is run, once, and that what
`%%writefile` writes can be imported. `await` may stand outside a function, as it may in a notebook.
"""

import ast
import asyncio
import contextlib
import inspect
import linecache
import re
import signal
import time
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

from autograder.walls import stand_ins

CELL_MAGIC = re.compile(r"\s*%%(\w+)")
WRITEFILE = re.compile(r"\s*%%(?:writefile|file)[ \t]+(?:\./)?(?P<module>[A-Za-z_]\w*)\.py[ \t]*(?:\n|$)")
RUN_BODY = ("time", "timeit", "prun", "capture")
LINE_MAGIC = re.compile(
    r"""(?P<indent>\s*)
        (?P<target>[A-Za-z_][\w., ]*=\s*)?  # files = !ls
        (?:%(?:time|timeit)\b(?:\s+-\w+(?:\s+\d+)?)*(?P<body>.*)  # the options of %timeit are -n 100 -r3 -q ...
        |  [%!?].*
        |  [\w.]+\?\??\s*)$""",
    re.VERBOSE,
)
LAST = "__last__"  # where the value of the expression that a test cell ends in is kept
LONGEST = 300  # letters of an error's own words


class Shell:
    """Stands in for `get_ipython()`: takes every call, does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return nothing


def nothing(*values: Any, **named: Any) -> None:
    """Take anything, do nothing: what `display` is to a grader."""


def new_module() -> types.ModuleType:
    """The `__main__` that a notebook runs in."""
    module = types.ModuleType("__main__")
    module.__dict__.update(display=nothing, get_ipython=Shell)
    return module


class OutOfTime(BaseException):
    """A cell has used up its time."""


@contextlib.contextmanager
def allowance(seconds: float, wall: float) -> Iterator[None]:
    """Raise `OutOfTime` within the block once it has taken `seconds` of processor time, or `wall` of any.

    It is raised again every second, should somebody have caught it: no more than that can be done from within.
    """
    over = False

    def stop(*_: object) -> None:
        if not over:
            raise OutOfTime

    timers = ((signal.ITIMER_PROF, signal.SIGPROF, seconds), (signal.ITIMER_REAL, signal.SIGALRM, wall))
    for timer, number, after in timers:
        signal.signal(number, stop)
        signal.setitimer(timer, after, 1.0)
    try:
        yield
    finally:
        over = True
        for timer, _, _ in timers:
            signal.setitimer(timer, 0)


def run_cell(names: dict[str, Any], identifier: str, source: str) -> str:
    """Run one cell; its error in one line, or nothing. What it defined before the error stays defined.

    `OutOfTime` goes through.
    """
    filename = f"<cell {identifier}>"
    try:
        if module := written_module(source):
            stand_ins.write_module(*module)
            return ""
        execute(names, *readable(source, filename))
    except OutOfTime:
        raise
    except BaseException as error:  # exit(), KeyboardInterrupt and their kind end a cell, not the notebook
        return one_line(error, filename)
    return ""


def execute(names: dict[str, Any], text: str, code: types.CodeType) -> None:
    """Run the code of a cell, whose text is kept for the errors that show it."""
    filename = code.co_filename
    linecache.cache[filename] = (len(text), None, [line + "\n" for line in text.split("\n")], filename)
    if code.co_flags & inspect.CO_COROUTINE:
        await_here(eval(code, names))
    else:
        exec(code, names)


def run_test(names: dict[str, Any], source: str) -> tuple[Any, str]:
    """Run an instructor's test cell: the value of the expression that it ends in, or None, and its error in one line, or nothing.

    `OutOfTime` goes through.
    """
    filename = "<cell test>"
    try:
        text, _ = readable(source, filename)
        tree = ast.parse(text)
        if tree.body and isinstance(last := tree.body[-1], ast.Expr):
            tree.body[-1] = ast.copy_location(ast.Assign([ast.copy_location(ast.Name(LAST, ast.Store()), last)], last.value), last)
        execute(names, text, compile(tree, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True))
    except OutOfTime:
        raise
    except BaseException as error:
        return None, one_line(error, filename)
    return names.pop(LAST, None), ""


def await_here(coroutine: Any) -> None:
    """Run a coroutine to its end, on an event loop without the sockets that are not to be had here."""

    class Loop(asyncio.BaseEventLoop):
        def __init__(self) -> None:
            super().__init__()
            self._selector = self

        def select(self, timeout: float | None) -> list[Any]:
            time.sleep(timeout or 0)
            return []

        def _process_events(self, events: list[Any]) -> None: ...

        def _write_to_self(self) -> None: ...

    with contextlib.closing(Loop()) as loop:
        loop.run_until_complete(coroutine)


def written_module(source: str) -> tuple[str, str] | None:
    """The name and the text of the module that a cell writes with `%%writefile`.

    >>> written_module("%%writefile helper.py\\nx = 1")
    ('helper', 'x = 1')
    """
    magic = WRITEFILE.match(source)
    return (magic["module"], source[magic.end() :]) if magic else None


def readable(source: str, filename: str) -> tuple[str, types.CodeType]:
    """The Python that a cell amounts to, as text and as code.

    Raises the `SyntaxError` of the first line that neither Python nor IPython can read.
    """
    source = without_cell_magic(source)
    while True:
        try:
            return source, compile(source, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except SyntaxError as error:
            plainer = without_line_magic(source, error.lineno or 0)
            if plainer == source:
                raise
            source = plainer


def without_cell_magic(source: str) -> str:
    """A cell without the `%%magic` it may open with: its body, or nothing where the body is not Python (`%%bash`).

    >>> without_cell_magic("%%time\\nx = 1")
    '\\nx = 1'
    >>> without_cell_magic("%%bash\\nls")
    ''
    """
    magic = CELL_MAGIC.match(source)
    if not magic:
        return source
    if magic[1] not in RUN_BODY:
        return ""
    _, newline, body = source[magic.end() :].partition("\n")
    return "\n" * source[: magic.end()].count("\n") + newline + body


def without_line_magic(source: str, number: int) -> str:
    """A cell whose line `number`, counted from one, is Python if it was a magic, a shell command or a call for help.

    >>> without_line_magic("%timeit -n 10 f(x)\\n!ls", 1)
    'f(x)\\n!ls'
    >>> without_line_magic("for x in y:\\n    files = !ls", 2)
    'for x in y:\\n    files = None'
    """
    lines = source.split("\n")
    if not 0 < number <= len(lines) or not (magic := LINE_MAGIC.match(line := lines[number - 1])):
        return source
    target, body = magic["target"] or "", (magic["body"] or "").strip()
    lines[number - 1] = magic["indent"] + target + (body or ("None" if target else "pass"))
    while not body and line.endswith("\\") and number < len(lines):  # a command that goes on
        line, lines[number] = lines[number], ""
        number += 1
    return "\n".join(lines)


def one_line(error: BaseException, filename: str) -> str:
    """An error, and the line of the cell where it came up: "NameError: name 'foo' is not defined (line 3)"."""
    try:
        kind, message = type(error).__name__, error.msg if isinstance(error, SyntaxError) else str(error)
        message = message.strip().split("\n")[0][:LONGEST]
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
        if isinstance(error, SyntaxError) and error.filename == filename:
            lines.append(error.lineno)
        return kind + (f": {message}" if message else "") + (f" (line {lines[-1]})" if lines else "")
    except BaseException:  # an error whose own words raise another
        return "an error that cannot even be put into words"
