"""Unit 06: the values against a second formula, finite differences and torch; the bands of chance against many draws."""

from itertools import pairwise

import numpy as np
import pytest

from course import data
from course.checking import grade_function
from course.gradcheck import numerical_gradient
from course.judging.probes import arguments
from course.units import exercise
from course.units.u06_training import initialise, train
from course.units.u06_training.digits import accuracy
from course.units.u06_training.given import loss_and_gradients
from course.units.u06_training.plain_steps import WEIGHTS, training_of
from course.units.u06_training.sgd_step import step

INITIALISE, MINIBATCHES, ONE_EPOCH, TRAIN, STOPPING_CRITERION = map(
    exercise, ("initialise", "minibatches", "one_epoch", "train", "stopping_criterion")
)
he = INITIALISE.right


def cases(e, seed=0):
    return list(e.cases(np.random.default_rng(seed)))


def network(rng, n=7, inputs=3, hidden=5, classes=4):
    """A batch and a network whose hidden nodes are all clear of their kinks."""
    while True:
        X, labels, weights = rng.normal(size=(n, inputs)), rng.integers(classes, size=n), he((inputs, hidden, classes), rng)
        if np.abs(X @ weights[0]).min() > 0.03:
            return X, labels, weights


@pytest.mark.parametrize("k", range(4))
def test_gradients_of_the_network_are_the_finite_differences(k):
    X, labels, weights = network(np.random.default_rng(k))

    def loss(w):
        W1, b1, W2, b2 = (*weights[:k], w, *weights[k + 1 :])
        Z2 = np.maximum(X @ W1 + b1, 0) @ W2 + b2
        p = np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)
        return -np.log(p[np.arange(len(X)), labels]).mean()

    value, *gradients = loss_and_gradients(X, labels, *weights)
    assert value == pytest.approx(loss(weights[k]), rel=1e-12)
    np.testing.assert_allclose(gradients[k], numerical_gradient(loss, weights[k], h=1e-4), rtol=1e-6, atol=1e-9)


def network_loss(X, labels, W1, b1, W2, b2):
    return loss_and_gradients(X, labels, W1, b1, W2, b2)[0]


def central(loss, w, h):
    found = np.zeros(w.shape)
    for index in np.ndindex(w.shape):
        nudge = np.zeros(w.shape)
        nudge[index] = h
        found[index] = (loss(w + nudge) - loss(w - nudge)) / (2 * h)
    return found


def ladder(loss, w, h, steps):
    """Richardson's extrapolation of central differences."""
    row = [central(loss, w, h / 2**k) for k in range(steps)]
    for order in range(1, steps):
        row = [(4**order * fine - coarse) / (4**order - 1) for coarse, fine in pairwise(row)]
    return row[0]


@pytest.mark.parametrize("difference", [(1e-3, 1), (1e-4, 1), (1e-5, 1), (1e-6, 1), (1e-8, 1), (1e-1, 4), (1e-2, 2), (1e-2, 6)])
def test_an_epoch_by_finite_differences_earns_nothing(difference):
    def answer(X, labels, W1, b1, W2, b2, batches, learning_rate):
        weights = [W1, b1, W2, b2]
        for batch in batches:
            losses = [lambda w, k=k, at=weights, B=batch: network_loss(X[B], labels[B], *at[:k], w, *at[k + 1 :]) for k in range(4)]
            weights = moved(weights, [ladder(loss, w, *difference) for loss, w in zip(losses, weights, strict=True)], learning_rate)
        return weights

    assert all(grade_function(ONE_EPOCH, answer, seed).earned == 0 for seed in range(2))


