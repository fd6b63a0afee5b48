"""Widgets in headless Chromium, offline: any error on the page or in its console fails the test."""

import json
import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from course.widgets import page


def pytest_collection_modifyitems(items):
    """Those that open Chromium share one, in one worker."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and "widgets" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("widgets"))


@pytest.fixture(scope="module")
def browser(playwright, chromium_options):
    running = playwright.chromium.launch(**chromium_options)
    yield running
    running.close()


@contextmanager
def watched(browser):
    """A tab whose errors are raised at the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert not errors


def load(tab, directory, widget):
    file = directory / "widget.html"
    file.write_text(page(widget), encoding="utf-8")
    tab.goto(file.as_uri())
    tab.wait_for_selector("#widget svg")
    return tab


@pytest.fixture
def tab(browser):
    with watched(browser) as opened:
        yield opened


@pytest.fixture
def show(tab, tmp_path):
    """A tab that shows a widget as a page of its own."""
    return lambda widget: load(tab, tmp_path, widget)


@pytest.fixture(scope="module")
def shared_tab(browser):
    """A tab for tests that leave nothing behind."""
    with watched(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def show_once(browser, tmp_path_factory):
    """The same, for tests that share one tab with one widget after the other."""
    with watched(browser) as opened:
        yield lambda widget: load(opened, tmp_path_factory.mktemp("page"), widget)


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


@pytest.fixture
def in_node(tmp_path):
    """The same in node, where it is installed: many expressions, without a browser."""
    if not (node := shutil.which("node")):
        pytest.skip("needs node")

    def evaluate(widget, expression, given=None):
        (tmp_path / "module.mjs").write_text(str(widget._esm), encoding="utf-8")
        (tmp_path / "given.json").write_text(json.dumps(given), encoding="utf-8")
        script = f"""
            import {{ readFileSync }} from "node:fs";
            import * as module from "./module.mjs";
            const given = JSON.parse(readFileSync("given.json", "utf-8"));
            process.stdout.write(JSON.stringify({expression}));
        """
        run = subprocess.run(
            [node, "--input-type=module"], input=script, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return evaluate


@pytest.fixture
def read_number():
    """Numbers as widgets write them: 2.00, −0.5, 10⁴, 6.7·10⁻⁵."""

    def read(text):
        digits, power = re.fullmatch(r"(.*?)(?:·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text).groups()
        plain = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
        return float(digits.translate(plain) or 1) * 10.0 ** int((power or "0").translate(plain))

    return read
