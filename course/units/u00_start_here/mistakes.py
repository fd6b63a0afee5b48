"""Unit 00, start here: the mistakes students make, as data."""

import numpy as np

from course.judging.exercise import Array, Mistake

SQUARE = (
    Mistake("x is doubled", "x² at x = 3 is 9. What does yours give there?", lambda x: 2 * x),
    Mistake(
        "the power is written `^`",
        "In Python `^` works on bits and is no power. Powers are written with two stars.",
        lambda x: x ^ 2,
    ),
    Mistake("x is raised to the third power", "How many factors has x²?", lambda x: x**3),
    Mistake(
        "the squares are added up",
        "`x @ x` and `.sum()` make one number of an array. Here every entry is squared for itself.",
        lambda x: np.sum(x * x),
    ),
    Mistake("the sign of x is kept", "A square is never negative.", lambda x: x * np.abs(x)),
    Mistake("the root is taken", "The square is asked for, which undoes the root.", lambda x: np.sqrt(np.abs(x))),
)


def slope_mistake(slope):
    """The upstream times a slope that is not the square's."""

    def square_backward(upstream: Array, x: Array) -> Array:
        return upstream * slope(x)

    return square_backward


SQUARE_BACKWARD = (
    Mistake(
        "the upstream is left out",
        "You have the slope of x². The rule multiplies it by what comes from above.",
        lambda upstream, x: 2 * x,
    ),
    Mistake("the factor 2 is missing", "(x + h)² = x² + 2 x h + h²: what stands before h?", slope_mistake(lambda x: x)),
    Mistake(
        "the slope is taken to be 2 everywhere",
        "Is x² equally steep at x = 0 and at x = 3?",
        slope_mistake(lambda x: 2 * np.ones_like(x)),
    ),
    Mistake(
        "multiplied by x², not by its slope", "You have the value of the square. How fast does it grow?", slope_mistake(lambda x: x * x)
    ),
    Mistake("the slope of x³ is used", "Which power do you differentiate?", slope_mistake(lambda x: 3 * x * x)),
    Mistake(
        "the slopes are added up",
        "Each entry of x moves its own square alone, so each has a gradient of its own.",
        lambda upstream, x: np.sum(upstream * 2 * x),
    ),
)
