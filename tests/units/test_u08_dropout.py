"""Unit 08: the witnesses of its expected values, and what its tests of random answers let pass and turn down."""

import itertools
import re

import numpy as np
import pytest

from course.checking import grade_function
from course.gradcheck import numerical_gradient
from course.judging.probes import arguments
from course.units import exercise
from course.units.u08_dropout.dropout_mask import mask_finding
from course.units.u08_dropout.inverted_dropout import inverted_finding
from course.units.u08_dropout.masks import BAND

SHAPE = (50, 45)


def cases(name, seed=3):
    return list(exercise(name).cases(np.random.default_rng(seed)))


def drawn(draw, P, H=None):
    """What the probe makes of an answer: a seed, the same seed, another."""
    given = (SHAPE, P) if H is None else (H, P)
    return np.stack([draw(*given, np.random.default_rng(seed)) for seed in (1, 1, 2)])


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


def test_a_layer_by_finite_differences_with_the_dice_held_still_is_right():
    """The witness of the layer's gradients: a forward pass of our own, differentiated without any formula."""

    def layer(upstream, X, W, b, P, rng):
        kept = rng.random((len(X), len(b))) < P

        def H(X=X, W=W, b=b):
            return np.maximum(X @ W + b, 0) * kept / P

        by = {"X": X, "W": W, "b": b}
        return H(), *(numerical_gradient(lambda a, name=name: (upstream * H(**{name: a})).sum(), by[name], h=1e-5) for name in by)

    test = exercise("dropout_layer").expected(case := cases("dropout_layer")[0])
    values = layer(*arguments(case.inputs))
    values = [values[0], *(value.astype(np.float32) for value in values[1:])]  # as exact as finite differences are
    assert all(test[name].test(*values) is None for name in ("H", "dX", "dW", "db"))


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
