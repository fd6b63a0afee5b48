"""The stepper: one record for every graph, gradients as numpy, the engine and a student's node have them, and one step at a time."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import course
from course.engine import functional
from course.engine.tensor import as_tensor
from course.judging.exercise import Case
from course.layout import layered
from course.units import exercise
from course.units.u03_node_by_node.graphs import several, state
from course.units.u04_computational_graphs.node import Node
from course.widgets import Stepper, page, records
from course.widgets.stepper import EXAMPLES

GRAPH = (
    ("input", (), (), 0.0), ("input", (), (), 0.0), ("input", (), (), 0.0), ("relu", (0, 1), (1.0, -1.0), 0.5),
    ("relu", (0, 1), (-1.0, 1.5), 1.0), ("linear", (3, 4, 0), (1.0, -2.0, 0.5), 0.0), ("square", (5, 2), (1.0, -1.0), 0.0),
)  # fmt: skip
NAMES = ["x1", "x2", "y", "h1", "h2", "o", "ℓ"]
TWICE = (("input", (), (), 0.0), ("linear", (0, 0), (2.0, 3.0), 0.0), ("square", (1,), (1.0,), 0.0))
VALUES = {"a": 0.7, "b": 1.3, "c": -0.4, "x": 2.1, "y": 0.2}
MORE = [
    "-a ** 2 - -b",
    "a - b - c",
    "a / b / c",
    "2 ** 3 * a",
    "a * (b + 2.5e-1) ** -1",
    "exp(tanh(relu(a))) * log(b)",
    "sin(a) - cos(b * x)",
]
EXACT = {"rtol": 1e-10, "atol": 1e-10}
PASSES = """(([nodes, values, w]) => {
    const { values: found, slopes } = module.forward(nodes, values, w);
    return { values: found, slopes, gradients: module.backward(nodes, slopes) };
})(given)"""


def notes(**options):
    return Stepper(GRAPH, (2.0, 1.0, 0.5), NAMES, **options)


def formula_in_engine(formula, values):
    """The tensors of the letters, after the engine's backward pass over a formula."""
    functions = {name: lambda t, name=name: getattr(as_tensor(t, float), name)() for name in records.FUNCTIONS}
    leaves = {name: course.Tensor(value, requires_grad=True, name=name) for name, value in values.items()}
    loss = eval(formula, functions, leaves)
    loss.backward()
    return loss, leaves


def in_place(widget):
    return [[vars(record) for record in widget.records], widget.values, widget.w]


# The mathematics


def test_a_node_used_twice_gets_both_its_shares():
    widget = Stepper(TWICE, (1.0,), ("a", "m", "ℓ"))
    assert widget.passes()[2] == [50.0, 10.0, 1.0]


def test_javascript_computes_what_is_expected_of_students(in_javascript):
    for _, graph, x in several(np.random.default_rng(11)):
        known = state(graph, x)
        widget = Stepper(graph, x, [f"n{v}" for v in range(len(graph))])
        got = in_javascript(widget, PASSES, in_place(widget))
        for name, own in zip(("values", "slopes", "gradients"), widget.passes(), strict=True):
            for found, right in zip(got[name], own, strict=True):
                np.testing.assert_allclose(found, right, **EXACT, err_msg=name)
        for name in ("values", "gradients"):
            np.testing.assert_allclose(got[name], known[name], **EXACT, err_msg=name)
        weights = "given[0].map((node, v) => node.w && module.weightGradients(given[0], given[1], given[2], v, node.w))"
        found = in_javascript(widget, weights, [in_place(widget)[0], got["values"], got["gradients"]])
        expected = exercise("weight_gradients").expected(Case("", known))
        for v, each in enumerate(found):
            if each:
                np.testing.assert_allclose(each[:-1], expected["dw"].value[v, list(graph[v][1])], **EXACT)
                np.testing.assert_allclose(each[-1], expected["db"].value[v], **EXACT)


