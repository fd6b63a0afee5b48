"""Widgets in a real JupyterLab and a real Notebook 7: the keys that move a slider move nothing else."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CELLS = [
    new_markdown_cell("above"), new_code_cell("from course.widgets import Tangent"), new_code_cell("Tangent()"), new_code_cell("Tangent()"),
]  # fmt: skip
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


@pytest.mark.parametrize("path", ["doc/tree", "notebooks"])
def test_arrow_keys_on_a_slider_leave_the_selection_of_cells_alone(run_all, path):
    page = run_all(nbformat.writes(new_notebook(cells=CELLS, metadata=KERNEL)), path)
    sliders = page.get_by_role("slider", name="Point x")
    sliders.nth(1).wait_for()
    cell = page.locator(".jp-Cell", has=page.get_by_role("slider", name="Point x")).first
    sliders.first.click()
    before = float(sliders.first.input_value())
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "Enter", "Space"):
        page.keyboard.press(key)
    assert float(sliders.first.input_value()) == pytest.approx(before - 0.15)
    assert "jp-mod-active" in cell.get_attribute("class") and not page.locator(".jp-mod-editMode").count()
    assert page.locator(".jp-Cell.jp-mod-selected").count() <= 1
    ids = page.eval_on_selector_all(".widget [id]", "nodes => nodes.map(({ id }) => id)")
    assert len(ids) == len(set(ids)) == 6, "two titles, four clipping rectangles"
    this = cell.element_handle()
    page.keyboard.press("Shift+Enter")  # runs the cell, and goes on to the next
    page.wait_for_function("cell => !cell.classList.contains('jp-mod-active')", arg=this)


@pytest.mark.parametrize("path", ["doc/tree", "notebooks"])
def test_python_and_the_picture_share_their_state_and_a_saved_notebook_keeps_a_still(run_all, lab, path):
    cells = [new_code_cell("from course.widgets import Tangent\nt = Tangent('x³', h=0.1)\nt"), new_code_cell("t.x = -1")]
    page = run_all(nbformat.writes(new_notebook(cells=cells, metadata=KERNEL)), path)
    point = page.get_by_role("slider", name="Point x")
    page.wait_for_function("document.querySelector('[aria-label=\"Point x\"]')?.value === '-1'")
    still = page.locator(".jp-OutputArea figure img")
    assert not still.is_visible(), "the widget is drawn"
    point.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".jp-Cell").nth(1).click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type("print('x is', t.x)")
    page.keyboard.press("Shift+Enter")
    page.get_by_text("x is -0.95").wait_for()
    page.keyboard.press("Control+s")
    saved = lab[1] / "unit.ipynb"
    for _ in range(100):
        if "x is -0.95" in saved.read_text(encoding="utf-8").replace("\\n", ""):
            break
        page.wait_for_timeout(100)
    html = [output["data"]["text/html"] for output in nbformat.read(saved, 4).cells[0].outputs if "text/html" in output.get("data", {})]
    assert len(html) == 1 and "image/svg+xml" in html[0] and "2.7100" not in html[0] and "3.3100" in html[0]
