"""Unit 08: its exercises, in order."""

from course.units.u08_dropout.exercises import EXERCISES

__all__ = ["EXERCISES"]
