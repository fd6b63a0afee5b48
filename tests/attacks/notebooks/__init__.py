"""Attacks that are made by a whole notebook, each a function whose docstring says what it tries.

Most are made by cells: the function's text is the notebook's first cell, and what it returns is called by every answer of the unit, with
the exercise's name and its inputs. Those in `files` are given the notebook instead, and change what stands in its file.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from types import ModuleType

from autograder import sample
from course.units import UNITS
from tests.attacks.notebooks import files, forging, guessing, lurking, marking, replacing, returning
from tests.attacks.notebooks.helpers import HELPERS, text_of

IDLE = "cheat = lambda name, inputs: None"


def attacks_in(module: ModuleType) -> list[Callable]:
    """The functions that a file defines, in their order."""
    return [value for value in vars(module).values() if inspect.isfunction(value) and value.__module__ == module.__name__]


BY_CELLS = [attack for module in (guessing, replacing, forging, lurking, returning, marking) for attack in attacks_in(module)]
BY_FILE = attacks_in(files)
ATTACKS = [*BY_CELLS, *BY_FILE]


def unit_of(attack: Callable) -> str:
    """The unit on which an attack is made: all have their turns."""
    names = tuple(UNITS.names)
    return names[ATTACKS.index(attack) % len(names)]


def handed_in(attack: Callable, released: Mapping) -> str:
    """The file by which an attack is made, from the notebook as its unit was released."""
    by_cells = attack in BY_CELLS
    notebook = sample.filled(dict(released), cheating(unit_of(attack)), (first_cell(attack) if by_cells else IDLE,))
    if not by_cells:
        attack(notebook)
    return json.dumps(notebook)


def cheating(unit: str) -> dict[str, str]:
    """Answers that ask the attack."""
    return {one.name: f"def {one.name}(*inputs, **named):\n    return cheat({one.name!r}, inputs)" for one in UNITS[unit]}


def first_cell(attack: Callable) -> str:
    """The cell that makes an attack."""
    return f"{text_of(*HELPERS, attack)}\n\ncheat = {attack.__name__}()"
