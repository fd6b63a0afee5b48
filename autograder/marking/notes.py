"""What marking remembers beside the gradebook, in files of the class: comments kept for reuse, and the criteria that were chosen.

DIR/marking/comments.json     {"UNIT/QUESTION": ["a comment", ...]}
DIR/marking/UNIT.json         {"QUESTION": {"STUDENT": [points of each criterion, or null, ...]}}
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.files import write_whole
from autograder.instance import reported
from autograder.rubric import Criterion
from course.errors import UserError

Chosen = Sequence[float | None]  # for each criterion


class Notes:
    """The notes of one unit. Whoever changes them has the class to himself (`turns.alone`)."""

    def __init__(self, root: Path, unit: str) -> None:
        self.unit = unit
        self._comments = root / "marking" / "comments.json"
        self._chosen = root / "marking" / f"{unit}.json"

    def comments(self, question: str) -> list[str]:
        """The comments kept for a question, in the order of keeping."""
        kept = loaded(self._comments).get(f"{self.unit}/{question}", [])
        if not isinstance(kept, list) or not all(isinstance(text, str) for text in kept):
            raise UserError(f"{self._comments} should hold a list of texts for {self.unit}/{question}. Put it right, or remove it.")
        return kept

    def keep(self, question: str, text: str) -> None:
        """Keep a comment, once."""
        kept = self.comments(question)
        self._write_comments(question, [*(each for each in kept if each != text), text])

    def forget(self, question: str, text: str) -> None:
        self._write_comments(question, [each for each in self.comments(question) if each != text])

    def _write_comments(self, question: str, texts: list[str]) -> None:
        save(self._comments, loaded(self._comments) | {f"{self.unit}/{question}": texts})

    def chosen(self, question: str, student: str, criteria: Sequence[Criterion], points: float | None) -> list[float | None]:
        """What was chosen for each criterion; nothing where that does not make the points that stand in the gradebook."""
        nothing: list[float | None] = [None] * len(criteria)
        of_question = loaded(self._chosen).get(question)
        found = of_question.get(student) if isinstance(of_question, dict) else None
        if points is None or not isinstance(found, list) or len(found) != len(criteria):
            return nothing
        known = all(one is None or one in criterion.choices for one, criterion in zip(found, criteria, strict=True))
        return found if known and abs(sum(filter(None, found)) - points) < 1e-6 else nothing

    def choose(self, question: str, student: str, chosen: Chosen) -> None:
        """Note what was chosen for each criterion."""
        every = loaded(self._chosen)
        of_question = every.get(question)
        save(self._chosen, every | {question: {**(of_question if isinstance(of_question, dict) else {}), student: list(chosen)}})


def loaded(path: Path) -> dict[str, Any]:
    """What a file of notes holds; nothing where there is no file."""
    with reported(f"read {path}"):
        if not path.exists():
            return {}
        text = path.read_bytes()
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UserError(f"{path} is no JSON file ({error}). Put it right, or remove it.") from None
    if not isinstance(found, dict):
        raise UserError(f"{path} should hold one JSON object. Put it right, or remove it.")
    return found


def save(path: Path, found: dict[str, Any]) -> None:
    with reported(f"write {path}"):
        write_whole(path, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
