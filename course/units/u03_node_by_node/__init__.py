"""Unit 03, backpropagation node by node."""

from course.units.u03_node_by_node import (
    activation_slope,
    backward_pass,
    count_paths,
    forward_pass,
    gamma,
    local_derivatives,
    mended_backward,
    weight_gradients,
)

EXERCISES = (
    forward_pass.EXERCISE,
    gamma.EXERCISE,
    activation_slope.EXERCISE,
    local_derivatives.EXERCISE,
    backward_pass.EXERCISE,
    mended_backward.EXERCISE,
    weight_gradients.EXERCISE,
    count_paths.EXERCISE,
)
