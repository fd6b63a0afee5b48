"""Numerical derivatives against functions whose derivatives are known."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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


# gradcheck: the outcome


def smooth(x):
    return (np.tanh(x) ** 2).sum()


X = np.random.default_rng(0).normal(size=(3, 4))
RIGHT = 2 * np.tanh(X) * (1 - np.tanh(X) ** 2)


@pytest.mark.parametrize("mode", ["full", "fast"])
def test_a_right_gradient_is_ok(mode):
    result = gradcheck(smooth, X, RIGHT, mode=mode)
    assert (result.outcome, result.ok) == ("ok", True) and str(result).startswith("✓ ok")


@pytest.mark.parametrize("mode", ["full", "fast"])
@pytest.mark.parametrize("size", [1e-1, 1e-3, 1e-5])
def test_one_wrong_entry_is_found_and_named(mode, size):
    wrong = RIGHT.copy()
    wrong[1, 2] *= 1 + size
    result = gradcheck(smooth, X, wrong, mode=mode)
    assert (result.outcome, result.ok) == ("wrong", False)
    assert "[1, 2]" in str(result) and f"{wrong[1, 2]:.4g}"[:5] in str(result)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e6])
def test_no_size_of_the_loss_hides_a_sign(scale):
    assert gradcheck(lambda x: scale * smooth(x), X, scale * RIGHT).ok
    turned = gradcheck(lambda x: scale * smooth(x), X, -scale * RIGHT)
    assert turned.outcome == "wrong" and "minus the finite difference" in str(turned)


@pytest.mark.parametrize(("slope", "outcome", "ok"), [(0.0, "kink", True), (0.5, "kink", True), (1.0, "kink", True), (1.5, "wrong", False)])
def test_at_a_corner_any_subgradient_is_right(slope, outcome, ok):
    z = np.array([1.0, 0.0, -1.0])
    result = gradcheck(lambda z: np.maximum(z, 0).sum(), z, np.array([1.0, slope, 0.0]))
    assert (result.outcome, result.ok) == (outcome, ok)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("height", [1.01, 1.02, 1.1])
@pytest.mark.parametrize("mode", ["full", "fast"])
def test_a_plateau_that_ends_at_a_corner_is_no_staircase(dtype, height, mode):
    def f(x):
        return float(np.maximum(x.astype(dtype), dtype(height)).sum())

    assert gradcheck(f, np.ones(4), np.zeros(4), mode=mode).ok
    assert gradcheck(f, np.ones(4), np.array([0.0, 0.5, 0.0, 0.0]), mode=mode).outcome == "wrong"


def test_arrays_by_name():
    arrays = {"W": X, "b": np.ones(4)}
    gradients = {"W": np.ones((3, 4)) * 2.0, "b": np.full(4, 6.0)}

    def f(arrays):
        return 2 * arrays["W"].sum() + 3 * (arrays["b"] ** 2).sum()

    assert gradcheck(f, arrays, gradients).ok
    wrong = gradcheck(f, arrays, gradients | {"b": np.full(4, 3.0)})
    assert not wrong.ok and "b" in str(wrong).split("\n")[1]


def test_nan_in_a_gradient_is_wrong():
    assert gradcheck(smooth, X, np.where(X > 0, np.nan, RIGHT)).outcome == "wrong"


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


# gradcheck: large problems in fast mode, which get a glance at all entries at once


def large(dtype=float):
    """Loss and gradient of a ReLU layer and a linear one with squared error, of 5,082 parameters, f in the precision asked for."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 80)).astype(dtype), rng.normal(size=20).astype(dtype)
    p = {"W": rng.normal(size=(80, 62)) / 9, "b": rng.normal(size=62), "v": rng.normal(size=62) / 8, "c": np.array(0.1)}

    def loss(p):
        p = {name: array.astype(dtype) for name, array in p.items()}
        return float(((np.maximum(X @ p["W"] + p["b"], 0) @ p["v"] + p["c"] - y) ** 2).mean())

    z = X @ p["W"] + p["b"]
    upstream = 2 * (np.maximum(z, 0) @ p["v"] + p["c"] - y) / 20
    g = np.outer(upstream, p["v"]) * (z > 0)
    return loss, p, {"W": X.T @ g, "b": g.sum(axis=0), "v": np.maximum(z, 0).T @ upstream, "c": upstream.sum()}


def test_a_glance_settles_a_large_gradient_that_is_right():
    result = gradcheck(*large(), mode="fast")
    assert (result.outcome, result.array, result.index) == ("ok", "", None)
    assert result.evaluations < 20 and "the gradient along a random direction" in str(result)


