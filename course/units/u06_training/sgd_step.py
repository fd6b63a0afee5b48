"""`sgd_step`: one step with momentum."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, signed, single


def sgd_step(theta, gradient, m, learning_rate, momentum):
    """One step of gradient descent with momentum: m ← β m + ∇ℓ, then θ ← θ - η m.

    theta, gradient and the velocity m are arrays of one shape; learning_rate is η, momentum is β.
    Returns the new theta and the new m; the inputs stay as they are.
    """
    m = momentum * m + gradient
    theta = theta - learning_rate * m
    return theta, m


def step(theta: Array, gradient: Array, m: Array, learning_rate: float, momentum: float) -> list[Array]:
    """θ and m after the step, as one linear map of θ, m and the gradient."""
    coefficients = np.array([[1, -learning_rate * momentum, -learning_rate], [0, momentum, 1]])
    return list(np.tensordot(coefficients, np.stack([theta, m, gradient]), axes=1))


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(shape: tuple[int, ...], learning_rate: float, momentum: float) -> dict[str, Any]:
        arrays = {name: signed(rng, shape) for name in ("theta", "gradient", "m")}
        return arrays | {"learning_rate": learning_rate, "momentum": momentum}

    yield Case("a matrix of weights", inputs((3, 4), round(rng.uniform(0.1, 0.4), 2), round(rng.uniform(0.6, 0.8), 2)))
    yield Case("a vector of biases", inputs((5,), round(rng.uniform(0.02, 0.08), 3), 0.9))
    yield Case("no momentum", inputs((3, 2), 0.3, 0.0))
    yield Case("the first step, from rest", inputs((4, 2), 0.2, 0.7) | {"m": np.zeros((4, 2))})
    yield Case("a flat place, with some velocity left", inputs((3,), 0.25, 0.8) | {"gradient": np.zeros(3)})
    yield Case("float32 inputs", single(inputs((3, 5), 0.15, 0.85)))


EXERCISE = Exercise(
    right=sgd_step,
    criteria=(
        Criterion("theta", 1, "the parameters after the step, shape of theta"),
        Criterion("m", 1, "the velocity after the step, shape of theta"),
    ),
    cases=cases,
    expected=value_of(step, "theta", "m"),
    mistakes=(
        Mistake("the step goes uphill", "The gradient points to where the loss grows. Which way do you want to go?", "theta - → theta +"),
        Mistake("the momentum is left out",
                "Compare with the formula for m: which part of the old velocity is kept?",
                "momentum * m + gradient → gradient"),
        Mistake("θ moves along the bare gradient, and the velocity is not used",
                "You compute m, and then? What does the formula for θ multiply by η?",
                "learning_rate * m → learning_rate * gradient"),
        Mistake("θ moves with the old velocity",
                "The formulas come one after the other: which m stands in the second one?",
                ("m = momentum → old, m = m, momentum", "learning_rate * m → learning_rate * old")),
        Mistake("the gradient is multiplied by 1 - β",
                "That makes m a running average. Here it is a running sum: look at the formula for m again.",
                "+ gradient → + (1 - momentum) * gradient"),
        Mistake("the learning rate is inside the velocity",
                "Some books do it so. In our formulas, in which of the two lines does η stand?",
                ("+ gradient → + learning_rate * gradient", "learning_rate * m → m")),
        Mistake("the learning rate is left out", "How far does one step go? Look for η in your line for θ.", "learning_rate * m → m"),
        Mistake("β multiplies the gradient, not the old velocity",
                "β says how much of the old velocity stays.",
                "momentum * m + gradient → m + momentum * gradient"),
        Mistake("the old velocity is returned",
                "The next step needs the velocity of this one. Which m do you return?",
                ("m = momentum → new = momentum", "learning_rate * m → learning_rate * new")),
        Mistake("the old velocity is multiplied by η, too",
                "Compare with the formula for m, factor by factor: what stands before the old m?",
                "momentum * m + → learning_rate * momentum * m +"),
        Mistake("the old velocity is subtracted",
                "Momentum goes on in the old direction. Which sign has it in the formula?",
                "momentum * m + gradient → gradient - momentum * m"),
        Mistake("the old velocity is multiplied by 1 - β",
                "With β = 0.9, how much of the old velocity is to stay?",
                "momentum * m + → (1 - momentum) * m +"),
        Mistake("the old velocity is multiplied by 0.9, whatever β is", "`momentum` is among the inputs.", "momentum * m + → 0.9 * m +"),
        Mistake("η stands in both formulas",
                "A step has one factor η. In which of the two lines?",
                "+ gradient → + learning_rate * gradient"),
        Mistake("the velocity is the step itself, and is added to θ",
                "Some books do it so. Here m is a sum of gradients, and η and the minus stand in the line for θ.",
                ("+ gradient → - learning_rate * gradient", "theta - learning_rate * m → theta + m")),
        Mistake("the velocity points downhill, and η m is added to θ",
                "That makes the same θ from rest. But in our formula the gradient is added to the velocity.",
                ("+ gradient → - gradient", "theta - learning_rate * m → theta + learning_rate * m")),
        Mistake("θ moves by the gradient and by β times the new velocity",
                "That is Nesterov's momentum. Here θ moves by η m, and m holds the gradient already.",
                "learning_rate * m → learning_rate * (gradient + momentum * m)"),
        Mistake("θ moves by the gradient on top of the new velocity",
                "The new m holds the gradient already: how often does it stand in the step?",
                "learning_rate * m → learning_rate * (gradient + m)"),
        Mistake("θ stays where it is", "Which θ do you return: the old one, or the new one?", "theta = theta - learning_rate * m → "),
        Mistake("the step is returned, and not the θ that it leads to",
                "What is asked for is where θ is after the step.",
                "theta = theta - learning_rate * m → theta = -learning_rate * m"),
        Mistake("the gradient is returned for the velocity",
                "The next step needs the velocity of this one: is that the gradient?",
                "return theta, m → return theta, gradient"),
        Mistake("the velocity is returned first",
                "Two values in this order: the parameters, then the velocity.",
                "return theta, m → return m, theta"),
    ),
)
