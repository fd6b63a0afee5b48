"""The browser of errors: its filters choose what numpy chooses, and mouse and keyboard reach everything."""

import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from course import widgets
from course.widgets import ErrorBrowser

RNG = np.random.default_rng(4)
P = RNG.dirichlet(np.ones(4), size=30).round(5)
LABELS = np.where(RNG.random(30) < 0.4, P.argmax(axis=1), RNG.integers(4, size=30))
GIVEN = {"images": RNG.random((30, 64)), "labels": LABELS, "probabilities": P, "maps": RNG.normal(size=(30, 64))}
SAYS = P.argmax(axis=1)
WRONG = np.flatnonzero(SAYS != LABELS)
SUREST = WRONG[np.argsort(-P[WRONG].max(axis=1))]


# What Python gives and sets


def test_it_takes_arrays_that_fit_together():
    with pytest.raises(ValueError, match=r"images and maps \(N, 64\), N at least 1, got \(30, 64\), \(30, 63\) and 30 labels"):
        ErrorBrowser(**GIVEN | {"maps": np.zeros((30, 63))})
    with pytest.raises(ValueError, match=r"probabilities \(30, C\), a row for each image, C from 2 to 12, got \(29, 4\)"):
        ErrorBrowser(**GIVEN | {"probabilities": P[:29]})
    with pytest.raises(ValueError, match=r"C from 2 to 12, got \(30, 13\)"):
        ErrorBrowser(**GIVEN | {"probabilities": np.ones((30, 13))})
    with pytest.raises(ValueError, match=r"whole labels in 0..3, got int64 from 4 to 4"):
        ErrorBrowser(**GIVEN | {"labels": np.full(30, 4)})


@pytest.mark.parametrize("name", ["images", "probabilities"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -0.1, 1.5])
def test_numbers_that_no_pixel_and_no_probability_can_be(name, value):
    spoilt = GIVEN[name].copy()
    spoilt[2, 1] = value
    with pytest.raises(ValueError, match=f"expected {name} with numbers from 0 to 1, got"):
        ErrorBrowser(**GIVEN | {name: spoilt})


def test_maps_are_finite():
    with pytest.raises(ValueError, match="expected maps with finite numbers, got 1 that are not"):
        ErrorBrowser(**GIVEN | {"maps": np.where(np.arange(64) + 64 * np.arange(30)[:, None] == 7, np.nan, 0)})


@pytest.mark.parametrize(
    ("name", "value"),
    [("truth", 4), ("guess", -2), ("guess", 4), ("image", 30), ("image", np.nan), ("image", 1.5), ("show", "none"), ("order", None)],
)
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        ErrorBrowser(**GIVEN, **{name: value})
    widget = ErrorBrowser(**GIVEN)
    with pytest.raises(ValueError, match=f"^{name} must be"):
        setattr(widget, name, value)


# The mathematics


@pytest.mark.parametrize("show", ["wrong", "right", "all"])
@pytest.mark.parametrize(("truth", "guess"), [(-1, -1), (2, -1), (-1, 0), (1, 1)])
def test_filters_choose_what_numpy_chooses(in_javascript, show, truth, guess):
    fits = {"wrong": SAYS != LABELS, "right": SAYS == LABELS, "all": np.ones(30, bool)}[show]
    fits = fits & ((LABELS == truth) | (truth < 0)) & ((SAYS == guess) | (guess < 0))
    state = {"truth": truth, "guess": guess, "show": show}
    given = [{"labels": LABELS.tolist(), "probabilities": P.tolist()}, state]
    surest, closest, plain = (
        in_javascript(ErrorBrowser, f"module.chosen(module.answers(given[0]), {{ ...given[1], order: '{order}' }})", given)
        for order in ("surest", "closest", "given")
    )
    assert plain == np.flatnonzero(fits).tolist() and sorted(surest) == sorted(closest) == plain
    certainty = P.max(axis=1)
    assert (np.diff(certainty[surest]) <= 0).all() and (np.diff(certainty[closest]) >= 0).all()
    for order, found in {"surest": surest, "closest": closest, "given": plain}.items():
        assert ErrorBrowser(**GIVEN, **state, order=order).shown() == found


