"""Whatever an answer returns, it gets a verdict: odd values through the grading of every exercise, in the notebook and before the judge.

Each exercise is given one in eight of them, and every one of them comes to eight or nine exercises: all of all would take minutes.
"""

import contextlib
import tracemalloc
import zlib
from dataclasses import replace
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.judge import LARGEST_REPLY, Hearing
from autograder.questions import Questions
from autograder.walls.sandbox import Limits
from course.checking import asking
from course.judging.grading import grade
from course.judging.probes import NotAnArray, Reply, plain
from course.judging.verdict import Verdict
from course.units import UNITS, Exercise

ALL = [pytest.param(e, id=e.name) for exercises in UNITS.values() for e in exercises]

SHARE = 8  # an exercise is given one in so many

# Replies that no probe makes, over which the tests of a property stumble: before the judge they end in "could not grade".
STUMBLES = ("topological_order", "Node", "initialise", "minibatches", "dropout_mask", "inverted_dropout", "EarlyStopper")

# Lists, text and the like arrive as arrays or as words. None of these is the value of any case but by chance.
VALUES = [0, -0.0, 7, 10**30, 2**64 - 1, True, np.nan, np.inf, 1j, None, "text", b"bytes", int, object(), range(3), np.float16(3)]
CONTAINERS = [[], [[]], (), [1, [2]], [1, [2, [3]]], {}, {"W": 1}, {1, 2}, (None, None), np.array(None), np.array(["a"]), np.array([1j])]
SHAPES = [(0,), (1,), (1, 1), (3, 1), (1, 3), (0, 3), (3, 0), (2, 3, 4), (1,) * 20]
FILLED = [
    0.0,
    -0.0,
    np.nan,
    -np.inf,
    1e308,
    5e-324,
    np.float32(3e38),
    np.float16(-1),
    np.int8(-128),
    np.int64(-(2**63)),
    np.uint64(2**64 - 1),
    True,
]
CHANGED = [
    lambda right: right.astype(complex),
    lambda right: right.astype(object),
    lambda right: right.reshape(-1, 1),
    lambda right: right[None],
    lambda right: right[..., None],
    lambda right: right.ravel()[:-1],
    lambda right: right.ravel()[::-1].reshape(right.shape),
    lambda right: np.append(right, right),
    lambda right: np.random.default_rng(1).normal(size=right.shape),
    lambda right: np.random.default_rng(1).integers(-100, 100, size=right.shape),
    lambda right: right.tolist(),
]


def odd(right: object) -> list:
    """Odd values, among them such as have the right one's shape."""
    alike = np.asarray(0.0 if isinstance(right, NotAnArray) else right)
    filled = [np.full(alike.shape, value, dtype=np.asarray(value).dtype) for value in FILLED]
    return [*VALUES, *CONTAINERS, *map(np.ones, SHAPES), np.zeros(10**6), *filled, *(change(alike) for change in CHANGED)]


def first_of(e: Exercise, among: int = SHARE) -> int:
    """Where an exercise begins, so that all of them together are given everything."""
    return zlib.crc32(e.name.encode()) % among


def put(e: Exercise) -> tuple[Exercise, list]:
    """The exercise with its cases drawn once, and what the right answer replies to them."""
    cases = list(e.cases(np.random.default_rng(1)))
    return replace(e, cases=lambda rng: cases), [asking(e, e.right)(case).arrays for case in cases]


def early_stopper(value):
    """An early-stopping rule with an odd best loss and odd weights, that stops at once."""
    return lambda patience, min_delta: SimpleNamespace(update=lambda loss, weights: True, best_loss=value, best_weights=value)


def node(value):
    """A node whose value and gradient are odd."""

    class Odd:
        def __init__(self, number):
            self.value = self.grad = value

        def backward(self):
            pass

        def of(self, *others):
            return self

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __neg__ = of
        exp = log = tanh = sigmoid = relu = sin = cos = of

    return Odd


