"""Gradient descent to drag: the paths are numpy's, the gradients those of the losses, and the words say where a walk ends."""

import numpy as np
import pytest

from course.gradcheck import numerical_gradient
from course.widgets import GradientDescent
from course.widgets.gradient_descent import SURFACES, descend

TURN = np.array([[np.cos(np.pi / 6), np.sin(np.pi / 6)], [-np.sin(np.pi / 6), np.cos(np.pi / 6)]])
LOSSES = {
    "round bowl": lambda p: p @ p / 2,
    "narrow valley": lambda p: (TURN @ p) ** 2 @ [0.25, 2.0],
    "two valleys": lambda p: p[1] ** 2 / 2 + np.polyval(np.polyint(np.poly([-1.5, 0.5, 1.5]) / 1.2), p[0]),
}
STATES = [
    ("surface", "hill"), ("start", (4, 0)), ("start", (0, 2.5)), ("start", (1,)), ("start", (np.nan, 0)), ("learning_rate", 0),
    ("learning_rate", np.inf), ("momentum", 1.0), ("steps", -1), ("steps", 2.5), ("steps", 201), ("race", "five rates"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), STATES)
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=f"^{name} must .*, got"):
        GradientDescent(**{name: value})
    widget = GradientDescent("round bowl", start=(1, 2))
    with pytest.raises(ValueError, match=f"^{name} must .*, got"):
        setattr(widget, name, value)
    assert (widget.surface, widget.start, widget.steps) == ("round bowl", [1.0, 2.0], 60)


@pytest.mark.parametrize("surface", SURFACES)
def test_loss_and_gradient_belong_together(surface):
    loss, gradient = SURFACES[surface]
    for theta in np.random.default_rng(1).uniform(-2, 2, (5, 2)):
        np.testing.assert_allclose(gradient(theta), numerical_gradient(LOSSES[surface], theta), atol=1e-8)
        rise = LOSSES[surface](theta) - LOSSES[surface](np.array([0.3, 0.1]))
        np.testing.assert_allclose(loss(*theta) - loss(0.3, 0.1), rise, atol=1e-12)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("where", ["in_javascript", "in_node"])
def test_a_path_in_javascript_is_the_path_in_numpy(request, where, surface):
    evaluate = request.getfixturevalue(where)
    for rate, momentum in ((0.15, 0.0), (0.1, 0.7)):
        path = evaluate(GradientDescent, "module.descend(...given)", [surface, [-1.9, 1.2], rate, 40, momentum])
        np.testing.assert_allclose(path, descend(surface, [-1.9, 1.2], rate, 40, momentum), rtol=1e-10, atol=1e-10)


def test_what_leaves_for_infinity_is_cut_off_in_the_same_place(in_javascript):
    path = in_javascript(GradientDescent, "module.kit.seen(module.descend(...given))", ["two valleys", [-1.9, 1.2], 2.0, 60, 0])
    assert 1 < len(path) < 61
    np.testing.assert_allclose(path, descend("two valleys", [-1.9, 1.2], 2.0, 60), rtol=1e-10)


@pytest.mark.parametrize(("rate", "momentum"), [(0.2, 0.0), (0.49, 0.0), (0.52, 0.0), (0.2, 0.5), (0.05, 0.1), (0.9, 0.6), (0.99, 0.9)])
def test_a_steps_factor_is_the_largest_eigenvalue_of_the_step(in_javascript, rate, momentum):
    """A step turns (distance, distance before) into (1 + β − η L) distance − β distance before."""
    for curvature in (0.5, 4.0):
        got = in_javascript(GradientDescent, "module.factorOf(...given)", [curvature, rate, momentum])
        roots = np.linalg.eigvals([[1 + momentum - rate * curvature, -momentum], [1, 0]])
        assert abs(got) == pytest.approx(np.abs(roots).max(), rel=1e-10)
        limit = in_javascript(GradientDescent, "module.limit(...given)", [{"curvatures": [curvature]}, momentum])
        assert (abs(got) < 1) == (rate < limit)
    assert in_javascript(GradientDescent, "module.factorOf(4, 0.3, 0)") == pytest.approx(-0.2), "without momentum it is 1 − η L"


@pytest.mark.parametrize("surface", SURFACES)
def test_values_stand_on_their_contours(in_javascript, surface):
    expression = """(({ loss, minima }) => [0, 1, 2, 3].map((angle) => module.onContour(loss, minima[0].at, angle, 0.5)))(
        module.SURFACES[given])"""
    points = in_javascript(GradientDescent, expression, surface)
    np.testing.assert_allclose([SURFACES[surface][0](*point) for point in points], 0.5, atol=1e-10)


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
    controls = tab.locator(".descent .body :is(input, select)")
    names = controls.evaluate_all("all => all.map(control => control.labels[0].firstChild.textContent)")
    assert names == ["Surface", "Learning rate η", "Momentum β", "Steps", "Race"]
    assert tab.locator(".main .dots").get_attribute("d").count("M") == 16
    assert tab.locator("svg.chart").first.locator("text:not(.tick):not(.value)").all_text_contents() == ["θ₁", "θ₂"]
    assert "from 2.5 to" in tab.locator(".descent svg.chart").nth(1).get_attribute("aria-label")


