"""The figures: each says what it shows, stands once on the page, and keeps its numbers true."""

import base64
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course import plots
from course.checking import reference_used
from course.engine.functional import softmax_cross_entropy
from course.engine.nn import Linear
from course.engine.tensor import Tensor
from course.plots.graphs import forward_order
from course.plots.picture import LARGEST, axes, plane
from course.units import exercise

RNG = np.random.default_rng(7)
X, W, b = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=2)


def small_graph():
    shapes = {"X": (3, 2), "W1": (2, 3), "b1": (3,), "Z1": (3, 3), "H": (3, 3), "W2": (3, 2), "b2": (2,), "Z2": (3, 2), "loss": ()}
    return {name: np.asarray(RNG.normal(size=shape)) for name, shape in shapes.items()}


def a_network():
    layers = {"x": np.array([1.0, -0.5]), "h": np.array([0.25, 0.5, 2.0]), "ℓ": np.array([0.75])}
    gradients = {"x": np.array([0.1, 0.2]), "h": np.array([3.0, -1.0, 0.5]), "ℓ": np.ones(1)}
    return plots.network(layers, gradients, ["dense", "dense"], ("x", 0), [0.5, 1.5, -2.0])


def a_tensor_graph(backward=True):
    x, w = Tensor(2.0, requires_grad=True, name="x"), Tensor(-1.0, requires_grad=True, name="w")
    loss = (x * w).tanh() * x - w * 3.0
    loss.name = "loss"
    if backward:
        loss.backward()
    return loss


def a_layered_graph():
    rng = np.random.default_rng(0)
    first, second, inputs = Linear(2, 3, rng), Linear(3, 20, rng), Tensor(rng.normal(size=(3, 2)), name="X")
    loss = softmax_cross_entropy(second(first(inputs).relu()), np.array([0, 1, 1])) + (second.W * second.W).sum() * 0.01
    loss.backward()
    return loss


def a_random_graph(seed):
    """About twenty nodes, some used often, in a tangle."""
    rng = np.random.default_rng(seed)
    found = [Tensor(rng.normal(size=rng.choice([1, 3])), requires_grad=True, name=f"x{i}") for i in range(4)]
    for _ in range(14):
        i, j = rng.integers(len(found), size=2)
        found.append(found[i] * found[j] if rng.random() < 0.6 else found[i].tanh())
    loss = found[-1]
    for node in found[-4:-1]:
        loss = loss + node
    loss = loss.sum()
    loss.backward()
    return loss


EPOCHS = {"loss": [2.0, 1.0, 0.5], "validation_loss": [2.0, 1.5, 1.75], "accuracy": [0.5, 0.75, 1.0], "best_epoch": 1}
SPREAD = {"first": np.linspace(-2, 2, 50), "second": np.array([0.5, np.nan, -0.25, np.inf])}
POINTS, SIDES = np.array([[-1.0, 0.0], [1.0, 1.0], [2.0, -1.0], [-2.0, 0.5]]), np.array([0, 1, 1, 1])


def sides(points):
    return (points[:, 0] > 0).astype(int)