@pytest.mark.peers
def test_steps_and_an_epoch_are_torchs_own():
    import torch

    for case in cases(ONE_EPOCH)[:2]:
        X, labels, *weights, batches, learning_rate = case.inputs.values()
        parameters = [torch.tensor(w, requires_grad=True) for w in weights]
        optimiser = torch.optim.SGD(parameters, lr=learning_rate)
        for batch in batches:
            optimiser.zero_grad()
            W1, b1, W2, b2 = parameters
            outputs = torch.relu(torch.tensor(X[batch]) @ W1 + b1) @ W2 + b2
            torch.nn.functional.cross_entropy(outputs, torch.tensor(labels[batch])).backward()
            optimiser.step()
        for one, parameter in zip(ONE_EPOCH.expected(case).values(), parameters, strict=True):
            np.testing.assert_allclose(one.value, parameter.detach().numpy(), rtol=1e-10)


def test_momentum_is_a_sum_of_all_gradients_so_far():
    """The recursion against its closed form, m = Σ β^(t - s) g_s, over five steps."""
    rng = np.random.default_rng(0)
    gradients, theta, m = rng.normal(size=(5, 3)), np.zeros(3), np.zeros(3)
    for gradient in gradients:
        theta, m = step(theta, gradient, m, 0.1, 0.8)
    weights = 0.8 ** np.arange(4, -1, -1)
    np.testing.assert_allclose(m, weights @ gradients)
    np.testing.assert_allclose(theta, -0.1 * sum(weights[-t:] @ gradients[:t] for t in range(1, 6)))


def test_each_stopping_case_says_what_its_name_says():
    expected = {case.name: bool(STOPPING_CRITERION.expected(case)["stop"].value) for case in cases(STOPPING_CRITERION)}
    assert expected == {
        "the loss still falls, and nothing is met": False,
        "as many epochs as there may be": True,
        "one epoch less than there may be": False,
        "a gradient that is nearly zero": True,
        "a gradient just at its bound, and not below": False,
        "a loss that hardly changes": True,
        "a loss that rises, and by much": False,
        "a loss that rises, and hardly": True,
        "a small loss that still falls": False,
        "a large loss, and a change that is small beside it": False,
        "a pause two epochs ago": False,
        "the first epoch": False,
        "the first epoch, and a gradient that is nearly zero": True,
        "the only epoch there may be": True,
        "the first epoch, and a loss of nan": True,
        "the first epoch, and a loss that is infinite": True,
        "the second epoch, and hardly a change": True,
        "a loss of nan": True,
        "a loss that is infinite": True,
        "a loss that is infinite, and negative": True,
        "another bound for the gradient, and it is met": True,
        "another bound for the gradient, and it is not met": False,
    }


def stops_late(losses, gradient_norm, max_epochs, min_norm, tolerance):
    return len(losses) > 1 and STOPPING_CRITERION.right(losses, gradient_norm, max_epochs, min_norm, tolerance)


@pytest.mark.parametrize("seed", range(5))
def test_a_history_of_one_epoch_can_be_the_last(seed):
    mark = grade_function(STOPPING_CRITERION, stops_late, seed).marks[0]
    assert mark.outcome == "failed" and mark.cause == "after the first epoch it never stops"


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        (lambda losses, *bounds: True, "it is time to stop, whatever is asked"),
        (lambda losses, *bounds: len(losses) > 3, ""),
        (lambda losses, norm, *bounds: norm > 0.05 or len(losses) > 1, ""),
    ],
)
def test_what_says_stop_in_ordinary_cases_is_not_put_down_to_the_gradient(wrong, cause):
    mark = grade_function(STOPPING_CRITERION, wrong, 1).marks[0]
    assert mark.outcome == "failed" and mark.cause == cause, mark


def uniform_start(sizes, rng):
    first, hidden, out = sizes
    W1, W2 = (rng.uniform(-np.sqrt(6 / rows), np.sqrt(6 / rows), (rows, columns)) for rows, columns in ((first, hidden), (hidden, out)))
    return W1, np.zeros(hidden), W2, np.zeros(out)


