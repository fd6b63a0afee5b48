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
    assert {"x[0]", "x[1]", "u[0]", "u[1]", "2.00", "−1.00"} <= {text.get_text() for text in picture.axes[0].texts}


def test_activation_curves_have_a_panel_each():
    z = np.linspace(-2, 2, 5)
    picture = plots.activation_curves(z, {"identity": z, "ReLU": np.maximum(z, 0)})
    assert [ax.get_title() for ax in picture.axes] == ["identity", "ReLU"]
    assert np.array_equal(picture.axes[1].lines[0].get_ydata(), np.maximum(z, 0))
    assert "ReLU from 0.00 to 2.00" in picture.alt and all(ax.get_xlabel() for ax in picture.axes)


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
