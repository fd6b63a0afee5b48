"""The cells of a unit as they were released, and a student's cells put in their places.

Cells are told apart by nbgrader's grade id, and what they *are* (points, locks, tags, the kernel) comes from the released notebook.
Of a student's cell only its text is used.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from nbformat.notebooknode import NotebookNode, from_dict

from autograder.intake.numbers import Own, exercise_in, filled
from course.errors import UserError

Kind = Literal["answer", "written", "check", "locked", "demo", "ordinary"]
STUB = "raise NotImplementedError"
OWN: frozenset[Kind] = frozenset({"answer", "written", "ordinary"})  # the kinds whose text is the student's


@dataclass(frozen=True)
class Slot:
    """A cell of the released notebook, and what a student may do to it."""

    kind: Kind
    id: str
    grade_id: str
    cell: Mapping[str, Any]

    def filled(self, cell: "StudentCell") -> dict[str, Any]:
        """The cell as graded: the student's text where the cell is theirs to change, the instructor's otherwise."""
        if self.kind not in OWN or cell.source == self.cell["source"]:
            return dict(self.cell)
        filled = {**self.cell, "source": cell.source}
        if filled["cell_type"] == "markdown":
            filled["attachments"] = cell.attachments
        return filled


    def shows_other_numbers(self, cell: "StudentCell") -> str:
        """The exercise whose numbers, which this cell shows, are others in the student's; "" where there is none."""
        return exercise_in(self.cell) if self.kind == "locked" and cell.source != self.cell["source"] else ""


@dataclass(frozen=True)
class StudentCell:
    """What is taken from a cell that was handed in."""

    cell_type: str
    source: str
    id: str = ""
    grade_id: str = ""
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_cell(self, id: str) -> dict[str, Any]:
        cell: dict[str, Any] = {"cell_type": self.cell_type, "id": id, "metadata": {}, "source": self.source}
        if self.cell_type == "code":
            cell |= {"outputs": [], "execution_count": None}
        if self.cell_type == "markdown":
            cell["attachments"] = self.attachments
        return cell


@dataclass(frozen=True)
class Submission:
    """A submission that can be graded.

    `notebook` is rebuilt: every cell of the instructor's, in the instructor's order, with the student's answers in it and the
    student's own cells between. `missing` names the answers whose cell was deleted, `unanswered` those that hold nothing but what
    was released (the missing ones too; a written one only if there is no text cell of the student's own, which may be the answer),
    `later` those that came with a later release than the one it was made from, `foreign` the exercises whose numbers were others in it
    than this student was given, `own` the ids of cells with text of the student's. `fingerprint` is the SHA-256 of the file, and `note`
    says what was left out.
    """

    notebook: NotebookNode
    missing: frozenset[str]
    later: frozenset[str]
    foreign: frozenset[str]
    unanswered: frozenset[str]
    own: frozenset[str]
    fingerprint: str
    note: str
    structure: "Structure" = field(repr=False)

    @property
    def code_cells(self) -> list[tuple[str, str]]:
        """(cell id, source) of the code that any exercise is graded with, in order."""
        return [(cell.id, cell.source) for cell in self._code]

    def code_cells_before(self, exercise: str) -> list[tuple[str, str]]:
        """(cell id, source) of the code that an exercise is graded with: all above its check, in order.

        Check cells and demos are not run, nor is the stub that stands in for a deleted answer: it would hide an answer given
        in a cell of the student's own. Where that stands below the check, all above that cell counts, and the cell too.
        """
        return [(cell.id, cell.source) for cell in self._code[: self._end(exercise)]]

    def code_cells_after(self, exercise: str) -> list[tuple[str, str]]:
        """(cell id, source) of the student's code below that: it may hold what an answer calls."""
        return [(cell.id, cell.source) for cell in self._code[self._end(exercise) :] if cell.id in self.own]

    def stubs_called(self, exercise: str) -> list[str]:
        """The answers that are left as stubs among those that an answer speaks of, itself or through other answers.

        None where there is a stub in the answer itself.
        """
        sources = {cell.id: cell.source for cell in self._code}
        answers = {name: sources.get(id, "") for name, id in self.structure.answer_ids.items()}
        stubs = {name for name in answers if name in self.unanswered or STUB in answers[name]}
        if exercise in stubs:
            return []
        waiting, seen = [exercise], {exercise}
        while waiting:
            words = set(re.findall(r"\w+", answers.get(waiting.pop(), "")))
            more = [name for name in answers if name in words - seen]
            seen.update(more)
            waiting += [name for name in more if name not in stubs]
        return [name for name in answers if name in seen & stubs]

    @cached_property
    def _code(self) -> list[NotebookNode]:
        """The cells of code that are run, in order."""
        skipped = self.structure.not_run | {self.structure.answer_ids[name] for name in self.missing & self.structure.answer_ids.keys()}
        return [cell for cell in self.notebook.cells if cell.cell_type == "code" and cell.id not in skipped]

    def _end(self, exercise: str) -> int:
        """How many of those cells come before an exercise is graded."""
        order = {cell.id: place for place, cell in enumerate(self.notebook.cells)}
        end = sum(order[cell.id] < order[self.structure.check_ids[exercise]] for cell in self._code)
        if exercise not in self.unanswered:
            return end
        below = [place for place in range(end, len(self._code)) if self._code[place].id in self.own]
        return max((place + 1 for place in below if defines(exercise, self._code[place].source)), default=end)


