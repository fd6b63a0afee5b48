"""What runs beside an answer: replies in plain arrays and plain words."""

import numpy as np
import pytest

from course.probes import NotAnArray, Reply, call, plain


class Hostile(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        raise AssertionError("never asked")

    def __eq__(self, other):
        return True


def test_a_value_alone_and_a_value_in_a_tuple_of_one():
    for answer in (lambda x: x + 1, lambda x: (x + 1,)):
        assert call(answer, {"x": np.ones(2)}, 1).arrays[0].tolist() == [2.0, 2.0]


def test_several_values_in_a_tuple_or_a_list():
    for kind in (tuple, list):
        reply = call(lambda x, kind=kind: kind([x, 2 * x]), {"x": np.ones(2)}, 2)
        assert [a.tolist() for a in reply.arrays] == [[1.0, 1.0], [2.0, 2.0]]


def test_inputs_reach_the_answer_by_position_and_as_copies():
    given = {"b": np.zeros(2), "a": np.ones(2)}

    def answer(first, second):
        first += 5
        return first - second

    reply = call(answer, given, 1)
    assert reply.arrays[0].tolist() == [4.0, 4.0] and reply.changed == ("b",) and given["b"].tolist() == [0.0, 0.0]


def test_nan_inputs_that_stay_as_they_were_are_not_changed():
    assert call(lambda x: x, {"x": np.array([np.nan])}, 1).changed == ()


@pytest.mark.parametrize(("item", "dtype"), [([1, 2], "i"), ([1.5], "f"), (True, "b"), (np.float32(1), "f"), ([[1, 2.5]], "f")])
def test_numbers_of_every_kind_are_plain_arrays(item, dtype):
    array = plain(item)
    assert type(array) is np.ndarray and array.dtype.kind == dtype


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (None, "None"),
        ("x", "text"),
        ([[1], [2, 3]], "rows differ"),
        (1j, "complex"),
        ({"a": 1}, "objects"),
        (object(), "objects"),
        (b"x", "bytes"),
    ],
)
def test_what_is_no_array_of_numbers_is_told_in_words(item, says):
    result = plain(item)
    assert isinstance(result, NotAnArray) and says in result.what


def test_a_subclass_becomes_a_plain_array():
    array = plain(np.ones(3).view(Hostile))
    assert type(array) is np.ndarray and array.tolist() == [1.0, 1.0, 1.0]


def test_errors_are_told_in_one_line():
    reply = call(lambda x: x[7], {"x": np.ones(2)}, 1)
    assert reply.problem.startswith("IndexError") and "\n" not in reply.problem


def test_an_error_says_where_in_the_students_cell_it_arose():
    import linecache

    source = "def answer(x):\n    y = x + 1\n    return y.nothing\n"
    linecache.cache["<cell a1>"] = (len(source), None, source.splitlines(True), "<cell a1>")
    names: dict = {}
    exec(compile(source, "<cell a1>", "exec"), names)
    assert "in `answer`, line 3: `return y.nothing`" in call(names["answer"], {"x": np.ones(2)}, 1).problem


def test_the_stub_is_not_written():
    def stub(x):
        raise NotImplementedError()

    assert call(stub, {"x": np.ones(1)}, 1) == Reply(not_written=True)
