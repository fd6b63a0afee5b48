"""Early stopping beside L2."""

import numpy as np

from course import plots


def test_two_paths_says_how_far_they_are_apart():
    descent, penalised = np.array([[0.0, 0.0], [1.0, 0.5]]), np.array([[0.0, 0.0], [1.0, 0.75]])
    picture = plots.two_paths([2.0, 0.5], [1.5, 2.0], descent, penalised)
    assert "0.25" in picture.caption and "0.25" in picture.alt
    assert picture.axes[0].get_xlabel().endswith("steep direction") and picture.axes[0].get_ylabel().endswith("flat direction")
