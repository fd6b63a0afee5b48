"""Unit 08, dropout: the exercises.

Masks are random, and judged by what must hold of them; everything else is drawn afresh with sizes that all differ.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Property
from course.judging.probes import Seed
from course.judging.witness import gradient_of, value_of
from course.units.u08_dropout import answers, mistakes
from course.units.u08_dropout.forward import expected_network, masked
from course.units.u08_dropout.layer import LAYER, layer_finding
from course.units.u08_dropout.masks import inverted_finding, mask_finding

Rng = np.random.Generator


def sizes(rng: Rng, n: int, least: int, most: int) -> list[int]:
    """n different sizes, so that no two axes can be mistaken for one another."""
    return [int(size) for size in rng.permutation(np.arange(least, most))[:n]]


def seed(rng: Rng) -> Seed:
    return Seed(int(rng.integers(1, 10**9)))


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
    right=answers.dropout_mask,
    criteria=(Criterion("mask", 2, "the mask of 0 and 1"),),
    cases=dropout_mask_cases,
    expected=dropout_mask_expected,
    probe="drawn",
    mistakes=mistakes.DROPOUT_MASK,
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
    right=answers.dropout_forward,
    criteria=(Criterion("H_dropped", 1, "the layer after dropout, shape of H"),),
    cases=lambda rng: masked_cases(rng, "H"),
    expected=value_of(masked, "H_dropped"),
    mistakes=mistakes.DROPOUT_FORWARD,
)


def dropout_backward_expected(case: Case) -> Mapping[str, Expected | Property]:
    """The derivative of Σ upstream · H_dropped with respect to H; its value does not depend on H."""
    return gradient_of(
        lambda upstream, mask, H: (upstream * masked(H, mask)).sum(), {"dH": "H"}, extra=lambda upstream, mask: {"H": np.zeros(mask.shape)}
    )(case)


DROPOUT_BACKWARD = Exercise(
    right=answers.dropout_backward,
    criteria=(Criterion("dH", 1, "∂ℓ/∂H, shape of H"),),
    cases=lambda rng: masked_cases(rng, "upstream"),
    expected=dropout_backward_expected,
    mistakes=mistakes.DROPOUT_BACKWARD,
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
    right=answers.expected_forward,
    criteria=(Criterion("Z2", 2, "the output at test time, shape (N, out)"),),
    cases=expected_forward_cases,
    expected=value_of(expected_network, "Z2"),
    mistakes=mistakes.EXPECTED_FORWARD,
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
    right=answers.inverted_dropout,
    criteria=(Criterion("H_dropped", 2, "the layer after inverted dropout, shape of H"),),
    cases=inverted_dropout_cases,
    expected=inverted_dropout_expected,
    probe="drawn",
    mistakes=mistakes.INVERTED_DROPOUT,
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
    right=answers.dropout_layer,
    criteria=(
        Criterion("H", 1, "the output of the layer, shape (N, out)"),
        Criterion("dX", 1, "∂ℓ/∂X, shape of X"),
        Criterion("dW", 1, "∂ℓ/∂W, shape of W"),
        Criterion("db", 1, "∂ℓ/∂b, shape of b"),
    ),
    cases=dropout_layer_cases,
    expected=dropout_layer_expected,
    mistakes=mistakes.DROPOUT_LAYER,
)


EXERCISES = (DROPOUT_MASK, DROPOUT_FORWARD, DROPOUT_BACKWARD, EXPECTED_FORWARD, INVERTED_DROPOUT, DROPOUT_LAYER)