def test_javascript_reads_and_differentiates_formulas_as_the_engine_does(in_javascript):
    for formula in (*EXAMPLES, *MORE):
        loss, leaves = formula_in_engine(formula, VALUES)
        nodes = in_javascript(Stepper(), "module.parse(given)", formula)
        assert [(node["name"], node["op"], node["parents"]) for node in nodes] == [
            (record.name, record.op, record.parents) for record in records.of_formula(formula)
        ], formula
        got = in_javascript(Stepper(), PASSES, [nodes, VALUES, []])
        assert got["values"][-1] == pytest.approx(float(loss.data), rel=1e-10), formula
        for node, gradient in zip(nodes, got["gradients"], strict=True):
            if node["op"] == "input":
                assert gradient == pytest.approx(float(leaves[node["name"]].grad), rel=1e-10), (formula, node)


LETTERS = st.sampled_from(sorted(VALUES))
FORMULAS = st.recursive(
    LETTERS | st.sampled_from(["0.5", "2", "1.25"]),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*"), part).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(st.sampled_from(["tanh", "sin", "cos", "sigmoid"]), part).map(lambda p: f"{p[0]}({p[1]})"),
        part.map(lambda p: f"-{p}"),
        part.map(lambda p: f"tanh({p}) ** 2"),
    ),
    max_leaves=8,
)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])  # to start node takes a while
@given(st.lists(st.tuples(LETTERS, FORMULAS).map(lambda p: f"{p[0]} * {p[1]}"), min_size=10, max_size=10))
def test_any_formula_has_the_gradients_of_finite_differences_and_of_the_engine(in_node, formulas):
    found = in_node(
        Stepper(), "given[0].map((text) => { const nodes = module.parse(text); const { values, slopes } = module.forward(nodes, given[1]);"
        " return nodes.map((node, v) => [node.name, values[v], module.backward(nodes, slopes)[v]]); })", [formulas, VALUES],
    )  # fmt: skip
    for formula, nodes in zip(formulas, found, strict=True):
        python = records.of_formula(formula)
        values, slopes = records.evaluate(python, VALUES)
        for (_, *own), *right in zip(nodes, values, records.gradients_of(python, slopes), strict=True):
            np.testing.assert_allclose(own, right, **EXACT)
        _, leaves = formula_in_engine(formula, VALUES)
        for name, _, gradient in nodes:
            if name in leaves:
                np.testing.assert_allclose(gradient, leaves[name].grad, **EXACT)
                step = lambda h, name=name: records.evaluate(python, VALUES | {name: VALUES[name] + h})[0][-1]  # noqa: B023, E731
                np.testing.assert_allclose(gradient, (step(1e-5) - step(-1e-5)) / 2e-5, rtol=1e-5, atol=1e-6)


def test_a_tensor_is_read_through_its_products():
    a, w, b = (course.Tensor(value, requires_grad=True, name=name) for name, value in (("a", 0.5), ("w", -1.5), ("b", 0.25)))
    loss = (((a * w + b).tanh() - course.Tensor(0.3)) ** 2 / 2.0 + 0.1 * (w * w)).log()
    loss.backward()
    widget = Stepper(loss)
    assert not widget.fixed and widget.parameters == ["a", "w", "b"]
    for record, gradient in zip(widget.records, widget.passes()[2], strict=True):
        if record.grad is not None:
            np.testing.assert_allclose(gradient, record.grad, **EXACT)
    assert [record.name for record in widget.records if record.op == "constant"] == ["0.3"]


def test_a_tensor_whose_operations_have_no_rule_here_stands_still():
    x = course.Tensor([[0.5]], requires_grad=True, name="x")
    loss = functional.operation("strange", x.data * 3, (x,), (lambda g: g * 3,)).sum()
    widget = Stepper(loss)
    assert widget.fixed and widget.passes()[2] == [3.0, 1.0, 1.0]


def test_the_model_answers_node_is_read_as_it_is():
    a, b = Node(2.0), Node(-3.0)
    q = a * b
    loss = (q * (q + a)).tanh() + (a - 2.5).relu() + b**2 / 10
    before = Stepper(loss, names={"a": a, "b": b})
    assert [record.grad for record in before.records] == [None] * len(before.records), "backward has not been called"
    loss.backward()
    widget = Stepper(loss, names={"a": a, "b": b}, reference={"a": a.grad, "b": b.grad})
    np.testing.assert_allclose(widget.passes()[2][:2], [a.grad, b.grad], **EXACT)
    assert [record.name for record in widget.records][:2] == ["a", "b"] and widget.records[-1].name == "ℓ"
    assert not before.fixed and before.parameters == ["a", "b"]
    np.testing.assert_allclose(before.passes()[2][:2], [a.grad, b.grad], **EXACT)


