"""What a piece of a notebook needs to stand alone: its own source, and that of everything it uses."""

import ast
import linecache
import symtable
import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any

from course.errors import NotKept
from course.judging.stubs import functions_of

Statement = ast.stmt


def gathered(name: str, names: Mapping[str, Any]) -> dict[str, str]:
    """The sources that define a name of a notebook and all it uses, by name; what is used comes before what uses it.

    `names` are those of the notebook. Raises NotKept, with the name, where something has no source that can be found.
    """
    sources: dict[str, str] = {}
    found: dict[str, str] = {}
    waiting = [(name, False)]
    while waiting:
        wanted, used_are_found = waiting.pop()
        if used_are_found:
            found[wanted] = sources[wanted]
        elif wanted not in sources:
            sources[wanted] = source_of(wanted, names)
            waiting.append((wanted, True))
            waiting += [(one, False) for one in reversed(used_by(sources[wanted])) if one in names]
    return found


def used_by(source: str) -> list[str]:
    """The names that a source takes from the module around it, in alphabetical order."""
    top = symtable.symtable(source, "<source>", "exec")
    tables, used = [top], set()
    for table in tables:
        used |= {one.get_name() for one in table.get_symbols() if one.is_referenced() and (table is top or one.is_global())}
        tables += table.get_children()
    return sorted(name for name in used if not name.startswith("__"))


def source_of(name: str, names: Mapping[str, Any]) -> str:
    """The statement that gives a name its value: an import, a function, a class, an assignment."""
    value = names[name]
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__}" + (f" as {name}" if value.__name__ != name else "")
    if home := module_of(value):
        return f"from {home} import {value.__name__}" + (f" as {name}" if value.__name__ != name else "")
    for text in texts(value, names):
        for node in reversed(statements(text)):
            if name in defined_by(node):
                return segment(text, node)
    if isinstance(value, (bool, int, float, str, type(None))):
        return f"{name} = {value!r}"
    raise NotKept(f"it uses `{name}`, whose source is not in this notebook")


def module_of(value: Any) -> str:
    """The module from which a value can be imported by its own name, or "" where it is of the notebook."""
    own = getattr(value, "__name__", "")
    for home in (getattr(value, "__module__", None), "numpy"):  # numpy's ufuncs do not say where they are from
        if own and home and home != "__main__" and getattr(sys.modules.get(home), own, None) is value:
            return home
    return ""


def texts(value: Any, names: Mapping[str, Any]) -> Iterator[str]:
    """The texts that may define a value: that of its own functions first, then the cells of the notebook from the newest on."""
    files = {function.__code__.co_filename for function in functions_of(value)} if callable(value) else set()
    yield from ("".join(linecache.getlines(file)) for file in sorted(files))
    yield from (cell for cell in reversed(names.get("In", ())) if isinstance(cell, str))


def statements(text: str) -> list[Statement]:
    """The statements of a text; none where it is no Python."""
    try:
        return ast.parse(text).body
    except SyntaxError:
        return []


def defined_by(statement: Statement) -> set[str]:
    """The names that a statement gives a value to, itself and not in its blocks."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    return set()


def lines_of(statement: Statement) -> slice:
    """The lines of a text on which a statement stands, its decorators with it."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(one.lineno for one in decorators)])
    return slice(first - 1, statement.end_lineno)


def segment(text: str, statement: Statement) -> str:
    """The lines of a statement."""
    return "\n".join(text.split("\n")[lines_of(statement)])
