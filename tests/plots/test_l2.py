"""The figures of the L2 penalty: what they say is what the numbers are."""

import numpy as np
import pytest

from course import plots


def test_fitted_curves_say_how_far_they_are_from_the_truth():
    grid = np.linspace(-1, 1, 50)
    curves = {"right": np.sin(grid), "one above": np.sin(grid) + 1}
    picture = plots.fitted_curves(np.array([-1.0, 0, 1]), np.array([-1.0, 0, 1]), grid, np.sin(grid), curves)
    assert "right 0, one above 1." in picture.caption and "3 noisy points and 2 curves" in picture.alt
    assert picture.axes[0].get_ylim() == pytest.approx((-1.5, 1.5))


def test_a_spread_of_weights_says_their_squares_and_the_largest():
    panels = {"layer 1": {"no penalty": np.array([[3.0, -4.0]]), "penalised": np.array([[0.5, 0.0]])}}
    picture = plots.weight_spread(panels)
    assert picture.caption == "layer 1, no penalty: Σ w² = 25, largest |w| 4; layer 1, penalised: Σ w² = 0.25, largest |w| 0.5."
    heights = [bar.get_height() for bar in picture.axes[0].patches]
    assert sum(heights) == pytest.approx(2), "two histograms, each of shares that add up to 1"


def test_penalty_curves_find_the_lowest_mean():
    lams = np.array([1e-3, 1e-2, 1e-1])
    runs = np.array([[2.0, 1.0, 2.0], [8.0, 2.25, 2.0]])
    picture = plots.penalty_curves(lams, {"validation": runs}, ylabel="loss")
    assert "(means of the logarithms) over 2" in picture.caption and "validation: lowest at λ = 1.0e-02, 1.5 (" in picture.caption
    assert "4 at λ = 1e-03, 2 at λ = 1e-01" in picture.alt
    assert picture.axes[0].get_xscale() == picture.axes[0].get_yscale() == "log"
