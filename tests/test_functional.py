"""Activations and losses against finite differences, and at the ends of their range."""

import numpy as np
import pytest

from course import Tensor, numerical_gradient, relu, sigmoid, softmax_cross_entropy, tanh


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
