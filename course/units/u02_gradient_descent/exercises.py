"""Unit 02, the loss and gradient descent: the exercises.

Every case is drawn afresh from `rng`; sizes differ, so that a sum over the wrong axis, or over too many, cannot hide.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected
from course.judging.probes import Formula, arguments
from course.judging.witness import gradient_of, in_double
from course.units.u02_gradient_descent import answers, mistakes
from course.units.u02_gradient_descent import loss_mistakes as loss_mistakes
from course.units.u02_gradient_descent.forward import (
    best_step,
    central_differences,
    cross_entropy,
    descent,
    error_slope,
    line_loss,
    mse,
    rate_limit,
    softmax,
)

Rng = np.random.Generator


def computed(formula: Callable[..., Any], name: str) -> Callable[[Case], dict[str, Expected]]:
    """The expected value from a formula of the arguments that an answer gets, in double precision."""
    return lambda case: {name: Expected(np.asarray(formula(*arguments(in_double(case.inputs)))))}


def sizes(rng: Rng, n: int, least: int = 2, most: int = 8) -> list[int]:
    """n different sizes, so that no two axes can be mistaken for one another."""
    return [int(size) for size in rng.permutation(np.arange(least, most))[:n]]


def single(inputs: dict[str, Any]) -> dict[str, Any]:
    """The same inputs, floating-point arrays in float32."""
    return {
        name: value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in inputs.items()
    }


# mse


def mse_cases(rng: Rng) -> Iterator[Case]:
    def pair(*shape: int) -> dict[str, Array]:
        predictions = rng.uniform(0.5, 3, shape)
        return {"predictions": predictions, "targets": predictions + rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 2, shape)}

    yield Case("one output for each example", pair(int(rng.integers(5, 9))))
    yield Case("several outputs for each example", pair(*sizes(rng, 2, least=3)))
    yield Case("one example", pair(1, 4))
    yield Case("whole numbers", {"predictions": rng.integers(0, 9, 6), "targets": rng.integers(10, 20, 6)})
    yield Case("float32 inputs", single(pair(4, 3)))


MSE = Exercise(
    right=answers.mse,
    criteria=(Criterion("loss", 1, "the mean squared error, one number"),),
    cases=mse_cases,
    expected=computed(mse, "loss"),
    mistakes=loss_mistakes.MSE,
)


# softmax


def far_apart(rng: Rng, rows: int) -> Array:
    """Logits of ±1e4, each row in another order."""
    return rng.permuted(np.tile([-1e4, 5e3, 1e4], (rows, 1)), axis=1)


def levels_apart(rng: Rng, rows: int, classes: int) -> Array:
    """Ordinary rows, moved up and down by a thousand: what is left out of one row's softmax must not decide another's."""
    return rng.normal(size=(rows, classes)) + 1e3 * rng.permutation(np.arange(rows) - rows // 2)[:, None]


def softmax_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small batch", "another batch"):
        yield Case(name, {"logits": rng.normal(size=sizes(rng, 2, least=3))})
    yield Case("one example", {"logits": rng.normal(size=(1, 4))})
    yield Case("all logits near -1000", {"logits": rng.normal(size=(4, 3)) - 1e3})
    yield Case("rows a thousand apart", {"logits": levels_apart(rng, 5, 3)})
    yield Case("logits of ±1e4", {"logits": far_apart(rng, 5)})
    yield Case("float32 inputs", single({"logits": rng.normal(size=(4, 3))}))


SOFTMAX = Exercise(
    right=answers.softmax,
    criteria=(Criterion("p", 2, "the probabilities, shape (N, C)"),),
    cases=softmax_cases,
    expected=computed(softmax, "p"),
    mistakes=loss_mistakes.SOFTMAX,
)


# cross_entropy


def labels_of(rng: Rng, logits: Array) -> Array:
    """A label for each row; the first is not the class with the largest logit."""
    labels = rng.integers(logits.shape[1], size=len(logits))
    labels[0] = np.argsort(logits[0])[int(rng.integers(logits.shape[1] - 1))]
    return labels


def cross_entropy_cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, logits: Array) -> Case:
        return Case(name, {"logits": logits, "labels": labels_of(rng, logits)})

    for name in ("a small batch", "another batch"):
        yield case(name, rng.normal(size=sizes(rng, 2, least=3)))
    yield case("one example", rng.normal(size=(1, 4)))
    yield case("all logits near -1000", rng.normal(size=(4, 3)) - 1e3)
    yield case("rows a thousand apart", levels_apart(rng, 5, 3))
    yield case("logits of ±1e4", far_apart(rng, 5))
    float32 = case("float32 inputs", rng.normal(size=(4, 3)))
    yield Case(float32.name, single(dict(float32.inputs)))


CROSS_ENTROPY = Exercise(
    right=answers.cross_entropy,
    criteria=(Criterion("loss", 2, "the mean loss over the batch, one number"),),
    cases=cross_entropy_cases,
    expected=computed(cross_entropy, "loss"),
    mistakes=loss_mistakes.CROSS_ENTROPY,
)


# numerical_gradient


def wavy(rng: Rng, *shape: int) -> str:
    """The text of a function of one array in which every entry meets every other, none like another."""
    weights, pull = rng.uniform(0.5, 1.5, shape).round(2).tolist(), rng.uniform(0.2, 0.6, shape).round(2).tolist()
    return Formula(f"lambda x: (np.array({weights}) * x**3).sum() / 3 + np.sin((np.array({pull}) * x).sum()) + np.exp((x * x).sum() / -9)")


def numerical_gradient_cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, *shape: int, h: float) -> Case:
        x = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.4, 1.6, shape)
        return Case(name, {"f": wavy(rng, *shape), "x": x, "h": h})

    steps = rng.uniform(0.15, 0.4, 5).round(3).tolist()
    yield case("a vector", int(rng.integers(3, 6)), h=steps[0])
    yield case("a matrix", *sizes(rng, 2, most=5), h=steps[1])
    yield case("three axes", 2, 1, 3, h=steps[2])
    yield case("one number, shape ()", h=steps[3])
    whole = rng.permutation([-2, -1, 1, 3])
    yield Case("whole numbers", {"f": wavy(rng, 4), "x": whole, "h": steps[4]})
    yield case("a small step", 3, h=1e-4)
    float32 = case("float32 inputs", 2, 3, h=0.25)
    yield Case(float32.name, single(dict(float32.inputs)))


NUMERICAL_GRADIENT = Exercise(
    right=answers.numerical_gradient,
    criteria=(Criterion("gradient", 3, "the central differences, shape of x"),),
    cases=numerical_gradient_cases,
    expected=computed(central_differences, "gradient"),
    mistakes=mistakes.NUMERICAL_GRADIENT,
)


# error_slope and best_step


def error_slope_cases(rng: Rng) -> Iterator[Case]:
    def inputs(third: float, value: float, eps: float) -> dict[str, Any]:
        best = best_step(third, value, eps)
        h = best * rng.permutation(np.concatenate([rng.uniform(0.4, 0.7, 2), rng.uniform(1.5, 3, 3)]))
        return {"h": h, "third_derivative": third, "value": value, "eps": eps}

    third, value, eps = (float(rng.uniform(*bounds)) for bounds in ((0.5, 2), (3, 9), (1e-3, 5e-3)))
    yield Case("a coarse arithmetic", inputs(third, value, eps))
    yield Case("a negative third derivative", inputs(-third * 1.3, value, eps))
    yield Case("a negative value", inputs(third, -value * 1.2, eps))
    yield Case("float64's eps", inputs(third * 1.5, value, float(np.finfo(float).eps)), entrywise=True)
    yield Case("float32's eps", inputs(third, value * 20, float(np.finfo(np.float32).eps)), entrywise=True)


ERROR_SLOPE = Exercise(
    right=answers.error_slope,
    criteria=(Criterion("slope", 1, "dE/dh at each step, shape of h"),),
    cases=error_slope_cases,
    expected=computed(error_slope, "slope"),
    mistakes=mistakes.ERROR_SLOPE,
)


def best_step_cases(rng: Rng) -> Iterator[Case]:
    def inputs(sign: float, other: float, eps: float) -> dict[str, float]:
        third = float(rng.uniform(0.5, 3))
        return {"third_derivative": sign * third, "value": other * third * float(rng.uniform(4, 20)), "eps": eps}

    double, half = float(np.finfo(float).eps), float(np.finfo(np.float16).eps)
    yield Case("float64's eps", inputs(1, 1, double), entrywise=True)
    yield Case("float16's eps", inputs(1, 1, half), entrywise=True)
    yield Case("a negative third derivative", inputs(-1, 1, double), entrywise=True)
    yield Case("a negative value", inputs(1, -1, double), entrywise=True)
    yield Case("both negative", inputs(-1, -1, half), entrywise=True)


BEST_STEP = Exercise(
    right=answers.best_step,
    criteria=(Criterion("h", 2, "the best step, one positive number"),),
    cases=best_step_cases,
    expected=computed(best_step, "h"),
    mistakes=mistakes.BEST_STEP,
)


# line_gradient


def line_gradient_cases(rng: Rng) -> Iterator[Case]:
    def inputs(n: int, scale: float = 1.0) -> dict[str, Array]:
        x, theta = scale * rng.uniform(0.5, 2, n), rng.uniform(0.5, 2, 2)
        return {"theta": theta, "x": x, "y": theta[0] * x + theta[1] - rng.uniform(0.4, 1.5, n)}

    yield Case("a few points", inputs(int(rng.integers(4, 8))))
    mixed = inputs(9)
    mixed["y"] += 3 * rng.normal(size=9)
    yield Case("points above and below the line", mixed)
    yield Case("one point", inputs(1))
    yield Case("x in another unit, a billion times as large", inputs(5, scale=1e-9), entrywise=True)
    yield Case("float32 inputs", single(inputs(6)))


LINE_GRADIENT = Exercise(
    right=answers.line_gradient,
    criteria=(Criterion("gradient", 2, "(∂ℓ/∂w, ∂ℓ/∂b), shape (2,)"),),
    cases=line_gradient_cases,
    expected=gradient_of(line_loss, {"gradient": "theta"}),
    mistakes=loss_mistakes.LINE_GRADIENT,
)


# gradient_descent


def bowl(rng: Rng, d: int) -> str:
    """The text of the gradient of a bowl whose axes lie askew: the entries of theta meet one another."""
    spread = rng.normal(size=(d, d))
    matrix = (spread @ spread.T / d + np.eye(d)).round(2).tolist()
    return Formula(f"lambda theta: np.array({matrix}) @ (theta - np.array({rng.uniform(1, 2, d).round(2).tolist()}))")


def gradient_descent_cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, d: int, steps: int) -> Case:
        start, rate = rng.uniform(-3, -1, d), float(rng.uniform(0.08, 0.2))
        return Case(name, {"gradient": bowl(rng, d), "start": start, "learning_rate": rate, "steps": steps})

    yield case("a bowl of two parameters", 2, int(rng.integers(5, 9)))
    yield case("a bowl of four parameters", 4, 6)
    wave = Formula("lambda theta: np.sin(theta) + theta / 5")
    yield Case("one parameter, no bowl", {"gradient": wave, "start": rng.uniform(1, 2, 1), "learning_rate": 0.7, "steps": 8})
    whole = {"gradient": bowl(rng, 3), "start": rng.integers(-4, -1, 3), "learning_rate": 0.15, "steps": 5}
    yield Case("a start of whole numbers", whole)
    yield case("no step at all", 3, 0)
    yield Case("float32 inputs", single(dict(case("", 3, 4).inputs)))


GRADIENT_DESCENT = Exercise(
    right=answers.gradient_descent,
    criteria=(Criterion("path", 3, "the start and every theta after it, shape (steps + 1, d)"),),
    cases=gradient_descent_cases,
    expected=computed(descent, "path"),
    mistakes=mistakes.GRADIENT_DESCENT,
)


# rate_limit


def rate_limit_cases(rng: Rng) -> Iterator[Case]:
    def curvature(directions: Array) -> Array:
        """Symmetric, with curvatures along these directions that all differ."""
        d = len(directions)
        A = directions * (0.5 + np.arange(d) + rng.uniform(0, 0.4, d)) @ directions.T
        return (A + A.T) / 2

    turn = rng.uniform(0.4, 1.1)  # well between the axes
    yield Case("two parameters", {"A": curvature(np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]))})
    for name, d in (("three parameters", 3), ("five parameters", 5)):
        yield Case(name, {"A": curvature(np.linalg.qr(rng.normal(size=(d, d)))[0])})
    yield Case("directions that are axes", {"A": np.diag(rng.permutation([0.5, 2.0, 7.0]) * rng.uniform(0.9, 1.1, 3))})
    yield Case("one parameter", {"A": rng.uniform(0.5, 4, (1, 1))})
    yield Case("float32 inputs", single({"A": np.cov(rng.normal(size=(3, 9)))}))


RATE_LIMIT = Exercise(
    right=answers.rate_limit,
    criteria=(Criterion("limit", 1, "the largest learning rate, one number"),),
    cases=rate_limit_cases,
    expected=computed(rate_limit, "limit"),
    mistakes=mistakes.RATE_LIMIT,
)


EXERCISES = (
    MSE,
    SOFTMAX,
    CROSS_ENTROPY,
    NUMERICAL_GRADIENT,
    ERROR_SLOPE,
    BEST_STEP,
    LINE_GRADIENT,
    GRADIENT_DESCENT,
    RATE_LIMIT,
)
