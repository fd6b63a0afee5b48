"""The digit to draw in: its JavaScript computes what numpy computes, and mouse and keyboard reach everything."""

import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from course import widgets
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


def widget(**state):
    return ExplainableAI(**NETWORK, images=IMAGES, **state)


def without(*units):
    """The network with these units at zero."""
    return NETWORK | {"W2": np.where(np.isin(np.arange(9), units)[:, None], 0, NETWORK["W2"])}


# What Python gives and sets


def test_it_takes_a_network_on_images_of_64_pixels():
    with pytest.raises(ValueError, match=r"W2 must have shape \(9, 4\) to go with the others, got \(9, 3\)"):
        ExplainableAI(**NETWORK | {"W2": np.ones((9, 3))}, images=IMAGES)
    with pytest.raises(ValueError, match=r"with pixels in \[0, 1\]"):
        ExplainableAI(**NETWORK, images=2 * IMAGES)
    with pytest.raises(ValueError, match="at least one image"):
        ExplainableAI(**NETWORK, images=np.zeros((0, 64)))
    with pytest.raises(ValueError, match=r"from 2 to 12 classes, got 9 and 13"):
        ExplainableAI(**NETWORK | {"W2": np.ones((9, 13)), "b2": np.ones(13)}, images=IMAGES)


@pytest.mark.parametrize("name", NETWORK)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_none(name, value):
    spoilt = NETWORK[name].copy()
    spoilt.flat[3] = value
    with pytest.raises(ValueError, match=f"{name} must hold finite numbers, got 1 that are not"):
        ExplainableAI(**NETWORK | {name: spoilt}, images=IMAGES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("image", 4), ("image", -2), ("target", 4), ("target", 1.5), ("explanation", "gradient"), ("silenced", [9]), ("silenced", [1.5]),
        ("silenced", 3), ("silenced", [True]), ("strokes", {64: 1}), ("strokes", {"a": 1}), ("strokes", {3: 1.5}), ("strokes", {3: np.nan}),
        ("strokes", {3: "1"}), ("strokes", [3]), ("order", "size"), ("delete", "weights"), ("first", "smallest"), ("k", 65), ("k", -1),
        ("seed", 10), ("brush", np.nan),
    ],
)  # fmt: skip
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=f"^{name} must"):
        widget(**{name: value})
    shown = widget()
    with pytest.raises(ValueError, match=f"^{name} must"):
        setattr(shown, name, value)


def test_a_state_comes_back_as_plain_numbers():
    shown = widget(silenced=(np.int64(5), 2, 2), strokes={np.int64(12): 1, "3": np.float32(0.5)})
    assert shown.silenced == [2, 5] and shown.strokes == {"3": 0.5, "12": 1.0}
    json.dumps([shown.silenced, shown.strokes])


# The mathematics


@pytest.mark.parametrize("where", ["in_javascript", "in_node"])
@pytest.mark.parametrize("off", [[], [2, 5]])
def test_javascript_computes_what_numpy_computes(request, where, off):
    given = [LISTS, IMAGES[1].tolist(), 2, off]
    asked = ", ".join(f"module.{name}(given[0], given[1], given[2], new Set(given[3]))" for name in ("saliency", "shares"))
    parts = "module.contributions(given[0], module.forward(given[0], given[1], new Set(given[3])).H, given[2])"
    logits, gradient, shares, parts, p = request.getfixturevalue(where)(
        ExplainableAI,
        f"[module.forward(given[0], given[1], new Set(given[3])).logits, {asked}, {parts}, "
        "module.softmax(module.forward(given[0], given[1], new Set(given[3])).logits)]",
        given,
    )
    left = without(*off)
    x, targets = IMAGES[1:2], np.array([2])
    assert logits == pytest.approx(logits_of(x, **left)[0], rel=1e-10)
    assert p == pytest.approx(np.exp(logits) / np.exp(logits).sum(), rel=1e-10)
    assert parts == pytest.approx(np.maximum(x @ left["W1"] + left["b1"], 0)[0] * left["W2"][:, 2], rel=1e-10, abs=1e-12)
    assert sum(parts) + left["b2"][2] == pytest.approx(logits[2], rel=1e-10)
    assert gradient == pytest.approx(exercise("saliency").right(x, targets, **left)[0], rel=1e-10)
    assert sum(shares) == pytest.approx(logits_of(x, **left)[0, 2] - logits_of(0 * x, **left)[0, 2], abs=1e-10)
    fine = exercise("integrated_gradients").right(x, np.zeros(64), targets, **left, steps=2000)
    assert shares == pytest.approx(fine[0], abs=0.02)


