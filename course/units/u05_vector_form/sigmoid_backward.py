"""`sigmoid_backward`: the gradient of the sigmoid."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units import forward
from course.units.kit import Rng, mixed_scales, positive, signed, single, sizes


def sigmoid_backward(upstream, Z):
    """Gradient dZ of the sigmoid, H = 1 / (1 + exp(-Z)), entry by entry.

    upstream is ∂ℓ/∂H; upstream, Z and dZ have one shape. Finite for every Z.
    """
    e = np.exp(-np.abs(Z))  # the slope is the same at z and -z, and here nothing overflows
    return upstream * e / (1 + e) ** 2


def loss(upstream: Array, Z: Array) -> complex:
    return (upstream * forward.sigmoid(Z)).sum()


def cases(rng: Rng) -> Iterator[Case]:
    def of(Z: Array) -> dict:
        return {"upstream": signed(rng, Z.shape), "Z": Z}

    for name in ("a small batch", "another batch"):
        yield Case(name, of(signed(rng, tuple(sizes(rng, 2)))), batch="Z")
    Z = signed(rng, (3, 4))
    Z[:, 0] = rng.choice([-1e4, 1e4], 3)
    yield Case("saturated units, Z = ±1e4", of(Z), batch="Z")
    Z = rng.uniform(7, 11, (3, 5)) * rng.choice([-1.0, 1.0], (3, 5))
    Z[0, :2] = rng.uniform(7, 11, 2)
    scaled = {"upstream": positive(rng, Z.shape) * mixed_scales(5), "Z": Z}
    yield Case("nearly saturated units, upstreams of very different scales", scaled, entrywise=True, batch="Z")
    yield Case("float32 inputs", single(of(signed(rng, (4, 3)))), batch="Z")


EXERCISE = Exercise(
    right=sigmoid_backward,
    criteria=(Criterion("dZ", 1, "∂ℓ/∂Z, shape of Z"),),
    cases=cases,
    expected=gradient_of(loss, {"dZ": "Z"}),
    mistakes=(
        Mistake("the upstream is left out",
                "You have the slope ∂H/∂Z. The rule multiplies it by what comes from above.",
                "upstream * e / → e /"),
        Mistake("Z stands where σ(Z) belongs",
                "σ'(z) = σ(z) (1 - σ(z)): is what you multiply a z, or a σ(z)?",
                "e / (1 + e) ** 2 → Z * (1 - Z)"),
        Mistake("multiplied by σ(Z), not by its derivative",
                "You have the value of the sigmoid. What is its slope?",
                "e / (1 + e) ** 2 → forward.sigmoid(Z)"),
        Mistake("the factor σ(Z) is missing",
                "Go through the derivative of 1 / (1 + exp(-z)) again: it has two factors.",
                "e / (1 + e) ** 2 → (1 - forward.sigmoid(Z))"),
        Mistake("the derivative of tanh is used",
                "1 - h², where h is the output, is the slope of tanh. What is the sigmoid's?",
                "e / (1 + e) ** 2 → (1 - forward.sigmoid(Z) ** 2)"),
    ),
)