def test_node_counts_what_numpy_counts(in_node):
    table = np.zeros((5, 5), dtype=int)
    np.add.at(table, (LABELS, SAYS), 1)
    table[-1], table[:, -1] = table.sum(axis=0), table.sum(axis=1)
    table[-1, -1] = 30
    given = {"labels": LABELS.tolist(), "probabilities": P.tolist()}
    assert in_node(ErrorBrowser, "module.confusion(module.answers(given), 4)", given) == table.tolist()


# On the page


@pytest.fixture
def opened(show):
    return show(ErrorBrowser(**GIVEN))


def heading(tab):
    return tab.locator(".errors .heading").first.inner_text()


def spoken(tab):
    """What a screen reader says of the image in focus."""
    sheet = tab.locator("[role=listbox]")
    option = tab.locator(f"#{sheet.get_attribute('aria-activedescendant')}")
    return option.inner_text(), int(option.get_attribute("aria-posinset")), int(option.get_attribute("aria-setsize"))


def test_the_surest_error_comes_first_and_the_keyboard_walks_on(opened):
    assert heading(opened) == f"{LABELS[SUREST[0]]}, taken for {SAYS[SUREST[0]]}"
    sheet = opened.get_by_role("listbox")
    sheet.focus()
    sheet.press("ArrowRight")
    assert spoken(opened) == (f"a {LABELS[SUREST[1]]}, taken for a {SAYS[SUREST[1]]}", 2, len(WRONG))
    words = ", ".join(f"{c}: {value:.2f}" for c, value in enumerate(P[SUREST[1]]))
    assert opened.locator("svg[aria-label^='0: ']").get_attribute("aria-label") == words
    opened.wait_for_url(f"**/*#image={SUREST[1]}")
    sheet.press("End")
    assert spoken(opened)[1] == len(WRONG)
    sheet.press("Home")
    assert spoken(opened)[1] == 1
    across = round(opened.evaluate("document.querySelector('.sheet').clientWidth / (3.4 * 16.26)") - 0.5)
    sheet.press("ArrowDown")
    assert spoken(opened)[1] == 1 + across, "a row on"


def test_a_click_looks_at_an_image(opened):
    box = opened.get_by_role("listbox").bounding_box()
    opened.mouse.click(box["x"] + 90, box["y"] + 40)
    assert spoken(opened)[1] == 2


def cell(tab, truth, guess):
    return tab.get_by_role("button", name=re.compile(f"true class {truth}, predicted {guess}:"))


def test_a_click_on_a_cell_of_the_table_shows_those_images(opened):
    (truth, guess), count = (LABELS[SUREST[0]], SAYS[SUREST[0]]), np.sum((LABELS == LABELS[SUREST[0]]) & (SAYS == SAYS[SUREST[0]]))
    cell(opened, truth, guess).click()
    assert spoken(opened)[2] == count and f"{count} of 30 images." in opened.locator(".status").inner_text()
    assert cell(opened, truth, guess).get_attribute("aria-pressed") == "true"
    cell(opened, 2, 2).press("Enter")
    assert heading(opened) == "2, read rightly"
    cell(opened, 2, 2).press("ArrowRight")
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Space")
    assert spoken(opened)[2] == np.sum(LABELS == 3), "row 3, column any"
    cell(opened, "any", "any").click()
    assert spoken(opened)[2] == 30


def test_a_filter_that_finds_nothing_says_so(opened):
    opened.get_by_label("Show").select_option("right")
    empty = next((t, g) for t in range(4) for g in range(4) if not np.any((LABELS == t) & (SAYS == g)))
    cell(opened, *empty).click()
    assert opened.locator(".status").inner_text() == "0 of 30 images. No image is of this kind."
    assert not opened.locator(".bars").is_visible()
    opened.get_by_role("listbox").press("ArrowRight")
    opened.get_by_role("button", name="the surest errors").click()
    assert opened.locator(".bars").is_visible()


