"""Unit 03: what is expected, against finite differences and walks along every path; and finite differences, which earn nothing."""

import math
from itertools import pairwise

import numpy as np
import pytest

from autograder.measure import namespace
from autograder.sample import Sample, model_answers
from course.checking import grade_function, grade_here
from course.gradcheck import numerical_gradient
from course.judging.probes import arguments
from course.units import UNITS, exercise
from course.units.u03_node_by_node.count_paths import path_counts
from course.units.u03_node_by_node.counted import Counted, counted
from course.units.u03_node_by_node.graphs import full_of_paths, layered, several, slope

SEEDS = range(4)
FUNCTIONS = {
    "linear": lambda z: z,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "relu": lambda z: max(z, 0.0),
    "square": lambda z: z * z,
}


def cases(name):
    return [case for seed in SEEDS for case in exercise(name).cases(np.random.default_rng(seed)) if not case.entrywise]


def some_graphs():
    return [one for seed in SEEDS for one in several(np.random.default_rng(seed))]


def loss(graph, x, nudges):
    """The loss where every node's value is moved by its own nudge, written out a second time."""
    values = []
    for v, (g, uses, w, b) in enumerate(graph):
        z = math.fsum([*(w_u * values[u] for u, w_u in zip(uses, w, strict=True)), b])
        values.append((x[v] if g == "input" else FUNCTIONS[g](z)) + nudges[v])
    return values[-1]


def walked(graph, u):
    """The number of paths from u to the last node, one after the other."""
    return 1 if u == len(graph) - 1 else sum(walked(graph, v) for v in range(len(graph)) if u in graph[v][1])


def test_every_graph_is_in_topological_order_and_no_arrow_is_there_twice():
    for _, graph, x in some_graphs():
        assert all(u < v for v, (_, uses, _, _) in enumerate(graph) for u in uses)
        assert all(len(set(uses)) == len(uses) == len(w) for _, uses, w, _ in graph)
        assert [g == "input" for g, *_ in graph] == [v < len(x) for v in range(len(graph))]


def test_node_gradients_are_the_finite_differences_of_the_loss():
    asked = [case for case in cases("backward_pass") if case.name != "2**50 paths"]
    for (name, graph, x), case in zip(some_graphs(), asked, strict=True):
        assert case.inputs["graph"] == graph
        nudged = numerical_gradient(lambda nudges, graph=graph, x=x: loss(graph, x, nudges), np.zeros(len(graph)))
        expected = exercise("backward_pass").expected(case)["gradients"].value
        np.testing.assert_allclose(expected, nudged, rtol=1e-7, atol=1e-8, err_msg=name)


def test_node_gradients_solve_the_triangular_system_of_the_rule():
    for case in cases("mended_backward"):
        graph, slopes = arguments(case.inputs)
        base = np.eye(len(graph))[-1]
        expected = exercise("mended_backward").expected(case)["gradients"].value
        np.testing.assert_allclose(expected, base + slopes.T @ expected, rtol=1e-12, atol=1e-13)


def test_weight_gradients_are_the_finite_differences_of_the_loss():
    for (_, graph, x), case in zip(some_graphs(), cases("weight_gradients"), strict=True):
        expected = exercise("weight_gradients").expected(case)
        for v, (g, uses, w, b) in enumerate(graph):
            if g == "input":
                assert expected["db"].value[v] == 0
                continue

            def of(theta, v=v, g=g, uses=uses, graph=graph, x=x):
                changed = (*graph[:v], (g, uses, theta[:-1], theta[-1]), *graph[v + 1 :])
                return loss(changed, x, np.zeros(len(graph)))

            nudged = numerical_gradient(of, np.array([*w, b]))
            np.testing.assert_allclose(expected["dw"].value[v, list(uses)], nudged[:-1], rtol=1e-7, atol=1e-8)
            np.testing.assert_allclose(expected["db"].value[v], nudged[-1], rtol=1e-7, atol=1e-8)


def test_local_derivatives_are_the_slopes_of_single_arrows():
    for case in cases("local_derivatives"):
        graph, z = case.inputs.values()
        expected = exercise("local_derivatives").expected(case)["slopes"].value
        assert not np.triu(expected).any()
        for v, (g, uses, w, _) in enumerate(graph):
            for u, w_u in zip(uses, w, strict=True):
                nudged = numerical_gradient(lambda t, g=g, w_u=w_u, at=z[v]: FUNCTIONS[g](at + w_u * t[0]), np.zeros(1))
                assert expected[v, u] == pytest.approx(nudged[0], rel=1e-7, abs=1e-9)


