"""A curve and its slopes."""

import numpy as np

from course import plots


def test_slopes_says_how_far_the_two_are_apart():
    x = np.linspace(-1, 1, 21)
    picture = plots.slopes(x, x**2, 2 * x, 2 * x + 1e-3)
    assert "0.001 away" in picture.alt and "0.001 at most" in picture.caption
    assert "differ by 6 at most" in plots.slopes(x, x**2, 2 * x, 2 * x + 6).caption
    line, dots = picture.axes[1].lines[:2]
    assert np.array_equal(line.get_ydata(), 2 * x) and dots.get_xdata().size == 3
    assert all(ax.get_xlabel() and ax.get_ylabel() for ax in picture.axes)