def test_contours_say_their_values(show):
    tab = show(GradientDescent("round bowl"))
    values = [float(text) for text in tab.locator(".value").all_text_contents()]
    assert len(values) >= 4 and all(f"{value:e}"[0] in "125" for value in values), "round numbers"
    for text in tab.locator(".value").all():
        x, y = float(text.get_attribute("x")) / 100 - 3, 2 - (float(text.get_attribute("y")) - 5) / 100
        assert (x**2 + y**2) / 2 == pytest.approx(float(text.text_content()), rel=0.01)


def test_three_rates_race(show):
    tab = show(GradientDescent("narrow valley", start=(-2.2, 1.2), race="three rates", steps=0))
    seen = lambda: [tab.locator(f".map .{kind} .walk").is_visible() for kind in ("slow", "main", "fast")]  # noqa: E731
    assert "Which is ahead" in tab.locator(".status").inner_text()
    tab.get_by_label("Steps", exact=True).fill("60")
    assert seen() == [True] * 3
    assert "After 60 steps 2η = 0.40 has the least loss" in tab.locator(".status").inner_text()
    ends = {share: SURFACES["narrow valley"][0](*descend("narrow valley", [-2.2, 1.2], share * 0.2, 60)[-1]) for share in (0.5, 1, 2)}
    assert min(ends, key=ends.get) == 2
    tab.get_by_label("Learning rate η").fill("0.3")
    assert "2η diverges." in tab.locator(".status").inner_text()
    tab.get_by_label("Race").select_option("one rate")
    assert seen() == [False, True, False]


def test_momentum_moves_the_limit(show):
    tab = show(GradientDescent("narrow valley", learning_rate=0.6))
    assert "diverges" in tab.locator(".status").inner_text()
    tab.get_by_label("Momentum β").fill("0.5")
    assert "settles in the minimum" in tab.locator(".status").inner_text()
    assert "2(1 + β)/L in the minimum\n0.75" in tab.locator(".facts").first.inner_text()


def test_it_plays_from_the_ball_to_the_end(show):
    tab = show(GradientDescent("round bowl", steps=198))
    steps = tab.get_by_label("Steps", exact=True)
    tab.keyboard.press("ArrowRight")
    assert steps.input_value() == "199"
    tab.get_by_role("button", name="Play").click()
    tab.wait_for_function("document.querySelector('[aria-label=Steps]').value === '200'")
    tab.get_by_role("button", name="Play").wait_for()
    tab.get_by_role("button", name="Reset").click()
    assert steps.input_value() == "0" and tab.locator(".main .dots").get_attribute("d").count("M") == 1


def test_presets_the_address_and_controls_are_one_state(show):
    tab = show(GradientDescent())
    tab.get_by_role("button", name="out of the deep valley").click()
    assert tab.locator(".status").inner_text() == "It settles in the shallow, wide valley."
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()
    again = eval(f"GradientDescent({tab.locator('.copied').inner_text()})", {"GradientDescent": GradientDescent})
    assert (again.surface, again.start, again.learning_rate) == ("two valleys", [-1.9, 1.2], 0.7)
    tab.wait_for_function("location.hash.includes('learning_rate=0.7')")
    tab.reload()
    tab.wait_for_selector("svg.chart")
    assert tab.locator(".status").inner_text() == "It settles in the shallow, wide valley."


def test_a_guess_hides_the_limit(show):
    tab = show(GradientDescent("two valleys", start=(1.4, 0.1)))
    tab.get_by_role("button", name="Guess first").click()
    assert not any(node.is_visible() for node in [*tab.locator(".facts").all(), tab.locator(".status")])
    tab.get_by_label("Your guess").fill("1")
    tab.keyboard.press("Enter")
    assert "It is 0.8, your guess was 1: off by 0.2." in tab.locator(".guess").inner_text()


@pytest.mark.parametrize("surface", SURFACES)
def test_the_projector_cuts_nothing_off(show, surface):
    tab = show(GradientDescent(surface, race="three rates"))
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


@pytest.mark.parametrize("state", [{}, {"race": "three rates", "learning_rate": 5.0}, {"steps": 0}, {"start": (0, 0)}])
def test_its_still_picture_tells_the_losses(state):
    picture = GradientDescent("round bowl", **state).still()
    assert picture.axes[0].get_xlabel() == "θ₁"
    assert picture.caption.count("steps") == (3 if "race" in state else 1)
