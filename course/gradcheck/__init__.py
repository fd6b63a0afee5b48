"""Gradients by experiment, and a check of yours by them."""

from course.gradcheck.checker import GradcheckResult, gradcheck
from course.gradcheck.numerical import complex_step_gradient, numerical_gradient

__all__ = ["GradcheckResult", "complex_step_gradient", "gradcheck", "numerical_gradient"]
