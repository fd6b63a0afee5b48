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

    theta is W1, b1, W2, b2, ... in one row; sizes is a tuple (in, ..., C); X is (N, in), labels (N,).
    Returns loss, one number, and gradient, ∂ℓ/∂θ, a row like theta.
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

    decay = 2 * lam  # the derivative of λ w² is 2 λ w
    dZ = np.exp(log_p)
    dZ[rows, labels] -= 1
    dZ /= len(X)
    pieces = []
    for (W, _), h in zip(reversed(layers), reversed(H), strict=True):
        dW = h.T @ dZ + decay * W
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

    yield Case("no hidden layer, no penalty", network(3, (1, 4)), batch="X")
    yield Case("one hidden layer", network(7, (4, 6, 3)), batch="X")
    yield Case("one hidden layer and a penalty", network(8, (3, 5, 4), 0.05, 0.2), batch="X")
    yield Case("three hidden layers", network(9, (4, 5, 3, 6, 7), 0.02, 0.1), batch="X")
    yield Case("no hidden layer", network(6, (5, 4), 0.1, 0.3), batch="X")
    yield Case("float32 inputs", single(network(6, (4, 3, 5), 0.1, 0.2)), batch="X")
    scaled = network(8, (4, 7, 3))
    scaled["X"] *= 10.0 ** np.array([0, -4, -7, -10])
    yield Case("inputs of very different sizes", scaled, entrywise=True, batch="X")


