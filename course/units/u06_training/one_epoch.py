"""`one_epoch`: a plain step for each batch."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from course.gradcheck import complex_step_gradient
from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.forward import cross_entropy, mlp
from course.units.kit import Rng, signed, single
from course.units.u06_training.given import loss_and_gradients
from course.units.u06_training.initialise import initialise

WEIGHTS = ("W1", "b1", "W2", "b2")


def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    """The weights W1, b1, W2, b2 after one plain step, θ ← θ - η ∂ℓ/∂θ, for each batch in turn.

    X is (n, in), labels (n,), W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,); batches is (number of batches, T), with the
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

    yield Case("three batches", inputs(12, 4, 3, 6, 5), batch="X")
    yield Case("four batches", inputs(20, 5, 4, 7, 3), batch="X")
    yield Case("float32 inputs", single(inputs(14, 7, 2, 6, 4)), batch="X")


LOOP = "for batch in batches:"

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
        Mistake("the learning rate is left out",
                "How far does one step go? Look for η.",
                tuple(f"learning_rate * d{name} → d{name}" for name in WEIGHTS)),
        Mistake("the biases stay where they are",
                "θ holds all parameters, the biases among them.",
                ("b1 = b1 - learning_rate * db1 → ", "b2 = b2 - learning_rate * db2 → ")),
        Mistake("the gradients are multiplied by the batch size",
                "The loss is a mean over the batch, and its gradient is one already: there is nothing to multiply.",
                tuple(f"learning_rate * d{name} → learning_rate * len(batch) * d{name}" for name in WEIGHTS)),
    ),
)
