"""A small lecture in Chromium, opened from its folder: keys and focus, the two themes, print, notes, the gallery. Each unit's own deck is
looked at where its notebook is executed: tests/test_notebooks.py."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from autograder import build
from autograder.lecture import folder, running

SOURCE = '''\
# %% [markdown]
# # Unit 00: A small one

# %% [markdown] deck="slide"
# ## Words about $x^2$
#
# Its slope is
#
# $$\\frac{\\partial x^2}{\\partial x} = 2x_\\text{here}.$$
#
# Note: Say that $2x$ is no secret. Who knows it?

# %% [markdown] deck="slide"
# ## A figure
#
# Note: Look at it.

# %% deck="show"
from course import plots
from course.widgets import Tangent
plots.product_rectangle(3.0, 4.0, 0.3, 0.6)

# %% [markdown] deck="slide"
# ## A widget
#
# Note: Move x.

# %% deck="show"
Tangent("x³")

# %% [markdown] deck="slide"
# ## What else a slide may hold
#
# - `SGD(weights, lr=0.1)` in a list
# - **and** a [link](https://example.org)
#
# | node | slope |
# | --- | --- |
# | $u$ | 2 |
#
# ```python
# weights -= rate * gradient
# ```
#
# Note: Nothing to say.

# %% [markdown] deck="slide"
# ## The end
#
# That was all.
#
# What do you remember?
#
# Note: Ask what they remember.
'''
SIZE = "node => parseFloat(getComputedStyle(node).fontSize)"
DECK, FIGURE, WIDGET, COUNT = "00_small.html", 2, 3, 6


@pytest.fixture(scope="module")
def lecture(tmp_path_factory) -> Path:
    """The folder of one unit, really run."""
    source = tmp_path_factory.mktemp("unit") / "00_small" / "notebook.py"
    source.parent.mkdir()
    source.write_text(SOURCE, encoding="utf-8")
    out = tmp_path_factory.mktemp("lecture")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "source_of", lambda unit: source)
        folder.write(out, {"00_small": running.executed("00_small")})
    return out


@pytest.fixture(scope="module")
def browser(lecture, playwright, chromium_options):
    """After the unit has been run: no kernel can be, while Playwright is."""
    running_browser = playwright.chromium.launch(**chromium_options)
    yield running_browser
    running_browser.close()


@pytest.fixture
def opened(lecture, browser):
    """Opens a page of the folder, without a network; fails where it asks for anything else, or the console has an error."""
    faults, contexts = [], []

    def open_page(name=DECK, scheme="light", slide=0):
        contexts.append(context := browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme, offline=True))
        context.on("request", lambda one: one.url.startswith(("file:", "blob:", "data:", "about:")) or faults.append(one.url))
        context.on("console", lambda said: said.type == "error" and faults.append(said.text))
        context.on("weberror", lambda error: faults.append(str(error.error)))
        page = context.new_page()
        page.goto(f"{lecture.as_uri()}/{name}{f'#/{slide}' if slide else ''}")
        if name == DECK:
            page.wait_for_selector(f".slides > section:nth-child({slide + 1}).present", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


def at(page):
    return page.evaluate("[...document.querySelectorAll('.slides > section')].findIndex((one) => one.matches('.present'))")


def goes_to(page, slide):
    page.wait_for_function("k => document.querySelectorAll('.slides > section')[k].matches('.present')", arg=slide)


def test_it_begins_with_the_units_heading(opened):
    page = opened()
    assert page.locator(".slides > section").count() == COUNT
    assert page.locator(".first h1").inner_text() == "A small one" and page.title() == "Unit 00: A small one"
    page.keyboard.press("ArrowRight")
    goes_to(page, 1)
    page.wait_for_url("**/00_small.html#/1")  # the address is the slide's


def test_formulas_are_drawn_and_in_the_notes_as_mathml(opened):
    page = opened(slide=1)
    fraction = page.locator(".present .text .katex-html .mfrac")
    assert fraction.bounding_box()["height"] > 40
    assert page.locator(".present h2 .katex-html").count() == 1
    inside, around = (page.locator(f".present .text {which}").evaluate(SIZE) for which in (".katex-html .text", ".katex-html"))
    assert inside < 0.75 * around, "words in a formula are as large as the formula makes them"
    notes = page.locator(".present .notes")
    assert notes.locator("math").count() == 1 and notes.locator(".katex-html").count() == 0


def test_words_are_as_large_as_their_slide_allows_and_a_question_stands_out(opened):
    page = opened(slide=COUNT - 1)
    text = page.locator(".present .text")
    assert text.evaluate(SIZE) == 46
    assert text.locator("p.ask").inner_text() == "What do you remember?"
    paper = [one.evaluate("node => getComputedStyle(node).backgroundColor") for one in text.locator("p").all()]
    assert paper[0] != paper[1]


def test_a_figure_fills_the_room_it_has(opened):
    box = opened(slide=FIGURE).locator(".present img").bounding_box()
    assert box["height"] > 450 and box["y"] + box["height"] < 690


def test_a_widget_keeps_its_keys_until_escape_gives_them_back(opened):
    page = opened(slide=WIDGET)
    frame = page.frame_locator(".present iframe")
    assert frame.locator("h1").inner_text() == "A widget", "its title is the slide's"
    assert frame.locator(".widget").evaluate("node => node.matches('.projector')")
    slider = frame.get_by_label("Point x")
    slider.click()
    before = float(slider.input_value())
    for key in ("ArrowRight", "ArrowRight", "o", "End", "Home"):
        page.keyboard.press(key)
    assert float(slider.input_value()) == -1.8 != before and at(page) == WIDGET and not page.locator(".reveal.overview").count()
    page.keyboard.press("Escape")
    assert not page.locator(".reveal.overview").count() and frame.locator(".projector").count() == 1, "it means the keys, nothing else"
    page.keyboard.press("ArrowRight")
    goes_to(page, WIDGET + 1)


def test_w_gives_a_widget_the_keys_and_a_clicker_turns_the_slide_all_the_same(opened):
    page = opened(slide=WIDGET)
    frame = page.frame_locator(".present iframe")
    frame.locator(".widget").wait_for()
    page.keyboard.press("w")
    page.keyboard.press("f")
    frame.locator(".widget:not(.projector)").wait_for()
    page.keyboard.press("PageDown")
    goes_to(page, WIDGET + 1)
    page.keyboard.press("ArrowLeft")
    goes_to(page, WIDGET)


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 17, 19)")])
def test_dark_and_light_are_the_systems_and_d_changes_them_for_all_decks(opened, scheme, paper):
    page = opened(scheme=scheme, slide=WIDGET)
    page.frame_locator(".present iframe").locator(".widget").wait_for()
    colour = "node => getComputedStyle(node).backgroundColor"
    seen = lambda: (  # noqa: E731
        page.locator(".reveal-viewport").evaluate(colour),
        page.frame_locator(".present iframe").locator(".widget").evaluate(colour),
    )
    assert seen() == (paper, paper)
    page.keyboard.press("d")
    other = seen()
    assert other[0] == other[1] != paper
    page.reload()
    page.frame_locator(".present iframe").locator(".widget").wait_for()
    assert seen() == other


def test_pictures_go_dark_with_the_deck(opened):
    picture = "document.querySelector('.present img')"
    assert opened(scheme="dark", slide=FIGURE).evaluate(f"getComputedStyle({picture}).filter").startswith("invert(1)")
    assert opened(scheme="light", slide=FIGURE).evaluate(f"getComputedStyle({picture}).filter") == "none"


def test_all_slides_at_once(opened):
    page = opened()
    page.keyboard.press("o")
    page.locator(".reveal.overview").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    goes_to(page, 1)


@pytest.mark.parametrize(("query", "count"), [("print-pdf", COUNT), ("print-pdf&showNotes=separate-page", 2 * COUNT)])
def test_it_prints_a_page_for_each_slide_on_white_paper(opened, query, count):
    page = opened(f"{DECK}?{query}", scheme="dark")
    page.locator(".pdf-page").nth(COUNT - 1).wait_for(state="attached")
    page.frame_locator("iframe").locator(".widget svg").first.wait_for(state="attached")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".pdf-page h2").first.evaluate("node => node.offsetLeft") == 72, "as on the screen"
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type */Page\b(?!s)", printed)) == count


def test_the_presenter_has_a_window_with_the_notes(opened):
    page = opened(slide=1)
    with page.expect_popup() as waiting:
        page.keyboard.press("s")
    notes = waiting.value
    notes.get_by_text("is no secret. Who knows it?").wait_for()
    page.keyboard.press("ArrowRight")
    notes.get_by_text("Look at it.").wait_for()


@pytest.mark.parametrize("slide", range(COUNT))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_slide_of_each_kind_is_accessible(opened, slide, scheme):
    page = opened(scheme=scheme, slide=slide)
    found = Axe().run(page, options={"iframes": False, "preload": False}).response["violations"]
    if slide == WIDGET:
        page.frame_locator(".present iframe").locator(".widget.projector").wait_for()
        found += Axe().run(page.query_selector(".present iframe").content_frame(), options={"preload": False}).response["violations"]
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("name", ["index.html", "gallery.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contents_and_gallery_are_accessible(opened, name, scheme):
    found = Axe().run(opened(name, scheme), options={"iframes": False}).response
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


def test_the_gallery_shows_its_widgets_alive_and_leads_to_each_alone(opened):
    page = opened("gallery.html")
    frame = page.frame_locator("iframe").first
    frame.locator("svg").first.wait_for()
    assert frame.locator("select").input_value() == "x³", "as the unit shows it"
    page.get_by_role("link", name="alone").click()
    page.locator("#widget svg").first.wait_for()
    assert page.url.endswith("widgets/00_Tangent.html")
