"""`softmax`: probabilities from logits."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, signed, single
from course.units.u02_gradient_descent.logits import in_double


def softmax(logits):
    """Probabilities of the classes, row by row: exp(z) over the row's sum of exp(z).

    logits is (N, C), and so is the result. Finite for logits of ±1e4.
    """
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def exp_of_difference(logits: Array) -> Array:
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def cases(rng: Rng) -> Iterator[Case]:
    for name, logits in in_double(rng):
        yield Case(name, {"logits": logits}, batch="logits")
    yield Case("float32 inputs", single({"logits": signed(rng, (4, 3))}), batch="logits")


EXERCISE = Exercise(
    right=softmax,
    criteria=(Criterion("p", 2, "the probabilities, shape (N, C)"),),
    cases=cases,
    expected=value_of(exp_of_difference, "p"),
    mistakes=(
        Mistake("the exponentials overflow, or are all rounded to zero",
                "A number subtracted from all logits of a row leaves its softmax as it is. Which one, row by row, keeps exp in range?",
                " - logits.max(axis=1, keepdims=True) → "),
        Mistake("one and the same number is subtracted from all rows",
                "A row far below the largest of all logits is rounded to zero throughout. Whose maximum does each row need?",
                "max(axis=1, keepdims=True) → max()"),
        Mistake("the smallest logit is subtracted, or the mean, not the largest",
                "exp overflows for large positive numbers. After your subtraction, which sign do the logits have?",
                "logits.max → logits.min"),
        Mistake("the probabilities of one class sum to 1 over the batch, not those of one example over the classes",
                "A row is an example. Along which axis do its classes lie?",
                ("max(axis=1 → max(axis=0", "sum(axis=1 → sum(axis=0")),
        Mistake("it is divided by the sum over the whole batch",
                "Each row has to sum to 1 by itself: which axis is summed?",
                ("max(axis=1, keepdims=True) → max()", "sum(axis=1, keepdims=True) → sum()")),
        Mistake("the sum of each row has lost its axis",
                "(N, C) divided by (N,) lines the sums up with the classes, or not at all. See `keepdims`.",
                "sum(axis=1, keepdims=True) → sum(axis=1)"),
        Mistake("the logits are divided by their sum, without the exponential",
                "Logits may be negative; probabilities may not. What makes every number positive?",
                "np.exp(logits - logits.max(axis=1, keepdims=True)) → logits"),
        Mistake("the logarithm of the probabilities is returned",
                "Probabilities lie between 0 and 1. What is left to do with a logarithm?",
                "exps / exps.sum(axis=1, keepdims=True) → np.log(exps / exps.sum(axis=1, keepdims=True))"),
        Mistake("every logit goes through a sigmoid by itself",
                "In a softmax the classes compete: raise one logit, and the other probabilities fall.",
                "exps / exps.sum(axis=1, keepdims=True) → 1 / (1 + np.exp(-logits))"),
        Mistake("the logits are cut off to keep exp in range",
                "Cutting off makes two different logits equal. Subtracting one number from a whole row changes no probability.",
                "logits - logits.max(axis=1, keepdims=True) → np.clip(logits, -500, 500)"),
    ),
)
