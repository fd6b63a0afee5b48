"""`sigmoid_backward`: the gradient of the sigmoid."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units import forward
from course.units.kit import Rng, away_from_zero, mixed_scales, positive, signed, single, sizes


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

    yield Case("one example", of(away_from_zero(rng, (1, 3))), batch="Z")
    for name in ("a small batch", "another batch"):
        yield Case(name, of(signed(rng, tuple(sizes(rng, 2, least=3)))), batch="Z")
    Z = signed(rng, (3, 4))
    Z[:, 0] = rng.permutation([-1e4, rng.choice([-1e4, 1e4]), 1e4])
    yield Case("saturated units, Z = ±1e4", of(Z), batch="Z")
    Z = rng.uniform(7, 11, (3, 5)) * rng.choice([-1.0, 1.0], (3, 5))
    Z[0, :2] = rng.uniform(7, 11, 2)
    scaled = {"upstream": positive(rng, Z.shape) * mixed_scales(5), "Z": Z}
    yield Case("nearly saturated units, upstreams of very different scales", scaled, entrywise=True, batch="Z")
    yield Case("units further on, where 1 - σ(Z) has eight digits left", of(rng.uniform(16, 17, (3, 6))), entrywise=True, batch="Z")
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
        Mistake("the upstream is multiplied by σ(Z), not by its slope",
                "You have the value of the sigmoid. What is its slope?",
                "e / (1 + e) ** 2 → forward.sigmoid(Z)"),
        Mistake("the factor σ(Z) is missing",
                "Go through the derivative of 1 / (1 + exp(-z)) again: it has two factors.",
                "e / (1 + e) ** 2 → (1 - forward.sigmoid(Z))"),
        Mistake("e alone is squared, and not 1 + e",
                "What is squared is the whole bracket. What does your square belong to?",
                "(1 + e) ** 2 → (1 + e**2)"),
        Mistake("the derivative of tanh is used",
                "1 - h², where h is the output, is the slope of tanh. What is the sigmoid's?",
                "e / (1 + e) ** 2 → (1 - forward.sigmoid(Z) ** 2)"),
        Mistake("the slope of tanh at Z is used",
                "Which function is differentiated here? Its output lies between 0 and 1.",
                "e / (1 + e) ** 2 → (1 - np.tanh(Z) ** 2)"),
        Mistake("the slope is taken at σ(Z), and not at Z",
                "σ'(z) = σ(z) (1 - σ(z)): how often does the sigmoid go on in your formula?",
                "e = np.exp(-np.abs(Z)) → e = np.exp(-forward.sigmoid(Z))"),
        Mistake("upstream and Z have changed places",
                "Which of the two was on the way forward? In which order does the function take them?",
                ("e = np.exp(-np.abs(Z)) → upstream, Z = Z, upstream; e = np.exp(-np.abs(Z))",)),
        Mistake("the upstream is multiplied by σ(Z)², and not by the slope",
                "The slope of 1 / (1 + exp(-z)) has a square below the line. What stands above it?",
                "e / (1 + e) ** 2 → forward.sigmoid(Z) ** 2"),
        Mistake("a factor σ(Z) is there twice",
                "The slope has two factors. How many have you?",
                "upstream * e → upstream * forward.sigmoid(Z) * e"),
        Mistake("a factor 1 - σ(Z) is there twice",
                "The slope has two factors. How many have you?",
                "upstream * e → upstream * (1 - forward.sigmoid(Z)) * e"),
        Mistake("a second slope σ(Z) (1 - σ(Z)) is multiplied in",
                "One node, one slope: the upstream comes from behind the sigmoid.",
                "upstream * e / (1 + e) ** 2 → upstream * (e / (1 + e) ** 2) ** 2"),
        Mistake("Z stands where σ(Z) belongs in the first factor",
                "Is each z of your formula a z, or a σ(z)?",
                "e / (1 + e) ** 2 → Z * (1 - forward.sigmoid(Z))"),
        Mistake("Z stands where σ(Z) belongs in the second factor",
                "Is each z of your formula a z, or a σ(z)?",
                "e / (1 + e) ** 2 → forward.sigmoid(Z) * (1 - Z)"),
        Mistake("the slope of ReLU is used", "H = 1 / (1 + exp(-Z)) here. Which slope belongs to it?", "e / (1 + e) ** 2 → (Z > 0)"),
        Mistake("the result is summed over the batch",
                "dZ has the shape of Z: every example has a gradient of its own.",
                "upstream * e / (1 + e) ** 2 → (upstream * e / (1 + e) ** 2).sum(axis=0)"),
        Mistake("exp(-Z) overflows where Z is very negative",
                "exp(10000) is ∞, and ∞/∞ is NaN. Can the slope be written with σ(Z) alone, or with an exp that stays small?",
                "-np.abs(Z) → -Z"),
        Mistake("the upstream is passed on unchanged",
                "A sigmoid damps every change: by which factor, at Z?",
                "upstream * e / (1 + e) ** 2 → upstream.copy()"),
    ),
)
