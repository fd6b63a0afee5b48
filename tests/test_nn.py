"""Layers."""

import numpy as np

from course import Linear, Tensor, softmax_cross_entropy


def test_linear_is_its_formula():
    layer = Linear(3, 2, np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(5, 3))
    layer.b.data = np.array([1.0, -1.0])
    np.testing.assert_array_equal(layer(Tensor(X)).data, X @ layer.W.data + [1.0, -1.0])


def test_the_same_seed_gives_the_same_layer_and_weights_stay_within_glorots_bound():
    one, other = (Linear(30, 20, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one.W.data, other.W.data)
    assert 0.9 * np.sqrt(6 / 50) < np.abs(one.W.data).max() < np.sqrt(6 / 50)


def test_every_parameter_gets_a_gradient_of_its_own_shape():
    rng = np.random.default_rng(0)
    first, second = Linear(4, 6, rng), Linear(6, 3, rng)
    loss = softmax_cross_entropy(second(first(Tensor(rng.normal(size=(5, 4)))).relu()), rng.integers(3, size=5))
    loss.backward()
    for parameter in (*first.parameters(), *second.parameters()):
        assert parameter.grad.shape == parameter.shape and np.abs(parameter.grad).max() > 0
