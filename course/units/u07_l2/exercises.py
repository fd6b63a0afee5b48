"""Unit 07, the L2 penalty: the exercises.

Everywhere ℓ_Reg = ℓ + λ Σ w², with weights only, no one half, and a loss ℓ that is a mean over examples.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise
from course.judging.witness import gradient_of, value_of
from course.units.kit import sizes
from course.units.u07_l2 import answers, mistakes
from course.units.u07_l2 import choice_mistakes as choice_mistakes
from course.units.u07_l2.forward import after_decay, chosen, penalty, ridge, step, two_layer_penalty, validation_losses

Rng = np.random.Generator


def away_from_zero(rng: Rng, *shape: int) -> Array:
    """Entries of both signs, between 0.3 and 1.5 in size, and no two of one size."""
    return rng.uniform(0.3, 1.5, shape) * rng.choice([-1.0, 1.0], shape)


def strength(rng: Rng) -> float:
    return round(float(rng.uniform(0.12, 0.4)), 3)


def in_single(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs with floating-point arrays in float32."""
    return {
        name: value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in inputs.items()
    }


def layers(rng: Rng, *widths: int) -> list[Array]:
    """Parameters of a network with these numbers of nodes: W1, b1, W2, b2, and so on."""
    return [array for n, m in pairwise(widths) for array in (away_from_zero(rng, n, m), away_from_zero(rng, m))]


# l2_penalty


def l2_penalty_cases(rng: Rng) -> Iterator[Case]:
    yield Case("a network of two layers", {"parameters": layers(rng, *sizes(rng, 3)), "lam": strength(rng)})
    yield Case("a network of three layers", {"parameters": layers(rng, *sizes(rng, 4)), "lam": strength(rng)})
    first, _, *others = layers(rng, *sizes(rng, 4))
    yield Case("a first layer without a bias", {"parameters": [first, *others], "lam": strength(rng)})
    yield Case("one layer", {"parameters": layers(rng, *sizes(rng, 2)), "lam": strength(rng)})
    yield Case("λ = 0", {"parameters": layers(rng, *sizes(rng, 3)), "lam": 0.0})


L2_PENALTY = Exercise(
    right=answers.l2_penalty,
    criteria=(Criterion("penalty", 2, "λ Σ w² over all weights, one number"),),
    cases=l2_penalty_cases,
    expected=value_of(penalty, "penalty"),
    mistakes=mistakes.L2_PENALTY,
)


# l2_gradient


def two_layers(rng: Rng, widths: list[int]) -> dict[str, Any]:
    return dict(zip(("W1", "b1", "W2", "b2"), layers(rng, *widths), strict=True)) | {"lam": strength(rng)}


def l2_gradient_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small network", "another network"):  # no axis of length 2: a lost factor 2 must not be taken for an axis
        yield Case(name, two_layers(rng, sizes(rng, 3, least=3)))
    yield Case("one hidden node", two_layers(rng, [4, 1, 3]))
    mixed = two_layers(rng, sizes(rng, 3))
    mixed |= {name: mixed[name] * 10 ** rng.uniform(-6, 6, mixed[name].shape) for name in ("W1", "W2")}
    yield Case("weights from a millionth to a million", mixed, entrywise=True)
    yield Case("float32 inputs", in_single(two_layers(rng, sizes(rng, 3))))


GRADIENTS = ("dW1", "db1", "dW2", "db2")

L2_GRADIENT = Exercise(
    right=answers.l2_gradient,
    criteria=tuple(Criterion(name, 1, f"the gradient of the penalty, shape of {name[1:]}") for name in GRADIENTS),
    cases=l2_gradient_cases,
    expected=gradient_of(two_layer_penalty, {name: name[1:] for name in GRADIENTS}),
    mistakes=mistakes.L2_GRADIENT,
)


# decayed


def decayed_cases(rng: Rng) -> Iterator[Case]:
    def inputs(shape: tuple[int, ...], shrink: float, steps: int) -> dict[str, Any]:
        """2 η λ is about `shrink`."""
        rate = round(float(rng.uniform(0.3, 0.6)), 3)
        return {"w": away_from_zero(rng, *shape), "learning_rate": rate, "lam": round(shrink / (2 * rate), 3), "steps": steps}

    yield Case("some steps", inputs((3, 4), rng.uniform(0.12, 0.3), int(rng.integers(3, 6))))
    yield Case("more steps", inputs((5,), rng.uniform(0.05, 0.1), int(rng.integers(10, 16))))
    yield Case("one step", inputs((2, 3), rng.uniform(0.2, 0.4), 1))
    yield Case("no step at all", inputs((4,), 0.2, 0))
    yield Case("2 η λ above 1, three steps", inputs((3,), rng.uniform(1.4, 1.8), 3))


