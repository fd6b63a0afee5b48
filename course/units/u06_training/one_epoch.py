"""`one_epoch`: a plain step for each batch."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from course.gradcheck import complex_step_gradient
from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.forward import cross_entropy, mlp
from course.units.kit import Rng, positive, signed, single
from course.units.u06_training.given import loss_and_gradients
from course.units.u06_training.initialise import initialise

WEIGHTS = ("W1", "b1", "W2", "b2")


def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    """The weights W1, b1, W2, b2 after one plain step, θ ← θ - η ∇ℓ, for each batch in turn.

    X is (N, in), labels (N,), W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,); batches is (number of batches, T), with the
    indices of one batch in each row. The inputs stay as they are.
    """
    for batch in batches:
        _, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


def gradients(X: Array, labels: Array, weights: list[Array]) -> list[Array]:
    """The gradients of the mean loss, by the complex step."""

    def loss(k: int, moved: Array) -> complex:
        return cross_entropy(mlp(X, *[*weights[:k], moved, *weights[k + 1 :]]), labels)

    return [complex_step_gradient(partial(loss, k), w) for k, w in enumerate(weights)]


def stepped(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array, batches: Array, learning_rate: float) -> list[Array]:
    """The weights after a step for each batch."""
    weights = [W1, b1, W2, b2]
    for batch in batches:
        weights = [w - learning_rate * dw for w, dw in zip(weights, gradients(X[batch], labels[batch], weights), strict=True)]
    return weights


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(n: int, size: int, *sizes: int) -> dict[str, Any]:
        W1, b1, W2, b2 = initialise(sizes, rng)
        return {
            "X": signed(rng, (n, sizes[0])), "labels": rng.integers(sizes[2], size=n), "W1": W1, "b1": signed(rng, b1.shape) / 4,
            "W2": W2, "b2": signed(rng, b2.shape) / 4, "batches": rng.permutation(n).reshape(-1, size),
            "learning_rate": round(rng.uniform(0.2, 0.6), 2),
        }  # fmt: skip

    yield Case("one batch", inputs(3, 3, 2, 4, 5), batch="X")
    yield Case("three batches", inputs(12, 4, 3, 6, 5), batch="X")
    yield Case("four batches", inputs(20, 5, 4, 7, 3), batch="X")
    yield Case("float32 inputs", single(inputs(14, 7, 2, 6, 4)), batch="X")
    yield Case("numbers of very different sizes", sizes_that_mix(rng), entrywise=True, batch="X")


def sizes_that_mix(rng: Rng) -> dict[str, Any]:
    """One batch with bright pixels and dark ones, hidden nodes of strong and of weak influence, and a class that is all but excluded.

    Entries that move little start at 0, in each of the four arrays: a finite difference loses them in the rounding of the loss.
    """
    n, inputs, hidden, classes = 5, 6, 7, 4
    X, bright = positive(rng, (n, inputs)), np.array([1, 1, 1e-3, 1e-6, 1e-9, 1e-11])
    W1, strength = positive(rng, (inputs, hidden)) * (bright == 1)[:, None], np.array([1, 1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10])
    W2 = signed(rng, (hidden, classes)) * strength[:, None]
    W2[:, -1] = 0
    W2[0, -1] = -30
    return {
        "X": X * bright, "labels": rng.permutation(np.arange(n) % (classes - 1)), "W1": W1, "b1": np.zeros(hidden), "W2": W2,
        "b2": np.zeros(classes), "batches": rng.permutation(n)[None], "learning_rate": round(rng.uniform(0.2, 0.6), 2),
    }  # fmt: skip


LOOP = "for batch in batches:"
AGAIN = "loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)"
MEAN = "The loss is a mean over the batch, and its gradient is one already: what is left to do?"
ALL_OF_THEM = "θ holds all parameters: two matrices of weights, and two rows of biases."


def with_rate(rate: str) -> tuple[str, ...]:
    """The edits that put something else in place of the learning rate."""
    return tuple(f"learning_rate * d{name} → {rate} * d{name}" for name in WEIGHTS)


def unmoved(*names: str) -> tuple[str, ...]:
    """The edits that leave some of the arrays where they are."""
    return tuple(f"{name} = {name} - learning_rate * d{name} → " for name in names)


EXERCISE = Exercise(
    right=one_epoch,
    criteria=(
        Criterion("W1", 1, "the first layer's weights after the epoch, shape (in, hidden)"),
        Criterion("b1", 1, "the first layer's biases after the epoch, shape (hidden,)"),
        Criterion("W2", 1, "the second layer's weights after the epoch, shape (hidden, C)"),
        Criterion("b2", 1, "the second layer's biases after the epoch, shape (C,)"),
    ),
    cases=cases,
    expected=value_of(stepped, *WEIGHTS),
    mistakes=(
        Mistake("the labels of a batch are not those of its images",
                "Image 17 goes with label 17. Follow one example of a batch through your line: is it its own label that arrives?",
                "labels[batch] → labels[: len(batch)]"),
        Mistake("the epoch ends after its first batch",
                "How often does the loop run? See how far the `return` is indented.",
                "    return →         return"),
        Mistake("every gradient is that of all examples", "Which rows of X belong to this batch?", "X[batch], labels[batch] → X, labels"),
        Mistake("all gradients are taken at the weights from before the epoch",
                "The second batch's gradient belongs to the weights after the first step.",
                (f"{LOOP} → before = W1, b1, W2, b2\n    {LOOP}", "labels[batch], W1, b1, W2, b2 → labels[batch], *before")),
        Mistake("each batch starts again from the weights from before the epoch",
                "Each step goes on from where the last one ended. Which weights do you subtract from?",
                (f"{LOOP} → V1, a1, V2, a2 = W1, b1, W2, b2\n    {LOOP}", "W1 - → V1 -", "b1 - → a1 -", "W2 - → V2 -", "b2 - → a2 -")),
        Mistake("the step goes uphill",
                "The gradient points to where the loss grows. Which way do you want to go?",
                ("W1 - → W1 +", "b1 - → b1 +", "W2 - → W2 +", "b2 - → b2 +")),
        Mistake("the learning rate is left out", "How far does one step go? Look for η.", with_rate("1")),
        Mistake("the learning rate is 0.1, whatever is asked for", "`learning_rate` is among the inputs.", with_rate("0.1")),
        Mistake("the gradients are multiplied by the batch size", MEAN, with_rate("learning_rate * len(batch)")),
        Mistake("the gradients are divided by the batch size once more", MEAN, with_rate("learning_rate / len(batch)")),
        Mistake("the gradients are divided by the number of batches", MEAN, with_rate("learning_rate / len(batches)")),
        Mistake("the biases stay where they are", ALL_OF_THEM, unmoved("b1", "b2")),
        Mistake("the biases alone are moved", ALL_OF_THEM, unmoved("W1", "W2")),
        Mistake("the first layer stays where it is", ALL_OF_THEM, unmoved("W1", "b1")),
        Mistake("the second layer stays where it is", ALL_OF_THEM, unmoved("W2", "b2")),
        Mistake("the second layer's gradient is taken when the first layer has moved already",
                "All four gradients belong to the weights where the step begins: take all of them first, and move then.",
                f"        W2 = W2 →         _, _, _, dW2, db2 = {AGAIN}\n        W2 = W2"),
        Mistake("the first layer's gradient is taken when the second layer has moved already",
                "All four gradients belong to the weights where the step begins: take all of them first, and move then.",
                ("W1 = W1 - learning_rate * dW1 → W2 = W2 - learning_rate * dW2",
                 f"        b1 = b1 - learning_rate * db1 →         b2 = b2 - learning_rate * db2\n        _, dW1, db1, _, _ = {AGAIN}",
                 "W2 = W2 - learning_rate * dW2 → W1 = W1 - learning_rate * dW1",
                 "b2 = b2 - learning_rate * db2 → b1 = b1 - learning_rate * db1")),
        Mistake("each example makes a step of its own",
                "A row of `batches` holds the indices of a whole batch: X[batch] takes all of its rows at once.",
                f"{LOOP} → for batch in batches.reshape(-1, 1):"),
        Mistake("only the last batch leaves its trace, as where each step starts at the weights from before the epoch",
                "Each step goes on from where the last one ended: which names hold the weights when the loop comes round?",
                f"{LOOP} → for batch in batches[-1:]:"),
        Mistake("the first batch is left out", "How many batches does your loop go through?", f"{LOOP} → for batch in batches[1:]:"),
        Mistake("the last batch is left out", "How many batches does your loop go through?", f"{LOOP} → for batch in batches[:-1]:"),
        Mistake("the batches come in the opposite order", "Which batch is the first?", f"{LOOP} → for batch in batches[::-1]:"),
        Mistake("the first examples are taken, and not those whose indices are in the batch",
                "`batch` holds indices: which rows of X do they mean?",
                "X[batch], labels[batch] → X[: len(batch)], labels[: len(batch)]"),
    ),
)
