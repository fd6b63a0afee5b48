"""`sigmoid`: σ(z), to all its digits for every z."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units import forward
from course.units.kit import Rng, away_from_zero, single, sizes


def sigmoid(z):
    """σ(z) = 1 / (1 + exp(-z)), entry by entry, without overflow.

    z is an array of any shape; the result has the same shape. Every entry is a number between 0 and 1, for z = ±1000 too, and right to
    eight of its own digits even where it is tiny, as σ(-715) is.
    """
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)


def expected(case: Case) -> dict[str, Expected]:
    """The same value for whichever criterion the case is about."""
    return {name: Expected(forward.sigmoid(case.inputs["z"].astype(float))) for name in case.criteria}


def cases(rng: Rng) -> Iterator[Case]:
    everywhere, far = ("everywhere",), ("far out",)
    yield Case("a vector", {"z": 2 * away_from_zero(rng, tuple(sizes(rng, 1, least=3)))}, criteria=everywhere)
    yield Case("a batch", {"z": 2 * away_from_zero(rng, tuple(sizes(rng, 2)))}, criteria=everywhere)
    z = away_from_zero(rng, (3, 4))
    z[:, 0], z[0] = rng.choice([-1000.0, 1000.0], 3), rng.permutation([-1000.0, 1000.0, 0.0, 3.0])
    yield Case("z = ±1000 among them", {"z": z}, criteria=everywhere)
    yield Case("float32 inputs", single({"z": away_from_zero(rng, (4, 3))}), criteria=everywhere)
    yield Case("z from -60 to -40", {"z": rng.uniform(-60, -40, 6)}, entrywise=True, criteria=far)
    yield Case("z from -717 to -711", {"z": rng.uniform(-717, -711, 5)}, entrywise=True, criteria=far)


VALUE = "np.where(z >= 0, 1.0, e) / (1 + e)"

EXERCISE = Exercise(
    right=sigmoid,
    criteria=(
        Criterion("everywhere", 1, "σ(z), of the shape of z"),
        Criterion("far out", 1, "σ(z) for very negative z, where it is tiny"),
    ),
    cases=cases,
    expected=expected,
    returns=1,
    mistakes=(
        Mistake("e^z overflows, and ∞/∞ is nan",
                "np.exp overflows for large positive arguments only. Which of the two formulas has a negative one for z = 1000?",
                f"{VALUE} → np.exp(z) / (1 + np.exp(z))"),
        Mistake("e^(-z) overflows for very negative z",
                "np.exp(720) is infinite, and 1/∞ is 0, though σ(-720) is not. Which formula never has a large positive exponent there?",
                f"{VALUE} → 1 / (1 + np.exp(-z))"),
        Mistake("nearly equal numbers are subtracted (as in 1 - 1/(1 + e), or 1 plus a tanh of nearly -1), and the digits cancel",
                "For z = -50, both are rounded to the same number, and your result to 0. Is there a formula without a subtraction?",
                f"{VALUE} → (1 + np.tanh(z / 2)) / 2"),
        Mistake("z is clipped at ±500",
                "Clipping hides the overflow and changes the value: σ(-715) is then σ(-500). Choose the formula by the sign of z instead.",
                f"{VALUE} → 1 / (1 + np.exp(-np.clip(z, -500, 500)))"),
        Mistake("the sign in the exponent is turned round", "σ grows with z. Does your formula?", "z >= 0 → z < 0"),
        Mistake("the brackets around 1 + e^(-z) are missing", "In Python, what is divided in 1 / 1 + a?", f"{VALUE} → 1 / 1 + np.exp(-z)"),
        Mistake("Python's `if` is asked about a whole array",
                "`if z >= 0` wants one yes or no, and an array gives many. What chooses entry by entry?",
                f"{VALUE} → 1 / (1 + e) if z >= 0 else e / (1 + e)"),
        Mistake("|z| stands for z on both sides of 0",
                "σ(-z) is 1 - σ(z), so the two sides differ. What does the numerator have to be for z < 0?",
                "np.where(z >= 0, 1.0, e) → 1.0"),
        Mistake("the slope σ(z) (1 - σ(z)) is returned", "The value is asked for, not the derivative.", f"{VALUE} → e / (1 + e) ** 2"),
        Mistake("tanh is taken in place of the sigmoid",
                "The sigmoid lies between 0 and 1, and is one half at 0.",
                f"{VALUE} → np.tanh(z)"),
    ),
)
