"""`softplus_backward`: the gradient of softplus, log(1 + exp(x))."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units.kit import Rng, away_from_zero, mixed_scales, positive, signed


# The right answer. Students get its name, its parameters and its docstring, and write what is below. The file bears its name.
def softplus_backward(upstream, x):
    """Gradient dx = ∂ℓ/∂x of y = log(1 + exp(x)), entry by entry.

    upstream is ∂ℓ/∂y; upstream, x and dx have one shape.
    """
    return upstream / (1 + np.exp(-x))


# The forward pass, down to one number. It alone decides what is right: its derivative is taken by the complex step, exact to the last
# digits, and the right answer has to agree like any other. Where it takes abs, max, a sort or a comparison, no complex number passes:
# write `measured_gradient_of` for `gradient_of` below, and finite differences with error bars decide. An answer that is no gradient
# has `value_of(formula, "name")` from course.judging.witness, with a formula of the same parameters.
def loss(upstream: Array, x: Array) -> complex:
    return (upstream * np.log(1 + np.exp(x))).sum()


# The questions, drawn afresh for every student, the simplest first: the inputs by the names of the parameters. Draw shapes that differ,
# so that no axis is taken for another. The last case mixes scales, goes far out, and holds every entry to its own size: there finite
# differences of *this* function, handed in for a formula, are lost. Whether they are with yours, you see when you hand some in. (With
# `measured_gradient_of`, draw inputs just beside a corner instead, without `entrywise`.)
def cases(rng: Rng) -> Iterator[Case]:
    yield Case("a few numbers", {"upstream": signed(rng, (5,)), "x": away_from_zero(rng, (5,))})
    yield Case("a table of numbers", {"upstream": signed(rng, (3, 4)), "x": away_from_zero(rng, (3, 4))})
    far = {"upstream": positive(rng, (6,)) * mixed_scales(6), "x": rng.uniform(-35, -25, (6,))}
    yield Case("far on the left, with upstreams of very different sizes", far, entrywise=True)


EXERCISE = Exercise(
    right=softplus_backward,
    # One for each array that is returned, in their order: its name, its points, and what ends the sentence "`dx` is ...".
    criteria=(Criterion("dx", 2, "∂ℓ/∂x, shape of x"),),
    cases=cases,
    expected=gradient_of(loss, {"dx": "x"}),  # which criterion differentiates by which input
    # What students get wrong: a name, which ends the sentence "It is what comes out when ...", a hint that gives nothing away, and an
    # edit of the right answer, whose left side occurs in it exactly once. Add those that your own students make.
    mistakes=(
        Mistake("the upstream is left out",
                "You have the slope ∂y/∂x. The rule multiplies it by what comes from above.",
                "upstream / → 1 / "),
        Mistake("the sign of the exponent is lost",
                "Softplus is flat on the far left and rises by one to one on the far right. What does your slope do there?",
                "np.exp(-x) → np.exp(x)"),
    ),
)
