"""The `course` that an answer sees while it is graded: data, plots, and a `check` that does nothing.

It stands in the place of the package of that name wherever a student's code runs, so that an answer has to stand on its own.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["check"]


def check(*answers: Any, **options: Any) -> None:
    """Take an answer and leave it: it is graded elsewhere."""


class Absent:
    """The last place Python looks for a module: says why a part of the course is not there."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        if name.startswith(f"{__name__}."):
            raise ImportError(
                f"`{name}` is not there while your notebook is graded: "
                "an answer has to stand on its own, without the reference implementation",
                name=name,
            )


def __getattr__(name: str) -> Any:
    if name.startswith("__") or __name__ != "course":  # elsewhere this file is only read
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


sys.meta_path.append(Absent)