def test_a_step_of_the_descent(in_javascript):
    after = """(([nodes, values, w]) => module.descended(nodes, values, w, { rate: 0.01, parameters: ["a"], weights: true }))(given)"""
    widget = Stepper(TWICE, (1.0,), ("a", "m", "ℓ"))
    got = in_javascript(widget, after, in_place(widget))
    # ∂ℓ/∂a = 50, ∂ℓ/∂(2, 3, b) = 10 · (1, 1, 1), and the square's own weight and bias: 2 · 5 · (5, 1)
    np.testing.assert_allclose(got["values"]["a"], 1 - 0.5, **EXACT)
    np.testing.assert_allclose(np.concatenate(got["w"]), [2 - 0.1, 3 - 0.1, -0.1, 1 - 0.5, -0.1], **EXACT)
    np.testing.assert_allclose(got["loss"], (0.5 * (0.5 * (1.9 + 2.9) - 0.1) - 0.1) ** 2, **EXACT)


def test_places_are_those_of_the_layout_in_python(in_javascript):
    rng = np.random.default_rng(4)
    for size in (3, 7, 20, 45):
        parents = [[int(u) for u in rng.integers(max(0, v - 9), v, size=0 if v < 2 else rng.integers(1, 4))] for v in range(size)]
        own = layered(parents, [2.0] * size)
        got = in_javascript(Stepper(), "module.kit.layered(given, given.map(() => 2))", parents)
        assert (got["columns"], got["chains"]) == (own.columns, own.chains)
        np.testing.assert_allclose(got["y"], own.y, **EXACT)


# What is refused, and the state


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Stepper(GRAPH, (1.0, 2.0), NAMES), "expected 3 inputs and 7 names for this graph, got 2 and 7"),
        (lambda: Stepper((GRAPH[0], ("relu", (1,), (1.0,), 0.0)), (1.0,), ["x", "ℓ"]), "node 1 uses"),
        (lambda: Stepper((GRAPH[0], ("gelu", (0,), (1.0,), 0.0)), (1.0,), ["x", "ℓ"]), "activation of node 1 must be one of .* got 'gelu'"),
        (lambda: Stepper((GRAPH[0], ("relu", (0,), (), 0.0)), (1.0,), ["x", "ℓ"]), "expected a weight for each"),
        (lambda: Stepper((GRAPH[0], ("relu", (0,), (np.nan,), 0.0)), (1.0,), ["x", "ℓ"]), "must be finite, got nan"),
        (lambda: Stepper(TWICE, (np.inf,), ("a", "m", "ℓ")), "the input a must be finite"),
        (lambda: Stepper(TWICE, (1.0,), ("a", "a", "ℓ")), "expected names that differ, got 'a' twice"),
        (lambda: Stepper(GRAPH[:1] * 61, [0.0] * 61, [f"x{i}" for i in range(61)]), "2 to 60 nodes"),
        (lambda: Stepper(course.Tensor([1.0, 2.0], requires_grad=True).sum()), r"graph of single numbers, got arrays of shape \(2,\)"),
        (lambda: Stepper(sum((Node(1.0) for _ in range(90)), Node(0.0))), "2 to 60 nodes, which can be read, got more than 60"),
        (lambda: Stepper(Node(1.0, (2.0,), (1.0,))), "expected every parent to be a node"),
        (lambda: Stepper(Node(1.0, (Node(2.0),), ())), "1 parents and 0 slopes"),
        (lambda: Stepper(Node(np.nan, (Node(2.0),), (1.0,))), "the value of node 1 .* must be finite"),
        (lambda: Stepper(3), "expected nodes .*, a formula, a Tensor, or a node"),
        (lambda: notes(reference={"z": 1.0}), "expected a reference for some of .*, got one for z"),
        (lambda: notes(reference=[1.0]), "one for each of 7 nodes"),
        (lambda: notes(reference={"x1": np.nan}), "the reference of x1 must be finite"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("formula", "a +", "a formula such as"),
        ("formula", "a ** b", "exponent of .* must be a number, got 'b'"),
        ("formula", "arctan(a)", "got 'arctan"),
        ("formula", "a", "needs one operation"),
        ("formula", "+".join(["ab"] * 3), "got 'ab'"),
        ("formula", " + ".join("a2b" * 20), "2 to 60 nodes"),
        ("formula", "a + " * 200 + "a", "at most 400 signs"),
        ("formula", "1e999 * a", "finite"),
        ("formula", 3, "must be a text|a formula, a Tensor"),
        ("values", {"a": np.nan, "b": 1.0}, "the value of a must be finite"),
        ("values", {"q": 1.0}, "names of inputs, of a, b"),
        ("values", {"a": 1e9}, "between"),
        ("values", [1.0], "names of inputs"),
        ("w", [[1.0]], "expected w with, for each node"),
        ("parameters", ["q"], "parameters must be names of inputs"),
        ("step", 11, "from 0 to 10, got 11"),
        ("step", 1.5, "step must be a whole number"),
        ("node", 6, "from -1 to 5"),
        ("rate", np.inf, "rate must be a number"),
        ("losses", [np.nan], "every loss must be finite"),
    ],
)
def test_a_state_it_cannot_show(name, value, words):
    with pytest.raises(ValueError, match=words):
        Stepper(**{name: value})
    widget = Stepper()
    with pytest.raises(ValueError, match=words):
        setattr(widget, name, value)
    assert widget.formula == EXAMPLES[0]


