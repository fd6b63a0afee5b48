"""Runs a notebook's cells in one namespace: as Python, or as IPython where Python cannot read them.

IPython's own words (`%magic`, `!shell`, `help?`) are no Python, so Python's parser points at the very lines that hold them: those
lines are replaced and the cell is read again. Text inside strings is never touched, and line numbers stay true. No magic does
anything here, except that the body of `%time`, `%timeit`, `%%time`, `%%timeit` and `%%capture` is run, once.
"""

import linecache
import re
import traceback
import types
from collections.abc import Callable
from typing import Any

CELL_MAGIC = re.compile(r"\s*%%(\w+)")
RUN_BODY = ("time", "timeit", "capture")
LINE_MAGIC = re.compile(
    r"""(?P<indent>\s*)
        (?P<target>[A-Za-z_][\w., ]*=\s*)?  # files = !ls
        (?:%(?:time|timeit)\b(?:\s+-\w+(?:\s+\d+)?)*(?P<body>.*)  # the options of %timeit are -n 100 -r3 -q ...
        |  [%!?].*
        |  [\w.]+\?\??\s*)$""",
    re.VERBOSE,
)
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


def run_cell(names: dict[str, Any], identifier: str, source: str) -> str:
    """Run one cell; its error in one line, or nothing. What it defined before the error stays defined."""
    filename = f"<cell {identifier}>"
    linecache.cache[filename] = (len(source), None, [line + "\n" for line in source.split("\n")], filename)
    try:
        exec(compiled(source, filename), names)
    except BaseException as error:  # exit(), KeyboardInterrupt and their kind end a cell, not the notebook
        return one_line(error, filename)
    return ""


def compiled(source: str, filename: str) -> types.CodeType:
    """The code of a cell. Raises the `SyntaxError` of the first line that neither Python nor IPython can read."""
    source = without_cell_magic(source)
    while True:
        try:
            return compile(source, filename, "exec", dont_inherit=True)
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
