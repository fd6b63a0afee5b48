"""Unit 06: its exercises, in order."""

from course.units.u06_training.exercises import EXERCISES

__all__ = ["EXERCISES"]
