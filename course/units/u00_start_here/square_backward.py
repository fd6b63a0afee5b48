"""`square_backward`: the gradient of the square."""

from collections.abc import Iterator

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units.kit import Rng, away_from_zero, mixed_scales, positive, signed


def square_backward(upstream, x):
    """Gradient dx = ∂ℓ/∂x for u = x², entry by entry.

    upstream is ∂ℓ/∂u; upstream, x and dx have one shape.
    """
    return upstream * 2 * x


def loss(upstream: Array, x: Array) -> complex:
    return (upstream * x * x).sum()


def cases(rng: Rng) -> Iterator[Case]:
    for name, shape in (("a few numbers", (int(rng.integers(3, 7)),)), ("a table of numbers", (3, 4))):
        yield Case(name, {"upstream": signed(rng, shape), "x": away_from_zero(rng, shape)})
    scaled = {"upstream": positive(rng, (6,)) * mixed_scales(6), "x": away_from_zero(rng, (6,))}
    yield Case("upstreams of very different sizes", scaled, entrywise=True)
    x = away_from_zero(rng, (6,)) * mixed_scales(6) ** 2  # of x², a central difference is exact but for rounding
    yield Case("numbers of very different sizes", {"upstream": positive(rng, (6,)) / mixed_scales(6), "x": x}, entrywise=True)


EXERCISE = Exercise(
    right=square_backward,
    criteria=(Criterion("dx", 1, "∂ℓ/∂x, shape of x"),),
    cases=cases,
    expected=gradient_of(loss, {"dx": "x"}),
    mistakes=(
        Mistake("the upstream is left out",
                "You have the slope of x². The rule multiplies it by what comes from above.",
                "upstream * 2 * x → 2 * x"),
        Mistake("the factor 2 is missing", "(x + h)² = x² + 2 x h + h²: what stands before h?", "* 2 * x → * x"),
        Mistake("the upstream is added, not multiplied",
                "If ℓ moves 5 times as far as u, and u 6 times as far as x, how far does ℓ move?",
                "upstream * 2 * x → upstream + 2 * x"),
        Mistake("the slope is taken to be 2 everywhere", "Is x² equally steep at x = 0 and at x = 3?", "* 2 * x → * 2"),
        Mistake("multiplied by x², not by its slope", "You have the value of the square. How fast does it grow?", "* 2 * x → * x * x"),
        Mistake("the slopes are added up",
                "Each entry of x moves its own square alone, so each has a gradient of its own.",
                "upstream * 2 * x → (upstream * 2 * x).sum()"),
    ),
)
