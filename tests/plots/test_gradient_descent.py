"""Loss surfaces and descents: the words say what the picture shows, and numbers that run away break nothing."""

import numpy as np

from course import plots


def bowl(first, second):
    return np.asarray(first) ** 2 + 4 * np.asarray(second) ** 2


def spiral(factor, steps=20):
    return np.array([2.0, 1.0]) * factor ** np.arange(steps + 1)[:, None]


def test_lines_are_points_of_the_surface():
    x = np.array([0.0, 1.0, 2.0])
    picture = plots.line_losses(x, 2 * x + 1, {"right": (2, 1), "flat": (0, 3)}, units=("kg", "cm", "cm per kg", "cm"))
    assert "right w = 2, b = 1, loss 0" in picture.alt and "flat w = 0, b = 3, loss 2.67" in picture.caption
    data, plane = picture.axes
    assert data.get_xlabel() == "kg" and plane.get_xlabel() == "cm per kg"
    assert any(np.array_equal(line.get_xydata(), [[2, 1]]) for line in plane.lines)


def test_descents_tell_a_fall_from_a_growth_and_bear_what_is_not_finite():
    paths = {"small": spiral(0.8), "large": spiral(-1.5), "huge": spiral(-1e17, 12)}
    picture = plots.descents(bowl, paths, (-3, 3), (-2, 2))
    assert [ax.get_title() for ax in picture.axes[:3]] == list(paths), "a panel for each path"
    assert {text.get_text() for text in picture.axes[3].texts} == set(paths), "each line of losses is named beside it"
    assert "small: it falls from 8 to" in picture.caption
    assert "large: it grows" in picture.caption and "huge: it grows" in picture.caption
    picture._repr_html_()


def test_a_descent_measured_from_its_minimum():
    picture = plots.descents(lambda a, b: bowl(a, b) + 7, {"one": spiral(0.5)}, (-3, 3), (-2, 2), least=7.0)
    assert "Loss above its minimum: one: it falls from 8 to 7.3e-12 in 20 steps" in picture.caption
    assert picture.axes[-1].get_ylabel() == "loss ℓ above its minimum"


def test_a_sweep_names_the_limit_and_the_best_rate():
    rates = np.linspace(0.1, 1.3, 13)
    picture = plots.rate_sweep(rates, np.abs(1 - 2 * rates) ** 20 + 1e-12, 1.0, steps=20)
    assert "η = 0.5;" in picture.caption and "2/L = 1." in picture.caption and "that came nearer at all is 0.9" in picture.caption


def test_curves_name_every_quantity_and_its_ends():
    x = np.linspace(0, 2, 9)
    picture = plots.curves(x, {"loss": {"a": x, "b": x**2}, "slope": {"a": 1 + 0 * x}}, xlabel="g", caption="See the ends.")
    assert [ax.get_ylabel() for ax in picture.axes] == ["loss", "slope"]
    assert "loss, b: from 0 to 4" in picture.alt and picture.caption == "See the ends."


def test_bowls_name_their_curvatures_however_they_are_turned():
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    picture = plots.bowls({"straight": np.diag([1.0, 9.0]), "turned": turn @ np.diag([1.0, 9.0]) @ turn.T})
    assert picture.caption.count("curvature 9 in the steepest direction, 1 in the flattest") == 2
    steep = picture.axes[1].get_lines()[1].get_xydata()
    assert np.allclose((steep[1] - steep[0]) @ turn[:, 0], 0), "the thick line is the steepest direction"
