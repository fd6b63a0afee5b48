"""The engine against independent witnesses: finite differences of the same formula in plain numpy."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import Tensor, numerical_gradient
from course.engine.tensor import unbroadcast
from course.errors import GraphChanged

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
    "sine and cosine": (lambda t: t.sin() * t.cos(), lambda x: np.sin(x) * np.cos(x)),
    "largest of each": (lambda t: t.max(0), lambda x: x.max(0)),
    "mean over several axes": (lambda t: t.mean(tuple(range(len(t.shape)))), lambda x: x.mean()),
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
    assert repr(Tensor([1.0]) + 1.0) == "Tensor([2.], op='+ 1.0')"


# What changes after the forward pass, and what does not


def test_data_changed_in_place_after_the_forward_pass_are_found_out():
    for change in (
        lambda w: w.data.__setitem__((0, 0), 5.0),
        lambda w: w.data.__imul__(-1),
        lambda w: w.data.__setitem__(slice(None), w.data[::-1].copy()),
    ):
        w = Tensor(np.arange(6.0).reshape(2, 3) + 1, requires_grad=True, name="w")
        loss = (w * w).sum()
        change(w)
        with pytest.raises(GraphChanged, match="w, used by"):
            loss.backward()


def test_a_constant_or_a_batch_changed_in_place_is_found_out():
    X, w = np.ones((3, 2)), Tensor(np.ones((2, 1)), requires_grad=True)
    loss = (Tensor(X) @ w).sum()
    X[0] = 7.0
    with pytest.raises(GraphChanged, match=r"the \(3, 2\) array"):
        loss.backward()


def test_an_update_of_a_whole_large_array_is_found_out():
    w = Tensor(np.ones((1000, 300), np.float32), requires_grad=True)
    loss = (w * w).sum()
    w.data -= np.float32(1e-3) * w.data
    with pytest.raises(GraphChanged):
        loss.backward()


def test_results_cannot_be_written_to():
    y = Tensor([1.0], requires_grad=True) * 2.0
    with pytest.raises(ValueError, match="read-only"):
        y.data[0] = 3.0


def test_nan_is_no_change_and_a_loop_that_updates_by_hand_works():
    x = Tensor([np.nan, 1.0], requires_grad=True)
    (x * x).sum().backward()
    w = Tensor([4.0], requires_grad=True)
    for _ in range(60):
        (w * w).sum().backward()
        w.data -= 0.1 * w.grad
    assert abs(w.data[0]) < 1e-4


def test_data_replaced_by_other_data_leave_the_graph_as_it_was():
    w = Tensor([3.0], requires_grad=True)
    loss = (w * w).sum()
    (w * 1.0).sum()
    before = w.data
    w.data = np.array([10.0])
    with pytest.raises(GraphChanged):
        loss.backward()
    w.data = before
    loss.backward()
    assert w.grad.tolist() == [6.0]


# Edge cases of shape and dtype


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1, 1)])
def test_empty_and_zero_dimensional_arrays(shape):
    x = Tensor(np.ones(shape), requires_grad=True)
    ((x * 2.0 + 1.0).tanh().sum() + (x * x).sum()).backward()
    assert x.grad.shape == shape and x.grad.dtype == float


def test_ties_of_max_share_the_gradient():
    x = Tensor([[1.0, 3.0, 3.0], [2.0, 0.0, 1.0]], requires_grad=True)
    x.max(axis=1).sum().backward()
    assert x.grad.tolist() == [[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]]


@pytest.mark.parametrize("index", [0, slice(1, 3), (slice(None), 1), [2, 0, 2], ([0, 1], [1, 1])])
def test_indexing(index):
    x = np.random.default_rng(0).normal(size=(3, 4))
    upstream = np.random.default_rng(1).normal(size=x[index].shape)
    t = Tensor(x, requires_grad=True)
    t[index].backward(upstream)
    np.testing.assert_allclose(t.grad, numerical_gradient(lambda x: (x[index] * upstream).sum(), x), atol=1e-10)


def test_powers_at_zero():
    for power, slope in ((0, 0.0), (1, 1.0), (2, 0.0), (3, 0.0)):
        x = Tensor([0.0], requires_grad=True)
        (x**power).sum().backward()
        assert x.grad.tolist() == [slope]


def test_a_float32_parameter_beside_float64_keeps_its_precision():
    w = Tensor(np.ones(3, np.float32), requires_grad=True)
    (w * Tensor(np.ones(3))).sum().backward()
    assert w.grad.dtype == np.float32


def test_a_numpy_number_takes_the_tensors_precision():
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    for result in (x * np.float64(2), x + np.int64(1), x / np.float64(3), x - np.float64(1), x ** np.float64(2)):
        assert result.data.dtype == np.float32
    with pytest.raises(TypeError):
        x * "2"
    with pytest.raises(TypeError, match="power must be a number"):
        x ** x


def test_a_chain_is_freed_without_recursion():
    x = Tensor([1.0], requires_grad=True)
    for _ in range(300_000):
        x = x * 1.0
    del x


# PyTorch as a witness


@pytest.mark.peers
@pytest.mark.parametrize(
    "name", ["exp", "log", "sin", "cos", "tanh", "sigmoid", "relu", "max", "mean", "sum", "matmul", "divide", "index", "power"]
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_agrees(name, dtype):
    import torch

    formula = {
        "exp": lambda a, b: (a.exp() * b).sum(),
        "log": lambda a, b: ((a * a + 1).log() * b).sum(),
        "sin": lambda a, b: (a.sin() * b).sum(),
        "cos": lambda a, b: (a.cos() * b).sum(),
        "tanh": lambda a, b: (a.tanh() * b).sum(),
        "sigmoid": lambda a, b: (a.sigmoid() * b).sum(),
        "relu": lambda a, b: (a.relu() * b).sum(),
        "max": lambda a, b: (a * b).max(),
        "mean": lambda a, b: (a * b).mean(),
        "sum": lambda a, b: ((a + b) * a).sum(),
        "matmul": lambda a, b: ((a @ b.T) * 0.5).sum(),
        "divide": lambda a, b: (a / (b * b + 1)).sum(),
        "index": lambda a, b: (a[1] * b[0]).sum(),
        "power": lambda a, b: ((a**3) * b).sum(),
    }[name]
    rng = np.random.default_rng(3)
    x, y = (rng.normal(size=(3, 4)).astype(dtype) for _ in range(2))
    ours = [Tensor(v, requires_grad=True) for v in (x, y)]
    theirs = [torch.tensor(v, requires_grad=True) for v in (x, y)]
    value, reference = formula(*ours), formula(*theirs)
    value.backward()
    reference.backward()
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(value.data, reference.detach().numpy(), rtol=tolerance)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.grad.dtype == np.dtype(dtype)
        np.testing.assert_allclose(mine.grad, other.grad.numpy(), rtol=tolerance, atol=tolerance)
