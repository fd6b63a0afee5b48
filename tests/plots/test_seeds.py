"""Gains over pairs of runs, and their interval."""

import numpy as np
import pytest

from course import plots
from course.plots.seeds import interval


def test_gains_come_with_an_interval_and_wins():
    gains = np.array([1.0, 2.0, 3.0, -1.0])
    picture = plots.paired_gains({"some": gains, "none": np.array([-1.0, -2.0, -1.5, -1.25])}, xlabel="gain")
    assert f"some: +1.2 ± {interval(gains):.1f}, above 0 in 3 of 4 pairs" in picture.caption
    assert "none: −1.4" in picture.caption and "above 0 in 0 of 4" in picture.caption


@pytest.mark.parametrize(("pairs", "quantile"), [(20, 2.0930), (12, 2.2010), (6, 2.5706)])
def test_the_interval_is_students(pairs, quantile):
    values = np.random.default_rng(1).normal(size=pairs)
    assert interval(values) == pytest.approx(quantile * values.std(ddof=1) / np.sqrt(pairs), rel=0.002)
