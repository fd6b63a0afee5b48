"""Node by node: its JavaScript computes what the exercises expect, a step at a time, for mouse and keyboard."""

import numpy as np
import pytest

from course.judging.exercise import Case
from course.units import exercise
from course.units.u03_node_by_node.graphs import several, state
from course.widgets import NodeByNode, page

GRAPH = (
    ("input", (), (), 0.0), ("input", (), (), 0.0), ("input", (), (), 0.0), ("relu", (0, 1), (1.0, -1.0), 0.5),
    ("relu", (0, 1), (-1.0, 1.5), 1.0), ("linear", (3, 4, 0), (1.0, -2.0, 0.5), 0.0), ("square", (5, 2), (1.0, -1.0), 0.0),
)  # fmt: skip
NAMES = ["x1", "x2", "y", "h1", "h2", "o", "ℓ"]


def a_widget():
    return NodeByNode(GRAPH, (2.0, 1.0, 0.5), NAMES)


@pytest.fixture
def tab_with_widget(show):
    return show(a_widget())


def labels(tab):
    return tab.eval_on_selector_all(".pick", "nodes => nodes.map(node => node.getAttribute('aria-label'))")


def panel(tab):
    return tab.locator(".node-by-node .columns > div").nth(1).inner_text()


def set_slider(tab, index, value):
    tab.eval_on_selector_all(
        ".node-by-node input",
        "(inputs, [k, value]) => { inputs[k].value = value; inputs[k].dispatchEvent(new Event('input')); }",
        [index, value],
    )


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="expected 3 inputs and 7 names for this graph, got 2 and 7"):
        NodeByNode(GRAPH, (1.0, 2.0), NAMES)
    with pytest.raises(ValueError, match="node 1 uses"):
        NodeByNode((GRAPH[0], ("relu", (1,), (1.0,), 0.0)), (1.0,), ["x", "ℓ"])
    with pytest.raises(ValueError, match="2 to 12 nodes"):
        NodeByNode(GRAPH[:1] * 13, [0.0] * 13, ["x"] * 13)


def test_a_page_needs_nothing_from_outside():
    html = page(a_widget())
    assert {word for word in html.replace('"', " ").replace("\\", " ").split() if "://" in word} == {"http://www.w3.org/2000/svg"}


def test_javascript_computes_what_is_expected_of_students(in_javascript):
    for _, graph, x in several(np.random.default_rng(11)):
        known = state(graph, x)
        got = in_javascript(
            NodeByNode(graph, x, [f"n{v}" for v in range(len(graph))]),
            "(({ graph, x }) => { const pass = module.forward(graph, x); const gradients = module.backward(graph, pass.z); return "
            "{ ...pass, gradients, weights: graph.map((node, v) => node[0] === 'input' ? null "
            ": module.weightGradients(graph, pass, gradients, v)) }; })(given)",
            {"graph": [list(node) for node in graph], "x": x.tolist()},
        )
        for name in ("z", "values", "gradients"):
            np.testing.assert_allclose(got[name], known[name], rtol=1e-12, atol=1e-12, err_msg=name)
        expected = exercise("weight_gradients").expected(Case("", known))
        for v, found in enumerate(got["weights"]):
            if found:
                np.testing.assert_allclose(found["dw"], expected["dw"].value[v, list(graph[v][1])], rtol=1e-12, atol=1e-12)
                np.testing.assert_allclose(found["db"], expected["db"].value[v], rtol=1e-12, atol=1e-12)


def test_each_step_computes_one_node(tab_with_widget):
    tab = tab_with_widget
    assert sum("not computed yet" in label for label in labels(tab)) == 4
    for step in range(1, 12):
        tab.get_by_role("button", name="Step", exact=True).click()
        assert sum("not computed yet" in label for label in labels(tab)) == max(4 - step, 0)
        assert sum("gradient" in label for label in labels(tab)) == max(step - 4, 0)
    assert labels(tab)[0] == "x1: value 2.00, gradient 7.00" and labels(tab)[1] == "x2: value 1.00, gradient −8.00"
    assert tab.get_by_role("button", name="Step", exact=True).is_disabled()
    tab.get_by_role("button", name="Back").click()
    assert labels(tab)[0] == "x1: value 2.00"


