"""SGD against its formulas, written by hand."""

import numpy as np
import pytest

from course.engine.nn import Linear, ReLU, Sequential
from course.engine.optim import SGD
from course.engine.regularization import l2_penalty
from course.engine.tensor import Tensor


def parameter(values, dtype=np.float64) -> Tensor:
    return Tensor(np.array(values, dtype), requires_grad=True)


def loss_of(w: Tensor) -> Tensor:
    """Not a quadratic, so that every step has another gradient."""
    return (w * w * w + w.sin()).sum()


def gradient_of(w: np.ndarray) -> np.ndarray:
    return 3 * w**2 + np.cos(w)


def test_a_step_is_minus_eta_times_the_gradient():
    w, by_hand = parameter([0.1, -0.2, 0.3]), np.array([0.1, -0.2, 0.3])
    optimizer = SGD([w], lr=0.05)
    for _ in range(5):
        loss_of(w).backward()
        optimizer.step()
        by_hand = by_hand - 0.05 * gradient_of(by_hand)
    np.testing.assert_allclose(w.data, by_hand, rtol=1e-14)


def test_momentum_sums_the_gradients_with_weights_that_fade():
    w, lr, beta = parameter([0.1, -0.2]), 0.05, 0.8
    optimizer, gradients = SGD([w], lr=lr, momentum=beta), []
    for _ in range(6):
        loss_of(w).backward()
        gradients.append(w.grad.copy())
        before = w.data.copy()
        optimizer.step()
        velocity = sum(beta**age * gradient for age, gradient in enumerate(reversed(gradients)))
        np.testing.assert_allclose(before - w.data, lr * velocity, rtol=1e-12)


def test_momentum_may_begin_and_end_on_the_way():
    w, v = parameter([0.1, -0.2]), 0.0
    optimizer = SGD([w], lr=0.05)
    for beta in (0.0, 0.0, 0.8, 0.8, 0.0, 0.5):
        optimizer.momentum = beta
        loss_of(w).backward()
        v = beta * v + w.grad
        expected = w.data - 0.05 * v
        optimizer.step()
        np.testing.assert_allclose(w.data, expected, rtol=1e-14)


def test_weight_decay_adds_d_w_to_weights_and_leaves_biases():
    W, b = parameter([[1.0, -2.0]]), parameter([3.0])
    (W.sum() + b.sum()).backward()
    SGD([W, b], lr=0.5, weight_decay=0.1).step()
    np.testing.assert_allclose(W.data, [[1 - 0.5 * (1 + 0.1), -2 - 0.5 * (1 - 0.2)]], rtol=1e-15)
    np.testing.assert_allclose(b.data, [2.5])


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_weight_decay_is_the_l2_penalty_with_half_its_number(momentum):
    rng, decay = np.random.default_rng(0), 0.02
    X = rng.normal(size=(8, 3))
    decayed, penalised = (
        Sequential(Linear(3, 4, np.random.default_rng(1)), ReLU(), Linear(4, 2, np.random.default_rng(2))) for _ in range(2)
    )
    one = SGD(decayed.parameters(), 0.1, momentum, weight_decay=decay)
    other = SGD(penalised.parameters(), 0.1, momentum)
    for _ in range(10):
        (decayed(X) * decayed(X)).mean().backward()
        one.step()
        ((penalised(X) * penalised(X)).mean() + l2_penalty(penalised, lam=decay / 2)).backward()
        other.step()
    for a, b in zip(decayed.parameters(), penalised.parameters(), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_and_array_stay_and_the_gradient_is_not_touched(dtype):
    w = parameter([[1.0, 2.0]], dtype)
    array = w.data
    loss_of(w).backward()
    gradient = w.grad.copy()
    SGD([w], 0.1, momentum=0.9, weight_decay=0.1).step()
    assert w.data is array and w.data.dtype == dtype
    np.testing.assert_array_equal(w.grad, gradient)


def test_a_parameter_that_took_no_part_stays():
    used, idle = parameter([1.0]), parameter([1.0])
    used.sum().backward()
    SGD([used, idle], 0.5).step()
    assert (used.data, idle.data) == (0.5, 1.0)


def test_a_parameter_shared_by_two_layers_moves_once():
    first, second = Linear(2, 2, np.random.default_rng(0)), Linear(2, 2, np.random.default_rng(0))
    second.W = first.W
    network = Sequential(first, second)
    before = first.W.data.copy()
    network(np.ones((1, 2))).sum().backward()
    SGD(network.parameters(), 0.1).step()
    np.testing.assert_allclose(first.W.data, before - 0.1 * first.W.grad)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"lr": 0}, "learning rate must be positive, got 0"),
        ({"lr": np.nan}, "learning rate must be positive, got nan"),
        ({"lr": 1, "momentum": 1}, r"in \[0, 1\), got 1"),
        ({"lr": 1, "momentum": -0.1}, r"in \[0, 1\), got -0.1"),
        ({"lr": 1, "weight_decay": -1}, "weight_decay must not be negative, got -1"),
    ],
)
def test_arguments_out_of_range(arguments, says):
    with pytest.raises(ValueError, match=says):
        SGD([parameter([1.0])], **arguments)


def test_nothing_to_train():
    with pytest.raises(ValueError, match=r"no parameters to train: pass model.parameters\(\)"):
        SGD(ReLU().parameters(), 0.1)
