"""The reference: a page for each part of `course`, from its docstrings, whose backticks and examples are those of the notebooks."""

import importlib
import re
from collections.abc import Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

from anywidget import AnyWidget
from sphinx.application import Sphinx

import course

# A page each: its title, and the modules on it.
PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "engine": (
        "The engine",
        tuple(f"course.engine.{name}" for name in ("tensor", "functional", "nn", "optim", "regularization", "training", "history")),
    ),
    "gradients": ("Gradients, tested", ("course.gradcheck",)),
    "notebook": ("In the notebook", ("course.checking", "course.keeping", "course.errors")),
    "looking": ("Looking inside", ("course.graph", "course.explain", "course.data")),
    "plots": ("Figures", ("course.plots",)),
    "widgets": ("Widgets", ("course.widgets",)),
    "exercises": ("Exercises, for authors", ("course.judging.exercise", "course.judging.witness", "course.units.kit")),
}
SPAN = re.compile(r"(`+)([^`]+)\1|\*\*|[\\|_]")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", as_sphinx_reads_it)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def as_sphinx_reads_it(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = restructured("\n".join(lines)).split("\n")


def restructured(docstring: str) -> str:
    """A docstring of the course as reStructuredText: its code in backticks, its examples, its indented blocks, and no other markup.

    >>> print(restructured("The `W` of x_1:\\n\\n    W = 1"))
    The ``W`` of x\\_1:
    <BLANKLINE>
    ::
    <BLANKLINE>
        W = 1
    """
    return "\n\n".join(map(block, docstring.strip("\n").split("\n\n")))


def block(text: str) -> str:
    if text.startswith(">>>"):
        return text
    if all(line.startswith("    ") for line in text.split("\n")):
        return f"::\n\n{text}"
    return SPAN.sub(lambda match: f"``{match[2]}``" if match[2] else re.sub(r"(.)", r"\\\1", match[0]), text)


def page_of(title: str, modules: Iterable[str]) -> str:
    """A page of the reference, in Markdown around what autodoc reads."""
    return "\n".join([f"# {title}\n", *(section_of(importlib.import_module(name)) for name in modules)])


def section_of(module: ModuleType) -> str:
    """What is asked of autodoc about a module: its docstring, and each name that it offers."""
    entries = "\n".join(asked(name, thing) for name, thing in offered(module).items())
    name = module.__name__
    return f"## `{name}`\n\n```{{eval-rst}}\n.. automodule:: {name}\n   :no-index:\n\n{entries}\n```\n"


def offered(module: ModuleType) -> dict[str, Any]:
    """What a module offers to be called, by dotted name: what it lists; or what the course lists of it; or what it documents.

    What can be imported from `course` has its name from there.
    """
    own = {name: thing for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__ and thing.__doc__}
    public = [name for name, thing in own.items() if getattr(course, name, None) is thing] or [name for name in own if name[0] != "_"]
    names = [name for name in getattr(module, "__all__", public) if isinstance(getattr(module, name), (type, FunctionType))]
    return {f"{home(module, name)}.{name}": getattr(module, name) for name in names}


def home(module: ModuleType, name: str) -> str:
    """Where it is best imported from."""
    return "course" if getattr(course, name, None) is getattr(module, name) else module.__name__


def asked(name: str, thing: Any) -> str:
    """What is asked of autodoc: a class with its methods, but for a widget, whose are those of all."""
    if not isinstance(thing, type):
        return f".. autofunction:: {name}"
    kind = "autoexception" if issubclass(thing, BaseException) else "autoclass"
    return f".. {kind}:: {name}" + ("" if issubclass(thing, AnyWidget) else "\n   :members:\n")
