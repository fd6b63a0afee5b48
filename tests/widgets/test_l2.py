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


BAD_SETS = [
    ([SETS[0][:3]], "data sets (x, y, x_val, y_val)"),
    ([(X, X[:-1], *SETS[0][2:])], "as many x as y in each pair"),
    ([], "data sets"),
    (3, "data sets"),
    (None, "data sets"),
    ([(["a"], ["b"], [0.0], [0.0])], "data sets"),
    ([([np.nan], [1.0], [0.0], [0.0])], "vectors of finite numbers"),
    ([([0.5], [np.inf], [0.0], [0.0])], "vectors of finite numbers"),
    ([(2 * np.ones(3), np.ones(3), *SETS[0][2:])], "every x in [-1, 1]"),
]
BAD_STATES = [
    ("degree", 13, "a whole number from 1 to 12, got 13"),
    ("degree", 2.5, "a whole number from 1 to 12, got 2.5"),
    ("lam", 0, "a number from 1e-06 to 10, got 0"),
    ("lam", np.nan, "a number from 1e-06 to 10, got nan"),
    ("data", 3, "a whole number from 1 to 2, got 3"),
]


@pytest.mark.parametrize(("sets", "words"), BAD_SETS)
def test_data_sets_that_it_cannot_show(sets, words):
    with pytest.raises(ValueError, match=f"^expected .*{re.escape(words)}"):
        RidgeCurve(sets)


@pytest.mark.parametrize(("name", "value", "words"), BAD_STATES)
def test_a_state_that_it_cannot_show(name, value, words):
    with pytest.raises(ValueError, match=f"^{name} must be {words}"):
        RidgeCurve(SETS, **{name: value})
    widget = RidgeCurve(SETS)
    with pytest.raises(ValueError, match=f"^{name} must be {words}"):
        setattr(widget, name, value)
    assert (widget.degree, widget.lam, widget.data) == (11, 1e-3, 1)


FITS = [(1, 10.0), (5, 1e-3), (11, 1e-2), (12, 1e-6)]


def compare(evaluate, degree, lam):
    """Weights to a share of the largest of them: with 12 powers of x and hardly a penalty the system is close to singular."""
    x, y = SETS[0][:2]
    given = [x.tolist(), y.tolist(), degree, lam]
    w, value = evaluate(RidgeCurve, "[module.ridge(...given), module.loss(given[0], given[1], module.ridge(...given))]", given)
    expected = ridge(x, y, degree, lam)
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-10 * np.abs(expected).max())
    assert value == pytest.approx(loss(x, y, expected), rel=1e-10)


@pytest.mark.parametrize(("degree", "lam"), FITS)
def test_javascript_solves_what_numpy_solves(in_javascript, degree, lam):
    compare(in_javascript, degree, lam)


@pytest.mark.parametrize(("degree", "lam"), FITS)
def test_node_solves_what_numpy_solves(in_node, degree, lam):
    compare(in_node, degree, lam)


def test_the_curves_of_losses_are_those_of_each_lambda(in_node):
    curves = np.array(in_node(RidgeCurve, "module.lossCurves(given, 7)", [part.tolist() for part in SETS[1]]))
    np.testing.assert_allclose(curves[:, 0], 10.0 ** np.arange(-6, 1.01, 0.125), rtol=1e-5)
    x, y, x_val, y_val = SETS[1]
    expected = [[loss(x, y, w), loss(x_val, y_val, w)] for w in (ridge(x, y, 7, lam) for lam in curves[:, 0])]
    np.testing.assert_allclose(curves[:, 1:], expected, rtol=1e-10)


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


def test_play_makes_the_penalty_stronger_up_to_its_end(show, figures):
    tab = show(RidgeCurve(SETS, degree=9, lam=1e-6))
    losses = [figures(tab)[0]]
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
        losses.append(figures(tab)[0])
    assert losses == sorted(losses) and tab.get_by_label("Penalty λ").input_value() == "-5.5"
    tab.keyboard.press(" ")
    tab.wait_for_function("document.querySelector('input[type=range]').value == 1")
    tab.get_by_role("button", name="Play").wait_for()
    tab.keyboard.press("r")
    assert tab.get_by_label("Penalty λ").input_value() == "-6"


def test_lambda_never_leaves_what_python_takes(show):
    tab = show(RidgeCurve(SETS))
    for key in ("Home", "End"):
        tab.get_by_label("Penalty λ").press(key)
        tab.get_by_role("button", name="Copy state").click()
        tab.locator(".copied").wait_for()
        eval(f"RidgeCurve(SETS, {tab.locator('.copied').inner_text()})", {"RidgeCurve": RidgeCurve, "SETS": SETS})


def test_the_validation_loss_can_be_guessed(show, figures):
    tab = show(RidgeCurve(SETS, degree=4, lam=0.01))
    kept = figures(tab)[1]
    tab.get_by_role("button", name="Guess first").click()
    assert not tab.locator(".status").is_visible() and not tab.locator("path.unseen").is_visible()
    tab.get_by_label("Your guess").fill("0.5")
    tab.keyboard.press("Enter")
    assert f"It is {kept:g}, your guess was 0.5" in tab.locator(".guess").inner_text()


def test_positive_and_negative_weights_differ_in_more_than_colour(show):
    tab = show(RidgeCurve(SETS, lam=1e-6))
    fill = "bars => [...new Set(bars.map((bar) => getComputedStyle(bar).fill))]"
    assert tab.locator("svg[aria-label^=Sizes] .minus").evaluate_all(fill) == ["none"]
    assert tab.locator("svg[aria-label^=Sizes] .plus").evaluate_all(fill) != ["none"]


def test_nothing_is_cut_off_in_a_room(show):
    tab = show(RidgeCurve(SETS, lam=1e-6))
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


def test_its_still_picture_is_of_this_fit():
    x, y = SETS[1][:2]
    curve = RidgeCurve(SETS, degree=5, lam=0.01, data=2).still().axes[0].lines[1]
    expected = curve.get_xdata()[:, None] ** np.arange(1, 6) @ ridge(x, y, 5, 0.01)
    np.testing.assert_allclose(curve.get_ydata(), expected, rtol=1e-10)
