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
        Mistake("the slope of z² is taken as z", "Differentiate z · z: two factors, two terms.", "2 * z → z"),
        Mistake("the slope of the linear activation is z, not 1", "How steep is the line g(z) = z?", "return 1.0\n → return z\n"),
    ),
)
