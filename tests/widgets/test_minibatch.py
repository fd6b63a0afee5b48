"""The mini-batch widget: its JavaScript computes what numpy computes, and its sliders move what they name."""

import re

import numpy as np
import pytest

from course.gradcheck import numerical_gradient
from course.widgets import MinibatchDescent
from course.widgets.minibatch import batches, descend
from course.widgets.mulberry import Mulberry


def points(n=20):
    rng = np.random.default_rng(0)
    x = rng.normal(0.5, 1, size=n)
    return x, 1.2 * x - 0.5 + rng.normal(scale=0.5, size=n)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"x": [1.0, 1.0, 1.0, 1.0], "y": [1.0, 2.0, 3.0, 4.0]}, "not constant"),
        ({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0]}, "4 to 200 numbers each"),
        ({"x": [1.0, 2.0, 3.0, np.nan], "y": [1.0, 2.0, 3.0, 4.0]}, "finite numbers"),
    ],
)
def test_points_that_make_no_sense_are_refused(change, reason):
    with pytest.raises(ValueError, match=reason):
        MinibatchDescent(**change)


STATES = [
    ("start", (1, 2, 3)), ("start", (np.inf, 2)), ("batch_size", 21), ("batch_size", 0), ("batch_size", 2.5), ("momentum", 1.0),
    ("learning_rate", 0), ("learning_rate", np.nan), ("steps", 201), ("seed", -1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), STATES)
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=f"^{name} must .*, got"):
        MinibatchDescent(*points(), **{name: value})
    widget = MinibatchDescent(*points(), batch_size=3)
    with pytest.raises(ValueError, match=f"^{name} must .*, got"):
        setattr(widget, name, value)
    assert (widget.batch_size, widget.start, widget.seed) == (3, [-1.5, 2.0], 1)


@pytest.mark.parametrize("where", ["in_javascript", "in_node"])
def test_javascript_descends_as_numpy_does(request, where):
    evaluate = request.getfixturevalue(where)
    x, y = points()
    expression = """(({ x, y, seed }) => {
        const found = module.batches(20, 6, 9, module.kit.mulberry(seed));
        const path = module.descend({ x, y }, [-1, 2], found, 0.1, 0.8);
        return { found, path, bowl: module.bowl({ x, y }), loss: module.loss({ x, y }, [-1, 2]) };
    })(given)"""
    got = evaluate(MinibatchDescent, expression, {"x": x.tolist(), "y": y.tolist(), "seed": 5})
    assert got["found"] == batches(20, 6, 9, Mulberry(5)), "the same batches, drawn from the same seed"
    assert [len(batch) for batch in got["found"]] == [6, 6, 6, 2, 6, 6, 6, 2, 6]
    assert all(sorted(np.concatenate(got["found"][first : first + 4])) == list(range(20)) for first in (0, 4))
    np.testing.assert_allclose(got["path"], descend(x, y, [-1.0, 2.0], got["found"], 0.1, 0.8), rtol=1e-10)
    np.testing.assert_allclose(got["bowl"]["at"], np.polyfit(x, y, 1), rtol=1e-9)
    A = np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1]])
    np.testing.assert_allclose(got["bowl"]["curvatures"], np.linalg.eigvalsh(A), rtol=1e-10)
    steepest = np.array([np.cos(got["bowl"]["angle"]), np.sin(got["bowl"]["angle"])])
    np.testing.assert_allclose(A @ steepest, got["bowl"]["curvatures"][1] * steepest, rtol=1e-9)
    assert got["loss"] == pytest.approx(np.mean((-x + 2 - y) ** 2))


def test_a_step_follows_the_gradient_of_its_batch():
    x, y = points()
    batch = [3, 7, 7, 1]
    step = np.diff(descend(x, y, [-1.0, 2.0], [batch], 0.5, 0.0), axis=0)[0]
    slope = numerical_gradient(lambda theta: np.mean((theta[0] * x[batch] + theta[1] - y[batch]) ** 2), np.array([-1.0, 2.0]))
    np.testing.assert_allclose(step, -0.5 * slope, atol=1e-7)


def set_slider(tab, index, value):
    tab.locator("#widget input[type=range]").nth(index).fill(str(value))


def words(tab):
    return tab.locator("#widget .status").inner_text(), tab.locator("#widget .status + p").inner_text()


