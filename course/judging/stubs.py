"""The functions that an answer is made of, and those among them whose code stands below the stub's `raise`.

It stands beside an answer in the autograder's worker, too: the standard library and numpy, and no more.
"""

import ast
import functools
import inspect
import textwrap
import types
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np


def below_the_stub(answer: Any) -> tuple[str, ...]:
    """The names of the functions of an answer that have code below `raise NotImplementedError`."""
    return tuple(function.__name__ for function in functions_of(answer) if has_code_below_the_stub(function))


def functions_of(answer: Any) -> Iterator[types.FunctionType]:
    """The functions that an answer is made of: itself, what it wraps, or its methods."""
    waiting, seen = [answer], set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, types.FunctionType):
            yield part
        waiting += parts_of(part)


def parts_of(part: Any) -> list[Any]:
    """What a class holds, or what a callable calls in its turn."""
    if isinstance(part, type):
        return [held for base in part.__mro__ for held in vars(base).values()]
    if isinstance(part, (functools.partial, functools.partialmethod, functools.cached_property)):
        return [part.func]
    if isinstance(part, np.vectorize):
        return [part.pyfunc]
    if isinstance(part, (staticmethod, classmethod, types.MethodType)):
        return [part.__func__]
    if isinstance(part, property):
        return [part.fget, part.fset]
    called = inspect.getattr_static(type(part), "__call__", None)
    return [getattr(part, "__dict__", {}).get("__wrapped__"), called if isinstance(called, types.FunctionType) else None]


def has_code_below_the_stub(function: types.FunctionType) -> bool:
    """Whether statements stand directly below a `raise NotImplementedError`; False where the source cannot be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    blocks = (block for node in ast.walk(tree) for _, block in ast.iter_fields(node) if isinstance(block, list))
    return any(is_the_stub(above) and not says_nothing(below) for block in blocks for above, below in pairwise(block))


def is_the_stub(statement: ast.AST) -> bool:
    """Whether a statement is `raise NotImplementedError`, called or not."""
    return isinstance(statement, ast.Raise) and ast.unparse(statement).startswith("raise NotImplementedError")


def says_nothing(statement: ast.AST) -> bool:
    """Whether a statement is `pass`, `...` or a mere text."""
    return isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
