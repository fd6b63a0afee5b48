"""Unit 06, the training algorithm: the exercises.

A random start, random batches and trained weights may be right in many ways: what must hold of them is tested in `training_properties`.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course import data
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected
from course.judging.probes import Seed
from course.judging.witness import value_of
from course.units.u06_training import answers, mistakes
from course.units.u06_training import loop_mistakes as loop_mistakes
from course.units.u06_training import properties as properties
from course.units.u06_training.forward import he, loss_and_gradients

Rng = np.random.Generator

WEIGHTS = ("W1", "b1", "W2", "b2")


def seed_from(rng: Rng) -> Seed:
    return Seed(int(rng.integers(2**31)))


def in_single(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs with floating-point arrays in float32."""
    return {
        name: value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in inputs.items()
    }


# initialise


def initialise_cases(rng: Rng) -> Iterator[Case]:
    """Layers that differ much in size, so that every wrong scale stands out, and have thousands of weights, so that chance is small."""
    wide = tuple(int(rng.integers(*between)) for between in ((60, 90), (200, 260), (25, 40)))
    narrow = tuple(int(rng.integers(*between)) for between in ((250, 300), (50, 70), (150, 200)))
    for name, sizes in (("a wide hidden layer", wide), ("a narrow hidden layer", narrow)):
        yield Case(name, {"sizes": sizes, "rng": seed_from(rng)})


INITIALISE = Exercise(
    right=answers.initialise,
    criteria=(
        Criterion("weights", 2, "W1, shape (in, hidden), and W2, shape (hidden, out)"),
        Criterion("biases", 1, "b1, shape (hidden,), and b2, shape (out,)"),
    ),
    cases=initialise_cases,
    expected=properties.of_a_start,
    probe="drawn",
    mistakes=mistakes.INITIALISE,
    returns=4,
)


# minibatches


def minibatches_cases(rng: Rng) -> Iterator[Case]:
    size = int(rng.integers(31, 42))
    n = 9 * size + int(rng.integers(8, size - 8))
    inputs = {"n": n, "batch_size": size, "rng": seed_from(rng)}
    yield Case("a last batch that is smaller", inputs)
    yield Case("whole batches alone", {"n": 6 * size, "batch_size": size, "rng": seed_from(rng)})
    yield Case("all examples in one batch", {"n": n, "batch_size": n, "rng": seed_from(rng)})
    yield Case("one example in each batch", {"n": 40, "batch_size": 1, "rng": seed_from(rng)})


MINIBATCHES = Exercise(
    right=answers.minibatches,
    criteria=(Criterion("batches", 2, "the batches, one array of indices after the other"),),
    cases=minibatches_cases,
    expected=properties.of_an_epoch,
    probe="pieces",
    mistakes=mistakes.MINIBATCHES,
)


# sgd_step


def step(theta: Array, gradient: Array, m: Array, learning_rate: float, momentum: float) -> tuple[Array, Array]:
    velocity = momentum * m + gradient
    return theta - learning_rate * velocity, velocity


def sgd_step_cases(rng: Rng) -> Iterator[Case]:
    def inputs(shape: tuple[int, ...], learning_rate: float, momentum: float) -> dict[str, Any]:
        arrays = {name: rng.normal(size=shape) for name in ("theta", "gradient", "m")}
        return arrays | {"learning_rate": learning_rate, "momentum": momentum}

    yield Case("a matrix of weights", inputs((3, 4), round(rng.uniform(0.1, 0.4), 2), round(rng.uniform(0.6, 0.8), 2)))
    yield Case("a vector of biases", inputs((5,), round(rng.uniform(0.02, 0.08), 3), 0.9))
    yield Case("no momentum", inputs((2, 3), 0.3, 0.0))
    at_rest = inputs((4, 2), 0.2, 0.7)
    yield Case("the first step, from rest", at_rest | {"m": np.zeros((4, 2))})
    yield Case("a flat place, with some velocity left", inputs((3,), 0.25, 0.8) | {"gradient": np.zeros(3)})
    yield Case("float32 inputs", in_single(inputs((3, 5), 0.15, 0.85)))


SGD_STEP = Exercise(
    right=answers.sgd_step,
    criteria=(
        Criterion("theta", 1, "the parameters after the step, shape of theta"),
        Criterion("m", 1, "the velocity after the step, shape of theta"),
    ),
    cases=sgd_step_cases,
    expected=value_of(step, "theta", "m"),
    mistakes=mistakes.SGD_STEP,
)


# one_epoch


def after_one_epoch(
    X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array, batches: Array, learning_rate: float
) -> tuple[Array, ...]:
    weights: tuple[Array, ...] = (W1, b1, W2, b2)
    for batch in batches:
        _, gradients = loss_and_gradients(X[batch], labels[batch], *weights)
        weights = tuple(w - learning_rate * gradient for w, gradient in zip(weights, gradients, strict=True))
    return weights


