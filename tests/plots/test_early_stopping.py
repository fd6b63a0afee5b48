"""Early stopping: a stop on given curves, and two paths beside L2."""

import numpy as np

from course import plots


def test_two_paths_says_how_far_they_are_apart():
    descent, penalised = np.array([[0.0, 0.0], [1.0, 0.5]]), np.array([[0.0, 0.0], [1.0, 0.75]])
    picture = plots.two_paths([2.0, 0.5], [1.5, 2.0], descent, penalised)
    assert "0.25" in picture.caption and "0.25" in picture.alt
    assert picture.axes[0].get_xlabel().endswith("steep direction") and picture.axes[0].get_ylabel().endswith("flat direction")


def test_a_stop_is_drawn_where_it_is_said():
    picture = plots.stopped([3.0, 2.0, 1.0, 0.5], [2.0, 1.0, 1.5, 1.75], best=2, end=3)
    assert picture.caption == "Stopped after epoch 3 of 4; the best was epoch 2, with a validation loss of 1.000."
    seen, unseen = (line.get_xdata().tolist() for line in picture.axes[0].lines[2:4])
    assert (seen, unseen) == ([1, 2, 3], [3, 4])
    assert picture.axes[0].get_xlim()[0] == 0.5, "there is no epoch 0"
