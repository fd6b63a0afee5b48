"""The registry: every exercise of every unit, by name."""

from course.exercises import vector_form
from course.exercises.base import Case, Exercise

__all__ = ["UNITS", "Case", "Exercise", "exercise"]

UNITS: dict[str, tuple[Exercise, ...]] = {"05_vector_form": vector_form.EXERCISES}


def exercise(name: str) -> Exercise:
    """The exercise of that name. Raises KeyError with the names there are."""
    known = {e.name: e for exercises in UNITS.values() for e in exercises}
    if name not in known:
        raise KeyError(f"no exercise is called {name!r}; there are {', '.join(known)}")
    return known[name]