DECAYED = Exercise(
    right=answers.decayed,
    criteria=(Criterion("w", 1, "the weights after all steps, shape of w"),),
    cases=decayed_cases,
    expected=value_of(after_decay, "w"),
    mistakes=mistakes.DECAYED,
)


# regularised_step


def step_inputs(rng: Rng) -> dict[str, Any]:
    n, m = sizes(rng, 2)
    arrays = {name: away_from_zero(rng, n, m) if name.endswith("W") else away_from_zero(rng, m) for name in ("W", "b", "dW", "db")}
    return arrays | {"learning_rate": round(float(rng.uniform(0.2, 0.6)), 3), "lam": strength(rng)}


def regularised_step_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a layer", "another layer"):
        yield Case(name, step_inputs(rng))
    flat = step_inputs(rng)
    yield Case("where the loss is flat", flat | {"dW": 0 * flat["dW"], "db": 0 * flat["db"]})
    yield Case("λ = 0", step_inputs(rng) | {"lam": 0.0})
    yield Case("float32 inputs", in_single(step_inputs(rng)))


REGULARISED_STEP = Exercise(
    right=answers.regularised_step,
    criteria=(
        Criterion("W", 2, "the weights after the step, shape of W"),
        Criterion("b", 1, "the biases after the step, shape of b"),
    ),
    cases=regularised_step_cases,
    expected=value_of(step, "W", "b"),
    mistakes=mistakes.REGULARISED_STEP,
)


# ridge_solution


def regression(rng: Rng, n: int, d: int, noise: float = 0.5) -> tuple[Array, Array]:
    X = rng.normal(size=(n, d))
    return X, X @ away_from_zero(rng, d) + noise * rng.normal(size=n)


def ridge_solution_cases(rng: Rng) -> Iterator[Case]:
    def inputs(n: int, d: int) -> dict[str, Any]:
        return dict(zip(("X", "y"), regression(rng, n, d), strict=True)) | {"lam": strength(rng)}

    for name in ("a small data set", "another data set"):
        yield Case(name, inputs(int(rng.integers(9, 14)), int(rng.integers(3, 6))))
    yield Case("more weights than examples", inputs(4, 6))
    yield Case("one weight", inputs(7, 1))
    yield Case("λ = 0", inputs(12, 3) | {"lam": 0.0})
    yield Case("float32 inputs", in_single(inputs(11, 3)))


RIDGE_SOLUTION = Exercise(
    right=answers.ridge_solution,
    criteria=(Criterion("w", 3, "the weights of the minimum, shape (d,)"),),
    cases=ridge_solution_cases,
    expected=value_of(ridge, "w"),
    mistakes=choice_mistakes.RIDGE_SOLUTION,
)


# choose_lambda

CLEAR = 0.01  # how much the second best λ is worse than the best, relative: more than rounding, float32's too, could bridge


def choice(rng: Rng, n: int, d: int, m: int, worst: str) -> dict[str, Any]:
    """Few noisy examples of many weights, drawn until some λ between the extremes is clearly best, and the worst is the `worst`."""
    while True:
        lams = rng.permutation(10 ** np.linspace(-2.5, 1.2, 6) * rng.uniform(0.8, 1.25, 6)).round(5)
        X, y = regression(rng, n + m, d, noise=3.0)
        inputs = {"lams": lams, "X_train": X[:n], "y_train": y[:n], "X_val": X[n:], "y_val": y[n:]}
        losses = validation_losses(**inputs)
        best, second = np.sort(losses)[:2]
        extremes = {"smallest": lams.min(), "largest": lams.max()}
        if lams[losses.argmin()] not in extremes.values() and second > (1 + CLEAR) * best and lams[losses.argmax()] == extremes[worst]:
            return inputs


def choose_lambda_cases(rng: Rng) -> Iterator[Case]:
    yield Case("a small data set", choice(rng, 12, 8, 23, "smallest"))
    yield Case("another data set", choice(rng, 14, 7, 19, "largest"))
    single = choice(rng, 13, 6, 17, "smallest")
    yield Case("one λ to choose from", single | {"lams": single["lams"][:1]})
    yield Case("float32 inputs", in_single(choice(rng, 16, 5, 21, "largest")))


CHOOSE_LAMBDA = Exercise(
    right=answers.choose_lambda,
    criteria=(
        Criterion("lam", 2, "the λ of the lowest validation loss, one number"),
        Criterion("losses", 1, "the validation loss of each λ, shape (λs,)"),
    ),
    cases=choose_lambda_cases,
    expected=value_of(chosen, "lam", "losses"),
    needs=("ridge_solution",),
    mistakes=choice_mistakes.CHOOSE_LAMBDA,
)


EXERCISES = (L2_PENALTY, L2_GRADIENT, DECAYED, REGULARISED_STEP, RIDGE_SOLUTION, CHOOSE_LAMBDA)