@pytest.mark.parametrize("answer", [he, uniform_start], ids=["normal", "uniform"])
def test_no_right_start_comes_near_the_edge_of_its_band(answer):
    """The widest of 300 draws leaves less than half of the band: chance would have to be twice as bold as it ever was."""
    off = []
    for seed in range(150):
        for case in cases(INITIALISE, seed):
            W1, _, W2, _ = answer(*arguments(case.inputs))
            off += [abs(W.std() / np.sqrt(2 / len(W)) - 1) for W in (W1, W2)]
    assert max(off) < initialise.BAND / 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda sizes, rng: he(sizes, rng)[:3], "expected"),
        (lambda sizes, rng: [w[None] for w in he(sizes, rng)], "shape"),
        (lambda sizes, rng: [w * 1.2 for w in he(sizes, rng)], "standard deviation"),
        (lambda sizes, rng: [w + 0.1 for w in he(sizes, rng)], "mean"),
        (lambda sizes, rng: [w * np.nan for w in he(sizes, rng)], "not finite"),
        (lambda sizes, rng: (*he(sizes, rng)[:3], np.full(sizes[2], 0.1)), "not 0"),
    ],
)
def test_a_start_that_is_wrong_in_some_other_way_is_told_the_fact(answer, reason):
    verdict = grade_function(INITIALISE, answer, 1)
    assert verdict.earned < verdict.points and reason in verdict.reason, verdict


@pytest.mark.parametrize(
    ("scale", "cause"),
    [
        (lambda inputs, hidden, outputs: 1.0, initialise.UNSCALED),
        (lambda inputs, hidden, outputs: np.sqrt(1 / hidden), initialise.NO_FACTOR),
        (lambda inputs, hidden, outputs: 2 / hidden, initialise.VARIANCE),
        (lambda inputs, hidden, outputs: np.sqrt(2 / inputs), initialise.ONE_SCALE),
        (lambda inputs, hidden, outputs: 3.3, ""),
    ],
)
def test_an_error_in_the_second_layer_alone_is_called_by_its_own_name(scale, cause):
    def answer(sizes, rng):
        W1, b1, W2, b2 = he(sizes, rng)
        return W1, b1, scale(*sizes) * rng.normal(size=W2.shape), b2

    mark = grade_function(INITIALISE, answer, 1).marks[0]
    assert mark.outcome == "failed" and "`W2`" in mark.reason and mark.cause == cause, mark