def test_paths_are_counted_as_if_walked():
    for _, graph, _ in some_graphs():
        np.testing.assert_array_equal(path_counts(graph), [walked(graph, u) for u in range(len(graph))])
    assert path_counts(layered(100, 2))[0] == 2**100, "however many"
    for case in cases("count_paths"):
        (graph,) = arguments(case.inputs)
        counts = exercise("count_paths").right(graph)
        assert path_counts(graph).astype(object).tolist() == counts, "floats hold them exactly, too"


@pytest.mark.parametrize("whole", [np.int32, np.int64])
def test_counts_that_do_not_fit_are_caught(whole):
    """The notebook counts 2**64 paths, and a count that wraps around would say 0."""

    def count_paths(graph):
        counts = np.zeros(len(graph), whole)
        counts[-1] = 1
        for v in range(len(graph) - 1, 0, -1):
            counts[list(graph[v][1])] += counts[v]
        return counts

    for seed in SEEDS:
        verdict = grade_function(exercise("count_paths"), count_paths, seed)
        assert verdict.outcome == "failed", verdict


def test_counts_in_wider_numbers_pass():
    for kind in (object, float, np.uint64, np.float32):

        def count_paths(graph, kind=kind):
            counts = np.zeros(len(graph), kind)
            counts[-1] = 1
            for v in range(len(graph) - 1, 0, -1):
                counts[list(graph[v][1])] += counts[v]
            return counts.tolist()

        for seed in SEEDS:
            assert grade_function(exercise("count_paths"), count_paths, seed).outcome == "passed", kind


def test_a_bias_gradient_of_an_input_is_caught():
    e = exercise("weight_gradients")

    def answer(inputs_too, graph, z, values, gradients):
        dw, db = np.zeros((len(graph), len(graph))), np.zeros(len(graph))
        for v, (g, uses, _, _) in enumerate(graph):
            db[v] = gradients[v] * (inputs_too if g == "input" else slope(g, z[v]))
            dw[v, list(uses)] = db[v] * values[list(uses)]
        return dw, db

    for share, outcome in ((0.0, "passed"), (1.0, "partial"), (1.5, "partial")):
        verdict = grade_function(e, lambda *inputs, share=share: answer(share, *inputs), 3)
        assert verdict.outcome == outcome, f"{share}\n{verdict}"


# Finite differences in place of a formula.


def central(f, z, h):
    return (f(z + h) - f(z - h)) / (2 * h)


def ladder(f, z, h, steps):
    """Richardson's extrapolation of central differences at h, h/2, h/4, ..."""
    row = [central(f, z, h / 2**k) for k in range(steps)]
    for k in range(1, steps):
        row = [(4**k * finer - coarser) / (4**k - 1) for coarser, finer in pairwise(row)]
    return row[0]


DIFFERENCES = [lambda f, z, h=h: central(f, z, h) for h in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)]
DIFFERENCES += [lambda f, z, steps=steps: ladder(f, z, 0.1, steps) for steps in (2, 3, 4, 5, 6)]


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_finite_differences_earn_nothing(difference):
    def activation_slope(g, z):
        return difference(FUNCTIONS[g], z)

    def local_derivatives(graph, z):
        slopes = np.zeros((len(graph), len(graph)))
        for v, (g, uses, w, _) in enumerate(graph):
            for u, w_u in zip(uses, w, strict=True):
                slopes[v, u] = activation_slope(g, z[v]) * w_u
        return slopes

    def weight_gradients(graph, z, values, gradients):
        dw, db = np.zeros((len(graph), len(graph))), np.zeros(len(graph))
        for v, (g, uses, _, _) in enumerate(graph):
            if g != "input":
                db[v] = gradients[v] * activation_slope(g, z[v])
                dw[v, list(uses)] = db[v] * np.array(values)[list(uses)]
        return dw, db

    for answer in (activation_slope, local_derivatives, weight_gradients):
        for seed in SEEDS[:2]:
            assert grade_function(exercise(answer.__name__), answer, seed).earned == 0, f"{answer.__name__}, seed {seed}"


# Paths are too many to be walked one by one.


def users(graph, u):
    return [v for v, (_, uses, _, _) in enumerate(graph) if u in uses]


