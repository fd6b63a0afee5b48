"""Unit 05, backpropagation in vector form.

Cases are drawn afresh, nearly all with N, in and out different, so that a transposed or mis-summed gradient cannot hide.
"""

from course.units.u05_vector_form import (
    linear_backward,
    linear_forward,
    mlp_gradients,
    relu_backward,
    sigmoid_backward,
    softmax_cross_entropy,
    unbroadcast,
)

EXERCISES = (
    linear_forward.EXERCISE,
    linear_backward.EXERCISE,
    relu_backward.EXERCISE,
    sigmoid_backward.EXERCISE,
    softmax_cross_entropy.EXERCISE,
    unbroadcast.EXERCISE,
    mlp_gradients.EXERCISE,
)