def test_it_plays_through_the_images_and_hides_the_probability(opened):
    opened.keyboard.press("ArrowRight")
    assert spoken(opened)[1] == 2
    opened.keyboard.press("r")
    assert spoken(opened)[1] == 1
    opened.get_by_role("button", name="Guess first").click()
    assert not opened.locator(".bars").is_visible() and not opened.locator(".status").is_visible()
    opened.get_by_label("Your guess").fill("0.5")
    opened.keyboard.press("Enter")
    assert f"It is {P[SUREST[0]].max():.2g}" in opened.locator(".guess").inner_text()


def test_a_link_to_what_is_not_there_shows_the_first(opened):
    opened.evaluate("location.hash = 'image=99&show=%22nothing%22&truth=-1'")
    assert spoken(opened)[1] == 1


def many(count=1800):
    rng = np.random.default_rng(1)
    images, labels = rng.random((count, 64)), rng.integers(10, size=count)
    return ErrorBrowser(images, labels, rng.dirichlet(np.ones(10), size=count), images - 0.5)


def test_all_of_1800_images_are_one_canvas(show):
    tab = show(many())
    tab.get_by_label("Show").select_option("all")
    assert spoken(tab)[2] == 1800
    assert tab.locator(".sheet canvas").count() == 1
    assert tab.locator(".widget *").count() < 1000, "not an element for each image"
    assert tab.evaluate("document.querySelectorAll('.widget *').length") < 700
    tabbable = "document.querySelectorAll('.body :is(button, select, [tabindex=\"0\"])').length"
    assert tab.evaluate(tabbable) == 7, "two choices, three buttons, the table, the sheet"
    sheet = tab.get_by_role("listbox")
    sheet.press("End")
    inside = "([...document.querySelectorAll('.sheet')].map((box) => box.scrollHeight - box.scrollTop - box.clientHeight)[0])"
    assert spoken(tab)[1] == 1800 and tab.evaluate(inside) < 2, "it scrolls there"
    seen = "(canvas) => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    assert tab.locator(".sheet canvas").evaluate(seen) > 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_inaccessible(browser, tmp_path, scheme):
    file = tmp_path / "widget.html"
    file.write_text(widgets.page(many(300)), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, offline=True) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".errors svg")
        found = Axe().run(tab).response["violations"]
    assert [(each["id"], len(each["nodes"]), each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("key", ["", "f"])
@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 720)), ("dark", (1920, 1080))])
def test_it_fits_a_screen_in_either_theme(browser, tmp_path, scheme, size, key):
    file = tmp_path / "widget.html"
    file.write_text(widgets.page(ErrorBrowser(**GIVEN)), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, offline=True) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".errors svg")
        if key:
            tab.keyboard.press(key)
        assert tab.locator(".errors").evaluate("(root, height) => root.scrollHeight <= height", size[1])
        box = tab.locator(".errors").bounding_box()
        assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        ink = tab.eval_on_selector(".errors text", "text => getComputedStyle(text).fill")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")


def test_its_still_picture_is_the_sheet_or_the_table():
    picture = ErrorBrowser(**GIVEN).still()
    first = f"{LABELS[SUREST[0]]}→{SAYS[SUREST[0]]}"
    assert picture.axes[0].get_title() == first and picture.caption.startswith(f"{len(WRONG)} of 30 images are shown")
    empty = next((t, g) for t in range(4) for g in range(4) if not np.any((LABELS == t) & (SAYS == g)))
    table = ErrorBrowser(**GIVEN, truth=empty[0], guess=empty[1], show="all").still()
    assert f"{np.sum(SAYS == LABELS)} of 30 are right" in table.alt
