"""What a unit asks, in order: the exercises of the course's own units, and of any other nbgrader assignment its test cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.intake.structure import Structure
from course.judging.exercise import Criterion, Exercise
from course.units import UNITS

BESIDE = (
    "This assignment is graded by its own test cells. They run beside the code that they test, so they are weaker evidence than the "
    "exercises of this course, which are asked across a wall."
)


@dataclass(frozen=True)
class TestCell:
    """A cell of plain assertions, by which nbgrader grades what stands above it."""

    name: str
    points: float

    @property
    def asks(self) -> str:
        """What is asked, in a sentence."""
        return f"the test cell `{self.name}` runs without an error"

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The one thing that earns its points."""
        return (Criterion(self.name, self.points, "passed"),)


Asked = Exercise | TestCell


def is_ours(unit: str) -> bool:
    """Whether a unit has exercises, of the course or of the instructor's own, and not test cells."""
    return unit in UNITS


def asked_of(unit: str, structure: Structure) -> Sequence[Asked]:
    """What was released of a unit and is graded without a human."""
    return released_exercises(unit, structure) if is_ours(unit) else test_cells(structure)


def released_exercises(unit: str, structure: Structure) -> list[Exercise]:
    """The exercises of a unit that were released, with the student's own numbers where there are some.

    What came with a later version of the course has not been asked of anybody yet.
    """
    return [
        exercise.with_numbers(structure.numbers[exercise.name]) if exercise.name in structure.numbers else exercise
        for exercise in UNITS[unit]
        if exercise.name in structure.check_ids
    ]


def test_cells(structure: Structure) -> list[TestCell]:
    """The test cells of an ordinary nbgrader assignment."""
    return [TestCell(name, structure.points[name]) for name in structure.check_ids]
