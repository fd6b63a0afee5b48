"""A student's own numbers, put into the cells that show them.

Such a cell keeps its text with `{{name}}` in the places of numbers, as a template in its metadata, and the name of the exercise.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

KEY = "variant"  # of a cell's metadata
PLACE = re.compile(r"\{\{([A-Za-z_]\w*)\}\}")

Numbers: TypeAlias = Mapping[str, int | float]  # of one exercise
Own: TypeAlias = Mapping[str, Numbers]  # a student's, by exercise


def marked(exercise: str, template: str) -> dict[str, str]:
    """What a cell with numbers of an exercise keeps in its metadata."""
    return {"exercise": exercise, "template": template}


def fill(template: str, numbers: Numbers) -> str:
    """A template with the numbers in their places. Raises ValueError for a name that there is no number for.

    >>> fill("a ball falls {{height}} m", {"height": 2.5})
    'a ball falls 2.5 m'
    """
    if unknown := [name for name in PLACE.findall(template) if name not in numbers]:
        raise ValueError(f"there is no number called {unknown[0]!r}: expected {', '.join(numbers) or 'none'}")
    return PLACE.sub(lambda place: repr(numbers[place[1]]), template)


def exercise_in(cell: Mapping[str, Any]) -> str:
    """The exercise whose numbers a cell shows; "" where it shows none."""
    return str(cell["metadata"].get(KEY, {}).get("exercise", ""))


def filled(cells: list[dict[str, Any]], own: Own) -> Iterator[dict[str, Any]]:
    """The cells of a notebook with a student's own numbers."""
    for cell in cells:
        name = exercise_in(cell)
        yield {**cell, "source": fill(cell["metadata"][KEY]["template"], own[name])} if name in own else cell
