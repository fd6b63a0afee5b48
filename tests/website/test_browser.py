"""The site in Chromium, served on the loopback: nothing is asked of another machine, nobody is kept out, and widgets live."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from website.serve import Handler, server

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("site")]
PAGES = (
    "index.html", "00_start_here.html", "05_vector_form.html", "09_early_stopping.html", "gallery.html", "docs/widgets.html",
    "api/engine.html", "search.html?q=dropout",
)  # fmt: skip
ALONE = "default-src 'self' 'unsafe-inline' data: blob:"  # what a page may load, were it asked for that
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
APART = [".highlight", "math"]  # thousands of elements of a few kinds, which axe looks at one after the other
WIDGET = "iframe.widget >> nth=0"


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    """Where the site is served, to browsers that may load nothing from elsewhere."""
    with pytest.MonkeyPatch.context() as patched:
        plain = Handler.end_headers
        patched.setattr(Handler, "end_headers", lambda self: (self.send_header("Content-Security-Policy", ALONE), plain(self)))
        with server(site) as serving:
            thread = threading.Thread(target=serving.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{serving.server_address[1]}"
            serving.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def browser(playwright, chromium_options) -> Iterator[Browser]:
    running = playwright.chromium.launch(**chromium_options | {"args": [*chromium_options["args"], NOWHERE]})
    yield running
    running.close()


@pytest.fixture
def opened(browser, address):
    """Opens a page of the site; fails where anything is asked of another machine, is not there, or is an error on the console."""
    faults: list[str] = []

    @contextmanager
    def open_page(name: str, scheme: str = "light", width: int = 1280) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        context.on("request", lambda one: None if one.url.startswith((address, "data:", "blob:")) else faults.append(one.url))
        context.on("response", lambda one: faults.append(f"{one.status} {one.url}") if one.status >= 400 else None)
        context.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        tab = context.new_page()
        tab.goto(f"{address}/{name}")
        yield tab
        context.close()

    yield open_page
    assert not faults


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out(opened, name):
    with opened(name) as tab:
        found = kept_out(tab)
        tab.emulate_media(color_scheme="dark")
        found += kept_out(tab, runOnly=["color-contrast"])
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_code_are_told_from_the_ground(opened, scheme):
    with opened("docs/widgets.html", scheme) as tab:
        assert kept_out(tab, apart=[], runOnly=["color-contrast"]) == []


def kept_out(tab: Page, apart: list[str] = APART, **options: object) -> list[str]:
    """What of a page keeps somebody out, by the rules of axe-core, or by some of them; not what the rules call minor."""
    found = Axe().run(tab, {"exclude": [[one] for one in apart]}, {"iframes": False, "preload": False} | options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found if one["impact"] != "minor" for node in one["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_wider_than_a_phone(opened, name):
    with opened(name, width=390) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_widget_lives_without_a_kernel_and_is_as_high_as_its_page(opened):
    with opened("00_start_here.html") as tab:
        tab.locator(WIDGET).scroll_into_view_if_needed()
        frame = tab.frame_locator(WIDGET)
        expect(frame.locator(".widget svg").first).to_be_visible()
        slider = frame.locator("input[type=range]").first
        before = frame.locator(".widget").inner_html()
        slider.focus()
        slider.press("ArrowRight")
        slider.press("ArrowRight")
        assert frame.locator(".widget").inner_html() != before
        tab.wait_for_function(
            "() => { const root = document.querySelector('iframe.widget').contentDocument.documentElement;"
            " return Math.abs(root.scrollHeight - root.clientHeight) <= 1; }"
        )


def test_a_widget_far_away_is_loaded_once_it_comes_near(opened):
    drawn = "() => Boolean(document.querySelector('iframe.widget').contentDocument?.querySelector('.widget svg'))"
    with opened("05_vector_form.html") as tab:
        tab.wait_for_load_state("networkidle")
        assert not tab.evaluate(drawn)
        tab.locator(WIDGET).scroll_into_view_if_needed()
        tab.wait_for_function(drawn)


def test_a_widget_follows_the_pages_colours_when_they_are_changed(opened):
    is_dark = "() => matchMedia('(prefers-color-scheme: dark)').matches"
    with opened("00_start_here.html", "null") as tab:  # the system's: what Playwright sets instead reaches frames past their page
        tab.locator(WIDGET).scroll_into_view_if_needed()
        expect(tab.frame_locator(WIDGET).locator(".widget svg").first).to_be_visible()
        frame = tab.query_selector(WIDGET).content_frame()
        assert not frame.evaluate(is_dark)
        while tab.evaluate("document.body.dataset.theme") != "dark":
            tab.locator(".theme-toggle-content .theme-toggle").click()
        frame.wait_for_function(is_dark)


def test_search_finds_a_word_of_a_unit_and_one_of_a_guide(opened):
    with opened("search.html?q=unbroadcast") as tab:
        expect(tab.locator("#search-results li a").first).to_be_visible()
        assert "05_vector_form" in " ".join(link.get_attribute("href") for link in tab.locator("#search-results li a").all())


def test_formulas_are_drawn(opened):
    with opened("05_vector_form.html") as tab:
        sizes = tab.locator("math").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect()).map((box) => [box.width, box.height])"
        )
        folded = tab.locator("details math").count()
        assert len(sizes) > 50 and sum(width > 4 and height > 8 for width, height in sizes) >= len(sizes) - folded
