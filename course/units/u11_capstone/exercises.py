"""Unit 11, the capstone: the exercises.

A trained network may be right in many ways: what must hold of it is tested in `capstone_properties`.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from course.gradcheck import complex_step_gradient
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected
from course.judging.probes import Formula, arguments
from course.judging.witness import gradient_of, in_double, value_of
from course.units.u11_capstone import answers, mistakes
from course.units.u11_capstone.forward import count, entries, loss, noisy_case
from course.units.u11_capstone.properties import BARS, of_a_network
from course.units.u11_capstone.training_mistakes import BUILD_AND_TRAIN as TRAINING_MISTAKES

# network_gradients


def network(rng: np.random.Generator, sizes: tuple[int, ...], n: int, lam: float) -> dict[str, Any]:
    theta = rng.normal(size=count(sizes)) * 0.7
    X, labels = rng.normal(size=(n, sizes[0])), rng.integers(sizes[-1], size=n)
    return {"theta": theta, "sizes": sizes, "X": X, "labels": labels, "lam": lam}


def network_gradients_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("one hidden layer", network(rng, (4, 6, 3), 7, 0.0))
    yield Case("one hidden layer and a penalty", network(rng, (3, 5, 4), 8, round(rng.uniform(0.05, 0.2), 3)))
    yield Case("three hidden layers", network(rng, (3, 5, 4, 6, 2), 9, round(rng.uniform(0.02, 0.1), 3)))
    yield Case("no hidden layer", network(rng, (5, 4), 6, round(rng.uniform(0.1, 0.3), 3)))
    single = network(rng, (4, 3, 5), 6, 0.125)
    yield Case("float32 inputs", single | {name: single[name].astype(np.float32) for name in ("theta", "X")})
    scales = network(rng, (4, 7, 3), 8, 0.0)
    scales["X"] = scales["X"] * 10.0 ** np.array([0, -4, -7, -10])
    yield Case("inputs of very different sizes", scales, entrywise=True)


def network_gradients_expected(case: Case) -> dict[str, Expected]:
    names = entries(case.inputs["sizes"])
    gradient = {name: replace(one, entries=names) for name, one in gradient_of(loss, {"gradient": "theta"})(case).items()}
    return {"loss": Expected(np.asarray(loss(**in_double(case.inputs))))} | gradient


NETWORK_GRADIENTS = Exercise(
    right=answers.network_gradients,
    criteria=(
        Criterion("loss", 1, "the mean cross-entropy plus λ times the sum of the squared weights, one number"),
        Criterion("gradient", 3, "∂ℓ/∂θ, the shape of theta"),
    ),
    cases=network_gradients_cases,
    expected=network_gradients_expected,
    mistakes=mistakes.NETWORK_GRADIENTS,
)


# gradient_check


def text(array: Array) -> str:
    return f"np.array({array.tolist()})"


def bowl(rng: np.random.Generator, size: int) -> tuple[str, Array, Array]:
    """A quadratic function, a point, and the gradient there, no entry of which is near zero."""
    while True:
        A = rng.normal(size=(size, size)).round(3)
        A, c, theta = A + A.T, rng.normal(size=size).round(3), rng.normal(size=size).round(3)
        gradient = A @ theta + c
        if np.abs(gradient).min() > 0.3:
            return Formula(f"lambda theta: 0.5 * theta @ {text(A)} @ theta + {text(c)} @ theta"), theta, gradient


def gradient_check_cases(rng: np.random.Generator) -> Iterator[Case]:
    f, theta, gradient = bowl(rng, int(rng.integers(4, 7)))
    moved = np.arange(len(theta)) == rng.integers(len(theta))
    for name, factor in (
        ("one entry that is too large", rng.uniform(1.3, 1.7)),
        ("one entry that is too small", rng.uniform(0.5, 0.8)),
        ("one entry that is missing", 0.0),
        ("one entry with a wrong sign", -1.0),
    ):
        yield Case(name, {"f": f, "theta": theta, "gradient": np.where(moved, factor * gradient, gradient)})
    sizes = np.array([1000.0, 1.0, 0.02])
    theta = rng.uniform(0.5, 1.5, size=3).round(3) * rng.choice([-1, 1], size=3)
    wrong = 2 * sizes * theta * np.array([1, 1, round(rng.uniform(0.6, 0.8), 2)])
    squares = Formula(f"lambda theta: {text(sizes)} @ theta**2")
    yield Case("a wrong entry among large ones", {"f": squares, "theta": theta, "gradient": wrong})
    squares = Formula(f"lambda theta: {text(np.array([2.0, 0.0, 1.0]))} @ theta**2")
    ignored = {"f": squares, "theta": theta, "gradient": theta * [5.0, 0.0, 2.0]}
    yield Case("an entry that f ignores", ignored)
    slopes = rng.uniform(12, 20, size=4).round(2)
    theta = rng.uniform(-0.02, 0.02, size=4).round(4)
    steep = {"f": Formula(f"lambda theta: np.exp({text(slopes)} @ theta)"), "theta": theta, "gradient": slopes * np.exp(slopes @ theta)}
    yield Case("a right gradient where f is steep", steep)


def worst_error(case: Case) -> dict[str, Expected]:
    """By the complex step, which has no error of its own to speak of; what the differences lose themselves is allowed for."""
    f, theta, gradient = arguments(case.inputs)
    exact = complex_step_gradient(f, theta)
    size = np.maximum(np.maximum(np.abs(gradient), np.abs(exact)), 1e-6)
    error = np.max(np.abs(gradient - exact) / size)
    return {"error": Expected(np.asarray(error), slack=1e-3 if error > 0.01 else 1e-5)}


GRADIENT_CHECK = Exercise(
    right=answers.gradient_check,
    criteria=(Criterion("error", 2, "the worst relative error, one number"),),
    cases=gradient_check_cases,
    expected=worst_error,
    mistakes=mistakes.GRADIENT_CHECK,
)


# confusion_matrix


def confusion(labels: Array, predictions: Array, classes: int) -> Array:
    """Row by row, column by column: how many examples of the one class are taken for the other."""
    every = np.arange(classes)
    return ((labels[:, None, None] == every[:, None]) & (predictions[:, None, None] == every)).sum(axis=0)


def confusion_matrix_cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, n: int, classes: int, used: int) -> Case:
        labels = rng.permutation(np.arange(n) % used)
        predictions = np.where(rng.random(n) < 0.6, labels, rng.integers(used, size=n))
        predictions[:3] = (labels[:3] + 1) % used
        return Case(name, {"labels": labels, "predictions": predictions, "classes": classes})

    yield case("three classes", 30, 3, 3)
    yield case("ten classes", 200, 10, 10)
    yield case("classes that never occur", 40, 7, 5)


CONFUSION_MATRIX = Exercise(
    right=answers.confusion_matrix,
    criteria=(Criterion("table", 2, "the counts, shape (classes, classes)"),),
    cases=confusion_matrix_cases,
    expected=value_of(confusion, "table"),
    mistakes=mistakes.CONFUSION_MATRIX,
)


# paired_interval


def interval(a: Array, b: Array) -> tuple[float, float]:
    """The mean of the differences, and two standard errors of it, from sums."""
    d, n = a - b, len(a)
    variance = (n * (d * d).sum() - d.sum() ** 2) / (n * (n - 1))
    return d.sum() / n, 2 * np.sqrt(variance / n)


def paired_interval_cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, n: int, gain: float) -> Case:
        seeds = rng.normal(size=n)
        differences = gain * np.linspace(-0.6, 2.6, n) + 0.2 * rng.normal(size=n)
        b = 80 + 3 * seeds
        return Case(name, {"a": b + rng.permutation(differences), "b": b})

    yield case("a wins most runs", int(rng.integers(6, 10)), 2.0)
    yield case("a loses most runs", 20, -1.5)
    yield case("three runs", 3, 1.0)


PAIRED_INTERVAL = Exercise(
    right=answers.paired_interval,
    criteria=(
        Criterion("mean", 1, "the mean of the differences a - b, one number"),
        Criterion("half", 1, "two standard errors of that mean, one number"),
    ),
    cases=paired_interval_cases,
    expected=value_of(interval, "mean", "half"),
    mistakes=mistakes.PAIRED_INTERVAL,
)


# build_and_train


def build_and_train_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield noisy_case("digits and negatives, noisy labels", rng)


BUILD_AND_TRAIN = Exercise(
    right=answers.build_and_train,
    criteria=tuple(Criterion(name, 2, f"at least {bar:.0%} of the digits not seen") for name, bar in BARS.items()),
    cases=build_and_train_cases,
    expected=of_a_network,
    mistakes=TRAINING_MISTAKES,
    returns=4,
)


EXERCISES = (NETWORK_GRADIENTS, GRADIENT_CHECK, BUILD_AND_TRAIN, PAIRED_INTERVAL, CONFUSION_MATRIX)
