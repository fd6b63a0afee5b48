"""The dropout widget: its JavaScript computes what numpy computes, nodes die by click and by key, and masks fill the mean."""

import itertools
import re

import numpy as np
import pytest

from course.widgets import DropoutNetwork
from course.widgets.mulberry import Mulberry

RNG = np.random.default_rng(4)
NETWORK = {
    "x": RNG.normal(size=3).round(2), "W1": RNG.normal(size=(3, 5)).round(2), "b1": RNG.normal(size=5).round(2),
    "W2": RNG.normal(size=(5, 1)).round(2), "b2": RNG.normal(size=1).round(2),
}  # fmt: skip
LISTS = {name: array.tolist() for name, array in NETWORK.items()}
H = np.maximum(NETWORK["x"] @ NETWORK["W1"] + NETWORK["b1"], 0)


def output(factors, squash=False):
    z = float((factors * H) @ NETWORK["W2"][:, 0] + NETWORK["b2"][0])
    return 1 / (1 + np.exp(-z)) if squash else z


def test_it_takes_a_small_network_with_one_output():
    with pytest.raises(ValueError, match=r"W2 must have shape \(5, 1\) to go with the others, got \(5, 2\)"):
        DropoutNetwork(**NETWORK | {"W2": np.ones((5, 2))})
    with pytest.raises(ValueError, match="at most 4 inputs and 8 hidden nodes to be readable, got 3 and 9"):
        DropoutNetwork(**NETWORK | {"W1": np.ones((3, 9)), "b1": np.ones(9), "W2": np.ones((9, 1))})
    with pytest.raises(ValueError, match=r"x must have shape \(3,\) to go with the others, got \(2,\)"):
        DropoutNetwork(**NETWORK).x = [1.0, 2.0]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("keep_prob", 0, "a number from 0.05 to 1, got 0"),
        ("keep_prob", np.nan, "a number from 0.05 to 1, got nan"),
        ("seed", -1, "a whole number from 0 to 99, got -1"),
        ("drawn", 20001, "a whole number from 0 to 20000, got 20001"),
        ("turned", [5], r"a list of hidden nodes, from 0 to 4, got \[5\]"),
        ("turned", "1", "a list of hidden nodes, from 0 to 4, got '1'"),
        ("turned", None, "a list of hidden nodes, from 0 to 4, got None"),
        ("turned", [None], r"a list of hidden nodes, from 0 to 4, got \[None\]"),
        ("squash", "yes", "True or False, got 'yes'"),
        ("W1", NETWORK["W1"] * np.inf, "a matrix of finite numbers, got -?inf among them"),
        ("b1", NETWORK["W1"], r"a vector of finite numbers, got an array of shape \(3, 5\)"),
    ],
)
def test_what_it_cannot_show(name, value, words):
    with pytest.raises(ValueError, match=f"^{name} must be {words}"):
        DropoutNetwork(**NETWORK | {name: value})
    widget = DropoutNetwork(**NETWORK)
    before = getattr(widget, name)
    with pytest.raises(ValueError, match=f"^{name} must be {words}"):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


def compare(evaluate, P, squash):
    given = [LISTS, [P] * 5, P, squash]
    got = evaluate(
        DropoutNetwork, "[module.output(given[0], given[1], given[3]), module.ensemble(given[0], given[2], given[3])]", given
    )
    masks = [np.array(mask) for mask in itertools.product([0, 1], repeat=5)]
    mean = sum(P ** mask.sum() * (1 - P) ** (5 - mask.sum()) * output(mask, squash) for mask in masks)
    assert got == pytest.approx([output(np.full(5, P), squash), mean], rel=1e-12)
    assert (abs(got[0] - got[1]) < 1e-12) == (not squash), "exact behind a linear layer, and only there"


@pytest.mark.parametrize("squash", [False, True])
def test_javascript_computes_what_numpy_computes(in_javascript, squash):
    compare(in_javascript, 0.7, squash)


@pytest.mark.parametrize("squash", [False, True])
def test_node_computes_what_numpy_computes(in_node, squash):
    compare(in_node, 0.7, squash)


DRAWN = [(0.5, False, 0, 1000), (0.7, True, 99, 300), (1.0, False, 7, 2), (0.5, True, 3, 0)]


@pytest.mark.parametrize(("P", "squash", "seed", "drawn"), DRAWN)
def test_masks_of_a_seed_are_the_same_in_python(in_node, P, squash, seed, drawn):
    found = in_node(DropoutNetwork, "module.drawMasks(...given)", [LISTS, P, squash, seed, drawn])
    numbers = Mulberry(seed).random((drawn, 5))
    outputs = [output(row < P, squash) for row in numbers]
    np.testing.assert_allclose(found["means"], np.cumsum(outputs) / np.arange(1, drawn + 1), rtol=1e-10)
    assert DropoutNetwork(**NETWORK, keep_prob=P, seed=seed, drawn=drawn).mask().tolist() == found["mask"]


def alive(tab):
    return [node.get_attribute("aria-pressed") == "true" for node in tab.locator("g.pick").all()]


def cells(tab):
    numbers = tab.locator(".dropout dd").all_inner_texts()
    return [None if text == "–" else float(text.replace("−", "-")) for text in numbers]


