"""Reads what a student handed in, and believes nothing of it.

A notebook is JSON that anyone can write. What is no notebook is refused in a sentence; of a notebook, the text of its cells goes
into the structure that was released (`structure.py`), and nothing else of it is used. No code is run or changed here.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.intake.names import shown
from autograder.intake.structure import Structure, StudentCell, Submission, text_of
from course.errors import Unreadable

MAX_FILE = 200_000_000  # bytes, outputs included
MAX_BYTES = 20_000_000  # without them
MAX_TOKENS = 4_000_000  # strings and brackets of a file that is read
CELL_DEPTH = 3  # a cell stands in the notebook's list of cells
MAX_CELLS = 2_000
MAX_SOURCE = 100_000  # characters of a cell
MAX_TEXT = 1_000_000  # characters of all cells
MAX_IMAGE = 3_000_000  # characters of an attached image, in base64

AGAIN = "Ask the student to save it in JupyterLab and hand it in again."
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)  # of JSON: a whole string, or a bracket
OUTPUTS = re.compile(rb"\s*:\s*\[")  # what follows the name of a list
IMAGES = {"image/png": re.compile(r"iVBORw0KGgo[A-Za-z0-9+/]*={0,2}"), "image/jpeg": re.compile(r"/9j/[A-Za-z0-9+/]*={0,2}")}


def read(path: Path, structure: Structure) -> Submission:
    """The submission at `path` (…/STUDENT/UNIT/NAME), rebuilt; Unreadable, with a sentence, where it is none of the unit."""
    cells, fingerprint, note = read_cells(path)
    if not structure.has_answers_in(cells):
        raise Unreadable("The notebook holds no answer of this unit: is it that of another one? Ask the student for the right one.")
    return structure.rebuild(cells, fingerprint, note)


def read_cells(path: Path) -> tuple[list[StudentCell], str, str]:
    """The cells of the notebook at `path`, the SHA-256 of the file, and a note on what was left out."""
    text, digest = read_text(path)
    cells, note = student_cells(parse(text))
    return cells, digest, note


def read_text(path: Path) -> tuple[bytes, str]:
    """What stands in the file at `path` but for outputs, and the SHA-256 of all of it."""
    data = read_bytes(path, MAX_FILE)
    if len(text := without_outputs(data)) > MAX_BYTES:
        raise Unreadable(f"{path.name} is larger than {MAX_BYTES / 1e6:g} MB, even without outputs. Ask the student to shorten it.")
    return text, hashlib.sha256(data).hexdigest()


def read_bytes(path: Path, limit: int) -> bytes:
    """A file that a student handed in. No link is followed in the last three names of its path (student, unit, file)."""
    try:
        with contextlib.ExitStack() as stack:
            folder = os.open(path.parents[2], os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, folder)
            for name in path.parts[-3:-1]:
                folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                stack.callback(os.close, folder)
            file = stack.enter_context(open(os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder), "rb"))
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable(f"{path.name} is not an ordinary file. {AGAIN}")
            data = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(why_not(path, error)) from error
    if len(data) > limit:
        raise Unreadable(f"{path.name} is larger than {limit / 1e6:g} MB. Ask the student to clear all outputs and hand it in again.")
    return data


def fingerprint(path: Path) -> str:
    """SHA-256 of what was handed in; empty where it is no ordinary file."""
    try:
        return hashlib.sha256(read_bytes(path, MAX_FILE)).hexdigest()
    except Unreadable:
        return ""


def without_outputs(data: bytes) -> bytes:
    """The text of a notebook whose cells' outputs are empty lists; its lines stay where they are.

    Nobody looks at outputs, and in memory they may take thirty times what they take in the file. Raises `Unreadable` for a file of
    more parts than any notebook has.

    >>> without_outputs(b'{"cells": [{"outputs": [{"text": "[a\\\\"]"}], "source": "x"}]}')
    b'{"cells": [{"outputs": [], "source": "x"}]}'
    """
    kept, depth, cut, copied = [], 0, 0, 0  # `cut` is the depth at which the list that is being left out began
    for count, token in enumerate(TOKEN.finditer(data)):
        if count == MAX_TOKENS:
            raise Unreadable(f"The file has more than {MAX_TOKENS:,} parts. Ask the student to clear all outputs and hand it in again.")
        if token[0] in (b"[", b"{"):
            depth += 1
        elif token[0] in (b"]", b"}"):
            depth -= 1
            if cut and depth < cut:
                kept.append(b"\n" * data.count(b"\n", copied, token.start()))
                cut, copied = 0, token.start()
        elif not cut and depth == CELL_DEPTH and token[0] == b'"outputs"' and (opening := OUTPUTS.match(data, token.end())):
            kept.append(data[copied : opening.end()])
            cut, copied = depth + 1, opening.end()
    return b"".join(kept) + (b"" if cut else data[copied:])


def why_not(path: Path, error: OSError) -> str:
    """Why a file could not be opened, in a sentence."""
    for place in (path.parents[1], path.parents[0], path):
        if place.is_symlink():
            return f"{place.relative_to(path.parents[2])} is a link, and links are not followed. {AGAIN}"
    if error.errno == errno.ENOENT:
        there = sorted(shown(name) for name in os.listdir(path.parent) if not name.startswith("."))[:5] if path.parent.is_dir() else []
        found = f"the directory holds {', '.join(there)}" if there else "the directory is empty"
        return f"No {path.name} was handed in; {found}. Leave the right notebook there under that name, or ask the student for it."
    return f"{path.name} could not be opened: {error.strerror}. {AGAIN}"


def parse(data: bytes) -> dict[str, Any]:
    """The JSON object of a notebook in format 4."""
    if not data.strip():
        raise Unreadable(f"The file is empty. {AGAIN}")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        broken_off = error.msg.startswith("Unterminated") or error.pos >= len(error.doc.rstrip())
        where = "it breaks off" if broken_off else "it is damaged"
        raise Unreadable(f"The file is not a notebook: {where} at line {error.lineno}. {AGAIN}") from error
    except RecursionError:
        raise Unreadable(f"The file is not a notebook: its lists are nested too deeply. {AGAIN}") from None
    except ValueError as error:  # not UTF-8, or a number of thousands of digits
        raise Unreadable(f"The file is not a notebook: it is not JSON text. {AGAIN}") from error
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise Unreadable(f"The file is not a notebook: expected an object with `nbformat` and `cells`. {AGAIN}")
    version = notebook["nbformat"]
    if type(version) is not int or version != 4:
        found = version if isinstance(version, int) else "unknown"
        raise Unreadable(f"The notebook is in format {found}; expected format 4. {AGAIN}")
    return notebook


def student_cells(notebook: Mapping[str, Any]) -> tuple[list[StudentCell], str]:
    """The cells of a parsed notebook, and a note on what was left out of them."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(f"The notebook has no list of cells. {AGAIN}")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; at most {MAX_CELLS} are read. Ask the student to remove those not needed.")
    found = [student_cell(cell, number) for number, cell in enumerate(cells, start=1)]
    notes = [note for _, note in found if note]
    if (length := sum(len(cell.source) for cell, _ in found)) > MAX_TEXT:
        raise Unreadable(f"The notebook holds {length:,} characters; at most {MAX_TEXT:,} are read. Ask the student to shorten it.")
    return [cell for cell, _ in found], " ".join(notes[:3])


