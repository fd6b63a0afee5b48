"""What the judge lends keeps its bounds, whatever is made of it."""

import numpy as np
import pytest

from autograder.lending import MOST_OBJECTS, bounded, lent
from autograder.walls.protocol import Handle
from autograder.walls.sandbox import Cell, Sandbox
from course.units import exercise


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(unsafe=True) as sandbox:
        yield sandbox


def borrow(sandbox, body: str):
    """What an answer with this body returns, to whom `EarlyStopper` is lent."""
    source = "import numpy as np\ndef answer():\n    " + body.replace("\n", "\n    ")
    with sandbox.run([Cell("a", source)], "answer", lend=lent(["EarlyStopper"])) as run:
        return run.ask({})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("a, b = EarlyStopper(1), EarlyStopper(patience=2)\na.update(3.0, np.ones(2))\nreturn a.best_loss, b.patience", [3, 2]),
        ("a = EarlyStopper(1)\nreturn a.update(1, np.ones(2)), a.update(loss=2, weights=np.ones(2))", [0, 1]),
        ("a = EarlyStopper(1)\na.update(1, [1.0, 2.0])\nreturn a.best_weights", [1, 2]),
        ("a = EarlyStopper(1)\na.best_loss = np.array([7.5, 8.5])\nreturn a.best_loss + 1", [8.5, 9.5]),
        ("a = EarlyStopper(1)\nreturn [isinstance(a, EarlyStopper), type(a).__name__ == 'EarlyStopper', hasattr(a, 'nothing')]", [1, 1, 0]),
    ],
)
def test_an_object_is_lent(sandbox, body, value):
    reply = borrow(sandbox, body)
    assert reply.problem == ""
    np.testing.assert_array_equal(reply.arrays[0], value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return EarlyStopper()", "EarlyStopper takes patience, min_delta; got 0 values"),
        ("return EarlyStopper(1).update(1)", "missing 1 required positional argument"),
        ("return EarlyStopper(1).update(1, np.ones(2000))", "at most 1000 numbers in all"),
        ("EarlyStopper(1).more = 1", "it has no attribute 'more'"),
        ("EarlyStopper(1).best_loss = np.ones(2000)", "at most 1000 numbers in all"),
        ("return [EarlyStopper(1) for _ in range(2000)]", "at most 1000 objects"),
        ("a = EarlyStopper(1)\na.__dict__['_handle'] = 5\nreturn a.best_loss", "expected an object that was lent"),
        ("a = EarlyStopper(1)\nreturn a._hidden", "has no attribute"),
        ("return EarlyStopper(10**40).patience", "64 bits"),
    ],
)
def test_what_is_made_of_a_lent_object_is_refused_in_words(sandbox, body, words):
    assert words in borrow(sandbox, body).problem


def test_nothing_but_what_is_public_can_be_reached():
    functions = lent(["EarlyStopper"])
    handle = functions["EarlyStopper"](1)
    for name in ("__class__", "__dict__", "_x", 3, None):
        with pytest.raises(AttributeError):
            functions["EarlyStopper.[]"](handle, name)
    for forged in (Handle(7), Handle(-1), 0, None):
        with pytest.raises(ValueError, match="that was lent"):
            functions["EarlyStopper.update"](forged, 1.0, np.ones(2))


def test_objects_are_counted_for_each_loan():
    first, second = lent(["EarlyStopper"]), lent(["EarlyStopper"])
    for _ in range(MOST_OBJECTS):
        first["EarlyStopper"](1)
    with pytest.raises(ValueError, match="at most 1000 objects"):
        first["EarlyStopper"](1)
    assert second["EarlyStopper"](1) == Handle(0)


@pytest.mark.parametrize(
    "inputs",
    [
        (np.ones(600), np.ones(600)),
        (np.ones((100_000, 0)), np.ones((0, 1_000))),
        (np.ones((1, 0)), np.ones((0, 100_000_000))),
        ([[1.0] * 30] * 40,),
        ((10_000, 10_000),),
    ],
    ids=["two arrays", "empty arrays with a large product", "an empty array that is wide", "a list", "a shape"],
)
def test_what_would_take_the_judge_long_is_not_answered(inputs):
    with pytest.raises(ValueError, match="at most 1000 numbers in all"):
        bounded(lambda *values: pytest.fail("it was computed"))(*inputs)


def test_ordinary_borrowed_calls_are_answered():
    assert bounded(lambda X, W, b: X @ W + b)(np.ones((20, 10)), np.ones((10, 5)), b=np.ones(5)).shape == (20, 5)


def test_nested_inputs_are_measured_too():
    layers = [(np.ones((20, 10)), np.ones(10)), (np.ones((10, 2)), np.ones(2))]
    assert bounded(len)(layers) == 2
    graph = (("input", (), ()), ("relu", tuple(range(9)), (0.5,) * 9))
    assert bounded(len)(graph) == 2
    with pytest.raises(ValueError, match="at most"):
        bounded(lambda *values: pytest.fail("it was computed"))([np.ones((40, 40)), np.ones(3)])


@pytest.mark.parametrize("curvature", [10**40, (10**40,), [10**40], ((1, 10**40),)])
def test_whole_numbers_without_end_are_refused(curvature):
    with pytest.raises(ValueError, match=r"64 bits|at most 1000 numbers"):
        bounded(lambda *values: pytest.fail("it was computed"))(1, curvature, 10**9)


@pytest.mark.parametrize("curvature", [3, [3, 4]])
def test_a_power_of_a_lent_whole_number_takes_no_time(curvature):
    """(1 - 3)**(10**9) has 300 million digits; of numbers of 64 bits it has 64."""
    with np.errstate(all="ignore"):
        bounded(exercise("shrinkage").lend)(1, curvature, 10**9)
