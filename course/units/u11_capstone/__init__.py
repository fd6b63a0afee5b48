"""Unit 11: its exercises, in order."""

from course.units.u11_capstone.exercises import EXERCISES

__all__ = ["EXERCISES"]
