"""Unit 00, start here: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "square",
    "goes through x with a Python loop: works for rows and tables, fails for a single number",
)
def _():
    def square(x):
        result = []
        for value in x:
            result.append(value * value)
        return np.array(result)

    return square


@wrong(
    "square_backward",
    "multiplies the upstream by the value x² itself and not by its slope 2x",
    "multiplied by x², not by its slope",
)
def _():
    def square_backward(upstream, x):
        u = x ** 2
        dx = upstream * u
        return dx

    return square_backward