def test_another_formula_keeps_what_it_has_in_common():
    widget = Stepper("a*b + c", values={"a": 5.0}, step=5, node=4, losses=[2.0, 1.0])
    assert widget.formula == "a * b + c" and widget.values == {"a": 5.0, "b": 3.0, "c": -1.0}
    widget.formula = "a * x"
    assert widget.values == {"a": 5.0, "x": 3.0} and widget.parameters == ["a"]
    assert (widget.step, widget.node, widget.losses) == (4, -1, [])
    with pytest.raises(ValueError, match="shows a graph"):
        notes().formula = "a * b"


def test_a_state_is_a_state_again():
    widget = notes(values={"x1": 1.0}, step=3, parameters=["x1"], losses=[2, 1])
    assert widget.values == {"x1": 1.0, "x2": 1.0, "y": 0.5}
    widget.values = {"x2": 4}
    assert widget.values == {"x1": 1.0, "x2": 4.0, "y": 0.5}, "the others stay"
    json.dumps(widget.get_state(), default=str)


def test_its_still_picture_shows_what_is_known():
    texts = [[text.get_text() for text in notes(step=step).still().axes[0].texts] for step in (0, 4, 11)]
    assert [text.count("?") for text in texts] == [4, 0, 0]
    assert [text.count("∂ℓ/∂") for text in texts] == [0, 0, 7]
    assert "7.00" in texts[2] and "not computed yet" in notes().still().alt


# In the browser


def labels(tab):
    return tab.eval_on_selector_all(".pick", "nodes => nodes.map(node => node.getAttribute('aria-label'))")


def to_step(tab, step):
    tab.get_by_label("Step", exact=True).and_(tab.locator("input")).fill(str(step))


def panel(tab):
    return " ".join(tab.locator(".sums").inner_text().split())


def type_formula(tab, formula):
    field = tab.get_by_label("Type a formula")
    field.fill(formula)
    field.press("Enter")


def test_a_page_needs_nothing_from_outside():
    html = page(notes())
    assert {word for word in html.replace('"', " ").replace("\\", " ").split() if "://" in word} == {"http://www.w3.org/2000/svg"}


def test_it_opens_before_the_first_step_and_each_step_computes_one_node(show):
    tab = show(notes())
    assert sum("not computed yet" in label for label in labels(tab)) == 4
    assert tab.locator(".status").inner_text() == "Only the inputs are known. Next: h1."
    for step in range(1, 12):
        tab.keyboard.press("ArrowRight")
        assert sum("not computed yet" in label for label in labels(tab)) == max(4 - step, 0)
        assert sum("gradient" in label for label in labels(tab)) == max(step - 4, 0)
    assert labels(tab)[0] == "x1: value 2.00, gradient 7.00" and labels(tab)[1] == "x2: value 1.00, gradient −8.00"
    assert tab.locator(".status").inner_text() == "Backward: ∂ℓ/∂x1 = 2.00 + 4.00 + 1.00 = 7.00. Every gradient is there."
    tab.keyboard.press("ArrowLeft")
    assert labels(tab)[0] == "x1: value 2.00"
    tab.keyboard.press("r")
    assert sum("not computed yet" in label for label in labels(tab)) == 4


