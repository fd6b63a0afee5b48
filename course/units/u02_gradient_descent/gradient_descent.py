"""`gradient_descent`: step after step down the slope."""

from collections.abc import Iterator
from itertools import accumulate

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.probes import Formula
from course.judging.witness import value_of
from course.units.kit import Rng, signed, single


def gradient_descent(gradient, start, learning_rate, steps):
    """The whole path of gradient descent: the start, and theta after each step θ ← θ - learning_rate · gradient(θ).

    gradient takes an array (d,) and returns one; start is (d,), may hold whole numbers, and is not changed. The path is
    (steps + 1, d).
    """
    theta = np.array(start, dtype=float)
    path = [theta]
    for _ in range(steps):
        theta = theta - learning_rate * gradient(theta)
        path.append(theta)
    return np.array(path)


def walk(gradient: Formula, start: Array, learning_rate: float, steps: int) -> Array:
    slope = gradient.function
    return np.stack(list(accumulate(range(steps), lambda theta, _: theta - learning_rate * slope(theta), initial=1.0 * start)))


def bowl(rng: Rng, d: int) -> Formula:
    """The gradient of a bowl whose axes lie askew: the entries of theta meet one another."""
    spread = signed(rng, (d, d))
    matrix = (spread @ spread.T / d + np.eye(d)).round(2).tolist()
    return Formula(f"lambda theta: np.array({matrix}) @ (theta - np.array({rng.uniform(1, 2, d).round(2).tolist()}))")


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(d: int, steps: int) -> dict:
        start, rate = rng.uniform(-3, -1, d), float(rng.uniform(0.08, 0.2))
        return {"gradient": bowl(rng, d), "start": start, "learning_rate": rate, "steps": steps}

    yield Case("one step", inputs(3, 1))
    yield Case("a bowl of two parameters", inputs(2, int(rng.integers(5, 9))))
    yield Case("a bowl of four parameters", inputs(4, 6))
    wave = Formula("lambda theta: np.sin(theta) + theta / 5")
    yield Case("one parameter, no bowl", {"gradient": wave, "start": rng.uniform(1, 2, 1), "learning_rate": 0.7, "steps": 8})
    whole = {"gradient": bowl(rng, 3), "start": rng.integers(-4, -1, 3), "learning_rate": 0.15, "steps": 5}
    yield Case("a start of whole numbers", whole)
    yield Case("no step at all", inputs(3, 0))
    yield Case("float32 inputs", single(inputs(3, 4)))


STEP = "theta = theta - learning_rate * gradient(theta)"

