"""A model answer and its criteria, read from the text of a cell."""

import pytest

from autograder.rubric import Criterion, Rubric

SOURCE = """\
**Model answer.**

1. Each example adds `b[i]`.
2. - 1: this dash belongs to the answer

**Rubric.** Half points
where the reason is missing.

- 1: all examples,
  *same* output: $\\Gamma(b_i)$
- 1.5: the sum
"""


def test_a_cell_is_taken_apart():
    rubric = Rubric.read(SOURCE)
    assert rubric.model.startswith("1. Each example") and rubric.model.endswith("belongs to the answer")
    assert rubric.remarks == "Half points\nwhere the reason is missing."
    assert rubric.criteria == (Criterion(1, "all examples, *same* output: $\\Gamma(b_i)$"), Criterion(1.5, "the sum"))
    assert rubric.points == 2.5


def test_remarks_after_the_criteria_are_kept():
    assert Rubric.read("**Rubric:**\n\n- 1: a\n- 1: b\n\nAny words.").remarks == "Any words."


@pytest.mark.parametrize("source", ["", "Because of the instructor's own reasons.", "**Rubric.** 1 point: a. 1 point: b."])
def test_a_rubric_in_plain_words_has_no_criteria_and_keeps_its_words(source):
    rubric = Rubric.read(source)
    assert rubric.criteria == () and rubric.points == 0
    assert (rubric.model or rubric.remarks) == source.removeprefix("**Rubric.** ")


@pytest.mark.parametrize(("points", "choices"), [(0.5, (0, 0.5)), (1, (0, 0.5, 1)), (0.25, (0, 0.25)), (1.25, (0, 0.5, 1, 1.25))])
def test_a_part_of_a_criterion_may_be_given(points, choices):
    assert Criterion(points, "").choices == choices
