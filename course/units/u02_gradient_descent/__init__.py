"""Unit 02: its exercises, in order."""

from course.units.u02_gradient_descent.exercises import EXERCISES

__all__ = ["EXERCISES"]
