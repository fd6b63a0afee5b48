"""`error_slope`: how the error of a central difference changes with its step."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units.kit import Rng
from course.units.u02_gradient_descent.best_step import best_step


def error_slope(h, third_derivative, value, eps):
    """dE/dh of E(h) = |third_derivative| h²/6 + eps |value|/h, for each step in the array h: an array of h's shape."""
    return abs(third_derivative) * h / 3 - eps * abs(value) / h**2


def total_error(h: Array, third_derivative: float, value: float, eps: float) -> complex:
    return (abs(third_derivative) * h**2 / 6 + eps * abs(value) / h).sum()


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(third: float, value: float, eps: float) -> dict:
        h = best_step(third, value, eps) * rng.permutation(np.concatenate([rng.uniform(0.4, 0.7, 2), rng.uniform(1.5, 3, 3)]))
        return {"h": h, "third_derivative": third, "value": value, "eps": eps}

    third, value, eps = (float(rng.uniform(*bounds)) for bounds in ((0.5, 2), (3, 9), (1e-3, 5e-3)))
    yield Case("a coarse arithmetic", inputs(third, value, eps))
    yield Case("a negative third derivative", inputs(-third * 1.3, value, eps))
    yield Case("a negative value", inputs(third, -value * 1.2, eps))
    beside = best_step(third, value, eps) * (1 + rng.choice([-1.0, 1.0], 8) * rng.uniform(3e-5, 1e-4, 8))  # the two terms nearly cancel
    yield Case("close to the best step", {**inputs(third, value, eps), "h": beside}, entrywise=True)
    yield Case("float64's eps", inputs(third * 1.5, value, float(np.finfo(float).eps)), entrywise=True)
    yield Case("float32's eps", inputs(third, value * 20, float(np.finfo(np.float32).eps)), entrywise=True)


EXERCISE = Exercise(
    right=error_slope,
    criteria=(Criterion("slope", 1, "dE/dh at each step, shape of h"),),
    cases=cases,
    expected=gradient_of(total_error, {"slope": "h"}),
    mistakes=(
        Mistake("the error itself is returned, not its derivative",
                "You have E(h). Differentiate each of its two terms with respect to h.",
                ("h / 3 - eps → h**2 / 6 + eps", "/ h**2 → / h")),
        Mistake("the rounding error is taken to grow with h",
                "eps |f|/h becomes smaller when h grows. Which sign has its derivative?",
                "- eps → + eps"),
        Mistake("the derivative of h² is taken for h", "The derivative of h² has a factor 2. What becomes of 1/6?", "h / 3 → h / 6"),
        Mistake("the derivative of 1/h is taken for -1/h",
                "1/h is h to the power -1: what does differentiating do to a power?",
                "h**2 → h"),
        Mistake("the absolute values are missing",
                "Errors do not cancel because a derivative happens to be negative: E has |f'''| and |f| in it.",
                ("abs(third_derivative) → third_derivative", "abs(value) → value")),
        Mistake("the rounding error is left out", "E has two terms, and both depend on h.", " - eps * abs(value) / h**2 → "),
        Mistake("eps is left out",
                "The rounding error is a small share of |f|. Which number says how small?",
                "eps * abs(value) → abs(value)"),
    ),
)
