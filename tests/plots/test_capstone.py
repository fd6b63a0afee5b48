"""The figures of the capstone: every number they give is one they were given."""

import numpy as np
import pytest

from course import plots


def test_a_sheet_has_an_image_for_each_title():
    images = np.random.default_rng(0).random((3, 6))
    picture = plots.sheet(images, (2, 3), ["a 1", "a 2\n(a 7)", "a 3"], columns=2)
    assert len(picture.axes) == 4 and "a 2 (a 7)" in picture.alt
    np.testing.assert_array_equal(picture.axes[2].images[0].get_array(), images[2].reshape(2, 3))
    with pytest.raises(ValueError, match=r"expected 2 images, at least one, of 6 pixels, got \(3, 6\)"):
        plots.sheet(images, (2, 3), ["a 1", "a 2"])


def test_a_confusion_matrix_names_its_largest_error_and_colours_errors_alone():
    picture = plots.confusion(np.array([[90, 3, 0], [1, 80, 7], [0, 0, 70]]))
    assert "240 of 251 are right. Most often, 7 times, class 1 is taken for 2." in picture.alt
    np.testing.assert_array_equal(picture.axes[0].images[0].get_array(), [[0, 3, 0], [1, 0, 7], [0, 0, 0]])
    assert [text.get_text() for text in picture.axes[0].texts] == ["90", "3", "0", "1", "80", "7", "0", "0", "70"]
    with pytest.raises(ValueError, match=r"square table of counts, got shape \(2, 3\)"):
        plots.confusion(np.zeros((2, 3)))


def test_a_table_without_an_error_says_so():
    assert "All 5 are right." in plots.confusion(np.diag([2, 3])).alt
