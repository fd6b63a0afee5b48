"""`keep` and `mine`: what a student has built lives on, in a file of functions beside the notebooks.

    keep(sgd_step)                      checks an answer and writes it, with all it uses, into my_network.py
    sgd_step = mine("sgd_step")         the student's version in a later unit; the course's where there is none that passes
    whose(sgd_step)                     "your sgd_step", or "the course's sgd_step"

No mark depends on the file: an answer that runs through it is told so by `check`.
"""

import ast
import linecache
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from course import units
from course.checking import COURSE, MY_NETWORK, PUBLIC_SEED, asking, exercise_of, reference_used
from course.errors import NotAnAnswer, NotKept
from course.gathering import defined_by, gathered, lines_of, statements, used_by
from course.judging.exercise import Exercise
from course.judging.grading import grade
from course.judging.stubs import functions_of


class NotHeld(NotKept):
    """The file has no answer of that name."""


HEADING = '"""What I have built in the course on backpropagation. `keep` writes here, and `mine` reads it."""\n'


def keep(*answers: Any) -> None:
    """Write answers of this notebook that pass their check into `my_network.py` beside it, each with all that it uses.

    A version from before is replaced; everything else in the file stays as it is. Says what was kept, and what was not and why. Raises
    NotAnAnswer for something that is no answer of this course.
    """
    names = sys._getframe(1).f_globals
    path = Path.cwd() / MY_NETWORK
    kept: list[str] = []
    for answer in answers:
        exercise = exercise_of(answer, names)
        try:
            write(path, with_answer(read(path), exercise, names))
            kept.append(exercise.name)
        except NotKept as reason:
            print(f"Not kept: {exercise.name}. {sentence(reason)}")
    if kept:
        print(f"Kept in {MY_NETWORK}, beside this notebook: {', '.join(kept)}.")


def mine(*names: str) -> Any:
    """The student's own answers of these names from `my_network.py`; one name gives the answer itself, several a tuple.

    Each is checked first. Where one is not there or does not pass, the course's version stands in, and a line says so. Raises
    NotAnAnswer for a name that no exercise has.
    """
    if not names:
        raise NotAnAnswer('mine expects the names of answers, as in mine("sgd_step")')
    if unknown := [name for name in names if not isinstance(name, str) or units.find(name) is None]:
        raise NotAnAnswer(f"no exercise is called {unknown[0]!r}{units.suggestion(str(unknown[0]))}")
    path = Path.cwd() / MY_NETWORK
    found, yours, absent = [], [], []
    for name in names:
        exercise = units.exercise(name)
        try:
            found.append(passing(exercise, read(path)))
            yours.append(name)
        except NotHeld:
            found.append(exercise.right)
            absent.append(f"{name} (unit {unit_of(name)})")
        except NotKept as reason:
            found.append(exercise.right)
            print(f"{name}: the course's version stands in. {sentence(reason)}")
    if absent:
        print(f"The course's versions stand in for what {MY_NETWORK} does not hold yet: {', '.join(absent)}.")
    if yours:
        print(f"Yours, from {MY_NETWORK}: {', '.join(yours)}.")
    return found[0] if len(found) == 1 else tuple(found)


def whose(answer: Callable) -> str:
    """Whose code an answer is, for captions: "your train" or "the course's train"."""
    files = {function.__code__.co_filename for function in functions_of(answer)}
    owner = "the course's" if any(file.startswith(str(COURSE)) for file in files) else "your"
    return f"{owner} {getattr(answer, '__name__', 'code')}"


def with_answer(text: str, exercise: Exercise, names: Mapping[str, Any]) -> str:
    """The file's text with an answer of the notebook in it. Raises NotKept where it does not pass from there, or is in another's way."""
    run(text)
    sources = gathered(bound_name(exercise, names), names)
    if unwritten := [name for name, source in sources.items() if name != exercise.name and "raise NotImplementedError" in source]:
        raise NotKept(f"It calls `{unwritten[0]}`, which is not written yet")
    refuse_conflicts(text, sources)
    for name, source in sources.items():
        text = with_definition(text, name, source)
    passing(exercise, text)
    return text


