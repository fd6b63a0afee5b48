"""The folded plane: its JavaScript is numpy's forward pass, its sliders and handles move one network, and XOR can be solved in it."""

import re

import numpy as np
import pytest

from course.widgets import FeedForward
from course.widgets.feed_forward import ACTIVATIONS, CORNERS, SILENT, SOLVED, START

G = ACTIVATIONS
STATES = [
    ("W1", np.ones((2, 3))), ("W1", [[1, 2], [3, 4]]), ("b1", [0, 7]), ("W2", [1.0, 1.0]), ("b2", [np.nan]), ("b2", [np.inf]),
    ("activation", "relu"), ("fold", 1.5), ("fold", "half"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), STATES)
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=f"^{name} must .*, got"):
        FeedForward(**{name: value})
    widget = FeedForward(**SOLVED)
    with pytest.raises(ValueError, match=f"^{name} must .*, got"):
        setattr(widget, name, value)
    assert {key: getattr(widget, key) for key in SOLVED} == SOLVED


def random_networks(count):
    rng = np.random.default_rng(3)
    shapes = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}
    return [{name: rng.uniform(-3, 3, shape).round(2) for name, shape in shapes.items()} for _ in range(count)]


def in_numbers(network):
    return {name: np.asarray(array).tolist() for name, array in network.items()}


@pytest.mark.parametrize("g", G)
@pytest.mark.parametrize("where", ["in_javascript", "in_node"])
def test_javascript_computes_what_numpy_computes(request, where, g):
    evaluate = request.getfixturevalue(where)
    for network in random_networks(3):
        W1, b1, W2, b2 = network.values()
        expression = """(() => { const net = module.network(given); return module.CORNERS.map((x) =>
            [...module.hidden(net, x), module.output(net, x), ...module.moved(net, 0.25, x)]); })()"""
        got = evaluate(FeedForward, expression, in_numbers(network) | {"activation": g})
        H = G[g](CORNERS @ W1 + b1)
        np.testing.assert_allclose(got, np.column_stack([H, H @ W2 + b2, 0.75 * CORNERS + 0.25 * H]), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("g", ["ReLU", "identity"])
def test_regions_are_exact(in_javascript, g):
    """Polygons hold the points of class 1 and no others, and their border is where the output is one half."""
    points = np.random.default_rng(4).uniform(-0.6, 1.6, (2000, 2))
    for network in random_networks(8):
        W1, b1, W2, b2 = network.values()
        score = lambda x: (G[g](x @ W1 + b1) @ W2 + b2)[..., 0]  # noqa: B023, E731
        expression = "[module.polygonsOfOne(module.network(given)), module.border(module.network(given))]"
        polygons, border = in_javascript(FeedForward, expression, in_numbers(network) | {"activation": g})
        inside = np.zeros(len(points), bool)
        for polygon in map(np.array, polygons):
            ahead, (dx, dy) = np.roll(polygon, -1, axis=0) - polygon, (points[:, None] - polygon).transpose(2, 0, 1)
            turns = ahead[:, 0] * dy - ahead[:, 1] * dx
            inside |= (turns >= 0).all(axis=1) | (turns <= 0).all(axis=1)
        np.testing.assert_array_equal(inside, score(points) > 0.5)
        np.testing.assert_allclose(score(np.array(border).reshape(-1, 2)), 0.5, atol=1e-10)


def test_a_network_that_says_the_same_everywhere_has_one_region_or_none(in_javascript):
    for bias, polygons in ((0.4, 0), (0.5, 0), (0.6, 4)):
        given = in_numbers({"W1": np.ones((2, 2)), "b1": [-0.5, -1.5], "W2": np.zeros((2, 1)), "b2": [bias]}) | {"activation": "ReLU"}
        found = in_javascript(FeedForward, "module.polygonsOfOne(module.network(given))", given)
        assert bool(found) == bool(polygons), bias
        assert in_javascript(FeedForward, "module.border(module.network(given))", given) == []


def test_the_dot_is_the_nearest_point_of_the_line(in_javascript):
    node, centre = {"w": [3.0, 4.0], "b": -10.0}, [0.0, 0.0]
    assert in_javascript(FeedForward, "module.foot(...given)", [node, centre, 0]) == pytest.approx([1.2, 1.6])
    assert in_javascript(FeedForward, "module.foot(...given)", [{"w": [0, 0], "b": 1}, centre, 0]) is None


def verdict(tab):
    return tab.locator(".status").inner_text()


def test_the_sliders_solve_xor_and_identity_unsolves_it(show):
    tab = show(FeedForward(**START))
    assert verdict(tab) == "2 of 4 right; wrong: (0, 1), (1, 1)."
    values = [1, 1, 0, 1, 1, -1, 1, -2, 0]
    for slider, value in zip(tab.locator("fieldset input[type=range]").all(), values, strict=True):
        slider.fill(str(value))
    assert verdict(tab) == "4 of 4 right."
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()
    again = eval(f"FeedForward({tab.locator('.copied').inner_text()})", {"FeedForward": FeedForward})
    assert {name: getattr(again, name) for name in SOLVED} == SOLVED
    tab.locator("select").select_option("identity")
    assert not verdict(tab).startswith("4 of 4 right")


def test_keys_move_a_slider_and_the_table_follows(show):
    tab = show(FeedForward(**SOLVED))
    bias = tab.get_by_label("bias, output node")
    bias.focus()
    for _ in range(11):
        bias.press("ArrowRight")
    assert float(bias.input_value()) == pytest.approx(0.55)
    assert verdict(tab) == "2 of 4 right; wrong: (0, 0), (1, 1).", "both zeros have passed the threshold"
    assert tab.locator("tbody tr").nth(3).inner_text().split()[-3:] == ["1", "0", "✗"]


def drag(tab, handle, dx, dy):
    box = tab.locator(".handle").nth(handle).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + dx, y + dy, steps=4)
    tab.mouse.up()


