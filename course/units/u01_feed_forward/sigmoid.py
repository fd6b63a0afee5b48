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
    yield Case("z from -60 to -52", {"z": rng.uniform(-60, -52, 6)}, entrywise=True, criteria=far)
    yield Case("z from -717 to -711", {"z": rng.uniform(-717, -711, 5)}, entrywise=True, criteria=far)


VALUE = "np.where(z >= 0, 1.0, e) / (1 + e)"
CLIPPED = "Clipping hides the overflow and changes the value: σ(-715) is then σ(-{}). Choose the formula by the sign of z instead."
BOUNDS = (20, 30, 50, 88, 100, 250, 500, 600, 700, 709)
EPSILONS = ("1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12", "1e-15", "1e-16")

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
        Mistake("0 comes out for very negative z, as it does where e^(-z) overflows",
                "np.exp(720) is infinite, and 1/∞ is 0, though σ(-720) is not. Which formula never has a large positive exponent there?",
                f"{VALUE} → 1 / (1 + np.exp(-z))"),
        Mistake("nearly equal numbers are subtracted (as in 1 - 1/(1 + e), or 1 plus a tanh of nearly -1), and the digits cancel",
                "For z = -50, both are rounded to the same number, and your result to 0. Is there a formula without a subtraction?",
                f"{VALUE} → (1 + np.tanh(z / 2)) / 2"),
        Mistake("σ(-z) is returned: a sign in the exponent, or the choice between two formulas, is turned round",
                "σ grows with z. Does your formula?",
                "z >= 0 → z < 0"),
        Mistake("1 + e^(-z) is returned, as 1 / 1 + e^(-z) without brackets is",
                "In Python, what is divided in 1 / 1 + a?",
                f"{VALUE} → 1 / 1 + np.exp(-z)"),
        Mistake("Python's `if` asks a whole array for one yes or no",
                "`if z >= 0` wants one yes or no, and an array gives many. What chooses entry by entry?",
                f"{VALUE} → 1 / (1 + e) if z >= 0 else e / (1 + e)"),
        Mistake("|z| stands for z on both sides of 0",
                "σ(-z) is 1 - σ(z), so the two sides differ. What does the numerator have to be for z < 0?",
                "np.where(z >= 0, 1.0, e) → 1.0"),
        Mistake("the slope σ(z) (1 - σ(z)) is returned", "The value is asked for, not the derivative.", f"{VALUE} → e / (1 + e) ** 2"),
        Mistake("tanh is taken in place of the sigmoid",
                "The sigmoid lies between 0 and 1, and is one half at 0.",
                f"{VALUE} → np.tanh(z)"),
        *(Mistake(f"z is clipped at ±{at}", CLIPPED.format(at), f"{VALUE} → 1 / (1 + np.exp(-z.clip(-{at}, {at})))") for at in BOUNDS),
        *(Mistake(f"the result is kept away from 0 by {eps}, which is added or is its least value",
                  "σ(z) may be as small as it likes: no digit of it has to be saved from 0.",
                  f"{VALUE} → np.maximum({VALUE}, {eps})") for eps in EPSILONS),
        Mistake("there is a minus in 1 - e^(-z)",
                "σ lies between 0 and 1. What is 1 / (1 - e^(-z)) for z = 0?",
                f"{VALUE} → 1 / (1 - np.exp(-z))"),
        Mistake("the denominator is missing for z < 0",
                "For z < 0, σ(z) is e^z / (1 + e^z), and not e^z alone.",
                f"{VALUE} → np.where(z >= 0, 1 / (1 + e), e)"),
        Mistake("the smaller of σ(z) and σ(-z) is returned on both sides of 0",
                "Which of the two formulas belongs to z > 0? Is your result above one half there?",
                "np.where(z >= 0, 1.0, e) → e"),
        Mistake("a function for one number, such as `math.exp`, is given a whole array",
                "Which library has an exponential that goes through an array entry by entry?",
                f"{VALUE} → 1 / (1 + np.exp(-float(z)))"),
        Mistake("σ is applied twice", "How often is each entry squashed?", f"{VALUE} → 1 / (1 + np.exp(-({VALUE})))"),
        Mistake("e^z is returned as it is", "The sigmoid lies between 0 and 1.", f"{VALUE} → np.exp(z)"),
        Mistake("0 or 1 is returned, a step", "The sigmoid goes smoothly from 0 to 1.", f"{VALUE} → (z >= 0).astype(float)"),
        Mistake("2σ(z) - 1 is returned, which is tanh(z/2)",
                "The sigmoid lies between 0 and 1, and is one half at 0.",
                f"{VALUE} → np.tanh(z / 2)"),
        Mistake("for z < 0 it is e^(-z) that stands above 1 + e^z",
                "Below 0, e^(-z) is large. Multiply both parts of 1 / (1 + e^(-z)) by e^z: what is the numerator then?",
                f"{VALUE} → np.where(z >= 0, 1.0, 1 / e) / (1 + e)"),
        Mistake("for z < 0 it is 1 + e^(-z) that stands below e^z",
                "Multiply both parts of 1 / (1 + e^(-z)) by e^z: what is the denominator then?",
                f"{VALUE} → np.where(z >= 0, 1 / (1 + e), e / (1 + 1 / e))"),
        Mistake("the brackets around 1 + e^z are missing in e^z / (1 + e^z)",
                "In Python, what is divided in a / 1 + a?",
                f"{VALUE} → np.exp(z) / 1 + np.exp(z)"),
    ),
)
