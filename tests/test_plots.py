"""The figures: each says what it shows, stands once on the page, and keeps its numbers true."""

import base64
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course import plots

RNG = np.random.default_rng(7)
X, W, b = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=2)


def small_graph():
    shapes = {"X": (3, 2), "W1": (2, 3), "b1": (3,), "Z1": (3, 3), "H": (3, 3), "W2": (3, 2), "b2": (2,), "Z2": (3, 2), "loss": ()}
    return {name: np.asarray(RNG.normal(size=shape)) for name, shape in shapes.items()}


def a_network():
    layers = {"x": np.array([1.0, -0.5]), "h": np.array([0.25, 0.5, 2.0]), "ℓ": np.array([0.75])}
    gradients = {"x": np.array([0.1, 0.2]), "h": np.array([3.0, -1.0, 0.5]), "ℓ": np.ones(1)}
    return plots.network(layers, gradients, ["dense", "dense"], ("x", 0), [0.5, 1.5, -2.0])


GRID = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 4))
FIGURES = {
    "equation": lambda: plots.equation(("X", X), "@", ("W", W), "+", ("b", b), "=", ("Z", X @ W + b), caption="a layer"),
    "network": a_network,
    "graph, forward": lambda: plots.computational_graph(small_graph(), {}),
    "graph, backward": lambda: plots.computational_graph(small_graph(), small_graph()),
    "running times": lambda: plots.running_times([8, 64], {"the loop": [1e-3, 1e-2], "product": [1e-5, 1e-4]}),
    "step errors": lambda: plots.step_errors(np.logspace(-8, 0, 9), {"central": np.logspace(-8, 0, 9) ** 2}),
    "breakdown": lambda: plots.breakdown(
        np.arange(4.0), {"loss": {"naive": np.array([0, 1, np.inf, np.nan]), "exact": np.arange(4.0)}}, xlabel="g"
    ),
    "comparison": lambda: plots.compare_gradients(W, W),
    "learning": lambda: plots.learning([1.0, 0.5], X[:, :2], np.array([0, 1, 0, 1]), (*GRID, (GRID[0] > 0) * 1)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_alternative_text_and_stands_once_on_the_page(name):
    picture = FIGURES[name]()
    page = picture._repr_html_()
    assert page.count("<img") == 1
    alt = re.search(r'alt="([^"]*)"', page)[1]
    assert len(alt.split()) >= 8, "a reader who cannot see the figure learns what it shows"
    assert picture.caption in re.search(r"<figcaption[^>]*>(.*)</figcaption>", page)[1].replace("&#x27;", "'")
    assert base64.b64decode(re.search(r"base64,([^\"]+)", page)[1]).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_written_outside_a_figure(name):
    picture = FIGURES[name]()
    picture.draw_without_rendering()
    frame = picture.bbox.padded(1)
    texts = [text for text in picture.findobj(match=lambda artist: hasattr(artist, "get_text")) if text.get_visible() and text.get_text()]
    assert texts
    outside = [text.get_text() for text in texts if not inside(text, frame)]
    assert not outside


def inside(text, frame):
    box = text.get_window_extent()
    return text.axes is None or not text.get_in_layout() or (frame.contains(*box.min) and frame.contains(*box.max))


def test_figures_do_not_pile_up_in_pyplot():
    before = plt.get_fignums()
    for make in FIGURES.values():
        make()
    assert plt.get_fignums() == before


def test_text_is_escaped():
    picture = plots.Picture(1, 1, alt='a "quoted" <b>', caption="1 < 2")
    assert 'alt="a &quot;quoted&quot; &lt;b&gt;"' in picture._repr_html_()
    assert "1 &lt; 2" in picture._repr_html_()


def test_the_network_writes_out_the_sum_over_gamma():
    picture = a_network()
    assert "Γ(u) = {h[0], h[1], h[2]}" in picture.caption
    assert "(3.00) · (0.50) + (−1.00) · (1.50) + (0.50) · (−2.00)" in picture.caption
    shown = [text.get_text() for text in picture.axes[0].texts]
    assert {"0.25", "3.00", "h[2]", "ℓ"} <= set(shown)


def test_the_network_wants_one_slope_for_each_node_in_gamma():
    layers = {"x": np.ones(2), "h": np.ones(2)}
    with pytest.raises(ValueError):
        plots.network(layers, layers, ["each"], ("x", 0), [1.0, 2.0])


def test_the_graph_names_the_arrays_it_wants():
    values = small_graph()
    del values["H"]
    with pytest.raises(ValueError, match=r"expected the arrays X, Z1, H.*, got X, W1"):
        plots.computational_graph(values, {})


def test_the_graph_shows_every_number_and_shape():
    values, gradients = small_graph(), small_graph()
    texts = [text.get_text() for text in plots.computational_graph(values, gradients).axes[0].texts]
    for array in (*values.values(), *gradients.values()):
        assert {plots.number(entry) for entry in np.ravel(array)} <= set(texts)
    assert {"W1 (2, 3)", "b1 (3,)", "∂ℓ/∂W1", "∂ℓ/∂X"} <= set(texts)


def test_a_comparison_says_which_entries_disagree():
    wrong = W.copy()
    wrong[2, 1] += 1
    picture = plots.compare_gradients(wrong, W)
    assert "They disagree at [2, 1]." in picture.alt
    assert picture.caption.startswith("1 of 6 entries disagree")
    assert "They agree everywhere" in plots.compare_gradients(W, W).alt


def test_scales_of_signed_numbers_are_centred_at_zero():
    picture = plots.compare_gradients(np.array([[5.0, 1.0]]), np.array([[0.5, 1.0]]))
    limits = [ax.images[0].get_clim() for ax in picture.axes if ax.images]
    assert limits == [(-5.0, 5.0)] * 3
    assert plots.DIVERGING(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)


def test_a_breakdown_says_where_numbers_end():
    picture = FIGURES["breakdown"]()
    assert picture.caption == "loss, naive: no finite number from 2 on."


def test_running_times_give_their_ratio():
    assert "product is 100 times as fast as the loop" in FIGURES["running times"]().caption


@pytest.mark.parametrize(("value", "text"), [(-0.001, "0.00"), (-1.5, "−1.50"), (1234.0, "1.23e+03"), (99.994, "99.99"), (0.0, "0.00")])
def test_numbers_in_cells(value, text):
    assert plots.number(value) == text


def test_small_print_can_be_read_on_every_tint():
    for level in np.linspace(0, 1, 41):
        tint = plots.DIVERGING(level)
        assert contrast(plots.to_rgb(plots.legible_on(tint)), tint[:3]) >= 4.5
    assert contrast(plots.to_rgb(plots.RUST), (1, 1, 1)) >= 4.5


def contrast(first, second):
    """Contrast ratio of two colours (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return np.dot([0.2126, 0.7152, 0.0722], channels)


def test_the_figures_know_no_answer():
    """The grading worker offers this module to the answers that it runs."""
    code = "import sys, importlib.util as u; s = u.spec_from_file_location('plots', sys.argv[1]); m = u.module_from_spec(s); " \
           "s.loader.exec_module(m); print([n for n in sys.modules if n.split('.')[0] in ('course', 'autograder')])"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code, plots.__file__], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
