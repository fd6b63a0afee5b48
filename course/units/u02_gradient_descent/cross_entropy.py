"""`cross_entropy`: the loss of a classifier."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import forward
from course.units.kit import Rng, signed, single
from course.units.u02_gradient_descent.logits import in_double


def cross_entropy(logits, labels):
    """Cross-entropy loss, one number: the mean of -log softmax(logits)[label] over the batch.

    logits is (N, C), labels is (N,) with whole numbers in 0..C-1. Finite for logits of ±1e4.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_totals = np.log(np.exp(shifted).sum(axis=1))
    log_p = shifted[np.arange(len(labels)), labels] - log_totals
    return -log_p.mean()


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(logits: Array) -> dict[str, Array]:
        """A label for each row; the first is not the class with the largest logit."""
        labels = rng.integers(logits.shape[1], size=len(logits))
        labels[0] = np.argsort(logits[0])[int(rng.integers(logits.shape[1] - 1))]
        return {"logits": logits, "labels": labels}

    for name, logits in in_double(rng):
        yield Case(name, inputs(logits), batch="logits")
    yield Case("float32 inputs", single(inputs(signed(rng, (4, 3)))), batch="logits")


EXERCISE = Exercise(
    right=cross_entropy,
    criteria=(Criterion("loss", 2, "the mean loss over the batch, one number"),),
    cases=cases,
    expected=value_of(forward.cross_entropy, "loss"),
    mistakes=(
        Mistake("the exponentials overflow, or are all rounded to zero",
                "One number subtracted from all logits of a row leaves its softmax as it is. Which one keeps exp in range?",
                " - logits.max(axis=1, keepdims=True) → "),
        Mistake("the logarithm is taken of a probability rounded to zero",
                "log(softmax) can be written without dividing first: which difference is log p?",
                "-log_p.mean() → -np.log(np.exp(log_p)).mean()"),
        Mistake("one and the same number is subtracted from all rows",
                "A row far below the largest of all logits is rounded to zero throughout. Whose maximum does each row need?",
                "max(axis=1, keepdims=True) → max()"),
        Mistake("a small number is added inside the logarithm",
                "It hides log 0, and changes the loss. Write log p as a difference, and there is no log 0 in it.",
                "-log_p.mean() → -np.log(np.exp(log_p) + 1e-12).mean()"),
        Mistake("the losses are summed over the batch, not averaged",
                "Losses here are means over the batch. Count the examples.",
                ".mean() → .sum()"),
        Mistake("it is averaged over the classes as well",
                "With one-hot labels, only one entry of each row counts. How many terms has the mean, N or N · C?",
                ".mean() → .mean() / logits.shape[1]"),
        Mistake("the minus sign is missing",
                "A probability is at most 1: which sign has its logarithm, and which sign has a loss?",
                "return -log_p → return log_p"),
        Mistake("the columns of all labels are taken from every row",
                "`a[:, labels]` means these columns in every row. How do you pick one entry from each row?",
                "[np.arange(len(labels)), labels] - log_totals → [:, labels] - log_totals[:, None]"),
        Mistake("the most probable class is taken in place of the label",
                "The loss has to know the truth: the label says which probability counts.",
                "shifted[np.arange(len(labels)), labels] → shifted.max(axis=1)"),
        Mistake("the logarithm has base 2", "Here the logarithm is the natural one, np.log.", ".mean() → .mean() / np.log(2)"),
        Mistake("the logarithm of the sum is left out",
                "log(a/b) has two terms. What has become of the one from below the line?",
                " - log_totals → "),
        Mistake("the exponentials are summed over the whole batch, not row by row",
                "Each row has a softmax of its own: along which axis is its sum?",
                "sum(axis=1) → sum()"),
        Mistake("the logit of the label itself is taken, before any softmax",
                "Logits are no probabilities: the other logits of the row count, too.",
                "shifted[np.arange(len(labels)), labels] - log_totals → logits[np.arange(len(labels)), labels]"),
    ),
)
