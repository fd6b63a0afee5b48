"""The corpus of right and wrong gradients: gradcheck against it, and the corpus itself against differences in extended precision.

The witness shares nothing with gradcheck: one-sided differences in long double, extrapolated, at several steps, of which the one that
settles best is believed if a finer one confirms it. Right gradients must lie between the slopes of both sides along every line that is
looked at, and wrong ones must not.
"""

import sys
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from benchmarks import gradcheck_counts, gradcheck_rows
from benchmarks.gradcheck_corpus import MISTAKES, RIGHT, TRIED_ON, WRONG, wrong
from benchmarks.gradcheck_counts import by_gradcheck, by_rule, by_torch, count, count_single, named
from benchmarks.gradcheck_network import Network, one_wrong
from benchmarks.gradcheck_network import named as named_by_fast_mode
from benchmarks.gradcheck_single import SETTINGS, SINGLE
from benchmarks.gradcheck_smallest import smallest, worst
from course import gradcheck

SEEDS = [0, 1]
STEPS = [2.0**-k for k in (7, 10, 13, 17, 21, 26, 31, 36)]  # of an entry's own size

extended = pytest.mark.skipif(np.finfo(np.longdouble).eps > 1e-18, reason="long double is no longer than double here")


@pytest.mark.parametrize("seed", SEEDS)
def test_full_mode_is_never_mistaken(seed):
    counts = count(by_gradcheck("full"), [seed])
    assert (counts.alarms, counts.missed) == ([], [])


@pytest.mark.parametrize(("seed", "large"), [(0, 4096), (1, 0)])
def test_fast_mode_is_hardly_ever_mistaken(seed, large, monkeypatch):
    """With the glance at all entries at once that otherwise large problems get alone, too."""
    monkeypatch.setattr(sys.modules[gradcheck.__module__], "LARGE", large)
    counts = count(by_gradcheck("fast"), [seed])
    assert counts.alarms == [] and len(counts.missed) <= 0.005 * counts.wrong


@pytest.mark.parametrize(("mode", "seed", "missed"), [("full", 0, 0.0), ("fast", 12, 0.2)])
def test_in_single_precision_what_is_right_is_never_called_wrong(mode, seed, missed, monkeypatch):
    if mode == "full":  # without the large batches, which take long
        monkeypatch.setattr(gradcheck_counts, "SINGLE", {name: build for name, build in SINGLE.items() if "10,000" not in name})
    counts = count_single(mode, [seed])
    assert counts.alarms == [] and len(counts.missed) <= missed * counts.wrong
    assert counts.noisy <= counts.right / 3


@pytest.mark.parametrize("mode", ["full", "fast"])
@pytest.mark.parametrize("name", ["a smooth loss in steps of a thousandth", "a relu loss of four decimals", "a loss of four digits"])
def test_a_staircase_is_not_a_slope(name, mode):
    """However the stairs meet the steps: as regular as a line, at a summit, or too wide for the first of them."""
    for seed in range(30):
        problem = SINGLE[name](np.random.default_rng(seed))
        assert gradcheck(problem.f, problem.inputs, problem.gradient, mode=mode).outcome != "wrong", seed


def test_the_corpus_is_as_large_as_it_should_be():
    assert len(RIGHT) >= 50 and len(WRONG) == len(set(WRONG)) >= 100
    assert {mistake for _, mistake in WRONG} >= set(MISTAKES) and {name for name, _ in WRONG} >= set(TRIED_ON)


def test_a_rule_with_one_step_for_all_is_mistaken_both_ways():
    """The corpus is hard: what every checker passes would say nothing."""
    counts = count(by_rule, [0])
    assert len(counts.alarms) > 10 and len(counts.missed) > 10


def slopes(f, arrays, direction):
    """Slopes of f on the left and on the right along a direction, and how far they may be off."""
    exact = {name: array.astype(np.longdouble) for name, array in arrays.items()}

    def value(t):
        moved = {name: exact[name] + t * direction[name] for name in exact}
        return f(moved.get("", moved))

    centre, sides = value(np.longdouble(0)), []
    for sign in (-1, 1):
        found = []
        for h in STEPS:
            steps = [sign * np.longdouble(h) / 2**k for k in range(6)]
            values = [value(t) for t in steps]
            quotients = [(one - centre) / t for one, t in zip(values, steps, strict=True)]
            large = abs(centre) + max(np.abs(values)) + abs(quotients[-1])  # numbers that are rounded: f's, and what it is given
            found.append(limit(quotients, 64 * np.finfo(np.longdouble).eps * large / abs(steps[-1])))
        confirmed = [one for one, finer in pairwise(found) if abs(one[0] - finer[0]) <= one[1] + finer[1]]
        assert confirmed, "no step settles"
        sides.append(min(confirmed, key=lambda one: one[1]))
    return [float(one) for one, _ in sides], float(max(error for _, error in sides))


def limit(values, rounding):
    """Limit of a sequence whose errors fall by 2, by 4, by 8 and so on; and its last correction, with what rounding may do."""
    column = previous = values
    for order in range(1, len(values)):
        previous, column = column, [b + (b - a) / (2**order - 1) for a, b in pairwise(column)]
    error = abs(column[0] - previous[-1]) + rounding
    return column[0], error if np.isfinite(error) else np.inf