@pytest.mark.parametrize(("name", "index"), [("W", (3, 4)), ("b", (60,)), ("v", (0,)), ("c", ())])
@pytest.mark.parametrize("size", [1.0, 1e-4])
def test_one_wrong_entry_of_many_is_named(name, index, size):
    loss, p, gradients = large()
    error = np.zeros_like(gradients[name])
    error[index] = size * np.abs(gradients[name]).max()
    result = gradcheck(loss, p, gradients | {name: gradients[name] + error}, mode="fast")
    assert (result.outcome, result.array, result.index) == ("wrong", name, index)


def test_a_large_gradient_of_a_loss_in_single_precision():
    loss, p, gradients = large(np.float32)
    assert gradcheck(loss, p, gradients, mode="fast").ok
    wrong = gradcheck(loss, p, gradients | {"v": -gradients["v"]}, mode="fast")
    assert (wrong.outcome, wrong.array) == ("wrong", "v")


def test_a_large_gradient_on_a_corner():
    x = np.append(np.linspace(1, 2, 5000), 0.0)
    gradient = np.append(np.ones(5000), 0.5)
    assert gradcheck(lambda x: np.abs(x).sum(), x, gradient, mode="fast").outcome == "kink"
    gradient[-1] = 1.5
    assert gradcheck(lambda x: np.abs(x).sum(), x, gradient, mode="fast").index == (5000,)


def test_nothing_to_compare():
    assert gradcheck(lambda x: 1.0, np.ones((0, 3)), np.ones((0, 3)), mode="fast").outcome == "ok"


# gradcheck: the algebra, on random compositions of random sizes

STEPS = KNOWN | {"tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2), "square": (np.square, lambda x: 2 * x)}


@st.composite
def compositions(draw):
    """A weighted sum of a composition of functions of a polynomial, of any size; an input; the gradient by the chain rule."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steps = [STEPS[name] for name in draw(st.lists(st.sampled_from(["sin", "quotient", "tanh", "square"]), max_size=3))]
    shape = draw(st.sampled_from([(3,), (1,), (2, 3), (2, 2, 2)]))
    coefficients = rng.uniform(-1, 1, draw(st.integers(2, 5)))
    weights = 10.0 ** draw(st.integers(-8, 6)) * rng.uniform(0.5, 2, shape)
    x = rng.uniform(0.2, 1.5, shape) * rng.choice([-1, 1], shape)

    def f(x):
        values = np.polyval(coefficients, x)
        for step, _ in steps:
            values = step(values)
        return (weights * values).sum()

    values, gradient = np.polyval(coefficients, x), weights * np.polyval(np.polyder(coefficients), x)
    for step, derivative in steps:
        values, gradient = step(values), gradient * derivative(values)
    assume(np.abs(gradient).max() > 1e-6 * weights.max())  # a few squares of a small number leave nothing to be seen
    return f, x, gradient


ALWAYS_THE_SAME = settings(derandomize=True, deadline=None, max_examples=60)
MODES = st.sampled_from(["full", "fast"])


@given(compositions(), MODES)
@ALWAYS_THE_SAME
def test_the_chain_rule_passes(problem, mode):
    f, x, gradient = problem
    assert gradcheck(f, x, gradient, mode=mode).outcome == "ok"


@given(compositions(), MODES, st.sampled_from([-1e-5, 1e-5, 1e-3, -2.0]))
@ALWAYS_THE_SAME
def test_a_multiple_of_the_gradient_fails(problem, mode, error):
    f, x, gradient = problem
    assert gradcheck(f, x, gradient * (1 + error), mode=mode).outcome == "wrong"


@given(compositions(), MODES, st.sampled_from([-1e-5, 1e-4, 0.5]), st.data())
@ALWAYS_THE_SAME
def test_the_one_entry_that_is_wrong_is_named(problem, mode, error, data):
    f, x, gradient = problem
    large = np.argwhere(np.abs(gradient) >= 1e-3 * np.abs(gradient).max())
    index = tuple(int(i) for i in data.draw(st.sampled_from(list(large))))
    wrong = gradient.copy()
    wrong[index] *= 1 + error
    result = gradcheck(f, x, wrong, mode=mode)
    assert (result.outcome, result.index, result.yours) == ("wrong", index, pytest.approx(wrong[index]))
    assert result.finite_difference == pytest.approx(gradient[index], rel=1e-7)


@given(compositions(), compositions(), st.floats(-3, 3).filter(lambda c: abs(c) > 0.1))
@ALWAYS_THE_SAME
def test_gradients_add_up(one, other, factor):
    """Of f(a) + factor · g(b), each array has its own gradient; with the two swapped, it is wrong."""
    (f, a, df), (g, b, dg) = one, other

    def both(p):
        return f(p["a"]) / np.abs(df).max() + factor * g(p["b"]) / np.abs(dg).max()

    gradients = {"a": df / np.abs(df).max(), "b": factor * dg / np.abs(dg).max()}
    assert gradcheck(both, {"a": a, "b": b}, gradients).outcome == "ok"
    assert gradcheck(both, {"a": a, "b": b}, {**gradients, "b": -gradients["b"]}).array == "b"