def bound_name(exercise: Exercise, names: Mapping[str, Any]) -> str:
    """The name under which the notebook has an answer."""
    if exercise.name in names:
        return exercise.name
    raise NotKept(f"Give your answer the name `{exercise.name}` in this notebook")


def refuse_conflicts(text: str, sources: Mapping[str, str]) -> None:
    """Raise NotKept where a helper would replace another of its name that an answer kept before uses."""
    before = {name: ast.unparse(node) for node in statements(text) for name in defined_by(node)}
    for name, source in sources.items():
        if name in before and units.find(name) is None and before[name] != ast.unparse(ast.parse(source)):
            users = [other for other, code in before.items() if other not in sources and name in used_by(code)]
            if users:
                raise NotKept(
                    f"It uses `{name}`, and `{MY_NETWORK}` has another `{name}`, which `{users[0]}` uses: give the one here another name"
                )


def with_definition(text: str, name: str, source: str) -> str:
    """A file's text with a name defined by a source: where an earlier definition stands, or below the imports, or at the end."""
    lines, nodes = text.split("\n"), statements(text)
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in nodes:
        if name in defined_by(node):
            lines[lines_of(node)] = source.split("\n")
            return "\n".join(lines)
    if isinstance(ast.parse(source).body[0], (ast.Import, ast.ImportFrom)):
        above: list[ast.stmt] = [*imports] or [node for node in nodes[:1] if isinstance(node, ast.Expr)]  # the text at the top
        at = (above[-1].end_lineno or 0) if above else 0
        lines[at:at] = [source] if imports else ["", source]
        return "\n".join(lines)
    return text.rstrip("\n") + f"\n\n\n{source}\n"


def passing(exercise: Exercise, text: str) -> Any:
    """The answer to an exercise that a file's text holds, checked by itself. Raises NotKept, with what is wrong, where it does not pass."""
    names = run(text)
    if exercise.name not in names:
        raise NotHeld
    answer = names[exercise.name]
    if leaned := reference_used(exercise, answer, PUBLIC_SEED):
        raise NotKept(f"It leans on `{leaned}`, and has to stand alone")
    verdict = grade(exercise, asking(exercise, answer), PUBLIC_SEED)
    if verdict.outcome == "not written":
        raise NotKept("It is not written yet")
    if verdict.outcome != "passed":
        raise NotKept(f"It does not pass its check: {verdict.reason}")
    return answer


def run(text: str) -> dict[str, Any]:
    """The names that a file's text defines. Raises NotKept where it cannot be run."""
    path = str(Path.cwd() / MY_NETWORK)
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    names: dict[str, Any] = {"__name__": Path(MY_NETWORK).stem}
    try:
        exec(compile(text, path, "exec"), names)
    except Exception as error:  # it is the student's file, and anything may be in it
        line = getattr(error, "lineno", None)
        raise NotKept(f"`{MY_NETWORK}` cannot be run: {type(error).__name__}: {error}" + (f" (line {line})" if line else "")) from None
    return names


def read(path: Path) -> str:
    """The file's text; the heading alone where there is no file yet."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return HEADING
    except (OSError, UnicodeDecodeError) as error:
        raise NotKept(f"`{MY_NETWORK}` cannot be read: {error}") from None


def write(path: Path, text: str) -> None:
    """Put a text in a file, all of it or nothing."""
    beside = path.with_suffix(".new")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        raise NotKept(f"`{MY_NETWORK}` cannot be written: {error}") from None


def unit_of(name: str) -> str:
    """The number of the unit that has an exercise."""
    return next(unit[:2] for unit in units.UNITS if name in units.UNITS.exercise_names(unit))


def sentence(reason: Exception) -> str:
    """A reason as a sentence of its own."""
    text = str(reason)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
