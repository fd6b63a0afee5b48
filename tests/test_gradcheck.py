"""Numerical derivatives against functions whose derivatives are known."""

import numpy as np
import pytest

from course import complex_step_gradient, numerical_gradient

KNOWN = {
    "exp": (np.exp, np.exp),
    "sin": (np.sin, np.cos),
    "fifth power": (lambda x: x**5, lambda x: 5 * x**4),
    "quotient": (lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2),
}


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("witness", [numerical_gradient, complex_step_gradient])
def test_known_derivatives(name, witness):
    f, derivative = KNOWN[name]
    x = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_allclose(witness(lambda x: f(x).sum(), x), derivative(x), rtol=1e-9, atol=1e-11)


def test_richardson_is_exact_for_polynomials_up_to_degree_six():
    x = np.array([0.7, -1.3])
    gradient = numerical_gradient(lambda x: (x**6).sum(), x, h=0.5)
    np.testing.assert_allclose(gradient, 6 * x**5, rtol=1e-12)


def test_scale_of_the_input_sets_the_step():
    x = np.array([1e6, 2e6])
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), 2 * x, rtol=1e-10)


def test_complex_step_is_exact_beside_a_kink():
    x = np.array([1e-12, -1e-12])
    assert complex_step_gradient(lambda x: np.where(x.real > 0, x, 0).sum(), x).tolist() == [1.0, 0.0]


def test_a_number_for_a_number():
    assert numerical_gradient(lambda x: x * x, np.array(3.0)) == pytest.approx(6.0)


@pytest.mark.parametrize("f", [lambda x: x, lambda x: "loss", lambda x: (x * 1j).sum()])
def test_f_must_return_one_real_number(f):
    with pytest.raises(ValueError, match="one real number"):
        numerical_gradient(f, np.ones(3))


def test_the_input_is_left_as_it_was():
    x = np.ones(3)
    numerical_gradient(lambda x: x.sum(), x)
    complex_step_gradient(lambda x: x.sum(), x)
    assert x.tolist() == [1.0, 1.0, 1.0]
