"""The tangent: its chords are difference quotients, its slopes the derivatives, and the arrow keys move it."""

import numpy as np
import pytest

from course.widgets import Tangent

FUNCTIONS = {"x²": (np.square, lambda x: 2 * x), "x³": (lambda x: x**3, lambda x: 3 * x**2), "sin x": (np.sin, np.cos)}


def test_a_curve_it_does_not_know():
    with pytest.raises(ValueError, match="one of x², x³, sin x, got 'cos x'"):
        Tangent("cos x")


@pytest.mark.parametrize("curve", Tangent.CURVES)
def test_javascript_computes_what_numpy_computes(in_javascript, curve):
    f, slope = FUNCTIONS[curve]
    for x, h in ((1.0, 0.5), (-1.3, 1e-3), (0.0, 1.0)):
        got = in_javascript(Tangent, "[module.chord(...given), module.CURVES[given[0]].slope(given[1])]", [curve, x, h])
        np.testing.assert_allclose(got, [(f(x + h) - f(x)) / h, slope(x)], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("curve", Tangent.CURVES)
def test_the_chord_turns_into_the_tangent_as_the_step_shrinks(show, curve):
    tab = show(Tangent(curve))
    assert tab.locator("select").input_value() == curve
    step = tab.get_by_label("Step h")
    step.focus()
    apart = []
    for key in ("End", "Home"):
        step.press(key)
        chord, tangent = (float(text.replace("−", "-")) for text in tab.locator("dd").all_inner_texts())
        apart.append(abs(chord - tangent))
    assert apart[1] < 0.005 < apart[0]
    assert "slope" in tab.locator("svg.chart").get_attribute("aria-label")
