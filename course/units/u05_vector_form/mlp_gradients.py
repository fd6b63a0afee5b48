"""`mlp_gradients`: the whole network, forwards and backwards."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import gradient_of, value_of
from course.units.forward import cross_entropy, linear, relu
from course.units.kit import Rng, network, positive, single, sizes
from course.units.u05_vector_form.linear_backward import linear_backward
from course.units.u05_vector_form.linear_forward import linear_forward
from course.units.u05_vector_form.relu_backward import relu_backward
from course.units.u05_vector_form.softmax_cross_entropy import softmax_cross_entropy


def mlp_gradients(X, labels, W1, b1, W2, b2):
    """Loss and gradients of a two-layer network: linear, ReLU, linear, softmax cross-entropy.

    X is (N, in), labels (N,), W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,).
    Returns loss, dW1, db1, dW2, db2: the mean loss over the batch, and four gradients, each in the shape of its array.
    """
    Z1 = linear_forward(X, W1, b1)
    H = np.maximum(Z1, 0)
    Z2 = linear_forward(H, W2, b2)
    loss, dZ2 = softmax_cross_entropy(Z2, labels)

    dH, dW2, db2 = linear_backward(dZ2, H, W2)
    dZ1 = relu_backward(dH, Z1)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return loss, dW1, db1, dW2, db2


def loss(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> complex:
    return cross_entropy(linear(relu(linear(X, W1, b1)), W2, b2), labels)


def expected(case: Case) -> dict[str, Expected]:
    return value_of(loss, "loss")(case) | gradient_of(loss, {f"d{name}": name for name in ("W1", "b1", "W2", "b2")})(case)


def beside_the_kink(rng: Rng) -> dict[str, Array]:
    """A network whose hidden units are all at ±1e-7: every row of X is orthogonal to every column of W1, and b1 remains.

    Which unit is active decides everything, and a finite step decides it wrongly. One logit is a billion above the others, so that
    the loss is a billion and its small changes are lost in rounding.
    """
    n, h, c = 5, 4, 3
    column, X = ((16 * positive(rng, shape)).round() / 16 for shape in ((1, h), (n, 1)))  # few digits: products are exact
    labels = rng.integers(c - 1, size=n)
    labels[:2] = 0, 1
    return {
        "X": np.hstack([X, X]), "labels": labels, "W1": np.vstack([column, -column]),
        "b1": 1e-7 * rng.permutation([1.0, 1.0, -1.0, -1.0]), "W2": positive(rng, (h, c)) * [-1, -1, 1], "b2": np.array([0.0, 0.0, 1e9]),
    }  # fmt: skip


def large_logits(rng: Rng) -> dict[str, Array]:
    """A network with logits of about 1e4, no two of an example closer than 100: in every precision the same class wins."""
    while True:
        inputs = network(rng, 5, 3, 4, 2)
        inputs["W2"] *= 1e4
        logits = linear(relu(linear(inputs["X"], inputs["W1"], inputs["b1"])), inputs["W2"], inputs["b2"])
        if np.abs(logits[:, 0] - logits[:, 1]).min() > 100:
            return inputs


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("one input", network(rng, 3, 1, 5, 4), batch="X")
    for name in ("a small network", "another network"):
        yield Case(name, network(rng, 8, *sizes(rng, 3, least=3, most=7)), batch="X")
    yield Case("large logits", large_logits(rng), batch="X")
    yield Case("just beside the kinks, with a huge loss", beside_the_kink(rng), entrywise=True, batch="X")
    yield Case("float32 inputs", single(network(rng, 6, 2, 4, 3)), batch="X")


OUTPUT = "loss, dZ2 = softmax_cross_entropy(Z2, labels)"
BACK = "dH, dW2, db2 = linear_backward(dZ2, H, W2)"

EXERCISE = Exercise(
    right=mlp_gradients,
    criteria=(
        Criterion("loss", 1, "the mean loss over the batch, one number"),
        Criterion("dW1", 1, "∂ℓ/∂W1, shape of W1"),
        Criterion("db1", 1, "∂ℓ/∂b1, shape of b1"),
        Criterion("dW2", 1, "∂ℓ/∂W2, shape of W2"),
        Criterion("db2", 1, "∂ℓ/∂b2, shape of b2"),
    ),
    cases=cases,
    expected=expected,
    needs=("linear_forward", "linear_backward", "relu_backward", "softmax_cross_entropy"),
    mistakes=(
        Mistake("the gradient passes ReLU as if it were not there",
                "On the way back, each node multiplies by its slope. Which node of the graph did your backward pass skip?",
                "relu_backward(dH, Z1) → dH"),
        Mistake("the network has no ReLU",
                "What stands between the two linear layers?",
                ("np.maximum(Z1, 0) → Z1", "relu_backward(dH, Z1) → dH")),
        Mistake("the forward pass has no ReLU, and the way back has its slope",
                "What stands between the two linear layers?",
                "np.maximum(Z1, 0) → Z1"),
        Mistake("the hidden layer has tanh, and not ReLU",
                "Which activation does this network have?",
                ("np.maximum(Z1, 0) → np.tanh(Z1)", "relu_backward(dH, Z1) → dH * (1 - H**2)")),
        Mistake("dW2 is made from Z1, not from the hidden activations",
                "What is the input of the second layer: the value before ReLU, or after it?",
                "linear_backward(dZ2, H, W2) → linear_backward(dZ2, Z1, W2)"),
        Mistake("the gradients are not divided by N",
                "The loss is a mean over the batch. Where does its 1/N enter the backward pass?",
                f"{OUTPUT} → {OUTPUT}; dZ2 = dZ2 * len(X)"),
        Mistake("the bias gradients are averaged over the batch a second time",
                "The 1/N is in the upstream already. Over Γ(b), the shares are summed.",
                "return loss, dW1, db1, dW2, db2 → return loss, dW1, db1 / len(X), dW2, db2 / len(X)"),
        Mistake("the gradients are divided by N twice",
                "`softmax_cross_entropy` has divided by N already. How often do you?",
                f"{OUTPUT} → {OUTPUT}; dZ2 = dZ2 / len(X)"),
        Mistake("the loss is a sum over the examples, and not a mean",
                "The loss is a mean over the batch.",
                "return loss → return loss * len(X)"),
        Mistake("the loss and the gradients are those of a sum over the examples",
                "The loss is a mean over the batch.",
                (f"{OUTPUT} → {OUTPUT}; dZ2 = dZ2 * len(X)", "return loss → return loss * len(X)")),
        Mistake("all gradients have the wrong sign",
                "At the logits, ∂ℓ/∂Z2 is (p - y) / N: in which order do p and y stand in yours?",
                f"{OUTPUT} → {OUTPUT}; dZ2 = -dZ2"),
        Mistake("the label's 1 is not subtracted from the probabilities",
                "The gradient of softmax with cross-entropy has two terms. Which is the second?",
                f"{OUTPUT} → {OUTPUT}; dZ2 = dZ2 + np.eye(len(b2))[labels] / len(X)"),
        Mistake("at the logits, p (1 - p) is multiplied in as well",
                "(p - y) / N is the gradient with respect to the logits: the softmax's own slope is in it.",
                f"{OUTPUT} → {OUTPUT}; p = dZ2 * len(X) + np.eye(len(b2))[labels]; dZ2 = dZ2 * p * (1 - p)"),
        Mistake("the last hidden unit gets no gradient, as if its row of W2 were the bias",
                "b2 is an array of its own here: every row of W2 belongs to a hidden unit.",
                f"{BACK} → {BACK}; dH[:, -1] = 0"),
        Mistake("the slope of the sigmoid is used at the hidden layer",
                "The hidden layer is a ReLU. Which slope belongs to it?",
                "relu_backward(dH, Z1) → dH * H * (1 - H)"),
        Mistake("the gradient is multiplied by the hidden activations, and not by ReLU's slope",
                "ReLU's slope is 0 or 1.",
                "relu_backward(dH, Z1) → dH * H"),
        Mistake("ReLU is applied to the gradient",
                "What decides whether a gradient passes: its own sign, or that of Z1?",
                "relu_backward(dH, Z1) → np.maximum(dH, 0)"),
        Mistake("the bias of the hidden layer gets the gradient from behind ReLU",
                "b1 stands before ReLU, like W1: which of dH and dZ1 does its gradient come from?",
                "return loss, dW1, db1 → return loss, dW1, dH.sum(axis=0)"),
        Mistake("W1 gets the gradient from behind ReLU",
                "W1 stands before ReLU, like b1: which of dH and dZ1 does its gradient come from?",
                "return loss, dW1 → return loss, X.T @ dH"),
        Mistake("W2 is not transposed on the way back",
                "dZ2 is (N, C), and dH is (N, hidden): which shape must the matrix between them have?",
                "linear_backward(dZ2, H, W2) → linear_backward(dZ2, H, W2.T)"),
        Mistake("the logits pass a ReLU, too",
                "The logits may be negative. After which layer comes a ReLU, and after which does none?",
                "Z2 = linear_forward(H, W2, b2) → Z2 = np.maximum(linear_forward(H, W2, b2), 0)"),
        Mistake("the biases are left out on the way forward",
                "A neuron is Σ w x + b, in both layers.",
                ("linear_forward(X, W1, b1) → linear_forward(X, W1, 0 * b1)", "linear_forward(H, W2, b2) → linear_forward(H, W2, 0 * b2)")),
        Mistake("the second layer's gradients come first in what is returned",
                "In which order are the gradients asked for?",
                "return loss, dW1, db1, dW2, db2 → return loss, dW2, db2, dW1, db1"),
        Mistake("both weights' gradients come before the biases' in what is returned",
                "In which order are the gradients asked for?",
                "return loss, dW1, db1, dW2, db2 → return loss, dW1, dW2, db1, db2"),
        Mistake("the loss comes last in what is returned",
                "In which order are the loss and its gradients asked for?",
                "return loss, dW1, db1, dW2, db2 → return dW1, db1, dW2, db2, loss"),
    ),
)
