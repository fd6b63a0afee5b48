"""Unit 07: the witnesses of its expected values, each by another road."""

from itertools import pairwise

import numpy as np
import pytest

import course
from course.checking import grade_function
from course.engine.tensor import Tensor
from course.gradcheck import numerical_gradient
from course.units import exercise

SEEDS = range(5)


def named(name, answer, cause, seeds=3):
    """Nothing else is blamed for an answer, and its cause is named, seed by seed."""
    for seed in range(seeds):
        causes = {mark.cause for mark in grade_function(exercise(name), answer, seed).marks}
        assert causes - {""} == {cause}, f"seed {seed}: {causes}"


def cases(name, entrywise=False):
    e = exercise(name)
    drawn = [case for seed in SEEDS for case in e.cases(np.random.default_rng(seed)) if case.entrywise == entrywise]
    return [(case, {one: expected.value for one, expected in e.expected(case).items()}) for case in drawn]


def test_the_penalty_is_the_engines_and_that_of_one_long_vector():
    for case, expected in cases("l2_penalty"):
        parameters, lam = case.inputs.values()
        long = np.concatenate([w.ravel() for w in parameters if w.ndim == 2])
        assert expected["penalty"] == pytest.approx(lam * np.linalg.norm(long) ** 2, rel=1e-12)
        assert expected["penalty"] == pytest.approx(float(course.l2_penalty(map(Tensor, parameters), lam).data), rel=1e-12)


def test_the_gradient_is_the_finite_difference_and_the_engines():
    for case, expected in cases("l2_gradient"):
        inputs = {name: np.asarray(value, float) for name, value in case.inputs.items()}
        for name in ("W1", "b1", "W2", "b2"):

            def penalty(moved, name=name, inputs=inputs):
                now = {**inputs, name: moved}
                return now["lam"] * ((now["W1"] ** 2).sum() + (now["W2"] ** 2).sum())

            np.testing.assert_allclose(expected[f"d{name}"], numerical_gradient(penalty, inputs[name], h=1e-2), rtol=1e-8, atol=1e-10)
        weights = [Tensor(inputs[name], requires_grad=True) for name in ("W1", "W2")]
        course.l2_penalty(weights, float(inputs["lam"])).backward()
        for name, w in zip(("dW1", "dW2"), weights, strict=True):
            np.testing.assert_allclose(expected[name], w.grad, rtol=1e-12)


@pytest.mark.parametrize("h", [1e-3, 1e-5, 1e-7])
def test_finite_differences_earn_nothing(h):
    def l2_gradient(W1, b1, W2, b2, lam):
        arrays = [np.asarray(array, float) for array in (W1, b1, W2, b2)]

        def total():
            return lam * ((arrays[0] ** 2).sum() + (arrays[2] ** 2).sum())

        gradients = []
        for array in arrays:
            gradient = np.zeros(array.shape)
            for index in np.ndindex(array.shape):
                kept = array[index]
                array[index] = kept + h
                above = total()
                array[index] = kept - h
                gradient[index] = (above - total()) / (2 * h)
                array[index] = kept
            gradients.append(gradient)
        return gradients

    def answer(*given):
        return l2_gradient(*map(np.copy, given))

    assert all(grade_function(exercise("l2_gradient"), answer, seed).earned == 0 for seed in SEEDS)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("steps", [1, 2, 4, 6])
@pytest.mark.parametrize("h", [1.0, 0.1, 1e-2, 3e-3, 1e-3, 1e-5, 1e-7, 1e-8])
def test_differences_weight_by_weight_earn_nothing(h, steps, scaled):
    """λ w² is a parabola: they are exact but for rounding, with long steps above all, and with steps in proportion to large weights."""

    def l2_gradient(W1, b1, W2, b2, lam):
        def slope(w, step):
            step = step * np.maximum(1, np.abs(w)) if scaled else step
            return lam * ((w + step) ** 2 - (w - step) ** 2) / (2 * step)

        def ladder(w):
            slopes = [slope(w, h * 2**k) for k in range(steps)]
            for rung in range(1, steps):
                slopes = [fine + (fine - coarse) / (4**rung - 1) for fine, coarse in pairwise(slopes)]
            return slopes[0]

        return ladder(W1), np.zeros_like(b1), ladder(W2), np.zeros_like(b2)

    for seed in SEEDS:
        verdict = grade_function(exercise("l2_gradient"), l2_gradient, seed)
        assert verdict.earned == 0, verdict


