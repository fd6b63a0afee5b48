"""Gradients by experiment, and a check of yours by them."""

from course.gradcheck.checker import GradcheckResult, Mode, gradcheck
from course.gradcheck.numerical import complex_step_gradient, numerical_gradient

__all__ = ["GradcheckResult", "Mode", "complex_step_gradient", "gradcheck", "numerical_gradient"]
