"""A mistake as an edit of the right answer: read, placed, applied, composed."""

import numpy as np
import pytest

from course.judging import edits
from course.judging.edits import Edit, applied, edited, source_text


def mean_of_squares(x):
    """Mean of x²."""
    squares = x**2
    return squares.sum() / len(x)


class Counter:
    """Counts."""

    def __init__(self):
        self.count = 0

    def up(self):
        self.count += 1
        return Counter


def test_an_edit_is_read_from_its_text():
    assert Edit.parse("W.T → W") == Edit("W.T", "W")
    assert Edit.parse(" + b → ") == Edit(" + b", "")
    assert Edit.parse(" + b →") == Edit(" + b", "")


@pytest.mark.parametrize("text", ["W.T", " → W", "", "a → b → c", "a->b"])
def test_a_text_that_is_no_edit(text):
    with pytest.raises(ValueError, match="expected an edit such as"):
        Edit.parse(text)


@pytest.mark.parametrize(("before", "times"), [("y", 0), ("x", 3)])
def test_the_left_side_occurs_exactly_once(before, times):
    with pytest.raises(ValueError, match=f"occurs {times} times"):
        Edit(before, "z").place("x + x + x")


def test_an_edit_knows_its_line():
    source = source_text(mean_of_squares)
    assert Edit("def mean_of", "").line(source) == 1
    assert Edit("squares.sum()", "").line(source) == 4


def test_edits_compose_in_any_order():
    one, two = Edit("a", "b"), Edit("c", "a")
    assert applied("a c", [one, two]) == applied("a c", [two, one]) == "b a", "each is placed in the source as it was"


def test_edits_of_the_same_text_do_not_compose():
    with pytest.raises(ValueError, match="two edits touch the same text"):
        applied("x.sum(axis=0)", [Edit("sum(axis=0)", "sum()"), Edit("axis=0", "axis=1")])


def test_an_edited_function_is_compiled_among_the_names_of_its_module():
    wrong = edited(mean_of_squares, ("squares.sum() → np.abs(squares).max()", "len(x) → 1"))
    x = np.array([1.0, 2.0])
    assert wrong(x) == 4.0 and mean_of_squares(x) == 2.5
    assert edited(mean_of_squares, ("squares.sum() → np.abs(squares).max()", "len(x) → 1")) is wrong, "once"


def test_an_edited_class_sees_itself_under_its_name():
    Wrong = edited(Counter, ("+= 1 → += 2",))
    counter = Wrong()
    assert counter.up() is Wrong and counter.count == 2 and Wrong is not Counter


def test_what_does_not_compile_says_so():
    with pytest.raises(SyntaxError):
        edits.edited(mean_of_squares, ("squares.sum() → squares.sum(",))


def test_an_edited_answer_knows_the_numbers_of_its_variant():
    def times(factor):
        def scaled(x):
            return factor * x + 1

        return scaled

    assert [edited(times(factor), ("+ 1 → - 1",))(10) for factor in (2, 3)] == [19, 29]
