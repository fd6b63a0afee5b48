"""Unit 08, dropout: the exercises.

Masks are random, and judged by what must hold of them; everything else is drawn afresh with sizes that all differ.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from course.exercises import dropout_mistakes as mistakes
from course.exercises.base import Array, Case, Criterion, Exercise, Expected, Property, gradient_of, value_of
from course.exercises.dropout_forward import expected_network, masked
from course.exercises.dropout_layer import LAYER, layer_finding
from course.exercises.dropout_masks import inverted_finding, mask_finding

Rng = np.random.Generator


def sizes(rng: Rng, n: int, least: int, most: int) -> list[int]:
    """n different sizes, so that no two axes can be mistaken for one another."""
    return [int(size) for size in rng.permutation(np.arange(least, most))[:n]]


def seed(rng: Rng) -> int:
    return int(rng.integers(1, 10**9))


def often(rng: Rng) -> float:
    """A probability to keep that can be told from its complement and from one half."""
    return round(float(rng.uniform(0.72, 0.85)), 3)


def seldom(rng: Rng) -> float:
    return round(float(rng.uniform(0.2, 0.28)), 3)


# dropout_mask


def dropout_mask_cases(rng: Rng) -> Iterator[Case]:
    for name, keep_prob in (("P below one half", seldom(rng)), ("P above one half", often(rng))):
        yield Case(name, {"shape": tuple(sizes(rng, 2, 44, 56)), "keep_prob": keep_prob, "rng": seed(rng)})
    yield Case("one axis", {"shape": (1500,), "keep_prob": often(rng), "rng": seed(rng)})
    yield Case("P = 1", {"shape": tuple(sizes(rng, 2, 3, 9)), "keep_prob": 1.0, "rng": seed(rng)})


def dropout_mask_expected(case: Case) -> dict[str, Property]:
    shape, keep_prob = case.inputs["shape"], case.inputs["keep_prob"]
    return {"mask": Property(lambda draws: mask_finding(draws, shape, keep_prob))}


DROPOUT_MASK = Exercise(
    name="dropout_mask",
    asks="`dropout_mask(shape, keep_prob, rng)` returns a mask of that shape, drawn from `rng`: each entry is 1 (active) with probability "
    "P = `keep_prob` and 0 (deleted) otherwise, each by itself.",
    criteria=(Criterion("mask", 2, "the mask of 0 and 1"),),
    cases=dropout_mask_cases,
    expected=dropout_mask_expected,
    parameters=("shape", "keep_prob", "rng"),
    probe="drawn",
    misconceptions=mistakes.DROPOUT_MASK,
)


# dropout_forward and dropout_backward


def mixed_mask(rng: Rng, shape: tuple[int, ...]) -> Array:
    """A mask in which about two thirds are 1, and both values occur."""
    n = int(np.prod(shape))
    return rng.permutation(np.arange(n) < max(1, round(0.65 * n))).reshape(shape).astype(float)


def masked_cases(rng: Rng, name: str) -> Iterator[Case]:
    """An array called `name` and a mask: 0 and 1, true and false, 0 and 1/P."""
    n, m = sizes(rng, 2, 4, 9)
    yield Case("a small batch", {name: rng.normal(size=(n, m)), "mask": mixed_mask(rng, (n, m))})
    n, m = sizes(rng, 2, 4, 9)
    yield Case("a mask of True and False", {name: rng.normal(size=(n, m)), "mask": mixed_mask(rng, (n, m)) > 0})
    n, m = sizes(rng, 2, 4, 9)
    yield Case("a mask of 0 and 1/P", {name: rng.normal(size=(n, m)), "mask": mixed_mask(rng, (n, m)) / often(rng)})
    yield Case("one example", {name: rng.normal(size=(1, 7)), "mask": mixed_mask(rng, (1, 7))})
    yield Case("float32 inputs", {
        name: rng.normal(size=(5, 4)).astype(np.float32), "mask": mixed_mask(rng, (5, 4)).astype(np.float32)
    })  # fmt: skip


DROPOUT_FORWARD = Exercise(
    name="dropout_forward",
    asks="`dropout_forward(H, mask)` returns H_dropped, the layer that the next one gets to see: H is (N, nodes), and the mask holds, for "
    "each entry of H, the number it is multiplied by.",
    criteria=(Criterion("H_dropped", 1, "the layer after dropout, shape of H"),),
    cases=lambda rng: masked_cases(rng, "H"),
    expected=value_of(masked, "H_dropped"),
    parameters=("H", "mask"),
    misconceptions=mistakes.DROPOUT_FORWARD,
)


def dropout_backward_expected(case: Case) -> Mapping[str, Expected | Property]:
    """The derivative of Σ upstream · H_dropped with respect to H; its value does not depend on H."""
    return gradient_of(
        lambda upstream, mask, H: (upstream * masked(H, mask)).sum(), {"dH": "H"}, extra=lambda upstream, mask: {"H": np.zeros(mask.shape)}
    )(case)


DROPOUT_BACKWARD = Exercise(
    name="dropout_backward",
    asks="`dropout_backward(upstream, mask)` returns dH: the gradient of the loss with respect to H, given `upstream`, its gradient with "
    "respect to H_dropped, and the mask of the way forward.",
    criteria=(Criterion("dH", 1, "∂ℓ/∂H, shape of H"),),
    cases=lambda rng: masked_cases(rng, "upstream"),
    expected=dropout_backward_expected,
    parameters=("upstream", "mask"),
    misconceptions=mistakes.DROPOUT_BACKWARD,
)


# expected_forward


def a_network(rng: Rng, keep_prob: float, n: int, inputs: int, hidden: int, outputs: int) -> dict[str, Any]:
    return {
        "X": rng.normal(size=(n, inputs)),
        "W1": rng.normal(size=(inputs, hidden)),
        "b1": rng.normal(size=hidden),
        "W2": rng.normal(size=(hidden, outputs)),
        "b2": rng.uniform(0.5, 1.5, outputs) * rng.choice([-1.0, 1.0], outputs),
        "keep_prob": keep_prob,
    }


def expected_forward_cases(rng: Rng) -> Iterator[Case]:
    yield Case("P above one half", a_network(rng, often(rng), *sizes(rng, 4, 3, 9)))
    yield Case("P below one half", a_network(rng, seldom(rng), *sizes(rng, 4, 3, 9)))
    yield Case("one example", a_network(rng, often(rng), 1, 3, 5, 2))
    yield Case("nothing is ever deleted, P = 1", a_network(rng, 1.0, 4, 3, 6, 2))
    yield Case("float32 inputs", {
        name: value.astype(np.float32) if isinstance(value, np.ndarray) else value
        for name, value in a_network(rng, often(rng), 5, 4, 6, 3).items()
    })  # fmt: skip


EXPECTED_FORWARD = Exercise(
    name="expected_forward",
    asks="`expected_forward(X, W1, b1, W2, b2, keep_prob)` returns Z2, the output at test time of the network linear, ReLU, dropout, "
    "linear: the whole network, with the expected weights for all that leaves the hidden nodes.",
    criteria=(Criterion("Z2", 2, "the output at test time, shape (N, out)"),),
    cases=expected_forward_cases,
    expected=value_of(expected_network, "Z2"),
    parameters=("X", "W1", "b1", "W2", "b2", "keep_prob"),
    misconceptions=mistakes.EXPECTED_FORWARD,
)


# inverted_dropout


def away_from_zero(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries of both signs, between 0.2 and 2 in size: what was deleted can be told from what was zero."""
    return rng.uniform(0.2, 2, shape) * rng.choice([-1.0, 1.0], shape)


