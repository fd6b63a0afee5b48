"""What a page's address may set is what Python may: anything else is refused in words, and nothing on the page breaks."""

import json
from urllib.parse import quote

import pytest
from traitlets import TraitError

from course import widgets
from tests.widgets.test_kit import EXAMPLES, NAMES

HOSTILE = [
    "NaN", "1e999", "-1e999", "-1", "-2", "1e9", "0.5", "1", "true", "null", '"x"', "[]", "[[]]", "[-1]", "[0]", "[1e999]", "[0,0]",
    "[[1,2]]", '["W",9,9]', '["W",0,0]', json.dumps([0.25] * 2000), "{}", '{"a":1}', '{"__proto__":1}', '{"3":2}', "{", "[1,", "",
    "[" * 20_000, "%E0%A4%A", "a=b", "</script>",
]  # fmt: skip
LENIENT = {("Playground", "look", '"x"'), ("Playground", "drawn", "[[]]")}  # what a page mends itself; no points, whatever their shape


def python_takes(widget, part, text):
    """Whether Python takes a value that stands in an address as JSON."""
    try:
        setattr(widget, part, json.loads(text))
    except (ValueError, TraitError, RecursionError):
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_the_address_takes_what_python_takes(in_node, name):
    widget = EXAMPLES[name]()
    cases = [(part, text) for part in widget.schema() for text in HOSTILE if (name, part, text) not in LENIENT]
    fragments = [f"#{part}={text if text.startswith('%') else quote(text)}" for part, text in cases]
    read = in_node(widget, "given[0].map((one) => module.kit.fromFragment(one, given[1]))", [fragments, widget.schema()])
    for (part, text), found in zip(cases, read, strict=True):
        takes = python_takes(EXAMPLES[name](), part, text)
        assert takes == (part in found["found"]) == (not found["refused"]), (part, text[:40])
        assert all(words.startswith(f"{part} must be ") and ", got " in words and len(words) < 400 for words in found["refused"])


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_it_refuses_and_shows_what_it_would_without(tab, tmp_path, name):
    widget = EXAMPLES[name]()
    file = tmp_path / "widget.html"
    file.write_text(widgets.page(widget), encoding="utf-8")
    tab.goto(file.as_uri())
    tab.wait_for_selector("#widget svg")
    texts = (
        "() => [...document.querySelectorAll('.body :is([aria-label], output, .status)')].map((node) => node.ariaLabel ?? node.innerText)"
    )
    assert not tab.locator(".refused").is_visible()
    before = tab.evaluate(texts)
    parts = [*widget.schema(), "frame", "nothing"]
    for k, text in enumerate(["NaN", '{"a":[]}', "[[[-1e999]]]", "%E0%A4%A"]):
        tab.evaluate("to => { location.hash = to; }", "&".join(f"{part}={text}" for part in parts))
        if k == 0:
            tab.reload()
        tab.wait_for_function("got => document.querySelector('.refused')?.textContent.includes(got)", arg=f"got {text}")
        refused = tab.locator(".refused").inner_text()
        assert all(f"{part} must be " in refused for part in widget.schema())
        assert "There is no frame to set here." in refused and "There is no nothing to set here." in refused
        assert tab.evaluate(texts) == before, text


def test_a_refusal_goes_when_the_address_is_in_order_again(show):
    tab = show(widgets.Tangent())
    tab.evaluate("location.hash = 'x=9&h=0.5'")
    tab.get_by_text("x must be a number from -1.8 to 1.8, got 9.").wait_for()
    assert tab.get_by_label("Point x").input_value() == "1" and tab.get_by_label("Step h").input_value() == "-0.3"
    tab.get_by_label("Point x").fill("0.5")
    tab.wait_for_url("**/*#h=0.5&x=0.5")
    assert not tab.locator(".refused").is_visible()