def test_sliders_change_the_path_and_what_is_said_of_it(show, read_number):
    tab = show(MinibatchDescent(*points(), batch_size=1, learning_rate=0.1))
    noisy, with_noise = words(tab)
    assert "batches of 1 are off by" in with_noise and "An epoch is 20 steps" in with_noise
    set_slider(tab, 0, 20)
    exact, without = words(tab)
    assert "off by 0.00" in without and "An epoch is 1 step." in without
    assert read_number(exact.split("is ")[1].split()[0]) < read_number(noisy.split("is ")[1].split()[0])
    set_slider(tab, 1, 1.0)
    assert words(tab)[0].startswith("It moves away")
    set_slider(tab, 3, 12)
    assert tab.locator("#widget output").all_inner_texts()[3] == "12"


def test_other_batches_make_another_path(show):
    tab = show(MinibatchDescent(*points(), batch_size=2))
    path = tab.locator("#widget .walk").first.get_attribute("d")
    tab.get_by_role("button", name="Draw other batches").press("Enter")
    assert tab.locator("#widget .walk").first.get_attribute("d") != path
    assert tab.locator(".seed span").inner_text() == "seed 2"


def numbers_of(tab, selector):
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", tab.locator(selector).get_attribute("d")), float)


def test_the_line_beside_the_path_is_that_of_its_end_and_rings_are_its_last_batch(show):
    x, y = points()
    tab = show(MinibatchDescent(x, y, batch_size=3, steps=200, learning_rate=0.05))
    drawn = batches(20, 3, 200, Mulberry(1))
    w, b = descend(x, y, [-1.5, 2.0], drawn, 0.05, 0.0)[-1]
    dots = np.array([[float(dot.get_attribute(name)) for name in ("cx", "cy")] for dot in tab.locator(".chart .example").all()])
    (across, left), (up, bottom) = np.polyfit(x, dots[:, 0], 1), np.polyfit(y, dots[:, 1], 1)
    ends = (numbers_of(tab, ".chart .fit") - [left, bottom]) / [across, up]
    np.testing.assert_allclose(ends[:, 1], w * ends[:, 0] + b, atol=0.01)
    best = (numbers_of(tab, ".chart .best") - [left, bottom]) / [across, up]
    np.testing.assert_allclose(best[:, 1], np.polyval(np.polyfit(x, y, 1), best[:, 0]), atol=0.01)
    rings = re.findall(r"M([\d.]+) ([\d.]+)a", tab.locator(".chart .drawn").get_attribute("d"))
    np.testing.assert_allclose(np.array(rings, float) - np.array([-8, 0]), dots[drawn[-1]], atol=0.1)


def test_it_plays_a_batch_a_step(show):
    tab = show(MinibatchDescent(*points(), batch_size=5))
    steps = tab.get_by_label("Steps", exact=True)
    tab.keyboard.press("r")
    assert steps.input_value() == "0" and tab.locator(".chart .drawn").get_attribute("d") == ""
    tab.keyboard.press("ArrowRight")
    assert steps.input_value() == "1" and tab.locator(".chart .drawn").get_attribute("d").count("M") == 5
    tab.keyboard.press(" ")
    tab.wait_for_function("document.querySelector('[aria-label=Steps]').value > 3")


def test_presets_the_address_and_sliders_are_one_state(show):
    x, y = points()
    tab = show(MinibatchDescent(x, y))
    tab.get_by_role("button", name="all examples").click()
    assert "off by 0.00" in words(tab)[1]
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()
    again = eval(f"MinibatchDescent(x, y, {tab.locator('.copied').inner_text()})", {"MinibatchDescent": MinibatchDescent, "x": x, "y": y})
    assert (again.batch_size, again.start, again.seed) == (20, [-1.5, 2.0], 1)
    tab.wait_for_function("location.hash.includes('batch_size=20')")
    tab.reload()
    tab.wait_for_selector("svg.chart")
    assert tab.get_by_label("Batch size T").input_value() == "20"


def test_a_guess_hides_the_loss(show):
    tab = show(MinibatchDescent(*points()))
    tab.get_by_role("button", name="Guess first").click()
    assert not any(tab.locator(kind).is_visible() for kind in (".status", ".status + p"))
    tab.get_by_role("button", name="Reveal").click()
    answer = tab.locator(".guess strong").inner_text()
    assert answer.removeprefix("It is ").rstrip(".") in words(tab)[0]


@pytest.mark.parametrize("rate", [0.1, 0.9])
def test_the_projector_cuts_nothing_off(show, rate):
    tab = show(MinibatchDescent(*points(), learning_rate=rate))
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


@pytest.mark.parametrize("state", [{}, {"steps": 0}, {"learning_rate": 5.0}])
def test_its_still_picture_has_the_line_and_the_losses(state):
    picture = MinibatchDescent(*points(), **state).still()
    assert [ax.get_xlabel() for ax in picture.axes] == ["slope w", "x", "step"]
    assert ("grows" in picture.caption) == ("learning_rate" in state or state.get("steps") == 0)