@pytest.mark.parametrize("what", ["pixels", "units"])
def test_the_logit_declines_as_numpy_says(in_node, what):
    order = RNG.permutation(64 if what == "pixels" else 9)
    found = in_node(
        ExplainableAI,
        "module.decline(given[0], given[1], 1, new Set([4]), given[2], given[3])",
        [LISTS, IMAGES[2].tolist(), what, order.tolist()],
    )
    for k, logit in enumerate(found):
        x = np.where((what == "pixels") & np.isin(np.arange(64), order[:k]), 0, IMAGES[2])
        left = without(4, *(order[:k] if what == "units" else ()))
        assert logit == pytest.approx(logits_of(x[None], **left)[0, 1], abs=1e-10)
    assert len(found) == len(order) + 1


STATES = [
    {}, {"explanation": "shares", "k": 5}, {"explanation": "shares", "k": 7, "first": "random", "seed": 4}, {"delete": "units", "k": 3},
    {"delete": "units", "k": 2, "first": "random", "silenced": [1, 7]}, {"image": -1, "explanation": "shares", "k": 2},
    {"target": 1, "silenced": [0, 3], "strokes": {3: 1, 40: 0}, "image": 0, "k": 64},
]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_python_sees_what_the_page_shows(in_node, state):
    shown = widget(**state)
    names = ("image", "strokes", "target", "explanation", "silenced", "delete", "first", "k", "seed")
    given = [{"network": LISTS, "images": shown.images, "chance": shown.chance}, {name: getattr(shown, name) for name in names}]
    page = in_node(ExplainableAI, "module.derive(given[0], given[1])", given)
    seen = shown.seen()
    assert page["target"] == seen["target"] and page["gone"] == seen["gone"].tolist()
    for theirs, ours in {"drawn": "drawn", "map": "map", "parts": "contributions", "logits": "logits"}.items():
        np.testing.assert_allclose(page[theirs], seen[ours], rtol=1e-10, atol=1e-10)


def test_its_still_picture_says_the_sum():
    shown = widget(explanation="shares", k=3)
    seen, picture = shown.seen(), shown.still()
    assert f"The network reads {seen['logits'].argmax()}" in picture.caption
    assert f"The logit of {seen['target']} is {seen['logits'][seen['target']]:.2f}".replace("-", "−") in picture.caption
    assert np.count_nonzero(picture.axes[0].images[0].get_array() == 0) == 3, "deleted pixels are black"


# On the page


@pytest.fixture
def opened(show):
    return show(widget())


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
    opened.wait_for_function("decodeURIComponent(location.hash).includes('\"12\":1')")
    opened.reload()
    opened.wait_for_selector(".draw")
    assert logit(opened, 1) == pytest.approx(of_image(drawn)[1], abs=0.006), "the address has it"


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
    opened.locator('[aria-label^="hidden unit 0:"]').focus()
    for _ in range(unit):
        opened.keyboard.press("ArrowRight")
    assert opened.locator(".explainable-ai p.brief").first.inner_text().startswith(f"Unit {unit} contributes its activation")
    opened.keyboard.press("Enter")
    assert logit(opened, 3) == pytest.approx(logits_of(IMAGES[3:], **without(unit))[0, 3], abs=0.006)
    opened.get_by_role("button", name="as it was").click()
    assert logit(opened, 3) == pytest.approx(of_image(IMAGES[3])[3], abs=0.006)
    opened.locator('[aria-label^="logit of 2:"]').click()
    opened.get_by_label("Explanation").select_option("shares")
    assert opened.locator(".explainable-ai .heading").last.inner_text() == "Logit of 2: shares from black"
    rise = of_image(IMAGES[3])[2] - of_image(np.zeros(64))[2]
    assert f"Sum {rise:.2f}".replace("-", "−") in opened.locator(".explainable-ai p.brief").last.inner_text()


def test_a_stroke_keeps_the_class_that_is_explained(opened):
    best = int(of_image(IMAGES[3]).argmax())
    opened.locator(".draw").focus()
    opened.keyboard.press("Space")
    opened.wait_for_function(f"location.hash.includes('target={best}')")


def test_it_plays_on_until_all_is_deleted(opened):
    opened.get_by_label("Delete").select_option("units")
    for _ in range(2):
        opened.keyboard.press("ArrowRight")
    assert opened.locator(".status").inner_text().startswith("Without 2 units the network reads a")
    assert opened.locator("[aria-label*=silenced]").count() == 2
    opened.get_by_label("k", exact=True).press("End")
    assert logit(opened, 1) == pytest.approx(NETWORK["b2"][1], abs=0.006), "nothing but the bias is left"
    opened.keyboard.press("r")
    assert opened.locator(".status").inner_text().startswith("The network reads a")


