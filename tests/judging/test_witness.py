"""Witnesses: values by formula, gradients by the complex step, in double precision whatever the case is put in."""

import numpy as np

from course.judging.exercise import Case
from course.judging.witness import gradient_of, in_double, value_of


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