def inverted_dropout_cases(rng: Rng) -> Iterator[Case]:
    for name, keep_prob in (("P above one half", often(rng)), ("P below one half", seldom(rng))):
        yield Case(name, {"H": away_from_zero(rng, tuple(sizes(rng, 2, 44, 56))), "keep_prob": keep_prob, "rng": seed(rng)})
    yield Case("nothing is deleted, P = 1", {"H": away_from_zero(rng, (6, 5)), "keep_prob": 1.0, "rng": seed(rng)})
    yield Case("float32 inputs", {"H": away_from_zero(rng, (40, 45)).astype(np.float32), "keep_prob": often(rng), "rng": seed(rng)})


def inverted_dropout_expected(case: Case) -> dict[str, Property]:
    H, keep_prob = case.inputs["H"], case.inputs["keep_prob"]
    return {"H_dropped": Property(lambda draws: inverted_finding(draws, H, keep_prob))}


INVERTED_DROPOUT = Exercise(
    name="inverted_dropout",
    asks="`inverted_dropout(H, keep_prob, rng)` returns H_dropped for training: each entry of H is kept with probability P = `keep_prob`, "
    "by itself, and scaled so that the expectation of H_dropped is H; the others are 0. The mask is drawn from `rng`.",
    criteria=(Criterion("H_dropped", 2, "the layer after inverted dropout, shape of H"),),
    cases=inverted_dropout_cases,
    expected=inverted_dropout_expected,
    parameters=("H", "keep_prob", "rng"),
    probe="drawn",
    misconceptions=mistakes.INVERTED_DROPOUT,
)


# dropout_layer, the mended one


def dropout_layer_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a batch", "another batch"):
        n, d, m = (int(rng.integers(*bounds)) for bounds in ((44, 60), (5, 9), (30, 40)))
        yield Case(name, {
            "upstream": rng.normal(size=(n, m)), "X": rng.normal(size=(n, d)), "W": rng.normal(size=(d, m)), "b": rng.normal(size=m),
            "keep_prob": often(rng), "rng": seed(rng),
        })  # fmt: skip


def dropout_layer_expected(case: Case) -> dict[str, Property]:
    return {name: Property(lambda *values, at=at: layer_finding(at, values, case)) for at, name in enumerate(LAYER)}


DROPOUT_LAYER = Exercise(
    name="dropout_layer",
    asks="`dropout_layer(upstream, X, W, b, keep_prob, rng)` returns H, dX, dW, db: the output in training of a linear layer with ReLU and "
    "inverted dropout, and the gradients of the loss with respect to X, W and b, given `upstream`, its gradient with respect to H.",
    criteria=(
        Criterion("H", 1, "the output of the layer, shape (N, out)"),
        Criterion("dX", 1, "∂ℓ/∂X, shape of X"),
        Criterion("dW", 1, "∂ℓ/∂W, shape of W"),
        Criterion("db", 1, "∂ℓ/∂b, shape of b"),
    ),
    cases=dropout_layer_cases,
    expected=dropout_layer_expected,
    parameters=("upstream", "X", "W", "b", "keep_prob", "rng"),
    misconceptions=mistakes.DROPOUT_LAYER,
)


EXERCISES = (DROPOUT_MASK, DROPOUT_FORWARD, DROPOUT_BACKWARD, EXPECTED_FORWARD, INVERTED_DROPOUT, DROPOUT_LAYER)
