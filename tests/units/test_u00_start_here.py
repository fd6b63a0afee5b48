"""Unit 00: what is expected, against real finite differences; and finite differences, which earn nothing."""

import numpy as np

from course.checking import grade_function
from course.gradcheck import numerical_gradient
from course.units import exercise


def test_the_expected_gradient_is_the_finite_difference():
    e = exercise("square_backward")
    for case in list(e.cases(np.random.default_rng(5)))[:2]:
        upstream, x = case.inputs.values()
        gradient = numerical_gradient(lambda x, upstream=upstream: (upstream * x**2).sum(), x)
        np.testing.assert_allclose(e.expected(case)["dx"].value, gradient, rtol=1e-9)


def test_finite_differences_earn_nothing():
    def square_backward(upstream, x):
        return numerical_gradient(lambda x: (upstream * x**2).sum(), x)

    for seed in range(5):
        assert grade_function(exercise("square_backward"), square_backward, seed).earned == 0
