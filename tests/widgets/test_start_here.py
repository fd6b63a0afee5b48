"""The tangent: its chords are difference quotients, its slopes the derivatives, and it zooms until the curve is its tangent."""

import re

import numpy as np
import pytest

from course.widgets import Tangent
from course.widgets.start_here import CURVES

STATES = [("x", 1.9), ("h", 0.0), ("h", np.inf), ("zoom", np.nan), ("zoom", "2"), ("curve", "cos x")]


@pytest.mark.parametrize(("name", "value"), STATES)
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=rf"^{name} must be .*, got {value!r}"):
        Tangent(**{name: value})
    widget = Tangent("x³")
    with pytest.raises(ValueError, match=f"^{name} must be"):
        setattr(widget, name, value)
    assert widget.curve == "x³"


@pytest.mark.parametrize("curve", CURVES)
def test_javascript_computes_what_numpy_computes(in_javascript, curve):
    f, slope = CURVES[curve]
    for x, h in ((1.0, 0.5), (-1.3, 1e-3), (0.0, 1.0)):
        got = in_javascript(Tangent, "[module.chord(...given), module.CURVES[given[0]].slope(given[1])]", [curve, x, h])
        np.testing.assert_allclose(got, [(f(x + h) - f(x)) / h, slope(x)], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("curve", CURVES)
def test_the_chord_turns_into_the_tangent_as_the_step_shrinks(show, curve):
    tab = show(Tangent(curve))
    assert tab.locator("select").input_value() == curve
    step = tab.get_by_label("Step h")
    step.focus()
    apart = []
    for key in ("End", "Home"):
        step.press(key)
        chord, tangent = (float(text.replace("−", "-")) for text in tab.locator(".facts dd").all_inner_texts())
        apart.append(abs(chord - tangent))
    assert apart[1] < 0.005 < apart[0]
    assert "slope" in tab.locator("svg.chart").first.get_attribute("aria-label")


def test_from_near_the_curve_is_its_tangent(show):
    tab = show(Tangent("x³", x=1.0, h=0.01))

    def bend():
        """How far the curve lies from the line through its ends, at most, in pixels."""
        points = np.array(re.findall(r"([-\d.]+) ([-\d.]+)", tab.locator("path.curve").first.get_attribute("d")), float)
        inside = points[np.abs(points - 240).max(axis=1) < 240]
        (x1, y1), (x2, y2) = inside[0], inside[-1]
        return np.abs((y2 - y1) * (inside[:, 0] - x1) - (x2 - x1) * (inside[:, 1] - y1)).max() / np.hypot(x2 - x1, y2 - y1)

    far = bend()
    tab.get_by_label("Zoom").focus()
    tab.keyboard.press("End")
    assert "10000 ×" in tab.locator("label", has_text="Zoom").inner_text()
    assert bend() < 0.2 < 20 < far


def test_its_still_picture_says_both_slopes():
    picture = Tangent("x³", x=1.0, h=0.1).still()
    assert "3.3100" in picture.caption and "3.0000" in picture.caption
