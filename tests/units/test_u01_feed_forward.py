"""Unit 01: what is expected, by a second formula; and what the property of XOR networks lets through, and what it does not."""

import math

import numpy as np
import pytest

from course.checking import grade_function
from course.judging.probes import arguments
from course.units import exercise
from course.units.u01_feed_forward.xor_weights import CORNERS, EXERCISE, XOR, wrong_network

SEEDS = range(4)


def cases(name):
    return [case for seed in SEEDS for case in exercise(name).cases(np.random.default_rng(seed))]


def test_a_neuron_is_its_sum_term_by_term():
    for case in cases("neuron"):
        x, w, b, g = arguments(case.inputs)
        total = math.fsum(float(a) * float(c) for a, c in zip(w, x, strict=True)) + float(b)
        np.testing.assert_allclose(exercise("neuron").expected(case)["u"].value, g(total), rtol=1e-6 if x.dtype == np.float32 else 1e-12)


def test_the_sigmoid_keeps_its_digits_everywhere():
    for case in cases("sigmoid"):
        (value,) = exercise("sigmoid").expected(case).values()
        z = case.inputs["z"].astype(float)
        np.testing.assert_allclose(value.value, np.exp(-np.logaddexp(0, -z)), rtol=1e-11, atol=0)


def test_a_layer_is_its_neurons():
    for case in cases("dense_forward"):
        X, W, b = (array.astype(float) for array in case.inputs.values())
        expected = exercise("dense_forward").expected(case)
        sums = [[math.fsum(X[n] * W[:, i]) + b[i] for i in range(len(b))] for n in range(len(X))]
        np.testing.assert_allclose(expected["Z"].value, sums, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(expected["H"].value, [[max(0.0, z) for z in row] for row in sums], rtol=1e-12, atol=1e-14)


def test_every_node_of_the_larger_layers_is_once_active_and_once_not():
    for case in cases("dense_forward"):
        if len(case.inputs["X"]) > 1:
            H = exercise("dense_forward").expected(case)["H"].value
            assert (H > 0).any() and (H == 0).any(), case.name


@pytest.mark.peers
def test_a_network_agrees_with_torch():
    import torch

    for case in cases("feedforward"):
        H = torch.tensor(case.inputs["X"], dtype=torch.float64)
        for W, b in case.inputs["layers"]:
            Z = H @ torch.tensor(W, dtype=torch.float64) + torch.tensor(b, dtype=torch.float64)
            H = torch.relu(Z)
        np.testing.assert_allclose(exercise("feedforward").expected(case)["Z"].value, Z.numpy(), rtol=1e-10)


def test_a_network_is_its_layers_one_example_at_a_time():
    for case in cases("feedforward"):
        expected = exercise("feedforward").expected(case)["Z"].value
        for x, z in zip(case.inputs["X"].astype(float), expected, strict=True):
            *hidden, (W_last, b_last) = case.inputs["layers"]
            for W, b in hidden:
                x = np.array([max(0.0, float(w @ x + c)) for w, c in zip(W.T.astype(float), b.astype(float), strict=True)])
            np.testing.assert_allclose(z, W_last.T.astype(float) @ x + b_last, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("sizes", "count"), [((1, 1), 2), ((2, 3, 1), 13), ((64, 32, 10), 2410), ((784, 256, 128, 10), 235_146)])
def test_known_counts(sizes, count):
    assert exercise("count_parameters").right(sizes) == count


def test_the_one_layer_does_what_the_two_do():
    rng = np.random.default_rng(3)
    for case in cases("collapse_layers"):
        W1, b1, W2, b2 = (array.astype(float) for array in case.inputs.values())
        expected = exercise("collapse_layers").expected(case)
        X = rng.normal(size=(7, len(W1)))
        np.testing.assert_allclose(X @ expected["W"].value + expected["b"].value, (X @ W1 + b1) @ W2 + b2, rtol=1e-9, atol=1e-12)


# Networks for XOR.


def solves(W1, b1, W2, b2):
    """A forward pass of its own, with plain numbers."""
    right = []
    for (x, y), target in zip(CORNERS, XOR, strict=True):
        hidden = [max(0.0, x * W1[0][i] + y * W1[1][i] + b1[i]) for i in range(len(b1))]
        right.append((sum(h * w[0] for h, w in zip(hidden, W2, strict=True)) + b2[0] > 0.5) == bool(target))
    return all(right)


def test_networks_near_a_right_one_pass_just_when_they_solve_xor():
    rng = np.random.default_rng(0)
    passed = 0
    for _ in range(300):
        right = np.ones((2, 3)), np.array([0.0, -1.0, 0.5]), np.array([[1.0], [-2.0], [0.0]]), np.zeros(1)
        weights = [array + 0.15 * rng.normal(size=array.shape) for array in right]
        finding = wrong_network(*weights)
        assert (finding is None) == solves(*weights)
        assert finding is None or ("of the 4 inputs are right" in finding.reason and finding.hint)
        passed += finding is None
    assert 30 < passed < 270


@pytest.mark.parametrize("mistake", EXERCISE.mistakes, ids=lambda mistake: mistake.name)
def test_each_mistake_is_told_by_its_name(mistake):
    finding = wrong_network(*EXERCISE.answer_with(mistake)())
    assert finding is not None and finding.cause == mistake.name


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (([[1, 1], [1, 1]], [0, -1], [1, -2], [0]), "`W2` has shape (2,), and with 2 hidden nodes it must have (2, 1)"),
        (([[1, 1], [1, 1]], 0, [[1], [-2]], [0]), "`b1` has shape ()"),
        (([[1, 1], [1, 1]], [], [[1], [-2]], [0]), "`b1` has shape (0,)"),
        (([[1, 1], [1, 1]], [0, -1], [[1], [-2]], 0), "`b2` has shape ()"),
        (([[1, 1], [1, np.nan]], [0, -1], [[1], [-2]], [0]), "not a finite number"),
        (([[0, 0], [0, 0]], [0, 0], [[0], [0]], [0.5]), "lies on the threshold"),
    ],
)
def test_networks_that_cannot_be_run_are_told_why(weights, words):
    assert words in wrong_network(*(np.array(array) for array in weights)).reason


def test_more_hidden_nodes_than_two_are_welcome():
    W1, b1, W2, b2 = np.ones((2, 5)), np.array([0.0, -1, -5, -5, -5]), np.array([[1.0], [-2], [9], [9], [9]]), np.zeros(1)
    assert grade_function(exercise("xor_weights"), lambda: (W1, b1, W2, b2), 0).outcome == "passed"


def test_an_overflow_on_the_far_left_costs_one_of_two_points():
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    with np.errstate(over="ignore"):
        verdict = grade_function(exercise("sigmoid"), sigmoid, 1)
    assert verdict.earned == 1 and "overflows for very negative z" in verdict.reason
