"""Which unit a notebook is of, and which file is a unit's notebook, by what is in it: what it is called says nothing."""

import ast
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from autograder.intake.structure import Structure, StudentCell
from autograder.intake.submission import read_cells
from course.errors import Unreadable

ENOUGH = 0.5  # of a unit's answers have to be there, by the ids of their cells or by their names
MOST_FILES = 20  # of a student's folder that are looked into


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


def notebook_in(expected: Path, unit: str, released: Callable[[], Mapping[str, Structure]]) -> Path:
    """The notebook of a unit in a student's folder: the one of the expected name, or else the only other one that holds answers.

    Where there is no such file, or more than one, it is the expected one, which then says what is wrong with it. The units that were
    `released` are asked for only where there is a choice.
    """
    folder = expected.parent
    if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
        return expected
    others = sorted(name for name in os.listdir(folder) if name not in (expected.name, "timestamp.txt") and not name.startswith("."))
    if not others or answers_in(expected, unit, structures := released()):
        return expected
    found = {answers: folder / name for name in others[:MOST_FILES] if (answers := answers_in(folder / name, unit, structures))}
    return next(iter(found.values())) if len(found) == 1 else expected


def answers_in(path: Path, unit: str, structures: Mapping[str, Structure]) -> str:
    """The SHA-256 of a file that is a notebook of a unit, with answers in it; "" for any other."""
    try:
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
