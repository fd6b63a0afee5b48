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
    with pytest.raises(ValueError, match=r"in \+ 3 out must be at most 15 to be readable, got in = 6, out = 6: 24"):
        VectorForm(**some_arrays(6, 6, 6))
    with pytest.raises(ValueError, match=r"b must lie within ±1e\+15 to be readable, got 1e\+16"):
        VectorForm(**arrays | {"b": [1.0, -1e16]})


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


def set_slider(tab, name, value):
    tab.get_by_label(name, exact=True).fill(str(value))


def picked(tab):
    return tab.locator(".vector-form .heading").inner_text()


def compare(evaluate, sizes):
    arrays = some_arrays(*sizes)
    given = {name: array.tolist() for name, array in arrays.items()}
    sums = f"{{ layers: given.X.map((_, n) => module.layer(given, n)), sum: module.addLayers(given, {sizes[0]}) }}"
    got = evaluate(VectorForm, f"{{ Z: module.forward(given), ...module.gradients(given), ...{sums} }}".join("()"), given)
    X, W, b, upstream = arrays.values()
    expected = {
        "Z": X @ W + b, "dX": upstream @ W.T, "dW": X.T @ upstream, "db": upstream.sum(axis=0, keepdims=True),
        "layers": X[:, :, None] * upstream[:, None, :], "sum": X.T @ upstream,
    }  # fmt: skip
    for name, array in expected.items():
        np.testing.assert_allclose(got[name], array, rtol=1e-12, atol=1e-12, err_msg=name)


SIZES = [(6, 3, 2), (1, 1, 1), (2, 5, 4), (6, 6, 6)]


@pytest.mark.parametrize("sizes", SIZES)
def test_javascript_computes_what_numpy_computes(in_javascript, sizes):
    compare(in_javascript, sizes)


@pytest.mark.parametrize("sizes", SIZES)
def test_node_computes_what_numpy_computes(in_node, sizes):
    compare(in_node, sizes)


CANNOT = [
    ("X", [[np.nan] * 3] * 6, "a matrix of finite numbers, got nan among them"),
    ("W", [1.0, 2.0], r"a matrix of finite numbers, got an array of shape \(2,\)"),
    ("b", ["a", "b"], "a vector of finite numbers, got"),
    ("batch", 7, "a whole number from 1 to 6, got 7"),
    ("layers", -1, "a whole number from 0 to 6, got -1"),
    ("view", "all", "one of entry, layers, got 'all'"),
    ("entry", ["W", 3, 0], r"\[.*\] of these, got \['W', 3, 0\]"),
    ("entry", ["Z", 0, 0], r"\[.*\] of these, got"),
    ("entry", "W", r"\[.*\] of these, got 'W'"),
    ("entry", ["X", 0.5, 0], r"\[.*\] of these, got"),
    ("edited", [0, 2], r"\[row, column\] of upstream, \(6, 2\), got \[0, 2\]"),
    ("edited", None, r"\[row, column\] of upstream, \(6, 2\), got None"),
]


@pytest.mark.parametrize(("name", "value", "words"), CANNOT)
def test_what_it_cannot_show(name, value, words):
    with pytest.raises(ValueError, match=f"^{name} must be {words}"):
        VectorForm(**some_arrays() | {name: value})
    widget = VectorForm(**some_arrays())
    before = getattr(widget, name)
    with pytest.raises(ValueError, match=f"^{name} must be {words}"):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


TEXTS = {
    0: "0.00", -0.5: "−0.50", -26.75: "−26.8", 999.99: "1000", -999.9: "−1000", 9999.4: "9999", -45726: "−5e4", 99999.4: "1.0e5",
    3e5: "3.0e5", -2e12: "−2e12", 1e100: "1e100",
}  # fmt: skip


def test_a_cell_has_room_for_five_characters(in_node):
    assert in_node(VectorForm, "given.map(module.short)", list(TEXTS)) == list(TEXTS.values())


@pytest.mark.parametrize("n", [1, 4, 6])
def test_the_batch_size_changes_what_is_shown(opened, n):
    tab, arrays = opened
    set_slider(tab, "Batch size N", n)
    X, upstream = arrays["X"][:n], arrays["upstream"][:n]
    for name, array in {"dX": upstream @ arrays["W"].T, "dW": X.T @ upstream, "db": upstream.sum(axis=0)}.items():
        np.testing.assert_allclose(shown(tab, name), np.ravel(array), atol=0.0051)


