"""The `course` that an answer sees while it is graded: data, plots, and a `check` and a `keep` that do nothing.

It stands in the place of the package of that name wherever a student's code runs, so that an answer has to stand on its own.
"""

import importlib
from typing import Any

__all__ = ["check", "keep"]


def check(*answers: Any, **options: Any) -> None:
    """Take an answer and leave it: it is graded elsewhere."""


def keep(*answers: Any) -> None:
    """Take answers and leave them: what is kept lies beside a student's own notebook."""


def __getattr__(name: str) -> Any:
    if name.startswith("__") or __name__ != "course":  # elsewhere this file is only read
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
