"""The patience widget: its rule is the course's, it moves epoch by epoch, and its figures are those of the epochs it names."""

import re

import numpy as np
import pytest

from course import EarlyStopping
from course.widgets import Patience

EPOCHS = 40
VALIDATION = (1.2 - np.arange(EPOCHS) / 20 + (np.arange(EPOCHS) / 25) ** 2 + 0.03 * np.sin(3 * np.arange(EPOCHS))).tolist()
TRAINING = (1 / (1 + np.arange(EPOCHS) / 5)).tolist()
TEST = np.linspace(0.5, 0.9, EPOCHS).tolist()
CASES = [(patience, margin) for patience in (1, 3, 10, 39) for margin in (0.0, 0.05)]


def by_the_course(patience, margin):
    rule = EarlyStopping(patience, margin)
    for epoch, loss in enumerate(VALIDATION, start=1):
        if rule(loss):
            return {"stopped": epoch, "best": rule.best_epoch + 1, "early": True}
    return {"stopped": EPOCHS, "best": rule.best_epoch + 1, "early": False}


def test_curves_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"three curves of one length, at least 2, got \{'training': 40, 'validation': 39, 'test': 40\}"):
        Patience(TRAINING, VALIDATION[:-1], TEST)
    with pytest.raises(ValueError, match="three curves of one length"):
        Patience([1.0], [1.0], [0.5])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("training", [np.nan] * EPOCHS, "a vector of finite numbers, got nan among them"),
        ("validation", [[1.0]], r"a vector of finite numbers, got an array of shape \(1, 1\)"),
        ("validation", ["low"] * EPOCHS, "a vector of finite numbers, got"),
        ("test", [50.0] * EPOCHS, "accuracies from 0 to 1, got 50 to 50"),
        ("patience", 0, "a whole number from 1 to 30, got 0"),
        ("min_delta", np.inf, "a number from 0 to 0.2, got inf"),
        ("epoch", 41, "a whole number from 1 to 40, got 41"),
        ("lid_off", 1, "True or False, got 1"),
    ],
)
def test_what_it_cannot_show(name, value, words):
    with pytest.raises(ValueError, match=f"^{name} must .*{words}"):
        Patience(**{"training": TRAINING, "validation": VALIDATION, "test": TEST} | {name: value})
    widget = Patience(TRAINING, VALIDATION, TEST)
    before = getattr(widget, name)
    with pytest.raises(ValueError, match=f"^{name} must"):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


@pytest.mark.parametrize(("patience", "margin"), CASES)
def test_javascript_stops_where_the_course_does(in_javascript, patience, margin):
    assert in_javascript(Patience, "module.stop(...given)", [VALIDATION, patience, margin]) == by_the_course(patience, margin)


def test_node_stops_where_the_course_does(in_node):
    given = [[VALIDATION, *case] for case in CASES]
    assert in_node(Patience, "given.map((each) => module.stop(...each))", given) == [by_the_course(*case) for case in CASES]


def test_more_patience_is_shown_at_once(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST))
    slider = tab.get_by_label("patience", exact=True)
    slider.focus()
    slider.press("Home")
    first = tab.locator("dd").all_inner_texts()
    slider.press("End")
    last = tab.locator("dd").all_inner_texts()
    assert int(first[0]) < int(last[0])
    slider.fill("10")
    end = tab.locator("dd").first.inner_text()
    assert f"Stopped after epoch {end}" in tab.locator("svg.chart").get_attribute("aria-label")


def test_it_runs_epoch_by_epoch_until_it_stops(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST, patience=1))
    end, best = (int(tab.locator("dd").nth(place).inner_text()) for place in (0, 1))
    points = lambda kind: tab.locator(f"path.validation{kind}").get_attribute("d").count(" ")  # noqa: E731
    assert (points(":not(.unseen)"), points(".unseen")) == (end, EPOCHS - end + 1)
    tab.keyboard.press("r")
    assert tab.locator(".status").inner_text() == "After epoch 1: a gain. The best so far is epoch 1."
    assert (points(":not(.unseen)"), points(".unseen")) == (1, 0), "nobody knows what comes"
    for _ in range(end + 3):
        tab.keyboard.press("ArrowRight")
    assert tab.locator("dd").first.inner_text() == str(end)
    assert tab.locator(".status").inner_text().startswith(f"Stopped after epoch {end}, 1 epoch after the best, {best}.")
    tab.keyboard.press(" ")
    tab.wait_for_function("document.querySelector('dd').textContent < 4")
    assert tab.get_by_role("button", name="Pause").is_visible(), "it begins once more"


def test_what_a_stop_misses_is_said(show):
    losses = [3.0, 2.0, 2.5, 1.0]
    tab = show(Patience(losses, losses, [0.5] * 4, patience=1))
    assert tab.locator(".status").inner_text() == (
        "Stopped after epoch 3, 1 epoch after the best, 2. The lowest loss, 1.000, is that of epoch 4."
    )
    tab.get_by_role("button", name="patience 10").click()
    assert tab.locator(".status").inner_text() == "Never stopped; the best was epoch 4. No other epoch has a lower loss."


def test_epochs_count_from_1(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST))
    assert tab.locator(".chart .tick:not(.last)").all_text_contents() == ["5", "10", "15", "20", "25", "30", "35", "40"]
    x, _ = re.match(r"M([\d.]+) ([\d.]+)", tab.locator("path.validation").last.get_attribute("d")).groups()
    assert float(x) == 0


def test_the_curve_after_the_stop_is_drawn_in_full_colour(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST))
    looks = "node => { const look = getComputedStyle(node); return [look.stroke, look.strokeOpacity, look.opacity, look.strokeDasharray]; }"
    for name, colour, dashes in (("training", "rgb(0, 114, 178)", False), ("validation", "rgb(213, 94, 0)", True)):
        for path in tab.locator(f"path.{name}").all():
            stroke, *opacity, dash = path.evaluate(looks)
            assert (stroke, opacity, dash != "none") == (colour, ["1", "1"], dashes)


def test_the_test_accuracy_is_shown_only_to_those_who_lift_the_lid(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST))
    lid = tab.locator(".lid")
    assert "%" not in tab.locator(".widget").inner_text()
    box = tab.get_by_label("show the test accuracy")
    box.check()
    end, best = (int(tab.locator("dd").nth(place).inner_text()) for place in (0, 1))
    assert lid.locator("dd").all_inner_texts() == [f"{100 * TEST[epoch - 1]:.1f} %" for epoch in (best, end, EPOCHS)]
    assert "chosen by the test set" in lid.inner_text()
    box.uncheck()
    assert lid.locator("dd").count() == 0 and "chosen" not in lid.inner_text()


def test_where_it_stops_can_be_guessed(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST))
    end = tab.locator("dd").first.inner_text()
    tab.get_by_role("button", name="Guess first").click()
    assert not any(tab.locator(f".patience {part}").first.is_visible() for part in (".status", ".facts", "line.stop", "circle.best"))
    tab.get_by_label("Your guess").fill("20")
    tab.keyboard.press("Enter")
    assert f"It is {end}, your guess was 20" in tab.locator(".guess").inner_text()


def test_nothing_is_cut_off_in_a_room(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST, patience=10))
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


@pytest.mark.parametrize(("patience", "margin"), CASES)
def test_its_still_picture_stops_there_too(patience, margin):
    widget = Patience(TRAINING, VALIDATION, TEST, patience=min(patience, 30), min_delta=margin)
    found = by_the_course(min(patience, 30), margin)
    assert widget.still().caption.startswith(f"Stopped after epoch {found['stopped']} of 40; the best was epoch {found['best']},")
