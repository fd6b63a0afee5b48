"""Unit 10: its exercises, in order."""

from course.units.u10_explainable_ai.exercises import EXERCISES

__all__ = ["EXERCISES"]
