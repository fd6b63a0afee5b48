"""What is to be guessed first is told nobody: neither the eye nor, in the tree that a screen reader gets, the ear."""

import re

import pytest

from tests.widgets.test_kit import EXAMPLES, NAMES

NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
STATES = {  # whose number is no other of the page's
    "DropoutNetwork": {"keep_prob": 0.65, "drawn": 30, "squash": True},
    "ExplainableAI": {"k": 3},
    "FeedForward": {"W1": [[1.0, 1.0], [1.0, 1.0]], "b1": [0.0, -1.0], "W2": [[1.0], [-2.0]], "b2": [0.0]},
    "GradientDescent": {"start": [-2.2, 1.3], "momentum": 0.32},
    "Neuron": {"w": [1.3, 0.55], "x": [-0.9, 2.2]},
    "Patience": {"patience": 7, "validation": [1.0 - 0.03 * k for k in range(16)] + [1.0] * 18},
    "Stepper": {"step": 1, "values": {"a": 1.7}},
    "Tangent": {"curve": "x³", "x": 0.85, "h": 0.3},
    "VectorForm": {"entry": ["W", 1, 1], "upstream": [[0.7, -1.3], [1.9, 0.45]]},
}
CASES = [*((name, STATES.get(name, {})) for name in NAMES), ("VectorForm", STATES["VectorForm"] | {"view": "layers", "layers": 2})]


def heard(tab):
    """All that a screen reader is given of the page, by Chromium's own tree."""
    session = tab.context.new_cdp_session(tab)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    values = [node.get(part, {}).get("value", "") for node in nodes if not node["ignored"] for part in ("name", "value", "description")]
    texts = [
        p["value"].get("value", "") for node in nodes if not node["ignored"] for p in node.get("properties", []) if p["name"] == "valuetext"
    ]
    return [str(value) for value in values + texts if value != ""]


def tells(texts, number, read):
    """The texts that hold the number, in two digits."""
    wanted = f"{number:.1e}"
    return [text for text in texts if any(f"{read(one):.1e}" == wanted for one in NUMBER.findall(text))]


@pytest.mark.parametrize(("name", "state"), CASES)
def test_no_text_tells_what_is_to_be_guessed(show, read_number, name, state):
    widget = EXAMPLES[name]()
    for part, value in state.items():
        setattr(widget, part, value)
    tab = show(widget)
    before = heard(tab)
    toggle = tab.get_by_role("button", name="Guess first")
    toggle.click()
    hidden = heard(tab)
    tab.get_by_role("button", name="Reveal").click()
    number = read_number(re.match(r"It is (.*)\.$", tab.locator(".guess strong").inner_text())[1])
    again = heard(tab)
    toggle.click()
    assert tells(hidden, number, read_number) == []
    assert [text for text in heard(tab) if text not in before] == [], "nothing is withheld any longer"
    if name != "Stepper":  # which guesses what comes next
        assert tells(before, number, read_number) and len(tells(again, number, read_number)) > 1
