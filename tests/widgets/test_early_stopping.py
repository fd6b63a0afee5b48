"""The patience widget: its rule is the course's, and its figures are those of the epochs it names."""

import numpy as np
import pytest

from course import EarlyStopping
from course.widgets import Patience

EPOCHS = 40
VALIDATION = (1.2 - np.arange(EPOCHS) / 20 + (np.arange(EPOCHS) / 25) ** 2 + 0.03 * np.sin(3 * np.arange(EPOCHS))).tolist()
TRAINING = (1 / (1 + np.arange(EPOCHS) / 5)).tolist()
TEST = np.linspace(0.5, 0.9, EPOCHS).tolist()


def test_curves_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="three curves of one length"):
        Patience(TRAINING, VALIDATION[:-1], TEST)


@pytest.mark.parametrize("patience", [1, 3, 10, 39])
@pytest.mark.parametrize("margin", [0.0, 0.05])
def test_javascript_stops_where_the_course_does(in_javascript, patience, margin):
    got = in_javascript(Patience, "module.stop(...given)", [VALIDATION, patience, margin])
    rule = EarlyStopping(patience, margin)
    stops = [rule(loss) for loss in VALIDATION]
    stopped = stops.index(True) if True in stops else EPOCHS - 1
    rule = EarlyStopping(patience, margin)
    for loss in VALIDATION[: stopped + 1]:
        rule(loss)
    assert got == {"stopped": stopped + 1, "best": rule.best_epoch + 1, "early": True in stops}


def test_more_patience_is_shown_at_once(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST))
    slider = tab.get_by_label("patience")
    slider.focus()
    slider.press("Home")
    first = tab.locator("dd").all_inner_texts()
    slider.press("End")
    last = tab.locator("dd").all_inner_texts()
    assert int(first[0]) < int(last[0])
    assert f"Stopped after epoch {last[0]}" in tab.locator("svg").first.get_attribute("aria-label")


def test_the_test_accuracy_is_shown_only_to_those_who_ask(show):
    tab = show(Patience(TRAINING, VALIDATION, TEST))
    assert "test accuracy" not in tab.locator(".facts").inner_text()
    box = tab.get_by_label("show the test accuracy")
    box.check()
    best, end = (int(tab.locator("dd").nth(place).inner_text()) for place in (1, 0))
    shown = [f"{100 * TEST[epoch - 1]:.1f} %" for epoch in (best, end, EPOCHS)]
    assert tab.locator("dd").all_inner_texts()[3:] == shown
    box.uncheck()
    assert tab.locator("dd").count() == 3