def student_cell(cell: object, number: int) -> tuple[StudentCell, str]:
    """One cell, and a note where it was too long to be read."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        raise Unreadable(f"Cell {number} of the notebook is neither code nor text. {AGAIN}")
    try:
        source = text_of(cell.get("source"))
    except TypeError:
        raise Unreadable(f"Cell {number} of the notebook holds no text. {AGAIN}") from None
    note = ""
    if len(source) > MAX_SOURCE:
        note = f"Cell {number} has {len(source):,} characters and was left out; at most {MAX_SOURCE:,} are read."
        source = f"# {note}" if cell["cell_type"] == "code" else note
    metadata = dictionary(cell.get("metadata"))
    grade_id = dictionary(metadata.get("nbgrader")).get("grade_id")
    id = cell.get("id", metadata.get("id"))  # Google Colab keeps it in the metadata
    return StudentCell(
        cell["cell_type"],
        source,
        id if isinstance(id, str) else "",
        grade_id if isinstance(grade_id, str) else "",
        images(cell.get("attachments")),
    ), note


def dictionary(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def images(attachments: object) -> dict[str, dict[str, str]]:
    """The attached images that are what they say and not too large. Nothing else is kept."""
    kept: dict[str, dict[str, str]] = {}
    for name, forms in list(dictionary(attachments).items())[:20]:
        for mime, begins in IMAGES.items():
            data = dictionary(forms).get(mime)
            if isinstance(data, str) and len(data) <= MAX_IMAGE and begins.fullmatch(compact := "".join(data.split())):
                kept[text_of(name)] = {mime: compact}
    return kept
