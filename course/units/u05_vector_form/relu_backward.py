"""`relu_backward`: the gradient of ReLU."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import gradient_of
from course.units import forward
from course.units.kit import Rng, away_from_zero, mixed_scales, positive, signed, single, sizes


def relu_backward(upstream, Z):
    """Gradient dZ of ReLU, H = max(0, Z), entry by entry.

    upstream is ∂ℓ/∂H; upstream, Z and dZ have one shape. Where Z is 0, take the slope as 0.
    """
    return upstream * (Z > 0)


def loss(upstream: Array, Z: Array) -> complex:
    return (upstream * forward.relu(Z)).sum()


def expected(case: Case) -> dict[str, Expected]:
    """Away from zero, the derivative; at zero, any value between the slopes on its two sides (a subgradient)."""
    by_step = gradient_of(loss, {"dZ": "Z"})(case)["dZ"].value
    half = np.where(case.inputs["Z"] == 0, case.inputs["upstream"] / 2, 0.0)
    return {"dZ": Expected(by_step + half, np.abs(half), derivative=True)}


def cases(rng: Rng) -> Iterator[Case]:
    def of(Z: Array) -> dict:
        return {"upstream": signed(rng, Z.shape), "Z": Z}

    yield Case("one example", of(away_from_zero(rng, (1, 4)) * [1, -1, 1, -1]), batch="Z")
    for name in ("a small batch", "another batch"):
        yield Case(name, of(signed(rng, tuple(sizes(rng, 2, least=3)))), batch="Z")
    Z = signed(rng, (4, 5)).round(1)
    Z[rng.integers(4), rng.integers(5)] = 0.0
    yield Case("a zero among the inputs", of(Z), batch="Z")
    tiny = rng.choice([-1.0, 1.0], (4, 3)) * 10.0 ** rng.uniform(-14, -9, (4, 3))
    yield Case("just beside the kink", of(tiny), entrywise=True, batch="Z")
    wide = rng.choice([-1.0, 1.0], (3, 5)) * 1e12
    yield Case("large inputs", {"upstream": positive(rng, wide.shape) * mixed_scales(5), "Z": wide}, entrywise=True, batch="Z")
    yield Case("float32 inputs", single(of(signed(rng, (4, 3)))), batch="Z")


EXERCISE = Exercise(
    right=relu_backward,
    criteria=(Criterion("dZ", 1, "∂ℓ/∂Z, shape of Z"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the upstream is left out",
                "You have the slope ∂H/∂Z. The rule multiplies it by what comes from above.",
                "upstream * (Z > 0) → (Z > 0).astype(float)"),
        Mistake("the upstream is passed on unchanged",
                "Where Z is negative, the output stays 0 when Z moves a little: what is the slope there?",
                "upstream * (Z > 0) → upstream.copy()"),
        Mistake("ReLU is applied to the upstream",
                "What decides whether a gradient passes: the sign of the upstream, or the sign of Z?",
                "upstream * (Z > 0) → np.maximum(upstream, 0)"),
        Mistake("the upstream is multiplied by ReLU(Z), not by its slope",
                "The slope of max(0, z) for z > 0 does not depend on z.",
                "(Z > 0) → np.maximum(Z, 0)"),
        Mistake("the mask is turned round", "For which sign of Z does ReLU let the input through?", "Z > 0 → Z < 0"),
        Mistake("upstream and Z have changed places",
                "Which of the two was on the way forward, and decides? In which order does the function take them?",
                "upstream * (Z > 0) → Z * (upstream > 0)"),
        Mistake("the upstream is multiplied by Z itself, whatever its sign",
                "The slope of max(0, z) is 0 or 1: it tells the sides apart, and does not depend on how large z is.",
                "(Z > 0) → Z"),
        Mistake("where Z is negative, the upstream comes back with its sign turned",
                "Where Z is negative, nothing passes. What is multiplied by -1 there should be multiplied by what?",
                "(Z > 0) → np.sign(Z)"),
        Mistake("a negative upstream is cut off as well",
                "A gradient may be negative. ReLU acts on Z alone.",
                "upstream * (Z > 0) → np.maximum(upstream, 0) * (Z > 0)"),
        Mistake("the slope of leaky ReLU is used",
                "This ReLU is 0 where Z is negative, and so is its slope.",
                "(Z > 0) → np.where(Z > 0, 1, 0.01)"),
        Mistake("the slope of the sigmoid is used",
                "H = max(0, Z) here. Which slope belongs to it?",
                "(Z > 0) → forward.sigmoid(Z) * (1 - forward.sigmoid(Z))"),
        Mistake("nothing passes below Z = 1", "ReLU has its kink at 0. With what is Z compared?", "Z > 0 → Z > 1"),
        Mistake("only the entries that pass are returned, in one row",
                "dZ has the shape of Z, and is 0 where nothing passes.",
                "upstream * (Z > 0) → upstream[Z > 0]"),
        Mistake("the result is summed over the batch",
                "dZ has the shape of Z: every example has a gradient of its own.",
                "upstream * (Z > 0) → (upstream * (Z > 0)).sum(axis=0)"),
        Mistake("the entries are cut to whole numbers",
                "An array made of integers keeps integers: see `dtype`.",
                "upstream * (Z > 0) → np.trunc(upstream * (Z > 0))"),
        Mistake("H is returned, the forward pass, and not a gradient",
                "By how much does H change when Z moves, and what is that multiplied by?",
                "upstream * (Z > 0) → np.maximum(Z, 0)"),
    ),
)
