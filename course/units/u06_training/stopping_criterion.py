"""`stopping_criterion`: whether it is time to stop."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng


def stopping_criterion(losses, gradient_norm, max_epochs, min_norm, tolerance):
    """Whether it is time to stop: True (1) or False (0).

    losses has one number for each finished epoch, at least one; gradient_norm is the latest. Stops when the last loss is not finite,
    at max_epochs, when gradient_norm is below min_norm, or when the last two losses differ by less than tolerance, up or down.
    """
    diverged = not np.isfinite(losses[-1])
    out_of_time = len(losses) >= max_epochs
    at_minimum = gradient_norm < min_norm
    at_rest = len(losses) > 1 and abs(losses[-1] - losses[-2]) < tolerance
    return diverged or out_of_time or at_minimum or at_rest


def stop(losses: Array, gradient_norm: float, max_epochs: int, min_norm: float, tolerance: float) -> float:
    """1 to stop, 0 to go on."""
    change = np.abs(np.diff(losses[-2:]))  # empty after the first epoch
    reasons = (len(losses) >= max_epochs, gradient_norm < min_norm, (change < tolerance).any(), not abs(losses[-1]) < np.inf)
    return float(any(reasons))


def cases(rng: Rng) -> Iterator[Case]:
    """Each question is about one criterion, and the others are far from being met, or from not being met."""
    bound = round(float(rng.uniform(0.5, 2)), 2)  # of what is a small change, in hundredths
    falling = np.round(2.3 * 0.8 ** np.arange(int(rng.integers(5, 9))) + rng.uniform(0.2, 0.4), 4)

    def case(name: str, losses: Any, gradient_norm: float = 0.5, max_epochs: int = 100, min_norm: float = 0.01) -> Case:
        inputs = {"losses": np.asarray(losses, float), "gradient_norm": gradient_norm, "max_epochs": max_epochs, "min_norm": min_norm}
        return Case(name, inputs | {"tolerance": bound / 100})

    yield case("the loss still falls, and nothing is met", falling)
    yield case("as many epochs as there may be", falling, max_epochs=len(falling))
    yield case("one epoch less than there may be", falling, max_epochs=len(falling) + 1)
    yield case("a gradient that is nearly zero", falling, gradient_norm=0.002)
    yield case("a small loss that still falls", falling / 1000 + [*np.zeros(len(falling) - 2), 0.1, 0], gradient_norm=0.3)
    yield case("a loss that hardly changes", np.append(falling, falling[-1] - bound / 500))
    yield case("a loss that rises, and by much", np.append(falling, falling[-1] + 0.2))
    yield case("a loss that rises, and hardly", np.append(falling, falling[-1] + bound / 500))
    yield case("a large loss, and a change that is small beside it", 1000 + 10 * falling)
    yield case("a pause two epochs ago", [*falling[:-1], falling[-2], falling[-2] - 0.2])
    yield case("the first epoch", falling[:1])
    yield case("the second epoch, and hardly a change", [falling[0], falling[0] - bound / 500])
    yield case("a loss of nan", np.append(falling, np.nan), gradient_norm=np.nan)
    yield case("a loss that is infinite", np.append(falling, np.inf))


LAST = "`losses` has one number for each finished epoch. With max_epochs = 5, how many are there when it is time to stop?"
CHANGE = "abs(losses[-1] - losses[-2])"

EXERCISE = Exercise(
    right=stopping_criterion,
    criteria=(Criterion("stop", 2, "True (1) to stop, False (0) to go on"),),
    cases=cases,
    expected=value_of(stop, "stop"),
    mistakes=(
        Mistake("all criteria have to be met, not one of them",
                "Training stops when *a* criterion is met. Which word joins them?",
                "diverged or out_of_time or at_minimum or at_rest → out_of_time and at_minimum and at_rest"),
        Mistake("a rise of the loss counts as no change",
                "The loss of a mini-batch run goes up now and then. How large is a change from 0.5 to 0.6?",
                f"{CHANGE} → losses[-2] - losses[-1]"),
        Mistake("the last loss is compared with the first one",
                "The change since the *last* epoch: which two entries of `losses` does it compare?",
                "losses[-2] → losses[0]"),
        Mistake("the second epoch is not compared with the first",
                "After two epochs there are two losses: that is enough for a change.",
                "len(losses) > 1 → len(losses) > 2"),
        Mistake("the loss itself is compared with the tolerance",
                "A small loss may still be falling, and a large one may have come to rest. What is to be small?",
                f"len(losses) > 1 and {CHANGE} → losses[-1]"),
        Mistake("the change is compared as a share of the loss",
                "Here the tolerance is in units of the loss: the change itself is compared.",
                f"{CHANGE} → {CHANGE} / abs(losses[-1])"),
        Mistake("a pause long ago stops the training",
                "Which two losses does the change from the last epoch to this one compare?",
                f"len(losses) > 1 and {CHANGE} < tolerance → any(abs(np.diff(losses)) < tolerance)"),
        Mistake("training goes on for one epoch too many", LAST, ">= max_epochs → > max_epochs"),
        Mistake("training stops one epoch too early", LAST, ">= max_epochs → >= max_epochs - 1"),
        Mistake("a large gradient stops the training, and a small one does not",
                "At a minimum the gradient is zero. On which side of the bound is it time to stop?",
                "gradient_norm < min_norm → gradient_norm > min_norm"),
        Mistake("a loss that is not finite goes unnoticed",
                "Every comparison with nan is False. `np.isfinite` asks the question you mean.",
                "diverged or out_of_time → out_of_time"),
        Mistake("the first epoch is compared with one that never was",
                "After one epoch there is one loss. What is `losses[-2]` then?",
                "len(losses) > 1 and → "),
    ),
)
