"""`network_gradients`: loss and gradient of a network of any depth, all parameters in one row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import gradient_of, value_of
from course.units.forward import cross_entropy, linear, relu
from course.units.kit import Rng, signed, single
from course.units.u11_capstone.given import unpack


def network_gradients(theta, sizes, X, labels, lam):
    """Loss and gradient of a ReLU network of any depth: mean cross-entropy, plus lam times the sum of all squared weights.

    theta is (P,), W1, b1, W2, b2, ... in a row; sizes is a tuple (in, ..., C); X is (N, in), labels (N,).
    Returns loss, one number, and gradient, ∂ℓ/∂θ, (P,).
    """
    layers = unpack(theta, sizes)
    H = [X]
    for W, b in layers[:-1]:
        H.append(np.maximum(H[-1] @ W + b, 0))
    W, b = layers[-1]
    logits = H[-1] @ W + b

    rows = np.arange(len(X))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    penalty = lam * sum((W**2).sum() for W, _ in layers)
    loss = -log_p[rows, labels].mean() + penalty

    dZ = np.exp(log_p)
    dZ[rows, labels] -= 1
    dZ /= len(X)
    pieces = []
    for (W, _), h in zip(reversed(layers), reversed(H), strict=True):
        dW = h.T @ dZ + 2 * lam * W
        db = dZ.sum(axis=0)
        pieces = [dW.ravel(), db, *pieces]
        dZ = dZ @ W.T * (h > 0)  # for h = X nobody uses it
    return loss, np.concatenate(pieces)


def loss(theta: Array, sizes: Sequence[int], X: Array, labels: Array, lam: float) -> Any:
    *hidden, last = unpack(theta, sizes)
    H = X
    for W, b in hidden:
        H = relu(linear(H, W, b))
    return cross_entropy(linear(H, *last), labels) + lam * sum((W**2).sum() for W, _ in (*hidden, last))


def expected(case: Case) -> dict[str, Expected]:
    names = entries(case.inputs["sizes"])
    gradient = gradient_of(loss, {"gradient": "theta"})(case)["gradient"]
    return value_of(loss, "loss")(case) | {"gradient": replace(gradient, entries=names)}


def entries(sizes: Sequence[int]) -> tuple[str, ...]:
    """What each entry of the gradient belongs to: "∂ℓ/∂W1[0, 2]"."""
    names = []
    for k, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        names += [f"∂ℓ/∂W{k}[{j}, {i}]" for j in range(inputs) for i in range(outputs)]
        names += [f"∂ℓ/∂b{k}[{i}]" for i in range(outputs)]
    return tuple(names)


def cases(rng: Rng) -> Iterator[Case]:
    def network(n: int, sizes: tuple[int, ...], least: float = 0.0, most: float = 0.0) -> dict[str, Any]:
        theta, X = 0.7 * signed(rng, (len(entries(sizes)),)), signed(rng, (n, sizes[0]))
        labels, lam = rng.integers(sizes[-1], size=n), round(rng.uniform(least, most), 3)
        return {"theta": theta, "sizes": sizes, "X": X, "labels": labels, "lam": lam}

    yield Case("one hidden layer", network(7, (4, 6, 3)), batch="X")
    yield Case("one hidden layer and a penalty", network(8, (3, 5, 4), 0.05, 0.2), batch="X")
    yield Case("three hidden layers", network(9, (3, 5, 4, 6, 2), 0.02, 0.1), batch="X")
    yield Case("no hidden layer", network(6, (5, 4), 0.1, 0.3), batch="X")
    yield Case("float32 inputs", single(network(6, (4, 3, 5), 0.1, 0.2)), batch="X")
    scaled = network(8, (4, 7, 3))
    scaled["X"] *= 10.0 ** np.array([0, -4, -7, -10])
    yield Case("inputs of very different sizes", scaled, entrywise=True, batch="X")


EXERCISE = Exercise(
    right=network_gradients,
    criteria=(
        Criterion("loss", 1, "the mean cross-entropy plus λ times the sum of the squared weights, one number"),
        Criterion("gradient", 3, "∂ℓ/∂θ, the shape of theta"),
    ),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the penalty is missing from the gradient",
                "The loss has two terms. Nudge one weight of a network with a large λ: does your gradient say what happens?",
                " + 2 * lam * W → "),
        Mistake("the penalty is missing from the loss", "What is added to the cross-entropy?", " + penalty → "),
        Mistake("the gradient of w² is taken for w",
                "Differentiate λ w² once more. (The course's penalty has no one half.)",
                "2 * lam * W → lam * W"),
        Mistake("the biases are penalised, too",
                "Γ of a bias: is the penalty in it? Unit 07 says which parameters are.",
                ("(W**2).sum() for W, _ → (W**2).sum() + (b**2).sum() for W, b",
                 "(W, _), h → (W, b), h",
                 "db = dZ.sum(axis=0) → db = dZ.sum(axis=0) + 2 * lam * b")),
        Mistake("the slope of ReLU is left out on the way back",
                "A hidden node that is 0 passes nothing on: which entries of the upstream gradient may go through?",
                " * (h > 0) → "),
        Mistake("the last layer has a ReLU, too",
                "The logits may be negative. After which layers comes a ReLU, and after which does none?",
                "logits = H[-1] @ W + b → logits = np.maximum(H[-1] @ W + b, 0)"),
        Mistake("the label's 1 is not subtracted from the probabilities",
                "The gradient of softmax with cross-entropy has two terms (unit 05, section 6). Which is the second?",
                "dZ[rows, labels] -= 1 → "),
        Mistake("the gradient belongs to a sum over the examples, and the loss is a mean",
                "Where does the factor 1/N of the loss go on the way back?",
                "dZ /= len(X) → "),
        Mistake("the way back ends at the last layer",
                "Each layer hands ∂ℓ/∂H to the one below. How often does your loop run?",
                "dZ = dZ @ W.T * (h > 0) → dZ, lam = np.zeros_like(h), 0"),
        Mistake("all weights come first and then all biases",
                "Entry k of the gradient belongs to entry k of theta. In which order does `unpack` cut it?",
                "np.concatenate(pieces) → np.concatenate(pieces[::2] + pieces[1::2])"),
        Mistake("the layers stand in the row from the last to the first",
                "The loop goes backwards, `theta` goes forwards: on which side of the row does each new piece belong?",
                "[dW.ravel(), db, *pieces] → [*pieces, dW.ravel(), db]"),
        Mistake("each W stands column by column",
                "`ravel` goes row by row, as `theta` does. Which shape has your ∂ℓ/∂W, that of W or of its transpose?",
                "dW.ravel() → dW.T.ravel()"),
    ),
)
