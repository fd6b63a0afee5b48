"""`dropout_layer`: a hidden layer with dropout, there and back.

Where ReLU lets something through, the output shows which nodes were kept. So the gradients are known, whatever was drawn.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from course.judging.compare import compare
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Finding, Mistake, Property
from course.units.forward import linear
from course.units.kit import Rng, seed, signed
from course.units.u08_dropout.masks import EXCHANGED, HALF, drawing_mistakes, often, share_fact


def dropout_layer(upstream, X, W, b, keep_prob, rng):
    """Output H of a hidden layer in training (linear, ReLU, inverted dropout), and the gradients dX, dW, db.

    upstream is ∂ℓ/∂H, shape (N, out); X is (N, in), W (in, out), b (out,). The mask is drawn from rng. Returns H, dX, dW, db.
    """
    Z = X @ W + b
    mask = (rng.random(Z.shape) < keep_prob) / keep_prob
    H = np.maximum(Z, 0) * mask

    dZ = upstream * mask * (Z > 0)
    return H, dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


CRITERIA = (
    Criterion("H", 1, "the output of the layer, shape (N, out)"),
    Criterion("dX", 1, "∂ℓ/∂X, shape of X"),
    Criterion("dW", 1, "∂ℓ/∂W, shape of W"),
    Criterion("db", 1, "∂ℓ/∂b, shape of b"),
)
THINNED = "The right value belongs to the network that made your H: the nodes that are 0 there are deleted. Draw its graph."


def right_values(H: Array, case: Case) -> tuple[Array, ...]:
    """The output of the network whose nodes are deleted where H is 0, and its gradients, written with indices."""
    upstream, X, W, b, keep_prob, _ = case.inputs.values()
    Z = linear(X, W, b)
    slope = (Z > 0) * (H != 0) / keep_prob
    dX, dW = np.einsum("nm,nm,dm->nd", upstream, slope, W), np.einsum("nm,nm,nd->dm", upstream, slope, X)
    return slope * Z, dX, dW, np.einsum("nm,nm->m", upstream, slope)


def layer_finding(at: int, case: Case, *values: Array) -> Finding | None:
    """What is wrong with the value at a position of H, dX, dW, db, or None."""
    _, X, W, b, keep_prob, _ = case.inputs.values()
    H, on = values[0], linear(X, W, b) > 0
    if H.shape != on.shape:
        return Finding(f"`H` has shape {H.shape}, and it must have {on.shape}: {CRITERIA[0].what}.")
    if difference := compare(CRITERIA[at], case, Expected(right_values(H, case)[at]), values[at]):
        return Finding(difference.fact, THINNED if difference.where else difference.hint, where=difference.where)
    fact = share_fact(H[on] != 0, keep_prob) if at == 0 else ""
    return Finding(fact) if fact else None


def expected(case: Case) -> dict[str, Property]:
    tests = [partial(layer_finding, at, case) for at in range(len(CRITERIA))]
    return {criterion.name: Property(test, reproducible=True) for criterion, test in zip(CRITERIA, tests, strict=True)}


def cases(rng: Rng) -> Iterator[Case]:
    for name in ("a batch", "another batch"):
        n, d, m = (int(rng.integers(*bounds)) for bounds in ((44, 60), (5, 9), (30, 40)))
        inputs = {"upstream": signed(rng, (n, m)), "X": signed(rng, (n, d)), "W": signed(rng, (d, m)), "b": signed(rng, (m,))}
        yield Case(name, inputs | {"keep_prob": often(rng), "rng": seed(rng)}, batch="X")


DRAW = "rng.random(Z.shape) < keep_prob"
SKIPPED = "On the way back each node multiplies by its slope. Which node did your backward pass skip?"

EXERCISE = Exercise(
    right=dropout_layer,
    criteria=CRITERIA,
    cases=cases,
    expected=expected,
    mistakes=(
        *(mistake for mistake in drawing_mistakes("Z.shape") if mistake.name in (EXCHANGED, HALF)),
        Mistake("the mask is drawn anew on the way back",
                "The gradient belongs to the network that made the loss. Which nodes were alive in that one?",
                f"upstream * mask → upstream * ({DRAW}) / keep_prob"),
        Mistake("the mask is drawn anew on the way back, without its factor",
                "The gradient belongs to the network that made the loss. Which nodes were alive in it, and what were they multiplied by?",
                f"upstream * mask → upstream * ({DRAW})"),
        Mistake("the factor 1/P is lost on the way back",
                "On the way forward each living node was multiplied by something. Its slope is that number.",
                "upstream * mask → upstream * (mask > 0)"),
        Mistake("the factor 1/P is multiplied in twice on the way back",
                "How often was H multiplied by it on the way forward?",
                "upstream * mask → upstream * mask / keep_prob"),
        Mistake("the gradient passes the mask as if it were not there", SKIPPED, "upstream * mask → upstream"),
        Mistake("the gradient passes ReLU as if it were not there", SKIPPED, " * (Z > 0) → "),
        Mistake("the gradients are averaged over the batch a second time",
                "The loss is a mean already, so its 1/N is inside the upstream.",
                "return H, → dZ = dZ / len(X); return H,"),
        Mistake("the output is not divided by P",
                "This layer uses inverted dropout: nothing is scaled at test time, so it is done here.",
                "np.maximum(Z, 0) * mask → np.maximum(Z, 0) * (mask > 0)"),
        Mistake("nothing is divided by P, neither forward nor back",
                "This layer uses inverted dropout: nothing is scaled at test time, so it is done here. What does that do to the slope?",
                ") / keep_prob → )"),
    ),
)
