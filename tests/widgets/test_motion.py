"""Who asks for less motion gets it: a player shows two pictures a second, and nothing glides from one to the next."""

import pytest

from course.widgets import page
from tests.widgets.test_kit import EXAMPLES, NAMES

# Frames are asked for by the test, 60 to a second of a clock of its own.
CLOCK = """
    const waiting = new Map();
    let [now, count] = [0, 0];
    window.requestAnimationFrame = (act) => { waiting.set(count += 1, act); return count; };
    window.cancelAnimationFrame = (one) => waiting.delete(one);
    window.performance.now = () => now;
    window.frames = (length) => Array.from({ length }, () => {
        now += 1000 / 60;
        const acts = [...waiting.values()];
        waiting.clear();
        acts.forEach((act) => act(now));
        return document.querySelector(".body").innerHTML;
    });
"""
MOVED = "count => frames(count).filter((picture, k, all) => k && picture !== all[k - 1]).length"
MOVING = {  # from where there is enough to come
    "ErrorBrowser": {"show": "all"},
    "FeedForward": {"fold": 0.0},
    "GradientDescent": {"steps": 0},
    "MinibatchDescent": {"steps": 0},
    "Patience": {"epoch": 1, "patience": 30},
    "RidgeCurve": {"lam": 1e-6},
}


def pictures_of_two_seconds(browser, file, motion):
    with browser.new_context(reduced_motion=motion, offline=True) as context:
        tab = context.new_page()
        tab.add_init_script(CLOCK)
        tab.goto(file.as_uri())
        tab.wait_for_selector("#widget svg", state="attached")
        tab.evaluate("frames(2)")
        tab.get_by_role("button", name="Play").click()
        moved = tab.evaluate(MOVED, 120)
        return moved, tab.evaluate("document.getAnimations().length")


# Neuron plays nothing, and Playground rests by the time that its training takes.
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("Neuron", "Playground")])
def test_a_player_rests_for_those_who_ask_for_it(browser, tmp_path, name):
    widget = EXAMPLES[name]()
    for part, value in MOVING.get(name, {}).items():
        setattr(widget, part, value)
    (file := tmp_path / "widget.html").write_text(page(widget), encoding="utf-8")
    moved, gliding = pictures_of_two_seconds(browser, file, "reduce")
    assert 1 <= moved <= 5 and not gliding
    if name not in ("ErrorBrowser", "Stepper", "VectorForm"):  # which rest as long for everybody
        assert pictures_of_two_seconds(browser, file, "no-preference")[0] > moved
