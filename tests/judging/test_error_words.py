"""Errors in words: each as NumPy and Python really raise it."""

import numpy as np
import pytest

from course.judging.error_words import in_words
from course.judging.exercise import Case
from course.judging.probes import call

X, W, b = np.ones((2, 3)), np.ones((7, 3)), np.ones(5)
CASE = Case("shapes", {"X": X, "W": W, "b": b})


def nothing():
    return None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda X, W, b: X @ W, "X is (2, 3), W is (7, 3): the inner sizes of a matrix product differ, 3 and 7."),
        (lambda X, W, b: (2 * X)[:, :2] @ W, "on the left stands an axis of 2, on the right one of 7."),
        (lambda X, W, b: np.dot(X, W), "X, which is (2, 3), times W, which is (7, 3), is no matrix product"),
        (lambda X, W, b: X * W, "X, which is (2, 3), and W, which is (7, 3), cannot be combined entry by entry"),
        (lambda X, W, b: X + b[:4], "X, which is (2, 3), and an array that is (4,) cannot be combined"),
        (lambda X, W, b: np.zeros(2).__iadd__(X.sum(axis=1)[:, None]), "cannot be combined entry by entry"),
        (lambda X, W, b: np.zeros(4).__setitem__(slice(None), b), "b, which is (5,), does not fit into a place that is (4,)."),
        (lambda X, W, b: X.reshape(4, 2), "6 numbers do not fill the shape (4, 2), which holds 8."),
        (lambda X, W, b: X.reshape(4, -1), "6 numbers do not fill the shape (4, -1)."),
        (lambda X, W, b: b[5], "index 5 on axis 0, where the last index is 4."),
        (lambda X, W, b: b.sum(axis=1), "axis 1 of an array whose only axis is 0."),
        (lambda X, W, b: X.sum(axis=2), "axis 2 of an array whose last axis is 1."),
        (lambda X, W, b: {}["key"], "KeyError: the key 'key' is not there."),
        (lambda X, W, b: 1 if X > 0 else 0, "one yes or no is asked of a whole array"),
        (lambda X, W, b: nothing() * 2.0, "one side of `*` is None"),
        (lambda X, W, b: nothing()[0], "None is not subscriptable"),
        (lambda X, W, b: float(b.sum())[0], "a single number is not subscriptable"),
        (lambda X, W, b: b.sum()(3), "something that is no function (a numpy.float64): is a `*` missing?"),
        (lambda X, W: X, "The answer is called with X, W, b, in this order."),
        (lambda X, W, b, c: X, "missing 1 required positional argument: 'c'. The answer is called with X, W, b"),
        (lambda X, W, b: np.arange(3).__iadd__(0.5), "an array of whole numbers can hold no fractions"),
        (lambda X, W, b: X @ np.float64(2), "a single number is no side of a matrix product"),
    ],
)
def test_what_an_answer_raises_is_told_in_words(answer, words):
    problem = call(answer, CASE.inputs, 1).problem
    told = in_words(problem, CASE)
    assert words in told and told.startswith(problem.partition(":")[0]) and "\n" not in told


def test_the_line_of_the_answer_tells_which_arrays_were_multiplied():
    signature = "with gufunc signature (n?,k),(k,m?)->(n?,m?)"
    words = f"matmul: Input operand 1 has a mismatch in its core dimension 0, {signature} (size 3 is different from 7)"
    case = Case("two candidates", {"X": np.ones((3, 5)), "W": np.ones((2, 7)), "V": np.ones((4, 7))})
    told = in_words(f"ValueError in `f`, line 2: `return V @ X`: {words}", case)
    assert told.startswith("ValueError in `f`, line 2: `return V @ X`: V is (4, 7), X is (3, 5):")
    assert in_words(f"ValueError: {words}", case).endswith("an axis of 7, on the right one of 3.")
    transposed = in_words(f"ValueError in `f`, line 2: `W @ X.T[:3] + W @ X`: {words}", case)
    assert "W is (2, 7), X is (3, 5)" in transposed


def test_an_error_without_words_stays_as_it_is():
    assert in_words("ZeroDivisionError: division by zero", CASE) == "ZeroDivisionError: division by zero"
