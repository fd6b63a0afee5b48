"""Unit 10: the witnesses of its expected values, each by another road."""

from itertools import pairwise

import numpy as np
import pytest

from course import Linear, ReLU, Sequential, explain
from course.checking import grade_function
from course.engine.functional import softmax_cross_entropy
from course.engine.tensor import Tensor
from course.gradcheck import numerical_gradient
from course.units import exercise
from course.units.u10_explainable_ai.given import loss_and_accuracy
from course.units.u10_explainable_ai.mean_slope import share_above_zero
from course.units.u10_explainable_ai.networks import NETWORK

SEEDS = range(5)


def cases(name, entrywise=False):
    e = exercise(name)
    return [
        (case.inputs, e.expected(case)) for seed in SEEDS for case in e.cases(np.random.default_rng(seed)) if case.entrywise == entrywise
    ]


def model_of(inputs):
    """The case's network as the course's own engine has it."""
    W1, b1, W2, b2 = (np.asarray(inputs[name], float) for name in NETWORK)
    first, second = Linear(*W1.shape), Linear(*W2.shape)
    first.W.data, first.b.data, second.W.data, second.b.data = W1, b1, W2, b2
    return Sequential(first, ReLU(), second).eval()


def test_saliency_is_the_finite_difference_and_the_engines_gradient():
    for inputs, expected in cases("saliency"):
        model, X = model_of(inputs), np.asarray(inputs["X"], float)
        rows = np.arange(len(X))
        nudged = numerical_gradient(lambda X, m=model, r=rows, t=inputs["targets"]: m(X).data[r, t].sum(), X, h=1e-3)
        np.testing.assert_allclose(expected["gradient"].value, nudged, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(expected["gradient"].value, explain.saliency(model, X, inputs["targets"]), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("h", [1e-3, 1e-5, 1e-7, 1e-8])
def test_finite_differences_earn_nothing(h):
    def saliency(X, targets, W1, b1, W2, b2):
        def logit(X):
            return (np.maximum(X @ W1 + b1, 0) @ W2 + b2)[np.arange(len(X)), targets]

        steps = h * np.eye(X.shape[1])
        return np.stack([(logit(X + step) - logit(X - step)) / (2 * h) for step in steps], axis=1)

    assert all(grade_function(exercise("saliency"), saliency, seed).earned == 0 for seed in SEEDS)


@pytest.mark.parametrize(("h", "steps_of_ladder"), [(1e-3, 1), (1e-4, 1), (1e-5, 1), (1e-6, 1), (1e-7, 1), (1e-8, 1), (1e-3, 2), (1e-2, 6)])
@pytest.mark.parametrize("one_by_one", [True, False], ids=["each logit", "their sum"])
def test_integrated_finite_differences_earn_nothing(h, steps_of_ladder, one_by_one):
    def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
        rows, unit = np.arange(len(X)), np.eye(X.shape[1])

        def logit(X):
            return (np.maximum(X @ W1 + b1, 0) @ W2 + b2)[rows, targets]

        def difference(at, h):
            if one_by_one:
                return np.stack([(logit(at + h * one) - logit(at - h * one)) / (2 * h) for one in unit], axis=1)
            return numerical_gradient(lambda X: logit(X).sum(), at, h=h)

        def gradient(at):
            found = [difference(at, h / 2**k) for k in range(steps_of_ladder)]
            for order in range(1, steps_of_ladder):
                found = [(4**order * fine - coarse) / (4**order - 1) for coarse, fine in pairwise(found)]
            return found[0]

        points = [baseline + (k + 0.5) / steps * (X - baseline) for k in range(steps)]
        return (X - baseline) * np.mean([gradient(point) for point in points], axis=0)

    for seed in SEEDS[:2]:
        verdict = grade_function(exercise("integrated_gradients"), integrated_gradients, seed)
        assert verdict.earned == 0 and not verdict.marks[0].cause


def slopes(X, targets, W1, b1, W2):
    return (W2.T[targets] * (X @ W1 + b1 > 0)) @ W1.T


def by_points(shares, weights):
    """Integrated gradients by other points and weights than those of the midpoint rule."""

    def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
        points = [(1 - share) * baseline + share * X for share in shares(steps)]
        found = [slopes(point, targets, W1, b1, W2) for point in points]
        return np.tensordot(weights(steps), found, axes=1) * (X - baseline)

    return integrated_gradients


def ends_halved(steps):
    return np.where((np.arange(steps + 1) % steps == 0), 0.5, 1.0) / steps


RULES = {
    "the trapezoidal rule": by_points(lambda steps: np.linspace(0, 1, steps + 1), ends_halved),
    "one more than `steps`": by_points(lambda steps: np.linspace(0, 1, steps + 1), lambda steps: np.full(steps + 1, 1 / (steps + 1))),
    "added up, not averaged": by_points(lambda steps: (np.arange(steps) + 0.5) / steps, np.ones),
}


@pytest.mark.parametrize("rule", RULES)
def test_another_rule_of_integration_is_called_by_its_name(rule):
    assert all(rule in grade_function(exercise("integrated_gradients"), RULES[rule], seed).reason for seed in SEEDS)


def test_the_sum_over_the_steps_is_not_taken_for_that_over_an_axis():
    for inputs, _ in cases("integrated_gradients"):
        assert inputs["steps"] == 1 or inputs["steps"] not in {size for value in inputs.values() for size in np.shape(value)}


def costs_with(change):
    """`ablate` with something changed: what is measured, and how it is compared."""

    def ablate(H, labels, W2, b2, to_mean):
        before, rows = loss_and_accuracy(H, labels, W2, b2), []
        for unit in range(H.shape[1]):
            level = H[:, unit].mean() if to_mean else 0.0
            without = np.where(np.arange(H.shape[1]) == unit, level, H)
            rows.append(change(before, without, labels, W2, b2))
        return tuple(np.array(rows).T)

    return ablate


def no_biases(before, without, labels, W2, b2):
    after = loss_and_accuracy(without, labels, W2, 0 * b2)
    return after[0] - before[0], before[1] - after[1]


def loss_turned(before, without, labels, W2, b2):
    after = loss_and_accuracy(without, labels, W2, b2)
    return before[0] - after[0], before[1] - after[1]


ABLATIONS = {
    "the biases are missing in the network without the unit": no_biases,
    "the difference of the losses is taken the wrong way round": loss_turned,
}


@pytest.mark.parametrize("name", ABLATIONS)
def test_a_wrong_ablation_is_called_by_its_name(name):
    for seed in SEEDS:
        marks = grade_function(exercise("ablate"), costs_with(ABLATIONS[name]), seed).marks
        assert {mark.cause for mark in marks if mark.cause} == {name}


def test_the_mean_slope_is_the_share_of_points_above_zero():
    shares = (np.arange(40_000) + 0.5) / 40_000
    for inputs, expected in cases("mean_slope"):
        start, end = (np.asarray(value, float)[..., None] for value in inputs.values())
        counted = (start + shares * (end - start) > 0).mean(axis=-1)
        found = expected["slope"]
        assert (np.abs(found.value - counted) <= found.slack + 1e-4).all()


def test_any_slope_will_do_at_the_kink():
    assert share_above_zero(np.zeros(1), np.zeros(1)) == 0.5
    inputs = {"start": np.array([[0.0, 1.0]]), "end": np.array([[0.0, -1.0]])}
    e = exercise("mean_slope")
    found = e.expected(next(iter(e.cases(np.random.default_rng(0)))).__class__("kink", inputs))["slope"]
    assert found.slack.tolist() == [[0.5, 0.0]] and found.value.tolist() == [[0.5, 0.5]]


def test_the_midpoint_rule_comes_near_the_exact_integral_and_its_weights_are_equal():
    for inputs, expected in cases("integrated_gradients"):
        model, X = model_of(inputs), np.asarray(inputs["X"], float)
        baseline, steps, targets = np.asarray(inputs["baseline"], float), inputs["steps"], inputs["targets"]
        by_engine = np.mean([explain.saliency(model, baseline + (k + 0.5) / steps * (X - baseline), targets) for k in range(steps)], axis=0)
        np.testing.assert_allclose(expected["shares"].value, (X - baseline) * by_engine, rtol=1e-6, atol=1e-12)
        e = exercise("integrated_gradients")
        fine = e.right(**{**inputs, "steps": 3000})
        exact = explain.integrated_gradients(model, X, targets, baseline)
        assert exact.exact
        np.testing.assert_allclose(fine, exact.values, atol=0.02 * np.abs(exact.values).max())


def test_what_a_unit_costs_is_what_the_loss_says_without_it():
    for inputs, expected in cases("ablate"):
        H, labels, W2, b2, to_mean = (np.asarray(v, float) if getattr(v, "dtype", None) == np.float32 else v for v in inputs.values())
        level = H.mean(axis=0) if to_mean else 0 * H[0]

        def measured(H, W2=W2, b2=b2, labels=labels):
            logits = H @ W2 + b2
            return float(softmax_cross_entropy(Tensor(logits), labels).data), (logits.argmax(axis=1) == labels).mean()

        loss, accuracy = measured(H)
        without = [measured(np.where(np.arange(H.shape[1]) == unit, level, H)) for unit in range(H.shape[1])]
        np.testing.assert_allclose(expected["loss_rise"].value, [one[0] - loss for one in without], atol=1e-12)
        np.testing.assert_allclose(expected["accuracy_drop"].value, [accuracy - one[1] for one in without], atol=1e-12)
        np.testing.assert_allclose(measured(H), loss_and_accuracy(H, labels, W2, b2), rtol=1e-12)


def test_at_the_probes_solution_the_gradient_of_its_loss_vanishes():
    for inputs, expected in cases("linear_probe"):
        H, Y, lam = (np.asarray(value, float) for value in inputs.values())
        theta = np.vstack([expected["W"].value, expected["b"].value])

        def loss(theta, H=H, Y=Y, lam=lam):
            return ((H @ theta[:-1] + theta[-1] - Y) ** 2).sum(axis=1).mean() + lam * (theta[:-1] ** 2).sum()

        assert np.abs(numerical_gradient(loss, theta)).max() < 1e-9


def test_a_change_in_place_is_told():
    def ablate(H, labels, W2, b2, to_mean):
        H *= 0.5
        return np.zeros(H.shape[1]), np.zeros(H.shape[1])

    verdict = grade_function(exercise("ablate"), ablate, 0)
    assert verdict.earned == 0 and "changed its input `H` in place" in verdict.reason
