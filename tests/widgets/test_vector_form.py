"""The widget: its JavaScript computes what numpy computes, in a page without kernel or network, for mouse and keyboard."""

import numpy as np
import pytest

from course.widgets import VectorForm, page


def some_arrays(n=6, inputs=3, outputs=2, seed=3):
    rng = np.random.default_rng(seed)
    return {
        "X": rng.normal(size=(n, inputs)).round(2),
        "W": rng.normal(size=(inputs, outputs)).round(2),
        "b": rng.normal(size=outputs).round(2),
        "upstream": rng.normal(size=(n, outputs)).round(2),
    }


def test_the_widget_takes_arrays_of_fitting_shapes():
    arrays = some_arrays()
    widget = VectorForm(**arrays)
    assert np.array_equal(widget.X, arrays["X"])
    with pytest.raises(ValueError, match=r"upstream must have shape \(6, 2\) to go with the others, got \(5, 2\)"):
        VectorForm(**arrays | {"upstream": arrays["upstream"][:5]})
    with pytest.raises(ValueError, match=r"must lie in 1\.\.6 to be readable, got 7"):
        VectorForm(**some_arrays(n=7))


def test_a_page_needs_nothing_from_outside():
    html = page(VectorForm(**some_arrays()))
    addresses = {word for word in html.replace('"', " ").replace("\\", " ").split() if "://" in word}
    assert addresses == {"http://www.w3.org/2000/svg"}, "the name of SVG, and no address that is fetched"
    assert "IPY_MODEL" not in html
    assert html.count("</script>") == 2


def test_no_text_of_a_widget_can_end_its_page_early():
    widget = VectorForm(**some_arrays())
    widget._esm += "// </script>"
    assert page(widget).count("</script>") == 2


@pytest.fixture
def opened(show):
    """A tab with the widget, and the arrays it shows."""
    arrays = some_arrays()
    return show(VectorForm(**arrays)), arrays


def shown(tab, name):
    """The numbers that the widget shows for an array, in the order of its entries."""
    labels = tab.eval_on_selector_all(".pick", "cells => cells.map(cell => cell.getAttribute('aria-label'))")
    return [float(label.split(" = ")[1].replace("−", "-")) for label in labels if label.startswith(f"{name}[")]


def set_slider(tab, index, value):
    tab.eval_on_selector_all(
        ".vector-form input",
        "(inputs, [k, value]) => { inputs[k].value = value; inputs[k].dispatchEvent(new Event('input')); }",
        [index, value],
    )


def picked(tab):
    return tab.locator(".vector-form .heading").inner_text()


