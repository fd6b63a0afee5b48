"""One neuron: its JavaScript is numpy's sum, and sliders and handles move the same three numbers."""

import numpy as np
import pytest

from course.widgets import Neuron

STATES = [("w", [1, 2, 3]), ("w", [1, 3.5]), ("w", [np.nan, 1]), ("w", "ab"), ("b", np.inf), ("b", None), ("x", [0, -4]), ("x", 1.0)]


@pytest.mark.parametrize(("name", "value"), STATES)
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=rf"^{name} must .*, got"):
        Neuron(**{name: value})
    widget = Neuron([1.0, 0.5], 1.0)
    with pytest.raises(ValueError, match=f"^{name} must"):
        setattr(widget, name, value)
    assert (widget.w, widget.b, widget.x) == ([1.0, 0.5], 1.0, [-1.0, 2.0])


def test_arrays_of_numpy_become_lists_of_its_own():
    one, other = Neuron(np.array([2, 1]), np.float32(0.5)), Neuron()
    assert one.w == [2.0, 1.0] and type(one.w[0]) is float
    one.x[0] = 9.0
    assert other.x == Neuron().x == [-1.0, 2.0]


@pytest.mark.parametrize(("w", "b"), [([3.0, 4.0], -10.0), ([-1.0, 0.5], 0.25)])
@pytest.mark.parametrize("where", ["in_javascript", "in_node"])
def test_javascript_computes_what_numpy_computes(request, where, w, b):
    evaluate = request.getfixturevalue(where)
    z, foot = evaluate(Neuron, "[module.sum(...given, [0.5, -2]), module.foot(...given)]", [w, b])
    u = evaluate(Neuron, "module.relu(given)", z)
    expected = np.dot(w, [0.5, -2]) + b
    np.testing.assert_allclose([z, u], [expected, max(0, expected)], rtol=1e-10)
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
    assert "no line" in tab.locator(".status").inner_text()
    assert (len(tab.locator("path.one").get_attribute("d")) > 9, tab.locator("path.ground").get_attribute("d")) == (True, "")


def test_presets_the_address_and_sliders_are_one_state(show):
    tab = show(Neuron([1.0, 0.5], -1.0))
    tab.get_by_role("button", name="another bias").click()
    assert numbers(tab) == [1.0, 0.5, 2.0, -1.0, 2.0]
    tab.get_by_label("weight w₂").fill("-3")
    tab.wait_for_function("location.hash.includes('w=')")
    tab.reload()
    tab.wait_for_selector("svg.chart")
    assert numbers(tab) == [1.0, -3.0, 2.0, -1.0, 2.0]
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()
    again = eval(f"Neuron({tab.locator('.copied').inner_text()})", {"Neuron": Neuron})
    assert (again.w, again.b, again.x) == ([1.0, -3.0], 2.0, [-1.0, 2.0])


def test_each_side_is_where_z_has_its_sign(show):
    tab = show(Neuron([1.0, -2.0], 0.5))
    inside = """([kind, x, y]) => document.querySelector(`path.${kind}`).isPointInFill(new DOMPoint(210 + 70 * x, 210 - 70 * y))"""
    for x, y in np.random.default_rng(0).uniform(-3, 3, (40, 2)).tolist():
        z = x - 2 * y + 0.5
        assert [tab.evaluate(inside, [kind, x, y]) for kind in ("one", "ground")] == [z > 0, z < 0]


def test_a_guess_hides_z(show):
    tab = show(Neuron([1.0, 0.5], -1.0))
    tab.get_by_role("button", name="Guess first").click()
    assert not tab.locator(".facts").is_visible() and not tab.locator(".status").is_visible()
    tab.get_by_label("Your guess").fill("-1")
    tab.keyboard.press("Enter")
    assert "It is −1, your guess was −1: off by 0." in tab.locator(".guess").inner_text()


def test_the_projector_cuts_nothing_off(show):
    tab = show(Neuron([1.0, 0.5], -1.0))
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


@pytest.mark.parametrize(("w", "said"), [([1.0, 0.5], "the line z = 0"), ([0.0, 0.0], "no line")])
def test_its_still_picture_says_what_the_point_gives(w, said):
    picture = Neuron(w, -1.0, x=[2.0, 2.0]).still()
    z = w[0] * 2 + w[1] * 2 - 1
    assert said in picture.alt and f"z is {z:.2f}".replace("-", "−") in picture.caption


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
    drag(tab, ".chart .on", 30, 0)
    moved = numbers(tab)
    assert [k for k in range(5) if moved[k] != before[k]] == [2] and moved[2] < before[2]
    drag(tab, ".chart .tip", 0, -40)
    turned = numbers(tab)
    assert {k for k in range(5) if turned[k] != moved[k]} <= {0, 1, 2} and turned[1] > moved[1]
    drag(tab, ".chart .point", 40, 0)
    assert [k for k in range(5) if numbers(tab)[k] != turned[k]] == [3]
