"""The registry: every exercise of every unit, by name. Each unit of the course is a room beside this file, loaded when it is first asked
for; further units lie where an instructor keeps some (`own.py`).

In the course as students get it the rooms lie in one file, `PACK`, so that nobody meets a right answer who opens files to look around.
Python imports from there as from a folder, and finds the source of an answer, which mistakes are edits of.
"""

import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from course.errors import BrokenExercise
from course.judging.exercise import Case, Exercise
from course.units.own import OwnUnits, data_beside

__all__ = ["PACK", "UNITS", "Case", "Exercise", "data_beside", "exercise", "find", "room", "suggestion"]

PACK = "rooms.pack"  # a zip, which `autograder.kit` writes
__path__ += [str(pack) for pack in Path(__file__).parent.glob(PACK)]


class Units(Mapping[str, tuple[Exercise, ...]]):
    """The exercises of each unit, in order: of the course's, `names`, and then of the instructor's own.

    The course's unit `05_vector_form` is the room `u05_vector_form`.
    """

    def __init__(self, places: Iterable[str]) -> None:
        self.names = sorted(found.name[1:] for found in pkgutil.iter_modules(places) if re.match(r"u\d\d_", found.name))
        self.own = OwnUnits()

    def __getitem__(self, unit: str) -> tuple[Exercise, ...]:
        if unit in self.own:
            return self.own[unit]
        if unit not in self.names:
            raise KeyError(unit)
        return import_module(room(unit)).EXERCISES

    def __iter__(self) -> Iterator[str]:
        return iter([*self.names, *self.own])

    def __len__(self) -> int:
        return len(self.names) + len(self.own)

    def __contains__(self, unit: object) -> bool:
        return unit in self.names or unit in self.own

    def look_in(self, directory: Path) -> None:
        """Take the units in this directory for the instructor's own, in place of any before. Raises BrokenExercise as OwnUnits does,
        and for a unit that the course has."""
        own = OwnUnits(directory)
        if both := sorted(set(own.names) & set(self.names)):
            raise BrokenExercise(f"{own.folder(both[0])} has the name of a unit of the course. Give it another name.")
        self.own = own

    def exercise_names(self, unit: str) -> list[str]:
        """The names of a unit's exercises; no file of the instructor's own is run for it."""
        return self.own.exercise_names(unit) if unit in self.own else [one.name for one in self[unit]]

    def holding(self, name: str) -> tuple[Exercise, ...]:
        """The exercises of the unit that has one of that name, none where there is no such unit; units after that one are not loaded."""
        of_the_course = (self[unit] for unit in self.names)
        found = next((exercises for exercises in of_the_course if any(one.name == name for one in exercises)), ())
        return found or self.own.holding(name)


def room(unit: str) -> str:
    """The package that holds a unit's exercises."""
    return UNITS.own.package(unit) if unit in UNITS.own else f"{__name__}.u{unit}"


UNITS = Units(__path__)


def find(name: str) -> Exercise | None:
    """The exercise of that name, or None; units after its own are not loaded."""
    return next((one for one in UNITS.holding(name) if one.name == name), None)


def exercise(name: str) -> Exercise:
    """The exercise of that name; units after its own are not loaded. Raises KeyError with the names that come close."""
    found = find(name)
    if found is None:
        raise KeyError(f"no exercise is called {name!r}{suggestion(name)}")
    return found


def suggestion(name: str) -> str:
    """The names of exercises that come close to one that is none, as the end of a sentence."""
    close = get_close_matches(name, [known for unit in UNITS for known in UNITS.exercise_names(unit)])
    return f": do you mean {' or '.join(f'`{one}`' for one in close)}?" if close else ""