def test_it_plays_with_a_pulse_along_the_arrows_of_the_step(show):
    tab = show(notes())
    tab.keyboard.press(" ")
    tab.wait_for_selector(".pulse", state="attached")
    tab.keyboard.press(" ")
    to_step(tab, 9)
    assert tab.locator(".pulse").count() == 0, "a step by the slider is none that is taken"
    tab.keyboard.press("ArrowRight")
    assert tab.locator(".pulse").count() == 2, "x2 is used by h1 and by h2"
    at = """(time) => {
        const [pulse] = document.getAnimations();
        pulse.currentTime = time;
        return getComputedStyle(pulse.effect.target).strokeDashoffset;
    }"""
    early, late = (float(tab.evaluate(at, time).removesuffix("px")) for time in (10, 500))
    assert early < -0.9 < -0.2 < late, "against the arrow, on the way back"
    tab.wait_for_function("!document.querySelector('.pulse')")
    tab.emulate_media(reduced_motion="reduce")
    tab.keyboard.press("ArrowRight")
    assert tab.locator(".pulse").count() == 0


def test_playing_takes_a_step_each_seven_tenths_of_a_second_and_ends_with_the_last_gradient(show):
    tab = show(Stepper(TWICE, (1.0,), ("a", "m", "ℓ"), step=2))
    tab.evaluate("window.seen = []; new MutationObserver(() => window.seen.push(performance.now()))"
                 ".observe(document.querySelector('.status'), { childList: true })")  # fmt: skip
    tab.keyboard.press(" ")
    tab.get_by_role("button", name="Pause").wait_for()
    tab.get_by_role("button", name="Play").wait_for()
    times = tab.evaluate("window.seen")
    assert len(times) == 3 and times[-1] - times[0] > 1000


def test_the_sum_over_gamma_is_written_out_term_by_term(show):
    tab = show(notes(step=11))
    rows = [row.split() for row in tab.locator(".sums table").first.locator("tbody tr").all_inner_texts()]
    assert rows == [["h1", "2.00", "1.00", "2.00"], ["h2", "−4.00", "−1.00", "4.00"], ["o", "2.00", "0.50", "1.00"]]
    assert tab.locator(".sums tfoot td").first.inner_text() == "7.00"
    assert "∂ℓ/∂x1 = 2.00 · 1.00 + (−4.00) · (−1.00) + 2.00 · 0.50 = 7.00" in panel(tab)
    assert tab.locator(".pick.gamma").count() == 3
    tab.locator('[aria-label^="h2:"]').click()
    assert "from x1 −1.00 2.00 −8.00" in panel(tab), "its weights follow"
    to_step(tab, 5)
    tab.locator('[aria-label^="x1:"]').click()
    assert "It waits for ∂ℓ/∂h1, ∂ℓ/∂h2, ∂ℓ/∂o" in panel(tab)
    to_step(tab, 2)
    assert "h2 = relu(0.50) = 0.50" in panel(tab)


def test_the_gradients_of_the_weights_can_be_left_for_later(show):
    tab = show(notes(weights=False, step=11))
    tab.locator('[aria-label^="h2:"]').click()
    assert "∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u" in panel(tab) and "∂ℓ/∂w" not in panel(tab)
    assert tab.get_by_role("button", name="Update").is_disabled(), "and so can the update"


def test_a_node_used_twice_shows_both_its_arrows_and_both_its_shares(show):
    tab = show(Stepper(TWICE, (1.0,), ("a", "m", "ℓ"), step=5))
    assert labels(tab)[0] == "a: value 1.00, gradient 50.00"
    rows = [row.split() for row in tab.locator(".sums tbody tr").all_inner_texts()]
    assert rows == [["m", "10.00", "2.00", "20.00"], ["m", "10.00", "3.00", "30.00"]]
    texts = tab.locator("text.slope").evaluate_all("texts => texts.map(({ textContent, y }) => [textContent, y.baseVal[0].value])")
    assert [text for text, _ in texts[:2]] == ["2.00", "3.00"] and abs(texts[0][1] - texts[1][1]) > 30, "side by side"
    assert tab.locator(".graph path.edge").evaluate_all("all => new Set(all.map((each) => each.getAttribute('d'))).size") == 3


