"""The registry: every exercise of every unit, by name. Each unit is a room beside this file, loaded when it is first asked for."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from course.judging.exercise import Case, Exercise

__all__ = ["UNITS", "Case", "Exercise", "exercise", "find", "room", "suggestion"]


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


def find(name: str) -> Exercise | None:
    """The exercise of that name, or None; units after its own are not loaded."""
    return next((e for exercises in UNITS.values() for e in exercises if e.name == name), None)


def exercise(name: str) -> Exercise:
    """The exercise of that name; units after its own are not loaded. Raises KeyError with the names that come close."""
    found = find(name)
    if found is None:
        raise KeyError(f"no exercise is called {name!r}{suggestion(name)}")
    return found


def suggestion(name: str) -> str:
    """The names of exercises that come close to one that is none, as the end of a sentence."""
    close = get_close_matches(name, [e.name for exercises in UNITS.values() for e in exercises])
    return f": do you mean {' or '.join(f'`{one}`' for one in close)}?" if close else ""
