"""The dropout widget: its JavaScript computes what numpy computes, nodes die by click and by key, and masks fill the mean."""

import itertools

import numpy as np
import pytest

from course.widgets import DropoutNetwork

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
    with pytest.raises(ValueError, match=r"in \(0, 1\]; got 0"):
        DropoutNetwork(**NETWORK, keep_prob=0)


@pytest.mark.parametrize("squash", [False, True])
def test_javascript_computes_what_numpy_computes(in_javascript, squash):
    P = 0.7
    given = [LISTS, [P] * 5, P, squash]
    got = in_javascript(
        DropoutNetwork, "[module.output(given[0], given[1], given[3]), module.ensemble(given[0], given[2], given[3])]", given
    )
    masks = [np.array(mask) for mask in itertools.product([0, 1], repeat=5)]
    mean = sum(P ** mask.sum() * (1 - P) ** (5 - mask.sum()) * output(mask, squash) for mask in masks)
    assert got == pytest.approx([output(np.full(5, P), squash), mean], rel=1e-12)
    assert (abs(got[0] - got[1]) < 1e-12) == (not squash), "exact behind a linear layer, and only there"


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
    assert tab.locator("line.gone").count() == 2 * (3 + 1), "a dead node takes its edges with it"
    tab.keyboard.press(" ")
    assert alive(tab) == [True, False, True, True, True]


def test_masks_fill_the_mean_and_the_slider_begins_anew(show):
    tab = show(DropoutNetwork(**NETWORK, keep_prob=0.5))
    assert cells(tab)[1] is None
    for _ in range(3):
        tab.get_by_role("button", name="1000 masks").click()
    now, mean, expected, everyone = cells(tab)
    assert now == pytest.approx(output(np.array(alive(tab))), abs=6e-4)
    assert expected == everyone == pytest.approx(output(np.full(5, 0.5)), abs=6e-4)
    spread = np.sqrt(0.25 * ((H * NETWORK["W2"][:, 0]) ** 2).sum() / 3000)
    assert mean == pytest.approx(expected, abs=7 * spread)
    assert "mean over 3000 masks" in tab.locator(".dropout").inner_text()
    assert tab.locator("path.mean").get_attribute("d").count("L") > 50
    tab.locator("input[type=range]").fill("1")
    assert alive(tab) == [True] * 5 and cells(tab)[1] is None


def test_a_sigmoid_parts_the_expected_weights_from_the_mean(show):
    tab = show(DropoutNetwork(**NETWORK, keep_prob=0.5))
    assert "give the mean of all networks" in tab.locator("p[role=status]").inner_text()
    tab.get_by_label("sigmoid on the output").check()
    _, _, expected, everyone = cells(tab)
    assert abs(expected - everyone) > 6e-4 and "miss the mean" in tab.locator("p[role=status]").inner_text()