class Structure:
    """The cells of a unit as they were released, in order. Computed once for a unit, used for every submission.

    `earlier` are those of earlier releases of the unit, which some students may have worked on. `numbers` are those of a student's own
    variants, by exercise: the cells are then as this student got them.
    """

    def __init__(self, released: Mapping[str, Any], earlier: Sequence["Structure"] = (), numbers: Own | None = None) -> None:
        self.earlier = earlier
        self.numbers = numbers or {}
        self.metadata = {key: released["metadata"][key] for key in ("kernelspec", "language_info") if key in released["metadata"]}
        self.slots = [slot_of(cell, number) for number, cell in enumerate(filled(released["cells"], self.numbers))]
        self._by_grade_id = {slot.grade_id: i for i, slot in enumerate(self.slots) if slot.grade_id}
        self._by_id: dict[str, int] = {}
        self._by_source: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for i, slot in enumerate(self.slots):
            self._by_id[slot.id] = i
            if not slot.grade_id:
                self._by_source[slot.cell["cell_type"], slot.cell["source"]].append(i)

    @classmethod
    def load(
        cls,
        released: Path,
        earlier: Iterable[Path] = (),
        numbers: Own | None = None,
        *,
        advice: str = "Run `autograder release` for it again.",
    ) -> "Structure":
        aside = "Put back a copy of it, or remove it: what was handed in on it is then graded as if it were of the newest release."
        before = [cls.load(path, numbers=numbers, advice=aside) for path in earlier]
        try:
            return cls(json.loads(released.read_bytes()), before, numbers)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{released} is no released notebook ({type(error).__name__}: {error}). {advice}") from error

    @cached_property
    def answer_ids(self) -> dict[str, str]:
        """The cell id of each exercise's answer, by the exercise's name."""
        return {slot.grade_id: slot.id for slot in self.slots if slot.kind == "answer"}

    @cached_property
    def check_ids(self) -> dict[str, str]:
        """The cell id of each exercise's check, by the exercise's name, in order."""
        return {slot.grade_id.removeprefix("check_"): slot.id for slot in self.slots if slot.kind == "check"}

    @cached_property
    def points(self) -> dict[str, float]:
        """What each exercise and each written answer counts, by name."""
        graded = [(slot, slot.cell["metadata"]["nbgrader"]) for slot in self.slots if slot.kind in ("check", "written")]
        return {slot.grade_id.removeprefix("check_"): float(nbgrader.get("points", 0)) for slot, nbgrader in graded}

    @cached_property
    def asked(self) -> frozenset[str]:
        """The names of the answers, written ones too."""
        return frozenset(slot.grade_id for slot in self.slots if slot.kind in ("answer", "written"))

    @cached_property
    def texts(self) -> frozenset[tuple[str, str]]:
        """What the cells say, with their types."""
        return frozenset((slot.cell["cell_type"], slot.cell["source"]) for slot in self.slots)

    @cached_property
    def not_run(self) -> frozenset[str]:
        return frozenset(slot.id for slot in self.slots if slot.kind in ("check", "demo"))

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(slot.id for slot in self.slots)

    def blank(self) -> NotebookNode:
        """The notebook as it was released."""
        return self.notebook(slot.cell for slot in self.slots)

    def notebook(self, cells: Iterable[Mapping[str, Any]]) -> NotebookNode:
        return from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": self.metadata, "cells": list(cells)})

    def match(self, cells: Iterable[StudentCell]) -> tuple[dict[int, StudentCell], dict[int, list[StudentCell]]]:
        """Which slot each of the student's cells fills, and the student's own cells by the slot that they follow (-1: none).

        The first cell that bears a grade id fills its slot. Cells without one are known by their cell id or, where a tool has
        dropped those, by their text.
        """
        kept: dict[int, StudentCell] = {}
        extra: defaultdict[int, list[StudentCell]] = defaultdict(list)
        at = -1
        for cell in cells:
            slot = next((i for i in self._candidates(cell) if i not in kept), None)
            if slot is None:
                extra[at].append(cell)
            else:
                kept[slot], at = cell, slot
        return kept, extra

    def has_answers_in(self, cells: Sequence[StudentCell]) -> bool:
        """Whether a notebook holds the cell of at least one answer, be it untouched, or an answer in a cell of its own.

        A name that two units have tells nothing where there are checks of another unit.
        """
        kept = {self.slots[place].kind for place in self.match(cells)[0]}
        if "answer" in kept or not self.answer_ids:
            return True
        checks = {cell.grade_id.removeprefix("check_") for cell in cells if cell.grade_id.startswith("check_")}
        if checks - self.check_ids.keys():
            return False
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        return "written" in kept or any(defines(name, source) for name in self.answer_ids for source in code)

    def _candidates(self, cell: StudentCell) -> Iterable[int]:
        if cell.grade_id in self._by_grade_id:
            return [self._by_grade_id[cell.grade_id]]
        known = self._by_id.get(cell.id, -1)
        same_kind = known >= 0 and self.slots[known].cell["cell_type"] == cell.cell_type
        return [known] * same_kind + self._by_source.get((cell.cell_type, cell.source), [])

    def rebuild(self, cells: Iterable[StudentCell], fingerprint: str, note: str = "") -> Submission:
        """Put the student's cells into the instructor's order.

        A cell of the instructor's that is gone comes back after the one it followed: before the student's own cells there if it is
        ordinary (they may need the imports in it), after them if it asks, checks or shows something.
        """
        origin, cells, foreign = self.taken_over(list(cells))
        kept, extra = self.match(cells)
        rebuilt: list[dict[str, Any]] = []
        own = {self.slots[i].id for i, cell in kept.items() if self.slots[i].kind in OWN and cell.source != self.slots[i].cell["source"]}
        for start, stop in pairwise([-1, *sorted(kept), len(self.slots)]):
            if start >= 0:
                rebuilt.append(self.slots[start].filled(kept[start]))
            gone = [self.slots[i] for i in range(start + 1, stop)]
            rebuilt += [dict(slot.cell) for slot in gone if slot.kind == "ordinary"]
            for cell in extra[start]:
                rebuilt.append(cell.as_cell(self._new_id(own)))
                own.add(rebuilt[-1]["id"])
            rebuilt += [dict(slot.cell) for slot in gone if slot.kind != "ordinary"]
        asked = {name: self._by_grade_id[name] for name in self.asked}
        missing = frozenset(name for name, i in asked.items() if i not in kept)
        blank = {name for name, i in asked.items() if i not in kept or says_nothing(kept[i].source, self.slots[i])}
        if any(cell.cell_type != "code" and cell.source.strip() for cells in extra.values() for cell in cells):
            blank -= {name for name, i in asked.items() if self.slots[i].kind == "written"}  # a human has to look
        later = missing - origin.asked
        return Submission(self.notebook(rebuilt), missing, later, foreign, frozenset(blank), frozenset(own), fingerprint, note, self)

    def taken_over(self, cells: list[StudentCell]) -> tuple["Structure", list[StudentCell], frozenset[str]]:
        """The release that these cells were made from, the cells as they are handed in on this one, and whose numbers were others in it.

        It is the release that most of them are of, word for word, and of those alike in that, by their ids; or the one with less that is
        missing. What was left as it was released is the instructor's and is not taken for the student's own where the new release says
        something else; what the student wrote goes along, in the cell of the same name or text, or else in one of the student's own.
        """
        origin = max((self, *self.earlier), key=lambda release: release.likeness(cells))
        kept, _ = origin.match(cells)
        foreign = frozenset(name for place, cell in kept.items() if (name := origin.slots[place].shows_other_numbers(cell)))
        if origin is self:
            return self, cells, foreign
        places = {id(cell): place for place, cell in kept.items()}
        moved = (self._moved(cell, origin.slots[places[id(cell)]]) if id(cell) in places else cell for cell in cells)
        return origin, [cell for cell in moved if cell], foreign

    def likeness(self, cells: Iterable[StudentCell]) -> tuple[int, int, int]:
        """How much these cells are like this release, to be compared with another one's likeness."""
        same = [cell for cell in cells if (cell.cell_type, cell.source) in self.texts]
        return len(same), sum(cell.id in self.ids for cell in same), -len(self.slots)

    def _moved(self, cell: StudentCell, before: Slot) -> StudentCell | None:
        """A cell that filled a slot of an earlier release, as it is handed in on this one; None where nothing of it is the student's."""
        untouched = before.kind not in OWN or cell.source == before.cell["source"]
        place = self._place_of(before)
        if place is not None:
            slot = self.slots[place]
            return replace(cell, id=slot.id, grade_id=slot.grade_id, source=slot.cell["source"] if untouched else cell.source)
        return None if untouched else replace(cell, id="", grade_id="")

    def _place_of(self, before: Slot) -> int | None:
        """Where a slot of an earlier release is now: of the same name, or, where it has none, of the same text."""
        if before.grade_id:
            return self._by_grade_id.get(before.grade_id)
        return next(iter(self._by_source.get((before.cell["cell_type"], before.cell["source"]), [])), None)

    def _new_id(self, taken: set[str]) -> str:
        number = len(taken) + 1
        while (name := f"student-{number}") in taken or name in self.ids:
            number += 1
        return name


