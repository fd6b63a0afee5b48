"""Gradient descent to drag: the paths are numpy's, the gradients those of the losses, and the words say where a walk ends."""

import numpy as np
import pytest

from course.gradcheck import numerical_gradient
from course.widgets import GradientDescent
from course.widgets.gradient_descent import SURFACES

TURN = np.array([[np.cos(np.pi / 6), np.sin(np.pi / 6)], [-np.sin(np.pi / 6), np.cos(np.pi / 6)]])
LOSSES = {
    "round bowl": lambda p: p @ p / 2,
    "narrow valley": lambda p: (TURN @ p) ** 2 @ [0.25, 2.0],
    "two valleys": lambda p: p[1] ** 2 / 2 + np.polyval(np.polyint(np.poly([-1.5, 0.5, 1.5]) / 1.2), p[0]),
}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"surface": "hill"}, "the surfaces are round bowl, narrow valley, two valleys; got 'hill'"),
        ({"start": (4, 0)}, "at most 3.0 and 2.0 in magnitude"),
        ({"start": (1,)}, "two numbers"),
        ({"learning_rate": 0}, "must be positive"),
        ({"steps": 0}, r"must lie in 1\.\.200, got 0"),
    ],
)
def test_what_cannot_be_shown_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        GradientDescent(**given)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_path_in_javascript_is_the_path_in_numpy(in_javascript, surface):
    start, rate, steps = [-1.9, 1.2], 0.15, 12
    path = np.array(in_javascript(GradientDescent, "module.descend(...given)", [surface, start, rate, steps]))
    expected = [np.array(start)]
    for _ in range(steps):
        expected.append(expected[-1] - rate * numerical_gradient(LOSSES[surface], expected[-1]))
    np.testing.assert_allclose(path, expected, atol=1e-9)


@pytest.mark.parametrize("surface", SURFACES)
def test_losses_minima_and_curvatures_belong_together(in_javascript, surface):
    points = [[-2.0, 1.0], [0.3, -1.4], [1.2, 0.5]]
    expression = "[given[1].map(module.SURFACES[given[0]].loss), module.SURFACES[given[0]].minima]"
    losses, minima = in_javascript(GradientDescent, expression, [surface, points])
    least = min(LOSSES[surface](np.array(minimum["at"], float)) for minimum in minima)
    np.testing.assert_allclose(losses, [LOSSES[surface](np.array(p)) - least for p in points], atol=1e-12)
    for minimum in minima:
        at = np.array(minimum["at"], float)
        np.testing.assert_allclose(numerical_gradient(LOSSES[surface], at), 0, atol=1e-9)
        rows = [numerical_gradient(lambda p, i=i: numerical_gradient(LOSSES[surface], p)[i], at, h=0.1) for i in range(2)]
        np.testing.assert_allclose(np.linalg.eigvalsh(rows), sorted(minimum["curvatures"]), rtol=1e-6)


def test_the_verdict_turns_at_two_over_l(show):
    tab = show(GradientDescent("narrow valley"))
    rate = tab.get_by_label("Learning rate η")
    said = {}
    for value in ("0.48", "0.52"):
        rate.fill(value)
        said[value] = tab.locator(".status").inner_text()
    assert "settles" in said["0.48"] and "diverges" in said["0.52"]
    assert "2/L in the minimum\n0.50" in tab.locator(".descent").inner_text()


def test_the_narrow_valley_cannot_hold_a_large_step(in_javascript):
    walks = "given.map((rate) => module.fate('two valleys', [-1.9, 1.2], rate))"
    fates = [end if isinstance(end, str) else end["name"] for end in in_javascript(GradientDescent, walks, [0.3, 0.5, 0.7])]
    assert fates == ["the deep, narrow valley", "restless", "the shallow, wide valley"]


def test_the_ball_moves_with_keys_and_with_the_mouse(show):
    tab = show(GradientDescent("round bowl", start=(-2, 1), learning_rate=0.5))
    ball = tab.locator(".ball.handle")
    ball.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        tab.keyboard.press(key)
    assert ball.get_attribute("aria-label").startswith("Start at −1.8, 0.9")
    box = ball.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 3000, box["y"] + 20, steps=4)
    tab.mouse.up()
    assert ball.get_attribute("aria-label").startswith("Start at 3.0"), "it stays within the frame"


def test_every_control_has_a_name_and_the_path_has_a_dot_for_each_step(show):
    tab = show(GradientDescent("round bowl", learning_rate=0.3, steps=15))
    controls = tab.locator(".descent :is(input, select)")
    names = controls.evaluate_all("all => all.map(control => control.labels[0].firstChild.textContent)")
    assert names == ["Surface", "Learning rate η", "Steps"]
    assert tab.locator(".points circle").count() == 16
    assert "from 2.5 to" in tab.locator(".descent svg.chart").nth(1).get_attribute("aria-label")
