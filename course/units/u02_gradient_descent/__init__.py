"""Unit 02, the loss and gradient descent.

Every case is drawn afresh; sizes differ, so that a sum over the wrong axis, or over too many, cannot hide.
"""

from course.units.u02_gradient_descent import (
    best_step,
    cross_entropy,
    error_slope,
    gradient_descent,
    line_gradient,
    mse,
    numerical_gradient,
    rate_limit,
    softmax,
)

EXERCISES = (
    mse.EXERCISE,
    softmax.EXERCISE,
    cross_entropy.EXERCISE,
    numerical_gradient.EXERCISE,
    line_gradient.EXERCISE,
    gradient_descent.EXERCISE,
    rate_limit.EXERCISE,
    error_slope.EXERCISE,
    best_step.EXERCISE,
)
