"""What unit 11's notebook gives to students, and its right answers call."""

from itertools import pairwise

from course.units.u06_training.given import loss_and_gradients

__all__ = ["loss_and_gradients", "unpack"]


def unpack(theta, sizes):
    """The layers of a network, [(W1, b1), (W2, b2), ...], cut from the row of all parameters."""
    layers, at = [], 0
    for rows, columns in pairwise(sizes):
        W, b = theta[at : at + rows * columns], theta[at + rows * columns : at + (rows + 1) * columns]
        layers.append((W.reshape(rows, columns), b))
        at += (rows + 1) * columns
    return layers
