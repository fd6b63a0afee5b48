"""The L2 penalty, early stopping against a second account of it, and what regularisation does to the digits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.bench_regularisation import accuracies
from course.engine.nn import Linear, ReLU, Sequential
from course.engine.regularization import EarlyStopping, l2_penalty
from course.engine.tensor import Tensor
from course.gradcheck import numerical_gradient

TWO_LAYERS = Sequential(Linear(3, 4, np.random.default_rng(0)), ReLU(), Linear(4, 2, np.random.default_rng(1)))


def test_the_penalty_is_lambda_times_the_sum_of_squares_of_weights_without_biases():
    first, _, second = TWO_LAYERS
    first.b.data = np.ones(4)
    squares = sum(float(w) ** 2 for layer in (first, second) for w in layer.W.data.ravel())
    assert l2_penalty(TWO_LAYERS, 0.3).data == pytest.approx(0.3 * squares, rel=1e-14)
    assert l2_penalty([first.W, first.b], 0.3).data == l2_penalty([first.W], 0.3).data


@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_its_gradient_is_two_lambda_w(lam):
    W = Tensor(np.random.default_rng(2).normal(size=(3, 2)), requires_grad=True)
    (l2_penalty([W], lam) * 5.0).backward()
    np.testing.assert_allclose(W.grad, 5 * 2 * lam * W.data, rtol=1e-14)
    np.testing.assert_allclose(W.grad, numerical_gradient(lambda w: 5 * lam * (w**2).sum(), W.data), rtol=1e-9, atol=1e-12)


def test_it_adds_to_the_gradient_of_the_loss():
    W = Tensor([[1.0, -2.0]], requires_grad=True)
    (W.sum() + l2_penalty([W], 0.5)).backward()
    np.testing.assert_array_equal(W.grad, [[2.0, -1.0]])


def test_it_keeps_single_precision():
    layer = Linear(2, 2, np.random.default_rng(0), np.float32)
    penalty = l2_penalty(layer, 0.1)
    penalty.backward()
    assert penalty.data.dtype == layer.W.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("weights", "lam", "says"),
    [
        (TWO_LAYERS, -0.1, "lam must not be negative, got -0.1"),
        (TWO_LAYERS, np.nan, "lam must not be negative, got nan"),
        (ReLU(), 0.1, "no weights to penalise"),
        ([Tensor([1.0], requires_grad=True)], 0.1, "two axes or more"),
    ],
)
def test_penalties_that_cannot_be(weights, lam, says):
    with pytest.raises(ValueError, match=says):
        l2_penalty(weights, lam)


def looks(figures, **arguments) -> list[bool]:
    stop = EarlyStopping(**arguments)
    return [stop(figure) for figure in figures]


def test_patience_counts_looks_in_a_row_and_starts_again_at_an_improvement():
    assert looks([3, 2, 2.5, 1.9, 2, 2], patience=2) == [False, False, False, False, False, True]


def test_better_means_lower_by_more_than_min_delta():
    assert looks([1.0, 0.75, 0.75], patience=1, min_delta=0.25) == [False, True, True]
    assert looks([1.0, 0.74], patience=1, min_delta=0.25) == [False, False]


def test_nan_is_no_improvement():
    stop = EarlyStopping(patience=2)
    assert [stop(figure) for figure in (1.0, np.nan, 0.5, np.nan, np.nan)] == [False, False, False, False, True]
    assert (stop.best, stop.best_epoch) == (0.5, 2)
    assert looks([np.nan, np.nan], patience=2) == [False, True]


def said_again(figures: list[float], patience: int, min_delta: float) -> tuple[list[bool], int]:
    """Early stopping told from the whole record: a second account, for comparison."""
    records: list[int] = []
    for i, figure in enumerate(figures):
        if figure < (figures[records[-1]] if records else float("inf")) - min_delta:
            records.append(i)
    answers = [not any(i - patience < record <= i for record in records) and i + 1 >= patience for i in range(len(figures))]
    return answers, records[-1] if records else -1


@given(
    figures=st.lists(st.one_of(st.integers(-4, 4).map(float), st.floats(allow_nan=True, allow_infinity=True)), max_size=30),
    patience=st.integers(1, 6),
    min_delta=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
)
def test_any_record_of_figures(figures, patience, min_delta):
    stop = EarlyStopping(patience, min_delta)
    layer = Linear(1, 1, np.random.default_rng(0))
    given_answers = []
    for i, figure in enumerate(figures):
        layer.W.data[:] = i
        given_answers.append(stop(figure, layer))
    answers, best = said_again(figures, patience, min_delta)
    assert (given_answers, stop.best_epoch) == (answers, best)
    assert stop.restore(layer) == (best >= 0)
    if best >= 0:
        assert layer.W.data == best and stop.best == figures[best]


def test_without_restore_best_nothing_is_kept():
    stop, layer = EarlyStopping(1, restore_best=False), Linear(1, 1, np.random.default_rng(0))
    stop(1.0, layer)
    layer.W.data[:] = 7
    assert not stop.restore(layer) and layer.W.data == 7


@pytest.mark.parametrize(("arguments", "says"), [((0,), "at least 1; got 0"), ((1, -0.1), "got -0.1"), ((1, np.nan), "got nan")])
def test_rules_that_cannot_be(arguments, says):
    with pytest.raises(ValueError, match=says):
        EarlyStopping(*arguments)


@pytest.mark.parametrize("seed", range(3))
def test_each_method_helps_where_labels_are_noisy(seed):
    reached = accuracies(seed)
    gains = {name: accuracy - reached["none"] for name, accuracy in reached.items() if name != "none"}
    assert min(gains.values()) > 0.02, gains


def test_on_clean_labels_none_of_them_is_worth_much():
    reached = accuracies(0, noise=0.0)
    assert reached["none"] > 0.9
    assert max(abs(accuracy - reached["none"]) for accuracy in reached.values()) < 0.04, reached