def test_a_black_image_has_no_shares(opened):
    opened.get_by_label("Image", exact=True).select_option("-1")
    opened.get_by_label("Explanation").select_option("shares")
    pixels = "node => [...new Set(node.querySelector('canvas').getContext('2d').getImageData(0, 0, 8, 8).data)]"
    assert opened.eval_on_selector(".signed[aria-label$='all zero']", pixels) == [255], "white, and opaque"


def test_the_probability_can_be_guessed_first(opened):
    opened.get_by_role("button", name="Guess first").click()
    assert not opened.locator(".status").is_visible()
    opened.get_by_label("Your guess").fill("0.5")
    opened.keyboard.press("Enter")
    o = of_image(IMAGES[3])
    p = np.exp(o) / np.exp(o).sum()
    assert re.search(r"It is ([\d.]+),", opened.locator(".guess").inner_text())[1] == f"{p.max():.2g}"


def test_a_link_that_somebody_spoilt_is_still_drawn(opened):
    spoilt = 'image=99&target=77&strokes={"3":"x"}&silenced=[400,"x"]&k=900&seed=50&first="random"&explanation="x"'
    opened.evaluate("spoilt => { location.hash = spoilt; }", spoilt)
    opened.get_by_text("k must be a whole number from 0 to 64, got 900.").wait_for()
    refused = opened.locator(".refused").inner_text()
    assert all(f"{name} must be" in refused for name in ("image", "target", "strokes", "silenced", "seed", "explanation"))
    assert opened.locator("[aria-label^='hidden unit']").count() == 9


@pytest.fixture
def large():
    rng = np.random.default_rng(2)
    layers = rng.normal(size=(64, 512)) / 8, rng.normal(size=512) / 8, rng.normal(size=(512, 10)) / 20, np.zeros(10)
    return ExplainableAI(*layers, rng.random((10, 64)), order="largest")


def test_512_units_are_thirty_and_the_others(show, large):
    tab = show(large)
    assert tab.locator("[aria-label^='hidden unit']").count() == 30
    assert tab.locator(".network").get_by_text("+ 482").is_visible()
    tabbable = "document.querySelectorAll('.body :is(button, select, input, [tabindex=\"0\"])').length"
    assert tab.evaluate(tabbable) == 14, "11 controls, the image, the units, the logits"
    sizes = "nodes => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize) * node.getScreenCTM().a)"
    assert min(tab.locator(".network .name").evaluate_all(sizes)) >= 12
    boxes = [node.bounding_box() for node in tab.locator(".network .pick .name").all()]
    for first, second in zip(boxes, boxes[2:], strict=False):
        assert first["x"] + first["width"] <= second["x"], "numbers do not touch"


def test_the_bars_add_up_to_the_logit(show):
    tab = show(widget(order="largest"))
    said = [node.get_attribute("aria-label") for node in tab.locator("[aria-label^='hidden unit']").all()]
    parts = [float(words.split("contributes ")[1].replace("−", "-")) for words in said]
    seen = widget().seen()
    assert parts == pytest.approx(sorted(seen["contributions"], reverse=True), abs=0.006)
    whole = seen["logits"][seen["target"]]
    assert tab.locator("p.brief").first.inner_text().replace("−", "-").endswith(f"= {whole:.2f}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_inaccessible(browser, tmp_path, scheme, large):
    file = tmp_path / "widget.html"
    file.write_text(widgets.page(large), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, offline=True) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".explainable-ai svg")
        found = Axe().run(tab).response["violations"]
    assert [(each["id"], len(each["nodes"]), each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("key", ["", "f"])
@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 720)), ("dark", (1920, 1080))])
def test_it_fits_a_screen_in_either_theme(browser, tmp_path, scheme, size, key):
    rng = np.random.default_rng(2)
    full = ExplainableAI(rng.normal(size=(64, 32)), np.zeros(32), rng.normal(size=(32, 10)), np.zeros(10), IMAGES, explanation="shares")
    file = tmp_path / "widget.html"
    file.write_text(widgets.page(full), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, offline=True) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".explainable-ai svg")
        if key:
            tab.keyboard.press(key)
        assert tab.locator(".explainable-ai").evaluate("(root, height) => root.scrollHeight <= height", size[1])
        box = tab.locator(".explainable-ai").bounding_box()
        assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        ink = tab.eval_on_selector(".explainable-ai text", "text => getComputedStyle(text).fill")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
