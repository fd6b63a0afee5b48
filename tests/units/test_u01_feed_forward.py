"""Unit 01: what is expected, by a second formula; and what the property of XOR networks lets through, and what it does not."""

import math
from itertools import pairwise

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
    ("weights", "cause"),
    [
        (([[1, 1], [1, 1]], [0, -1], [[1], [-1]], [0]), "the network computes OR, also 1 where both inputs are 1"),
        (([[1, -1], [-1, 1]], [0, 0], [[1], [-1]], [0]), "the network says 1 to one input alone, and not to the other"),
        (([[2, 2], [2, 2]], [-1, -3], [[1], [-1]], [-0.5]), "the hidden nodes are taken for steps, not for ReLU"),
        (([[1, 1], [1, 1]], [0, -1], [[-1], [2]], [1.2]), "the answer is turned round, 1 where the inputs are equal"),
        (([[1, 1], [1, 1]], [5, 6], [[1], [-1]], [1]), "no hidden node bends between the four inputs, so the network is linear on them"),
    ],
)
def test_a_repair_is_named_only_where_no_other_works(weights, cause):
    """The first of them would work with steps, if a step of 0 were 0: that is no evidence."""
    assert wrong_network(*(np.array(array, float) for array in weights)).cause == cause


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


@pytest.mark.parametrize(("W2", "b2", "words"), [([[0.5], [-1]], 0.0, "off the threshold"), ([[0], [0]], 0.5, "by hand")])
def test_outputs_on_the_threshold_have_a_hint_of_their_own_where_all_others_are_right(W2, b2, words):
    weights = np.ones((2, 2)), np.array([0.0, -1.0]), np.array(W2, float), np.array([b2])
    assert words in wrong_network(*weights).hint


def test_more_hidden_nodes_than_two_are_welcome():
    W1, b1, W2, b2 = np.ones((2, 5)), np.array([0.0, -1, -5, -5, -5]), np.array([[1.0], [-2], [9], [9], [9]]), np.zeros(1)
    assert grade_function(exercise("xor_weights"), lambda: (W1, b1, W2, b2), 0).outcome == "passed"


def test_an_overflow_on_the_far_left_costs_one_of_two_points():
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    with np.errstate(over="ignore"):
        verdict = grade_function(exercise("sigmoid"), sigmoid, 1)
    assert verdict.earned == 1 and "0 comes out for very negative z" in verdict.reason


# Mistakes as people write them, and the cause that is named.


def every_weight_with_every_input(x, w, b, g):
    return g(np.outer(x, w).sum() + b)


def ends_too_early(x, w, b, g):
    z = b
    for j in range(len(x) - 1):
        z += w[j] * x[j]
    return g(z)


def returns_inside_the_loop(x, w, b, g):
    total = b
    for weight, value in zip(w, x, strict=True):
        total = total + weight * value
        return g(total)


def relu_on_top(x, w, b, g):
    return np.maximum(0, g(w @ x + b))


def one_question_for_all(z):
    if z > 0:
        return z
    return 0


def by_vectorize(z):
    return np.vectorize(lambda number: number if number > 0 else 0)(z)


def largest_along_an_axis(z):
    return z.max(axis=0)


def of_the_absolute_value(z):
    return 1 / (np.exp(-np.abs(z)) + 1)


def two_halves_mixed_up(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(-z) / (1 + np.exp(z)))


def branches_exchanged(z):
    e = np.exp(-np.abs(z))
    return np.where(z < 0, 1 / (1 + e), e / (1 + e))


def twice_minus_one(z):
    return 2 / (1 + np.exp(-z)) - 1


def clipped(z):
    z = np.minimum(np.maximum(z, -709), 709)
    return np.reciprocal(1 + np.exp(-z))


def pinned(z):
    return np.clip(np.exp(-np.logaddexp(0, -z)), 1e-12, 1 - 1e-12)


def for_one_number(z):
    return 1 / (1 + math.exp(-z))


def weights_first(X, W, b):
    Z = np.matmul(W, X) + b
    return Z, np.maximum(Z, 0)


def star_for_at(X, W, b):
    Z = X * W + b
    return Z, Z * (Z > 0)


def bias_in_one_only(X, W, b):
    product = np.einsum("ni,io->no", X, W)
    return product + b, np.where(product > 0, product, 0)


def bias_to_the_first_row(X, W, b):
    Z = X.dot(W)
    Z[0] = Z[0] + b
    return Z, np.maximum(0, Z)


def inputs_through_relu_and_no_bias(X, W, b):
    Z = X.clip(0) @ W
    return Z, Z.clip(0)


def begins_at_one(X, layers):
    for k in range(1, len(layers)):
        W, b = layers[k]
        Z = X @ W + b
        X = np.maximum(Z, 0)
    return Z


