"""A report: everything the judge says of one submission. Plain data, saved as JSON beside the class."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from autograder.files import write_whole
from course.judging.verdict import Verdict

Status = Literal["graded", "unreadable", "held", "zero", "could not grade"]


@dataclass(frozen=True)
class Unexplained:
    """A wrong answer that no known mistake of the course explains, and the id of its group: of all that return the same.

    `hints` holds the criteria that failed so, each with the hint it had without a cause.
    """

    exercise: str
    group: str
    hints: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report:
    """What one submission earned.

    `status` is "graded"; "unreadable" when the notebook is no notebook, or none of the unit; "held" when something in it makes tests pass
    that must fail; "zero" when a human gave 0; or "could not grade" when the fault was ours. Where it is "unreadable", "held" or "could not
    grade" there is no mark: it waits for somebody who looks at it, and is graded again next time. `note` is a sentence about the submission
    as a whole, `cell_errors` maps the id of a cell to the error it raised, `fingerprint` is the SHA-256 of the submitted file, and
    `rendered` that of the graded notebook. `judged_by` is a digest of what it was judged by, where an instructor may change that.
    `unexplained` holds at most one entry for each exercise.
    """

    student: str
    unit: str
    status: Status
    verdicts: tuple[Verdict, ...]
    note: str = ""
    cell_errors: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""
    unexplained: tuple[Unexplained, ...] = ()
    rendered: str = ""
    judged_by: str = ""

    @property
    def held(self) -> bool:
        """Whether it needs attention, and has no mark until somebody has looked at it."""
        return self.status in ("unreadable", "held")

    @property
    def undecided(self) -> bool:
        """Whether something could not be graded, the whole or an exercise: it keeps no mark, and is graded again next time."""
        return self.held or self.status == "could not grade" or any(verdict.outcome == "could not grade" for verdict in self.verdicts)

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
        """Write the report to a file, with a digest that tells whether it was edited since."""
        write_whole(path, json.dumps({**asdict(self), "digest": digest(asdict(self))}, indent=1))

    @classmethod
    def load(cls, path: Path) -> "Report":
        """A saved report. Raises ValueError and the like for a file that is none, or was edited; early ones have no digest."""
        data = json.loads(path.read_text(encoding="utf-8"))
        if (told := data.pop("digest", None)) and told != digest(data):
            raise ValueError(f"{path} was changed after it was saved")
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Report":
        """The report that `asdict` made this of, be it as JSON has it."""
        data["verdicts"] = tuple(Verdict.from_dict(v) for v in data["verdicts"])
        data["cell_errors"] = tuple((cell, error) for cell, error in data["cell_errors"])
        data["unexplained"] = tuple(
            Unexplained(one["exercise"], one["group"], tuple((criterion, hint) for criterion, hint in one["hints"]))
            for one in data.get("unexplained", ())
        )
        return cls(**data)

    @classmethod
    def saved(cls, path: Path) -> "Report | None":
        """The report that was saved there, where there is one that can be read."""
        try:
            return cls.load(path)
        except (OSError, ValueError, TypeError, KeyError):
            return None


def digest(data: dict[str, Any]) -> str:
    """What changes whenever a report does."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
