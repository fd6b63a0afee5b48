"""Witnesses: values by formula, gradients by the complex step or measured, in double precision whatever the case is put in."""

import numpy as np
import pytest

from course.checking import asking
from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.grading import grade
from course.judging.witness import gradient_of, in_double, measured_gradient_of, value_of
from course.units.kit import away_from_zero, mixed_scales, positive, signed


def test_a_value_by_formula_and_several():
    case = Case("c", {"x": np.array([1.0, 2.0])})
    assert value_of(lambda x: x.sum(), "sum")(case)["sum"].value == 3
    both = value_of(lambda x: (x.sum(), x.max()), "sum", "max")(case)
    assert (both["sum"].value, both["max"].value, both["max"].derivative) == (3, 2, False)


def test_a_gradient_with_respect_to_an_input_and_to_one_the_answer_is_not_given():
    case = Case("c", {"x": np.array([1.0, 2.0])})
    expected = gradient_of(lambda x, b: ((x + b) ** 2).sum(), {"dx": "x", "db": "b"}, extra=lambda x: {"b": np.zeros(2)})(case)
    np.testing.assert_allclose(expected["dx"].value, [2.0, 4.0], rtol=1e-14)
    np.testing.assert_allclose(expected["db"].value, [2.0, 4.0], rtol=1e-14)
    assert expected["dx"].derivative


def test_a_witness_reckons_in_double():
    inputs = in_double({"x": np.ones(2, np.float32), "labels": np.array([1]), "name": "c"})
    assert inputs["x"].dtype == np.float64 and inputs["labels"].dtype.kind == "i" and inputs["name"] == "c"


def size_backward(upstream, x):
    """Gradient dx of |x|, entry by entry."""
    return upstream * np.sign(x)


def loss(upstream, x):
    return (upstream * np.abs(x)).sum()


def cases(rng):
    for shape in ((4,), (3, 2)):
        yield Case("some numbers", {"upstream": signed(rng, shape), "x": away_from_zero(rng, shape)})
    beside = rng.choice([-1.0, 1.0], 6) * 10.0 ** rng.uniform(-14, -9, 6)
    yield Case("just beside the corner", {"upstream": positive(rng, (6,)), "x": beside})
    yield Case("on the corner", {"upstream": positive(rng, (3,)), "x": np.array([0.0, 1.0, -1.0])})


SIZE = Exercise(
    right=size_backward,
    criteria=(Criterion("dx", 1, "∂ℓ/∂x"),),
    cases=cases,
    expected=measured_gradient_of(loss, {"dx": "x"}),
    mistakes=(Mistake("the sign is lost", "On which side does |x| fall?", "np.sign(x) → 1.0"),),
)


def test_a_right_answer_passes_a_measured_witness_at_a_corner_with_any_of_its_slopes():
    for at_zero in (-1.0, 0.0, 0.5, 1.0):
        verdict = grade(SIZE, asking(SIZE, lambda upstream, x, s=at_zero: upstream * np.where(x == 0, s, np.sign(x))), 1)
        assert verdict.outcome == "passed", str(verdict)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda upstream, x: upstream + 0 * x, "the sign is lost"),
        (lambda upstream, x: upstream * np.sign(x) * (1 + 1e-6), "differs at"),
        (lambda upstream, x: upstream * np.where(x == 0, 1.1, np.sign(x)), "on the corner"),
        (lambda upstream, x: upstream * (np.abs(x + 1e-6) - np.abs(x - 1e-6)) / 2e-6, "just beside the corner"),
    ],
    ids=["a known mistake", "a small error", "beyond the slopes", "finite differences"],
)
def test_a_wrong_answer_fails_a_measured_witness(answer, reason):
    verdict = grade(SIZE, asking(SIZE, answer), 1)
    assert verdict.outcome == "failed" and reason in verdict.reason, str(verdict)


def test_a_measured_witness_agrees_with_the_complex_step_where_both_can_be_had():
    case = Case("c", {"x": positive(np.random.default_rng(1), (4,)) * mixed_scales(4)[1:2]})
    both = [witness(lambda x: (x**3).sum(), {"dx": "x"})(case)["dx"] for witness in (gradient_of, measured_gradient_of)]
    assert (np.abs(both[0].value - both[1].value) <= both[1].slack).all() and both[1].derivative
    assert not np.any(both[0].slack)
