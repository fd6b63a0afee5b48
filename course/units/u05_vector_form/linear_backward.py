"""`linear_backward`: the gradients of a linear layer, for a whole batch."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units import forward
from course.units.kit import Rng, mixed_scales, positive, signed, single, sizes


def linear_backward(upstream, X, W):
    """Gradients dX, dW, db of a linear layer, Z = X @ W + b.

    upstream is ∂ℓ/∂Z, shape (N, out); X is (N, in), W is (in, out).
    dX is (N, in), dW is (in, out), db is (out,).
    """
    dX = upstream @ W.T
    dW = X.T @ upstream
    db = upstream.sum(axis=0)
    return dX, dW, db


def loss(upstream: Array, X: Array, W: Array, b: Array) -> complex:
    return (upstream * forward.linear(X, W, b)).sum()


def cases(rng: Rng) -> Iterator[Case]:
    def layer(n: int, d: int, m: int) -> dict:
        return {"upstream": signed(rng, (n, m)), "X": signed(rng, (n, d)), "W": signed(rng, (d, m))}

    for name in ("a small batch", "another batch"):
        yield Case(name, layer(*sizes(rng, 3, least=3)), batch="X")
    yield Case("one example", layer(1, 3, 4), batch="X")
    yield Case("as many examples as inputs and outputs", layer(3, 3, 3), batch="X")
    n, d, m = 4, 3, 5
    scaled = {
        "upstream": positive(rng, (n, m)) * mixed_scales(m),
        "X": positive(rng, (n, d)) * mixed_scales(d),
        "W": positive(rng, (d, m)) * mixed_scales(d)[:, None],
    }
    yield Case("inputs of very different scales", scaled, entrywise=True, batch="X")
    yield Case("float32 inputs", single(layer(5, 4, 3)), batch="X")


SUMMED = "The loss is a mean already, so its 1/N is inside the upstream: over the examples, the shares are summed."

EXERCISE = Exercise(
    right=linear_backward,
    criteria=(
        Criterion("dX", 1, "∂ℓ/∂X, shape (N, in)"),
        Criterion("dW", 1, "∂ℓ/∂W, shape (in, out)"),
        Criterion("db", 1, "∂ℓ/∂b, shape (out,)"),
    ),
    cases=cases,
    expected=gradient_of(loss, {"dX": "X", "dW": "W", "db": "b"}, extra=lambda upstream, X, W: {"b": np.zeros(W.shape[1])}),
    mistakes=(
        Mistake("the upstream is left out",
                "The rule multiplies every slope ∂v/∂u by ∂ℓ/∂v, which is an entry of upstream. Where is it in your formula?",
                "dX = upstream → upstream = np.ones_like(upstream); dX = upstream"),
        Mistake("all three gradients are averaged over the batch a second time",
                SUMMED,
                "dX = upstream → upstream = upstream / len(X); dX = upstream"),
        Mistake("the bias gradient is averaged over the batch", SUMMED, "sum(axis=0) → mean(axis=0)"),
        Mistake("dW is averaged over the batch a second time", SUMMED, "X.T @ upstream → X.T @ upstream / len(X)"),
        Mistake("dW and db are averaged over the batch a second time",
                SUMMED,
                ("X.T @ upstream → X.T @ upstream / len(X)", "sum(axis=0) → mean(axis=0)")),
        Mistake("the bias gradient is not summed over the batch",
                "b takes part in every example's output. Count the nodes in Γ(b), and sum over them.",
                ".sum(axis=0) → "),
        Mistake("W is not transposed",
                "Z_ni = Σ_j X_nj W_ji + b_i. On the way back the sum runs over i, and the result has the indices n and j. "
                "Where must i stand in W?",
                "W.T → W"),
        Mistake("the factors have changed places in dX and in dW",
                "A gradient has the shape of the thing it belongs to: X is (N, in), W is (in, out).",
                ("upstream @ W.T → W @ upstream.T", "X.T @ upstream → upstream.T @ X")),
        Mistake("the bias gradient is summed over the outputs",
                "db has one entry for each output. Which axis has to go?",
                "axis=0 → axis=1"),
        Mistake("the bias gradient is summed over everything",
                "db has one entry for each output. Which axis has to go, and which stays?",
                "sum(axis=0) → sum()"),
        Mistake("the bias gradient has an axis of length 1 too many",
                "b has one axis, and so has db: see `keepdims`.",
                "sum(axis=0) → sum(axis=0, keepdims=True)"),
        Mistake("the bias gradient is 1, the slope, and the upstream is left out of it",
                "The slope of z = w x + b in b is 1. What is it multiplied by?",
                "upstream.sum(axis=0) → np.ones(upstream.shape[1])"),
        Mistake("only the last example counts, which has replaced the others",
                "Every example adds its share. Does your loop add, or does it replace?",
                ("X.T @ upstream → np.outer(X[-1], upstream[-1])", "upstream.sum(axis=0) → upstream[-1]")),
        Mistake("only the first example counts",
                "Every example adds its share. Does your loop end too early?",
                ("X.T @ upstream → np.outer(X[0], upstream[0])", "upstream.sum(axis=0) → upstream[0]")),
        Mistake("X and the upstream are summed over the batch before they are multiplied",
                "Each example has a product of its own, and these are added: Σ_n x_n u_n is not Σ_n x_n times Σ_n u_n.",
                "X.T @ upstream → np.outer(X.sum(axis=0), upstream.sum(axis=0))"),
        Mistake("X and the upstream have changed places in dW",
                "dW has the shape of W, (in, out): which of X and upstream gives the rows?",
                "X.T @ upstream → upstream.T @ X"),
        Mistake("W and the upstream have changed places in dX",
                "dX has the shape of X, (N, in): which of upstream and W gives the rows?",
                "upstream @ W.T → W @ upstream.T"),
        Mistake("dX is multiplied by X, as if W had not been there to do it",
                "z is linear in x: does its slope depend on x?",
                "dX = upstream @ W.T → dX = upstream @ W.T * X"),
        Mistake("X is not transposed",
                "dW is (in, out), and the sum runs over the examples. Which axis of X must stand last?",
                "X.T @ upstream → X @ upstream"),
        Mistake("X and the upstream are multiplied entry by entry in dW",
                "`*` is for factors with the same indices. Those of dW are n, i and n, j: which product sums over n alone?",
                "X.T @ upstream → (upstream * X).sum(axis=0)"),
        Mistake("dX and dW have changed places in what is returned",
                "In which order are dX, dW and db asked for?",
                "return dX, dW → return dW, dX"),
        Mistake("dW and db are returned before dX", "In which order are dX, dW and db asked for?", "return dX, dW, db → return dW, db, dX"),
    ),
)
