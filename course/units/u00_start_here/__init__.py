"""Unit 00: its exercises, in order."""

from course.units.u00_start_here.exercises import EXERCISES

__all__ = ["EXERCISES"]
