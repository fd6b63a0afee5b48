"""`mse`: the mean squared error."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, single, sizes


def mse(predictions, targets):
    """Mean squared error, one number: the mean of the squared differences over all entries.

    predictions and targets are arrays of one shape, (N,) or (N, out).
    """
    return ((predictions - targets) ** 2).mean()


def squared_length_by_size(predictions: Array, targets: Array) -> float:
    difference = np.subtract(predictions, targets, dtype=float).ravel()
    return difference @ difference / difference.size


def cases(rng: Rng) -> Iterator[Case]:
    def pair(*shape: int) -> dict[str, Array]:
        predictions = rng.uniform(0.5, 3, shape)
        return {"predictions": predictions, "targets": predictions + rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 2, shape)}

    yield Case("three numbers", pair(3), batch="predictions")
    yield Case("one output for each example", pair(int(rng.integers(5, 9))), batch="predictions")
    yield Case("several outputs for each example", pair(*sizes(rng, 2, least=3)), batch="predictions")
    yield Case("one example", pair(1, 4), batch="predictions")
    yield Case("whole numbers", {"predictions": rng.integers(0, 9, 6), "targets": rng.integers(10, 20, 6)}, batch="predictions")
    yield Case("float32 inputs", single(pair(4, 3)), batch="predictions")


EXERCISE = Exercise(
    right=mse,
    criteria=(Criterion("loss", 1, "the mean squared error, one number"),),
    cases=cases,
    expected=value_of(squared_length_by_size, "loss"),
    mistakes=(
        Mistake("the squares are summed, not averaged",
                "Ten times as many examples should not make a loss ten times as large. Which number do you divide by?",
                ".mean() → .sum()"),
        Mistake("the sum is divided by the number of examples only, and there are several outputs for each",
                "A mean over all entries: how many entries does an array of shape (N, out) have?",
                ".mean() → .sum() / len(predictions)"),
        Mistake("absolute values are taken in place of squares",
                "That is the mean *absolute* error. What does the S stand for?",
                "((predictions - targets) ** 2) → np.abs(predictions - targets)"),
        Mistake("the root is taken of it",
                "The mean squared error has no root.",
                "((predictions - targets) ** 2).mean() → np.sqrt(((predictions - targets) ** 2).mean())"),
        Mistake("there is a factor one half", "Some books have it; here there is none.", ".mean() → .mean() / 2"),
        Mistake("the difference is averaged first and squared after",
                "Errors of +1 and -1 cancel in a mean. Square before you average.",
                "((predictions - targets) ** 2).mean() → (predictions - targets).mean() ** 2"),
        Mistake("nothing is squared", "Differences of both signs cancel. What keeps a loss from falling below zero?", " ** 2 → "),
        Mistake("every prediction is held against every target, as in (N, 1) - (N,)",
                "Print the shape of the difference: is it that of the predictions?",
                "((predictions - targets) → ((predictions.reshape(len(predictions), -1) - targets)"),
        Mistake("every prediction is held against every target, output by output",
                "Print the shape of the difference: is it that of the predictions?",
                "((predictions - targets) → ((predictions[:, None] - targets)"),
        Mistake("the mean is taken over the examples, for each output by itself",
                "`mean(axis=0)` leaves one axis standing. One number is asked for.",
                ".mean() → .mean(axis=0)"),
        Mistake("the mean is taken over the outputs, for each example by itself",
                "`mean(axis=1)` leaves one axis standing. One number is asked for.",
                ".mean() → .mean(axis=1)"),
        Mistake("the squares are not averaged at all", "One number is asked for: the mean of all squares.", ".mean() → "),
        Mistake("the sum is divided by one less than the number of entries",
                "That is for a variance. A mean divides by the number of entries.",
                ".mean() → .sum() / (predictions.size - 1)"),
        Mistake("the mean is divided by the number of examples again",
                "A mean has divided already.",
                ".mean() → .mean() / len(predictions)"),
        Mistake("the differences are summed first and squared after",
                "Errors of +1 and -1 cancel in a sum. Square before you sum.",
                "((predictions - targets) ** 2).mean() → (predictions - targets).sum() ** 2 / predictions.size"),
        Mistake("predictions and targets are squared each by itself",
                "(a - b)² is not a² - b².",
                "((predictions - targets) ** 2) → (predictions**2 - targets**2)"),
        Mistake("predictions and targets are added",
                "The loss of a perfect prediction is 0. Is yours?",
                "(predictions - targets) → (predictions + targets)"),
        Mistake("the length of the difference is taken: the root of the sum of its squares",
                "The mean squared error has no root, and is a mean.",
                "((predictions - targets) ** 2).mean() → np.linalg.norm(predictions - targets)"),
        Mistake("only the last entry counts",
                "In a loop, `total = ...` forgets what the total was, and `total = total + ...` adds to it.",
                "((predictions - targets) ** 2).mean() → ((predictions - targets) ** 2).ravel()[-1] / predictions.size"),
        Mistake("only the first entry counts",
                "A function ends at the first `return` it meets. How far is yours indented?",
                "((predictions - targets) ** 2).mean() → ((predictions - targets) ** 2).ravel()[0]"),
        Mistake("the largest squared error is returned", "All entries count, and not the worst of them alone.", ".mean() → .max()"),
    ),
)
