"""The pages that a browser opens from a file: accessible by axe-core's rules, no wider than a phone, and offline."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from autograder import batch, demo, release, sample
from autograder.cli import main
from autograder.instance import Instance
from autograder.pages import opening_page
from autograder.pages.figures import Misconception, UnitFigures
from autograder.walls.sandbox import Limits

NAMES = ("feedback/mistake_sign/05_vector_form/05_vector_form.html", "class.html", "similar.html", "opening.html")
SHARED = Misconception("f", "the sign of `dW` is wrong", "Which way is `X`?", ("a", "b"), "def f(X):\n    return -X.T")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """A class with its four kinds of pages; two students in it wrote the same, and two share a mistake on the opening's slide."""
    instance = Instance.create(tmp_path_factory.mktemp("pages") / "class")
    batch.add_sources(instance, [demo.UNIT])
    release.release(instance, demo.UNIT)
    sample.hand_in(instance, demo.UNIT)
    copied = instance.submitted("copy", demo.UNIT)
    copied.parent.mkdir(parents=True)
    copied.write_bytes(instance.submitted("right_loops", demo.UNIT).read_bytes())
    batch.grade(instance, demo.UNIT, students=["mistake_sign", "copy"], limits=Limits(seconds=5))
    for command in ("feedback", "report", "similar"):
        main([command, str(instance.root), "05"])
    page = opening_page.page("course", [UnitFigures(demo.UNIT, ("a", "b", "c"), (), (), (), (), (SHARED,))])
    (instance.root / "opening.html").write_text(page, encoding="utf-8")
    return instance.root


@pytest.fixture(scope="module")
def browser(playwright, chromium_options) -> Iterator[Browser]:
    browser = playwright.chromium.launch(**chromium_options)
    yield browser
    browser.close()


@pytest.fixture
def opened(pages, browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of the class, with all that is folded away in sight; fails where it asks for anything."""
    asked: list[str] = []
    contexts = []

    def open_page(name: str, width: int = 1200, scheme: str = "light") -> Page:
        contexts.append(context := browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme))
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url) if request.url != f"file://{pages / name}" else None)
        page.goto(f"file://{pages / name}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_accessible(opened, name, width, scheme):
    found = Axe().run(opened(name, width, scheme)).response
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_no_wider_than_a_phone(opened, name):
    assert opened(name, 390).evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_printed_dark_on_light_whatever_the_screen_is(opened, name):
    page = opened(name, scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(22, 24, 26)"
    page.emulate_media(media="print")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_formulas_are_drawn(opened):
    page = opened(NAMES[0])
    fraction = page.locator("math[display=block] mfrac").first
    top, bottom = fraction.locator("> *").all()
    assert top.bounding_box()["y"] + 4 < bottom.bounding_box()["y"]
    assert page.locator("math").count() > 50


def test_the_same_passages_are_marked_on_both_sides(opened):
    left, right = opened(NAMES[2]).locator(".sides").first.locator("pre").all()
    assert left.locator("mark").all_inner_texts() == right.locator("mark").all_inner_texts() != []
