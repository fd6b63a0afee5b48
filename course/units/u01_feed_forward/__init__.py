"""Unit 01: its exercises, in order."""

from course.units.u01_feed_forward.exercises import EXERCISES

__all__ = ["EXERCISES"]
