"""The browser of errors: its filters choose what numpy chooses, and mouse and keyboard reach everything."""

import numpy as np
import pytest

from course.widgets import ErrorBrowser

RNG = np.random.default_rng(4)
P = RNG.dirichlet(np.ones(4), size=30).round(5)
LABELS = np.where(RNG.random(30) < 0.4, P.argmax(axis=1), RNG.integers(4, size=30))
GIVEN = {"images": RNG.random((30, 64)), "labels": LABELS, "probabilities": P, "maps": RNG.normal(size=(30, 64))}


def test_it_takes_arrays_that_fit_together():
    with pytest.raises(ValueError, match=r"images and maps \(N, 64\), N at least 1, got \(30, 64\), \(30, 63\) and 30 labels"):
        ErrorBrowser(**GIVEN | {"maps": np.zeros((30, 63))})
    with pytest.raises(ValueError, match=r"probabilities \(30, C\), a row for each image, got \(29, 4\)"):
        ErrorBrowser(**GIVEN | {"probabilities": P[:29]})
    with pytest.raises(ValueError, match=r"whole labels in 0..3, got int64 from 4 to 4"):
        ErrorBrowser(**GIVEN | {"labels": np.full(30, 4)})


@pytest.mark.parametrize("which", ["wrong", "right", "all"])
@pytest.mark.parametrize(("truth", "guess"), [(-1, -1), (2, -1), (-1, 0), (1, 1)])
def test_filters_choose_what_numpy_chooses(in_javascript, which, truth, guess):
    says = P.argmax(axis=1)
    fits = {"wrong": says != LABELS, "right": says == LABELS, "all": np.ones(30, bool)}[which]
    fits = fits & ((LABELS == truth) | (truth < 0)) & ((says == guess) | (guess < 0))
    given = [{"labels": LABELS.tolist(), "probabilities": P.tolist()}, {"truth": truth, "guess": guess, "which": which}]
    surest, closest, plain = (
        in_javascript(ErrorBrowser, f"module.chosen(given[0], {{ ...given[1], order: '{order}' }})", given)
        for order in ("surest", "closest", "given")
    )
    assert plain == np.flatnonzero(fits).tolist() and sorted(surest) == sorted(closest) == plain
    certainty = P.max(axis=1)
    assert (np.diff(certainty[surest]) <= 0).all() and (np.diff(certainty[closest]) >= 0).all()


@pytest.fixture
def opened(show):
    return show(ErrorBrowser(**GIVEN))


def test_the_surest_error_comes_first_and_the_keyboard_walks_on(opened):
    wrong = np.flatnonzero(P.argmax(axis=1) != LABELS)
    order = wrong[np.argsort(-P[wrong].max(axis=1))]
    heading = opened.locator(".errors .heading").first
    assert heading.inner_text() == f"A digit {LABELS[order[0]]}, taken for {P[order[0]].argmax()}"
    assert opened.locator(".list button").count() == len(wrong)
    opened.locator(".list button").first.focus()
    opened.keyboard.press("ArrowRight")
    assert heading.inner_text() == f"A digit {LABELS[order[1]]}, taken for {P[order[1]].argmax()}"
    words = ", ".join(f"{c}: {value:.2f}" for c, value in enumerate(P[order[1]]))
    assert opened.locator("svg[aria-label^='0: ']").get_attribute("aria-label") == words


def test_a_filter_that_finds_nothing_says_so(opened):
    opened.get_by_label("Show").select_option("right")
    opened.get_by_label("True class").select_option("0")
    opened.get_by_label("Predicted class").select_option("1")
    assert "No image is of this kind." in opened.locator(".errors").inner_text()
    assert "0 of 30 images" in opened.locator(".errors output").inner_text()


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 900)), ("dark", (1920, 1080))])
def test_it_fits_a_screen_in_either_theme(browser, tmp_path, scheme, size):
    from course.widgets import page

    file = tmp_path / "widget.html"
    file.write_text(page(ErrorBrowser(**GIVEN)), encoding="utf-8")
    with browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, offline=True) as context:
        tab = context.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector(".errors svg")
        box = tab.locator(".errors").bounding_box()
        assert box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        ink = tab.eval_on_selector(".errors text", "text => getComputedStyle(text).fill")
        assert ink == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
