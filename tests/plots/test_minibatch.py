"""Figures of the training algorithm: what they say is what they were given."""

import numpy as np

from course import plots


def test_a_sweep_names_the_best_setting_of_each_panel_and_every_mean():
    rng = np.random.default_rng(0)
    runs = {0.1: 0.5 + 0.01 * rng.normal(size=20), 1.0: 0.9 + 0.01 * rng.normal(size=20)}
    picture = plots.sweep({"plain": runs, "other": {0.1: runs[1.0], 1.0: runs[0.1]}}, xlabel="learning rate η", ylabel="known")
    assert "plain: best at 1, 90." in picture.caption and "other: best at 0.1" in picture.caption and "20 runs" in picture.caption
    assert picture.alt.count("±") == 4
    left, right = picture.axes
    assert left.get_xscale() == "log" and left.get_xlabel() == right.get_xlabel() == "learning rate η"


def test_batch_noise_says_how_far_formula_and_measurement_are_apart():
    picture = plots.batch_noise([1, 4], np.array([2.0, 1.1]), np.array([2.0, 1.0]))
    assert "From 2 at T = 1 to 1.1 at T = 4" in picture.caption and "10%" in picture.caption
    assert picture.axes[0].get_xlabel() == "batch size T"


def test_stops_marks_each_criterion():
    picture = plots.stops([1.0, 0.5, 0.4], [0.3, 0.2, 0.1], {"3 epochs": 3, "norm": 2})
    assert "3 epochs stops it after epoch 3; norm stops it after epoch 2" in picture.caption
    assert len(picture.axes[0].lines) == 4


def test_walks_has_a_panel_for_each_path_and_says_how_far_each_came():
    down, up = np.array([[2.0, 1.0], [1.0, 0.5], [0.0, 0.0]]), np.array([[2.0, 1.0], [3.0, 2.0], [4.0, 3.0]])
    paths = {"β = 0, η = 0.1": down, "β = 0.9, η = 0.1": up}
    picture = plots.walks(lambda a, b: a**2 + b**2 + 7, paths, (-3, 3), (-2, 2), labels=("θ₁", "θ₂"), columns=2, least=6.0)
    *panels, curve = picture.axes
    assert [ax.get_title() for ax in panels] == list(paths) and panels[0].get_xlabel() == "θ₁"
    assert "β = 0, η = 0.1: the loss falls from 6 to 1 in 2 steps" in picture.caption and "grows from 6 to 26" in picture.caption
    assert "measured from its minimum" in picture.caption
    assert [text.get_text() for text in curve.texts] == ["  β = 0, η = 0.1", "  β = 0.9, η = 0.1"]


def test_a_sweep_may_show_a_part_of_its_axis():
    runs = {0.1: np.array([0.6, 0.7]), 1.0: np.array([0.65, 0.7])}
    picture = plots.sweep({"plain": runs}, xlabel="λ", ylabel="hits", span=(0.5, 0.8))
    assert picture.axes[0].get_ylim() == (0.5, 0.8)
