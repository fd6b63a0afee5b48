"""`softmax`: probabilities from logits."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, signed, single
from course.units.u02_gradient_descent.logits import extreme, ordinary


def softmax(logits):
    """Probabilities of the classes, row by row: exp(z) over the row's sum of exp(z).

    logits is (N, C), and so is the result. Finite for logits of ±1e4.
    """
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def exp_of_difference(logits: Array) -> Array:
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def cases(rng: Rng) -> Iterator[Case]:
    for name, logits in ordinary(rng):
        yield Case(name, {"logits": logits}, batch="logits")
    for name, logits in extreme(rng):
        yield Case(name, {"logits": logits}, entrywise=True, batch="logits")
    yield Case("float32 inputs", single({"logits": signed(rng, (4, 3))}), batch="logits")


SHARES = "exps / exps.sum(axis=1, keepdims=True)"

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
        Mistake("a fixed number is subtracted, such as 1000, whatever the logits are",
                "1000 was an example. Subtracted from small logits, it makes every exponential 0. Which number suits any row?",
                "logits.max(axis=1, keepdims=True) → 1000"),
        Mistake("the smallest logit is subtracted, or the mean, not the largest",
                "exp overflows for large positive numbers. Is any logit still positive after your subtraction?",
                "logits.max → logits.min"),
        Mistake("the probabilities of one class sum to 1 over the batch, not those of one example over the classes",
                "A row is an example. Along which axis do its classes lie?",
                ("max(axis=1 → max(axis=0", "sum(axis=1 → sum(axis=0")),
        Mistake("it is divided by the sum over the whole batch",
                "Each row has to sum to 1 by itself: which axis is summed?",
                ("max(axis=1, keepdims=True) → max()", "sum(axis=1, keepdims=True) → sum()")),
        Mistake("the maximum or the sum of each row has lost its axis",
                "(N, C) with (N,) lines the rows up with the classes, or not at all. See `keepdims`.",
                "sum(axis=1, keepdims=True) → sum(axis=1)"),
        Mistake("the logits are divided by their sum, without the exponential",
                "Logits may be negative; probabilities may not. What makes every number positive?",
                "np.exp(logits - logits.max(axis=1, keepdims=True)) → logits"),
        Mistake("the logarithm of the probabilities is returned",
                "Probabilities lie between 0 and 1. What is left to do with a logarithm?",
                f"{SHARES} → np.log({SHARES})"),
        Mistake("every logit goes through a sigmoid by itself",
                "In a softmax the classes compete: raise one logit, and the other probabilities fall.",
                f"{SHARES} → 1 / (1 + np.exp(-logits))"),
        Mistake("the logits are cut off to keep exp in range",
                "Cutting off makes two different logits equal. Subtracting one number from a whole row changes no probability.",
                "logits - logits.max(axis=1, keepdims=True) → np.clip(logits, -500, 500)"),
        Mistake("the maximum is taken over the batch, class by class, and the sum over the classes",
                "What is subtracted has to be one number for the whole row. Along which axis does a row lie?",
                "max(axis=1 → max(axis=0"),
        Mistake("the sum is taken over the whole batch, after the right maximum",
                "Each row has to sum to 1 by itself: which axis is summed?",
                "sum(axis=1, keepdims=True) → sum()"),
        Mistake("the sum is taken over the batch, class by class, after the right maximum",
                "A row is an example. Along which axis do its classes lie?",
                "sum(axis=1 → sum(axis=0"),
        Mistake("the logits have the other sign",
                "Which class should have the largest probability: that with the largest logit, or with the smallest?",
                "np.exp(logits - logits.max( → np.exp(-logits + logits.min("),
        Mistake("the logits are divided by their maximum, where it should be subtracted",
                "Is the softmax of z / 5 the same as that of z? And that of z - 5?",
                "logits - logits.max → logits / logits.max"),
        Mistake("the exponentials are not divided by their sum, but by the largest, or by nothing",
                "Does each of your rows sum to 1?",
                f"return {SHARES} → return exps"),
        Mistake("exp(z) is returned as it is", "Does each of your rows sum to 1?", f"return {SHARES} → return np.exp(logits)"),
        Mistake("the class with the largest logit gets all the probability",
                "Softmax is softer than that: the other classes keep a share.",
                f"{SHARES} → (exps == 1).astype(float)"),
        Mistake("softmax is applied twice",
                "How often do you take the exponential of each number?",
                f"return {SHARES} → twice = np.exp({SHARES}); return twice / twice.sum(axis=1, keepdims=True)"),
        Mistake("a small number is added to a sum of zeros, which hides 0/0",
                "A row of zeros is no better than nan. What has to be subtracted so that no sum is 0?",
                ("logits - logits.max(axis=1, keepdims=True) → logits",
                 "exps.sum(axis=1, keepdims=True) → (exps.sum(axis=1, keepdims=True) + 1e-12)")),
        Mistake("the exponentials are divided by their mean", "Does each of your rows sum to 1?", "exps.sum → exps.mean"),
        Mistake("the maximum is subtracted above the line alone",
                "The same number is subtracted from all logits of the row, above the line and below it.",
                "exps.sum( → np.exp(logits).sum("),
    ),
)
