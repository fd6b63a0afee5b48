"""Random masks: what must hold of one, what it tells where it does not, and the mistakes of drawing it.

An answer was asked several times: twice with one seed, and with others. A right one fails a test of chance less than once in 10^10
cases: shares are given 7 standard deviations.
"""

from math import erf, sqrt

import numpy as np

from course.judging.exercise import Array, Finding, Mistake
from course.units.kit import Rng

BAND = 7.0  # standard deviations
CLOSER = 4.0  # for naming a share that is not P
FEWEST = 7  # draws of which a right answer keeps the same number never
SPREAD = (0.2, 3.0)  # bounds of a variance, as a multiple of the right one, from 80 sums or more

EXCHANGED = "keep and drop are exchanged"
OTHER_GENERATOR = "the random numbers do not come from the `rng` that is given"
FIXED_SEED = "the same decisions are made at every call, whatever `rng` is"
ONE_MASK = "one mask is drawn, and used for every example of the batch"
WHOLE_EXAMPLES = "one number is drawn for each example, so that its nodes are kept or deleted together"
EXACT_SHARE = "the number of nodes that are kept is fixed beforehand"
ALL_OR_NONE = "the whole array is kept or deleted at once"
NORMAL = "normal random numbers are compared with P, and not uniform ones"
HALF = "every node is kept with probability one half, whatever P is"
TWICE_DRAWN = "a node is kept only if two random numbers say so"
CAUSES = (EXCHANGED, OTHER_GENERATOR, FIXED_SEED, ONE_MASK, WHOLE_EXAMPLES, EXACT_SHARE, ALL_OR_NONE, NORMAL, HALF, TWICE_DRAWN)


def often(rng: Rng) -> float:
    """A probability to keep that can be told from its complement and from one half."""
    return round(float(rng.uniform(0.72, 0.85)), 3)


def seldom(rng: Rng) -> float:
    """A small one, whose complement, root and square are no share that another mistake gives, nor a number that is often written."""
    return round(float(rng.uniform(0.212, 0.222)), 3)


def drawing_mistakes(shape: str) -> tuple[Mistake, ...]:
    """The mistakes of drawing a mask, in an answer that has `rng.random(shape) < keep_prob`; their names are `CAUSES`."""
    draw = f"rng.random({shape})"
    return (
        Mistake(EXCHANGED,
                "With P = 0.9, are most of the nodes kept or deleted? Which of the random numbers between 0 and 1 lie below P?",
                "< keep_prob → > keep_prob"),
        Mistake(OTHER_GENERATOR,
                "The same seed has to give the same result, or nobody can repeat your experiment. Which generator were you given?",
                "rng.random → np.random.default_rng().random"),
        Mistake(FIXED_SEED,
                "A generator made from a fixed seed says the same thing at every call. Which generator were you given?",
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
        Mistake(TWICE_DRAWN,
                "Two decisions, each with probability P: how probable is it that both say keep? Is a mask drawn or multiplied in twice?",
                f"{draw} < keep_prob → ({draw} < keep_prob) & ({draw} < keep_prob)"),
    )


def shape_finding(name: str, draws: Array, shape: tuple[int, ...]) -> Finding | None:
    """What is wrong with the shape of what was drawn, or with its being finite."""
    if draws.shape[1:] != shape or len(draws) < 3:
        return Finding(f"`{name}` has shape {draws.shape[1:]}, and {shape} was asked for.", "Every entry has a random number of its own.")
    if not np.isfinite(draws).all():
        return Finding(f"`{name}` has {np.sum(~np.isfinite(draws[0]))} entries that are NaN or infinite.")
    return None


def seed_finding(first: Array, again: Array) -> Finding | None:
    """Decisions that the seed does not settle."""
    if (first == again).all():
        return None
    fact = f"two calls with the same seed differ, in {np.sum(first != again)} of {first.size} entries."
    return Finding(fact, cause=OTHER_GENERATOR)


def chance_finding(kept: Array, keep_prob: float) -> Finding | None:
    """What is wrong with which nodes were kept: seeds first, then patterns, then shares. `kept` is (draws, ...), true or false."""
    first, again, *others = kept
    if finding := seed_finding(first, again):
        return finding
    draws = np.stack([first, *others])
    if keep_prob < 1:
        if all(len(np.unique(draw)) == 1 for draw in draws):
            fate = "kept" if first.all() else "deleted"
            return Finding(f"all {first.size} nodes are {fate}, where P = {keep_prob:.4g}.", cause=ALL_OR_NONE)
        if any((first == other).all() for other in others):
            return Finding(f"two different seeds gave the same {first.size} decisions.", cause=FIXED_SEED)
        if finding := pattern_finding(draws):
            return finding
    return share_finding(draws, keep_prob)


def pattern_finding(draws: Array) -> Finding | None:
    """Decisions that were not made for each node by itself. `draws` is (draws, N, nodes) or (draws, nodes)."""
    kept = draws[0]
    if kept.ndim == 2:
        if (kept == kept[:1]).all():
            return Finding(f"the {len(kept)} rows, one for each example, are all the same.", cause=ONE_MASK)
        if (kept == kept[:, :1]).all():
            return Finding("in each row, all entries are the same.", cause=WHOLE_EXAMPLES)
        for what, counts in (("row", kept.sum(axis=1)), ("column", kept.sum(axis=0))):
            if (counts == counts[0]).all():
                fact = f"each of the {counts.size} {what}s keeps exactly {counts[0]} of its {kept.size // counts.size} entries."
                return Finding(fact, cause=EXACT_SHARE)
    totals = draws.reshape(len(draws), -1).sum(axis=1)
    if len(totals) >= FEWEST and (totals == totals[0]).all():
        return Finding(f"with each of {len(totals)} seeds exactly {totals[0]} of {kept.size} nodes are kept.", cause=EXACT_SHARE)
    return None


def share_fact(kept: Array, keep_prob: float, band: float = BAND) -> str:
    """The share of nodes kept, where it is not P; "" where it is."""
    share = float(kept.mean())
    if abs(share - keep_prob) <= band * sqrt(keep_prob * (1 - keep_prob) / kept.size):
        return ""
    return f"{share:.1%} of {kept.size} nodes are kept, where P = {keep_prob:.4g}."


def share_finding(kept: Array, keep_prob: float) -> Finding | None:
    """A share of kept nodes that is not P, or decisions that hang together. `kept` is (draws, ...)."""
    if fact := share_fact(kept, keep_prob):
        shares = {EXCHANGED: 1 - keep_prob, HALF: 0.5, TWICE_DRAWN: keep_prob**2, NORMAL: (1 + erf(keep_prob / sqrt(2))) / 2}
        cause = next((name for name, share in shares.items() if not share_fact(kept, share, CLOSER)), "")
        return Finding(fact, "Which of the numbers between 0 and 1 lie below P?", cause)
    if kept.ndim == 3 and keep_prob < 1:
        for axis, what in ((2, "examples"), (1, "nodes")):
            ratio = kept.sum(axis=axis).var() / (kept.shape[axis] * keep_prob * (1 - keep_prob))
            if not SPREAD[0] < ratio < SPREAD[1]:
                fact = f"from one of the {what} to another, the number kept varies {ratio:.2g} times as much as independent decisions do."
                return Finding(fact, "Each node of each example is kept or deleted by itself.")
    return None
