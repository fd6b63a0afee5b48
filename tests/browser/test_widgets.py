"""Widgets in a real JupyterLab and a real Notebook 7: their keys, their state in Python, and a saved notebook opened again."""

import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from benchmarks import lab as jupyterlab
from benchmarks.widget_examples import EXAMPLES

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
PLACES = ["doc/tree", "notebooks"]


def notebook(*sources):
    """The text of a notebook with these cells of code below a line of text."""
    return nbformat.writes(new_notebook(cells=[new_markdown_cell("above"), *map(new_code_cell, sources)], metadata=KERNEL))


FIRST_STOP = """widget => {
    const all = [...widget.querySelectorAll("button, input, select, textarea, summary, a[href], [tabindex]")];
    window.stops = all.filter(node => node.checkVisibility() && node.tabIndex >= 0 && !node.disabled);
    window.reached = new Set();
    widget.addEventListener("focusin", ({ target }) => window.reached.add(target));
    window.stops[0].focus();
    return window.stops.length;
}"""
WATCHED = """widget => {
    window.moves = 0;
    window.said = new Set();
    widget.addEventListener("input", () => { window.moves += 1; }, true);
    const play = widget.querySelector(".player button");
    if (play) new MutationObserver(() => window.said.add(play.textContent)).observe(play, { childList: true, subtree: true });
    return Boolean(play);
}"""
STAYED = """widget => {
    const notebook = widget.closest(".jp-Notebook");
    const cell = widget.closest(".jp-Cell");
    const [edited, selected] = [".jp-mod-editMode", ".jp-mod-selected"].map((kind) => notebook.querySelectorAll(`.jp-Cell${kind}`));
    return cell.classList.contains("jp-mod-active") && !edited.length && [...selected].every((each) => each === cell);
}"""


@pytest.mark.parametrize(("path", "names"), [("doc/tree", list(EXAMPLES)), ("notebooks", ["Stepper"])])
def test_keys_reach_all_of_a_widget_and_move_nothing_else(run_all, path, names):
    page = run_all(notebook("from benchmarks.widget_examples import EXAMPLES", *(f"EXAMPLES[{name!r}]()" for name in names), "1"), path)
    page.wait_for_function("many => document.querySelectorAll('.widget').length === many", arg=len(names))
    page.get_by_text("1", exact=True).last.wait_for()
    for name, widget in zip(names, page.locator(".widget").all(), strict=True):
        can_play = widget.evaluate(WATCHED)
        for _ in range(widget.evaluate(FIRST_STOP) - 1):
            page.keyboard.press("Tab")
        assert page.evaluate("stops.filter(node => !reached.has(node)).map(node => node.outerHTML)") == [], name
        for slider in widget.locator("input[type=range]").all():
            low, high, value = (float(text) for text in slider.evaluate("node => [node.min, node.max, node.value]"))
            if not slider.is_visible() or low == high:
                continue
            slider.focus()
            page.evaluate("window.moves = 0")
            for key in ("Left", "Right", "Down", "Up") if value == high else ("Right", "Left", "Up", "Down"):
                page.keyboard.press(f"Arrow{key}")
            assert page.evaluate("moves") >= 2, f"{name}, {slider.get_attribute('aria-label')}"  # the playground's epochs take their time
            assert widget.evaluate(STAYED), f"{name}, {slider.get_attribute('aria-label')}"
        widget.locator(".title").click()
        page.wait_for_function("widget => document.activeElement === widget", arg=widget.element_handle())
        page.keyboard.press("r")
        page.evaluate("said.clear()")
        page.keyboard.press("Space")
        if can_play:
            page.wait_for_function("said.has('Pause')")
            if widget.locator(".player button").first.inner_text() == "Pause":
                page.keyboard.press("Space")
        widget.get_by_role("button", name="Keys", exact=True).focus()
        for shown in (True, False):
            page.keyboard.press("?")
            assert widget.locator("dl.keys").is_visible() == shown, name
        page.keyboard.press("f")  # which hides what has the focus
        assert widget.bounding_box() == {"x": 0, "y": 0, **page.viewport_size}, name
        page.keyboard.press("Escape")
        assert "projector" not in widget.get_attribute("class"), name
        assert widget.evaluate(STAYED), name
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowDown")  # now the notebook's own
        page.wait_for_function("widget => !widget.closest('.jp-Cell').classList.contains('jp-mod-active')", arg=widget.element_handle())