def numbers(tab):
    return [float(slider.input_value()) for slider in tab.locator("fieldset input[type=range]").all()]


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
    assert tab.get_by_label("Activation").count() == 1
    assert tab.locator("svg[aria-label]").count() == 2


def ends(tab, chart, kind):
    """The points of a path in a plane, in the plane's pixels."""
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", tab.locator("svg.chart").nth(chart).locator(kind).first.get_attribute("d")), float)


def test_the_net_goes_from_the_inputs_to_the_hidden_plane_and_folds_there(show):
    tab = show(FeedForward(**SOLVED, fold=0.0))
    assert tab.locator(".heading").nth(1).inner_text() == "the inputs, before they move"
    assert np.ptp(np.diff(ends(tab, 1, ".line.thin.node-0"))) < 0.3, "the line x₁ + x₂ = 0, straight"
    tab.get_by_label("Fold").fill("1")
    assert tab.locator(".heading").nth(1).inner_text() == "what the output node sees"
    line = ends(tab, 1, ".line.thin.node-0")
    assert np.ptp(line[:, 0]) < 0.2, "where z₁ = 0, h₁ is 0: all of the line lies on the axis"


def test_play_moves_the_net_and_begins_again_at_its_end(show):
    tab = show(FeedForward(**SOLVED))
    tab.get_by_role("button", name="Step").click()
    assert tab.get_by_label("Fold").input_value() == "0"
    tab.get_by_role("button", name="Play").click()
    tab.wait_for_function("document.querySelector('[aria-label=Fold]').value > 0.05")
    tab.keyboard.press("r")
    assert tab.get_by_label("Fold").input_value() == "0"


def test_a_silent_node_is_named(show):
    assert "h₁ is 0 for all four: silent." in verdict(show(FeedForward(**SILENT)))


def test_presets_are_states_and_a_guess_hides_the_classes(show):
    tab = show(FeedForward())
    tab.get_by_role("button", name="with sigmoid").click()
    assert verdict(tab) == "4 of 4 right." and tab.get_by_label("Activation").input_value() == "sigmoid"
    tab.get_by_role("button", name="Guess first").click()
    assert [tab.locator(kind).first.is_visible() for kind in (".status", ".numbers table", "path.one")] == [False] * 3
    tab.get_by_role("button", name="Reveal").click()
    assert "It is 4." in tab.locator(".guess").inner_text()


@pytest.mark.parametrize("network", [START, SILENT])
def test_the_projector_cuts_nothing_off(show, network):
    tab = show(FeedForward(**network))
    tab.set_viewport_size({"width": 1280, "height": 720})
    assert tab.evaluate("document.documentElement.scrollHeight") <= 720
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


@pytest.mark.parametrize("g", G)
def test_its_still_picture_counts_what_is_right(g):
    picture = FeedForward(**SOLVED, activation=g).still()
    right = int((((G[g](CORNERS @ np.ones((2, 2)) + [0, -1]) @ [1, -2]) > 0.5) == [0, 1, 1, 0]).sum())
    assert f"{right} of 4 points" in picture.caption and "h₂" in picture.axes[1].get_ylabel()
