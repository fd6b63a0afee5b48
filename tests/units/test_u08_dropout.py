"""Unit 08: the witnesses of its expected values, and what its tests of random answers let pass and turn down."""

import itertools
import re
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from autograder.measure import right_answers
from course.checking import grade_function
from course.gradcheck import numerical_gradient
from course.judging.probes import arguments
from course.units import exercise
from course.units.u08_dropout.dropout_layer import right_values
from course.units.u08_dropout.dropout_mask import mask_finding
from course.units.u08_dropout.inverted_dropout import inverted_finding
from course.units.u08_dropout.masks import BAND

SHAPE = (50, 45)


def cases(name, seed=3):
    return list(exercise(name).cases(np.random.default_rng(seed)))


def drawn(draw, P, H=None):
    """What the probe makes of an answer: a seed, the same seed, and six others."""
    given = (SHAPE, P) if H is None else (H, P)
    return np.stack([draw(*given, np.random.default_rng(seed)) for seed in (1, *range(1, 8))])


def right_mask(shape, P, rng):
    return rng.random(shape) < P


# Witnesses


@pytest.mark.parametrize("case", cases("expected_forward"), ids=lambda case: case.name)
def test_expected_weights_give_the_mean_over_every_mask(case):
    X, W1, b1, W2, b2, P = (np.asarray(value, float) for value in case.inputs.values())
    H, mean = np.maximum(X @ W1 + b1, 0), 0
    for mask in itertools.product([0, 1], repeat=len(b1)):
        mean = mean + np.prod(np.where(mask, P, 1 - P)) * (H * mask @ W2 + b2)
    np.testing.assert_allclose(exercise("expected_forward").expected(case)["Z2"].value, mean, rtol=1e-10, atol=1e-12)


def test_the_gradient_through_a_mask_is_the_finite_difference():
    for case in cases("dropout_backward")[:4]:
        upstream, mask = case.inputs.values()
        H = np.random.default_rng(0).normal(size=mask.shape)
        nudged = numerical_gradient(lambda H, upstream=upstream, mask=mask: (upstream * (H * mask)).sum(), H)
        np.testing.assert_allclose(exercise("dropout_backward").expected(case)["dH"].value, nudged, rtol=1e-7, atol=1e-9)


def layer_by_differences(h, steps=1):
    """A layer whose gradients are finite differences with the dice held still: central, or a Richardson ladder of several steps."""

    def layer(upstream, X, W, b, P, rng):
        kept = rng.random((len(X), len(b))) < P

        def H(X=X, W=W, b=b):
            return np.maximum(X @ W + b, 0) * kept / P

        def gradient(name, at, h):
            return numerical_gradient(lambda a: (upstream * H(**{name: a})).sum(), at, h=h)

        return H(), *(ladder(partial(gradient, name, at), h, steps) for name, at in {"X": X, "W": W, "b": b}.items())

    return layer


def ladder(derivative, h, steps):
    """Finite differences of halved steps, extrapolated to a step of nothing."""
    found = [derivative(h / 2**k) for k in range(steps)]
    for order in range(1, steps):
        found = [(4**order * fine - coarse) / (4**order - 1) for coarse, fine in pairwise(found)]
    return found[0]


def test_the_witness_of_a_layer_is_its_finite_difference():
    case = cases("dropout_layer")[0]
    H, *gradients = layer_by_differences(1e-5)(*arguments(case.inputs))
    for right, nudged in zip(right_values(H, case), (H, *gradients), strict=True):
        np.testing.assert_allclose(right, nudged, rtol=1e-7, atol=1e-8)


STEPS = [(1e-3, 1), (1e-4, 1), (1e-5, 1), (1e-6, 1), (1e-7, 1), (1e-8, 1), (1e-3, 2), (1e-2, 4), (1e-3, 6)]


@pytest.mark.parametrize(("h", "steps"), [(1e-3, 1), (1e-5, 1), (1e-8, 1), (1e-2, 3)])
def test_a_layer_by_finite_differences_earns_nothing(h, steps):
    e = exercise("dropout_layer")
    small = replace(e, cases=lambda rng: [case for case in e.cases(rng) if len(case.inputs["X"]) < 20])
    verdict = grade_function(small, layer_by_differences(h, steps), 0)
    assert verdict.earned == 0 and "finite differences" in verdict.reason


@pytest.mark.parametrize("H", [np.zeros_like, np.ones_like, lambda mask: np.linspace(-1, 2, mask.size).reshape(mask.shape)])
@pytest.mark.parametrize(("h", "steps"), STEPS)
def test_a_gradient_through_the_mask_by_finite_differences_earns_nothing(h, steps, H):
    def dropout_backward(upstream, mask):
        def gradient(h):
            return numerical_gradient(lambda H: (upstream * (H * mask)).sum(), H(mask.astype(float)), h=h)

        return ladder(gradient, h, steps)

    def entry_by_entry(upstream, mask):
        def gradient(h):
            at = H(mask.astype(float))
            return (upstream * ((at + h) * mask) - upstream * ((at - h) * mask)) / (2 * h)

        return ladder(gradient, h, steps)

    for answer in (dropout_backward, entry_by_entry):
        assert all(grade_function(exercise("dropout_backward"), answer, seed).earned == 0 for seed in range(3))


