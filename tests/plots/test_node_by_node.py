"""Graphs of numbers, tables of slopes and growing work: what the words say is what the numbers are."""

import numpy as np
import pytest

from course import plots

GRAPH = (("input", (), (), 0.0), ("tanh", (0,), (2.0,), 0.5), ("square", (1, 0), (1.0, -1.0), 0.0))


def texts(picture):
    return {text.get_text() for text in picture.axes[0].texts}


def test_a_graph_of_numbers_shows_its_values_and_gradients():
    picture = plots.node_graph(GRAPH, [0.25, 0.76, 0.26], [-1.5, 1.02, 1.0], ["x", "h", "ℓ"])
    assert {"x", "h = tanh", "ℓ = square", "0.25", "−1.50", "1.02"} <= texts(picture)
    assert "3 of the nodes carry a gradient" in picture.alt and "more than one node (x)" in picture.caption, "x is used twice"
    assert "its gradient" in picture.caption


def test_each_arrow_shows_its_weight():
    graph = (*GRAPH[:1], ("linear", (0,), (-1.5,), 0.0), ("square", (0, 1), (2.0, 0.25), 0.0))
    assert {"× −1.5", "× 2", "× 0.25"} <= texts(plots.node_graph(graph, [1, 2, 3]))


def test_a_graph_without_gradients_or_names():
    picture = plots.node_graph(GRAPH, [0.25, 0.76, 0.26])
    assert {"node 0", "node 1 = tanh"} <= texts(picture)
    assert "No node carries a gradient" in picture.alt and "its gradient" not in picture.caption


def test_a_graph_of_numbers_says_what_does_not_fit():
    with pytest.raises(ValueError, match="expected 3 gradients, one for each node, got 2"):
        plots.node_graph(GRAPH, [1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="expected 3 names"):
        plots.node_graph(GRAPH, [1, 2, 3], names=["x"])
    with pytest.raises(ValueError, match=r"nobody uses \[1\]"):
        plots.node_graph((GRAPH[0], GRAPH[0], ("square", (0,), (1.0,), 0.0)), [1, 2, 3])


def test_the_table_of_slopes_is_read_by_names():
    slopes = np.zeros((3, 3))
    slopes[2, 0] = -2.5
    picture = plots.slope_table(slopes, ["x", "h", "ℓ"])
    assert "∂ℓ/∂x = −2.50; all others are 0." in picture.alt
    assert {"x", "h", "ℓ", "−2.50"} <= texts(picture)
    with pytest.raises(ValueError, match=r"expected slopes of shape \(2, 2\) for 2 names, got \(3, 3\)"):
        plots.slope_table(slopes, ["x", "h"])


def test_a_product_grows_by_two_strips_and_a_corner():
    picture = plots.product_rectangle(3, 4, 0.5, 0.25)
    assert {"a · b = 12.00", "b · Δa = 2.00", "a · Δb = 0.75", "Δa · Δb = 0.12"} <= texts(picture)
    areas = [patch.get_width() * patch.get_height() for patch in picture.axes[0].patches]
    assert sum(areas) == pytest.approx(3.5 * 4.25) and "the area grows by 2.88" in picture.alt
    with pytest.raises(ValueError, match="expected positive sides and growth, got 3 and 4, and 0 and 1 more"):
        plots.product_rectangle(3, 4, 0, 1)


def test_growth_shows_the_median_and_says_the_range():
    work = {"paths": np.array([[2, 4, 6], [100, 1000, 5000]]), "backward": [3, 6]}
    picture = plots.growth([1, 2], work, title="work", xlabel="layers", ylabel="products")
    (ax,) = picture.axes
    assert np.array_equal(ax.lines[0].get_ydata(), [4, 1000]) and ax.get_yscale() == "log"
    assert "paths: 4 at 1, 1e+03 at 2 (100 to 5e+03 over 3 runs)" in picture.alt
    assert "backward: 3 at 1, 6 at 2" in picture.caption and "runs" not in picture.caption.split("backward")[1]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("layers", "products", "work")


def test_labels_of_curves_that_end_together_stand_apart():
    picture = plots.growth([1, 2], {"a": [1, 10], "b": [1, 10], "c": [1, 1000]}, title="t", xlabel="x", ylabel="y")
    heights = {text.get_text().strip(): np.log10(text.get_position()[1]) for text in picture.axes[0].texts}
    assert abs(heights["a"] - heights["b"]) > 0.15
    assert heights["c"] == pytest.approx(3)
