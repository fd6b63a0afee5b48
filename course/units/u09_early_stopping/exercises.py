"""Unit 09, early stopping: the exercises.

Losses are multiples of 1/64, so that differences and margins are exact, and no right answer can fall on the wrong side of one.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected
from course.judging.witness import value_of
from course.units.u09_early_stopping import answers, mistakes
from course.units.u09_early_stopping import forward as forward

Rng = np.random.Generator

UNIT = 1 / 64  # of every loss


# improved


def improved_cases(rng: Rng) -> Iterator[Case]:
    best = float(rng.integers(3 * 64, 4 * 64)) * UNIT
    pairs = {
        "far below the best": (best - 1.0, 0.25),
        "far above the best": (best + 1.0, 0.25),
        "below the best, by less than the margin": (best - 0.125, 0.25),
        "above the best, by less than the margin": (best + 0.125, 0.25),
        "as low as the best": (best, 0.0),
        "below the best by the margin exactly": (best - 0.25, 0.25),
        "a little better, and no margin": (best - UNIT, 0.0),
        "below the best by more than the margin": (best - 0.75, 0.5),
        "a loss that is NaN": (float("nan"), 0.25),
    }
    for name, (loss, min_delta) in pairs.items():
        yield Case(name, {"loss": loss, "best_loss": best, "min_delta": min_delta})
    yield Case("the first loss of all", {"loss": best, "best_loss": float("inf"), "min_delta": 0.25})


IMPROVED = Exercise(
    right=answers.improved,
    criteria=(Criterion("better", 1, "True or False"),),
    cases=improved_cases,
    expected=value_of(forward.improved, "better"),
    mistakes=mistakes.IMPROVED,
)


# EarlyStopper

CURVES: dict[str, tuple[int, float, Sequence[float]]] = {  # patience, min_delta, losses in steps from the first, in units of 1/8
    "down, then up": (3, 0.0, [0, -4, -8, -9, -7, -5, -3, -1, 1]),
    "a better loss just in time": (3, 0.0, [0, -4, -3, -2, -6, -5, -4, -9, -8, -7, -6, -5]),
    "improvements that are too small": (2, 0.5, [0, -8, -9, -11, -12, -13, -14]),
    "many small improvements that add up": (3, 0.5, [0, -8, -10, -12, -14, -16, -18, -20, -22, -24]),
    "a plateau": (2, 0.0, [0, -4, -4, -4, -4, -4]),
    "up and down, and on the whole up": (4, 0.0, [0, -8, -2, -5, 1, -3, 3, -1, 5]),
    "it never has to stop": (4, 0.0, [0, -1, -2, -1, -4, -3, -6, -7]),
    "impatient": (1, 0.0, [0, -3, -6, -5, -8]),
    "worse from the start": (2, 0.0, [0, 2, 4, 6]),
}


def stopper_cases(rng: Rng) -> Iterator[Case]:
    for name, (patience, min_delta, steps) in CURVES.items():
        losses = float(rng.integers(4 * 64, 6 * 64)) * UNIT + np.array(steps) / 8
        weights = rng.normal(size=(len(steps), int(rng.integers(2, 6))))
        yield Case(name, {"patience": patience, "min_delta": min_delta, "losses": losses, "weights": weights})


def stopper_expected(case: Case) -> dict[str, Expected]:
    decisions, best_loss, best_weights = forward.watched(**case.inputs)
    epochs = tuple(f"epoch {epoch}" for epoch in range(len(decisions)))
    return {
        "decisions": Expected(decisions, entries=epochs),
        "best_loss": Expected(np.asarray(best_loss)),
        "best_weights": Expected(best_weights),
    }


EARLY_STOPPER = Exercise(
    right=answers.EarlyStopper,
    criteria=(
        Criterion("decisions", 2, "what `update` returns, epoch by epoch, until it is True"),
        Criterion("best_loss", 1, "the loss of the best epoch"),
        Criterion("best_weights", 2, "the weights of the best epoch, whatever happens to the array afterwards"),
    ),
    cases=stopper_cases,
    expected=stopper_expected,
    probe="stopper",
    mistakes=mistakes.EARLY_STOPPER,
)


# train_with_early_stopping


def few_examples(rng: Rng, patience: int) -> dict[str, Any]:
    """More inputs than examples, and noise: a linear model that soon learns by heart.

    Drawn anew until training ends by its patience, has waited in vain before, and no decision of it hangs on the last digits.
    """
    while True:
        n, d = 12, 9
        X, X_val, truth = rng.normal(size=(n, d)), rng.normal(size=(n + 4, d)), rng.normal(size=d)
        y, y_val = X @ truth + 2 * rng.normal(size=n), X_val @ truth + 2 * rng.normal(size=n + 4)
        rate = rng.uniform(0.75, 0.9) / float(np.linalg.eigvalsh(X.T @ X / n)[-1])
        inputs = {
            "X": X, "y": y, "X_val": X_val, "y_val": y_val, "w": rng.normal(size=d) / 10,
            "learning_rate": rate, "patience": patience, "max_epochs": 80,
        }  # fmt: skip
        if all_matters(inputs):
            return inputs


def all_matters(inputs: dict) -> bool:
    """Whether every decision has room to spare, and every part of the rule makes a difference."""
    w, losses = forward.trained(**inputs)
    best = np.minimum.accumulate(losses)
    margins = np.abs(losses[1:] - best[:-1])
    ends = len(losses) < inputs["max_epochs"] and 0 < losses.argmin() == len(losses) - 1 - inputs["patience"]
    impatient = forward.trained(**{**inputs, "patience": 1})[0]
    return bool(ends and margins.min() > 1e-6 and not np.allclose(impatient, w, rtol=1e-3))


def training_cases(rng: Rng) -> Iterator[Case]:
    yield Case("few examples", few_examples(rng, 3))
    yield Case("few examples again", few_examples(rng, 5))
    short = few_examples(rng, 4)
    epochs = len(forward.trained(**short)[1])
    yield Case("`max_epochs` comes first", {**short, "max_epochs": max(2, epochs // 2)})


TRAIN_WITH_EARLY_STOPPING = Exercise(
    right=answers.train_with_early_stopping,
    criteria=(
        Criterion("best_w", 3, "the weights of the best epoch"),
        Criterion("val_losses", 1, "one validation loss for each epoch that was run"),
    ),
    cases=training_cases,
    expected=value_of(forward.trained, "best_w", "val_losses"),
    mistakes=mistakes.TRAIN_WITH_EARLY_STOPPING,
)


# shrinkage and equivalent_lam


def descent_cases(rng: Rng) -> Iterator[Case]:
    for name, size in (("a few directions", 3), ("more directions", 5)):
        curvature: Array = rng.uniform(0.5, 3.0, size)
        rate = float(rng.uniform(0.05, 0.15))
        yield Case(name, {"learning_rate": rate, "curvature": curvature, "steps": int(rng.integers(4, 12))})
    yield Case("one step", {"learning_rate": 0.125, "curvature": rng.uniform(0.5, 3.0, 4), "steps": 1})


SHRINKAGE = Exercise(
    right=answers.shrinkage,
    criteria=(Criterion("s", 1, "one number for each direction, between 0 and 1"),),
    cases=descent_cases,
    expected=value_of(forward.shrinkage, "s"),
    mistakes=mistakes.SHRINKAGE,
)

EQUIVALENT_LAM = Exercise(
    right=answers.equivalent_lam,
    criteria=(Criterion("lam", 1, "one λ for each direction"),),
    cases=descent_cases,
    expected=value_of(forward.equivalent_lam, "lam"),
    needs=("shrinkage",),
    mistakes=mistakes.EQUIVALENT_LAM,
)


EXERCISES = (IMPROVED, EARLY_STOPPER, TRAIN_WITH_EARLY_STOPPING, SHRINKAGE, EQUIVALENT_LAM)
