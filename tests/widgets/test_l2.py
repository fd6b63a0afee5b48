"""The ridge widget: its JavaScript solves what numpy solves, and sliders move curve, weights and losses at once."""

import re

import numpy as np
import pytest

from course.widgets import RidgeCurve

RNG = np.random.default_rng(3)
SETS = []
for _ in range(2):
    X, X_VAL = RNG.uniform(-1, 1, 12), RNG.uniform(-1, 1, 30)
    SETS.append((X, np.sin(np.pi * X) + 0.3 * RNG.normal(size=12), X_VAL, np.sin(np.pi * X_VAL) + 0.3 * RNG.normal(size=30)))


def ridge(x, y, degree, lam):
    """Least squares of a taller system."""
    tall = np.vstack([x[:, None] ** np.arange(1, degree + 1), np.sqrt(len(x) * lam) * np.eye(degree)])
    return np.linalg.lstsq(tall, np.concatenate([y, np.zeros(degree)]), rcond=None)[0]


def loss(x, y, w):
    return np.mean((x[:, None] ** np.arange(1, len(w) + 1) @ w - y) ** 2)


def test_it_takes_data_sets_in_range():
    with pytest.raises(ValueError, match=r"expected data sets \(x, y, x_val, y_val\)"):
        RidgeCurve([SETS[0][:3]])
    with pytest.raises(ValueError, match=r"every x in \[-1, 1\]"):
        RidgeCurve([(2 * np.ones(3), np.ones(3), *SETS[0][2:])])
    with pytest.raises(ValueError, match=r"degree must lie in 1\.\.12, got 13"):
        RidgeCurve(SETS, degree=13)
    with pytest.raises(ValueError, match="lam must lie between 1e-06 and 10, got 0"):
        RidgeCurve(SETS, lam=0)


@pytest.mark.parametrize(("degree", "lam", "rtol"), [(1, 10.0, 1e-12), (5, 1e-3, 1e-9), (12, 1e-6, 1e-5)])
def test_javascript_solves_what_numpy_solves(in_javascript, degree, lam, rtol):
    x, y = SETS[0][:2]
    given = [x.tolist(), y.tolist(), degree, lam]
    w, value = in_javascript(RidgeCurve, "[module.ridge(...given), module.loss(given[0], given[1], module.ridge(...given))]", given)
    expected = ridge(x, y, degree, lam)
    np.testing.assert_allclose(w, expected, rtol=rtol, atol=rtol * np.abs(expected).max())
    assert value == pytest.approx(loss(x, y, expected), rel=rtol)


@pytest.fixture
def figures(read_number):
    """Training loss, validation loss and Σ w², as a tab tells them."""

    def told(tab):
        text = tab.locator("p[role=status]").inner_text()
        return [read_number(found.rstrip(".")) for found in re.findall(r"(?:loss|w² =) ([^ ,]+)", text)[:3]]

    return told


def test_sliders_move_everything_at_once(show, figures):
    tab = show(RidgeCurve(SETS, degree=11, lam=1e-6))
    strength, degree, chosen = tab.locator("input[type=range]").all()
    for which, of, power in ((0, 11, -6), (0, 11, 1), (0, 3, 1), (1, 3, -2)):
        chosen.fill(str(which + 1))
        degree.fill(str(of))
        strength.fill(str(power))
        x, y, x_val, y_val = SETS[which]
        w = ridge(x, y, of, 10.0**power)
        assert figures(tab) == pytest.approx([loss(x, y, w), loss(x_val, y_val, w), np.sum(w**2)], rel=0.06)
        assert tab.locator("svg[aria-label^=Sizes] g rect").count() == of
        assert f"degree {of} fitted to 12 points" in tab.locator("svg[aria-label^='A polynomial']").get_attribute("aria-label")


def test_the_arrow_keys_move_lambda(show, figures):
    tab = show(RidgeCurve(SETS, degree=9, lam=1e-3))
    before = figures(tab)
    strength = tab.locator("input[type=range]").first
    strength.focus()
    for _ in range(8):
        strength.press("ArrowRight")
    after = figures(tab)
    assert strength.get_attribute("aria-valuetext") == "λ = 0.01"
    assert after[0] > before[0] and after[2] < before[2], "a stronger penalty: a worse fit, and smaller weights"
