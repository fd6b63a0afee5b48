"""`error_slope`: how the error of a central difference changes with its step."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import in_double
from course.units.kit import Rng
from course.units.u02_gradient_descent.best_step import best_step


def error_slope(h, third_derivative, value, eps):
    """dE/dh of E(h) = |third_derivative| h²/6 + eps |value|/h, for each step in the array h: an array of h's shape."""
    return abs(third_derivative) * h / 3 - eps * abs(value) / h**2


ROUNDED = 8 * np.finfo(float).eps  # a formula leaves less where its two terms cancel, and finite differences more


def expected(case: Case) -> dict[str, Expected]:
    """E as coefficients of powers of h, each of which differentiates to p c h^(p-1); a slope of 0 is 0 to rounding."""
    h, third_derivative, value, eps = in_double(case.inputs).values()
    powers = {2.0: abs(third_derivative) / 6, -1.0: eps * abs(value)}
    rising, falling = (p * c * h ** (p - 1) for p, c in powers.items())
    return {"slope": Expected(rising + falling, slack=ROUNDED * np.where(rising + falling == 0, rising, 0), derivative=True)}


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(third: float, value: float, eps: float, steps: int = 5) -> dict:
        factors = np.concatenate([rng.uniform(0.4, 0.7, 2), rng.uniform(1.5, 3, 3)])[:steps]
        return {"h": best_step(third, value, eps) * rng.permutation(factors), "third_derivative": third, "value": value, "eps": eps}

    def at_the_best_step(odd: int, power: int, aside: float = 0.0) -> dict:
        """Numbers with so few digits that every order of operations is exact, in float32 too: one of the slopes is 0, or nearly."""
        h = 2.0**-power * np.array([1.0, 1.5, 0.5, 3.0])
        return {"h": rng.permutation(h), "third_derivative": 3.0 * odd, "value": odd * (1 + aside), "eps": 2.0 ** (-3 * power)}

    third, value, eps = (float(rng.uniform(*bounds)) for bounds in ((0.5, 2), (3, 9), (1e-3, 5e-3)))
    yield Case("a single step", inputs(third, value, eps, steps=1))
    yield Case("a coarse arithmetic", inputs(third, value, eps))
    yield Case("a negative third derivative", inputs(-third * 1.3, value, eps))
    yield Case("a negative value", inputs(third, -value * 1.2, eps))
    beside = best_step(third, value, eps) * (1 + rng.choice([-1.0, 1.0], 8) * rng.uniform(3e-5, 1e-4, 8))  # the two terms nearly cancel
    yield Case("close to the best step", {**inputs(third, value, eps), "h": beside}, entrywise=True)
    for power, odd in zip(range(3, 13), 2 * rng.permutation(np.arange(20, 120))[:10] + 1, strict=True):
        yield Case(f"the best step, 2^-{power}, among them", at_the_best_step(int(odd), power), entrywise=True)
    for power, aside in ((4, 2.0**-22), (7, -(2.0**-22))):
        yield Case(f"a hair beside the best step, 2^-{power}", at_the_best_step(1, power, aside), entrywise=True)
    yield Case("float64's eps", inputs(third * 1.5, value, float(np.finfo(float).eps)), entrywise=True)
    yield Case("float32's eps", inputs(third, value * 20, float(np.finfo(np.float32).eps)), entrywise=True)


EXERCISE = Exercise(
    right=error_slope,
    criteria=(Criterion("slope", 1, "dE/dh at each step, shape of h"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the error itself is returned, not its derivative",
                "You have E(h). Differentiate each of its two terms with respect to h.",
                ("h / 3 - eps → h**2 / 6 + eps", "/ h**2 → / h")),
        Mistake("the rounding error is taken to grow with h",
                "eps |f|/h becomes smaller when h grows. Is its derivative positive or negative?",
                "- eps → + eps"),
        Mistake("the derivative of h² is taken for h", "The derivative of h² has a factor 2. What does it make of 1/6?", "h / 3 → h / 6"),
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
        Mistake("the rounding error is not differentiated",
                "eps |f|/h depends on h, too: what does differentiating do to the power -1?",
                "- eps * abs(value) / h**2 → + eps * abs(value) / h"),
        Mistake("h² has kept its power", "The derivative of h² has one power of h less.", "h / 3 → h**2 / 3"),
        Mistake("the 6 below h² is lost", "The constant 1/6 stays where it is, whatever becomes of h².", "h / 3 → 2 * h"),
        Mistake("the power of h² is divided by, not multiplied with",
                "The power comes down as a factor: it stands above the line.",
                "h / 3 → h / 12"),
        Mistake("the derivative of 1/h is taken for -1/(2h)", "Write 1/h as h to the power -1 before you differentiate.", "h**2 → (2 * h)"),
        Mistake("the truncation error is left out", "E has two terms, and both depend on h.", "abs(third_derivative) * h / 3 → 0"),
        Mistake("the value is left out of the rounding error",
                "A large f is rounded more coarsely than a small one.",
                "eps * abs(value) → eps"),
        Mistake("the third derivative is left out of the truncation error",
                "The first term of E grows with |f'''|. So does its slope.",
                "abs(third_derivative) * h → h"),
        Mistake("only the third derivative is without its absolute value",
                "E has |f'''| in it, as it has |f|.",
                "abs(third_derivative) → third_derivative"),
        Mistake("only the value is without its absolute value", "E has |f| in it, as it has |f'''|.", "abs(value) → value"),
        Mistake("E is differentiated twice",
                "The slope is the first derivative.",
                "* h / 3 - eps * abs(value) / h**2 → / 3 + 2 * eps * abs(value) / h**3"),
        Mistake("the slopes of all steps are added",
                "A slope for each step is asked for: no sum.",
                ("abs(third_derivative) * h → (abs(third_derivative) * h", "h**2 → h**2).sum()")),
        Mistake("there is h/2 in place of h/3", "Differentiate h² and divide by 6.", "h / 3 → h / 2"),
    ),
)