def slot_of(cell: Mapping[str, Any], number: int) -> Slot:
    """The slot that a released cell makes."""
    metadata, id = cell["metadata"], cell.get("id", f"cell-{number}")
    nbgrader = metadata.get("nbgrader", {})
    solution, grade = nbgrader.get("solution", False), nbgrader.get("grade", False)
    locked = nbgrader.get("locked", False) or nbgrader.get("task", False)
    kind: Kind = "ordinary"
    if "demo" in metadata.get("tags", []):
        kind = "demo"
    elif solution:
        kind = "written" if grade else "answer"
    elif grade or locked:
        kind = "check" if grade else "locked"
    clean = {**cell, "id": id, "source": text_of(cell["source"])}
    if cell["cell_type"] == "code":
        clean |= {"outputs": [], "execution_count": None}
    return Slot(kind, id, nbgrader.get("grade_id", ""), clean)


def defines(name: str, source: str) -> bool:
    """Whether code defines a name, as far as can be seen where it need not parse."""
    return re.search(rf"^(?:(?:async\s+)?def\s+|class\s+)?{name}\b\s*[(:=](?!=)", source, re.MULTILINE) is not None


def says_nothing(source: str, slot: Slot) -> bool:
    return source.strip() in ("", slot.cell["source"].strip())


def text_of(source: object) -> str:
    """A cell's source as one string that can be written as UTF-8. A list of lines is as good as a string."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise TypeError("expected a string, or a list of strings")
    return source.encode("utf-8", "replace").decode("utf-8")  # JSON can spell half a character, which no file can hold
