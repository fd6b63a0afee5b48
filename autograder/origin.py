"""Which version of the course a class was made with, and which notebooks that version wrote: DIR/course.json."""

import hashlib
import importlib.metadata
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.files import write_whole

FILE = "course.json"
KEPT = ("nbgrader", "tags", "slideshow", "variant")  # of a cell's metadata; what else is there, an editor has put there


@dataclass(frozen=True)
class Origin:
    """What a class records of the course. Of a class made by an early version, or where the file is damaged, nothing is known.

    `sources` has the digest of each unit's notebook as the course last wrote or offered it.
    """

    version: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, root: Path) -> "Origin":
        try:
            data = json.loads((root / FILE).read_bytes())
            return cls(str(data["version"]), {str(unit): str(digest) for unit, digest in data["sources"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def save(self, root: Path) -> None:
        write_whole(root / FILE, json.dumps(asdict(self), indent=1) + "\n")

    def with_sources(self, sources: Mapping[str, str]) -> "Origin":
        """The same, with these sources written by the version that is installed."""
        return Origin(installed(), {**self.sources, **sources})

    @property
    def newer(self) -> bool:
        """Whether the class was made by a newer version than the one that is installed."""
        return release(self.version) > release(installed())

    def notice(self, root: Path) -> str:
        """What to tell somebody who works on the class with another version than it was made with; "" where it is the same."""
        if self.version == installed():
            return ""
        if self.newer:
            return f"This class was made with version {self.version} of the course, and this is {installed()}. Install the newer one."
        made = f"version {self.version} of the course" if self.version else "an early version of the course"
        return (
            f"This class was made with {made}, and this is {installed()}. It works as it is. "
            f"To see what there is of new units and mended notebooks: autograder update {root} --dry-run"
        )


def installed() -> str:
    """The version of the course that is installed."""
    return importlib.metadata.version("backpropagation-course")


def release(version: str) -> list[int]:
    """The numbers of a version, to be compared.

    >>> release("0.10.1") > release("0.9")
    True
    """
    return [int(number) for number in re.findall(r"\d+", version)]


def digest(notebook: Mapping[str, Any]) -> str:
    """SHA-256 of what an author wrote in a notebook: its cells, their text and their marks. Running it changes nothing of that.

    >>> cell = {"cell_type": "code", "source": "1", "metadata": {}}
    >>> digest({"cells": [cell]}) == digest({"cells": [cell | {"outputs": [], "metadata": {"collapsed": True}}]})
    True
    """
    cells = [
        [cell["cell_type"], cell["source"], {key: cell["metadata"][key] for key in KEPT if key in cell["metadata"]}]
        for cell in notebook["cells"]
    ]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()
