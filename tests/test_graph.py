"""Γ(u) and the derivatives on the edges give what `backward` gives, and the pictures in text say what is there."""

import re

import numpy as np
import pytest

from course.engine.functional import linear, softmax, softmax_cross_entropy
from course.engine.tensor import Tensor
from course.errors import GraphChanged
from course.graph import draw, local_derivative, nodes, successors, to_dot


def variable(*shape, name="", seed=0):
    return Tensor(np.random.default_rng([seed, *map(ord, name)]).uniform(0.5, 1.5, shape), requires_grad=True, name=name)


def shared_scalars():
    x, w = variable(name="x"), variable(name="w")
    h = (x * w + x).tanh()
    return h * h - w / (h + 1.0)


def broadcasting():
    X, b, c = variable(3, 2, name="X"), variable(2, name="b"), variable(3, 1, name="c")
    return ((X * b + c) * b / X).sum()


def a_network():
    X, W, b = variable(4, 3, name="X"), variable(3, 2, name="W"), variable(2, name="b")
    logits = linear(X, W, b).relu() + softmax(X @ W)
    return softmax_cross_entropy(logits[np.array([0, 0, 2])], np.array([0, 1, 1])) + (W * W).sum() * 0.1


def reductions():
    X = variable(2, 3, name="X")
    return (X.max(axis=1) * X.T.reshape(3, 2).mean(axis=0)).sum() ** 2


@pytest.mark.parametrize("make", [shared_scalars, broadcasting, a_network, reductions])
def test_the_sum_over_gamma_is_the_gradient(make):
    loss = make()
    loss.backward()
    gamma = successors(loss)
    for u, users in gamma.items():
        if u is not loss and u.requires_grad:
            total = sum(np.tensordot(v.grad, local_derivative(v, u), v.data.ndim) for v in users)
            np.testing.assert_allclose(total, u.grad, rtol=1e-12, err_msg=f"{u!r}")


def test_gamma_lists_each_user_once_and_the_root_has_none():
    x = variable(name="x")
    square = x * x
    loss = square + x
    assert successors(loss) == {x: [square, loss], square: [loss], loss: []}


def test_nodes_come_after_their_parents_and_constants_are_among_them():
    x, c = variable(2, name="x"), Tensor([1.0, 2.0])
    loss = ((x * c) + 1.0).sum()
    found = nodes(loss)
    assert [node.op for node in found] == ["", "", "*", "+ 1.0", "sum"] and {x, c} == set(found[:2])
    assert nodes(c * c)[0].parents == (), "how a constant came about is not kept"


def test_a_long_chain_is_no_trouble():
    x = loss = variable(name="x")
    for _ in range(20_000):
        loss = loss + 1.0
    assert len(nodes(loss)) == 20_001 and successors(loss)[x][0].parents == (x,)
    text = draw(loss, limit=3)
    assert len(text.splitlines()) == 5 and "… 19,998 earlier nodes of 20,001 are not shown: give limit=20001" in text
    assert "19,801 earlier nodes of 20,001 are not shown" in to_dot(loss)


def test_a_derivative_has_the_shape_of_v_and_then_of_u_and_is_the_jacobian():
    X, b = variable(2, 3, name="X"), variable(3, name="b")
    v = X * b
    assert local_derivative(v, X).shape == (2, 3, 2, 3) and local_derivative(v, b).shape == (2, 3, 3)
    np.testing.assert_allclose(local_derivative(v, b), X.data[:, :, None] * np.eye(3))
    p = softmax(b)
    np.testing.assert_allclose(local_derivative(p, b), np.diag(p.data) - np.outer(p.data, p.data), rtol=1e-14)


def test_a_position_is_one_edge_and_a_tensor_all_of_its_edges():
    x = variable(name="x")
    v = x * x
    assert local_derivative(v, 0) == local_derivative(v, 1) == x.data
    assert local_derivative(v, x) == 2 * x.data
    assert local_derivative(x - 3.0, x) == 1


def test_gradients_are_left_alone():
    loss = shared_scalars()
    loss.backward()
    before = [node.grad for node in nodes(loss)]
    for node in nodes(loss):
        for position in range(len(node.parents)):
            local_derivative(node, position)
    assert [node.grad for node in nodes(loss)] == before


def test_what_is_no_edge_is_refused():
    x, c = variable(2, name="x"), Tensor([1.0, 2.0])
    v = x * c
    with pytest.raises(ValueError, match=r"expected one of the 2 parents of '\*', got another tensor, of shape \(3,\)"):
        local_derivative(v, variable(3))
    with pytest.raises(ValueError, match="takes part in the gradient, got a constant"):
        local_derivative(v, c)
    with pytest.raises(IndexError, match="one of 2 parents, counted from 0, got 2"):
        local_derivative(v, 2)
    with pytest.raises(IndexError, match="one of 0 parents"):
        local_derivative(x, 0)
    big = variable(4000)
    with pytest.raises(ValueError, match="at most 10,000,000 entries"):
        local_derivative(big.exp(), big)
    x.data[0] = 7.0
    with pytest.raises(GraphChanged):
        local_derivative(v, x)


def test_a_drawing_names_each_node_once_and_refers_to_it_afterwards():
    x, w = Tensor(2.0, requires_grad=True, name="x"), Tensor(-1.0, requires_grad=True, name="w")
    h = (x * w).tanh()
    h.name = "h"
    loss = -(h * h) + (w - 0.5) / x
    lines = [re.split(r"\s{2,}", line) for line in draw(loss).splitlines()]
    assert [line[:2] for line in lines] == [
        ["node", "="], ["x", "()"], ["w", "()"], ["u1", "x * w"], ["h", "tanh(u1)"], ["u2", "h * h"], ["u3", "-u2"], ["u4", "w - 0.5"],
        ["u5", "u4 / x"], ["u6", "u3 + u5"],
    ]  # fmt: skip
    assert lines[1][-1] == "u1, u5" and lines[4][-1] == "u2"
    assert draw(loss).count("tanh") == 1


def test_a_drawing_shows_small_values_and_gradients_when_they_are_there():
    W = Tensor(np.eye(30), requires_grad=True, name="W")
    loss = (W[0, :2] * Tensor([0.25, 3.0])).sum()
    assert "∂ℓ/∂node" in draw(loss) and "[0.25, 3]" in draw(loss)
    first = next(line for line in draw(loss).splitlines() if line.startswith("W"))
    assert first.split("  ")[-1].strip() == "u1", "no gradient yet"
    loss.backward()
    row = next(line for line in draw(loss).splitlines() if line.startswith("W"))
    assert "(30, 30)" in row and "|·| ≤ 1 " in row and "|·| ≤ 3 " in row


def test_names_are_told_apart():
    one, two, u1 = (Tensor(1.0, requires_grad=True, name=name) for name in ("W", "W", "u1"))
    text = draw((one * two).exp() * u1)
    assert "W * W_2" in text and "exp(u2)" in text and "u3 * u1" in text


def test_graphviz_text_has_every_node_and_every_edge_and_quotes_what_needs_it():
    x = variable(2, name='a "b" \\')
    loss = (x * x + 1.0).sum()
    loss.backward()
    text = to_dot(loss)
    assert text.startswith("digraph {\n  rankdir=LR\n") and text.endswith("\n}")
    assert text.count("shape=box") == 1 and text.count("shape=ellipse") == 3
    assert re.findall(r"(n\d) -> (n\d)", text) == [("n0", "n1"), ("n0", "n1"), ("n1", "n2"), ("n2", "n3")]
    assert r'label="a \"b\" \\\n' in text and r"\n∂ℓ/∂ 1" in text
