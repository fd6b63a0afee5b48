"""`integrated_gradients`: the share of each input in a logit."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.gradcheck import complex_step_gradient
from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import CLEAR, Rng, positive, signed, single
from course.units.u10_explainable_ai.mean_slope import mean_slope
from course.units.u10_explainable_ai.networks import target_logit, weights
from course.units.u10_explainable_ai.saliency import large_beside_the_kink, saliency


def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
    """Share of each input in the logit of class targets[n], by the midpoint rule with `steps` points.

    The straight path runs from baseline (in,) to each row of X (N, in); the shares are (N, in). The rest is as in saliency.
    """
    total = np.zeros_like(X)
    for alpha in (np.arange(steps) + 0.5) / steps:
        total = total + saliency(baseline + alpha * (X - baseline), targets, W1, b1, W2, b2)
    return (X - baseline) * total / steps


def by_complex_step(X: Array, baseline: Array, targets: Array, W1: Array, b1: Array, W2: Array, b2: Array, steps: int) -> Array:
    """The midpoint rule: the derivative of the mean logit over all its points, when every one of them moves alike."""

    def mean_logit(moved: Array) -> complex:
        points = path(X, baseline, rules(steps)[0])
        return sum(target_logit(point + moved, targets, W1, b1, W2, b2) for point in points) / steps

    return (X - baseline) * complex_step_gradient(mean_logit, np.zeros(X.shape))


def path(X: Array, baseline: Array, shares: Array) -> Array:
    """The points at these shares of the path, (shares, N, in)."""
    return baseline + shares[:, None, None] * (X - baseline)


def rules(steps: int) -> list[Array]:
    """The shares of the path that are looked at: the midpoints, and then what students take for them."""
    left = np.arange(steps) / steps
    return [left + 0.5 / steps, left, left + 1 / steps, np.linspace(0, 1, steps), np.ones(1)]


def told_apart(X: Array, baseline: Array, steps: int, W1: Array, b1: Array) -> bool:
    """Whether other points of the path than the midpoints see other units active, and no unit is near its kink at a midpoint."""
    Z = [path(X, baseline, shares) @ W1 + b1 for shares in rules(steps)]
    middle, *others = [(at > 0).mean(axis=0) for at in Z]
    if ((Z[0][-1] > 0) == (X @ W1 + b1 > 0)).all(axis=1).any():
        return False
    return np.abs(Z[0]).min() > CLEAR / 8 and all(np.abs(middle - other).max(axis=1).min() > 0.5 / steps for other in others)


def beside_the_kinks(rng: Rng) -> dict[str, Any]:
    """One step, whose midpoint has all units at ±1e-7 of their kinks, and logits of a million. Sums are of one sign."""
    inputs = large_beside_the_kink(rng)
    middle, baseline = inputs.pop("X"), -(16 * positive(rng, inputs["W1"].shape[:1])).round() / 16
    return {"X": 2 * middle - baseline, "baseline": baseline, **inputs, "steps": 1}


def exact_integral(X, baseline, targets, W1, b1, W2, b2, steps):
    """The shares to which those of the midpoint rule tend: each unit by its mean slope on the path."""
    slopes = mean_slope(baseline @ W1 + b1 + 0 * (X @ W1), X @ W1 + b1)
    return (X - baseline) * ((W2[:, targets].T * slopes) @ W1.T)


def cases(rng: Rng) -> Iterator[Case]:
    def of(n: int, d: int, h: int, c: int, steps: int) -> dict[str, Any]:
        """Examples, a baseline that is not zero, and a network with many kinks between them."""
        while True:
            X, baseline, network = 2 * signed(rng, (n, d)), signed(rng, (d,)), weights(rng, d, h, c)
            if told_apart(X, baseline, steps, network["W1"], network["b1"]):
                return {"X": X, "baseline": baseline, "targets": rng.integers(c, size=n)} | network | {"steps": steps}

    yield Case("one example, 4 steps", of(1, 3, 22, 5, 4), batch="X")
    yield Case("a small network, 5 steps", of(3, 4, 24, 2, 5), batch="X")
    yield Case("another network, 6 steps", of(2, 3, 26, 4, 6), batch="X")
    yield Case("a single step", of(2, 4, 12, 3, 1), batch="X")
    yield Case("units just beside their kinks, where finite differences are lost", beside_the_kinks(rng), entrywise=True, batch="X")
    yield Case("float32 inputs, 5 steps", single(of(2, 4, 23, 3, 5)), batch="X")


MIDPOINTS = "(np.arange(steps) + 0.5) / steps"
POINT = "baseline + alpha * (X - baseline)"
FACTOR = "return (X - baseline) *"

EXERCISE = Exercise(
    right=integrated_gradients,
    criteria=(Criterion("shares", 3, "the share of each input, shape (N, in)"),),
    cases=cases,
    expected=value_of(by_complex_step, "shares"),
    needs=("saliency",),
    mistakes=(
        Mistake("the left end of each step is taken, not its middle",
                "The first of `steps` equal parts of the path lies between 0 and 1 / steps. Where is its middle?",
                f"{MIDPOINTS} → np.arange(steps) / steps"),
        Mistake("the right end of each step is taken, not its middle",
                "The last of `steps` equal parts of the path ends at x itself. Where is its middle?",
                f"{MIDPOINTS} → np.arange(1, steps + 1) / steps"),
        Mistake("the points run from one end of the path to the other, ends included",
                "`np.linspace(0, 1, steps)` holds both ends. The midpoint rule looks at the middle of each of `steps` equal parts.",
                f"{MIDPOINTS} → np.linspace(0, 1, steps)"),
        Mistake("the points are not divided by `steps`, and lie far beyond x",
                "α goes from 0, the baseline, to 1, which is x. Where is your last point?",
                f"{MIDPOINTS} → np.arange(steps) + 0.5"),
        Mistake("the gradient is taken at x alone",
                "That is saliency times the difference. Here the gradient is averaged over the whole path.",
                f"{POINT} → X"),
        Mistake("the mean gradient is not multiplied by x - baseline",
                "On the path, x moves with the speed x - baseline: by the chain rule it stands in the integral.",
                f"{FACTOR} → return"),
        Mistake("multiplied by x, not by x - baseline",
                "An input that is what it is in the baseline moved nothing. What must its share be?",
                f"{FACTOR} → return X *"),
        Mistake("the path starts at zero, not at the baseline", "Where are you on the path for α = 0?", f"{POINT} → alpha * X"),
        Mistake("the baseline is left out",
                "With a black baseline nobody would notice. Where does your path start, and what is the run of each input?",
                (f"{POINT} → alpha * X", f"{FACTOR} → return X *")),
        Mistake("the gradients are added up, not averaged",
                "An integral over [0, 1] is a mean: each of `steps` points stands for a part of length 1 / steps.",
                "total / steps → total"),
        Mistake("the points run from end to end, one more than `steps`",
                "The midpoint rule looks at the middle of each of `steps` equal parts. How many points are that?",
                (f"{MIDPOINTS} → np.arange(steps + 1) / steps", "total / steps → total / (steps + 1)")),
        Mistake("one point more is added up than there are steps",
                "The midpoint rule looks at the middle of each of `steps` equal parts. How many points are that?",
                f"{MIDPOINTS} → np.arange(steps + 1) / steps"),
        Mistake("the trapezoidal rule is used, not the midpoint rule",
                "The trapezoidal rule takes the ends of each part. The midpoint rule looks at its middle.",
                (f"{MIDPOINTS} → np.arange(steps + 1) / steps",
                 "total / steps → (total - (saliency(X, targets, W1, b1, W2, b2)"
                 " + saliency(baseline + 0 * X, targets, W1, b1, W2, b2)) / 2) / steps")),
        Mistake("the integral is taken exactly, not by the midpoint rule",
                "Your way is the finer one. Here the midpoint rule with `steps` points is asked for.",
                exact_integral),
        Mistake("the gradient is taken at the baseline alone",
                "For α = 0 you are at the baseline. Where are you for α = 1/2?",
                f"{POINT} → baseline + 0 * X"),
        Mistake("the gradient is taken at the middle of the whole path alone",
                "That is the rule with one step. Here the path has `steps` parts.",
                f"{MIDPOINTS} → np.full(steps, 0.5)"),
        Mistake("only the last point is kept",
                "The gradients of all points are added up. What does your loop do with those it had before?",
                "total = total + → total ="),
        Mistake("only the last point is kept, and nothing is averaged",
                "The gradients of all points are added up, and divided by their number.",
                ("total = total + → total =", "total / steps → total")),
        Mistake("the path goes on from x, away from the baseline",
                "For α = 0 you are at the baseline. Where are you for α = 1?",
                f"{POINT} → X + alpha * (X - baseline)"),
        Mistake("only the first point is counted",
                "The gradients of all points are added up. When does your loop end?",
                f"{MIDPOINTS} → [0.5 / steps]"),
        Mistake("the gradient passes ReLU as if it were not there",
                "Some hidden units are off at some points of the path. Can a small change move the logit through such a unit?",
                (f"saliency({POINT}, targets, W1, b1, W2, b2) → W2[:, targets].T @ W1.T",)),
        Mistake("the bias of the hidden layer is missing",
                "A node is g(Σ w x + b). Is b in yours?",
                "targets, W1, b1, W2, b2)\n → targets, W1, 0 * b1, W2, b2)\n"),
        Mistake("the shares are divided by the number of examples",
                "There is no mean over a batch here: each example has a logit of its own.",
                "total / steps → total / steps / len(X)"),
        Mistake("the path runs from x to the baseline",
                "Which way does the logit change, from the baseline to x? The shares add up to that.",
                f"{FACTOR} → return (baseline - X) *"),
    ),
)
