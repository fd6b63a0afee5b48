"""The heat map of a difference: levels, text, page and words."""

import numpy as np
import pytest

from course.judging import heatmap


def mapped(got, right):
    got, right = np.asarray(got, float), np.asarray(right, float)
    return heatmap.levels(got != right, got - right, float(np.abs(right).max()))


def test_levels_grow_with_the_difference():
    assert mapped([1, 1.001, 1.05, 1.5, 3, np.nan], np.ones(6)) == ((0, 1, 2, 3, 4, 4),)


def test_a_single_number_has_no_map():
    assert mapped(2.0, 1.0) == () and mapped([2.0], [1.0]) == ()


def test_right_zeros_and_many_axes():
    assert mapped([[0, 1], [0, 0]], np.zeros((2, 2))) == ((0, 4), (0, 0))
    assert len(mapped(np.ones((2, 3, 4)), np.zeros((2, 3, 4)))) == 6


def test_a_large_array_is_shown_in_blocks_by_the_worst_entry():
    got = np.zeros((100, 100))
    got[99, 0] = 1
    shown = mapped(got + 1, np.ones((100, 100)))
    assert len(shown) <= heatmap.MOST_ROWS and len(shown[0]) <= heatmap.MOST_COLUMNS
    assert shown[-1][0] == 4 and sum(map(sum, shown)) == 4


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ([[1, 2], [1, 2], [1, 1]], "2 of 6 entries differ, all in column 1"),
        ([[1, 1], [2, 2], [1, 1]], "2 of 6 entries differ, all in row 1"),
        ([[2, 1], [2, 2], [1, 1]], "3 of 6 entries differ"),
    ],
)
def test_words_for_those_who_cannot_see_it(got, words):
    found = mapped(got, np.ones((3, 2)))
    assert heatmap.described(found).endswith(words)
    assert f'role="img" aria-label="{heatmap.described(found)}"' in heatmap.as_html(found)


def test_text_and_page_explain_what_they_show():
    found = mapped([[1, 1.05], [1, 1]], np.ones((2, 2)))
    assert heatmap.as_text(found) == ["·▒", "··", "· right, ▒ off by less than 10 % of the largest right entry"]
    page = heatmap.as_html(found)
    assert page.count(heatmap.COLOURS[0]) == 3 + 1 and page.count(heatmap.COLOURS[2]) == 1 + 1, "each cell, and once in the key"
    assert "off by less than 10 % of the largest right entry" in page