@pytest.mark.parametrize("sizes", [(6, 3, 2), (1, 1, 1), (2, 5, 4), (3, 3, 3)])
def test_javascript_computes_what_numpy_computes(in_javascript, sizes):
    arrays = some_arrays(*sizes)
    given = {name: array.tolist() for name, array in arrays.items()}
    got = in_javascript(VectorForm, "{ Z: module.forward(given), ...module.gradients(given) }", given)
    X, W, b, upstream = arrays.values()
    expected = {"Z": X @ W + b, "dX": upstream @ W.T, "dW": X.T @ upstream, "db": upstream.sum(axis=0, keepdims=True)}
    for name, array in expected.items():
        np.testing.assert_allclose(got[name], array, rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("n", [1, 4, 6])
def test_the_batch_size_changes_what_is_shown(opened, n):
    tab, arrays = opened
    set_slider(tab, 0, n)
    X, upstream = arrays["X"][:n], arrays["upstream"][:n]
    for name, array in {"dX": upstream @ arrays["W"].T, "dW": X.T @ upstream, "db": upstream.sum(axis=0)}.items():
        np.testing.assert_allclose(shown(tab, name), np.ravel(array), atol=0.0051)


def test_changing_one_upstream_moves_just_the_entries_it_reaches(opened):
    tab, _ = opened
    tab.locator('[aria-label^="upstream[1, 0]"]').click()
    before = {name: shown(tab, name) for name in ("dX", "dW", "db")}
    set_slider(tab, 2, 1.7)
    after = {name: shown(tab, name) for name in ("dX", "dW", "db")}
    moved = {name: [k for k, (old, new) in enumerate(zip(before[name], after[name], strict=True)) if old != new] for name in before}
    assert moved == {"dX": [3, 4, 5], "dW": [0, 2, 4], "db": [0]}
    barred = tab.eval_on_selector_all(".pick:has(path:not([style*='none']))", "cells => cells.map(cell => cell.ariaLabel.slice(0, 2))")
    assert barred == ["dX"] * 3 + ["dW"] * 3 + ["db"], "the vermillion bars had said which"


def test_the_sum_over_gamma_is_written_out(opened):
    tab, arrays = opened
    tab.locator('[aria-label^="dW[2, 1]"]').click()
    assert picked(tab) == "u = W[2, 1]"
    rows = tab.locator(".vector-form tbody tr").all_inner_texts()
    assert len(rows) == 4, "one line for each example in the batch"
    assert rows[3].split()[:2] == ["Z[3,", "1]"] and "X[3, 2]" in rows[3]
    total = tab.locator(".vector-form tfoot td").inner_text()
    assert float(total.replace("−", "-")) == pytest.approx(arrays["X"][:4, 2] @ arrays["upstream"][:4, 1], abs=0.0051)


def test_the_numbers_that_enter_light_up(opened):
    tab, _ = opened
    tab.locator('[aria-label^="dX[1, 2]"]').click()
    lit = tab.eval_on_selector_all(".pick.lit", "cells => cells.map(cell => cell.getAttribute('aria-label').split(' =')[0])")
    assert lit == ["dX[1, 2]", "upstream[1, 0]", "upstream[1, 1]"]
    assert tab.locator(".lit").count() == 3 + 1 + 2 + 2, "and u, the two outputs of Γ(u), and the two slopes"


def test_every_entry_is_reached_with_the_keyboard_alone(opened):
    tab, _ = opened
    tab.get_by_label("Batch size N").focus()
    for _ in range(3):
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')").startswith("dW[0, 0]")
    for key, expected in [("ArrowDown", "W[1, 0]"), ("ArrowRight", "W[1, 1]"), ("ArrowRight", "b[0]"), ("ArrowLeft", "W[0, 1]"),
                          ("ArrowLeft", "W[0, 0]"), ("ArrowLeft", "X[0, 2]"), ("ArrowUp", "X[0, 2]")]:  # fmt: skip
        tab.keyboard.press(key)
        assert picked(tab) == f"u = {expected}"
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowDown")
    assert "upstream[1, 0]" in tab.locator(".vector-form label").nth(2).inner_text()


def test_the_entry_slider_visits_every_entry(opened):
    tab, _ = opened
    last = int(tab.locator(".vector-form input").nth(1).get_attribute("max"))
    visited = []
    for k in range(last + 1):
        set_slider(tab, 1, k)
        visited.append(picked(tab))
    assert len(set(visited)) == 4 * 3 + 3 * 2 + 2
    assert visited[0] == "u = X[0, 0]" and visited[-1] == "u = b[1]"


def test_large_numbers_stay_in_their_cells(show):
    tab = show(VectorForm([[1e12, -1.0]], [[-2e12], [99999.4]], [-999.9], [[3e5]]))
    wide = "cells => cells.map((cell) => ['text', 'rect'].map((part) => cell.querySelector(part).getBBox().width))"
    widths = tab.eval_on_selector_all(".vector-form g:has(> rect)", wide)
    assert len(widths) == 12 and all(text < cell for text, cell in widths)


def test_every_control_has_a_name(opened):
    tab, _ = opened
    names = tab.eval_on_selector_all(".vector-form input", "inputs => inputs.map(input => input.labels[0]?.firstChild.textContent)")
    assert names == ["Batch size N", "Entry", "Change"]
    assert tab.eval_on_selector_all(".pick", "cells => cells.filter(cell => !cell.getAttribute('aria-label')).length") == 0


def test_nothing_moves_for_those_who_ask_for_stillness(browser, tmp_path):
    file = tmp_path / "widget.html"
    file.write_text(page(VectorForm(**some_arrays())), encoding="utf-8")
    with browser.new_context(reduced_motion="reduce") as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".vector-form rect")
        assert tab.eval_on_selector(".vector-form rect", "rect => getComputedStyle(rect).transitionDuration") == "0s"


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 900)), ("dark", (1920, 1080))])
def test_the_widget_fits_a_screen_in_either_theme(browser, tmp_path, scheme, size):
    file = tmp_path / "widget.html"
    file.write_text(page(VectorForm(**some_arrays())), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]}) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".vector-form svg")
        set_slider(tab, 0, 6)
        box = tab.locator(".vector-form").bounding_box()
        assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        ink = tab.eval_on_selector(".vector-form text", "text => getComputedStyle(text).fill")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
