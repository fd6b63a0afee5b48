"""One node's sum, activations, and the folded plane: what the words say is what the numbers are."""

import numpy as np
import pytest

from course import plots

CORNERS, XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def test_the_weighted_sum_is_written_out():
    x, W, b = np.array([1.0, -0.5]), np.array([[0.5, 2.0], [1.0, -1.0]]), np.array([0.25, -1.0])
    picture = plots.weighted_sum({"x": x, "u": np.maximum(x @ W + b, 0)}, [W], focus=("u", 1), bias=-1.0, activation="ReLU")
    assert "u[1] = ReLU((2.00) · (1.00) + (−1.00) · (−0.50) + (−1.00)) = ReLU(1.50) = 1.50." in picture.caption
    assert "x (2), u (2)" in picture.alt
    assert {"x[0]", "x[1]", "u[0]", "u[1]", "2.00", "−1.00", "bias −1.00"} <= {text.get_text() for text in picture.axes[0].texts}


def test_a_neurons_line_is_where_its_sum_is_zero_and_its_arrow_stands_at_right_angles():
    neurons = {"a neuron": ([3.0, 4.0], -5.0), "upright": ([2.0, 0.0], 0.0)}
    picture = plots.neuron_planes(neurons)
    for ax, (w, b) in zip(picture.axes, neurons.values(), strict=True):
        ends = ax.lines[0].get_xydata()
        np.testing.assert_allclose(ends @ w + b, 0, atol=1e-12)
        np.testing.assert_allclose((ends[1] - ends[0]) @ w, 0, atol=1e-12)
        (arrow,) = ax.patches
        tail, tip = map(np.array, arrow._posA_posB)
        np.testing.assert_allclose(tip - tail, w)
        np.testing.assert_allclose(tail @ w + b, 0, atol=1e-12)
        assert {"w", "z = 0", "z > 0", "z < 0"} == {text.get_text() for text in ax.texts}
        for text in ax.texts[1:]:  # each on its side
            z = np.dot(text.get_position(), w) + b
            assert np.sign(round(z, 9)) == {"z = 0": 0, "z > 0": 1, "z < 0": -1}[text.get_text()]
    assert "a neuron: w = (3, 4), b = −5; the origin is where z is negative" in picture.alt and "the origin is on the line" in picture.alt


def test_a_neuron_without_weights_has_no_line():
    with pytest.raises(ValueError, match="not both 0"):
        plots.neuron_planes({"none": ([0.0, 0.0], 1.0)})


def test_boundaries_count_the_points_on_the_side_of_their_class():
    X, labels = np.array([[-1.0, 0.0], [1.0, 0.5], [2.0, -1.0]]), np.array([0, 1, 1])
    rules = {"first input": lambda points: points[:, 0] / 2 + 0.5, "always 1": lambda points: np.ones(len(points))}
    picture = plots.boundaries({"three": (X, labels, rules), "again": (X, 1 - labels, rules)})
    for words in (picture.caption, picture.alt):
        assert "three: of 3 points, on the side of their class lie 3 with first input, 2 with always 1" in words
        assert "again: of 3 points, on the side of their class lie 0 with first input, 1 with always 1" in words
    assert "according to always 1" in picture.caption
    assert [ax.get_title() for ax in picture.axes] == ["three", "again"]
    assert picture.axes[0].get_xlim() == picture.axes[1].get_xlim(), "one scale"
    assert [text.get_text() for text in picture.legends[0].texts] == ["first input", "always 1", "class 0", "class 1"]


def test_activation_curves_have_a_panel_each():
    z = np.linspace(-2, 2, 5)
    picture = plots.activation_curves(z, {"identity": z, "ReLU": np.maximum(z, 0)})
    assert [ax.get_title() for ax in picture.axes] == ["identity", "ReLU"]
    assert any(np.array_equal(line.get_ydata(), np.maximum(z, 0)) for line in picture.axes[1].lines)
    assert picture.axes[0].get_ylim() == picture.axes[1].get_ylim(), "one scale"
    assert "ReLU from 0.00 to 2.00" in picture.alt and all(ax.get_xlabel() for ax in picture.axes)
    low, high = picture.axes[0].get_ylim()
    cut = f"The panels show g(z) from {low:.2f} to {high:.2f} only.".replace("-", "−")
    assert cut in picture.caption and cut in picture.alt


def test_activation_curves_that_fit_their_panels_are_not_called_cut():
    z = np.linspace(-1, 1, 5)
    picture = plots.activation_curves(z, {"identity": z})
    assert "only" not in picture.caption + picture.alt


@pytest.mark.parametrize(("second", "right"), [(-2.0, 4), (1.0, 3)])
def test_the_folded_plane_counts_what_lies_in_its_region(second, right):
    picture = plots.folded_plane(np.ones((2, 2)), np.array([0.0, -1.0]), np.array([[1.0], [second]]), np.zeros(1), CORNERS, XOR)
    assert f"{right} of 4" in picture.alt and f"{right} of 4" in picture.caption
    assert "(0.00, 1.00) to (1.00, 0.00); (1.00, 0.00) to (1.00, 0.00)" in picture.alt, "two corners meet"
    assert all(ax.get_xlabel() and ax.get_ylabel() for ax in picture.axes)
    assert picture._repr_html_().count("<img") == 1


def test_the_folded_plane_is_for_two_hidden_nodes():
    with pytest.raises(ValueError, match=r"two hidden nodes .* got W1 \(2, 3\)"):
        plots.folded_plane(np.ones((2, 3)), np.zeros(3), np.ones((3, 1)), np.zeros(1), CORNERS, XOR)


def test_points_of_the_folded_plane_that_lie_together_share_a_label_and_nodes_have_names():
    W1, b1 = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([0.0, 1e-3])
    picture = plots.folded_plane(W1, b1, np.ones((2, 1)), np.zeros(1), CORNERS, XOR, names=("x1", "x2", "h1", "h2"))
    before, after = picture.axes
    assert {text.get_text() for text in before.texts} == {"(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"}
    assert {text.get_text() for text in after.texts} == {"(0, 0) and (1, 1)", "(0, 1)", "(1, 0)"}, "two fall on (0, 0.001)"
    assert [before.get_xlabel(), before.get_ylabel(), after.get_xlabel(), after.get_ylabel()] == ["x1", "x2", "h1", "h2"]
