"""The frame of a widget: title, question, presets; state that Python, the address and controls share; play; guess; projector; keys."""

import json

import numpy as np
import pytest

from course import widgets
from course.widgets import Tangent
from course.widgets.base import Choice, Number, Widget


class Counted(Tangent):
    """A widget with a whole number, for the tests."""

    _esm = Tangent._esm
    times = Number(2, 1, 5, whole=True)
    kind = Choice("a", "b")


@pytest.mark.parametrize("value", [2.5, 6, np.nan, "3", None])
def test_a_whole_number_out_of_range(value):
    with pytest.raises(ValueError, match="times must be a whole number from 1 to 5, got"):
        Counted(times=value)


def test_numbers_of_numpy_become_pythons():
    widget = Counted(times=np.int64(3), x=np.float32(0.5))
    assert (type(widget.times), type(widget.x)) == (int, float)
    json.dumps(widget.get_state(), default=str)


def test_every_widget_has_a_title_a_question_and_a_still_picture():
    for name in set(widgets.__all__) - {"page"}:
        kind = getattr(widgets, name)
        assert issubclass(kind, Widget) and kind.title and kind.question.endswith("?"), name
        assert "still" in vars(kind), name


def test_the_frame_says_what_it_is_and_asks(show):
    tab = show(Tangent())
    assert tab.title() == tab.locator("h1").inner_text() == Tangent.title
    assert tab.locator(".question").inner_text() == Tangent.question
    assert tab.locator(".chips button").all_inner_texts() == list(Tangent.presets)


def test_a_preset_is_a_state(show):
    tab = show(Tangent())
    tab.get_by_role("button", name="x³ where it is flat").click()
    assert tab.locator("select").input_value() == "x³"
    assert float(tab.get_by_label("Point x").input_value()) == 0


def test_the_address_is_the_state(show):
    tab = show(Tangent())
    assert "#" not in tab.url
    tab.get_by_label("Point x").fill("-0.5")
    tab.wait_for_url("**/*#x=-0.5")
    tab.evaluate("location.hash = 'curve=%22sin%20x%22&x=1.2&unknown=3&h=%22wide%22&zoom'")
    tab.wait_for_function("document.querySelector('select').value === 'sin x'")
    assert tab.get_by_label("Point x").input_value() == "1.2"
    assert float(tab.get_by_label("Step h").input_value()) == 0, "a text is no number: as it was"
    tab.reload()
    tab.wait_for_selector("svg.chart")
    assert tab.get_by_label("Point x").input_value() == "1.2"


def test_the_address_is_written_once_for_many_moves_of_a_hand(in_javascript):
    """A browser takes milliseconds to write it, and counts how often."""
    urls = in_javascript(
        Tangent,
        """await (async () => {
            const urls = [];
            const address = { location: { hash: "" }, addEventListener() {}, history: { replaceState: (_, __, url) => urls.push(url) } };
            const model = module.kit.pageModel({ x: 0, frame: { schema: {} } }, address);
            for (let x = 1; x <= 200; x += 1) {
                model.set("x", x);
                model.save_changes();
            }
            while (!urls.length) await new Promise((done) => setTimeout(done, 10));
            return urls;
        })()""",
    )
    assert urls == ["#x=200"]


def test_the_state_can_be_copied_as_python(show):
    tab = show(Tangent("sin x", h=0.5))
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()  # the clipboard is asked first
    text = tab.locator(".copied").inner_text()
    again = eval(f"Tangent({text})", {"Tangent": Tangent})
    assert (again.curve, again.x, again.h, again.zoom) == ("sin x", 1.0, 0.5, 0.0)
    tab.get_by_label("Zoom").focus()
    tab.keyboard.press("ArrowRight")
    assert not tab.locator(".copied").is_visible(), "it is no longer the state"


@pytest.mark.parametrize(
    ("value", "text"), [("true", "True"), ("null", "None"), ("[1, [0.5]]", "[1, [0.5]]"), ("{a: 'x³'}", '{"a": "x³"}')]
)
def test_values_as_python_has_them(in_javascript, value, text):
    assert in_javascript(Tangent, f"module.kit.inPython({value})") == text


def test_it_plays_pauses_steps_and_goes_back(show):
    tab = show(Tangent())
    zoom = tab.get_by_label("Zoom")
    at = lambda: float(zoom.input_value())  # noqa: E731
    tab.keyboard.press("ArrowRight")  # the page is the widget's own
    assert at() == pytest.approx(0.02)
    tab.keyboard.press(" ")
    tab.wait_for_function("document.querySelector('[aria-label=Zoom]').value > 0.1")
    assert tab.get_by_role("button", name="Pause").is_visible()
    tab.keyboard.press(" ")
    assert tab.get_by_role("button", name="Play").is_visible()
    stopped = at()
    tab.wait_for_timeout(100)
    assert at() == stopped
    tab.keyboard.press("r")
    assert at() == 0


def test_what_runs_stops_at_its_end(show):
    tab = show(Tangent(zoom=3.9))
    tab.get_by_role("button", name="Play").click()
    tab.wait_for_function("document.querySelector('[aria-label=Zoom]').value == 4")
    tab.get_by_role("button", name="Play").wait_for()