# Tests of random answers


@pytest.mark.parametrize("P", [0.2, 0.8, 1.0])
def test_right_masks_pass_and_lie_far_inside_the_band(P):
    assert mask_finding(drawn(right_mask, P), SHAPE, P) is None
    shares = np.array([right_mask(SHAPE, P, np.random.default_rng(seed)).mean() for seed in range(300)])
    assert np.abs(shares - P).max() <= (BAND - 2) * np.sqrt(P * (1 - P) / np.prod(SHAPE))


UNKNOWN_MASKS = {
    "another probability": (lambda shape, P, rng: rng.random(shape) < P - 0.13, "nodes are kept, where P"),
    "pairs of nodes": (lambda shape, P, rng: np.repeat(rng.random((50, 9)) < P, 5, axis=1), "times as much as independent decisions"),
    "halves of examples": (lambda shape, P, rng: np.repeat(rng.random((5, 45)) < P, 10, axis=0), "times as much as independent decisions"),
    "another shape": (lambda shape, P, rng: rng.random(shape[::-1]) < P, r"shape \(45, 50\), and \(50, 45\)"),
    "NaN": (lambda shape, P, rng: np.where(rng.random(shape) < P, 1.0, np.nan), "NaN or infinite"),
    "minus one": (lambda shape, P, rng: np.where(rng.random(shape) < P, 1, -1), "neither 0 nor 1; one of them is -1"),
    "all kept": (lambda shape, P, rng: np.ones(shape), "all 2250 nodes are kept"),
}


@pytest.mark.parametrize("name", UNKNOWN_MASKS)
def test_wrong_masks_are_turned_down_in_numbers(name):
    draw, words = UNKNOWN_MASKS[name]
    finding = mask_finding(drawn(draw, 0.8), SHAPE, 0.8)
    assert finding is not None
    assert re.search(words, finding.reason), finding.reason


def exactly_k_of_all(shape, P, rng):
    size = int(np.prod(shape))
    return rng.permutation(np.arange(size) < round(P * size)).reshape(shape)


def exactly_k_chosen(shape, P, rng):
    mask = np.zeros(int(np.prod(shape)))
    mask[rng.choice(mask.size, int(P * mask.size), replace=False)] = 1
    return mask.reshape(shape)


def exactly_k_in_a_row(shape, P, rng):
    return rng.permuted(np.broadcast_to(np.arange(shape[-1]) < round(P * shape[-1]), shape), axis=-1)


def exactly_k_in_a_column(shape, P, rng):
    return rng.permuted(np.broadcast_to((np.arange(shape[0]) < round(P * shape[0])).reshape(-1, *[1] * (len(shape) - 1)), shape), axis=0)


def global_state(shape, P, rng):
    return np.random.random(shape) < P  # noqa: NPY002


def seeded_global_state(shape, P, rng):
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    mask = np.random.random(shape) < P  # noqa: NPY002
    np.random.set_state(before)  # noqa: NPY002
    return mask


KNOWN_MASKS = {
    exactly_k_of_all: "is fixed beforehand",
    exactly_k_chosen: "is fixed beforehand",
    exactly_k_in_a_row: "is fixed beforehand",
    exactly_k_in_a_column: "is fixed beforehand",
    global_state: "do not come from the `rng`",
    seeded_global_state: "at every call, whatever `rng` is",
    lambda shape, P, rng: np.ones(shape): "kept or deleted at once",
    lambda shape, P, rng: np.round(rng.random(shape)): "one half, whatever P is",
    lambda shape, P, rng: np.tile(rng.random(shape[1:]) < P, (shape[0], *[1] * (len(shape) - 1))): "used for every example",
    lambda shape, P, rng: rng.random(shape) >= P: "exchanged",
    lambda shape, P, rng: P * (rng.random(shape) < P): "the mask is multiplied by P",
}


def ours(mask):
    """Inverted dropout, and a layer, with masks of some kind."""

    def inverted_dropout(H, keep_prob, rng):
        return H * mask(H.shape, keep_prob, rng) / keep_prob

    def dropout_layer(upstream, X, W, b, keep_prob, rng):
        Z = X @ W + b
        factors = mask(Z.shape, keep_prob, rng) / keep_prob
        dZ = upstream * factors * (Z > 0)
        return np.maximum(Z, 0) * factors, dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)

    return {"dropout_mask": mask, "inverted_dropout": inverted_dropout, "dropout_layer": dropout_layer}


@pytest.mark.parametrize("mask", KNOWN_MASKS, ids=list(KNOWN_MASKS.values()))
def test_a_mask_is_called_by_its_name_however_it_is_drawn(mask):
    for seed in range(4):
        verdict = grade_function(exercise("dropout_mask"), mask, seed)
        assert verdict.earned == 0 and KNOWN_MASKS[mask] in verdict.marks[0].cause, verdict.reason


