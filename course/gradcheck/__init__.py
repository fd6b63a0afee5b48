"""Gradients by experiment, and a check of yours by them."""

from course.gradcheck.checker import GradcheckResult, Mode, gradcheck
from course.gradcheck.measured import MeasuredGradient, measured_gradient
from course.gradcheck.numerical import complex_step_gradient, numerical_gradient

__all__ = ["GradcheckResult", "MeasuredGradient", "Mode", "complex_step_gradient", "gradcheck", "measured_gradient", "numerical_gradient"]
