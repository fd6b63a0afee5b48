"""Activations and losses against finite differences, and at the ends of their range."""

import numpy as np
import pytest

from course import Tensor, numerical_gradient, relu, sigmoid, softmax_cross_entropy, tanh
from course.engine.functional import binary_cross_entropy, linear, log_softmax, mse_loss, softmax


@pytest.mark.parametrize(("function", "formula"), [(relu, lambda z: np.maximum(z, 0)), (tanh, np.tanh)])
def test_activation(function, formula):
    z = np.linspace(-3, 3, 8)
    assert np.allclose(function(Tensor(z)).data, formula(z), rtol=1e-15)


def test_sigmoid_is_finite_everywhere():
    z = Tensor([-1e4, 0.0, 1e4], requires_grad=True)
    s = sigmoid(z)
    s.backward([1.0, 1.0, 1.0])
    assert s.data.tolist() == [0.0, 0.5, 1.0] and z.grad.tolist() == [0.0, 0.25, 0.0]


def plain_cross_entropy(logits, labels):
    """From the definition: minus the logarithm of a softmax."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels]).mean()


def test_softmax_cross_entropy_is_its_definition_and_its_gradient_the_finite_difference():
    rng = np.random.default_rng(1)
    logits, labels = rng.normal(size=(5, 4)), rng.integers(4, size=5)
    z = Tensor(logits, requires_grad=True)
    loss = softmax_cross_entropy(z, labels)
    loss.backward()
    assert loss.data == pytest.approx(plain_cross_entropy(logits, labels), rel=1e-14)
    np.testing.assert_allclose(z.grad, numerical_gradient(lambda z: plain_cross_entropy(z, labels), logits), rtol=1e-8, atol=1e-11)


def test_huge_logits():
    z = Tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    loss = softmax_cross_entropy(z, [1])
    loss.backward()
    assert loss.data == 2e4 and z.grad.tolist() == [[1.0, -1.0, 0.0]]


@pytest.mark.parametrize(
    ("shape", "labels", "says"),
    [((3,), [0], "N, C"), ((2, 3), [0], "2 integers"), ((2, 3), [0.0, 1.0], "integers"), ((2, 3), [0, 3], r"0\.\.2")],
)
def test_labels_that_do_not_fit(shape, labels, says):
    with pytest.raises(ValueError, match=says):
        softmax_cross_entropy(Tensor(np.zeros(shape)), labels)


def plain_softmax(z, axis=-1):
    """From the definition."""
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)


@pytest.mark.parametrize("axis", [-1, 0])
@pytest.mark.parametrize(("function", "formula"), [(softmax, plain_softmax), (log_softmax, lambda z, axis: np.log(plain_softmax(z, axis)))])
def test_softmax_and_its_logarithm_are_their_definitions_and_their_gradients_finite_differences(function, formula, axis):
    rng = np.random.default_rng(2)
    values, upstream = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    z = Tensor(values, requires_grad=True)
    output = function(z, axis)
    output.backward(upstream)
    np.testing.assert_allclose(output.data, formula(values, axis), rtol=1e-13)
    expected = numerical_gradient(lambda z: (upstream * formula(z, axis)).sum(), values)
    np.testing.assert_allclose(z.grad, expected, rtol=1e-8, atol=1e-10)


def test_softmax_of_huge_and_tiny_scores():
    z = Tensor([[1e4, -1e4, 0.0], [1e300, 1e300, -1e300]], requires_grad=True)
    p, log_p = softmax(z), log_softmax(z)
    np.testing.assert_array_equal(p.data, [[1, 0, 0], [0.5, 0.5, 0]])
    np.testing.assert_allclose(log_p.data, [[0, -2e4, -1e4], [-np.log(2), -np.log(2), -2e300]])
    for output in (p, log_p):
        output.backward(np.ones((2, 3)))
        assert np.isfinite(z.grad).all()


def test_the_cross_entropy_is_minus_the_log_softmax_of_the_label():
    logits, labels = np.random.default_rng(3).normal(size=(6, 5)), np.array([0, 4, 2, 2, 1, 3])
    expected = -log_softmax(Tensor(logits)).data[np.arange(6), labels].mean()
    assert softmax_cross_entropy(Tensor(logits), labels).data == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("shape", [(), (5,), (5, 3)])
def test_mean_squared_error_is_over_all_entries(shape):
    rng = np.random.default_rng(4)
    values, target = rng.normal(size=shape), rng.normal(size=shape)
    prediction = Tensor(values, requires_grad=True)
    loss = mse_loss(prediction, target)
    loss.backward()
    assert loss.data == pytest.approx(np.mean((values - target) ** 2), rel=1e-14)
    np.testing.assert_allclose(prediction.grad, numerical_gradient(lambda p: np.mean((p - target) ** 2), values), rtol=1e-8, atol=1e-11)


def test_mean_squared_error_does_not_broadcast():
    with pytest.raises(ValueError, match=r"one shape, got \(5, 1\) and \(5,\)"):
        mse_loss(Tensor(np.zeros((5, 1))), np.zeros(5))


def plain_binary_cross_entropy(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


@pytest.mark.parametrize("shape", [(5,), (5, 3)])
def test_binary_cross_entropy_is_its_definition_and_its_gradient_the_finite_difference(shape):
    rng = np.random.default_rng(5)
    values, y = rng.uniform(0.2, 0.8, shape), rng.integers(2, size=shape)
    p = Tensor(values, requires_grad=True)
    loss = binary_cross_entropy(p, y)
    (loss * 3.0).backward()
    assert loss.data == pytest.approx(plain_binary_cross_entropy(values, y), rel=1e-13)
    expected = numerical_gradient(lambda p: 3 * plain_binary_cross_entropy(p, y), values)
    np.testing.assert_allclose(p.grad, expected, rtol=1e-6)


def test_binary_cross_entropy_takes_labels_that_are_probabilities_too():
    p, y = np.array([0.3, 0.9]), np.array([0.25, 1.0])
    assert binary_cross_entropy(Tensor(p), y).data == pytest.approx(plain_binary_cross_entropy(p, y), rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certain_probabilities_leave_numbers(dtype):
    p = Tensor(np.array([0, 1, 0, 1], dtype), requires_grad=True)
    loss = binary_cross_entropy(p, [0, 1, 1, 0])
    loss.backward()
    assert loss.data == 50  # right and certain costs 0, wrong and certain 100
    assert np.isfinite(p.grad).all() and p.grad.dtype == loss.data.dtype == dtype
    assert p.grad[2] < 0 < p.grad[3]


@pytest.mark.parametrize(
    ("p", "y", "says"),
    [
        ([0.5], [[1.0]], r"one shape, got \(1,\) and \(1, 1\)"),
        ([1.5], [1.0], r"probabilities must lie in \[0, 1\], got 1.5..1.5: is a sigmoid missing"),
        ([-0.1, 0.5], [1.0, 0.0], r"probabilities must lie in \[0, 1\], got -0.1..0.5"),
        ([np.nan], [1.0], r"probabilities must lie in \[0, 1\], got nan"),
        ([0.5], [2.0], r"labels must lie in \[0, 1\], got 2..2"),
    ],
)
def test_probabilities_and_labels_that_are_none(p, y, says):
    with pytest.raises(ValueError, match=says):
        binary_cross_entropy(Tensor(p), y)


def test_linear_is_its_formula_and_its_gradients_finite_differences():
    rng = np.random.default_rng(6)
    arrays = {"X": rng.normal(size=(4, 3)), "W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
    upstream = rng.normal(size=(4, 2))
    tensors = {name: Tensor(array, requires_grad=True) for name, array in arrays.items()}
    output = linear(**tensors)
    output.backward(upstream)
    np.testing.assert_allclose(output.data, arrays["X"] @ arrays["W"] + arrays["b"], rtol=1e-14)
    for name, tensor in tensors.items():

        def loss(moved, name=name):
            X, W, b = (arrays | {name: moved}).values()
            return (upstream * (X @ W + b)).sum()

        np.testing.assert_allclose(tensor.grad, numerical_gradient(loss, arrays[name]), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("shapes", [((4, 3), (2, 2), (2,)), ((4, 3), (3, 2), (3,)), ((3,), (3, 2), (2,)), ((4, 3), (3, 2), (1, 2))])
def test_linear_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match=r"X \(N, in\), W \(in, out\), b \(out,\), got"):
        linear(*(Tensor(np.zeros(shape)) for shape in shapes))
