"""`relu_backward`: the gradient of ReLU."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import gradient_of
from course.units import forward
from course.units.kit import Rng, mixed_scales, positive, signed, single, sizes


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

    for name in ("a small batch", "another batch"):
        yield Case(name, of(signed(rng, tuple(sizes(rng, 2)))), batch="Z")
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
                "Where Z is negative the output is 0 whatever Z is: what is the derivative there?",
                "upstream * (Z > 0) → upstream.copy()"),
        Mistake("ReLU is applied to the upstream",
                "What decides whether a gradient passes: the sign of the upstream, or the sign of Z?",
                "upstream * (Z > 0) → np.maximum(upstream, 0)"),
        Mistake("multiplied by ReLU(Z), not by its derivative",
                "The slope of max(0, z) for z > 0 does not depend on z.",
                "(Z > 0) → np.maximum(Z, 0)"),
        Mistake("the mask is turned round", "For which sign of Z does ReLU let the input through?", "Z > 0 → Z < 0"),
    ),
)
