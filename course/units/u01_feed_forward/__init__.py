"""Unit 01, the feed-forward network.

Every case is drawn afresh, with N, in and out all different, so that a transposed or mis-summed layer cannot hide.
"""

from course.units.u01_feed_forward import collapse_layers, count_parameters, dense_forward, feedforward, neuron, relu, sigmoid, xor_weights

EXERCISES = (
    neuron.EXERCISE,
    sigmoid.EXERCISE,
    relu.EXERCISE,
    dense_forward.EXERCISE,
    feedforward.EXERCISE,
    count_parameters.EXERCISE,
    collapse_layers.EXERCISE,
    xor_weights.EXERCISE,
)
