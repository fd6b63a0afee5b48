"""The folded plane: its JavaScript is numpy's forward pass, its sliders and handles move one network, and XOR can be solved in it."""

import numpy as np
import pytest

from course.widgets import FeedForward

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
START = {"W1": [[1.0, -0.5], [0.5, 1.0]], "b1": [-0.25, -0.5], "W2": [[1.0], [-1.0]], "b2": [0.25]}
SOLVED = {"W1": [[1.0, 1.0], [1.0, 1.0]], "b1": [0.0, -1.0], "W2": [[1.0], [-2.0]], "b2": [0.0]}
G = {"identity": lambda z: z, "ReLU": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}


def test_it_takes_a_network_of_two_hidden_nodes_only():
    with pytest.raises(ValueError, match=r"W1 must have shape \(2, 2\), got \(2, 3\)"):
        FeedForward(**START | {"W1": np.ones((2, 3))})
    with pytest.raises(ValueError, match="b1 must lie between -3 and 3"):
        FeedForward(**START | {"b1": [0, 7]})
    with pytest.raises(ValueError, match="one of identity, ReLU, sigmoid, got 'relu'"):
        FeedForward(**START, activation="relu")


@pytest.mark.parametrize("g", G)
def test_javascript_computes_what_numpy_computes(in_javascript, g):
    W1, b1, W2, b2 = (np.array(array) for array in START.values())
    hidden = [{"w": W1[:, i].tolist(), "b": float(b1[i])} for i in (0, 1)]
    net = {"hidden": hidden, "output": {"w": W2[:, 0].tolist(), "b": float(b2[0])}, "g": g}
    got = in_javascript(FeedForward, "module.CORNERS.map((x) => [...module.hidden(given, x), module.output(given, x)])", net)
    H = G[g](CORNERS @ W1 + b1)
    np.testing.assert_allclose(got, np.column_stack([H, H @ W2 + b2]), rtol=1e-12, atol=1e-12)


def test_the_dot_is_the_nearest_point_of_the_line(in_javascript):
    node, centre = {"w": [3.0, 4.0], "b": -10.0}, [0.0, 0.0]
    assert in_javascript(FeedForward, "module.foot(...given)", [node, centre, 0]) == pytest.approx([1.2, 1.6])
    assert in_javascript(FeedForward, "module.foot(...given)", [{"w": [0, 0], "b": 1}, centre, 0]) is None


def verdict(tab):
    return tab.locator(".status").inner_text()


def test_the_sliders_solve_xor_and_identity_unsolves_it(show):
    tab = show(FeedForward(**START))
    assert verdict(tab) == "2 of 4 right"
    values = [1, 1, 0, 1, 1, -1, 1, -2, 0]
    for slider, value in zip(tab.locator("input[type=range]").all(), values, strict=True):
        slider.fill(str(value))
    assert verdict(tab) == "4 of 4 right"
    assert tab.locator("code div").all_inner_texts() == ["W1 = [[1, 1], [1, 1]]", "b1 = [0, -1]", "W2 = [[1], [-2]]", "b2 = [0]"]
    tab.locator("select").select_option("identity")
    assert verdict(tab) != "4 of 4 right"


def test_keys_move_a_slider_and_the_table_follows(show):
    tab = show(FeedForward(**SOLVED))
    bias = tab.get_by_label("bias, output node")
    bias.focus()
    for _ in range(11):
        bias.press("ArrowRight")
    assert float(bias.input_value()) == pytest.approx(0.55)
    assert verdict(tab) == "2 of 4 right", "both zeros have passed the threshold"
    assert tab.locator("tbody tr").nth(3).inner_text().split()[-3:] == ["1", "0", "✗"]


def drag(tab, handle, dx, dy):
    box = tab.locator(".handle").nth(handle).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + dx, y + dy, steps=4)
    tab.mouse.up()


def numbers(tab):
    return [float(slider.input_value()) for slider in tab.locator("input[type=range]").all()]


def test_a_dot_moves_the_bias_and_an_arrow_the_weights(show):
    tab = show(FeedForward(**START))
    before = numbers(tab)
    drag(tab, 0, -30, 0)
    moved = numbers(tab)
    assert [k for k in range(9) if moved[k] != before[k]] == [2] and moved[2] > before[2]
    drag(tab, 3, 0, -40)
    turned = numbers(tab)
    assert {k for k in range(9) if turned[k] != moved[k]} <= {3, 4, 5} and turned[4] > moved[4]


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 900)), ("dark", (1920, 1080))])
def test_it_fits_a_screen_in_either_theme(show, scheme, size):
    tab = show(FeedForward(**START))
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    tab.emulate_media(color_scheme=scheme)
    box = tab.locator(".feed-forward").bounding_box()
    assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
    ink = tab.eval_on_selector(".feed-forward text", "text => getComputedStyle(text).fill")
    assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")


def test_every_control_has_a_name(show):
    tab = show(FeedForward(**START))
    assert all(slider.get_attribute("aria-label") for slider in tab.locator("input[type=range]").all())
    assert tab.get_by_label("Activation of the hidden nodes").count() == 1
    assert tab.locator("svg[aria-label]").count() == 2
