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
        yield Case(name, layer(*sizes(rng, 3)), batch="X")
    yield Case("one example", layer(1, 3, 2), batch="X")
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
                "dX = upstream @ W.T → upstream = np.ones_like(upstream); dX = upstream @ W.T"),
        Mistake("averaged over the batch a second time", SUMMED, "dX = upstream @ W.T → upstream = upstream / len(X); dX = upstream @ W.T"),
        Mistake("the bias gradient is averaged over the batch", SUMMED, "sum(axis=0) → mean(axis=0)"),
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
        Mistake("X and the upstream have changed places",
                "A gradient has the shape of the thing it belongs to: W is (in, out).",
                ("upstream @ W.T → W @ upstream.T", "X.T @ upstream → upstream.T @ X")),
        Mistake("the bias gradient is summed over the outputs",
                "db has one entry for each output. Which axis has to go?",
                "axis=0 → axis=1"),
    ),
)
