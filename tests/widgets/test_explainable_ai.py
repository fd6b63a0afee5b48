"""The digit to draw in: its JavaScript computes what numpy computes, and mouse and keyboard reach everything."""

import numpy as np
import pytest

from course.units import exercise
from course.units.u10_explainable_ai.networks import logits_of
from course.widgets import ExplainableAI

RNG = np.random.default_rng(6)
NETWORK = {
    "W1": RNG.normal(size=(64, 9)).round(2), "b1": RNG.normal(size=9).round(2), "W2": RNG.normal(size=(9, 4)).round(2),
    "b2": RNG.normal(size=4).round(2),
}  # fmt: skip
IMAGES = RNG.random((4, 64)).round(3)
LISTS = {name: array.tolist() for name, array in NETWORK.items()}


def test_it_takes_a_network_on_images_of_64_pixels():
    with pytest.raises(ValueError, match=r"W2 must have shape \(9, 4\) to go with the others, got \(9, 3\)"):
        ExplainableAI(**NETWORK | {"W2": np.ones((9, 3))}, images=IMAGES)
    with pytest.raises(ValueError, match=r"with pixels in \[0, 1\]"):
        ExplainableAI(**NETWORK, images=2 * IMAGES)
    with pytest.raises(ValueError, match="at least one image"):
        ExplainableAI(**NETWORK, images=np.zeros((0, 64)))


@pytest.mark.parametrize("off", [[], [2, 5]])
def test_javascript_computes_what_numpy_computes(in_javascript, off):
    given = [LISTS, IMAGES[1].tolist(), 2, off]
    asked = ", ".join(f"module.{name}(given[0], given[1], given[2], new Set(given[3]))" for name in ("saliency", "shares"))
    logits, gradient, shares = in_javascript(
        ExplainableAI, f"[module.forward(given[0], given[1], new Set(given[3])).logits, {asked}]", given
    )
    left = NETWORK | {"W2": np.where(np.isin(np.arange(9), off)[:, None], 0, NETWORK["W2"])}
    x, targets = IMAGES[1:2], np.array([2])
    assert logits == pytest.approx(logits_of(x, **left)[0], rel=1e-10)
    assert gradient == pytest.approx(exercise("saliency").right(x, targets, **left)[0], rel=1e-10)
    assert sum(shares) == pytest.approx(logits_of(x, **left)[0, 2] - logits_of(0 * x, **left)[0, 2], abs=1e-10)
    fine = exercise("integrated_gradients").right(x, np.zeros(64), targets, **left, steps=2000)
    assert shares == pytest.approx(fine[0], abs=0.02)


@pytest.fixture
def opened(show):
    return show(ExplainableAI(**NETWORK, images=IMAGES))


def logit(tab, t):
    return float(tab.locator(f'[aria-label^="logit of {t}:"]').get_attribute("aria-label").split(": ")[1].replace("−", "-"))


def of_image(x):
    return logits_of(np.asarray(x)[None], **NETWORK)[0]


def test_a_stroke_of_the_mouse_changes_pixels_and_logits(opened):
    assert logit(opened, 1) == pytest.approx(of_image(IMAGES[3])[1], abs=0.006)
    box = opened.locator(".draw").bounding_box()
    cell = box["width"] / 8
    middle = [box["x"] + 2.5 * cell, box["x"] + 4.5 * cell, box["y"] + 1.5 * cell]
    opened.mouse.move(middle[0], middle[2])
    opened.mouse.down()
    opened.mouse.move(middle[1], middle[2], steps=12)
    opened.mouse.up()
    opened.mouse.move(middle[1] + cell, middle[2])
    drawn = IMAGES[3].copy()
    drawn[[10, 11, 12]] = 1
    assert logit(opened, 1) == pytest.approx(of_image(drawn)[1], abs=0.006)


def test_the_keyboard_alone_draws(opened):
    opened.locator(".draw").focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "Space"):
        opened.keyboard.press(key)
    drawn = IMAGES[3].copy()
    drawn[27 - 8 + 2] = 1
    assert "Row 2, column 5: 1.00" in opened.locator(".draw").get_attribute("aria-label")
    assert logit(opened, 0) == pytest.approx(of_image(drawn)[0], abs=0.006)


def test_a_unit_is_silenced_by_key_and_a_logit_explained_by_click(opened):
    unit = int(np.maximum(IMAGES[3] @ NETWORK["W1"] + NETWORK["b1"], 0).argmax())
    opened.locator(f'[aria-label^="hidden unit {unit}:"]').focus()
    opened.keyboard.press("Enter")
    left = NETWORK | {"W2": np.where(np.arange(9)[:, None] == unit, 0, NETWORK["W2"])}
    assert logit(opened, 3) == pytest.approx(logits_of(IMAGES[3:], **left)[0, 3], abs=0.006)
    opened.get_by_role("button", name="All units at work").click()
    assert logit(opened, 3) == pytest.approx(of_image(IMAGES[3])[3], abs=0.006)
    opened.locator('[aria-label^="logit of 2:"]').click()
    opened.get_by_label("Explanation").select_option("shares")
    heading = opened.locator(".explainable-ai .heading").last
    assert heading.inner_text() == "Logit of 2: integrated gradients, from black"
    rise = of_image(IMAGES[3])[2] - of_image(np.zeros(64))[2]
    assert f"its sum is {rise:.2f}".replace("-", "−") in opened.locator(".explainable-ai .body p").inner_text()


def test_a_black_image_has_no_shares(opened):
    opened.get_by_label("Image", exact=True).select_option("-1")
    opened.get_by_label("Explanation").select_option("shares")
    pixels = "canvas => [...new Set(canvas.getContext('2d').getImageData(0, 0, 8, 8).data)]"
    assert opened.eval_on_selector("canvas[role=img][aria-label$='all zero']", pixels) == [255], "white, and opaque"


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 900)), ("dark", (1920, 1080))])
def test_it_fits_a_screen_in_either_theme(browser, tmp_path, scheme, size):
    from course.widgets import page

    file = tmp_path / "widget.html"
    file.write_text(page(ExplainableAI(**NETWORK, images=IMAGES)), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, offline=True) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".explainable-ai svg")
        box = tab.locator(".explainable-ai").bounding_box()
        assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        ink = tab.eval_on_selector(".explainable-ai text", "text => getComputedStyle(text).fill")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
