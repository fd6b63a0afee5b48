"""The engine against independent witnesses: finite differences of the same formula in plain numpy."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import Tensor, numerical_gradient
from course.tensor import unbroadcast

finite = st.floats(-3, 3, allow_subnormal=False)
matrices = hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=finite)

UNARY = {
    "exp": (lambda t: t.exp(), np.exp),
    "log of the square plus one": (lambda t: (t * t + 1).log(), lambda x: np.log(x * x + 1)),
    "tanh": (lambda t: t.tanh(), np.tanh),
    "sigmoid": (lambda t: t.sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
    "relu": (lambda t: t.relu(), lambda x: np.maximum(x, 0)),
    "negative": (lambda t: -t, lambda x: -x),
    "cube": (lambda t: t**3, lambda x: x**3),
    "reciprocal": (lambda t: 1 / (t * t + 1), lambda x: 1 / (x * x + 1)),
    "sum over axis 0": (lambda t: t.sum(0), lambda x: x.sum(0)),
    "mean, axes kept": (lambda t: t.mean(0, keepdims=True), lambda x: x.mean(0, keepdims=True)),
    "transpose": (lambda t: t.T, lambda x: x.T),
    "reshape": (lambda t: t.reshape(-1), lambda x: x.reshape(-1)),
    "minus": (lambda t: 2 - t - 1, lambda x: 1 - x),
    "quotient": (lambda t: t / 4, lambda x: x / 4),
}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 2)])
def test_operation_has_the_value_and_the_gradient_of_its_formula(name, shape):
    of_tensor, formula = UNARY[name]
    rng = np.random.default_rng(len(name))
    x = rng.uniform(0.1, 2, shape) * rng.choice([-1, 1], shape)
    upstream = rng.normal(size=formula(x).shape)
    t = Tensor(x, requires_grad=True)
    out = of_tensor(t)
    np.testing.assert_allclose(out.data, formula(x), rtol=1e-14)
    out.backward(upstream)
    np.testing.assert_allclose(t.grad, numerical_gradient(lambda x: (formula(x) * upstream).sum(), x, h=1e-3), rtol=1e-8, atol=1e-10)


@given(matrices, st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_a_sum_has_the_sum_of_gradients(x, seed):
    a, b = np.random.default_rng(seed).normal(size=2)
    t, u, v = (Tensor(x, requires_grad=True) for _ in range(3))
    (a * t.tanh() + b * (t * t)).sum().backward()
    u.tanh().sum().backward()
    (v * v).sum().backward()
    np.testing.assert_allclose(t.grad, a * u.grad + b * v.grad, rtol=1e-12, atol=1e-12)


@given(matrices)
@settings(max_examples=40, deadline=None)
def test_product_rule(x):
    t = Tensor(x, requires_grad=True)
    (t.sigmoid() * t.tanh()).sum().backward()
    s, h = 1 / (1 + np.exp(-x)), np.tanh(x)
    np.testing.assert_allclose(t.grad, s * (1 - s) * h + s * (1 - h * h), rtol=1e-10, atol=1e-12)


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_broadcasting_gives_each_operand_the_sum_over_its_copies(shapes, seed):
    rng = np.random.default_rng(seed)
    (small, other), full = shapes.input_shapes, shapes.result_shape
    x, y, upstream = rng.normal(size=small), rng.normal(size=other), rng.normal(size=full)
    a, b = Tensor(x, requires_grad=True), Tensor(y, requires_grad=True)
    (a * b).backward(upstream)
    for t, value in ((a, upstream * y), (b, upstream * x)):
        by_definition = np.zeros(t.shape)
        copies = np.broadcast_to(np.arange(t.data.size).reshape(t.shape), full)
        np.add.at(by_definition.reshape(-1), copies.reshape(-1), np.broadcast_to(value, full).reshape(-1))
        np.testing.assert_allclose(t.grad, by_definition, rtol=1e-12, atol=1e-12)


def test_matmul_gradients():
    rng = np.random.default_rng(0)
    X, W, upstream = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=(4, 2))
    a, b = Tensor(X, requires_grad=True), Tensor(W, requires_grad=True)
    (a @ b).backward(upstream)
    np.testing.assert_allclose(a.grad, upstream @ W.T)
    np.testing.assert_allclose(b.grad, X.T @ upstream)


def test_a_node_used_twice_gets_both_shares():
    x = Tensor([3.0], requires_grad=True)
    y = x * x + x
    y.backward([1.0])
    assert x.grad.tolist() == [7.0]


def test_every_node_of_the_graph_has_its_gradient():
    x = Tensor([2.0], requires_grad=True)
    z = x * 3.0
    (z * z).sum().backward()
    assert z.grad.tolist() == [12.0] and x.grad.tolist() == [36.0]


def test_a_second_backward_replaces_the_gradients():
    x = Tensor([2.0], requires_grad=True)
    y = (x * x).sum()
    y.backward()
    y.backward()
    assert x.grad.tolist() == [4.0]


def test_a_chain_of_a_hundred_thousand_nodes():
    x = y = Tensor([1.0], requires_grad=True)
    for _ in range(100_000):
        y = y + 1.0
    y.backward([1.0])
    assert x.grad.tolist() == [1.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype):
    x = Tensor(np.ones((2, 3), dtype), requires_grad=True)
    y = (2 * x + 1.5).tanh().mean()
    y.backward()
    assert y.data.dtype == x.grad.dtype == dtype


def test_constants_take_no_part():
    x, c = Tensor([1.0], requires_grad=True), Tensor([5.0])
    (x * c).sum().backward()
    assert c.grad is None and x.grad.tolist() == [5.0]


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (lambda: Tensor([1, 2], requires_grad=True), TypeError, "floating-point"),
        (lambda: Tensor(["a"]), TypeError, "real numbers"),
        (lambda: Tensor([1j]), TypeError, "real numbers"),
        (lambda: Tensor([1.0, 2.0], requires_grad=True).backward(), ValueError, "shape \\(2,\\)"),
        (lambda: Tensor([1.0, 2.0], requires_grad=True).backward([1.0]), ValueError, "must be the same"),
        (lambda: Tensor([1.0]).backward(), ValueError, "nothing to differentiate"),
        (lambda: Tensor(np.ones((2, 3))) @ Tensor(np.ones((2, 3))), ValueError, r"\(2, 3\) @ \(2, 3\)"),
    ],
)
def test_bad_input_is_told_what_was_expected(wrong, error, says):
    with pytest.raises(error, match=says):
        wrong()


def test_unbroadcast_to_the_same_shape_is_the_gradient_itself():
    gradient = np.ones((2, 3))
    assert unbroadcast(gradient, (2, 3)) is gradient


def test_repr_shows_values_and_operation():
    assert repr(Tensor([1.0]) + 1.0) == "Tensor([2.], op='+')"
