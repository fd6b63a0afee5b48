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
    assert len(ids) == len(set(ids)) == 4, "two titles, two clipping rectangles"
    this = cell.element_handle()
    page.keyboard.press("Shift+Enter")  # runs the cell, and goes on to the next
    page.wait_for_function("cell => !cell.classList.contains('jp-mod-active')", arg=this)
