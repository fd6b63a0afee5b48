"""`best_step`: the step of a central difference that leaves the smallest error."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng


def best_step(third_derivative, value, eps):
    """The step h > 0 at which |third_derivative| h²/6 + eps |value|/h is smallest: one number.

    third_derivative and value are numbers of either sign, neither of them 0.
    """
    return np.cbrt(3 * eps * abs(value) / abs(third_derivative))


def by_logarithms(third_derivative: float, value: float, eps: float) -> float:
    """Where |f'''| h/3, the slope of one error, is eps |f|/h², minus the slope of the other."""
    return np.exp((np.log(eps) + np.log(abs(value)) - np.log(abs(third_derivative) / 3)) / 3)


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(sign: float, other: float, eps: float) -> dict[str, float]:
        third = float(rng.uniform(0.5, 3))
        return {"third_derivative": sign * third, "value": other * third * float(rng.uniform(4, 20)), "eps": eps}

    double, half = float(np.finfo(float).eps), float(np.finfo(np.float16).eps)
    yield Case("float64's eps", inputs(1, 1, double), entrywise=True)
    yield Case("float16's eps", inputs(1, 1, half), entrywise=True)
    yield Case("a negative third derivative", inputs(-1, 1, double), entrywise=True)
    yield Case("a negative value", inputs(1, -1, double), entrywise=True)
    yield Case("both negative", inputs(-1, -1, half), entrywise=True)


EXERCISE = Exercise(
    right=best_step,
    criteria=(Criterion("h", 2, "the best step, one positive number"),),
    cases=cases,
    expected=value_of(by_logarithms, "h"),
    mistakes=(
        Mistake("the square root is taken, not the cube root",
                "Multiply dE/dh = 0 by h²: which power of h stands alone then?",
                "np.cbrt → np.sqrt"),
        Mistake("the factor 3 is missing", "Solve dE/dh = 0 once more, with every constant: |f'''| h/3 on one side.", "3 * eps → eps"),
        Mistake("the 3 has gone to the wrong side",
                "|f'''| h/3 is |f'''| h divided by 3. Multiply both sides by 3: where does it stand then?",
                ("3 * eps → eps", "abs(third_derivative) → (3 * abs(third_derivative))")),
        Mistake("the brackets around the power 1/3 are missing",
                "Python reads `a ** 1 / 3` as (a ** 1) / 3. What has to be in brackets?",
                ("np.cbrt( → (", "abs(third_derivative)) → abs(third_derivative)) ** 1 / 3")),
        Mistake("both errors are made equal, which is not where their sum is smallest",
                "That is near the best step. But where a sum is smallest, its *derivative* is zero.",
                "3 * eps → 6 * eps"),
        Mistake("the absolute values are missing",
                "A step is positive, whatever the signs of f and f'''. (In Python, a negative number ** (1/3) is even complex.)",
                "abs(value) / abs(third_derivative) → value / third_derivative"),
        Mistake("the fraction is upside down",
                "A function that bends more needs a smaller step. Does yours become smaller when f''' grows?",
                "abs(value) / abs(third_derivative) → abs(third_derivative) / abs(value)"),
        Mistake("the smallest error is returned, not the step that gives it",
                "You have put the best h into E. The step itself is asked for.",
                ("return np.cbrt → h = np.cbrt",
                 "abs(third_derivative)) → abs(third_derivative)); return abs(third_derivative) * h**2 / 6 + eps * abs(value) / h")),
        Mistake("the rule for one-sided differences is used",
                "Their truncation is |f''| h/2. The central difference has |f'''| h²/6.",
                "np.cbrt(3 * eps → 2 * np.sqrt(eps"),
        Mistake("only eps counts, and the function does not",
                "The cube root of eps is a rule of thumb for |f| = |f'''|. Where do value and third_derivative come in?",
                "3 * eps * abs(value) / abs(third_derivative) → eps"),
        Mistake("no root is taken", "You have h³. What is h?", "np.cbrt( → ("),
        Mistake("the 3 stands outside the root", "Take the root of the whole fraction, with the 3.", "np.cbrt(3 * eps → 3 * np.cbrt(eps"),
        Mistake("the value is left out", "A large f is rounded more coarsely: what does that do to the best step?", " * abs(value) → "),
        Mistake("the third derivative is left out", "A function that bends more needs a smaller step.", " / abs(third_derivative) → "),
        Mistake("only the value is without its absolute value", "A step is positive, whatever the sign of f.", "abs(value) → value"),
        Mistake("only the third derivative is without its absolute value",
                "A step is positive, whatever the sign of f'''.",
                "abs(third_derivative)) → third_derivative)"),
        Mistake("1/h is returned", "You have solved for 1/h. What is h?", "return np.cbrt → return 1 / np.cbrt"),
        Mistake("the fraction is upside down, and the 3 with it",
                "A function that bends more needs a smaller step. Does yours become smaller when f''' grows?",
                "3 * eps * abs(value) / abs(third_derivative) → eps * abs(third_derivative) / (3 * abs(value))"),
        Mistake("the derivative of h²/6 is taken for 2h/3, or that of 1/h for -1/(2h²)",
                "Differentiate each term once more: which constants stand before h and before 1/h²?",
                "3 * eps → 1.5 * eps"),
        Mistake("there is a 2 in place of the 3", "|f'''| h/3 is the slope of the first error: where does the 3 go?", "3 * eps → 2 * eps"),
        Mistake("the third derivative stays outside the root",
                "h³ is the whole fraction: take the root of all of it.",
                "abs(value) / abs(third_derivative)) → abs(value)) / abs(third_derivative)"),
        Mistake("the fourth root is taken, not the cube root",
                "Multiply dE/dh = 0 by h²: which power of h stands alone then?",
                "np.cbrt(3 * eps * abs(value) / abs(third_derivative)) → (3 * eps * abs(value) / abs(third_derivative)) ** 0.25"),
    ),
)
