"""Unit 09: its exercises, in order."""

from course.units.u09_early_stopping.exercises import EXERCISES

__all__ = ["EXERCISES"]
