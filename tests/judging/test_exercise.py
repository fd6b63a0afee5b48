"""The record of an exercise: what its right answer says of it, its mistakes, what it lends."""

from dataclasses import replace

import numpy as np
import pytest

from course.judging.exercise import Criterion, Exercise, Mistake
from course.units import exercise


def line(x, slope, start=0.0):
    """A line through `start`.

    x is (N,), slope a number.
    """
    return start + slope * x


SQUARED = Mistake("the slope is squared", "Once.", "slope * x → slope**2 * x")
NEGATIVE = Mistake("x is negative", "Look at the sign.", "return start → x = -x; return start")
ANOTHER = Mistake("it is another", "Read again.", lambda x, slope: x)
LINE = Exercise(
    right=line,
    criteria=(Criterion("y", 2, "the line"),),
    cases=lambda rng: iter(()),
    expected=lambda case: {},
    mistakes=(SQUARED, NEGATIVE, ANOTHER),
)


def test_name_parameters_and_what_is_asked_come_from_the_right_answer():
    assert (LINE.name, LINE.parameters, LINE.points, LINE.value_count) == ("line", ("x", "slope", "start"), 2, 1)
    assert LINE.asks == "`line(x, slope, start=0.0)`: A line through `start`. x is (N,), slope a number."


def test_two_mistakes_of_one_name_and_causes_that_are_no_mistakes_are_refused():
    with pytest.raises(ValueError, match="line has two mistakes called 'the slope is squared'"):
        replace(LINE, mistakes=(SQUARED, SQUARED))
    with pytest.raises(ValueError, match="line has no mistake called 'x is lost'"):
        replace(LINE, causes=("x is lost",))


def test_a_mistake_is_found_by_its_name():
    assert LINE.mistake("it is another") is ANOTHER
    with pytest.raises(ValueError, match="no mistake called 'unheard of'; it has"):
        LINE.mistake("unheard of")


def test_answers_with_one_mistake_and_with_two():
    assert LINE.answer_with(SQUARED)(2.0, 3.0) == 18.0
    assert LINE.answer_with(ANOTHER)(2.0, 3.0) == 2.0
    assert LINE.answer_with(SQUARED, NEGATIVE)(2.0, 3.0) == -18.0
    with pytest.raises(ValueError, match="answer of its own"):
        LINE.answer_with(SQUARED, ANOTHER)


def test_what_is_lent_takes_lists_and_names_and_refuses_other_arguments():
    lend = exercise("linear_forward").lend
    assert lend([[1.0]], W=[[2.0]], b=np.array([3.0])).tolist() == [[5.0]]
    for arguments, named in (((1,), {}), ((1, 2, 3, 4), {}), ((1, 2), {"c": 3})):
        with pytest.raises(TypeError, match="takes X, W, b"):
            lend(*arguments, **named)
