"""One neuron: its JavaScript is numpy's sum, and sliders and handles move the same three numbers."""

import numpy as np
import pytest

from course.widgets import Neuron


def test_it_takes_two_weights_within_the_sliders():
    with pytest.raises(ValueError, match=r"w must have shape \(2,\), got \(3,\)"):
        Neuron([1, 2, 3], 0)
    with pytest.raises(ValueError, match="between -3 and 3"):
        Neuron([1, 2], 3.5)


@pytest.mark.parametrize(("w", "b"), [([3.0, 4.0], -10.0), ([-1.0, 0.5], 0.25)])
def test_javascript_computes_what_numpy_computes(in_javascript, w, b):
    z, foot = in_javascript(Neuron, "[module.sum(...given, [0.5, -2]), module.foot(...given)]", [w, b])
    assert z == pytest.approx(np.dot(w, [0.5, -2]) + b)
    assert np.dot(w, foot) + b == pytest.approx(0), "on the line"
    assert w[0] * foot[1] - w[1] * foot[0] == pytest.approx(0), "in the direction of w, so nearest to the origin"


def test_weights_of_zero_draw_no_line(in_javascript):
    assert in_javascript(Neuron, "module.foot([0, 0], 1)") is None


def numbers(tab):
    return [float(slider.input_value()) for slider in tab.locator("input[type=range]").all()]


def facts(tab):
    return [float(text.replace("−", "-")) for text in tab.locator("dd").all_inner_texts()]


def test_the_sliders_move_the_sum_and_its_side(show):
    tab = show(Neuron([1.0, 0.5], -1.0))
    assert facts(tab) == [-1.0, 0.0] and "negative side" in tab.locator(".status").inner_text()
    tab.get_by_label("bias b").fill("1.5")
    assert facts(tab) == [1.5, 1.5] and "positive side" in tab.locator(".status").inner_text()
    assert "z is 1.50" in tab.locator("svg.chart").get_attribute("aria-label")
    for name in ("weight w₁", "weight w₂"):
        tab.get_by_label(name).fill("0")
    assert facts(tab) == [1.5, 1.5], "no line is left, and z is the bias"


def drag(tab, selector, dx, dy):
    box = tab.locator(selector).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + dx, y + dy, steps=4)
    tab.mouse.up()


def test_the_dot_moves_the_bias_the_tip_the_weights_and_the_point_itself(show):
    tab = show(Neuron([1.0, 0.5], -1.0))
    before = numbers(tab)
    drag(tab, ".handle >> nth=0", 30, 0)
    moved = numbers(tab)
    assert [k for k in range(5) if moved[k] != before[k]] == [2] and moved[2] < before[2]
    drag(tab, ".handle >> nth=1", 0, -40)
    turned = numbers(tab)
    assert {k for k in range(5) if turned[k] != moved[k]} <= {0, 1, 2} and turned[1] > moved[1]
    drag(tab, ".chart .point", 40, 0)
    assert [k for k in range(5) if numbers(tab)[k] != turned[k]] == [3]