def test_changing_one_upstream_moves_just_the_entries_it_reaches(opened):
    tab, _ = opened
    tab.locator('[aria-label^="upstream[1, 0]"]').click()
    before = {name: shown(tab, name) for name in ("dX", "dW", "db")}
    set_slider(tab, "Change", 1.7)
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
    assert tab.locator(".arrays .lit").count() == 3 + 1 + 2 + 2, "and u, the two outputs of Γ(u), and the two slopes"


def test_every_entry_is_reached_with_the_keyboard_alone(opened):
    tab, _ = opened
    tab.get_by_label("Change").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')").startswith("dW[0, 0]")
    for key, expected in [("ArrowDown", "W[1, 0]"), ("ArrowRight", "W[1, 1]"), ("ArrowRight", "b[0]"), ("ArrowLeft", "W[0, 1]"),
                          ("ArrowLeft", "W[0, 0]"), ("ArrowLeft", "X[0, 2]"), ("ArrowUp", "X[0, 2]")]:  # fmt: skip
        tab.keyboard.press(key)
        assert picked(tab) == f"u = {expected}"
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowDown")
    assert "upstream[1, 0]" in tab.locator("label", has_text="Change").inner_text()


def test_the_entry_slider_visits_every_entry(opened):
    tab, _ = opened
    last = int(tab.get_by_label("Entry", exact=True).get_attribute("max"))
    visited = []
    for k in range(last + 1):
        set_slider(tab, "Entry", k)
        visited.append(picked(tab))
    assert len(set(visited)) == 4 * 3 + 3 * 2 + 2
    assert visited[0] == "u = X[0, 0]" and visited[-1] == "u = b[1]"


def test_large_numbers_stay_in_their_cells(show):
    tab = show(VectorForm([[1e12, -1.0]], [[-2e12], [99999.4]], [-999.9], [[3e5]]))
    wide = "cells => cells.map((cell) => ['text', 'rect'].map((part) => cell.querySelector(part).getBBox().width))"
    widths = tab.eval_on_selector_all(".vector-form g:has(> rect)", wide)
    assert len(widths) == 12 and all(text < cell for text, cell in widths)


@pytest.mark.parametrize("size", [(600, 900), (1280, 720)])
@pytest.mark.parametrize("sizes", [(6, 6, 3), (6, 3, 4)])
@pytest.mark.parametrize("view", ["entry", "layers"])
def test_the_largest_arrays_can_be_read(show, view, sizes, size):
    arrays = some_arrays(*sizes)
    arrays["X"] *= 1e12
    tab = show(VectorForm(**arrays, batch=6, view=view, layers=6))
    tab.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    tab.reload()
    tab.wait_for_selector(".picture text")
    sizes = tab.eval_on_selector_all(
        ".picture text", "texts => texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"
    )
    assert min(sizes) >= 12
    wide = "cells => cells.map((cell) => ['text', 'rect'].map((part) => cell.querySelector(part).getBBox().width))"
    assert all(text < cell for text, cell in tab.eval_on_selector_all(".picture g:has(> rect)", wide))


def test_sources_can_be_read_from_afar(opened):
    tab, _ = opened
    tab.set_viewport_size({"width": 1280, "height": 720})
    size = "smalls => Math.min(...smalls.map((small) => parseFloat(getComputedStyle(small).fontSize)))"
    assert tab.eval_on_selector_all("small", size) >= 14


def test_the_sum_is_in_sight(show):
    tab = show(VectorForm(**some_arrays(6, 6, 3), batch=6))
    tab.set_viewport_size({"width": 1280, "height": 720})
    box = tab.locator("tfoot").bounding_box()
    assert box["y"] + box["height"] < 720


@pytest.mark.parametrize("sizes", [(6, 3, 2), (6, 6, 3), (1, 1, 1)])
@pytest.mark.parametrize("view", ["entry", "layers"])
def test_nothing_is_cut_off_in_a_room(show, sizes, view):
    tab = show(VectorForm(**some_arrays(*sizes), batch=sizes[0], view=view, layers=sizes[0]))
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


def blocks(tab):
    """The numbers in the cells of each layer, and of the sum, without what stands beside and above them."""
    texts = "groups => groups.map((group) => [...group.querySelectorAll(':scope > g:not(.factor) > text')].map((text) => text.textContent))"
    found = tab.eval_on_selector_all(".layers > g", texts)
    return [[float(text.replace("−", "-")) for text in block if text] for block in found]


