"""`square`: the square of every entry."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, away_from_zero


def square(x):
    """The square of every entry of x, an array of any shape."""
    return x * x


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("a few numbers", {"x": away_from_zero(rng, (int(rng.integers(3, 7)),))})
    yield Case("a table of numbers", {"x": away_from_zero(rng, (3, 4))})
    yield Case("one number", {"x": np.array(-rng.uniform(1.2, 2.5))})


EXERCISE = Exercise(
    right=square,
    criteria=(Criterion("x²", 1, "the square of every entry, shape of x"),),
    cases=cases,
    expected=value_of(lambda x: np.abs(x) ** 2, "x²"),
    mistakes=(
        Mistake("x is doubled", "x² at x = 3 is 9. What does yours give there?", "x * x → 2 * x"),
        Mistake("the power is written `^`",
                "In Python `^` works on bits and is no power. Powers are written with two stars.",
                "x * x → x ^ 2"),
        Mistake("the squares are added up",
                "A sum makes one number of an array. Here every entry is squared for itself.",
                "x * x → np.sum(x * x)"),
        Mistake("the matrix product `@` stands for the product entry by entry",
                "`x @ x` multiplies, and then adds up. Which sign multiplies entry by entry?",
                "x * x → x @ x"),
        Mistake("the sign of x is kept", "A square is never negative.", "x * x → x * np.abs(x)"),
        Mistake("the root is taken", "The square is asked for, which undoes the root.", "x * x → np.sqrt(np.abs(x))"),
    ),
)
