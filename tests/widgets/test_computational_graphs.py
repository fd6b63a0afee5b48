"""The widget of unit 04: what its JavaScript reads and computes, and that it is moved by mouse and keyboard."""

import numpy as np
import pytest

import course
from course.widgets import ComputationalGraph, page
from course.widgets.computational_graphs import EXAMPLES

ROOT = ".computational-graph"


def test_the_formula_comes_first_among_the_examples():
    assert ComputationalGraph("a + b").examples == ["a + b", *EXAMPLES]
    assert ComputationalGraph(EXAMPLES[2], {"a": 1}).values == {"a": 1.0}


def test_a_page_needs_nothing_from_outside():
    html = page(ComputationalGraph())
    addresses = {word for word in html.replace('"', " ").replace("\\", " ").split() if "://" in word}
    assert addresses == {"http://www.w3.org/2000/svg"} and "IPY_MODEL" not in html


@pytest.fixture
def opened(show):
    return show(ComputationalGraph("a * b * (a * b + a)"))


def labels(tab):
    return tab.eval_on_selector_all(f"{ROOT} .pick", "nodes => nodes.map(node => node.getAttribute('aria-label'))")


def set_slider(tab, k, value):
    tab.eval_on_selector_all(
        f"{ROOT} input[type=range]",
        "(inputs, [k, value]) => { inputs[k].value = value; inputs[k].dispatchEvent(new Event('input')); }",
        [k, value],
    )


def test_javascript_computes_what_the_engine_computes(in_javascript):
    formulas = [*EXAMPLES, "-a ** 2 - -b", "a - b - c", "a / b / c", "2 ** 3 * a", "a * (b + 2.5e-1) ** -1", "exp(tanh(relu(a))) * log(b)"]
    values = {"a": 0.7, "b": 1.3, "c": -0.4, "x": 2.1, "y": 0.2}
    functions = {name: lambda t, name=name: getattr(t, name)() for name in ("exp", "log", "tanh", "relu")}
    for formula in formulas:
        nodes, found = in_javascript(
            ComputationalGraph(),
            "(() => { const nodes = module.parse(given[0]); return [nodes, module.differentiate(nodes, given[1])]; })()",
            [formula, values],
        )
        leaves = {name: course.Tensor(value, requires_grad=True) for name, value in values.items()}
        loss = eval(formula, functions, leaves)
        loss.backward()
        assert found["values"][-1] == pytest.approx(float(loss.data), rel=1e-12), formula
        for node, gradient in zip(nodes, found["gradients"], strict=True):
            if "name" in node:
                assert gradient == pytest.approx(float(leaves[node["name"]].grad), rel=1e-12), (formula, node)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a +", "breaks off"),
        ("(a + b", 'expected ")" at the end'),
        ("a ** b", 'expected a number after "**"'),
        ("sin(a)", '"sin" is no letter'),
        ("a $ b", 'what does "$" do there?'),
        ("a", "one operation is needed"),
        ("+".join("ab" * 20), "too many to read"),
        ("constructor(a)", "is no letter"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told_so_and_changes_nothing(opened, formula, words):
    before = labels(opened)
    typed = opened.get_by_label("Type a formula")
    typed.fill(formula)
    typed.press("Enter")
    assert words in opened.locator(f"{ROOT} [role=alert]").inner_text()
    assert labels(opened) == before


def test_a_formula_is_chosen_or_typed_and_inputs_move_values_and_gradients(opened):
    assert [label for label in labels(opened) if label.startswith("a =")] == ["a = 2.00, gradient 48.00"]
    set_slider(opened, 0, -1)
    assert [label for label in labels(opened) if label.startswith("a =")] == ["a = −1.00, gradient −24.00"]
    opened.get_by_label("Choose a formula").select_option("a * a")
    assert labels(opened) == ["a = −1.00, gradient −2.00", "× = 1.00, gradient 1.00"]
    typed = opened.get_by_label("Type a formula")
    typed.fill("exp(c)")
    typed.press("Enter")
    assert len(labels(opened)) == 2 and labels(opened)[1].startswith("exp = ")


def test_the_backward_pass_waits_for_every_user(opened):
    typed = opened.get_by_label("Type a formula")
    typed.fill("(a + b) * (a + 1)")
    typed.press("Enter")
    back = opened.locator(f"{ROOT} input[type=range]").count() - 1
    seen = []
    for steps in range(7):
        set_slider(opened, back, steps)
        seen.append(sum("not known yet" not in label for label in labels(opened)))
    assert seen[0] == 1 and seen == sorted(seen) and seen[-1] == 6
    opened.locator(f'{ROOT} [aria-label^="a ="]').click()
    set_slider(opened, back, 2)
    assert "u has to wait" in opened.locator(ROOT).inner_text()
    set_slider(opened, back, 6)
    assert "∂ℓ/∂u = 8.00" in opened.locator(ROOT).inner_text()


def test_no_two_operations_have_the_same_name(opened):
    names = [label.split(" = ")[0] for label in labels(opened)]
    assert names == ["a", "b", "×₁", "×₂", "+", "×₃"]
    opened.locator(f'{ROOT} [aria-label^="a ="]').click()
    story = opened.locator(ROOT).inner_text()
    assert "v: ×₁ = 6.00." in story and "v: ×₂ = 6.00." in story and "v: + = 8.00." in story
    typed = opened.get_by_label("Type a formula")
    typed.fill("a ** 2 + b ** 2")
    typed.press("Enter")
    assert [label.split(" = ")[0] for label in labels(opened)] == ["a", "** 2 ₁", "b", "** 2 ₂", "+"]


def test_arrow_keys_walk_over_the_graph(opened):
    opened.locator(f'{ROOT} [aria-label^="b ="]').click()
    opened.keyboard.press("ArrowRight")
    assert opened.evaluate("document.activeElement.getAttribute('aria-label')").startswith("×₁")
    for _ in range(6):
        opened.keyboard.press("ArrowRight")
    assert "nobody uses it" in opened.locator(ROOT).inner_text()


def test_nodes_do_not_overlap_and_everything_fits(opened):
    for formula in EXAMPLES:
        opened.get_by_label("Choose a formula").select_option(formula)
        boxes = np.array(
            opened.eval_on_selector_all(
                f"{ROOT} .pick rect",
                "all => all.map(each => { const b = each.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })",
            )
        )
        for i, one in enumerate(boxes):
            for other in boxes[i + 1 :]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], formula
        assert boxes[:, 2].max() <= 1280 and boxes[:, 3].max() <= 900


def test_every_control_has_a_name(opened):
    assert opened.locator(f"{ROOT} :is(input, select)").count() == 5
    named = "inputs => inputs.every(input => input.ariaLabel || input.labels[0]?.firstChild.textContent)"
    assert opened.eval_on_selector_all(f"{ROOT} :is(input, select)", named)