def lines(arrays):
    """A direction for each entry, and one along which all of them grow: there, two that tie for a maximum count once."""
    sizes = {name: np.where(array == 0, np.abs(array).max(initial=0) or 1.0, np.abs(array)) for name, array in arrays.items()}
    for name, array in arrays.items():
        for i in np.ndindex(array.shape):
            line = {other: np.zeros_like(size) for other, size in sizes.items()}
            line[name][i] = sizes[name][i]
            yield line
    yield sizes


@dataclass(frozen=True)
class Witness:
    """The slopes on both sides of a point, the least and the largest, along a direction; `error` is how far they may be off."""

    direction: dict[str, np.ndarray]
    least: float
    largest: float
    error: float

    def judge(self, gradient):
        """How far a gradient is from the slopes, and the size of its terms."""
        terms = np.concatenate([(gradient[name].astype(np.longdouble) * along).ravel() for name, along in self.direction.items()])
        return float(max(self.least - terms.sum(), terms.sum() - self.largest, 0)), float(np.abs(terms).sum())

    def kink(self, size):
        return self.largest - self.least > 4 * self.error + 1e-6 * max(abs(self.least), abs(self.largest), size)


def witnesses(problem):
    arrays = named(problem.inputs)
    with np.errstate(all="ignore"):
        for direction in lines(arrays):
            sides, error = slopes(problem.twin or problem.f, arrays, direction)
            yield Witness(direction, min(sides), max(sides), error)


@extended
@pytest.mark.parametrize("seed", SEEDS)
def test_right_gradients_are_right_and_wrong_ones_wrong(seed):
    for name, build in RIGHT.items():
        problem = build(np.random.default_rng(seed))
        found = list(witnesses(problem))
        precision = 1e-6 if "single precision" in name else 1e-9
        judged = [(one, *one.judge(named(problem.gradient))) for one in found]
        assert all(distance <= one.error + precision * size for one, distance, size in judged), name
        assert problem.kink == any(one.kink(size) for one, _, size in judged), name
        for mistake in [mistake for other, mistake in WRONG if other == name]:
            bad = named(wrong(name, mistake, np.random.default_rng(seed)).gradient)
            judged = [(one, *one.judge(bad)) for one in found]
            assert any(distance > one.error + 2e-8 * size for one, distance, size in judged), (name, mistake)


@extended
@pytest.mark.parametrize("name", SINGLE)
def test_gradients_in_single_precision_are_those_of_their_twins(name):
    """Of small batches, and before the gradient is rounded."""
    rng = np.random.default_rng(0)
    in_double = {"batch": 6, "handed_in": np.float64, "held": np.float64}
    problem = replace(SETTINGS[name], **in_double).build(rng) if name in SETTINGS else SINGLE[name](rng)
    found = list(witnesses(problem))
    judged = [(one, *one.judge(named(problem.gradient))) for one in found]
    assert all(distance <= one.error + 1e-9 * size for one, distance, size in judged)
    assert problem.kink == any(one.kink(size) for one, _, size in judged)
    for mistake, bad in problem.mistakes.items():
        assert any(distance > one.error + 1e-4 * size for one, distance, size in ((one, *one.judge(named(bad))) for one in found)), mistake


# what is measured on it


@pytest.mark.peers
def test_peers_are_given_the_same_gradients():
    """PyTorch's gradcheck with f and its gradient in numpy passes what is right and fails what is wrong, for plain functions."""
    for mode in ("full", "fast"):
        assert by_torch(mode)(RIGHT["tanh network"](np.random.default_rng(0)))
        assert not by_torch(mode)(wrong("tanh network", "sign", np.random.default_rng(0)))


def test_smallest_error_is_the_last_that_is_found():
    errors = (1e-2, 1e-4, 1e-7, 1e-9)
    assert smallest("exp", "full", errors=errors, seeds=3) == 1e-7
    assert smallest("exp", "full", errors=(1e-9,), seeds=2) == np.inf
    assert worst("full", ["exp", "sin"], errors=errors[:2], seeds=2) == 1e-4


SMALL_NETWORK = {"batch": 4, "sizes": (6, 5, 3)}


def test_the_network_has_the_gradient_that_it_gives():
    network = Network.draw(**SMALL_NETWORK)
    assert network.check().ok and gradcheck(network.loss, network.parameters, network.gradient()).ok
    assert sum(array.size for array in Network.draw(batch=1).parameters.values()) == 101_770


def test_one_wrong_entry_of_the_network_is_named():
    problem, index = one_wrong(3, 1e-3, **SMALL_NETWORK)
    assert named_by_fast_mode(problem, index) and not named_by_fast_mode(problem, (index[0] - 1, index[1]))


def test_rows_without_peers(monkeypatch):
    for module in (gradcheck_counts, gradcheck_rows):
        monkeypatch.setattr(module, "installed", lambda: [])
    monkeypatch.setattr(gradcheck_counts, "RIGHT", {"exp": RIGHT["exp"]})
    monkeypatch.setattr(gradcheck_counts, "WRONG", (("exp", "twice"),))
    rows = [(row.ours, row.against, row.target, row.met) for row in gradcheck_rows.count_rows(seeds=1)]
    assert rows[:2] == [("0", "CS231n's rule", 0, True)] * 2 and rows[2:] == [("0", "", 0, True)] * 2
    monkeypatch.setattr(gradcheck_rows, "SMOOTH", ("exp",))
    assert gradcheck_rows.smallest_row(seeds=1).met
    time, unnamed = gradcheck_rows.network_rows(rounds=1, trials=1, **SMALL_NETWORK)
    assert time.ours.endswith("s") and (unnamed.value, unnamed.met) == (0, True)