def test_layers_add_up_to_dW(opened):
    tab, arrays = opened
    tab.get_by_role("button", name="dW, a layer for each example").click()
    X, upstream = arrays["X"][:4], arrays["upstream"][:4]
    for added in range(5):
        *layers, total = blocks(tab)
        assert [bool(layer) for layer in layers] == [True] * added + [False] * (4 - added)
        for n, layer in enumerate(layers[:added]):
            np.testing.assert_allclose(layer, np.outer(X[n], upstream[n]).ravel(), atol=0.051)
        np.testing.assert_allclose(total, (X[:added].T @ upstream[:added]).ravel(), atol=0.051)
        tab.keyboard.press("ArrowRight")
    assert tab.locator(".layers .name").last.text_content() == "sum: dW"
    assert tab.locator(".status").inner_text().startswith("All 4 layers are added: the sum is dW. dW[0, 0] = ")
    assert tab.locator(".layers .lit.u").count() == 5 and tab.locator(".layers .lit.slope").count() == 4


def test_play_goes_through_entries_or_layers(show):
    tab = show(VectorForm(**some_arrays(2, 2, 2)))
    tab.keyboard.press("r")
    assert picked(tab) == "u = X[0, 0]"
    tab.keyboard.press("ArrowRight")
    assert picked(tab) == "u = X[0, 1]"
    tab.get_by_label("Show").select_option("layers")
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Play").click()
    tab.wait_for_function("document.querySelector('.status').innerText.startsWith('All 2')")
    tab.get_by_role("button", name="Play").wait_for()


def test_what_has_left_the_batch_is_not_picked(show):
    tab = show(VectorForm(**some_arrays(), batch=6, entry=["X", 5, 1], edited=[4, 1]))
    assert picked(tab) == "u = X[5, 1]"
    set_slider(tab, "Batch size N", 2)
    assert picked(tab) == "u = X[1, 1]" and "upstream[1, 1]" in tab.locator("label", has_text="Change").inner_text()


def test_an_address_that_asks_for_what_is_not_there_leaves_no_blank(opened):
    tab, _ = opened
    tab.evaluate("""location.hash = 'entry=["Z",9,9]&edited=[9,9]&layers=99'""")
    tab.get_by_text("layers must be a whole number from 0 to 6, got 99.").wait_for()
    assert picked(tab) == "u = W[0, 0]" and "upstream[0, 0]" in tab.locator("label", has_text="Change").inner_text()


def test_a_gradient_can_be_guessed(opened):
    tab, arrays = opened
    tab.get_by_role("button", name="Guess first").click()
    hidden = [tab.locator(part) for part in (".status", "tfoot", ".pick.u text", ".entry output")]
    assert not any(part.first.is_visible() for part in hidden)
    tab.get_by_label("Your guess").fill("1")
    tab.keyboard.press("Enter")
    told = tab.locator(".guess strong").inner_text().removeprefix("It is ").split(",")[0]
    assert float(told.replace("−", "-")) == pytest.approx(arrays["X"][:4, 0] @ arrays["upstream"][:4, 0], rel=0.06)
    assert all(part.first.is_visible() for part in hidden)


def test_its_state_goes_to_python_and_back(opened):
    tab, arrays = opened
    set_slider(tab, "Change", 0.5)
    tab.get_by_role("button", name="dW, a layer for each example").click()
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()
    given = {name: arrays[name] for name in ("X", "W", "b")}
    again = eval(f"VectorForm(**given, {tab.locator('.copied').inner_text()})", {"VectorForm": VectorForm, "given": given})
    assert (again.view, again.entry, again.batch, again.upstream[0][0]) == ("layers", ["W", 0, 0], 4, 0.5)


def test_its_still_picture_is_of_this_batch():
    arrays = some_arrays()
    assert "X of shape (3, 3) @ W of shape (3, 2)" in VectorForm(**arrays, batch=3).still().alt
    picture = VectorForm(**arrays, batch=2, view="layers").still()
    assert "example 0 of shape (3, 2) + example 1 of shape (3, 2) = dW of shape (3, 2)" in picture.alt


def test_every_control_has_a_name(opened):
    tab, _ = opened
    names = tab.eval_on_selector_all(".body input", "inputs => inputs.map(input => input.labels[0]?.firstChild.textContent)")
    assert names == ["Entry", "Batch size N", "Change"]
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
        set_slider(tab, "Batch size N", 6)
        box = tab.locator(".vector-form").bounding_box()
        assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        ink = tab.eval_on_selector(".vector-form text", "text => getComputedStyle(text).fill")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
