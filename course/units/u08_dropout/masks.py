"""Unit 08, dropout: what must hold of a random mask, and what it tells where it does not.

An answer was asked three times: with a seed, with the same seed, with another. A right one fails a test of chance less than once
in 10^10 cases: shares are given 7 standard deviations.
"""

from collections.abc import Callable, Sequence
from math import erf, sqrt

import numpy as np

from course.judging.exercise import Array, Finding, Mistake
from course.units.u08_dropout import mistakes

BAND = 7.0  # standard deviations
SPREAD = (0.2, 3.0)  # bounds of a variance, as a multiple of the right one, from 80 sums or more
LOOSE = 1e-4  # relative; float32 passes

Because = Callable[[str, str], Finding]


def because_of(catalogue: Sequence[Mistake]) -> Because:
    """A maker of findings: a fact and the name of its cause, with the hint that the catalogue has for it."""
    hints = {mistake.name: mistake.hint for mistake in catalogue}
    return lambda fact, cause: Finding(fact, hints.get(cause, ""), cause if cause in hints else "")


def shape_finding(name: str, draws: Array, shape: tuple[int, ...]) -> Finding | None:
    """What is wrong with the shape of what was drawn, or with its being finite."""
    if draws.shape[1:] != shape:
        return Finding(f"`{name}` has shape {draws.shape[1:]}, and {shape} was asked for.", "Every entry has a random number of its own.")
    if not np.isfinite(draws).all():
        return Finding(f"`{name}` has {np.sum(~np.isfinite(draws[0]))} entries that are NaN or infinite.")
    return None


def mask_finding(draws: Array, shape: tuple[int, ...], keep_prob: float) -> Finding | None:
    """What is wrong with a mask of 0 and 1."""
    because = because_of(mistakes.DROPOUT_MASK)
    if finding := shape_finding("mask", draws, shape):
        return finding
    draws = draws.astype(float)
    if (off := (draws[0] != 0) & (draws[0] != 1)).any():
        fact = f"{off.sum()} of {off.size} entries are neither 0 nor 1; one of them is {draws[0][off][0]:.4g}."
        if np.allclose(draws[0][off], 1 / keep_prob, rtol=LOOSE):
            return because(fact, mistakes.SCALED)
        return because(fact, mistakes.NOT_COMPARED) if off.all() and draws.min() >= 0 and draws.max() < 1 else Finding(fact)
    return chance_finding(draws > 0, keep_prob, because)


def chance_finding(kept: Array, keep_prob: float, because: Because) -> Finding | None:
    """What is wrong with which nodes were kept: seeds first, then patterns, then shares. `kept` is (3, ...), true or false."""
    first, again, other = kept
    if (first != again).any():
        fact = f"two calls with the same seed differ, in {np.sum(first != again)} of {first.size} entries."
        return because(fact, mistakes.OTHER_GENERATOR)
    if keep_prob < 1:
        if len(np.unique(first)) == len(np.unique(other)) == 1:
            fate = "kept" if first.all() else "deleted"
            return because(f"all {first.size} nodes are {fate}, where P = {keep_prob:.4g}.", mistakes.ALL_OR_NONE)
        if (first == other).all():
            return because(f"two different seeds gave the same {first.size} decisions.", mistakes.FIXED_SEED)
        if finding := first.ndim == 2 and pattern_finding(first, because):
            return finding
    return share_finding(np.stack([first, other]), keep_prob, because)


def pattern_finding(kept: Array, because: Because) -> Finding | None:
    """Decisions that were not made for each node by itself. `kept` is (N, nodes), and not constant by chance."""
    counts = kept.sum(axis=1)
    if (kept == kept[:1]).all():
        return because(f"the {len(kept)} rows, one for each example, are all the same.", mistakes.ONE_MASK)
    if (kept == kept[:, :1]).all():
        return because("in each row, all entries are the same.", mistakes.WHOLE_EXAMPLES)
    if (counts == counts[0]).all():
        return because(f"each of the {len(kept)} rows keeps exactly {counts[0]} of {kept.shape[1]} nodes.", mistakes.EXACT_SHARE)
    return None