UNSCALED = dict(list(KNOWN_MASKS.items())[:-1])


@pytest.mark.parametrize("mask", UNSCALED, ids=list(UNSCALED.values()))
def test_a_layer_with_a_wrong_mask_loses_its_output_and_no_gradient(mask):
    for seed in range(3):
        verdict = grade_function(exercise("dropout_layer"), ours(mask)["dropout_layer"], seed)
        assert [one.outcome for one in verdict.marks] == ["failed", "passed", "passed", "passed"], verdict
        assert UNSCALED[mask] in verdict.marks[0].cause


@pytest.mark.parametrize("name", ["dropout_mask", "inverted_dropout", "dropout_layer"])
def test_one_that_counts_its_calls_and_draws_from_elsewhere_is_found_out(name):
    calls = itertools.count()

    def counting(shape, P, rng):
        return np.random.default_rng([0, 0, 1, 2, 3, 4, 5, 6][next(calls) % 8]).random(shape) < P

    for seed in range(6):
        verdict = grade_function(exercise(name), ours(counting)[name], seed)
        assert verdict.marks[0].outcome == "failed"


def test_a_constant_probability_is_not_taken_for_a_mistake_that_gives_another():
    for P in (0.35, 0.42, 0.66, 0.9):
        for seed in range(4):
            verdict = grade_function(exercise("dropout_mask"), lambda shape, keep_prob, rng, P=P: rng.random(shape) < P, seed)
            assert verdict.earned == 0 and not verdict.marks[0].cause


INVERTED = {
    "doubled": lambda H, P, rng: 2 * H * (rng.random(H.shape) < P),
    "nothing is drawn": lambda H, P, rng: H * P,
    "happened to keep": lambda H, P, rng: H * (mask := rng.random(H.shape) < P) / np.maximum(mask.mean(axis=1, keepdims=True), 0.01),
}


@pytest.mark.parametrize("name", INVERTED)
def test_inverted_dropout_by_a_wrong_factor_is_called_by_its_name(name):
    for seed in range(4):
        verdict = grade_function(exercise("inverted_dropout"), INVERTED[name], seed)
        assert verdict.earned == 0 and name in verdict.marks[0].cause


def test_inverted_dropout_by_another_factor_is_told_the_factor():
    H = np.random.default_rng(5).uniform(0.5, 1, SHAPE)
    finding = inverted_finding(drawn(lambda H, P, rng: H * right_mask(H.shape, P, rng) * 3, 0.8, H), H, 0.8)
    assert finding.reason == "a node that is kept is multiplied by 3, where P = 0.8." and not finding.cause
    uneven = np.where(np.arange(45) % 2, 1.25, 1.3)
    finding = inverted_finding(drawn(lambda H, P, rng: H * right_mask(H.shape, P, rng) * uneven, 0.8, H), H, 0.8)
    assert "multiplied by 1.3" in finding.reason and "Another one" in finding.reason


def test_a_single_wrong_entry_of_a_mask_or_a_gradient_is_found():
    def mask(shape, keep_prob, rng):
        wrong = right_mask(shape, keep_prob, rng).astype(float)
        wrong.flat[-1] = 0.5
        return wrong

    assert "1 of" in grade_function(exercise("dropout_mask"), mask, 0).reason

    def layer(upstream, X, W, b, keep_prob, rng):
        factors = right_mask(upstream.shape, keep_prob, rng) / keep_prob
        dZ = upstream * factors * (X @ W + b > 0)
        dW = X.T @ dZ
        dW[1, 2] += 1e-5
        return np.maximum(X @ W + b, 0) * factors, dZ @ W.T, dW, dZ.sum(axis=0)

    verdict = grade_function(exercise("dropout_layer"), layer, 0)
    assert verdict.earned == 3 and "`dW` differs at [1, 2]" in verdict.reason


def test_a_layer_of_another_shape_or_with_nan_is_told():
    def transposed(upstream, X, W, b, keep_prob, rng):
        return np.zeros((3, 3)), X, W, b

    assert "`H` has shape (3, 3)" in grade_function(exercise("dropout_layer"), transposed, 0).reason

    def nan(upstream, X, W, b, keep_prob, rng):
        return np.full(upstream.shape, np.nan), X * np.nan, W, b

    assert grade_function(exercise("dropout_layer"), nan, 0).earned == 0


def test_a_layer_may_draw_its_mask_by_any_means():
    def layer(upstream, X, W, b, keep_prob, rng):
        factors = rng.permuted(rng.binomial(1, keep_prob, upstream.shape)[::-1], axis=0) / keep_prob
        dZ = upstream * factors * (X @ W + b > 0)
        return np.maximum(X @ W + b, 0) * factors, dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)

    assert grade_function(exercise("dropout_layer"), layer, 0).outcome == "passed"


def test_a_right_layer_in_single_precision_is_no_finite_difference():
    for answer in right_answers("08_dropout")["dropout_layer"]:
        assert grade_function(exercise("dropout_layer"), answer, 104).outcome == "passed"