def test_weight_decay_in_the_optimiser_takes_the_same_step():
    for case, expected in cases("regularised_step"):
        W, b, dW, db, rate, lam = (np.asarray(value, float) for value in case.inputs.values())
        parameters = [Tensor(W.copy(), requires_grad=True), Tensor(b.copy(), requires_grad=True)]
        parameters[0].grad, parameters[1].grad = dW, db
        course.SGD(parameters, lr=float(rate), weight_decay=2 * float(lam)).step()
        np.testing.assert_allclose(expected["W"], parameters[0].data, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(expected["b"], parameters[1].data, rtol=1e-12, atol=1e-14)


def test_decay_is_geometric():
    for case, expected in cases("decayed"):
        w, rate, lam, steps = case.inputs.values()
        np.testing.assert_allclose(expected["w"], w * (1 - 2 * rate * lam) ** steps, rtol=1e-12)


def test_at_the_ridge_solution_the_gradient_of_its_loss_vanishes():
    for case, expected in cases("ridge_solution"):
        X, y, lam = (np.asarray(value, float) for value in case.inputs.values())
        slope = numerical_gradient(lambda w, X=X, y=y, lam=lam: ((X @ w - y) ** 2).mean() + lam * (w**2).sum(), expected["w"])
        assert np.abs(slope).max() < 1e-9


def test_the_choice_is_clear_and_training_data_would_make_another():
    for case, expected in cases("choose_lambda"):
        lams, X, y, X_val, y_val = (np.asarray(value, float) for value in case.inputs.values())
        solved = [np.linalg.solve(X.T @ X + len(X) * lam * np.eye(X.shape[1]), X.T @ y) for lam in lams]
        losses = np.array([np.square(X_val @ w - y_val).mean() for w in solved])
        np.testing.assert_allclose(expected["losses"], losses, rtol=1e-9)
        assert expected["lam"] == pytest.approx(lams[losses.argmin()])
        if len(lams) > 1:
            best, second = np.sort(losses)[:2]
            assert second > 1.009 * best
            training = [np.square(X @ w - y).mean() for w in solved]
            assert lams[np.argmin(training)] == lams.min() < expected["lam"] < lams.max()


def test_a_wrong_choice_costs_the_choice_and_not_the_losses():
    def choose_lambda(lams, X_train, y_train, X_val, y_val):
        return lams.max(), exercise("choose_lambda").right(lams, X_train, y_train, X_val, y_val)[1]

    verdict = grade_function(exercise("choose_lambda"), choose_lambda, 0)
    assert verdict.earned == 1 and "the largest λ is chosen" in verdict.reason


def test_biases_that_decay_cost_the_biases_alone():
    verdict = grade_function(exercise("l2_gradient"), lambda W1, b1, W2, b2, lam: [2 * lam * a for a in (W1, b1, W2, b2)], 0)
    assert verdict.earned == 2 and "the biases are penalised, too" in verdict.reason


# Mistakes as they are made in other words than the exercises'.


def test_a_penalty_of_the_last_two_arrays_is_named():
    def l2_penalty(parameters, lam):
        *_, W, b = parameters
        return lam * (np.vdot(W, W) + np.vdot(b, b))

    named("l2_penalty", l2_penalty, "the last layer alone is counted, with its bias")


def test_a_total_that_is_squared_layer_by_layer_is_named():
    def l2_penalty(parameters, lam):
        return sum(lam * np.sum(p) ** 2 for p in parameters if len(p.shape) == 2)

    named("l2_penalty", l2_penalty, "in each layer the weights are summed first, and the sum is squared")


def test_a_gradient_without_its_weight_is_named():
    def l2_gradient(W1, b1, W2, b2, lam):
        return np.full(W1.shape, 2 * lam), 0 * b1, np.full(W2.shape, 2 * lam), 0 * b2

    named("l2_gradient", l2_gradient, "it is differentiated twice: no w is left")


def test_weights_that_lose_a_constant_are_named():
    def decayed(w, learning_rate, lam, steps):
        result = np.array(w)
        for _ in range(steps):
            result -= lam * learning_rate
        return result

    named("decayed", decayed, "every step takes the same number η λ from every weight")


def test_a_history_in_place_of_its_end_is_named():
    def decayed(w, learning_rate, lam, steps):
        history = [w]
        while len(history) <= steps:
            history.append(history[-1] - learning_rate * 2 * lam * history[-1])
        return history

    named("decayed", decayed, "the weights after every step are returned, and not the last ones alone")


def test_a_penalty_made_from_the_gradient_is_named():
    def regularised_step(W, b, dW, db, learning_rate, lam):
        total = dW + lam * 2 * dW
        return W - learning_rate * total, b - learning_rate * db

    named("regularised_step", regularised_step, "the penalty's gradient is made from dW, and not from W")


def test_a_step_that_is_returned_bias_first_is_named():
    def regularised_step(W, b, dW, db, learning_rate, lam):
        return b - learning_rate * db, W - learning_rate * (dW + 2 * lam * W)

    named("regularised_step", regularised_step, "W and b have changed places in what is returned")


def test_a_weight_left_out_of_the_ridge_is_named():
    def ridge_solution(X, y, lam):
        A = X.T @ X
        for j in range(1, len(A)):
            A[j, j] += len(y) * lam
        return np.linalg.inv(A) @ X.T @ y

    named("ridge_solution", ridge_solution, "the first weight is not penalised, as if it were a bias")


@pytest.mark.parametrize(
    "matrix", [lambda X, N, d, lam: X.T @ X + N * lam * np.eye(N), lambda X, N, d, lam: X @ X.T + N * lam * np.eye(d)], ids=["I", "X"]
)
def test_a_matrix_of_examples_is_named_without_blame_for_one_of_its_terms(matrix):
    def ridge_solution(X, y, lam):
        return np.linalg.solve(matrix(X, *X.shape, lam), X.T @ y)

    named("ridge_solution", ridge_solution, "a matrix has a row for each example, where one for each weight belongs")


@pytest.mark.parametrize(
    ("better", "cause"),
    [
        (lambda loss, before, best: loss < before, "each loss is compared with the one before, and not with the lowest so far"),
        (lambda loss, before, best: loss < np.inf, "the last λ is chosen"),
        (lambda loss, before, best: best == np.inf, "the first λ is chosen"),
        (lambda loss, before, best: best == np.inf or loss > best, "the λ of the highest validation loss is chosen"),
    ],
)
def test_a_loop_that_keeps_the_wrong_strength_is_told_which(better, cause):
    def choose_lambda(lams, X_train, y_train, X_val, y_val):
        losses, before, best, chosen = [], np.inf, np.inf, None
        for lam in lams:
            A = X_train.T @ X_train + len(X_train) * lam * np.eye(X_train.shape[1])
            loss = np.square(X_val @ np.linalg.solve(A, X_train.T @ y_train) - y_val).mean()
            if better(loss, before, best):
                best, chosen = loss, lam
            before = loss
            losses.append(loss)
        return chosen, losses

    named("choose_lambda", choose_lambda, cause)


def test_a_choice_beside_wrong_losses_is_not_told_that_they_are_right():
    def choose_lambda(lams, X_train, y_train, X_val, y_val):
        return min(lams), exercise("choose_lambda").right(lams, X_train, y_train, X_val, y_val)[1] + 1

    verdict = grade_function(exercise("choose_lambda"), choose_lambda, 0)
    assert [mark.outcome for mark in verdict.marks] == ["failed", "failed"]
    assert "right" not in verdict.marks[0].hint


def test_two_mistakes_in_one_factor_are_both_named():
    def decayed(w, learning_rate, lam, steps):
        return w * (1 + learning_rate * lam) ** steps

    named("decayed", decayed, "the factor 2 is forgotten, and the weights grow")