def test_the_sum_over_gamma_is_written_out(tab_with_widget):
    tab = tab_with_widget
    set_slider(tab, 0, 11)
    tab.locator('[aria-label^="x1:"]').click()
    rows = [row.split() for row in tab.locator(".node-by-node tbody tr").all_inner_texts()]
    assert rows == [["h1", "2.00", "1.00", "2.00"], ["h2", "−4.00", "−1.00", "4.00"], ["o", "2.00", "0.50", "1.00"]]
    assert tab.locator(".node-by-node tfoot td").inner_text() == "7.00"
    assert tab.locator(".pick.gamma").count() == 3
    tab.locator('[aria-label^="h2:"]').click()
    assert "from x1 −1.00 2.00 −8.00" in " ".join(panel(tab).split()), "its weights follow"
    set_slider(tab, 0, 5)
    tab.locator('[aria-label^="x1:"]').click()
    assert "It waits for ∂ℓ/∂h1, ∂ℓ/∂h2, ∂ℓ/∂o" in panel(tab)


def test_the_gradients_of_the_weights_can_be_left_for_later(show):
    tab = show(NodeByNode(GRAPH, (2.0, 1.0, 0.5), NAMES, weights=False))
    set_slider(tab, 0, 11)
    tab.locator('[aria-label^="h2:"]').click()
    assert "∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u" in panel(tab) and "∂ℓ/∂w" not in panel(tab)


def test_a_node_used_twice_gets_both_its_shares(show):
    twice = (("input", (), (), 0.0), ("linear", (0, 0), (2.0, 3.0), 0.0), ("square", (1,), (1.0,), 0.0))
    tab = show(NodeByNode(twice, (1.0,), ("a", "m", "ℓ")))
    set_slider(tab, 0, 5)
    tab.locator('[aria-label^="a:"]').click()
    assert labels(tab)[0] == "a: value 1.00, gradient 50.00"
    rows = [row.split() for row in tab.locator(".node-by-node tbody tr").all_inner_texts()]
    assert rows == [["m", "10.00", "2.00", "20.00"], ["m", "10.00", "3.00", "30.00"]]
    arrows = tab.locator("text.slope").evaluate_all("texts => texts.map(({ textContent, y }) => [textContent, y.baseVal[0].value])")
    assert [text for text, _ in arrows[:2]] == ["2.00", "3.00"] and abs(arrows[0][1] - arrows[1][1]) > 16, "side by side"


def test_an_input_can_be_dragged(tab_with_widget):
    tab = tab_with_widget
    set_slider(tab, 0, 11)
    set_slider(tab, 1, 3)
    assert labels(tab)[4] == "h2: value 0.00, gradient −14.00"
    tab.locator('[aria-label^="x2:"]').click()
    assert "h2 −14.00 0.00 0.00" in " ".join(panel(tab).split()), "nothing passes a relu that is asleep"


def test_every_node_is_reached_with_the_keyboard_alone(tab_with_widget):
    tab = tab_with_widget
    tab.locator(".pick[tabindex='0']").focus()
    for name in ("h2", "o", "ℓ"):
        tab.keyboard.press("ArrowRight")
        assert tab.locator(".node-by-node .heading").inner_text() == f"u = {name}"
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowLeft")
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')").startswith("o:")


def test_every_control_has_a_name(tab_with_widget):
    tab = tab_with_widget
    names = tab.eval_on_selector_all(".node-by-node input", "inputs => inputs.map(input => input.labels[0]?.firstChild.textContent)")
    assert names == ["Steps", "x1", "x2", "y"]


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 900)), ("dark", (1920, 1080))])
def test_the_widget_fits_a_screen_in_either_theme(browser, tmp_path, scheme, size):
    file = tmp_path / "widget.html"
    file.write_text(page(a_widget()), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]}) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector("#widget svg")
        set_slider(tab, 0, 11)
        box = tab.locator(".node-by-node").bounding_box()
        assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        ink = tab.eval_on_selector(".node-by-node text", "text => getComputedStyle(text).fill")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
