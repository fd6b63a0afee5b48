"""What nobody may come across in a file: the bodies of right answers."""

import ast
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping

from course.judging.edits import source_text
from course.units import UNITS


def squeezed(text: str) -> str:
    """A text without its white space, so that it is found whatever its indentation."""
    return re.sub(r"\s+", "", text)


def answers() -> dict[str, str]:
    """The body of each function of each right answer, squeezed, by the name of the exercise and its own."""
    found = {}
    for exercise in (exercise for unit in UNITS.names for exercise in UNITS[unit]):
        source = source_text(exercise.right)
        for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)):
            if body := function.body[1:] if ast.get_docstring(function) else function.body:
                lines = source.split("\n")[body[0].lineno - 1 : body[-1].end_lineno]
                found[f"{exercise.name}.{function.name}"] = squeezed("\n".join(lines))
    return found


def texts(archive: bytes, shut: str) -> Iterator[tuple[str, str]]:
    """The text of every file in an archive, squeezed, and of every file in the archives in it; one called `shut` is not opened."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for name in files.namelist():
            data = files.read(name)
            if data.startswith(b"PK") and not name.endswith(shut):
                yield from ((f"{name}: {inner}", text) for inner, text in texts(data, shut))
            elif name.endswith(".ipynb"):
                yield name, squeezed("\n".join("".join(cell["source"]) for cell in json.loads(data)["cells"]))
            else:
                yield name, squeezed(data.decode(errors="replace"))


def in_plain_sight(archive: bytes, shut: str) -> Mapping[str, list[str]]:
    """Whose answers stand in the files of an archive, by file."""
    known = answers()
    found = {name: [whose for whose, body in known.items() if body in text] for name, text in texts(archive, shut)}
    return {name: given for name, given in found.items() if given}
