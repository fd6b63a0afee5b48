"""Unit 07: its exercises, in order."""

from course.units.u07_l2.exercises import EXERCISES

__all__ = ["EXERCISES"]