def test_an_input_can_be_moved(show):
    tab = show(notes(step=11))
    tab.get_by_label("x1", exact=True).and_(tab.locator("[type=range]")).fill("3")
    assert labels(tab)[4] == "h2: value 0.00, gradient −14.00"
    tab.locator('[aria-label^="x2:"]').click()
    assert "h2 −14.00 0.00 0.00" in panel(tab), "nothing passes a relu that is asleep"


def test_the_next_gradient_can_be_guessed(show):
    tab = show(notes(step=10))
    assert tab.locator(".status").inner_text().endswith("Next: ∂ℓ/∂x1.")
    assert "7.00" not in tab.locator(".body").inner_text()
    tab.get_by_role("button", name="Guess first").click()
    tab.get_by_label("Your guess").fill("5")
    tab.keyboard.press("Enter")
    assert "It is 7, your guess was 5: off by 2." in tab.locator(".guess").inner_text()


def test_an_update_lowers_the_loss_and_reset_takes_it_back(show):
    tab = show(Stepper("(a * x - y) ** 2", values={"a": 2.0, "x": 1.0, "y": 0.5}, rate=0.1))
    assert tab.get_by_label("a", exact=True).and_(tab.locator("[type=checkbox]")).is_checked()
    assert not tab.get_by_label("x", exact=True).and_(tab.locator("[type=checkbox]")).is_checked()
    tab.keyboard.press("u")
    assert "the loss was 2.2500, and is 1.4400" in tab.locator(".status").inner_text()
    assert "gradient" not in " ".join(labels(tab)), "the backward pass begins anew"
    tab.get_by_role("button", name="Update").click()
    assert "the loss was 1.4400, and is 0.9216" in tab.locator(".status").inner_text()
    assert "from 2.25 to 0.92" in tab.locator("svg.chart").get_attribute("aria-label")
    assert labels(tab)[0] == "a: value 1.46"
    tab.keyboard.press("r")
    assert labels(tab)[0] == "a: value 2.00" and not tab.locator("svg.chart").is_visible()


def test_the_weights_of_the_notes_nodes_are_updated(show):
    tab = show(Stepper(TWICE, (1.0,), ("a", "m", "ℓ"), rate=0.001, step=5))
    tab.get_by_role("button", name="Step", exact=True).click()
    assert "the loss was 25.0000, and is" in tab.locator(".status").inner_text()
    tab.locator('[aria-label^="m:"]').click()
    assert "a 1.99 1.00 1.99" in panel(tab)


def test_a_step_that_is_too_long_is_said(show):
    tab = show(Stepper("a ** 4", values={"a": 100.0}, rate=10))
    tab.keyboard.press("u")
    assert "This step is too long" in tab.locator(".status").inner_text() and labels(tab)[0] == "a: value 100.00"


