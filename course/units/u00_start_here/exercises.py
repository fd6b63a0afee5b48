"""Unit 00, start here: the exercises. Small ones, to learn the tools on."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise
from course.judging.witness import gradient_of, value_of
from course.units.u00_start_here import answers, mistakes

Rng = np.random.Generator


def square(x: Array) -> Array:
    return x * x


def mixed(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries of both signs, between 1.2 and 2.5 in magnitude: clear of 0 and 1, where many powers agree."""
    return rng.uniform(1.2, 2.5, shape) * np.where(np.arange(np.prod(shape)).reshape(shape) % 2, -1, 1)


def square_cases(rng: Rng) -> Iterator[Case]:
    yield Case("a few numbers", {"x": mixed(rng, (int(rng.integers(3, 7)),))})
    yield Case("a table of numbers", {"x": mixed(rng, (3, 4))})
    yield Case("one number", {"x": np.array(-float(rng.uniform(1.2, 2.5)))})


SQUARE = Exercise(
    right=answers.square,
    criteria=(Criterion("x²", 1, "the square of every entry, shape of x"),),
    cases=square_cases,
    expected=value_of(square, "x²"),
    mistakes=mistakes.SQUARE,
)


def square_backward_cases(rng: Rng) -> Iterator[Case]:
    for name, shape in (("a few numbers", (int(rng.integers(3, 7)),)), ("a table of numbers", (3, 4))):
        yield Case(name, {"upstream": rng.normal(size=shape), "x": mixed(rng, shape)})
    scales = np.logspace(-9, 9, 6)
    yield Case("numbers of very different sizes", {"upstream": rng.uniform(0.5, 1.5, 6) * scales, "x": mixed(rng, (6,))}, entrywise=True)


SQUARE_BACKWARD = Exercise(
    right=answers.square_backward,
    criteria=(Criterion("dx", 1, "∂ℓ/∂x, shape of x"),),
    cases=square_backward_cases,
    expected=gradient_of(lambda upstream, x: (upstream * square(x)).sum(), {"dx": "x"}),
    mistakes=mistakes.SQUARE_BACKWARD,
)


EXERCISES = (SQUARE, SQUARE_BACKWARD)
