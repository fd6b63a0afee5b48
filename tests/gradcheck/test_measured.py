"""Gradients measured from values alone, with error bars: of functions that no complex number passes."""

import numpy as np
import pytest

from course.gradcheck import complex_step_gradient, measured_gradient

U = np.random.default_rng(3).normal(size=(4, 5))
X = np.random.default_rng(4).normal(size=(4, 5))
RANKS = np.argsort(np.argsort(X, axis=1), axis=1)

NOT_COMPLEX_SAFE = {
    "abs": (lambda x: (U * np.abs(x)).sum(), U * np.sign(X)),
    "maximum": (lambda x: (U * np.maximum(x, 0) ** 2).sum(), 2 * U * np.maximum(X, 0)),
    "a sort": (lambda x: (np.sort(x, axis=1) * np.arange(5)).sum(), RANKS.astype(float)),
    "a comparison": (lambda x: sum(z if z > 0 else 0.1 * z for z in x.flat), np.where(X > 0, 1, 0.1)),
    "a norm": (lambda x: float(np.linalg.norm(x)), X / np.linalg.norm(X)),
}


@pytest.mark.parametrize("name", NOT_COMPLEX_SAFE)
def test_what_a_complex_step_loses_is_measured_and_the_bar_holds(name):
    f, right = NOT_COMPLEX_SAFE[name]
    found = measured_gradient(f, X)
    assert (np.abs(found.value - right) <= found.bar + 1e-15).all() and found.bar.max() < 1e-8
    if name in ("abs", "a norm"):
        assert not np.allclose(complex_step_gradient(f, X), right)


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e9])
def test_inputs_of_any_size(scale):
    found = measured_gradient(lambda x: (U * np.abs(x)).sum(), scale * X)
    np.testing.assert_allclose(found.value, U * np.sign(X), atol=1e-8)


def test_at_a_corner_the_bar_reaches_the_slopes_on_both_sides():
    found = measured_gradient(lambda x: 3 * np.maximum(x, 0).sum() + 1e3, np.array([0.0, 1.0]))
    np.testing.assert_allclose(found.value, [1.5, 3.0], atol=1e-7)
    np.testing.assert_allclose(found.bar, [1.5, 0.0], atol=1e-7)


def test_a_gradient_that_is_zero_beside_a_large_value_can_be_read():
    found = measured_gradient(lambda x: 1e6 + 0 * x.sum(), X)
    assert not found.value.any()


@pytest.mark.parametrize("f", [lambda x: float((x > 0).sum()), lambda x: float(np.float32(np.exp(x).sum()))], ids=["a jump", "noise"])
def test_what_cannot_be_read_is_refused(f):
    with pytest.raises(ValueError, match=r"the slope of f at \[0\] cannot be measured"):
        measured_gradient(f, np.array([0.0, 0.5]))


def test_a_function_that_changes_its_input_is_refused():
    with pytest.raises(ValueError, match="changed its input in place"):
        measured_gradient(lambda x: float(np.square(x, out=x).sum()), X)