def one_epoch_cases(rng: Rng) -> Iterator[Case]:
    def inputs(n: int, size: int, inputs: int, hidden: int, classes: int) -> dict[str, Any]:
        W1, _, W2, _ = he(rng, inputs, hidden, classes)
        return {
            "X": rng.normal(size=(n, inputs)), "labels": rng.integers(classes, size=n), "W1": W1, "b1": rng.normal(size=hidden) / 4,
            "W2": W2, "b2": rng.normal(size=classes) / 4, "batches": rng.permutation(n).reshape(-1, size),
            "learning_rate": round(rng.uniform(0.2, 0.6), 2),
        }  # fmt: skip

    yield Case("three batches", inputs(12, 4, 3, 6, 5))
    yield Case("four batches", inputs(20, 5, 4, 7, 3))
    yield Case("float32 inputs", in_single(inputs(14, 7, 2, 6, 4)))


ONE_EPOCH = Exercise(
    right=answers.one_epoch,
    criteria=(
        Criterion("W1", 1, "the first layer's weights after the epoch, shape (in, hidden)"),
        Criterion("b1", 1, "the first layer's biases after the epoch, shape (hidden,)"),
        Criterion("W2", 1, "the second layer's weights after the epoch, shape (hidden, C)"),
        Criterion("b2", 1, "the second layer's biases after the epoch, shape (C,)"),
    ),
    cases=one_epoch_cases,
    expected=value_of(after_one_epoch, *WEIGHTS),
    mistakes=loop_mistakes.ONE_EPOCH,
)


# stopping_criterion


def stop(losses: Array, gradient_norm: float, max_epochs: int, min_norm: float, tolerance: float) -> float:
    """1 to stop, 0 to go on."""
    come_to_rest = len(losses) > 1 and abs(losses[-1] - losses[-2]) < tolerance
    return float(not np.isfinite(losses[-1]) or len(losses) >= max_epochs or gradient_norm < min_norm or come_to_rest)


def stopping_criterion_cases(rng: Rng) -> Iterator[Case]:
    """Each question is about one criterion, and the others are far from being met, or from not being met."""
    bound = round(float(rng.uniform(0.5, 2)), 2)  # of what is a small change, in hundredths
    falling = np.round(2.3 * 0.8 ** np.arange(int(rng.integers(5, 9))) + rng.uniform(0.2, 0.4), 4)

    def case(name: str, losses: Any, gradient_norm: float = 0.5, max_epochs: int = 100, min_norm: float = 0.01) -> Case:
        inputs = {"losses": np.asarray(losses, float), "gradient_norm": gradient_norm, "max_epochs": max_epochs, "min_norm": min_norm}
        return Case(name, inputs | {"tolerance": bound / 100})

    yield case("the loss still falls, and nothing is met", falling)
    yield case("as many epochs as there may be", falling, max_epochs=len(falling))
    yield case("one epoch less than there may be", falling, max_epochs=len(falling) + 1)
    yield case("a gradient that is nearly zero", falling, gradient_norm=0.002)
    yield case("a small loss that still falls", falling / 1000 + [*np.zeros(len(falling) - 2), 0.1, 0], gradient_norm=0.3)
    yield case("a loss that hardly changes", np.append(falling, falling[-1] - bound / 500))
    yield case("a loss that rises, and by much", np.append(falling, falling[-1] + 0.2))
    yield case("a loss that rises, and hardly", np.append(falling, falling[-1] + bound / 500))
    yield case("a large loss, and a change that is small beside it", 1000 + 10 * falling)
    yield case("a pause two epochs ago", [*falling[:-1], falling[-2], falling[-2] - 0.2])
    yield case("the first epoch", falling[:1])
    yield case("the second epoch, and hardly a change", [falling[0], falling[0] - bound / 500])
    yield case("a loss of nan", np.append(falling, np.nan), gradient_norm=np.nan)
    yield case("a loss that is infinite", np.append(falling, np.inf))


STOPPING_CRITERION = Exercise(
    right=answers.stopping_criterion,
    criteria=(Criterion("stop", 2, "True (1) to stop, False (0) to go on"),),
    cases=stopping_criterion_cases,
    expected=lambda case: {"stop": Expected(np.array(stop(**case.inputs)))},
    mistakes=loop_mistakes.STOPPING_CRITERION,
)


# train


def train_cases(rng: Rng) -> Iterator[Case]:
    """Digits sorted by label, as a file may well be: who takes them in their order forgets the first ones."""
    for name, n, hidden, size, steps in (("600 digits", 600, 20, 24, 360), ("500 digits, another network", 500, 24, 20, 330)):
        everything = properties.all_digits()
        order = rng.permutation(len(everything.y))
        chosen, rest = order[:n], order[n:]
        chosen = chosen[np.argsort(everything.y[chosen], kind="stable")]
        inputs = {"X": everything.X[chosen], "labels": everything.y[chosen]}
        inputs |= dict(zip(WEIGHTS, he(rng, everything.X.shape[1], hidden, data.CLASSES), strict=True))
        yield properties.Unseen(
            name,
            inputs | {"steps": steps, "batch_size": size, "learning_rate": 0.3, "rng": seed_from(rng)},
            unseen=data.Examples(everything.X[rest], everything.y[rest]),
        )


TRAIN = Exercise(
    right=answers.train,
    criteria=(Criterion("accuracy", 4, f"at least {properties.BAR:.0%} on digits not seen"),),
    cases=train_cases,
    expected=properties.of_trained_weights,
    mistakes=loop_mistakes.TRAIN,
    returns=4,
)


EXERCISES = (INITIALISE, MINIBATCHES, SGD_STEP, ONE_EPOCH, TRAIN, STOPPING_CRITERION)