def by_recursion(graph, slopes):
    def gradient(u):
        return 1.0 if u == len(graph) - 1 else sum(gradient(v) * slopes[v, u] for v in users(graph, u))

    return [gradient(u) for u in range(len(graph))]


def by_a_stack(graph, slopes):
    gradients, waiting = [0.0] * len(graph), [(len(graph) - 1, 1.0)]
    while waiting:
        v, share = waiting.pop()
        gradients[v] += share
        waiting += [(u, share * slopes[v, u]) for u in graph[v][1]]
    return gradients


@pytest.mark.parametrize("walk", [by_recursion, by_a_stack])
@pytest.mark.parametrize("name", ["backward_pass", "mended_backward"])
def test_a_walk_along_every_path_is_stopped(walk, name):
    verdict = grade_function(exercise(name), walk, 0)
    assert verdict.earned == 0 and "of which there are 2**50, through 102 nodes" in verdict.reason


def test_a_count_of_paths_one_by_one_is_stopped_and_one_that_remembers_is_not():
    def count_paths(graph, known=None):
        def paths(u):
            if u == len(graph) - 1:
                return 1
            found = sum(paths(v) for v in users(graph, u)) if known is None or u not in known else known[u]
            if known is not None:
                known[u] = found
            return found

        return [paths(u) for u in range(len(graph))]

    verdict = grade_function(exercise("count_paths"), count_paths, 0)
    assert verdict.earned == 0 and verdict.marks[0].cause == "the paths are walked one by one"
    assert grade_function(exercise("count_paths"), lambda graph: count_paths(graph, {}), 0).outcome == "passed"


def test_loops_over_all_pairs_of_nodes_may_read_the_graph_as_often_as_they_need():
    def backward_pass(graph, slopes):
        n = len(graph)
        gradients = [0.0] * (n - 1) + [1.0]
        for u in range(n - 2, -1, -1):
            for v in range(u + 1, n):
                if u in graph[v][1] and graph[v][0] != "input" and len(graph[v][2]) == len(graph[v][1]):
                    gradients[u] += gradients[v] * slopes[v, u]
        return gradients

    for name in ("backward_pass", "mended_backward"):
        assert grade_function(exercise(name), backward_pass, 0).outcome == "passed"


def test_a_counted_tuple_is_a_tuple_that_can_be_read_so_often():
    items = counted((4, 5, 6), 7, "enough").function
    assert isinstance(items, tuple) and len(items) == 3 and items[-1] == 6 and list(items) == [4, 5, 6] and 5 in items
    assert [*items] == [4, 5, 6]
    with pytest.raises(RuntimeError, match="enough"):
        items[0]
    assert full_of_paths(3).function == layered(3, 2) and Counted((1,), 0, "").left == 0


# What is named must be so.


def test_uses_in_place_of_gamma_and_slopes_the_wrong_way_round_leave_no_share():
    def in_place_of_gamma(graph, slopes):
        gradients = [0.0] * len(graph)
        gradients[-1] = 1.0
        for u in reversed(range(len(graph) - 1)):
            for v in graph[u][1]:
                gradients[u] += gradients[v] * slopes[v, u]
        return gradients

    def wrong_way_round(graph, slopes):
        gradients = [0.0] * len(graph)
        gradients[-1] = 1.0
        for v in reversed(range(len(graph))):
            for u in graph[v][1]:
                gradients[u] += gradients[v] * slopes[u, v]
        return gradients

    assert grade_function(exercise("backward_pass"), in_place_of_gamma, 0).marks[0].cause == "every share is 0, or none is added"
    assert grade_function(exercise("mended_backward"), wrong_way_round, 0).marks[0].cause == "every share is 0, or none is handed on"


# A wrong helper costs its own points alone, though later answers call it.


@pytest.mark.parametrize(("helper", "wrong"), [("gamma", "[]"), ("activation_slope", "-1.0")])
def test_a_wrong_helper_costs_one_exercise(helper, wrong):
    answers = model_answers("03_node_by_node")
    changed = {helper: f"def {helper}(first, second):\n    return {wrong}"}
    names = namespace("03_node_by_node", Sample("wrong", "", {**answers, **changed}))
    for e in UNITS["03_node_by_node"]:
        verdict = grade_here(e, names[e.name], 1)
        assert verdict.outcome == ("failed" if e.name == helper else "passed"), f"{e.name}\n{verdict}"