def test_a_wrong_gradient_is_marked_and_one_that_is_not_the_sum_of_its_shares_is_said(show):
    a, b = Node(2.0), Node(3.0)
    q = a * b
    loss = q * (q + a)
    loss.backward()
    a.grad = 8.0
    tab = show(Stepper(loss, names={"a": a, "b": b}, reference={"a": 48.0, "b": 28.0}, step=8))
    assert labels(tab)[0] == "a: value 2.00, gradient 8.00, which is wrong: it is 48.00"
    assert tab.locator(".pick.wrong").count() == 1 and "8.00 ≠ 48.00" in tab.locator(".pick.wrong").text_content()
    assert "the node says ∂ℓ/∂a = 8.00, and its shares add up to 48.00" in tab.locator(".status").inner_text()
    assert "Wrong: ∂ℓ/∂a is 48.0000, and 8.0000 stands there" in panel(tab)
    assert tab.locator("input[type=range]").count() == 2, "the step, and the hidden rate: its numbers are the engine's own"
    assert tab.get_by_role("button", name="Update").count() == 0


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a +", "breaks off"),
        ("(a + b", 'expected ")" at the end'),
        ("a ** b", 'expected a number after "**"'),
        ("arctan(a)", '"arctan" is no letter'),
        ("a $ b", 'what does "$" do there?'),
        ("a", "one operation is needed"),
        ("+".join("a2" * 31), "too many to read"),
        ("constructor(a)", "is no letter"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told_so_and_changes_nothing(show_once, formula, words):
    tab = show_once(Stepper(step=10))
    before = labels(tab)
    type_formula(tab, formula)
    assert words in tab.locator(".formula [role=alert]").inner_text()
    assert labels(tab) == before


def test_a_formula_is_chosen_or_typed_and_its_state_is_a_link(show):
    tab = show(Stepper())
    to_step(tab, 10)
    tab.get_by_label("a", exact=True).and_(tab.locator("[type=range]")).fill("-1")
    assert "a: value −1.00, gradient −24.00" in labels(tab)
    tab.get_by_role("button", name="a * a", exact=True).click()
    assert labels(tab) == ["a: value 2.00", "ℓ: not computed yet"]
    type_formula(tab, "w1 * sin(c)")
    to_step(tab, 6)
    assert [label.split(":")[0] for label in labels(tab)] == ["w1", "c", "u₁", "ℓ"]
    assert labels(tab)[0].endswith(f"gradient {np.sin(2):.2f}")
    tab.wait_for_function("location.hash.includes('step=6')")
    tab.reload()
    tab.wait_for_selector(".pick")
    assert len(labels(tab)) == 4 and labels(tab)[0].endswith(f"gradient {np.sin(2):.2f}")
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()
    again = eval(f"Stepper({tab.locator('.copied').inner_text()})", {"Stepper": Stepper})
    assert (again.formula, again.step) == ("w1 * sin(c)", 6)


@pytest.mark.parametrize(
    "fragment",
    ["formula=%22a%20%2B%22", "values=null&step=99&rate=-3", "step=-2&node=77", "values=%7B%22a%22:%22x%22%7D", "losses=[null,1]"],
)
def test_a_link_that_is_cut_or_wrong_leaves_no_blank(tab, tmp_path, fragment):
    for name, widget in (("formula", Stepper()), ("notes", notes())):
        file = tmp_path / f"{name}.html"
        file.write_text(page(widget), encoding="utf-8")
        tab.goto(f"{file.as_uri()}#{fragment}")
        tab.wait_for_selector(".pick[tabindex='0']")
        assert tab.locator(".status").inner_text() and ": value 2.00" in labels(tab)[0], "what a link does not say is as it was"


def test_every_node_is_reached_with_the_keyboard_alone(show):
    tab = show(Stepper(step=10))
    tab.locator('.pick[aria-label^="b:"]').click()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')").startswith("u₁")
    for _ in range(6):
        tab.keyboard.press("ArrowRight")
    assert "nobody uses it" in panel(tab) and tab.locator(".pick[tabindex='0']").count() == 1


def test_sixty_nodes_are_laid_out_without_overlaps_in_letters_that_can_be_read(show):
    layer = [Node(value) for value in np.linspace(-1, 1, 16)]
    while len(layer) > 1:
        layer = [u * v + u for u, v in zip(layer[::2], layer[1::2], strict=True)]
    (root,) = layer
    for _ in range(14):
        root = root.tanh()
    widget = Stepper(root, step=20)
    assert len(widget.nodes) == 60
    tab = show(widget)
    boxes = np.array(tab.eval_on_selector_all(
        ".pick rect", "all => all.map(each => { const b = each.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"
    ))  # fmt: skip
    for i, one in enumerate(boxes):
        others = boxes[i + 1 :]
        apart = (one[2] <= others[:, 0]) | (others[:, 2] <= one[0]) | (one[3] <= others[:, 1]) | (others[:, 3] <= one[1])
        assert apart.all()
    size = "nodes => Math.min(...nodes.map((node) => parseFloat(getComputedStyle(node).fontSize) * node.getScreenCTM().a))"
    assert tab.eval_on_selector_all(".graph text", size) >= 11.99
    tab.keyboard.press("ArrowRight")
    box, frame = tab.locator(".pick.u").bounding_box(), tab.locator(".graph").bounding_box()
    assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"], "the node of the step is in sight"


@pytest.mark.parametrize("make", [lambda: notes(step=11), lambda: Stepper(EXAMPLES[-1], step=14), lambda: Stepper(step=10)])
def test_the_projector_cuts_nothing_off(show, make):
    tab = show(make())
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")
    assert tab.locator(".widget label").evaluate_all("nodes => nodes.filter((node) => node.checkVisibility()).length") == 2
