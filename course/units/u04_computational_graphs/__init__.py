"""Unit 04: its exercises, in order."""

from course.units.u04_computational_graphs.exercises import EXERCISES

__all__ = ["EXERCISES"]
