"""The figures of dropout: what they say is what the numbers are."""

import numpy as np
import pytest

from course import plots


def test_thinned_networks_say_who_is_active():
    masks = [np.ones(3), np.array([1, 0, 0, 1]), np.ones(2)]
    picture = plots.thinned({"whole": [np.ones(3), np.ones(4), np.ones(2)], "thinned": masks})
    assert "thinned: 3 of 3, 2 of 4, 2 of 2 nodes active" in picture.alt
    crosses = [text for text in picture.axes[0].texts if text.get_text() == "×"]
    assert len(crosses) == 2
    assert len(picture.axes[0].lines) == 2 * (3 * 4 + 4 * 2), "every edge is drawn, dead ones faintly"
    assert sum(line.get_linestyle() == ":" for line in picture.axes[0].lines) == 2 * 3 + 2 * 2


def test_subnetworks_are_counted_with_their_probability():
    values, shares = np.array([0.0, 0.5, 1.0]), np.array([0.25, 0.25, 0.5])
    picture = plots.subnetworks(values, shares, {"mean": 0.625, "single": 0.7}, xlabel="output", title="three")
    heights = [bar.get_height() for bar in picture.axes[0].patches]
    assert sum(heights) == pytest.approx(1) and max(heights) == pytest.approx(0.5)
    assert picture.caption == "3 networks, from 0 to 1. mean: 0.6250; single: 0.7000."
    assert [text.get_text() for text in picture.axes[0].texts] == ["mean: 0.6250", "single: 0.7000"]
    assert {text.get_ha() for text in picture.axes[0].texts} == {"right"}, "the room is on the left"


def test_lines_that_coincide_are_told_apart_by_their_width():
    picture = plots.subnetworks(np.array([0.0, 1.0]), np.ones(2) / 2, {"mean": 0.2, "one": 0.3, "other": 0.3}, xlabel="x", title="two")
    (below, above) = picture.axes[0].lines[1:]
    assert below.get_xdata() == above.get_xdata() and below.get_linewidth() > 2 * above.get_linewidth()
    assert {text.get_ha() for text in picture.axes[0].texts} == {"left"}, "the room is on the right"


def test_a_running_mean_says_whether_the_line_lies_inside():
    values = np.random.default_rng(0).normal(1.0, 1.0, 1000)
    picture = plots.running_mean({"near": (values, 1.0), "far": (values, 2.0)}, ylabel="output")
    assert f"after 1,000 masks {values.mean():.4f} ± {1.96 * values.std(ddof=1) / np.sqrt(1000):.4f}" in picture.caption
    assert "1.0000, by expected weights, lies inside" in picture.caption and "2.0000, by expected weights, lies outside" in picture.caption
    assert picture.axes[0].get_xscale() == "log"
    for ax, above in zip(picture.axes, (values.mean() > 1.0, values.mean() > 2.0), strict=True):
        names = {text.get_text(): text for text in ax.texts}
        assert set(names) == {"mean over masks", "expected weights", "95 % interval"}
        assert (names["mean over masks"].xyann[1] > names["expected weights"].xyann[1]) == above
    with pytest.raises(ValueError, match=r"expected 10 masks or more for each panel, got \[9\]"):
        plots.running_mean({"few": (values[:9], 1.0)}, ylabel="output")
