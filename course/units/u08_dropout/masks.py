"""Random masks: what must hold of one, what it tells where it does not, and the mistakes of drawing it.

An answer was asked three times: with a seed, with the same seed, with another. A right one fails a test of chance less than once
in 10^10 cases: shares are given 7 standard deviations.
"""

from math import erf, sqrt

import numpy as np

from course.judging.exercise import Array, Finding, Mistake
from course.units.kit import Rng

BAND = 7.0  # standard deviations
SPREAD = (0.2, 3.0)  # bounds of a variance, as a multiple of the right one, from 80 sums or more

EXCHANGED = "keep and drop are exchanged"
OTHER_GENERATOR = "the random numbers do not come from the `rng` that is given"
FIXED_SEED = "a generator of a fixed seed is made inside the function"
ONE_MASK = "one mask is drawn, and used for every example of the batch"
WHOLE_EXAMPLES = "one number is drawn for each example, so that its nodes live or die together"
EXACT_SHARE = "exactly the same number of nodes is kept in every example"
ALL_OR_NONE = "one random number decides for the whole array"
NORMAL = "normal random numbers are compared with P, and not uniform ones"
HALF = "every node is kept with probability one half, whatever P is"
CAUSES = (EXCHANGED, OTHER_GENERATOR, FIXED_SEED, ONE_MASK, WHOLE_EXAMPLES, EXACT_SHARE, ALL_OR_NONE, NORMAL, HALF)


def often(rng: Rng) -> float:
    """A probability to keep that can be told from its complement and from one half."""
    return round(float(rng.uniform(0.72, 0.85)), 3)


def seldom(rng: Rng) -> float:
    return round(float(rng.uniform(0.2, 0.28)), 3)


def drawing_mistakes(shape: str) -> tuple[Mistake, ...]:
    """The mistakes of drawing a mask, in an answer that has `rng.random(shape) < keep_prob`; their names are `CAUSES`."""
    draw = f"rng.random({shape})"
    return (
        Mistake(EXCHANGED,
                "With P = 0.9, is most of the layer alive or dead? Which of the random numbers between 0 and 1 lie below P?",
                "< keep_prob → > keep_prob"),
        Mistake(OTHER_GENERATOR,
                "The same seed has to give the same result, or nobody can repeat your experiment. Which generator were you given?",
                "rng.random → np.random.default_rng().random"),
        Mistake(FIXED_SEED,
                "A generator made anew from a fixed seed says the same thing at every call. Which generator were you given?",
                "rng.random → np.random.default_rng(0).random"),
        Mistake(ONE_MASK,
                "In training each example meets a thinned network of its own. How many random numbers does that take?",
                f"{draw} → np.broadcast_to(rng.random({shape}[-1]), {shape})"),
        Mistake(WHOLE_EXAMPLES,
                "Each node is kept or deleted by itself. How many independent decisions does a batch of N examples and h nodes take?",
                f"{draw} → np.broadcast_to(rng.random((*{shape}[:-1], 1)), {shape})"),
        Mistake(EXACT_SHARE,
                "Each node is kept by a decision of its own: can the number that is kept be known beforehand?",
                f"{draw} < keep_prob → {draw}.argsort(axis=-1) < round(keep_prob * {shape}[-1])"),
        Mistake(ALL_OR_NONE,
                "Each node is kept or deleted by itself. How many random numbers did you draw?",
                f"{draw} → np.full({shape}, rng.random())"),
        Mistake(NORMAL,
                "Which share of the numbers drawn falls below P? For which distribution is that share P itself?",
                f"{draw} → rng.normal(size={shape})"),
        Mistake(HALF,
                "A fair coin has P = 1/2. Where does `keep_prob` enter your function?",
                f"{draw} < keep_prob → rng.integers(0, 2, {shape})"),
    )


def shape_finding(name: str, draws: Array, shape: tuple[int, ...]) -> Finding | None:
    """What is wrong with the shape of what was drawn, or with its being finite."""
    if draws.shape[1:] != shape:
        return Finding(f"`{name}` has shape {draws.shape[1:]}, and {shape} was asked for.", "Every entry has a random number of its own.")
    if not np.isfinite(draws).all():
        return Finding(f"`{name}` has {np.sum(~np.isfinite(draws[0]))} entries that are NaN or infinite.")
    return None


def chance_finding(kept: Array, keep_prob: float) -> Finding | None:
    """What is wrong with which nodes were kept: seeds first, then patterns, then shares. `kept` is (3, ...), true or false."""
    first, again, other = kept
    if (first != again).any():
        fact = f"two calls with the same seed differ, in {np.sum(first != again)} of {first.size} entries."
        return Finding(fact, cause=OTHER_GENERATOR)
    if keep_prob < 1:
        if len(np.unique(first)) == len(np.unique(other)) == 1:
            fate = "kept" if first.all() else "deleted"
            return Finding(f"all {first.size} nodes are {fate}, where P = {keep_prob:.4g}.", cause=ALL_OR_NONE)
        if (first == other).all():
            return Finding(f"two different seeds gave the same {first.size} decisions.", cause=FIXED_SEED)
        if finding := pattern_finding(first) if first.ndim == 2 else None:
            return finding
    return share_finding(np.stack([first, other]), keep_prob)


def pattern_finding(kept: Array) -> Finding | None:
    """Decisions that were not made for each node by itself. `kept` is (N, nodes), and not constant by chance."""
    counts = kept.sum(axis=1)
    if (kept == kept[:1]).all():
        return Finding(f"the {len(kept)} rows, one for each example, are all the same.", cause=ONE_MASK)
    if (kept == kept[:, :1]).all():
        return Finding("in each row, all entries are the same.", cause=WHOLE_EXAMPLES)
    if (counts == counts[0]).all():
        return Finding(f"each of the {len(kept)} rows keeps exactly {counts[0]} of {kept.shape[1]} nodes.", cause=EXACT_SHARE)
    return None


def share_fact(kept: Array, keep_prob: float) -> str:
    """The share of nodes kept, where it is not P; "" where it is."""
    share = float(kept.mean())
    if abs(share - keep_prob) <= BAND * sqrt(keep_prob * (1 - keep_prob) / kept.size):
        return ""
    return f"{share:.1%} of {kept.size} nodes are kept, where P = {keep_prob:.4g}."


def share_finding(kept: Array, keep_prob: float) -> Finding | None:
    """A share of kept nodes that is not P, or decisions that hang together. `kept` is (draws, ...)."""
    if fact := share_fact(kept, keep_prob):
        shares = {EXCHANGED: 1 - keep_prob, HALF: 0.5, NORMAL: (1 + erf(keep_prob / sqrt(2))) / 2}
        off, nearest = min((abs(share - kept.mean()), name) for name, share in shares.items())
        known = off <= BAND * sqrt(0.25 / kept.size)
        return Finding(fact, cause=nearest) if known else Finding(fact, "Which of the numbers between 0 and 1 lie below P?")
    if kept.ndim == 3 and keep_prob < 1:
        for axis, what in ((2, "examples"), (1, "nodes")):
            ratio = kept.sum(axis=axis).var() / (kept.shape[axis] * keep_prob * (1 - keep_prob))
            if not SPREAD[0] < ratio < SPREAD[1]:
                fact = f"from one of the {what} to another, the number kept varies {ratio:.2g} times as much as independent decisions do."
                return Finding(fact, "Each node of each example is kept or deleted by itself.")
    return None
