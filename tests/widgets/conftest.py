"""Widgets in headless Chromium, offline: any error on the page or in its console fails the test."""

import pytest
from playwright.sync_api import sync_playwright

from course.widgets import page


def pytest_collection_modifyitems(items):
    """Those that open Chromium share one, in one worker."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and "widgets" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("widgets"))


@pytest.fixture(scope="session")
def browser(chromium_options):
    with sync_playwright() as engine:
        running = engine.chromium.launch(**chromium_options)
        yield running
        running.close()


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert not errors


@pytest.fixture
def show(tab, tmp_path):
    """A tab that shows a widget as a page of its own."""

    def show(widget):
        file = tmp_path / "widget.html"
        file.write_text(page(widget), encoding="utf-8")
        tab.goto(file.as_uri())
        tab.wait_for_selector("#widget svg")
        return tab

    return show


@pytest.fixture
def in_javascript(tab):
    """Evaluate an expression of a widget's own functions: `module` is its JavaScript, `given` what is passed along."""

    def evaluate(widget, expression, given=None):
        return tab.evaluate(
            f"""async ([source, given]) => {{
                const module = await import(URL.createObjectURL(new Blob([source], {{ type: "text/javascript" }})));
                return {expression};
            }}""",
            [str(widget._esm), given],
        )

    return evaluate
