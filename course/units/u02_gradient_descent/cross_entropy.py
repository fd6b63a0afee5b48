"""`cross_entropy`: the loss of a classifier."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import forward
from course.units.kit import Rng, signed, single
from course.units.u02_gradient_descent.logits import extreme, ordinary


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

    yield Case("sure and wrong", {"logits": np.array([[0.0, 40.0, 10.0]]), "labels": np.array([0])}, batch="logits")
    for name, logits in ordinary(rng):
        yield Case(name, inputs(logits), batch="logits")
    for name, logits in extreme(rng):
        yield Case(name, inputs(logits), entrywise=True, batch="logits")
    yield Case("float32 inputs", single(inputs(signed(rng, (4, 3)))), batch="logits")


HIDDEN_ZERO = "It hides log 0, and changes the loss. Write log p as a difference, and there is no log 0 in it."
EPSILONS = ("1e-4", "1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-11", "1e-12", "1e-14", "1e-15", "1e-16", "2.22e-16")

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
        Mistake("the losses are summed over the batch, not averaged",
                "Losses here are means over the batch. Count the examples.",
                ".mean() → .sum()"),
        Mistake("it is averaged over the classes as well",
                "Only one entry of each row counts. Is your mean one of N terms, or of N · C?",
                ".mean() → .mean() / logits.shape[1]"),
        Mistake("the minus sign is missing",
                "A probability is at most 1. Is its logarithm positive or negative? And a loss?",
                "return -log_p → return log_p"),
        Mistake("the columns of all labels are taken from every row",
                "`a[:, labels]` means these columns in every row. How do you pick one entry from each row?",
                "[np.arange(len(labels)), labels] - log_totals → [:, labels] - log_totals[:, None]"),
        Mistake("the most probable class is taken in place of the label",
                "The loss has to know the truth: the label says which probability counts.",
                "shifted[np.arange(len(labels)), labels] → shifted.max(axis=1)"),
        Mistake("the logarithm has base 2", "Here the logarithm is the natural one, np.log.", ".mean() → .mean() / np.log(2)"),
        Mistake("the logarithm of the sum is left out",
                "log(a/b) = log a - log b. Where is your second term?",
                " - log_totals → "),
        Mistake("the exponentials are summed over the whole batch, not row by row",
                "Each row has a softmax of its own: along which axis is its sum?",
                "sum(axis=1) → sum()"),
        Mistake("the logit of the label itself is taken, before any softmax",
                "Logits are not probabilities: the other logits of the row count, too.",
                "shifted[np.arange(len(labels)), labels] - log_totals → logits[np.arange(len(labels)), labels]"),
        *(Mistake(f"the probability is kept away from 0 by {eps}, which is added or is its least value",
                  HIDDEN_ZERO,
                  f"-log_p.mean() → -np.log(np.exp(log_p) + {eps}).mean()") for eps in EPSILONS),
        Mistake("the logarithm of the sum has the wrong sign",
                "log(a/b) is log a - log b, and the loss is minus that. What sign does log b get?",
                " - log_totals → + log_totals"),
        Mistake("the maximum is subtracted in the sum, and not from the logit of the label",
                "The same number is subtracted from all logits of the row, above the line and below it.",
                "shifted[np.arange(len(labels)), labels] → logits[np.arange(len(labels)), labels]"),
        Mistake("the sum of the exponentials stands without a logarithm",
                "log(a/b) = log a - log b: the sum below the line needs its logarithm, too.",
                "np.log(np.exp(shifted).sum(axis=1)) → np.exp(shifted).sum(axis=1)"),
        Mistake("the logarithm is taken before the sum, of each exponential by itself",
                "log(a + b) is not log a + log b: sum the exponentials of a row first.",
                "np.log(np.exp(shifted).sum(axis=1)) → np.log(np.exp(shifted)).sum(axis=1)"),
        Mistake("the probability of the label is taken, without a logarithm",
                "A loss of -p is never more than 1 away from the best. What does -log p say of a p close to 0?",
                "-log_p.mean() → -np.exp(log_p).mean()"),
        Mistake("one minus the probability of the label is taken, without a logarithm",
                "The loss of an example is -log p.",
                "-log_p.mean() → (1 - np.exp(log_p)).mean()"),
        Mistake("the probabilities are averaged before the logarithm",
                "Each example has a loss of its own: which comes first, the logarithm or the mean?",
                "-log_p.mean() → -np.log(np.exp(log_p).mean())"),
        Mistake("the losses of the examples are returned, not their mean", "One number is asked for.", "-log_p.mean() → -log_p"),
        Mistake("the logarithm has base 10", "Here the logarithm is the natural one, np.log.", ".mean() → .mean() / np.log(10)"),
        Mistake("the labels are counted from 1",
                "Python counts from 0, and so do the labels: class 0 is the first column.",
                "labels] → labels - 1]"),
        Mistake("the softmax is taken down the columns, over the batch",
                "A row is an example. Along which axis do its classes lie?",
                ("max(axis=1 → max(axis=0", "sum(axis=1) → sum(axis=0)", "- log_totals → - log_totals[labels]")),
        Mistake("softmax is applied twice",
                "The logits are not probabilities yet: how often do you take the exponential of each number?",
                "logits - logits.max(axis=1, keepdims=True) → np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))"),
        Mistake("-log(1 - p) of the other classes is added",
                "That is the loss of C yes-or-no questions. Here is one question with C answers: only the label's -log p counts.",
                "return -log_p.mean() → q = 1 - np.exp(shifted - log_totals[:, None]); q[np.arange(len(labels)), labels] = 1; "
                "return -(log_p + np.log(q).sum(axis=1)).mean()"),
        Mistake("only the first example counts",
                "A function ends at the first `return` it meets. How far is yours indented?",
                "-log_p.mean() → -log_p[0]"),
        Mistake("only the last example counts, divided by their number",
                "In a loop, `loss = ...` forgets what the loss was, and `loss = loss + ...` adds to it.",
                "-log_p.mean() → -log_p[-1] / len(labels)"),
        Mistake("the mean is divided by the number of examples again", "A mean has divided already.", ".mean() → .mean() / len(labels)"),
        Mistake("the mean is taken over all classes, as if each of them were the label",
                "The loss of an example looks at one probability only. Which?",
                "[np.arange(len(labels)), labels] - log_totals → - log_totals[:, None]"),
    ),
)