def answers(e: Exercise, first: tuple):
    """Answers that return an odd value alone, as each of their values, as one among right ones, and in wrong numbers."""
    for value in odd(first[0]):
        if e.probe in ("node", "stopper"):
            yield {"node": node, "stopper": early_stopper}[e.probe](value)
            continue
        yield lambda *inputs, value=value: value
        for count in {e.value_count, e.value_count + 1, 1} if e.value_count > 1 or e.probe == "pieces" else ():
            yield lambda *inputs, value=value, count=count: (value,) * count
        yield lambda *inputs, value=value: (value, *first[1:])


@pytest.mark.parametrize("e", ALL)
def test_every_odd_answer_gets_a_verdict(e: Exercise):
    fixed, rights = put(e)
    attempts: dict = {id(case): {} for case in fixed.cases(np.random.default_rng(1))}
    for answer in islice(answers(e, rights[0]), first_of(e), None, SHARE):
        verdict = grade(fixed, asking(e, answer), 1, attempts)
        assert verdict.outcome in ("passed", "partial", "failed") and str(verdict)


def judged(e: Exercise, replies: dict[str, Reply]):
    """The judge's verdict on an answer whose replies are known, by the name of the case."""
    cases = {id(case.inputs): case for case in e.cases(np.random.default_rng(1))}
    of_cells = {"cell_errors": {}, "late": 0, "hung_cell": None, "left_out": 0, "troubled": False}
    run = SimpleNamespace(ask=lambda inputs: replies[cases[id(inputs)].name], **of_cells)
    sandbox = SimpleNamespace(limits=Limits(), run_for=lambda *how, **more: contextlib.nullcontext(run))
    submission = SimpleNamespace(fingerprint="", unanswered=(), code_cells_before=lambda name: (), code_cells_after=lambda name: ())
    return Hearing(submission, sandbox, Questions(b"secret")).verdict(e)


@pytest.mark.parametrize("e", ALL)
def test_every_odd_reply_before_the_judge_gets_a_verdict_even_one_that_no_probe_makes(e: Exercise):
    """Behind the wall a student's code may send what it likes: any arrays, in any number."""
    fixed, rights = put(e)
    names = [case.name for case in fixed.cases(np.random.default_rng(1))]
    kinds = len(odd(np.zeros(2)))
    for kind in range(first_of(e), kinds, SHARE):
        place = kind % max(len(rights[0]), 1)
        one, every = {}, {}
        for name, right in zip(names, rights, strict=True):
            values = [plain(odd(array)[kind]) for array in right]
            one[name] = Reply(tuple(values[i] if i == place else array for i, array in enumerate(right)))
            every[name] = Reply(tuple(values))
        check(e, judged(fixed, one))
        check(e, judged(fixed, every))
    for count in (0, 1, 2, 3, 5, 64):
        check(e, judged(fixed, {name: Reply((right * count)[:count]) for name, right in zip(names, rights, strict=True)}))


def check(e: Exercise, verdict: Verdict) -> None:
    """A verdict decides, but where the reply is one that an exercise's own tests are known to stumble over."""
    assert str(verdict) and (verdict.outcome in ("passed", "partial", "failed") or e.name in STUMBLES)


@pytest.mark.parametrize("e", ALL)
def test_the_largest_reply_takes_little_memory(e: Exercise):
    fixed, rights = put(e)
    value = np.ones(((LARGEST_REPLY,), (LARGEST_REPLY, 1), (500, LARGEST_REPLY // 500))[first_of(e, 3)])
    replies = {case.name: Reply((value, *right[1:])) for case, right in zip(fixed.cases(np.random.default_rng(1)), rights, strict=True)}
    tracemalloc.start()
    try:
        assert str(judged(fixed, replies))
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


def test_a_column_matrix_is_no_order_and_a_number_no_weights():
    order = next(e for exercises in UNITS.values() for e in exercises if e.name == "topological_order")
    verdict = grade(order, asking(order, lambda parents: [np.ones((1, 1))] * len(parents)), 1)
    assert "the entries of yours are lists themselves" in verdict.reason
    rule = next(e for exercises in UNITS.values() for e in exercises if e.name == "EarlyStopper")
    assert grade(rule, asking(rule, early_stopper(1.0)), 1).outcome == "failed"
