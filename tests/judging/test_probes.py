"""What runs beside an answer: replies in plain arrays and plain words."""

from itertools import combinations, count

import numpy as np
import pytest

from course.judging.probes import PROBES, Formula, NotAnArray, Reply, Seed, call, plain


class Hostile(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        raise AssertionError("never asked")

    def __eq__(self, other):
        return True


def test_a_value_alone_and_a_value_in_a_tuple_of_one():
    for answer in (lambda x: x + 1, lambda x: (x + 1,)):
        assert call(answer, {"x": np.ones(2)}, 1).arrays[0].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(("value", "shape"), [((5,), (1,)), (((1, 2),), (1, 2)), (([1.0, 2.0],), (1, 2))])
def test_a_tuple_of_one_number_or_one_row_is_an_array_of_its_own(value, shape):
    assert call(lambda x: value, {"x": np.ones(2)}, 1).arrays[0].shape == shape


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


def test_a_list_of_arrays_is_changed_where_one_of_them_is():
    def add_one(layers):
        layers[1][0][...] += 1
        return 1.0

    given = {"layers": [(np.ones((2, 3)), np.ones(3)), (np.ones((3, 1)), np.ones(1))]}
    assert call(lambda layers: 1.0, given, 1).changed == ()
    assert call(add_one, given, 1).changed == ("layers",)
    assert call(lambda layers: layers.pop() and 1.0, given, 1).changed == ("layers",)


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


def test_a_seed_becomes_a_generator_and_a_text_a_function():
    reply = call(lambda f, rng: f(rng.random(3)), {"f": Formula("lambda x: np.sort(x)"), "rng": Seed(7)}, 1)
    assert np.array_equal(reply.arrays[0], np.sort(np.random.default_rng(7).random(3))) and reply.changed == ()


def test_drawn_shows_what_is_reproducible_and_what_changes():
    first, again, *others = PROBES["drawn"](lambda n, rng: rng.random(n), {"n": 400, "rng": Seed(7)}, 1).arrays[0]
    assert np.array_equal(first, again) and len(others) == 6 and len({tuple(draw) for draw in (first, *others)}) == 7
    assert "shape changes" in PROBES["drawn"](lambda n, rng: rng.random(rng.integers(1, 99)), {"n": 4, "rng": Seed(7)}, 1).arrays[0].what
    assert PROBES["drawn"](lambda n, rng: None, {"n": 4, "rng": Seed(7)}, 1).arrays[0].what == "None"
    assert "ZeroDivisionError" in PROBES["drawn"](lambda n, rng: 1 / 0, {"n": 4, "rng": Seed(7)}, 1).problem


@pytest.mark.parametrize("n", [4, 9000])
def test_small_and_large_results_are_drawn_from_two_seeds(n):
    first, again, other = PROBES["drawn"](lambda n, rng: rng.random(n), {"n": n, "rng": Seed(7)}, 1).arrays[0]
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("n", [4, 400, 9000])
@pytest.mark.parametrize("alike", [*combinations(range(4), 2), *combinations(range(4), 3), range(4)])
def test_an_answer_that_counts_its_calls_does_not_know_which_belong_together(n, alike):
    def seems_drawn(number):
        calls = count()

        def counting(n, rng):
            call = next(calls)
            return np.random.default_rng(99 if call in alike else call).random(n)

        first, again, *others = PROBES["drawn"](counting, {"n": n, "rng": Seed(number)}, 1).arrays[0]
        return np.array_equal(first, again) and not any(np.array_equal(first, other) for other in others)

    assert sum(map(seems_drawn, range(24))) <= 4


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_pieces_are_joined_and_counted(kind):
    joined, lengths = PROBES["pieces"](lambda n: kind([np.arange(2), [5]]), {"n": 3}, 2).arrays
    assert joined.tolist() == [0, 1, 5] and lengths.tolist() == [2, 1]


def test_pieces_of_a_random_answer_come_with_the_same_seed_and_with_another():
    ask = {"n": 9, "rng": Seed(4)}
    joined, lengths, again, other = PROBES["pieces"](lambda n, rng: np.split(rng.permutation(n), 3), ask, 2).arrays
    assert np.array_equal(joined, again) and not np.array_equal(joined, other) and lengths.tolist() == [3, 3, 3]


def test_pieces_of_something_that_has_none():
    assert "TypeError" in PROBES["pieces"](lambda n: None, {"n": 3}, 2).problem
    assert PROBES["pieces"](lambda n: [], {"n": 3}, 2).arrays[1].size == 0


class Double:
    """A node that knows one operation, 2 · a · b."""

    def __init__(self, value, parents=()):
        self.value, self.parents, self.grad = value, parents, 0.0

    def __mul__(self, other):
        return Double(2 * self.value * other.value, (self, other))

    def backward(self):
        a, b = self.parents
        a.grad, b.grad = 2 * b.value, 2 * a.value


def test_a_node_is_driven_through_a_formula():
    ask = {"values": np.array([3.0, 5.0]), "formula": Formula("lambda a, b: a * b")}
    assert PROBES["node"](Double, ask, 1).arrays[0].tolist() == [30.0, 10.0, 6.0]
    assert "AttributeError" in PROBES["node"](Double, {**ask, "formula": Formula("lambda a, b: a.exp()")}, 1).problem


class Patient:
    """A rule that keeps what it was given, and stops at the third loss."""

    def __init__(self, patience, min_delta):
        self.losses, self.best_loss = [], None

    def update(self, loss, weights):
        self.losses.append(loss)
        self.best_loss, self.best_weights = min(self.losses), weights
        return len(self.losses) == 3


def test_a_stopper_is_driven_until_it_stops_and_has_to_copy_the_weights():
    ask = {"patience": 1, "min_delta": 0.0, "losses": np.array([3.0, 1.0, 2.0, 0.0]), "weights": np.arange(8.0).reshape(4, 2)}
    decisions, loss, weights = PROBES["stopper"](Patient, ask, 3).arrays
    assert decisions.tolist() == [False, False, True] and loss == 1.0 and np.isnan(weights).all()


def test_one_array_stays_one_whatever_its_length():
    [array] = call(lambda x: np.stack([x, 2 * x]), {"x": np.arange(3.0)}, 2).arrays
    assert array.tolist() == [[0, 1, 2], [0, 2, 4]]
