"""Figures of unit 04: an engine's own graph, and a graph in an order."""

from types import SimpleNamespace

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from course.plots import GREEN, VERMILLION, arrows_in_order, engine_graph

PARENTS = ((), (), (0, 1), (2, 0), (2, 3))
NAMES = ("a", "b", "q", "r", "ℓ")


def node(value, *parents, grad=0.0, op=""):
    return SimpleNamespace(value=value, parents=parents, grad=grad, op=op)


def colours(picture):
    return [to_hex(patch.get_edgecolor()) for patch in picture.axes[0].patches if isinstance(patch, FancyArrowPatch)]


def texts(picture):
    return [text.get_text() for text in picture.axes[0].texts]


def test_in_a_topological_order_every_arrow_runs_forwards():
    picture = arrows_in_order(PARENTS, [1, 0, 2, 3, 4], NAMES)
    assert colours(picture) == [GREEN.lower()] * 6
    assert texts(picture) == ["b", "a", "q", "r", "ℓ"]
    assert picture.caption == "b, a, q, r, ℓ: a topological order; all 6 arrows run forwards."


def test_an_arrow_that_runs_backwards_stands_out_and_is_named():
    picture = arrows_in_order(PARENTS, [0, 3, 1, 2, 4], NAMES)
    assert sorted(colours(picture)).count(VERMILLION.lower()) == 1
    assert "q → r" in picture.caption and "q → r" in picture.alt
    picture.canvas.draw()


def test_two_arrows_between_the_same_nodes_are_apart():
    picture = arrows_in_order([(), (0, 0)], [0, 1])
    heights = {arrow.get_path().vertices[:, 1].max() for arrow in picture.axes[0].patches if isinstance(arrow, FancyArrowPatch)}
    assert len(heights) == 2 and max(heights) < picture.axes[0].get_ylim()[1]
    assert "all 2 arrows" in picture.caption


@pytest.mark.parametrize("order", [[0, 1, 2], [0, 0, 1, 2, 3], [1, 2, 3, 4, 5]])
def test_an_order_must_hold_every_node_once(order):
    with pytest.raises(ValueError, match="each once, got"):
        arrows_in_order(PARENTS, order)


def test_an_engines_graph_shows_values_and_then_gradients():
    a, b = node(2.0), node(3.0)
    product = node(6.0, a, b, op="*")
    before = engine_graph(product, {"a": a, "b": b})
    assert {"a", "b", "×", "6.00"} <= set(texts(before)) and "∂ℓ/∂" not in texts(before)
    a.grad, b.grad, product.grad = 3.0, 2.0, 1.0
    after = engine_graph(product, {"a": a, "b": b, "ℓ": product})
    assert texts(after).count("∂ℓ/∂") == 3 and "ℓ = ×" in texts(after)
    assert "3 of the nodes carry a gradient" in after.alt


def test_an_engine_without_signs_is_drawn_too_and_a_square_has_two_arrows():
    a = SimpleNamespace(value=3.0, parents=(), grad=0.0)
    square = SimpleNamespace(value=9.0, parents=(a, a), grad=0.0)
    picture = engine_graph(square)
    picture.canvas.draw()
    assert len(colours(picture)) == 2 and "2 nodes" in picture.alt