@pytest.mark.parametrize("path", PLACES)
def test_two_of_a_kind_keep_their_state_and_their_ids_apart(run_all, path):
    page = run_all(notebook("from course.widgets import Tangent", "Tangent()", "Tangent()"), path)
    sliders = page.get_by_role("slider", name="Point x")
    sliders.nth(1).wait_for()
    cell = page.locator(".jp-Cell", has=page.get_by_role("slider", name="Point x")).first
    sliders.first.click()
    before = float(sliders.first.input_value())
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "Enter", "PageDown"):
        page.keyboard.press(key)
    assert float(sliders.first.input_value()) < before - 0.15 and sliders.nth(1).input_value() == "1"
    assert cell.locator(".widget").evaluate(STAYED)
    ids = page.eval_on_selector_all(".widget [id]", "nodes => nodes.map(({ id }) => id)")
    assert len(ids) == len(set(ids)) == 6, "two titles, four clipping rectangles"
    this = cell.element_handle()
    page.keyboard.press("Shift+Enter")  # runs the cell, and goes on to the next
    page.wait_for_function("cell => !cell.classList.contains('jp-mod-active')", arg=this)


def saved(page, file, words):
    """The notebook, saved by the keyboard until its file has these words."""
    for _ in range(60):
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
        text = file.read_text(encoding="utf-8")
        if words in text:
            return nbformat.reads(text, 4)
    raise AssertionError(f"{file} was not saved with {words!r}")


@pytest.mark.parametrize("path", PLACES)
def test_python_and_the_picture_share_their_state(run_all, lab, path):
    page = run_all(notebook("from course.widgets import Tangent\nt = Tangent('x³', h=0.1)\nt", "t.x = -1"), path)
    point = page.get_by_role("slider", name="Point x")
    page.wait_for_function("document.querySelector('[aria-label=\"Point x\"]')?.value === '-1'")
    assert not page.locator(".jp-OutputArea figure img").is_visible(), "the widget is drawn"
    point.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".jp-Cell").nth(2).click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type("print('x is', t.x)")
    page.keyboard.press("Shift+Enter")
    page.get_by_text("x is -0.95").wait_for()
    cells = saved(page, lab[1] / "unit.ipynb", "x is -0.95").cells
    html = [output["data"]["text/html"] for output in cells[1].outputs if "text/html" in output.get("data", {})]
    assert len(html) == 1 and "image/svg+xml" in html[0] and "2.7100" not in html[0] and "3.3100" in html[0]


@pytest.mark.parametrize("path", PLACES)
def test_a_saved_notebook_opened_again_with_another_kernel(run_all, lab, console, path):
    address, root = lab
    page = run_all(notebook("from course.widgets import Tangent\nTangent('x³', h=0.1)"), path)
    still, point = page.locator(".jp-OutputArea figure img"), page.get_by_role("slider", name="Point x")

    def again():
        page.goto("about:blank")
        jupyterlab.shut_down(address)
        jupyterlab.opened(page, address, "unit.ipynb", path)

    def lives(x):
        page.wait_for_function("x => document.querySelector('[aria-label=\"Point x\"]')?.value === x", arg=x)
        still.wait_for(state="hidden")
        point.focus()
        page.keyboard.press("ArrowRight")
        return float(point.input_value()) == pytest.approx(float(x) + 0.05)

    assert lives("1")
    assert "widgets" not in saved(page, root / "unit.ipynb", "image/svg+xml").metadata
    again()
    page.get_by_text("Error displaying widget: model not found").wait_for()  # JupyterLab's words, below the still
    assert still.is_visible() and not point.count()
    assert all("widget model not found" in said for said in console)
    console.clear()
    for _ in range(2):
        jupyterlab.run_all(page)
        assert lives("1")

    page.click('text="Settings"')
    page.click('.lm-Menu-itemLabel:text-is("Save Widget State Automatically")')
    assert "widgets" in saved(page, root / "unit.ipynb", "widget-state+json").metadata
    again()
    assert lives("1.05"), "at once, and where it was left"
    jupyterlab.run_all(page)
    assert lives("1")


def test_nbconverts_page_of_a_run_notebook_shows_the_still_without_a_network(playwright, chromium_options, tmp_path):
    (tmp_path / "unit.ipynb").write_text(notebook("from course.widgets import Tangent\nTangent()"), encoding="utf-8")
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "unit.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    browser = playwright.chromium.launch(**chromium_options)
    page = browser.new_context(offline=True).new_page()
    page.goto((tmp_path / "unit.html").as_uri())
    still = page.locator("figure img")
    assert still.is_visible() and still.evaluate("image => image.naturalWidth") > 100
    browser.close()
