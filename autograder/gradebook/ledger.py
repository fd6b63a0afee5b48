"""What nbgrader's database has no place for, kept beside it: what was last made of class.toml, and what waits to be put back.

Every entry can be applied twice. So whatever is to be remembered is saved before the database is changed, and forgotten only after.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.files import write_whole
from autograder.instance import Instance, reported
from course.errors import UserError

LEDGER = "ledger.json"
Extensions = dict[str, dict[str, float]]  # seconds, by unit and student


@dataclass
class Ledger:
    """What is remembered of each unit.

    `due` is the due date that class.toml has set, `worth` the points that marks were last worked out with, `extensions` what is granted
    to those who have not handed in, and `aside` a human's marks and extra credit for what is dropped now, by name and student.
    """

    due: dict[str, str] = field(default_factory=dict)
    worth: dict[str, dict[str, float]] = field(default_factory=dict)
    extensions: Extensions = field(default_factory=dict)
    aside: dict[str, dict[str, dict[str, list[float | None]]]] = field(default_factory=dict)

    @classmethod
    def load(cls, instance: Instance) -> "Ledger":
        path = instance.root / LEDGER
        try:
            with reported(f"read {path}"):
                return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else cls()
        except (ValueError, TypeError) as error:
            raise UserError(
                f"{path} is damaged: {error}. Put back a copy of it; or remove it, and grant the extensions of those who have not handed "
                "in again, and marks that you gave by hand for what is dropped now."
            ) from error

    def until_kept(self, new: "Ledger") -> "Ledger":
        """What to remember until the database has been changed: all of both, and the points that its marks still have."""
        return Ledger(**merged(asdict(self), asdict(new)) | {"worth": self.worth})

    def save(self, instance: Instance) -> None:
        """Write it, unless it stands there already."""
        path, text = instance.root / LEDGER, json.dumps(asdict(self), indent=1, ensure_ascii=False)
        with reported(f"write {path}"):
            if self != Ledger.load(instance):
                write_whole(path, text)


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Both of two nested dictionaries; where they differ, the new one."""
    return old | {key: merged(old[key], of) if isinstance(of, dict) and key in old else of for key, of in new.items()}
