"""`numerical_gradient`: central differences."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.probes import Formula
from course.judging.witness import value_of
from course.units.kit import Rng, single, sizes


def numerical_gradient(f, x, h):
    """Gradient of f at x, by central differences with step h: one entry moves, and the others are left alone.

    f takes an array of x's shape and returns a number; x may have any shape and may hold whole numbers, and is not changed. The
    result has x's shape.
    """
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above = np.array(x, dtype=float)
        below = np.array(x, dtype=float)
        above[index] += h
        below[index] -= h
        gradient[index] = (f(above) - f(below)) / (2 * h)
    return gradient


def half_differences(f: Formula, x: Array, h: float) -> Array:
    """f on both sides of x along every axis of the flattened space, all at once."""
    moves = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f.function(x + move) - f.function(x - move)) / 2 / h for move in moves]).reshape(x.shape)


def wavy(rng: Rng, *shape: int) -> Formula:
    """A function of one array in which every entry meets every other, none like another: it rises along one entry and falls along the
    next, and always falls along the first.
    """
    weights, pull = rng.uniform(0.2, 0.5, shape).round(2).tolist(), rng.uniform(0.2, 0.6, shape).round(2).tolist()
    slopes = np.where(np.arange(int(np.prod(shape))).reshape(shape) % 2, 1, -1) * rng.uniform(2, 3, shape).round(2)
    return Formula(
        f"lambda x, a=np.array({weights}), b=np.array({slopes.tolist()}), c=np.array({pull}): "
        "(a * x**3).sum() / 3 + (b * x).sum() + np.sin((c * x).sum()) + np.exp((x * x).sum() / -9)"
    )


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(*shape: int, h: float) -> dict:
        x = np.array(rng.choice([-1.0, 1.0], shape) * rng.uniform(0.4, 1.6, shape))
        return {"f": wavy(rng, *shape), "x": x, "h": h}

    steps = rng.uniform(0.15, 0.4, 5).round(3).tolist()
    yield Case("a vector", inputs(int(rng.integers(3, 6)), h=steps[0]))
    yield Case("a matrix", inputs(*sizes(rng, 2, most=5), h=steps[1]))
    yield Case("three axes", inputs(2, 1, 3, h=steps[2]))
    yield Case("one number, shape ()", inputs(h=steps[3]))
    yield Case("whole numbers", {"f": wavy(rng, 4), "x": rng.permutation([-4, -2, 3, 5]), "h": steps[4]})
    yield Case("a small step", inputs(3, h=1e-4))
    yield Case("float32 inputs", single(inputs(2, 3, h=0.25)))


OWN_TYPE_ABOVE, OWN_TYPE_BELOW = (f"{name} = np.array(x, dtype=float) → {name} = x.copy()" for name in ("above", "below"))

EXERCISE = Exercise(
    right=numerical_gradient,
    criteria=(Criterion("gradient", 3, "the central differences, shape of x"),),
    cases=cases,
    expected=value_of(half_differences, "gradient"),
    mistakes=(
        Mistake("the difference is one-sided",
                "A central difference looks at both sides: f a step above, and f a step below.",
                "f(below)) / (2 * h) → f(x)) / h"),
        Mistake("the difference is divided by h, not by 2h", "How far apart are the two points at which f is taken?", "(2 * h) → h"),
        Mistake("it is divided by 2 and then multiplied by h",
                "Python reads `a / 2 * h` from the left: (a / 2) * h. Where do you need brackets?",
                "(2 * h) → 2 * h"),
        Mistake("every entry is moved at once",
                "`x + h` moves all entries. A partial derivative moves one, and leaves the others alone.",
                "gradient = np.zeros(x.shape) → return (f(x + h) - f(x - h)) / (2 * h)"),
        Mistake("an entry is not put back before the next one moves",
                "When the second entry is moved, where does the first one stand?",
                "/ (2 * h) → / (2 * h); x = below"),
        Mistake("the copies of x are made once, before the loop, and no entry is put back",
                "When the second entry is moved, where does the first one stand? Make new copies for each entry.",
                "for index in np.ndindex(x.shape):\n        above = np.array(x, dtype=float)\n        below = np.array(x, dtype=float) → "
                "above = np.array(x, dtype=float)\n    below = np.array(x, dtype=float)\n    for index in np.ndindex(x.shape):"),
        Mistake("above and below are one and the same array",
                "`a = b` gives one array a second name. Both moves then go into it. Make two copies.",
                "below = np.array(x, dtype=float) → below = above"),
        Mistake("whole numbers stay whole, and swallow the step",
                "An array of whole numbers has no room for x + 0.1. Which type must the copy have?",
                (OWN_TYPE_ABOVE, OWN_TYPE_BELOW)),
        Mistake("the loop runs over the first axis only, and a whole row moves at once",
                "x may have any shape. `np.ndindex(x.shape)` visits every entry.",
                "np.ndindex(x.shape) → np.ndindex(x.shape[:1])"),
        Mistake("the slopes are put into an array of whole numbers, and rounded",
                "`np.zeros_like(x)` takes the type of x, here whole numbers. Which type does a slope need?",
                "np.zeros(x.shape) → np.zeros_like(x)"),
        Mistake("whole numbers stay whole, in the copies of x and in the slopes",
                "An array of whole numbers has no room for x + 0.1, and none for a slope. Which types do your arrays have?",
                (OWN_TYPE_ABOVE, OWN_TYPE_BELOW, "np.zeros(x.shape) → np.zeros_like(x)")),
        Mistake("the result is flat", "The gradient has the shape of x.", "return gradient → return gradient.ravel()"),
        Mistake("above and below have changed places",
                "If f grows with x, its derivative is positive. Is yours?",
                "f(above) - f(below) → f(below) - f(above)"),
        Mistake("a step of its own is used in place of h",
                "The caller chooses h. Is it in your formula?",
                "gradient = np.zeros(x.shape) → gradient = np.zeros(x.shape); h = 1e-5"),
        Mistake("the difference is one-sided, downwards",
                "A central difference looks at both sides: f a step above, and f a step below.",
                "(f(above) - f(below)) / (2 * h) → (f(x) - f(below)) / h"),
        Mistake("one side is x itself, and it is divided by 2h",
                "A central difference looks at both sides: f a step above, and f a step below.",
                "f(below)) → f(x))"),
        Mistake("the difference is divided by 2, not by 2h", "How far apart are the two points at which f is taken?", "(2 * h) → 2"),
        Mistake("the difference is not divided by anything", "A slope is rise over run. What is the run?", " / (2 * h) → "),
        Mistake("the two values of f are added",
                "A slope comes from a difference: f above minus f below.",
                "f(above) - f(below) → f(above) + f(below)"),
        Mistake("an entry stays a step too high when the next one moves",
                "When the second entry is moved, where does the first one stand?",
                "/ (2 * h) → / (2 * h); x = above"),
        Mistake("each entry moves by a share of itself",
                "h is the step, and not a factor: every entry moves by h.",
                ("above[index] += h → above[index] += h * x[index]", "below[index] -= h → below[index] -= h * x[index]")),
        Mistake("the step is half of h",
                "The caller chooses h: each side is a whole h away from x.",
                ("above[index] += h → above[index] += h / 2", "below[index] -= h → below[index] -= h / 2", "(2 * h) → h")),
        Mistake("the second derivative is taken",
                "f(x + h) - 2 f(x) + f(x - h), over h², says how the slope changes.",
                "(f(above) - f(below)) / (2 * h) → (f(above) - 2 * f(x) + f(below)) / h**2"),
        Mistake("only the first entry has a slope, and the others are 0",
                "A function ends at the first `return` it meets. How far is yours indented?",
                "/ (2 * h) → / (2 * h); return gradient"),
        Mistake("the slopes are divided by the number of entries",
                "Each partial derivative stands for itself: nothing is averaged.",
                "return gradient → return gradient / x.size"),
        Mistake("one number is returned, the slopes summed",
                "A slope for each entry is asked for: an array of x's shape.",
                "return gradient → return gradient.sum()"),
        Mistake("only f below is divided by 2h",
                "Python divides before it subtracts. Where do you need brackets?",
                "(f(above) - f(below)) / → f(above) - f(below) /"),
        Mistake("the difference has lost its sign",
                "A slope is negative where f falls.",
                "(f(above) - f(below)) → abs(f(above) - f(below))"),
        Mistake("every entry gets the slope along all of them at once",
                "A partial derivative moves one entry, and leaves the others alone.",
                ("above[index] += h → above += h", "below[index] -= h → below -= h")),
    ),
)