def cut(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda n, batch_size, rng: [], "no batch"),
        (lambda n, batch_size, rng: [rng.permutation(n).astype(float)], "indices are integers"),
        (lambda n, batch_size, rng: [rng.permutation(n)[None]], "one row"),
        (lambda n, batch_size, rng: np.split(rng.permutation(n), [n // 2]), "sizes"),
        (lambda n, batch_size, rng: (batch[::-1] for batch in cut(np.arange(n), batch_size)), "given order"),
        (lambda n, batch_size, rng: cut((rng.permutation(n) + 5), batch_size), "in no batch"),
        (lambda n, batch_size, rng: rng.permutation(n), "single indices came back"),
    ],
)
def test_batches_that_are_wrong_in_some_other_way_are_told_the_fact(answer, reason):
    verdict = grade_function(MINIBATCHES, answer, 1)
    assert verdict.earned == 0 and reason in verdict.reason, verdict


def test_the_first_batch_alone_is_told_in_a_list_or_bare():
    def bare(n, batch_size, rng):
        return rng.permutation(n)[:batch_size]

    for answer in (bare, lambda *inputs: [bare(*inputs)]):
        assert "`return` inside the loop" in grade_function(MINIBATCHES, answer, 1).marks[0].hint


@pytest.mark.parametrize("seed", range(3))
def test_new_parameters_without_the_velocity_are_not_taken_for_both(seed):
    """No array has two rows, which would pass for a θ and an m."""

    def answer(theta, gradient, m, learning_rate, momentum):
        return theta - learning_rate * (momentum * m + gradient)

    assert "shape" not in grade_function(exercise("sgd_step"), answer, seed).reason
    assert all(len(case.inputs["theta"]) != 2 for case in cases(exercise("sgd_step"), seed))


def test_one_answers_order_is_never_held_against_another_answers():
    asked = cases(MINIBATCHES)
    for draw in (lambda rng, n: rng.permutation(n), lambda rng, n: np.argsort(rng.random(n))):
        for case in asked[:3]:
            order, other = (draw(np.random.default_rng(case.inputs["rng"].number + k), case.inputs["n"]) for k in (0, 1))
            lengths = np.array([len(part) for part in cut(order, case.inputs["batch_size"])])
            assert MINIBATCHES.expected(case)["batches"].test(order, lengths, order, other) is None


def long_run(seed=0):
    return cases(TRAIN, seed)[-1]


def test_digits_to_be_judged_by_are_never_among_those_to_train_on():
    case = long_run(3)
    known = {row.tobytes() for row in case.inputs["X"]}
    assert len(known) == len(case.inputs["X"]) and not known & {row.tobytes() for row in case.unseen.X}
    assert len(case.inputs["X"]) + len(case.unseen.X) == 1797 and len(set(case.inputs["labels"])) == data.CLASSES
    assert (np.diff(case.inputs["labels"]) >= 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_right_training_clears_the_bar_with_room_to_spare(seed):
    case = long_run(seed)
    assert accuracy(*case.unseen, TRAIN.right(*arguments(case.inputs))) > train.BAR + 0.05


def test_weights_of_another_training_know_nothing_of_the_digits():
    """Pixels and classes are in another order for every seed."""
    stored = TRAIN.right(*arguments(long_run(1).inputs))
    assert all(accuracy(*long_run(seed).unseen, stored) < 0.3 for seed in range(2, 6))


def steps_mark(answer, seed=1):
    return grade_function(TRAIN, answer, seed).marks[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda W1, b1, W2, b2: (W1.T, b1, W2, b2), "shape"),
        (lambda W1, b1, W2, b2: (W2, b2, W1, b1), "shape"),
        (lambda W1, b1, W2, b2: (W1 * np.nan, b1, W2, b2), "not finite"),
        (lambda W1, b1, W2, b2: (-3 * W1, b1 + 1, 3 * W2[::-1], b2 + 1), "dark in every image"),
    ],
)
def test_weights_that_are_wrong_in_some_other_way_are_told_the_fact(change, reason):
    mark = steps_mark(lambda X, labels, W1, b1, W2, b2, *settings: change(W1, b1, W2, b2))
    assert mark.outcome == "failed" and reason in mark.reason and not mark.cause


def trained_by(step):
    """A training whose step makes new weights from a batch and the old ones."""

    def answer(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
        weights = [W1, b1, W2, b2]
        for k in range(steps):
            batch = rng.choice(len(X), batch_size, replace=False)
            weights = step(X, labels, batch, weights, learning_rate * (1 - k / (2 * steps) if step is falling else 1))
        return weights

    return answer


def falling(X, labels, batch, weights, rate):
    return moved(weights, loss_and_gradients(X[batch], labels[batch], *weights)[1:], rate)


def moved(weights, gradients, rate):
    return [w - rate * gradient for w, gradient in zip(weights, gradients, strict=True)]


def shrunk(X, labels, batch, weights, rate):
    return [0.99 * w for w in falling(X, labels, batch, weights, rate)]


def turned_bias(X, labels, batch, weights, rate):
    *gradients, last = loss_and_gradients(X[batch], labels[batch], *weights)[1:]
    return moved(weights, [*gradients, -last], rate)


def one_by_one(X, labels, batch, weights, rate):
    for i in batch:
        weights = moved(weights, loss_and_gradients(X[[i]], labels[[i]], *weights)[1:], rate)
    return weights


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (falling, "not where plain steps lead"),
        (shrunk, "dark in every image"),
        (turned_bias, "the change of `b2` is not"),
        (one_by_one, "not where plain steps lead"),
    ],
)
def test_steps_that_are_not_plain_are_told_the_fact_and_blamed_for_nothing(step, reason):
    mark = steps_mark(trained_by(step))
    assert mark.outcome == "failed" and reason in mark.reason and not mark.cause


