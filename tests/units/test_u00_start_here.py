"""Unit 00: what is expected, against real finite differences; and finite differences, which earn nothing."""

import numpy as np
import pytest

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


@pytest.mark.parametrize("h", [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8])
@pytest.mark.parametrize("power", [lambda x: x * x, lambda x: x**2])
def test_central_differences_entry_by_entry_earn_nothing(h, power):
    """Of a parabola they are exact, but for rounding: no error of order h² gives them away."""

    def fixed(upstream, x):
        return upstream * (power(x + h) - power(x - h)) / (2 * h)

    def scaled(upstream, x):
        step = h * np.maximum(1, np.abs(x))
        return upstream * (power(x + step) - power(x - step)) / (2 * step)

    for seed in range(5):
        for answer in (fixed, scaled):
            assert grade_function(exercise("square_backward"), answer, seed).earned == 0, f"seed {seed}"


def test_the_smallest_difference_of_a_ladder_of_steps_earns_nothing():
    def square_backward(upstream, x):
        ladder = np.array([((x + h) ** 2 - (x - h) ** 2) / (2 * h) for h in 10.0 ** -np.arange(0, 12)])
        settled = np.abs(np.diff(ladder, axis=0)).argmin(axis=0)
        return upstream * np.take_along_axis(ladder, settled[None], 0)[0]

    for seed in range(5):
        assert grade_function(exercise("square_backward"), square_backward, seed).earned == 0, f"seed {seed}"
