"""What an answer needs of a notebook is read from its cells."""

import pytest

from autograder.walls.needs import Facts, facts_of, needed, needed_together

ANSWER = "def answer(x):\n    return helper(x) @ W"


def chosen(*above: str, below: tuple[str, ...] = ()) -> list[int]:
    return needed("answer", [*map(facts_of, above)], [*map(facts_of, below)])


@pytest.mark.parametrize(
    "cell",
    [
        "def helper(x): return x",
        "helper = abs",
        "from module import thing as helper",
        "for W in range(3): pass",
        "W[0] = 1",
        "W.data[...] = 1",
        "W += 1",
        "del W[0]",
        "W.sort()",
        "losses = train(W)",
        "numpy.copyto(dst=W.T, src=0)",
        "def change():\n    global W\n    W = 1",
        "exec(code)",
        "setattr(some, thing, 1)",
        "from numpy import *",
        "this is no Python",
        "%time W = 3",
    ],
)
def test_a_cell_that_binds_or_changes_what_the_answer_uses_is_needed(cell):
    assert chosen(cell, ANSWER) == [0, 1]


@pytest.mark.parametrize(
    "cell",
    [
        "other = W[0]",
        "print(answer(1))",
        "def other(W):\n    W[0] = 1\n    return W",
        "def other():\n    W = 1\n    return W",
        "while True: pass",
        "%%bash\nW=1",
        "!pip install W",
        "assert answer(2) == 4",
    ],
)
def test_a_cell_that_does_not_is_not(cell):
    assert chosen(cell, ANSWER) == [1]


def test_what_a_needed_cell_uses_is_needed():
    assert chosen("a = 1", "b = a", "c = b", "def helper(x): return b", ANSWER) == [0, 1, 3, 4]


def test_a_change_through_a_function_is_seen():
    """Where the function is called, and where what it calls is."""
    assert chosen("W = [0]", "def f():\n    W[0] = 1", "def g():\n    f()", "g()", "h()", ANSWER) == [0, 1, 2, 3, 5]


def test_modules_keep_their_state():
    assert chosen("import numpy as np", "np.random.seed(0)", "np.ones(3)", "def answer(x): return np.random.rand()") == [0, 1, 3]


def test_a_module_that_a_cell_writes_is_needed_by_those_who_import_it():
    cells = ("%%writefile helper.py\nimport more", "%%writefile more.py\nx = 1", "%%writefile other.py", "import helper\n" + ANSWER)
    assert chosen(*cells) == [0, 1, 3]
    assert chosen("%%writefile helper.py\nx = 1", "from helper.deep import y as helper", ANSWER) == [0, 1, 2]


def test_cells_below_serve_for_what_is_bound_nowhere_above():
    assert chosen("W = 1", ANSWER, below=("W = 2", "def helper(x): return more", "more = 1", "exec(code)")) == [0, 1, 3, 4]


def test_where_nothing_binds_the_answer_all_above_is_run():
    assert chosen("a = 1", "b = 1", below=("c = 1",)) == [0, 1]


@pytest.mark.parametrize("source", ["\0", "(" * 10_000, "-" * 100_000 + "1", "\ud800", "x = " + "9" * 10_000])
def test_no_source_is_too_odd_to_look_at(source):
    assert isinstance(facts_of(source), Facts)


def together(*cells: str, below: tuple[int, ...] = ()) -> tuple[list[int], tuple[str, ...]]:
    """What is run for the answers `first`, whose check stands below the first two cells, and `second`, below all but the last."""
    return needed_together([("first", 2, below), ("second", len(cells) - 1, ())], [*map(facts_of, cells)])


FIRST, SECOND = "def first(x):\n    return helper(x)", "def second(x):\n    return x"


def test_for_several_answers_the_cells_of_all_are_run_in_their_order():
    assert together("helper = abs", FIRST, "x = 1", SECOND, "y = 2") == ([0, 1, 3], ())


@pytest.mark.parametrize("cell", ["helper = len", "def second(x): helper.t = 1", "exec(code)", "first.calls = second = 0"])
def test_an_answer_that_a_later_cell_may_change_is_run_apart(cell):
    assert together("helper = abs", FIRST, cell, SECOND + "; helper", "y = 2")[1] == ("first",)


def test_a_later_cell_that_an_answer_needs_itself_does_not_set_it_apart():
    assert together("x = 1", FIRST, "helper = abs", SECOND, "y = 2", below=(2,)) == ([1, 2, 3], ())


def test_a_later_cell_that_nobody_needs_sets_nothing_apart():
    assert together("helper = abs", FIRST, SECOND, "y = 2", "helper = len") == ([0, 1, 2], ())
