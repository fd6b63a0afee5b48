"""Unit 00, start here: small exercises, to learn the tools on."""

from course.units.u00_start_here import square, square_backward

EXERCISES = (square.EXERCISE, square_backward.EXERCISE)