def as_in_the_notes(X, layers):
    for W, b in layers[:-1]:
        X = np.maximum(X @ W.T + b, 0)
    return X @ layers[-1][0].T + layers[-1][1]


def brackets_closed_too_early(X, layers):
    *hidden, (W, b) = layers
    for V, c in hidden:
        X = np.maximum(X @ V, 0) + c
    return X @ W + b


def one_layer_too_few(X, layers):
    for k, (W, b) in enumerate(layers, 1):
        Z = X @ W + b
        X = np.maximum(Z, 0) if k < len(layers) - 1 else Z
    return X


def hands_on_the_pair(X, layers):
    value = X
    for W, b in layers:
        Z = value @ W + b
        value = Z, np.maximum(Z, 0)
    return value


def takes_the_last_pair_apart(X, layers):
    return hands_on_the_pair(X, layers)[0]


def one_more_of_each(sizes):
    return sum((n + 1) * (m + 1) for n, m in pairwise(sizes))


def biases_on_both_sides(sizes):
    return sum(n * m + n + m for n, m in pairwise(sizes))


def total_forgotten(sizes):
    for n, m in pairwise(sizes):
        count = n * m + m
    return count


def biases_together(W1, b1, W2, b2):
    return W1 @ W2, (b1 + b2) @ W2


def along_the_rows(W1, b1, W2, b2):
    return W1 @ W2, (b1[:, None] * W2).sum(axis=1) + b2


def in_columns(W1, b1, W2, b2):
    return W2.T @ W1.T, b2 + W2.T @ b1


WRONG = [
    ("neuron", every_weight_with_every_input, "the sums of w and of x are multiplied, as every weight meets every input"),
    ("neuron", ends_too_early, "the last input is left out"),
    ("neuron", returns_inside_the_loop, "only the first input counts"),
    ("neuron", relu_on_top, "a ReLU is put on top of g"),
    ("relu", one_question_for_all, "Python asks a whole array for one yes or no"),
    ("relu", by_vectorize, "the result has the type of its first entry, a whole 0, and is rounded"),
    ("relu", largest_along_an_axis, "0 is taken for an axis, in `np.max(z, 0)` or `z.max(0)`"),
    ("sigmoid", of_the_absolute_value, "|z| stands for z on both sides of 0"),
    ("sigmoid", two_halves_mixed_up, "for z < 0 it is e^(-z) that stands above 1 + e^z"),
    ("sigmoid", branches_exchanged, "σ(-z) is returned: a sign in the exponent, or the choice between two formulas, is turned round"),
    ("sigmoid", twice_minus_one, "2σ(z) - 1 is returned, which is tanh(z/2)"),
    ("sigmoid", clipped, "z is clipped at ±709"),
    ("sigmoid", pinned, "the result is kept away from 0 by 1e-12, which is added or is its least value"),
    ("sigmoid", for_one_number, "a function for one number, such as `math.exp`, is given a whole array"),
    ("dense_forward", weights_first, "W stands before X in the product"),
    ("dense_forward", star_for_at, "X and W are joined entry by entry, not as a matrix product"),
    ("dense_forward", bias_in_one_only, "H is made of the sums without the bias"),
    ("dense_forward", bias_to_the_first_row, "only the first example gets the bias"),
    ("dense_forward", inputs_through_relu_and_no_bias, "the bias is missing, and the activation is applied to the layer's inputs"),
    ("feedforward", begins_at_one, "the first layer is left out"),
    ("feedforward", as_in_the_notes, "the weights are transposed"),
    ("feedforward", brackets_closed_too_early, "the bias is added after the activation"),
    ("feedforward", one_layer_too_few, "the layer before the last has no activation"),
    ("feedforward", hands_on_the_pair, "the next layer gets Z and H, both in one"),
    (
        "feedforward",
        takes_the_last_pair_apart,
        "the next layer gets Z and H, both in one, and only the last pair is taken apart",
    ),
    ("count_parameters", one_more_of_each, "one is added to both sizes"),
    ("count_parameters", biases_on_both_sides, "every layer is given biases for its inputs, too"),
    ("count_parameters", total_forgotten, "only the last layer counts"),
    ("collapse_layers", biases_together, "b1 has not been brought to the length of b2 before the two are joined"),
    ("collapse_layers", along_the_rows, "b1 has not been brought to the length of b2 before the two are joined"),
    ("collapse_layers", in_columns, "W lies on its side"),
]


@pytest.mark.parametrize(("name", "answer", "cause"), WRONG)
def test_the_cause_of_a_natural_mistake_is_named_and_no_other(name, answer, cause):
    with np.errstate(all="ignore"):
        for seed in SEEDS:
            verdict = grade_function(exercise(name), answer, seed)
            assert verdict.earned < verdict.points
            assert {mark.cause for mark in verdict.marks if mark.cause} == {cause}, f"seed {seed}: {verdict}"
