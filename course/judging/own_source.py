"""What a student's own source says about causes: none is named that quotes what is not there."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from course.judging.edits import Edit, applied, text_kept
from course.judging.exercise import Exercise, Mistake


def with_possible_mistakes(exercise: Exercise, source: str) -> Exercise:
    """The exercise without the mistakes that a student's source rules out; as it is where there is no source.

    A mistake that a property's test may name stays: the test has seen it.
    """
    if not source:
        return exercise
    possible = (m for m in exercise.mistakes if m.name in exercise.causes or brought_in(exercise.right, m) <= tokens(source))
    return replace(exercise, mistakes=tuple(possible))


def brought_in(right: Callable[..., Any], mistake: Mistake) -> set[str]:
    """The words and signs that the name of a mistake quotes, and that its edit brings into the right answer: "Python's own `max`"."""
    if mistake.edits is None:
        return set()
    before = text_kept(right)
    after = code_of(applied(before, map(Edit.parse, mistake.edits)))
    quoted = {token for code in re.findall(r"`([^`]+)`", mistake.name) for token in tokens(code)}
    return quoted & tokens(after) - tokens(code_of(before))


def tokens(code: str) -> set[str]:
    """The words and signs of a text of Python."""
    return set(re.findall(r"\w+|[^\w\s]", code))


def source_of(functions: Iterable[Callable[..., Any]]) -> str:
    """The source of functions, their code alone; "" where that of one cannot be had."""
    try:
        return "\n".join(code_of(textwrap.dedent(inspect.getsource(function))) for function in functions)
    except (OSError, TypeError, SyntaxError):
        return ""


def code_of(source: str) -> str:
    """A source without comments and docstrings. Raises SyntaxError."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
