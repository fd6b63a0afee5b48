"""`inverted_dropout`: dropout that leaves the test alone."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.judging.thresholds import LOOSE
from course.units.kit import Rng, away_from_zero, seed, single, sizes
from course.units.u08_dropout.masks import CAUSES, chance_finding, drawing_mistakes, often, seldom, shape_finding


def inverted_dropout(H, keep_prob, rng):
    """The layer H_dropped after inverted dropout, for training: its expectation over masks is H.

    H is (N, nodes), and so is the result. Each entry is kept with probability P = keep_prob, by itself, and scaled; the others
    are 0. The mask is drawn from rng, a NumPy generator; H is not changed.
    """
    mask = rng.random(H.shape) < keep_prob
    return H * mask / keep_prob


NOT_SCALED = "the nodes kept are not scaled up"
MULTIPLIED = "the nodes kept are multiplied by P"
BY_ONE_MINUS_P = "the nodes kept are divided by 1 - P"
TWICE = "the scaling by 1/P is done twice"
BY_SHARE = "the nodes kept are divided by the share that this draw happened to keep"
RATE_OF_DROPPING = "P is taken for the probability of dropping, throughout"
LEFT_AS_THEY_ARE = "the other nodes are left as they are, not deleted"
DOUBLED = "the nodes kept are doubled, whatever P is"
NOT_DRAWN = "everything is multiplied by P, and nothing is drawn"


def inverted_finding(draws: Array, H: Array, keep_prob: float) -> Finding | None:
    """What is wrong with H after inverted dropout. H has no zeros."""
    if finding := shape_finding("H_dropped", draws, H.shape):
        return finding
    factors = draws.astype(float) / H
    kept = factors != 0
    if keep_prob < 1 and kept.all() and np.isclose(factors, 1, rtol=LOOSE).any():
        return Finding("no entry is 0, and some are as they were.", cause=LEFT_AS_THEY_ARE)
    if keep_prob < 1 and np.allclose(factors, keep_prob, rtol=LOOSE):
        return Finding("no entry is 0, and every one is P times what it was.", cause=NOT_DRAWN)
    return scale_finding(factors, kept, keep_prob) or chance_finding(kept, keep_prob)


def scale_finding(factors: Array, kept: Array, keep_prob: float) -> Finding | None:
    """What is wrong with the factor of the nodes kept."""
    wrong = kept & ~np.isclose(factors, 1 / keep_prob, rtol=LOOSE)
    if not wrong.any():
        return None
    factor = float(factors[wrong][0])
    fact = f"a node that is kept is multiplied by {factor:.4g}, where P = {keep_prob:.4g}."
    if any(np.allclose(factors * kept.mean(axis=axes, keepdims=True), kept, rtol=LOOSE) for axes in ((1, 2), (1,), (2,))):
        return Finding(fact, cause=BY_SHARE)
    if not np.allclose(factors[kept], factor, rtol=LOOSE):
        return Finding(f"{fact} Another one is multiplied by {factors[kept].max():.4g}.", "One factor is the same for all.")
    if np.isclose(factor * (1 - keep_prob), 1, rtol=LOOSE):
        dropped = abs(kept.mean() - (1 - keep_prob)) < abs(kept.mean() - keep_prob)
        return Finding(fact, cause=RATE_OF_DROPPING if dropped else BY_ONE_MINUS_P)
    causes = {NOT_SCALED: 1.0, MULTIPLIED: keep_prob, TWICE: 1 / keep_prob**2, DOUBLED: 2.0}
    cause = next((name for name, value in causes.items() if np.isclose(factor, value, rtol=LOOSE)), "")
    return Finding(fact, "E[H_dropped] = H: what does that say of the factor?", cause)


def expected(case: Case) -> dict[str, Property]:
    H, keep_prob = case.inputs["H"], case.inputs["keep_prob"]
    return {"H_dropped": Property(lambda draws: inverted_finding(draws, H, keep_prob), by_chance=True)}


def cases(rng: Rng) -> Iterator[Case]:
    def of(keep_prob: float, *shape: int) -> dict:
        return {"H": away_from_zero(rng, shape), "keep_prob": keep_prob, "rng": seed(rng)}

    for name, keep_prob in (("P below one half", seldom(rng)), ("P above one half", often(rng))):
        yield Case(name, of(keep_prob, *sizes(rng, 2, 44, 56)))
    yield Case("nothing is deleted, P = 1", of(1.0, 57, 58))  # the largest: what divides by 1 - P says more elsewhere
    yield Case("float32 inputs", single(of(often(rng), 40, 45)))


EXERCISE = Exercise(
    right=inverted_dropout,
    criteria=(Criterion("H_dropped", 2, "the layer after inverted dropout, shape of H"),),
    cases=cases,
    expected=expected,
    probe="drawn",
    causes=(*CAUSES, NOT_SCALED, MULTIPLIED, BY_ONE_MINUS_P, TWICE, BY_SHARE, RATE_OF_DROPPING, LEFT_AS_THEY_ARE, DOUBLED, NOT_DRAWN),
    mistakes=(
        Mistake(NOT_SCALED,
                "That is the notes' form, which scales at test time. Inverted dropout does not: where does it make up for the nodes "
                "that are missing?",
                "mask / keep_prob → mask"),
        Mistake(MULTIPLIED,
                "Of ten nodes, P · 10 are left. To make the sum as large as before, must each of them grow or shrink?",
                "mask / keep_prob → mask * keep_prob"),
        Mistake(BY_ONE_MINUS_P,
                "If P = 0.9 a tenth is missing. By which factor do the others have to grow to make up for it?",
                "mask / keep_prob → mask / (1 - keep_prob)"),
        Mistake(TWICE, "Is your mask divided already when you divide again?", "mask / keep_prob → mask / keep_prob / keep_prob"),
        Mistake(BY_SHARE, "The factor is a constant: it may depend on P, and not on what was drawn.", "/ keep_prob → / mask.mean()"),
        Mistake(RATE_OF_DROPPING,
                "`keep_prob` is the probability to *stay*. (Some libraries ask for the other one.) What must come out for P = 1?",
                ("< keep_prob → < 1 - keep_prob", "/ keep_prob → / (1 - keep_prob)")),
        Mistake(LEFT_AS_THEY_ARE,
                "What does a deleted node send to the next layer?",
                "H * mask / keep_prob → np.where(mask, H / keep_prob, H)"),
        Mistake(DOUBLED, "To double makes up for one half that is missing. Which share is missing here?", "mask / keep_prob → mask * 2"),
        Mistake(NOT_DRAWN,
                "That is what the notes do at test time. In training some nodes are deleted: which?",
                "H * mask / keep_prob → H * keep_prob"),
        *drawing_mistakes("H.shape"),
    ),
)
