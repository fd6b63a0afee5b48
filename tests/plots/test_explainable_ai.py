"""The figures of explanations: every number they give is one they were given."""

import numpy as np
import pytest

from course import plots

RNG = np.random.default_rng(3)
IMAGES = RNG.random((2, 4, 6))


def test_strongest_inputs_stand_beside_their_units_weights():
    W, values = RNG.normal(size=(6, 2)), np.array([[3.0, 2.0, 1.5, 1.0], [2.5, 2.0, 1.0, 0.5]])
    picture = plots.strongest_inputs(W, IMAGES, (2, 3), values, titles=["unit 4", "unit 7"])
    assert len(picture.axes) == 2 * 5
    assert "unit 4 3.00, unit 7 2.50 at most" in picture.alt
    np.testing.assert_array_equal(picture.axes[5].images[0].get_array(), W[:, 1].reshape(2, 3))
    np.testing.assert_array_equal(picture.axes[7].images[0].get_array(), IMAGES[1, 1].reshape(2, 3))
    with pytest.raises(ValueError, match=r"in = 6, got \(6, 2\), \(2, 4, 6\), \(2, 4\) and 1 titles"):
        plots.strongest_inputs(W, IMAGES, (2, 3), values, titles=["one"])


def test_votes_stand_below_the_activations_of_their_unit():
    weights, means = np.array([[2.0, -1.0, 0.5], [0.1, 0.3, 0.2]]), np.array([[4.0, 0.0, 1.0], [1.0, 2.0, 3.0]])
    picture = plots.votes(weights, means, titles=["unit 4", "unit 7"])
    assert "unit 4: most active for class 0 (4.00); votes for class 0 (2.00), then 2 (0.50); unit 7: most active for class 2" in picture.alt
    tops, bottoms = picture.axes[:2], picture.axes[2:]
    assert [bar.get_height() for bar in bottoms[0].patches] == [2.0, -1.0, 0.5] and tops[1].patches[2].get_height() == 3.0
    with pytest.raises(ValueError, match=r"got \(2, 3\), \(2, 3\), 1"):
        plots.votes(weights, means, titles=["one"])


def test_each_map_has_its_own_scale_and_an_empty_one_is_called_so():
    maps = {"saliency": np.array([[0.0, 0, 0, 0, 0, -5.0], [1.0, 0, 0, 0, 0, 0]]), "shares": np.zeros((2, 6))}
    picture = plots.explanations(IMAGES[:, 0], maps, (2, 3), titles=["a 3", "an 8"])
    assert "a 3, saliency: largest at row 1, column 2" in picture.alt and "an 8, shares: all zero" in picture.alt
    assert picture.axes[1].images[0].get_clim() == (-5.0, 5.0) and picture.axes[4].images[0].get_clim() == (-1.0, 1.0)
    assert picture.caption.startswith("Blue: negative")
    sizes = {"mean size": np.abs(maps["saliency"])}
    assert plots.explanations(IMAGES[:, 0], sizes, (2, 3), titles=["a", "b"]).caption.startswith("White: zero")
    with pytest.raises(ValueError, match=r"all of shape \(1, 6\), got \(2, 6\), \(2, 6\)"):
        plots.explanations(IMAGES[:, 0], {"one": maps["shares"]}, (2, 3), titles=["one"])


def test_a_path_says_rise_area_and_last_slope():
    shares = np.linspace(0, 1, 5)
    picture = plots.path_slopes(shares, shares**2, 2 * shares, (np.array([0.25, 0.75]), np.array([0.5, 1.5])))
    assert picture.caption.startswith("The logit rises by 1.000; the 2 bars have an area of 1.000; the slope at the end is 2.000.")
    bars = picture.axes[1].patches
    assert sum(bar.get_width() * bar.get_height() for bar in bars) == pytest.approx(1)


def test_gaps_are_drawn_on_logarithmic_axes():
    picture = plots.completeness_gap([1, 10], {"midpoints": [0.5, 0.05], "left ends": [2.0, 0.2]})
    assert picture.axes[0].get_xscale() == picture.axes[0].get_yscale() == "log"
    assert "midpoints: 5.0e-01 with 1 steps, 5.0e-02 with 10; left ends: 2.0e+00" in picture.alt


def test_units_are_sorted_by_the_first_quantity():
    picture = plots.unit_bars({"zero": np.array([0.1, 0.3, 0.2]), "mean": np.array([0.05, 0.0, 0.1])}, ylabel="rise of the loss")
    assert [label.get_text() for label in picture.axes[0].get_xticklabels()] == ["1", "2", "0"]
    assert [bar.get_height() for bar in picture.axes[0].patches] == [0.3, 0.2, 0.1, 0.0, 0.1, 0.05]
    assert picture.caption == "zero: 0.3 at most, for unit 1; mean: 0.1 at most, for unit 2."


def test_a_logit_explained_says_the_sum_of_its_parts():
    parts, p = RNG.normal(size=20).round(2), np.array([0.2, 0.7, 0.1])
    picture = plots.explained_logit(IMAGES[0, 0, :4], RNG.normal(size=4), parts, 0.5, p, target=1, quantity="saliency")
    assert "reads 1, with probability 0.70" in picture.caption
    assert f"The logit of 1 is {plots.number(parts.sum() + 0.5)}" in picture.caption
    assert len(picture.axes[2].patches) == 16 and picture.axes[2].patches[0].get_width() == parts.max()
    assert picture.has_images
