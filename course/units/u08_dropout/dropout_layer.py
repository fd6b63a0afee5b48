"""`dropout_layer`: a hidden layer with dropout, there and back.

Where ReLU lets something through, the output shows which nodes were kept. So the gradients are known, whatever was drawn.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from course.judging.compare import compare
from course.judging.edits import edited
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Finding, Mistake, Property
from course.judging.grading import FINITE_DIFFERENCES
from course.judging.thresholds import CLOSE, ROUNDING, WORSE
from course.units.forward import linear
from course.units.kit import CLEAR, Rng, positive, seed, signed, sizes
from course.units.u08_dropout.masks import CAUSES, chance_finding, drawing_mistakes, often, seed_finding, seldom


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


def layer_finding(at: int, case: Case, *draws: Array) -> Finding | None:
    """What is wrong with the value at a position of H, dX, dW, db, or None. Each was drawn several times."""
    _, X, W, b, keep_prob, _ = case.inputs.values()
    on = linear(X, W, b) > 0
    shapes = (on.shape, X.shape, W.shape, b.shape)
    for place in (0, at):
        if draws[place].shape[1:] != shapes[place] or len(draws[place]) != len(draws[0]):
            name, shape = CRITERIA[place].name, draws[place].shape[1:]
            return Finding(f"`{name}` has shape {shape}, and it must have {shapes[place]}: {CRITERIA[place].what}.")
    for values in zip(*draws, strict=False):
        if by_differences(case, *values):
            return Finding(*FINITE_DIFFERENCES)
        if difference := compare(CRITERIA[at], case, Expected(right_values(values[0], case)[at]), values[at]):
            return Finding(difference.fact, THINNED if difference.where else difference.hint, where=difference.where)
    return mask_finding(draws[0] != 0, on, keep_prob) if at == 0 and len(draws[0]) > 2 else None


def mask_finding(alive: Array, on: Array, keep_prob: float) -> Finding | None:
    """What is wrong with the mask: all of it where every node is positive, and else whether `rng` decides. `alive` is (draws, N, out)."""
    if on.all():
        return chance_finding(alive, keep_prob)
    return seed_finding(alive[0], alive[1])


def by_differences(case: Case, H: Array, dX: Array, dW: Array, db: Array) -> bool:
    """Whether dW or db is close for ordinary nodes, though not as close as a formula, and far off for those beside the kink."""
    _, X, W, b, *_ = case.inputs.values()
    beside = np.abs(linear(X, W, b)).max(axis=0) < CLEAR
    if not beside.any():
        return False
    for got, right in zip((dW, db), right_values(H, case)[2:], strict=True):
        if got.shape == right.shape and got.dtype != np.float32 and np.isfinite(got).all():  # float32 is as far off by rounding
            error = np.abs(got.astype(float) - right) / np.abs(right).max()
            ordinary = error[..., ~beside].max()
            if ROUNDING < ordinary < CLOSE and error[..., beside].max() > WORSE * ordinary:
                return True
    return False


def expected(case: Case) -> dict[str, Property]:
    tests = [partial(layer_finding, at, case) for at in range(len(CRITERIA))]
    return {
        criterion.name: Property(test, reproducible=True, by_chance=criterion is CRITERIA[0])
        for criterion, test in zip(CRITERIA, tests, strict=True)
    }


def layer(rng: Rng, n: int, d: int, m: int) -> dict[str, Array]:
    """A layer whose nodes are all clear of their kinks."""
    X, W = signed(rng, (n, d)), signed(rng, (d, m))
    Z = X @ W
    while True:
        b = signed(rng, (m,))
        if np.abs(Z + b).min() > CLEAR / (n * m):
            return {"upstream": signed(rng, (n, m)), "X": X, "W": W, "b": b}


def beside_the_kink(rng: Rng) -> dict[str, Array]:
    """A layer of four ordinary nodes, and of four at 1e-11 or so: every row of X is orthogonal to their columns of W, and b remains."""
    n, d = 6, 5
    while True:
        half, columns = ((16 * positive(rng, shape)).round() / 16 for shape in ((n, d), (d, 4)))  # few digits: products are exact
        X = np.hstack([half, half])
        W = np.hstack([signed(rng, (2 * d, 4)), np.vstack([columns, -columns])])
        tiny = rng.permutation([1, 1, -1, -1]) * 10.0 ** rng.uniform(-12, -9, 4)
        b = np.append(signed(rng, (4,)), tiny)
        if np.abs(linear(X, W, b)[:, :4]).min() > CLEAR:
            return {"upstream": positive(rng, (n, 8)), "X": X, "W": W, "b": b}


def cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, inputs: dict[str, Array], keep_prob: float) -> Case:
        return Case(name, inputs | {"keep_prob": keep_prob, "rng": seed(rng)}, batch="X")

    def large() -> tuple[int, int, int]:
        return int(rng.integers(44, 60)), int(rng.integers(5, 9)), int(rng.integers(30, 40))

    n, d, m = sizes(rng, 3, least=4, most=7)
    yield case("a small batch", layer(rng, n, d, m), round(float(rng.uniform(0.55, 0.65)), 3))  # so that some nodes are deleted
    for name, keep_prob in (("every node positive, P below one half", seldom(rng)), ("every node positive, P above one half", often(rng))):
        inputs = layer(rng, *large())
        inputs["b"] = 0.5 - (inputs["X"] @ inputs["W"]).min(axis=0)
        yield case(name, inputs, keep_prob)
    yield case("some nodes just beside their kink", beside_the_kink(rng), often(rng))


def by_itself(mistake: Mistake) -> Mistake:
    """A mistake that is not tried together with others: of a random mask drawn wrongly, another one seldom shows, and there are many."""
    return replace(mistake, made=lambda *inputs: edited(dropout_layer, mistake.edits or ())(*inputs))


def inputs_dropped(upstream, X, W, b, keep_prob, rng):
    """The layer with its mask in the wrong place."""
    mask = (rng.random(X.shape) < keep_prob) / keep_prob
    dropped = X * mask
    Z = dropped @ W + b
    dZ = upstream * (Z > 0)
    return np.maximum(Z, 0), dZ @ W.T * mask, dropped.T @ dZ, dZ.sum(axis=0)


DRAW = "rng.random(Z.shape) < keep_prob"
SKIPPED = "On the way from H back to Z there are the mask and ReLU. Which of them did your dZ pass?"

EXERCISE = Exercise(
    right=dropout_layer,
    criteria=CRITERIA,
    cases=cases,
    expected=expected,
    probe="drawn",
    causes=CAUSES,
    mistakes=(
        Mistake("the mask is drawn anew on the way back",
                "The gradient belongs to the network that made the loss. Which nodes were active in that one?",
                f"upstream * mask → upstream * ({DRAW}) / keep_prob"),
        Mistake("the mask is drawn anew on the way back, without its factor",
                "The gradient belongs to the network that made the loss. Which nodes were active in it, and what were they multiplied by?",
                f"upstream * mask → upstream * ({DRAW})"),
        Mistake("the factor 1/P is lost on the way back",
                "On the way forward each node that was kept was multiplied by something. Its slope is that number.",
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
        Mistake("everything is divided by P twice",
                "Is your mask divided already when you divide again?",
                ") / keep_prob → ) / keep_prob**2"),
        Mistake("everything is multiplied by P, not divided by it",
                "Of ten nodes, P · 10 are left. To make the sum as large as before, must each of them grow or shrink?",
                ") / keep_prob → ) * keep_prob"),
        Mistake("the output does not go through the mask", "What does a deleted node send to the next layer?", "0) * mask → 0)"),
        Mistake("dW and db are averaged over the batch a second time",
                "The loss is a mean already, so its 1/N is inside the upstream.",
                "X.T @ dZ, dZ.sum(axis=0) → X.T @ dZ / len(X), dZ.mean(axis=0)"),
        Mistake("db is averaged over the batch, and not summed",
                "Every example uses the bias. What does the rule do with the shares of all who use it?",
                "dZ.sum(axis=0) → dZ.mean(axis=0)"),
        Mistake("the upstream is left out",
                "You have the slopes. The rule multiplies them by what comes from above.",
                "upstream * mask → mask"),
        Mistake("the bias is missing", "A node is g(Σ w x + b). What does yours give for x = 0?", "X @ W + b → X @ W"),
        Mistake("there is no ReLU, neither forward nor back",
                "What stands between the linear layer and the mask?",
                ("np.maximum(Z, 0) → Z", " * (Z > 0) → ")),
        Mistake("dW is averaged over the batch a second time",
                "The loss is a mean already, so its 1/N is inside the upstream.",
                "X.T @ dZ → X.T @ dZ / len(X)"),
        Mistake("the upstream is multiplied by H, not by its slope",
                "H at Z is a value. How does it change with Z, where it changes at all?",
                "upstream * mask * (Z > 0) → upstream * H"),
        Mistake("dX is made from the upstream, not from dZ",
                "On the way from H to X there are the mask, ReLU and W. Which of them did your dX pass?",
                "dZ @ W.T → upstream @ W.T"),
        Mistake("everything is divided by 1 - P",
                "If P = 0.9 a tenth is missing. By which factor do the others have to grow to make up for it?",
                ") / keep_prob → ) / (1 - keep_prob)"),
        Mistake("db is made from the upstream, not from dZ",
                "On the way from H to b there are the mask and ReLU. Which of them did your db pass?",
                "dZ.sum(axis=0) → upstream.sum(axis=0)"),
        Mistake("the sign of the upstream decides, not that of Z",
                "Which number chose on the way forward whether the node is active?",
                "(Z > 0) → (upstream > 0)"),
        Mistake("the inputs are dropped, not the nodes of the layer",
                "Which nodes does this layer hand on? Those may be deleted.",
                inputs_dropped),
        *map(by_itself, (
            Mistake("the nodes kept are divided by the share that this draw happened to keep",
                    "The factor is a constant: it may depend on P, and not on what was drawn.",
                    "(rng.random(Z.shape) < keep_prob) / keep_prob → rng.random(Z.shape) < keep_prob; mask = mask / mask.mean()"),
            *drawing_mistakes("Z.shape"),
        )),
    ),
)
