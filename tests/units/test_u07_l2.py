"""Unit 07: the witnesses of its expected values, each by another road."""

import numpy as np
import pytest

import course
from course.checking import grade_function
from course.engine.tensor import Tensor
from course.gradcheck import numerical_gradient
from course.units import exercise

SEEDS = range(5)


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


@pytest.mark.parametrize("h", [1.0, 1e-1, 1e-2, 1e-3, 1e-5])
def test_central_differences_weight_by_weight_do_not_pass_for_a_gradient(h):
    """λ w² is a parabola: they are exact but for rounding, with a step in proportion to large weights, too."""

    def l2_gradient(W1, b1, W2, b2, lam, scaled):
        def slope(w):
            step = h * np.maximum(1, np.abs(w)) if scaled else h
            return lam * ((w + step) ** 2 - (w - step) ** 2) / (2 * step)

        return slope(W1), np.zeros_like(b1), slope(W2), np.zeros_like(b2)

    for seed in SEEDS:
        for scaled in (False, True):
            verdict = grade_function(exercise("l2_gradient"), lambda *given, scaled=scaled: l2_gradient(*given, scaled), seed)
            lost = {mark.criterion for mark in verdict.marks if mark.outcome == "failed"}
            assert {"dW1", "dW2"} <= lost, verdict


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
