"""The registry: every exercise of every unit, by name. Each unit is a room beside this file, loaded when it is first asked for."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from course.judging.exercise import Case, Exercise

__all__ = ["UNITS", "Case", "Exercise", "exercise", "room"]


class Units(Mapping[str, tuple[Exercise, ...]]):
    """The exercises of each unit, in order: the unit `05_vector_form` is the room `u05_vector_form`."""

    def __init__(self, directory: Path) -> None:
        self.names = sorted(path.parent.name[1:] for path in directory.glob("u[0-9][0-9]_*/__init__.py"))

    def __getitem__(self, unit: str) -> tuple[Exercise, ...]:
        if unit not in self.names:
            raise KeyError(unit)
        return import_module(room(unit)).EXERCISES

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def room(unit: str) -> str:
    """The package that holds a unit's exercises."""
    return f"{__name__}.u{unit}"


UNITS = Units(Path(__file__).parent)


def exercise(name: str) -> Exercise:
    """The exercise of that name; units after its own are not loaded. Raises KeyError with the names there are."""
    found = next((e for exercises in UNITS.values() for e in exercises if e.name == name), None)
    if found is None:
        names = ", ".join(e.name for exercises in UNITS.values() for e in exercises)
        raise KeyError(f"no exercise is called {name!r}; there are {names}")
    return found
