"""Which unit a notebook is of, and which file is a unit's notebook, by what is in it: what it is called says nothing."""

import ast
import codecs
import hashlib
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.intake import sources
from autograder.intake.names import shown
from autograder.intake.structure import Structure, StudentCell
from autograder.intake.submission import parse, read_cells, student_cells
from course.errors import Unreadable

ENOUGH = 0.5  # of a unit's answers have to be there, by the ids of their cells or by their names
MOST_FILES = 200  # of a student's folder that are looked into, those in folders and zips counted
LONGEST_NAME = 60  # characters, of four bytes at most: a file's name has at most 255
LEAVE = "Leave the right one there under the name {}, or ask the student for it."


def unit_of(cells: list[StudentCell], structures: Mapping[str, Structure]) -> str:
    """The unit whose answers these cells hold, most of them at least; "" where there is none.

    The ids of cells that were released come first. Where a tool has dropped them, the names that the code defines do.
    """
    for share_of in (share_of_ids, share_of_names):
        shares = {unit: share_of(cells, structure) for unit, structure in structures.items()}
        best = max(shares, key=lambda unit: shares[unit], default="")
        if best and shares[best] >= ENOUGH:
            return best
    return ""


@dataclass(frozen=True)
class Known:
    """The notebook among what a student handed in: its file; its bytes, too, where it lies deeper; or why it is not clear which it is."""

    path: Path
    data: bytes = b""
    unclear: str = ""


def notebook_in(expected: Path, unit: str, released: Callable[[], Mapping[str, Structure]]) -> Known:
    """The notebook of a unit in a student's folder: the one of the expected name, or else the only other one that holds answers.

    Folders and zips in it are looked into. Where nothing is found it is the expected one, which then says what is wrong with it. The
    units that were `released` are asked for only where there is a choice.
    """
    folder = expected.parent
    if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
        return Known(expected)
    passed_over = (expected.name, sources.TIME, sources.SECRET)
    others = sorted(name for name in os.listdir(folder) if name not in passed_over and not name.startswith("."))
    if not others or answers_in(expected, b"", unit, structures := released()):
        return Known(expected)
    found: dict[str, Known] = {}
    try:
        for known in candidates(folder, others):
            if answers := answers_in(known.path, known.data, unit, structures):
                found.setdefault(answers, known)
    except Unreadable as error:
        return Known(expected, unclear=f"{error} {LEAVE.format(expected.name)}")
    except OSError as error:
        return Known(expected, unclear=f"The folder cannot be looked through: {error.strerror}. {LEAVE.format(expected.name)}")
    if len(found) > 1:
        names = ", ".join(one_name(PurePosixPath(known.path.name)) for known in found.values())
        return Known(expected, unclear=f"{len(found)} notebooks that differ were handed in: {names}. {LEAVE.format(expected.name)}")
    return next(iter(found.values()), Known(expected))


def candidates(folder: Path, names: Iterable[str]) -> Iterator[Known]:
    """What may be a notebook in a folder, and in the folders and zips in it. Raises Unreadable where that is too much, and OSError."""
    count = size = 0
    for name in names:
        if not name.lower().endswith(".zip") and not (folder / name).is_dir():
            yield Known(folder / name)
            count += 1
        check_bounds(count, size)
    for found in sources.in_folder(folder):
        if len(found.path.parts) > 1:
            count, size = count + 1, size + len(found.data)
            check_bounds(count, size)
            if found.data.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] == b"{":
                yield Known(folder / one_name(found.path), found.data)


def check_bounds(count: int, size: int) -> None:
    """Raise Unreadable for more files, or more bytes, than are looked into."""
    if count > MOST_FILES or size > sources.MAX_ZIP:
        raise Unreadable(f"Expected one notebook, got more than {MOST_FILES} files or {sources.MAX_ZIP / 1e6:g} MB.")


def one_name(path: PurePosixPath) -> str:
    """The name of a file in folders or zips as a name of its own, harmless and not too long.

    >>> one_name(PurePosixPath("work.zip/week 5/a.ipynb"))
    'work.zip › week 5 › a.ipynb'
    """
    return shown(" › ".join(path.parts))[-LONGEST_NAME:]


def answers_in(path: Path, data: bytes, unit: str, structures: Mapping[str, Structure]) -> str:
    """The SHA-256 of a file, or of `data` in its stead, that is a notebook of a unit with answers in it; "" for any other."""
    try:
        if data:
            cells, fingerprint = student_cells(parse(data))[0], hashlib.sha256(data).hexdigest()
        else:
            cells, fingerprint, _ = read_cells(path)
    except Unreadable:
        return ""
    return "" if unit_of(cells, structures) != unit or is_blank(cells, structures[unit]) else fingerprint


def share_of_ids(cells: list[StudentCell], structure: Structure) -> float:
    """How many of a unit's answers are among the cells, by the ids that were released with them."""
    ids = {cell.grade_id for cell in cells} | {cell.id for cell in cells}
    asked = [slot for slot in structure.slots if slot.kind in ("answer", "written")]
    return sum(slot.grade_id in ids or slot.id in ids for slot in asked) / max(len(asked), 1)


def share_of_names(cells: list[StudentCell], structure: Structure) -> float:
    """How many of a unit's answers the code of the cells defines."""
    defined = {name for cell in cells if cell.cell_type == "code" for name in names_in(cell.source)}
    return len(defined & structure.answer_ids.keys()) / max(len(structure.answer_ids), 1)


def names_in(source: str) -> Iterator[str]:
    """The names that a cell defines at its top; none where it does not parse."""
    try:
        with warnings.catch_warnings(action="ignore"):
            body: Iterable[ast.stmt] = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))


def is_blank(cells: list[StudentCell], structure: Structure) -> bool:
    """Whether a notebook holds nothing but what was released."""
    submission = structure.rebuild(cells, "")
    return not submission.own or submission.unanswered >= {slot.grade_id for slot in structure.slots if slot.kind in ("answer", "written")}
