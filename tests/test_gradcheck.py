"""Numerical derivatives against functions whose derivatives are known."""

import numpy as np
import pytest

from course import complex_step_gradient, gradcheck, numerical_gradient

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


# gradcheck: the verdict


def smooth(x):
    return (np.tanh(x) ** 2).sum()


X = np.random.default_rng(0).normal(size=(3, 4))
RIGHT = 2 * np.tanh(X) * (1 - np.tanh(X) ** 2)


@pytest.mark.parametrize("mode", ["full", "fast"])
def test_a_right_gradient_is_ok(mode):
    result = gradcheck(smooth, X, RIGHT, mode=mode)
    assert (result.verdict, result.ok) == ("ok", True) and str(result).startswith("✓ ok")


@pytest.mark.parametrize("mode", ["full", "fast"])
@pytest.mark.parametrize("size", [1e-1, 1e-3, 1e-5])
def test_one_wrong_entry_is_found_and_named(mode, size):
    wrong = RIGHT.copy()
    wrong[1, 2] *= 1 + size
    result = gradcheck(smooth, X, wrong, mode=mode)
    assert (result.verdict, result.ok) == ("wrong", False)
    assert "[1, 2]" in str(result) and f"{wrong[1, 2]:.4g}"[:5] in str(result)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e6])
def test_no_size_of_the_loss_hides_a_sign(scale):
    assert gradcheck(lambda x: scale * smooth(x), X, scale * RIGHT).ok
    turned = gradcheck(lambda x: scale * smooth(x), X, -scale * RIGHT)
    assert turned.verdict == "wrong" and "minus the finite difference" in str(turned)


@pytest.mark.parametrize(("slope", "verdict", "ok"), [(0.0, "kink", True), (0.5, "kink", True), (1.0, "kink", True), (1.5, "wrong", False)])
def test_at_a_corner_any_subgradient_is_right(slope, verdict, ok):
    z = np.array([1.0, 0.0, -1.0])
    result = gradcheck(lambda z: np.maximum(z, 0).sum(), z, np.array([1.0, slope, 0.0]))
    assert (result.verdict, result.ok) == (verdict, ok)


def test_arrays_by_name():
    arrays = {"W": X, "b": np.ones(4)}
    gradients = {"W": np.ones((3, 4)) * 2.0, "b": np.full(4, 6.0)}

    def f(arrays):
        return 2 * arrays["W"].sum() + 3 * (arrays["b"] ** 2).sum()

    assert gradcheck(f, arrays, gradients).ok
    wrong = gradcheck(f, arrays, gradients | {"b": np.full(4, 3.0)})
    assert not wrong.ok and "b" in str(wrong).split("\n")[1]


def test_nan_in_a_gradient_is_wrong():
    assert gradcheck(smooth, X, np.where(X > 0, np.nan, RIGHT)).verdict == "wrong"


def overwritten(x):
    x += 1
    return x.sum()


@pytest.mark.parametrize(
    ("f", "inputs", "gradients", "says"),
    [
        (smooth, X, RIGHT.T, "shape"),
        (smooth, {"x": X}, RIGHT, "dict"),
        (lambda x: x, X, RIGHT, "one real number"),
        (lambda x: np.nan, X, RIGHT, "finite"),
        (overwritten, X, np.ones_like(X), "in place"),
        (lambda x: smooth(x["x"]), {"x": X}, {"y": RIGHT}, "x"),
    ],
)
def test_what_makes_no_sense_is_told(f, inputs, gradients, says):
    with pytest.raises(ValueError, match=says):
        gradcheck(f, inputs, gradients)


def test_the_same_call_gives_the_same_result():
    assert str(gradcheck(smooth, X, 2 * RIGHT, mode="fast")) == str(gradcheck(smooth, X, 2 * RIGHT, mode="fast"))
