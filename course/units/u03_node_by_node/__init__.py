"""Unit 03: its exercises, in order."""

from course.units.u03_node_by_node.exercises import EXERCISES

__all__ = ["EXERCISES"]
