"""A report: everything the judge says of one submission. Plain data, saved as JSON beside the class."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from autograder.files import write_whole
from course.judging.verdict import Verdict

Status = Literal["graded", "unreadable", "zero", "could not grade"]


@dataclass(frozen=True)
class Report:
    """What one submission earned.

    `status` is "graded"; "unreadable" when the notebook is no notebook, or none of the unit, and waits for somebody who looks at it;
    "zero" when that somebody gave 0; or "could not grade" when the fault was ours. Where it is "unreadable" or "could not grade" there
    is no mark, and the submission is looked at again next time. `note` is a sentence about the submission as a whole, `cell_errors` maps
    the id of a cell to the error it raised, and `fingerprint` is the SHA-256 of the submitted file.
    """

    student: str
    unit: str
    status: Status
    verdicts: tuple[Verdict, ...]
    note: str = ""
    cell_errors: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""

    @property
    def held(self) -> bool:
        """Whether it needs attention: what was handed in cannot be read or is not of the unit, and has no mark."""
        return self.status == "unreadable"

    @property
    def undecided(self) -> bool:
        """Whether something could not be graded, the whole or an exercise: it keeps no mark, and is graded again next time."""
        return self.status in ("unreadable", "could not grade") or any(verdict.outcome == "could not grade" for verdict in self.verdicts)

    @property
    def score(self) -> float:
        return sum(verdict.earned for verdict in self.verdicts)

    @property
    def max_score(self) -> float:
        return sum(verdict.points for verdict in self.verdicts)

    def summary(self) -> dict[str, Any]:
        """The object that `--json` prints for a student."""
        return {
            "student": self.student,
            "unit": self.unit,
            "score": None if self.held else self.score,
            "max_score": self.max_score,
            "status": self.status,
            "note": self.note,
            "exercises": [
                {"name": v.exercise, "points": v.points, "earned": v.earned, "outcome": v.outcome, "reason": v.reason}
                for v in self.verdicts
            ],
        }

    def save(self, path: Path) -> None:
        write_whole(path, json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, path: Path) -> "Report":
        data = json.loads(path.read_text(encoding="utf-8"))
        data["verdicts"] = tuple(Verdict.from_dict(v) for v in data["verdicts"])
        data["cell_errors"] = tuple((cell, error) for cell, error in data["cell_errors"])
        return cls(**data)

    @classmethod
    def saved(cls, path: Path) -> "Report | None":
        """The report that was saved there, where there is one that can be read."""
        try:
            return cls.load(path)
        except (OSError, ValueError, TypeError, KeyError):
            return None