def share_finding(kept: Array, keep_prob: float, because: Because) -> Finding | None:
    """A share of kept nodes that is not P, or decisions that hang together. `kept` is (draws, ...)."""
    share, slip = float(kept.mean()), sqrt(0.25 / kept.size)
    if abs(share - keep_prob) > BAND * sqrt(keep_prob * (1 - keep_prob) / kept.size):
        fact = f"{share:.1%} of {kept.size} nodes are kept, where P = {keep_prob:.4g}."
        candidates = {
            mistakes.EXCHANGED: 1 - keep_prob,
            mistakes.HALF: 0.5,
            mistakes.NORMAL: (1 + erf(keep_prob / sqrt(2))) / 2,
        }
        nearest = min(candidates, key=lambda name: abs(candidates[name] - share))
        close = abs(candidates[nearest] - share) <= BAND * slip
        return because(fact, nearest) if close else Finding(fact, "Which of the numbers between 0 and 1 lie below P?")
    if kept.ndim == 3 and keep_prob < 1:
        for axis, what in ((2, "examples"), (1, "nodes")):
            sums = kept.sum(axis=axis).ravel()
            ratio = sums.var() / (kept.shape[axis] * keep_prob * (1 - keep_prob))
            if not SPREAD[0] < ratio < SPREAD[1]:
                fact = f"from one of the {what} to another, the number kept varies {ratio:.2g} times as much as independent decisions do."
                return Finding(fact, "Each node of each example is kept or deleted by itself.")
    return None


def inverted_finding(draws: Array, H: Array, keep_prob: float) -> Finding | None:
    """What is wrong with H after inverted dropout. H has no zeros."""
    because = because_of(mistakes.INVERTED_DROPOUT)
    if finding := shape_finding("H_dropped", draws, H.shape):
        return finding
    factors = draws.astype(float) / H
    kept = factors != 0
    if keep_prob < 1 and kept.all() and np.isclose(factors, 1, rtol=LOOSE).any():
        return because("no entry is 0, and some are as they were.", mistakes.LEFT_AS_THEY_ARE)
    return scale_finding(factors, kept, keep_prob, because) or chance_finding(kept, keep_prob, because)


def scale_finding(factors: Array, kept: Array, keep_prob: float, because: Because) -> Finding | None:
    """What is wrong with the factor of the nodes kept."""
    wrong = kept & ~np.isclose(factors, 1 / keep_prob, rtol=LOOSE)
    if not wrong.any():
        return None
    factor = float(factors[wrong][0])
    fact = f"a node that is kept is multiplied by {factor:.4g}, where P = {keep_prob:.4g}."
    shares = kept.reshape(3, -1).mean(axis=1)
    if all(np.allclose(one[alive], 1 / share, rtol=LOOSE) for one, alive, share in zip(factors, kept, shares, strict=True) if share):
        return because(fact, mistakes.BY_SHARE)
    if not np.allclose(factors[kept], factor, rtol=LOOSE):
        return Finding(f"{fact} Another one is multiplied by {factors[kept].max():.4g}.", "One factor is the same for all.")
    if np.isclose(factor * (1 - keep_prob), 1, rtol=LOOSE):
        dropped = abs(shares[0] - (1 - keep_prob)) < abs(shares[0] - keep_prob)
        return because(fact, mistakes.RATE_OF_DROPPING if dropped else mistakes.BY_ONE_MINUS_P)
    causes = {mistakes.NOT_SCALED: 1.0, mistakes.MULTIPLIED: keep_prob, mistakes.TWICE: 1 / keep_prob**2}
    cause = next((name for name, value in causes.items() if np.isclose(factor, value, rtol=LOOSE)), "")
    return because(fact, cause) if cause else Finding(fact, "E[H_dropped] = H: what does that say of the factor?")