def test_a_node_dies_and_lives_by_click_and_by_key(show):
    tab = show(DropoutNetwork(**NETWORK, keep_prob=1.0))
    assert alive(tab) == [True] * 5
    tab.locator("g.pick").nth(1).click()
    tab.locator("g.pick").nth(3).focus()
    tab.keyboard.press("Enter")
    assert alive(tab) == [True, False, True, False, True]
    assert cells(tab)[0] == pytest.approx(output(np.array([1, 0, 1, 0, 1])), abs=6e-4)
    assert tab.locator(".nodes line.gone").count() == 2 * (3 + 1), "a dead node takes its edges with it"
    tab.keyboard.press(" ")
    assert alive(tab) == [True, False, True, True, True]


def test_it_opens_with_no_mask_drawn(show):
    tab = show(DropoutNetwork(**NETWORK, keep_prob=0.5))
    assert alive(tab) == [True] * 5 and cells(tab)[2] is None
    assert tab.locator(".status").inner_text().startswith("No mask is drawn: all nodes are active.")
    tab.locator("g.pick").first.click()
    tab.locator("g.pick").last.click()
    assert tab.locator(".status").inner_text().startswith("Turned by hand: nodes 0, 4."), "beside a mask it never says that none is there"
    tab.keyboard.press("r")
    assert alive(tab) == [True] * 5


def test_masks_fill_the_mean(show):
    tab = show(DropoutNetwork(**NETWORK, keep_prob=0.5))
    for _ in range(3):
        tab.get_by_role("button", name="1000 masks").click()
    now, expected, mean, everyone = cells(tab)
    assert now == pytest.approx(output(np.array(alive(tab))), abs=6e-4)
    assert expected == everyone == pytest.approx(output(np.full(5, 0.5)), abs=6e-4)
    numbers = Mulberry(0).random((3000, 5))
    assert mean == pytest.approx(np.mean([output(row < 0.5) for row in numbers]), abs=6e-4)
    assert "mean over 3000 masks" in tab.locator(".dropout").inner_text()
    assert tab.locator("path.mean").get_attribute("d").count("L") > 50
    tab.get_by_label("Keep probability P").fill("1")
    assert alive(tab) == [True] * 5 and cells(tab)[2] == pytest.approx(output(np.ones(5)), abs=6e-4), "the random numbers stay"


def test_the_same_seed_draws_the_same_masks(show):
    tab = show(DropoutNetwork(**NETWORK, keep_prob=0.5, seed=4))
    seen = []
    for _ in range(2):
        tab.keyboard.press("r")
        masks = []
        for _ in range(6):
            tab.keyboard.press("ArrowRight")
            masks.append(alive(tab))
        seen.append(masks)
    assert seen[0] == seen[1] and len({tuple(mask) for mask in seen[0]}) > 1
    tab.get_by_label("Seed").fill("5")
    assert f"mean over 6 masks\n{cells(tab)[2]:.3f}".replace("-", "−") in tab.locator(".facts").inner_text()


def test_play_draws_ever_more(show):
    tab = show(DropoutNetwork(**NETWORK))
    tab.keyboard.press(" ")
    tab.wait_for_function("Number(/mean over (\\d+)/.exec(document.querySelector('.facts').textContent)[1]) > 200")
    tab.keyboard.press(" ")
    assert tab.get_by_role("button", name="Play").is_visible()


def test_a_sigmoid_parts_the_expected_weights_from_the_mean(show):
    tab = show(DropoutNetwork(**NETWORK, keep_prob=0.5))
    assert "give the mean of all networks" in tab.locator(".status").inner_text()
    tab.get_by_label("sigmoid on the output").check()
    _, expected, _, everyone = cells(tab)
    assert abs(expected - everyone) > 6e-4 and "miss the mean" in tab.locator(".status").inner_text()


def test_the_mean_can_be_guessed(show):
    tab = show(DropoutNetwork(**NETWORK))
    mean = cells(tab)[3]
    tab.get_by_role("button", name="Guess first").click()
    assert not any(tab.locator(part).first.is_visible() for part in (".facts", ".status", "line.all"))
    tab.get_by_label("Your guess").fill("1")
    tab.keyboard.press("Enter")
    told = re.search("It is (.*), your guess was 1: off by", tab.locator(".guess").inner_text())[1]
    assert float(told.replace("−", "-")) == pytest.approx(mean, rel=0.06)


@pytest.mark.parametrize("hidden", [5, 8])
def test_nothing_is_cut_off_in_a_room(show, hidden):
    rng = np.random.default_rng(hidden)
    network = [rng.normal(size=4), rng.normal(size=(4, hidden)), np.ones(hidden), rng.normal(size=(hidden, 1)), [-0.5]]
    tab = show(DropoutNetwork(*network, drawn=20_000, squash=True))
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


def test_its_still_picture_is_of_this_mask():
    widget = DropoutNetwork(**NETWORK, drawn=12, seed=3)
    assert f"P = 0.5, mask 12: 3 of 3, {widget.mask().sum():.0f} of 5, 1 of 1 nodes active" in widget.still().alt
    widget.turned = [i for i in range(5) if widget.mask()[i]]
    assert "mask 12: 3 of 3, 0 of 5" in widget.still().alt
    assert "no mask drawn: 3 of 3, 5 of 5" in DropoutNetwork(**NETWORK).still().alt