GRID = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 4))
FIGURES = {
    "equation": lambda: plots.equation(("X", X), "@", ("W", W), "+", ("b", b), "=", ("Z", X @ W + b), caption="a layer"),
    "network": a_network,
    "graph, forward": lambda: plots.computational_graph(small_graph(), {}),
    "graph, backward": lambda: plots.computational_graph(small_graph(), small_graph()),
    "running times": lambda: plots.running_times([8, 64], {"the loop": [1e-3, 1e-2], "product": [1e-5, 1e-4]}),
    "step errors": lambda: plots.step_errors(np.logspace(-8, 0, 9), {"central": np.logspace(-8, 0, 9) ** 2}),
    "comparison": lambda: plots.compare_gradients(W, W),
    "tensor graph": lambda: plots.graph(a_tensor_graph()),
    "tensor graph, forward": lambda: plots.graph(a_tensor_graph(backward=False)),
    "tensor graph, layers": lambda: plots.graph(a_layered_graph()),
    "tensor graph, tangled": lambda: plots.graph(a_random_graph(3)),
    "history": lambda: plots.history(EPOCHS),
    "boundary": lambda: plots.decision_boundary(sides, POINTS, SIDES),
    "trained": lambda: plots.trained(sides, POINTS, SIDES, [1.0, 0.5], [1.0, 0.7]),
    "before training": lambda: plots.trained(sides, POINTS, SIDES, [], []),
    "weights": lambda: plots.weight_images(RNG.normal(size=(12, 10)), (3, 4)),
    "histograms": lambda: plots.histograms(SPREAD, SPREAD),
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


def test_pictures_turn_dark_with_the_page_and_images_do_not():
    images = plots.sheet(np.zeros((1, 4)), (2, 2), ["none"])._repr_html_()
    others = a_network()._repr_html_()
    assert 'class="course-images"' in images and 'class="course-picture"' in others
    for drawn in (images, others):
        assert '[data-jp-theme-light="false"] img.course-picture' in drawn and "background-color:#ffffff" in drawn


def test_for_a_room_letters_are_larger_and_the_picture_as_large_as_ever(monkeypatch):
    picture, _ = axes(13.5, 4.0, ["a title"])
    usual = pixels(picture)
    monkeypatch.setattr(plots.Picture, "room", (1136, 450))
    assert picture.enlargement() == LARGEST
    assert pixels(picture) == pytest.approx(usual, abs=1) and list(picture.get_size_inches()) == [13.5, 4.0]
    assert axes(5.0, 3.0, ["a title"])[0].enlargement() == 1 == plane(40, 10)[0].enlargement(), "large already; and drawn to its own scale"


def pixels(picture):
    """The width and the height of the image, with which a PNG begins."""
    image = base64.b64decode(re.search(r'base64,([^"]*)', picture.as_html())[1])
    return [int.from_bytes(image[at : at + 4], "big") for at in (16, 20)]


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


def test_running_times_give_their_ratio():
    assert "product is 100 times as fast as the loop" in FIGURES["running times"]().caption
    assert "(best of three)" in plots.running_times([8], {"the loop": [1e-3], "product": [1e-5]}, how="best of three").caption


@pytest.mark.parametrize(("value", "text"), [(-0.001, "0.00"), (-1.5, "−1.50"), (1234.0, "1.23e+03"), (99.994, "99.99"), (0.0, "0.00")])
def test_numbers_in_cells(value, text):
    assert plots.number(value) == text


def test_small_print_can_be_read_on_every_tint():
    for level in np.linspace(0, 1, 41):
        tint = plots.DIVERGING(level)
        assert contrast(to_rgb(plots.legible_on(tint)), tint[:3]) >= 4.5
    assert contrast(to_rgb(plots.RUST), (1, 1, 1)) >= 4.5


def contrast(first, second):
    """Contrast ratio of two colours (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return np.dot([0.2126, 0.7152, 0.0722], channels)


ALONE = """
import sys, types
course = sys.modules["course"] = types.ModuleType("course")
course.__path__ = [sys.argv[1]]
import course.plots
ours = [name for name in sys.modules if name.startswith(("course.", "autograder"))]
print([name for name in ours if not name.startswith(("course.plots", "course.layout"))])
"""


def test_the_figures_know_no_answer():
    """The grading worker offers this package to the answers that it runs."""
    place = Path(plots.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", ALONE, str(place)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_answer_that_draws_does_not_lean_on_the_reference():
    def answer(X, W, b):
        plots.equation(("X", X), "@", ("W", W))
        return X @ W + b

    assert reference_used(exercise("linear_forward"), answer, 0) == ""


def test_every_public_name_is_there():
    assert all(hasattr(plots, name) for name in plots.__all__)


# Any tensor's graph


def boxes_of(picture):
    return [patch.get_window_extent() for patch in picture.axes[0].patches if isinstance(patch, FancyBboxPatch)]


@pytest.mark.parametrize("make", [a_tensor_graph, a_layered_graph, *(lambda seed=seed: a_random_graph(seed) for seed in range(6))])
def test_nothing_overlaps_in_a_graph(make):
    loss = make()
    picture = plots.graph(loss)
    picture.draw_without_rendering()
    boxes = boxes_of(picture)
    assert len(boxes) == len(forward_order(loss))
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    for text in picture.axes[0].texts:
        box = text.get_window_extent()
        assert any(frame.contains(*box.min) and frame.contains(*box.max) for frame in boxes), text.get_text()
    for way in (patch for patch in picture.axes[0].patches if isinstance(patch, FancyArrowPatch)):
        line = picture.axes[0].transData.transform(way._path_original.interpolated(20).vertices)
        for frame in boxes:
            inner = frame.padded(-2)
            assert not any(inner.contains(*point) for point in line)


def test_each_operand_has_its_arrow():
    picture = plots.graph(a_tensor_graph())
    arrows = [patch for patch in picture.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == sum(len(node.parents) for node in forward_order(a_tensor_graph()))


def test_a_graph_shows_values_gradients_signs_and_what_is_shared():
    loss = a_tensor_graph()
    texts = [text.get_text() for text in plots.graph(loss).axes[0].texts]
    for node in forward_order(loss):
        assert {plots.number(float(node.data)), plots.number(float(node.grad))} <= set(texts)
    assert {"x", "w", "×", "tanh", "× 3.0", "loss = −"} <= set(texts)
    picture = plots.graph(loss)
    assert "from left to right: x, w; then" in picture.alt and f"ends in loss = −, {plots.number(float(loss.data))}" in picture.alt
    assert "used more than once (x, w)" in picture.caption
    rims = [patch.get_edgecolor()[:3] for patch in picture.axes[0].patches if isinstance(patch, FancyBboxPatch)]
    assert rims.count(to_rgb(plots.ORANGE)) == 2


def test_a_graph_before_the_backward_pass_shows_no_gradient():
    picture = plots.graph(a_tensor_graph(backward=False))
    assert not [text for text in picture.axes[0].texts if "∂" in text.get_text()]
    assert "No node carries a gradient yet" in picture.alt


def test_a_larger_array_is_given_by_its_shape_and_size():
    texts = {text.get_text() for text in plots.graph(a_layered_graph()).axes[0].texts}
    assert any(text.startswith("(3, 20), |·| ≤ ") for text in texts) and "softmax_cross_entropy" in texts


def test_a_constant_is_a_graph_of_one_node():
    assert "1 nodes, from left to right: constant. It ends in constant, 3.00" in plots.graph(Tensor(3.0)).alt


def test_a_large_graph_is_refused():
    x = loss = Tensor(1.0, requires_grad=True)
    for _ in range(60):
        loss = loss + 1.0
    with pytest.raises(ValueError, match=r"at most 60 nodes to draw, got 61: print course.graph.draw\(root\)"):
        plots.graph(loss)
    assert len(forward_order(x)) == 1


# Training and hidden units


def test_a_history_may_be_a_mapping_or_an_object_and_lack_what_it_lacks():
    whole = plots.history(EPOCHS)
    assert "validation loss from 2 to 1.75, lowest 1.5 at epoch 2" in whole.caption and whole.caption.endswith("The best epoch is 2.")
    assert [ax.get_title() for ax in whole.axes] == ["loss", "accuracy"]
    bare = plots.history(SimpleNamespace(loss=np.array([1.0, 0.5]), accuracy=[], best_epoch=None))
    assert [ax.get_title() for ax in bare.axes] == ["loss"] and "best" not in bare.caption
    with pytest.raises(ValueError, match="one number for each epoch, under one of loss, validation_loss, accuracy"):
        plots.history({"losses": [1.0]})


def test_a_history_that_ends_in_nan_is_drawn():
    assert "lowest 1 at epoch 2" in plots.history({"loss": [2.0, 1.0, np.nan]}).caption


def test_a_boundary_counts_the_points_on_their_own_side():
    picture = plots.decision_boundary(sides, POINTS, SIDES)
    assert "3 of 4 points lie in the region of their own class (75.0%)." in picture.alt and "ringed" in picture.caption
    assert re.search(r"(\d+)% to class 0, (\d+)% to class 1", picture.alt)
    scores = plots.decision_boundary(lambda points: np.column_stack([-points[:, 0], points[:, 0], points[:, 0] - 9]), POINTS, sides(POINTS))
    assert "4 of 4 points" in scores.alt and "ringed" not in scores.caption


@pytest.mark.parametrize(
    ("predict", "X", "y", "error", "message"),
    [
        (lambda points: Tensor(points), POINTS, SIDES, TypeError, r"must give an array, got Tensor: for a network write"),
        (lambda points: points[:, 0] / 7, POINTS, SIDES, ValueError, "a whole number for each of .* got float64"),
        (sides, POINTS[:, :1], SIDES, ValueError, r"got \(4, 1\) and \(4,\)"),
        (sides, POINTS, SIDES[:3], ValueError, r"got \(4, 2\) and \(3,\)"),
        (sides, POINTS, SIDES + 4, ValueError, r"classes in 0..4, got 0..5"),
    ],
)
def test_a_boundary_says_what_it_wants(predict, X, y, error, message):
    with pytest.raises(error, match=message):
        plots.decision_boundary(predict, X, y)


def test_weights_are_shown_on_one_scale_centred_at_zero():
    weights = np.arange(24.0).reshape(12, 2) - 3
    picture = plots.weight_images(weights, (3, 4), titles=["a", "b"])
    images = [ax.images[0] for ax in picture.axes if ax.images]
    assert [image.get_clim() for image in images] == [(-20.0, 20.0)] * 2
    np.testing.assert_array_equal(images[1].get_array(), weights[:, 1].reshape(3, 4))
    assert "largest for b" in picture.alt and "2 images of 3 by 4 pixels" in picture.alt
    with pytest.raises(ValueError, match=r"in = 3 × 3 = 9, got \(12, 2\)"):
        plots.weight_images(weights, (3, 3))
    with pytest.raises(ValueError, match="expected 2 titles, one for each column of W, got 1"):
        plots.weight_images(weights, (3, 4), titles=["a"])


def test_histograms_share_a_scale_along_a_row_and_count_what_is_not_finite():
    picture = plots.histograms(SPREAD, {"first": np.full(3, 1e-5), "second": np.ones(3)})
    limits = [ax.get_xlim() for ax in picture.axes]
    assert limits[0] == limits[1] and limits[2] == limits[3] != limits[0]
    heights = [sum(patch.get_height() for patch in ax.patches) for ax in picture.axes]
    assert heights == pytest.approx([1, 0.5, 1, 1])
    assert "activation of second: std 0.38, 2 not finite" in picture.alt
    with pytest.raises(ValueError, match="gradients of the layers first, second, got first"):
        plots.histograms(SPREAD, {"first": np.ones(3)})
    with pytest.raises(ValueError, match="got none, or an empty one"):
        plots.histograms({})