def given_other(**change):
    """The right training with some of its inputs changed."""
    return lambda *inputs: TRAIN.right(**{name: change.get(name, lambda x: x)(x) for name, x in zip(TRAIN.parameters, inputs, strict=True)})


@pytest.mark.parametrize(
    ("change", "reason", "cause"),
    [
        ({"steps": lambda steps: steps // 2}, "after 1", ""),
        ({"learning_rate": lambda rate: 3 * rate}, "3 times as far", ""),
        ({"learning_rate": lambda rate: 0.1}, "as if the learning rate were 0.1", ""),
        ({"batch_size": lambda size: 8}, "8 examples", ""),
        ({"batch_size": lambda size: 2 * size}, "2 examples", ""),
        ({"rng": lambda rng: np.random.default_rng(3)}, "same weights", train.OWN_SEED),
        ({"rng": lambda rng: np.random.default_rng()}, "different weights", train.ELSEWHERE),
    ],
)
def test_other_steps_rates_batches_and_generators_are_told_from_the_right_ones(change, reason, cause):
    mark = steps_mark(given_other(**change))
    assert mark.outcome == "failed" and reason in mark.reason and mark.cause == cause, mark


def test_the_full_batch_in_every_step_is_told():
    def answer(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
        weights = [W1, b1, W2, b2]
        for _ in range(steps):
            batch = rng.permutation(len(X))
            weights = falling(X, labels, batch, weights, learning_rate)
        return weights

    assert steps_mark(answer).cause == train.ALL


def test_least_squares_take_no_step():
    def answer(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
        H = np.column_stack([np.maximum(X @ W1 + b1, 0), np.ones(len(X))])
        V = np.linalg.solve(H.T @ H + 0.1 * np.eye(len(H.T)), H.T @ np.eye(len(b2))[labels])
        return W1 + 1e-9, b1 + 1e-9, V[:-1], V[-1]

    assert steps_mark(answer).outcome == "failed"


def test_steps_that_start_again_from_the_first_weights_leave_one_step():
    def answer(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
        for _ in range(steps):
            weights = falling(X, labels, rng.permutation(len(X))[:batch_size], [W1, b1, W2, b2], learning_rate)
        return weights

    assert steps_mark(answer).cause == train.ONE_STEP


@pytest.mark.parametrize("draw", [lambda rng, n, size: rng.integers(n, size=size), lambda rng, n, size: rng.permutation(n)[:size]])
def test_a_batch_drawn_before_the_loop_is_named_however_it_is_drawn(draw):
    def answer(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
        batch, weights = draw(rng, len(X), batch_size), [W1, b1, W2, b2]
        for _ in range(steps):
            weights = falling(X, labels, batch, weights, learning_rate)
        return weights

    assert steps_mark(answer).cause == train.SAME_BATCH


def test_batches_of_neighbours_and_the_first_examples_alone_are_named():
    def neighbours(rng, n, size):
        first = rng.integers(n - size)
        return np.arange(first, first + size)

    for draw, cause in ((neighbours, train.BLOCKS), (lambda rng, n, size: rng.permutation(size), train.SAME_BATCH)):

        def answer(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng, draw=draw):
            weights = [W1, b1, W2, b2]
            for _ in range(steps):
                weights = falling(X, labels, draw(rng, len(X), batch_size), weights, learning_rate)
            return weights

        assert steps_mark(answer).cause == cause


def test_every_example_leaves_a_trace_that_is_told_from_none():
    """Of the short runs, the least trace of one example in a step on all of them is still several times what is taken for none."""
    for seed in range(20):
        for case in cases(TRAIN, seed)[:3]:
            run = training_of(case, [case.inputs[name] for name in WEIGHTS])
            assert min(np.abs(gradients[0]).max() for gradients in run.alone) > 8 * run.exact * run.examples