def test_a_guess_before_the_number(show):
    tab = show(Tangent("x³"))
    facts = tab.locator(".facts")
    tab.get_by_role("button", name="Guess first").click()
    assert not facts.is_visible()
    tab.get_by_label("Your guess").fill("2,5")
    tab.keyboard.press("Enter")
    assert "It is 3, your guess was 2.5: off by 0.5." in tab.locator(".guess").inner_text()
    assert facts.is_visible()
    tab.get_by_label("Point x").fill("0.5")
    assert not facts.is_visible(), "there is something to guess again"
    tab.get_by_role("button", name="Reveal").click()
    tab.get_by_role("button", name="Guess first").click()
    assert facts.is_visible() and not tab.get_by_label("Your guess").is_visible()


def test_projector_is_larger_and_fills_the_window(show):
    tab = show(Tangent())
    tab.set_viewport_size({"width": 1280, "height": 720})
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    before = tab.locator(".status").evaluate(size)
    tab.keyboard.press("f")
    assert tab.locator(".status").evaluate(size) >= 1.5 * before
    assert tab.locator(".widget label").evaluate_all("nodes => nodes.filter((node) => node.checkVisibility()).length") == 2
    box = tab.locator(".widget").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 720)
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280"), "nothing is cut off"
    tab.keyboard.press("Escape")
    assert tab.locator(".status").evaluate(size) == before


@pytest.fixture
def show_in_notebook(tab):
    """A tab that shows a widget in a cell, as in a notebook: rendered first, then put into the page, and kept inside of its panel."""

    def show(widget):
        tab.set_content('<div class="cell" tabindex="0" style="contain: strict; width: 900px; height: 700px"></div>')
        tab.evaluate(
            """async ({ module, state }) => {
                const { default: widget, kit } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
                const el = document.createElement("div");
                widget.render({ model: kit.pageModel(state), el });
                document.querySelector(".cell").append(el);
            }""",
            json.loads(widgets.data_of({"_esm": str(widget._esm), **widget.get_state()})),
        )
        return tab

    return show


def test_a_widget_may_be_rendered_before_it_stands_in_the_page(show_in_notebook):
    tab = show_in_notebook(widgets.Playground())
    tab.wait_for_function("document.querySelector('.status').textContent.includes('epoch')")


@pytest.mark.parametrize("hidden", ["Copy state", "Zoom"])
def test_a_projector_that_hides_what_had_the_focus_is_left_by_key(show_in_notebook, hidden):
    tab = show_in_notebook(Tangent())
    tab.locator(f"button:text-is('{hidden}'), [aria-label='{hidden}']").focus()
    tab.keyboard.press("f")
    assert tab.locator(".widget.projector").bounding_box() == {"x": 0, "y": 0, **tab.viewport_size}, "it fills the window, not its cell"
    tab.keyboard.press("Escape")
    assert not tab.locator(".widget.projector").count()


def test_after_a_click_in_it_a_widget_in_a_notebook_has_the_keys_until_escape(show_in_notebook):
    tab = show_in_notebook(Tangent())
    pause = tab.get_by_role("button", name="Pause")
    for part in (".question", "[aria-label='Point x']"):  # a slider has no use for the space bar
        tab.locator(part).click()
        tab.keyboard.press("Space")
        pause.wait_for()
        tab.keyboard.press("Space")
        assert not pause.count()
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.className") == "cell"
    tab.keyboard.press("Space")
    assert not pause.count()


def test_the_question_mark_names_the_keys(show):
    tab = show(Tangent())
    tab.keyboard.press("?")
    keys = tab.locator("dl.keys")
    assert "space" in keys.inner_text() and "play or pause" in keys.inner_text()
    tab.get_by_role("button", name="Keys").click()
    assert not keys.is_visible()


def test_no_string_of_a_state_closes_the_pages_script(show):
    class Named(Tangent):
        _esm = Tangent._esm
        presets = {"</script><b>x</b>": {"x": 0.5}}  # noqa: RUF012

    tab = show(Named())
    assert tab.locator(".chips button").all_inner_texts() == ["</script><b>x</b>"]


def test_what_python_sets_is_drawn_and_what_is_drawn_python_reads(tab):
    """With a model as a notebook has it: changes come as events, and go with save_changes."""
    tab.goto("about:blank")
    widget = Tangent()
    state = {name: getattr(widget, name) for name in ("frame", "curve", "x", "h", "zoom")}
    tab.evaluate(
        """async ([source, state]) => {
            const { default: widget, kit } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
            window.saved = 0;
            window.model = Object.assign(kit.pageModel(state), { save_changes: () => { window.saved += 1; } });
            window.close = widget.render({ model: window.model, el: document.body });
        }""",
        [str(widget._esm), state],
    )
    point = tab.get_by_label("Point x")
    point.fill("0.5")
    assert tab.evaluate("model.get('x')") == 0.5
    tab.wait_for_function("window.saved === 1")
    tab.evaluate("model.set('x', -1)")
    assert point.input_value() == "-1"
    tab.evaluate("window.close(); model.set('x', 1.5)")
    assert point.input_value() == "-1", "closed, it listens no longer"
