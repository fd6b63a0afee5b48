"""`activation_slope`: the derivative of each activation."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs


def activation_slope(g, z):
    """g'(z), one number, for an activation's name g: linear, tanh, sigmoid, relu or square."""
    if g == "linear":
        return 1.0
    if g == "tanh":
        return 1 - np.tanh(z) ** 2
    if g == "sigmoid":
        s = 1 / (1 + np.exp(-z))
        return s * (1 - s)
    if g == "relu":
        return 1.0 if z > 0 else 0.0
    return 2 * z


def expected(case: Case) -> dict[str, Expected]:
    return {"slope": Expected(np.array(graphs.slope(**case.inputs)), derivative=True)}


def cases(rng: Rng) -> Iterator[Case]:
    for sign in (1.0, -1.0):
        for g in graphs.KINDS:
            z = float(sign * rng.uniform(0.4, 1.8))
            yield Case(f"{g} at z = {z:.2f}", {"g": g, "z": z})
    for z in (1e-9, -1e-9):
        yield Case(f"relu just beside its kink, at z = {z}", {"g": "relu", "z": z}, entrywise=True)


EXERCISE = Exercise(
    right=activation_slope,
    criteria=(Criterion("slope", 2, "the derivative g'(z), one number"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the activation is returned, not its slope", "You have g(z). What is g'(z)?", lambda g, z: graphs.KINDS[g](z)),
        Mistake("z stands where tanh(z) belongs",
                "The derivative of tanh is 1 - tanh²: is what you square a z, or a tanh(z)?",
                "np.tanh(z) ** 2 → z**2"),
        Mistake("z is squared, and not tanh(z)",
                "tanh² is the square of tanh(z). Which comes first in your line, the square or the tanh?",
                "np.tanh(z) ** 2 → np.tanh(z**2)"),
        Mistake("the square is missing in the slope of tanh",
                "tanh is sinh over cosh: go through the quotient rule again. What is its slope at z = 0, and far out on either side?",
                "np.tanh(z) ** 2 → np.tanh(z)"),
        Mistake("z stands where σ(z) belongs",
                "The derivative is made of σ(z) and 1 - σ(z). Which of the two did you put a z for?",
                "s * (1 - s) → z * (1 - z)"),
        Mistake("the sigmoid is given the slope of tanh",
                "1 - g(z)² is the slope of tanh. Is the sigmoid's at z = 0 really 3/4?",
                "s * (1 - s) → 1 - s**2"),
        Mistake("the factor 1 - σ(z) is missing",
                "For large z the sigmoid is flat. What is its slope there, by your formula?",
                "s * (1 - s) → s"),
        Mistake("relu lets everything pass",
                "For a negative z relu gives 0 whatever z is: how steep is that?",
                "1.0 if z > 0 else 0.0 → 1.0"),
        Mistake("the slope of relu is z, not 1",
                "max(0, z) for z > 0 is the line z. How steep is it?",
                "1.0 if z > 0 else 0.0 → max(z, 0.0)"),
        Mistake("the two sides of relu have changed places",
                "On which side of 0 does relu move with z?",
                "1.0 if z > 0 else 0.0 → 0.0 if z > 0 else 1.0"),
        Mistake("the slope of relu is -1 on the left",
                "For a negative z relu gives 0 whatever z is: how steep is that?",
                "1.0 if z > 0 else 0.0 → float(np.sign(z))"),
        Mistake("the slope is taken at g(z), and not at z",
                "g'(z) is the slope at z. Where did you put g(z), where z belongs?",
                lambda g, z: activation_slope(g, graphs.KINDS[g](z))),
        Mistake("the exponent is kept when z² is differentiated",
                "The slope of a parabola is a straight line.",
                "return 2 * z → return 2 * z**2"),
        Mistake("the slope of tanh is 1/cosh, without the square",
                "How steep is tanh where cosh is 2?",
                "1 - np.tanh(z) ** 2 → 1 / np.cosh(z)"),
        Mistake("tanh is taken twice", "1 - tanh²: is it tanh of z, or of tanh(z)?", "np.tanh(z) ** 2 → np.tanh(np.tanh(z)) ** 2"),
        Mistake("the square of tanh is added to 1, not subtracted",
                "How steep is tanh far out, where it hardly moves?",
                "1 - np.tanh → 1 + np.tanh"),
        Mistake("tanh² is returned, and 1 - tanh² is meant", "How steep is tanh at 0?", "1 - np.tanh → np.tanh"),
        Mistake("the sigmoid is taken twice", "σ(1 - σ): is it σ of z, or of σ(z)?", "s * (1 - s) → (t := 1 / (1 + np.exp(-s))) * (1 - t)"),
        Mistake("the factor σ(z) is missing",
                "For very negative z the sigmoid is flat. What is its slope there, by your formula?",
                "s * (1 - s) → 1 - s"),
        Mistake("the sigmoid is differentiated without its minus sign",
                "Two minus signs meet on the way, in -1/q² and in -e⁻ᶻ. Does the sigmoid ever fall?",
                "s * (1 - s) → -s * (1 - s)"),
        Mistake("the second step of the sigmoid is left out",
                "σ is 1/q, and -1/q² is ∂σ/∂q. By what is it multiplied?",
                "s * (1 - s) → -(s**2)"),
        Mistake("the slope of z² is its value", "z² is the value. How fast does it grow?", "return 2 * z → return z**2"),
        Mistake("the slope of z² is 2 everywhere", "A parabola is steeper further out.", "return 2 * z → return 2.0"),
        Mistake("the slope of the linear activation is 0", "g(z) = z moves with z. How much?", "return 1.0\n → return 0.0\n"),
        Mistake("the slope of z² is taken as z", "Differentiate z · z: two factors, two terms.", "2 * z → z"),
        Mistake("the slope of the linear activation is z, not 1", "How steep is the line g(z) = z?", "return 1.0\n → return z\n"),
    ),
)
