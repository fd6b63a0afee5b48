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


def stop(losses: Array, gradient_norm: float, max_epochs: int, min_norm: float, tolerance: float) -> bool:
    """True to stop, False to go on."""
    change = np.abs(np.diff(losses[-2:]))  # empty after the first epoch
    reasons = (len(losses) >= max_epochs, gradient_norm < min_norm, (change < tolerance).any(), not abs(losses[-1]) < np.inf)
    return bool(any(reasons))


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
    yield case("a gradient just at its bound, and not below", falling, gradient_norm=0.01)
    yield case("a small loss that still falls", falling / 1000 + [*np.zeros(len(falling) - 2), 0.1, 0], gradient_norm=0.3)
    yield case("a loss that hardly changes", np.append(falling, falling[-1] - bound / 500))
    yield case("a loss that rises, and by much", np.append(falling, falling[-1] + 0.2))
    yield case("a loss that rises, and hardly", np.append(falling, falling[-1] + bound / 500))
    yield case("a large loss, and a change that is small beside it", 1000 + 10 * falling)
    yield case("a pause two epochs ago", [*falling[:-1], falling[-2], falling[-2] - 0.2])
    yield case("the first epoch", falling[:1])
    yield case("the first epoch, and a gradient that is nearly zero", falling[:1], gradient_norm=0.002)
    yield case("the only epoch there may be", falling[:1], max_epochs=1)
    yield case("the first epoch, and a loss of nan", [np.nan], gradient_norm=np.nan)
    yield case("the first epoch, and a loss that is infinite", [np.inf])
    yield case("the second epoch, and hardly a change", [falling[0], falling[0] - bound / 500])
    yield case("a loss of nan", np.append(falling, np.nan), gradient_norm=np.nan)
    yield case("a loss that is infinite", np.append(falling, np.inf))
    yield case("a loss that is infinite, and negative", np.append(falling, -np.inf))
    yield case("another bound for the gradient, and it is met", falling, gradient_norm=0.3, min_norm=0.4)
    yield case("another bound for the gradient, and it is not met", falling, gradient_norm=0.6, min_norm=0.4)


LAST = "`losses` has one number for each finished epoch. With max_epochs = 5, how many are there when it is time to stop?"
CRITERIA = "Four criteria are listed. Which of your lines stands for which?"
CHANGE = "abs(losses[-1] - losses[-2])"

EXERCISE = Exercise(
    right=stopping_criterion,
    criteria=(Criterion("stop", 2, "True (1) to stop, False (0) to go on"),),
    cases=cases,
    expected=value_of(stop, "stop"),
    mistakes=(
        Mistake("all criteria have to be met, not one of them",
                "One criterion that is met is enough to stop. Which word joins them?",
                "diverged or out_of_time or at_minimum or at_rest → out_of_time and at_minimum and at_rest"),
        Mistake("a rise of the loss counts as no change",
                "The loss of a mini-batch run goes up now and then. How large is a change from 0.5 to 0.6?",
                f"{CHANGE} → losses[-2] - losses[-1]"),
        Mistake("a fall of the loss counts as no change",
                "Which way does the loss mostly go, and how large is a change from 0.6 to 0.5?",
                f"{CHANGE} → losses[-1] - losses[-2]"),
        Mistake("the last loss is compared with the first one",
                "The change is the one since the last epoch: which two entries of `losses` does it compare?",
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
        Mistake("a change that is large stops the training, and a small one does not",
                "When the loss has come to rest, how large is its change?",
                "< tolerance → > tolerance"),
        Mistake("the change of the loss is never looked at", CRITERIA, " or at_rest → "),
        Mistake("the gradient is never looked at", CRITERIA, "or at_minimum or → or"),
        Mistake("training goes on after `max_epochs` epochs", LAST, ">= max_epochs → > max_epochs"),
        Mistake("training stops one epoch too early", LAST, ">= max_epochs → >= max_epochs - 1"),
        Mistake("a large gradient stops the training, and a small one does not",
                "At a minimum the gradient is zero. On which side of the bound is it time to stop?",
                "gradient_norm < min_norm → gradient_norm > min_norm"),
        Mistake("a gradient that is just at its bound stops the training",
                "It is time to stop where the norm is below its bound, and not on it.",
                "gradient_norm < min_norm → gradient_norm <= min_norm"),
        Mistake("a finite loss stops the training, and one that is not finite does not",
                "`np.isfinite` is True for an ordinary loss. When is it time to stop?",
                "not np.isfinite(losses[-1]) → np.isfinite(losses[-1])"),
        Mistake("it is time to stop, whatever is asked",
                "Which of the four criteria is met in the case above? See which of your lines says so.",
                "return diverged → return True or diverged"),
        Mistake("a loss that falls stops the training",
                "As long as the loss falls by much, training goes on.",
                f"{CHANGE} < tolerance → losses[-1] < losses[-2]"),
        Mistake("a loss that rises stops the training, and one at rest does not",
                "One epoch may be worse than the last by chance: here the size of the change is asked about.",
                f"{CHANGE} < tolerance → losses[-1] > losses[-2]"),
        Mistake("the gradient is compared with the tolerance of the loss",
                "There are two small bounds among the inputs. Which of them belongs to the gradient?",
                "gradient_norm < min_norm → gradient_norm < tolerance"),
        Mistake("the change of the loss is compared with the bound of the gradient",
                "There are two small bounds among the inputs. Which of them belongs to the loss?",
                "< tolerance → < min_norm"),
        Mistake("a loss that is not finite goes unnoticed",
                "Every comparison with nan is False. `np.isfinite` asks the question you mean.",
                "diverged or out_of_time → out_of_time"),
        Mistake("nan is noticed, and an infinite loss is not",
                "A loss that is infinite has diverged as well: see `np.isfinite`.",
                "not np.isfinite(losses[-1]) → np.isnan(losses[-1])"),
        Mistake("an infinite loss is noticed, and nan is not",
                "nan is not infinite, nor is it finite: see `np.isfinite`.",
                "not np.isfinite(losses[-1]) → np.isinf(losses[-1])"),
        Mistake("the first epoch is compared with one that never was",
                "After one epoch there is one loss. What is `losses[-2]` then?",
                "len(losses) > 1 and → "),
        Mistake("after the first epoch it never stops",
                "One loss is too few for a change, and the other criteria can be met all the same.",
                "    diverged = →     if len(losses) < 2:\n        return False\n    diverged ="),
    ),
)
