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
    possible = (mistake for mistake in exercise.mistakes if mistake.name in exercise.causes or is_possible(exercise.right, mistake, source))
    return replace(exercise, mistakes=tuple(possible))


def is_possible(right: Callable[..., Any], mistake: Mistake, source: str) -> bool:
    """Whether a source may make a mistake: it holds what the mistake's name quotes and its edit brings in ("Python's own `max`"), and
    it gives something back only where the edited right answer does."""
    if mistake.edits is None:
        return True
    before = text_kept(right)
    after = code_of(applied(before, map(Edit.parse, mistake.edits)))
    quoted = {token for code in re.findall(r"`([^`]+)`", mistake.name) for token in tokens(code)}
    brought_in = quoted & tokens(after) - tokens(code_of(before))
    return brought_in <= tokens(source) and (isinstance(right, type) or gives_back(after) or not gives_back(source))


def gives_back(source: str) -> bool:
    """Whether a value is returned or yielded anywhere in a source."""
    nodes = list(ast.walk(ast.parse(source)))
    returned = any(isinstance(node, ast.Return) and node.value is not None for node in nodes)
    return returned or any(isinstance(node, (ast.Yield, ast.YieldFrom, ast.Lambda)) for node in nodes)


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