AVERAGED = "The cross-entropy is a mean over the examples. The penalty is a sum over the weights, and knows no examples."
PLAIN_BIASES = "Γ of a bias: is the penalty in it? Unit 07 says which parameters are."

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
                " + decay * W → "),
        Mistake("the penalty is missing from the loss", "What is added to the cross-entropy?", " + penalty → "),
        Mistake("the factor 2 is missing from the penalty's gradient",
                "Differentiate λ w² once more. (The course's penalty has no one half.)",
                "decay = 2 * lam → decay = lam"),
        Mistake("one half stands in front of the penalty in the loss",
                "The course's penalty is λ Σ w², with no one half.",
                "penalty = lam * sum → penalty = lam / 2 * sum"),
        Mistake("one half stands in front of the penalty, in the loss and in the gradient",
                "The course's penalty is λ Σ w², with no one half.",
                ("penalty = lam * sum → penalty = lam / 2 * sum", "decay = 2 * lam → decay = lam")),
        Mistake("the penalty's gradient is divided by the number of examples", AVERAGED, "decay = 2 * lam → decay = 2 * lam / len(X)"),
        Mistake("the penalty is divided by the number of examples, in the loss and in the gradient",
                AVERAGED,
                "layers = unpack(theta, sizes) → layers, lam = unpack(theta, sizes), lam / len(X)"),
        Mistake("the penalty is a mean over all weights, in the loss and in the gradient",
                "The penalty is a sum over all weights of all layers.",
                "layers = unpack(theta, sizes) → layers = unpack(theta, sizes); lam = lam / sum(W.size for W, _ in layers)"),
        Mistake("the penalty is a mean over each layer's weights",
                "The penalty is a sum over all weights of all layers.",
                ("(W**2).sum() → (W**2).mean()", "+ decay * W → + decay * W / W.size")),
        Mistake("the last layer's weights are not penalised",
                "The sum runs over all layers, the output's too.",
                ("for W, _ in layers) → for W, _ in layers[:-1])", "+ decay * W → + decay * W * (W is not layers[-1][0])")),
        Mistake("the first layer's weights are not penalised",
                "The sum runs over all layers, the first too.",
                ("for W, _ in layers) → for W, _ in layers[1:])", "+ decay * W → + decay * W * (W is not layers[0][0])")),
        Mistake("the penalty in the loss counts the last layer's weights alone",
                "The sum runs over all layers.",
                "for W, _ in layers) → for W, _ in layers[-1:])"),
        Mistake("the penalty's gradient has the wrong sign",
                "A weight that grows costs more: which sign has that?",
                "+ decay * W → - decay * W"),
        Mistake("the gradient has a penalty on the biases, too",
                PLAIN_BIASES,
                ("(W, _), h → (W, b), h", "db = dZ.sum(axis=0) → db = dZ.sum(axis=0) + decay * b")),
        Mistake("the loss has a penalty on the biases, too", PLAIN_BIASES, "(W**2).sum() for W, _ → (W**2).sum() + (b**2).sum() for W, b"),
        Mistake("the biases are penalised, too",
                PLAIN_BIASES,
                ("(W**2).sum() for W, _ → (W**2).sum() + (b**2).sum() for W, b",
                 "(W, _), h → (W, b), h",
                 "db = dZ.sum(axis=0) → db = dZ.sum(axis=0) + decay * b")),
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
        Mistake("the cross-entropy is a sum over the examples, and not a mean",
                "The loss is the mean cross-entropy, plus the penalty.",
                ".mean() + penalty → .sum() + penalty"),
        Mistake("the cross-entropy is a sum over the examples, in the loss and in the gradient",
                "The loss is the mean cross-entropy, plus the penalty.",
                (".mean() + penalty → .sum() + penalty", "dZ /= len(X) → ")),
        Mistake("the gradient of the cross-entropy is divided by N twice",
                "The mean has one 1/N. How often do you divide on the way back?",
                "dZ /= len(X) → dZ /= len(X) ** 2"),
        Mistake("the biases' gradients are averaged over the batch a second time",
                "The 1/N is in the upstream already: over the examples, the shares are summed.",
                "db = dZ.sum(axis=0) → db = dZ.mean(axis=0)"),
        Mistake("the weights' gradients are averaged over the batch a second time",
                "The 1/N is in the upstream already: over the examples, the shares are summed.",
                "h.T @ dZ → h.T @ dZ / len(X)"),
        Mistake("the gradient of the cross-entropy has the wrong sign",
                "At the logits it is (p - y) / N: in which order do p and y stand in yours?",
                "dZ /= len(X) → dZ /= -len(X)"),
        Mistake("at the logits, p (1 - p) is multiplied in as well",
                "(p - y) / N is the gradient with respect to the logits: the softmax's own slope is in it.",
                "dZ /= len(X) → p = np.exp(log_p); dZ *= p * (1 - p) / len(X)"),
        Mistake("the gradient is multiplied by the hidden activations, and not by ReLU's slope",
                "ReLU's slope is 0 or 1.",
                " * (h > 0) →  * h"),
        Mistake("ReLU is applied to the gradient",
                "What decides whether a gradient passes: its own sign, or that of the hidden node?",
                "dZ @ W.T * (h > 0) → np.maximum(dZ @ W.T, 0)"),
        Mistake("the slope of the sigmoid is used at the hidden layers",
                "The hidden layers are ReLUs. Which slope belongs to them?",
                " * (h > 0) →  * h * (1 - h)"),
        Mistake("the forward pass has no ReLU, and the way back has its slope",
                "What stands between two linear layers?",
                "np.maximum(H[-1] @ W + b, 0) → H[-1] @ W + b"),
        Mistake("W is not transposed on the way back",
                "dZ is (N, out), and the layer below waits for (N, in): which shape must the matrix between them have?",
                "dZ @ W.T → dZ @ W"),
        Mistake("the biases are left out on the way forward",
                "A neuron is Σ w x + b, in every layer.",
                ("H[-1] @ W + b, 0) → H[-1] @ W, 0)", "logits = H[-1] @ W + b → logits = H[-1] @ W")),
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
        Mistake("each layer's bias comes before its weights",
                "Entry k of the gradient belongs to entry k of theta. Which does `unpack` cut off first, W or b?",
                "[dW.ravel(), db, *pieces] → [db, dW.ravel(), *pieces]"),
        Mistake("loss and gradient have changed places in what is returned",
                "In which order are they asked for?",
                "return loss, np.concatenate(pieces) → return np.concatenate(pieces), loss"),
    ),
)