EXERCISE = Exercise(
    right=gradient_descent,
    criteria=(Criterion("path", 3, "the start and every theta after it, shape (steps + 1, d)"),),
    cases=cases,
    expected=value_of(walk, "path"),
    mistakes=(
        Mistake("the steps go up the slope",
                "The gradient points to where the loss grows. Which way do you want to go?",
                "- learning_rate * → + learning_rate *"),
        Mistake("the start is missing from the path", "steps + 1 points: the first is where you began.", "path = [theta] → path = []"),
        Mistake("the path ends one step too early", "Count: after the start, `steps` more points.", "range(steps) → range(steps - 1)"),
        Mistake("the last theta is missing: each is put into the path before its step only",
                "Begin the path with the start, and append after each step.",
                ("path = [theta] → path = []", f"{STEP}\n        path.append(theta) → path.append(theta); {STEP}")),
        Mistake("only the last point is returned", "The whole path is asked for.", "return np.array(path) → return theta"),
        Mistake("every row of the path is one and the same array, which went on changing",
                "A list keeps the array, not what it held then. `theta -= ...` changes it everywhere; "
                "`theta = theta - ...` makes a new one.",
                "theta = theta - → theta -="),
        Mistake("the gradient is taken at the start once and for all",
                "The slope changes on the way. Where do you stand when you ask for it?",
                "* gradient(theta) → * gradient(path[0])"),
        Mistake("the learning rate is left out", "How far along the gradient does a step go?", "learning_rate * gradient → gradient"),
        Mistake("the gradient is shortened to length 1, and only its direction counts",
                "A gentle slope makes a short step: the length of the gradient counts, too.",
                "* gradient(theta) → * gradient(theta) / np.linalg.norm(gradient(theta))"),
        Mistake("the entries of theta are moved one after another, each with a gradient of its own",
                "Compute the gradient once, and then move all entries together.",
                f"{STEP} → theta = theta.copy()\n        for i in range(len(theta)): theta[i] -= learning_rate * gradient(theta)[i]"),
        Mistake("the path lies in columns, not in rows",
                "A row for each point: shape (steps + 1, d).",
                "np.array(path) → np.array(path).T"),
        Mistake("a path made like a start of whole numbers holds whole numbers only",
                "An array of whole numbers drops the fraction of what is put into it. Which type should theta have?",
                f"{STEP} → {STEP}; theta = theta.astype(start.dtype)"),
        Mistake("the path is one step too long", "Count: after the start, `steps` more points.", "range(steps) → range(steps + 1)"),
        Mistake("only one step is taken",
                "`steps` says how many. How far is your `return` indented?",
                "range(steps) → range(min(steps, 1))"),
        Mistake("the learning rate is divided by the number of parameters",
                "Each entry moves by the learning rate times its own slope, however many there are.",
                "learning_rate * gradient → learning_rate / len(start) * gradient"),
        Mistake("the learning rate is divided by the number of the step",
                "The learning rate stays what it is.",
                ("for _ in → for t in", "learning_rate * gradient → learning_rate / (t + 1) * gradient")),
        Mistake("theta is forgotten: minus the step stands for the next theta",
                "θ ← θ - η · gradient(θ): the step is taken from where you are.",
                "theta = theta - learning_rate → theta = -learning_rate"),
        Mistake("every step is taken from the start",
                "Each step goes on from where the last one ended.",
                "theta = theta - learning_rate → theta = path[0] - learning_rate"),
        Mistake("the path begins at 0", "The first point of the path is the start.", "np.array(start, dtype=float) → np.zeros(len(start))"),
        Mistake("theta is put into the path before it moves",
                "The start would be there twice, and the last theta not at all: move first, and then append.",
                f"{STEP}\n        path.append(theta) → path.append(theta); {STEP}"),
        Mistake("only the sign of each slope counts",
                "A gentle slope makes a short step: its size counts, too.",
                "learning_rate * gradient(theta) → learning_rate * np.sign(gradient(theta))"),
        Mistake("the step is divided by the learning rate",
                "A larger learning rate makes a larger step.",
                "learning_rate * gradient → 1 / learning_rate * gradient"),
        Mistake("the gradient is taken one step behind",
                "The slope that counts is the one where you stand now.",
                ("path = [theta] → path = [theta, theta]",
                 "gradient(theta) → gradient(path[-2])",
                 "return np.array(path) → return np.array(path[1:])")),
        Mistake("a step keeps nine tenths of the one before: that is momentum",
                "Here a step depends on the slope alone.",
                ("path = [theta] → path, step = [theta], 0.0",
                 f"{STEP} → step = 0.9 * step - learning_rate * gradient(theta); theta = theta + step")),
        Mistake("the gradients along the way are returned",
                "The points are asked for, not the slopes there.",
                "return np.array(path) → return np.array([gradient(theta) for theta in path])"),
        Mistake("the distance from the start is returned, point by point",
                "The points themselves are asked for.",
                "return np.array(path) → return np.array(path) - path[0]"),
        Mistake("an array of whole numbers is changed in place, and has no room for fractions",
                "`a -= b` writes into a, whose type stays what it is. Which type should theta have?",
                ("np.array(start, dtype=float) → np.array(start)",
                 "path = [theta] → path = [theta.copy()]",
                 "theta = theta - → theta -=",
                 "path.append(theta) → path.append(theta.copy())")),
        Mistake("every entry moves by the sum of all slopes",
                "Each entry of theta has a slope of its own.",
                "* gradient(theta) → * gradient(theta).sum()"),
        Mistake("every entry moves by the mean of all slopes",
                "Each entry of theta has a slope of its own.",
                "* gradient(theta) → * gradient(theta).mean()"),
        *(Mistake(f"a learning rate of {rate} is used, whatever is asked for",
                  "The caller chooses the learning rate: is it in your formula?",
                  f"learning_rate * gradient → {rate} * gradient") for rate in (0.1, 0.01)),
    ),
)
