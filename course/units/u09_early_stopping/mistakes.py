"""Unit 09, early stopping: the mistakes students make, as data."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u09_early_stopping.forward import equivalent_lam, loss_and_gradient, shrinkage

IMPROVED = (
    Mistake(
        "a tie counts as an improvement",
        "A loss that is lower by exactly `min_delta`, or just as low as the best: is that better *by more than* `min_delta`?",
        lambda loss, best_loss, min_delta: loss <= best_loss - min_delta,
    ),
    Mistake(
        "`min_delta` is left out",
        "The new loss has to be lower than the best one by more than a margin. Where is the margin in your formula?",
        lambda loss, best_loss, min_delta: loss < best_loss,
    ),
    Mistake(
        "higher counts as better",
        "We watch a loss. Which way is better?",
        lambda loss, best_loss, min_delta: loss > best_loss + min_delta,
    ),
    Mistake(
        "the margin is added in place of subtracted",
        "With a margin, is it harder or easier to count as better? Try your formula with a loss just above the best.",
        lambda loss, best_loss, min_delta: loss < best_loss + min_delta,
    ),
    Mistake(
        "any change counts as an improvement",
        "A loss that has grown has changed, too.",
        lambda loss, best_loss, min_delta: abs(loss - best_loss) > min_delta,
    ),
    Mistake(
        "`min_delta` is taken as a part of the best loss",
        "`min_delta` is in units of the loss: it is subtracted, nothing is multiplied.",
        lambda loss, best_loss, min_delta: loss < best_loss * (1 - min_delta),
    ),
    Mistake(
        "NaN counts as an improvement",
        "Every comparison with NaN is False. So what does a `not` before it make of NaN?",
        lambda loss, best_loss, min_delta: not loss >= best_loss - min_delta,
    ),
)


class Rule:
    """A stopping rule to make wrong ones from: `better`, `stops` and `keep` are where they differ."""

    def __init__(self, patience: int, min_delta: float):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.last_loss = np.inf, np.inf
        self.best_weights: Array | None = None
        self.waited = 0

    def update(self, loss: float, weights: Array) -> bool:
        if self.better(loss):
            self.keep(loss, weights)
            self.waited = 0
        else:
            self.waited += 1
        self.last_loss = loss
        return self.stops()

    def better(self, loss: float) -> bool:
        return loss < self.best_loss - self.min_delta

    def keep(self, loss: float, weights: Array) -> None:
        self.best_loss, self.best_weights = loss, weights.copy()

    def stops(self) -> bool:
        return self.waited >= self.patience


class NeverReset(Rule):
    def update(self, loss: float, weights: Array) -> bool:
        waited = self.waited
        super().update(loss, weights)
        self.waited = max(self.waited, waited)
        return self.stops()


class NotCopied(Rule):
    def keep(self, loss: float, weights: Array) -> None:
        self.best_loss, self.best_weights = loss, weights


class TooEarly(Rule):
    def stops(self) -> bool:
        return self.waited >= self.patience - 1 and self.waited > 0


class TooLate(Rule):
    def stops(self) -> bool:
        return self.waited > self.patience


class NoPatience(Rule):
    def stops(self) -> bool:
        return self.waited > 0


class NoMargin(Rule):
    def better(self, loss: float) -> bool:
        return loss < self.best_loss


class ComparedWithTheLast(Rule):
    def better(self, loss: float) -> bool:
        return loss < self.last_loss - self.min_delta


class Ties(Rule):
    def better(self, loss: float) -> bool:
        return loss <= self.best_loss - self.min_delta


class LastWeights(Rule):
    def update(self, loss: float, weights: Array) -> bool:
        stops = super().update(loss, weights)
        self.best_weights = weights.copy()
        return stops


class LocalNames(Rule):
    def keep(self, loss: float, weights: Array) -> None:
        """Nothing is remembered: `best_loss = loss` gives a name within the function only."""


class CreepingBest(Rule):
    def update(self, loss: float, weights: Array) -> bool:
        stops = super().update(loss, weights)
        self.best_loss = min(self.best_loss, loss)
        return stops


EARLY_STOPPER = (
    Mistake(
        "the epochs waited are not counted anew after an improvement",
        "`patience` is about epochs *in a row*. What has to happen to the count when a better loss comes?",
        NeverReset,
    ),
    Mistake(
        "the weights are kept without a copy",
        "Training goes on in the same array. `best = weights` is a second name for it, and no second array.",
        NotCopied,
    ),
    Mistake("it stops one epoch too early", "With `patience=2`, how many epochs without an improvement end it?", TooEarly),
    Mistake("it stops one epoch too late", "With `patience=1`, does the first epoch without an improvement end it?", TooLate),
    Mistake("it stops at the first epoch that is no better", "What is `patience` for?", NoPatience),
    Mistake("`min_delta` is left out", "An improvement smaller than `min_delta` is no improvement.", NoMargin),
    Mistake(
        "each loss is compared with the one before, not with the best",
        "A loss can be lower than the last one and still far above the best.",
        ComparedWithTheLast,
    ),
    Mistake(
        "a tie counts as an improvement",
        "On a plateau every loss is as low as the best. Should it wait there for ever?",
        Ties,
    ),
    Mistake(
        "the weights of the last epoch are kept, not those of the best",
        "When do you put weights aside: always, or when the loss is better?",
        LastWeights,
    ),
    Mistake(
        "the best loss creeps along with improvements that are too small to count",
        "If every tiny step moves the mark, a hundred of them never make an improvement. When may `best_loss` change?",
        CreepingBest,
    ),
    Mistake(
        "the best loss and weights are given to local names, without `self.`",
        "`best_loss = loss` is forgotten when `update` returns. What has to stand before the name?",
        LocalNames,
    ),
)


Examples = tuple[Array, Array]


def training_mistake(
    *,
    watch: Callable[[Examples, Examples], Examples] = lambda training, validation: validation,
    learn: Callable[[Examples, Examples], Examples] = lambda training, validation: training,
    wait: Callable[[int], int] = lambda patience: patience,
    sign: float = 1.0,
    best: bool = True,
    before: bool = False,
    reset: bool = True,
) -> Callable[..., Any]:
    """Training with early stopping, with one thing done wrongly."""

    def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
        training, validation = (X, y), (X_val, y_val)
        best_loss, best_w, waited, losses = np.inf, w, 0, []
        for _ in range(max_epochs):
            step = sign * learning_rate * loss_and_gradient(*learn(training, validation), w)[1]
            losses.append(loss_and_gradient(*watch(training, validation), w if before else w - step)[0])
            w = w - step
            if losses[-1] < best_loss:
                best_loss, best_w = losses[-1], w
                waited = 0 if reset else waited
            else:
                waited += 1
            if waited >= wait(patience):
                break
        return (best_w if best else w), np.array(losses)

    return train_with_early_stopping


TRAIN_WITH_EARLY_STOPPING = (
    Mistake(
        "the last weights are returned, not the best ones",
        "When training stops, it has waited for `patience` epochs already. Which weights did you put aside, and are they a copy?",
        training_mistake(best=False),
    ),
    Mistake(
        "the training loss is watched",
        "The training loss goes down even while the network learns by heart. Which examples can tell?",
        training_mistake(watch=lambda training, validation: training),
    ),
    Mistake(
        "the steps are taken on the validation set",
        "What is used to learn cannot tell whether we learned too much. Which examples give the gradient?",
        training_mistake(learn=lambda training, validation: validation),
    ),
    Mistake(
        "it learns from the validation set, too",
        "The validation examples are for watching alone.",
        training_mistake(learn=lambda a, b: (np.concatenate([a[0], b[0]]), np.concatenate([a[1], b[1]]))),
    ),
    Mistake(
        "it stops at the first epoch that is no better",
        "How many epochs without an improvement does `patience` allow?",
        training_mistake(wait=lambda patience: 1),
    ),
    Mistake(
        "it stops one epoch too late",
        "After `patience` epochs in a row without an improvement, there is not one epoch more.",
        training_mistake(wait=lambda patience: patience + 1),
    ),
    Mistake(
        "it never stops before `max_epochs`",
        "Where does your loop end when nothing gets better?",
        training_mistake(wait=lambda patience: 10**9),
    ),
    Mistake(
        "the loss is measured before the step, and the weights are kept after it",
        "The validation loss of an epoch belongs to the weights that the epoch ends with.",
        training_mistake(before=True),
    ),
    Mistake(
        "the epochs waited are not counted anew after an improvement",
        "`patience` is about epochs *in a row*. What has to happen to the count when a better loss comes?",
        training_mistake(reset=False),
    ),
    Mistake(
        "the training loss is watched, and before the step",
        "`loss_and_gradient` of the training examples gives the gradient to step by. Whose loss decides, and of which weights?",
        training_mistake(watch=lambda training, validation: training, before=True),
    ),
    Mistake("the step goes uphill", "Which sign has the gradient in θ ← θ - η ∇ℓ?", training_mistake(sign=-1.0)),
)


SHRINKAGE = (
    Mistake(
        "the part that is left is returned, not the part that is gone",
        "At the start, after 0 steps, what part of the way is behind you?",
        lambda learning_rate, curvature, steps: 1 - shrinkage(learning_rate, curvature, steps),
    ),
    Mistake(
        "the steps multiply, and are no power",
        "Each step multiplies the distance that is left by the same factor. After `steps` of them, that is which power?",
        lambda learning_rate, curvature, steps: 1 - (1 - learning_rate * curvature) * steps,
    ),
    Mistake(
        "every step is as long as the first",
        "The gradient a (w - w*) shrinks as w comes near. So do the steps.",
        lambda learning_rate, curvature, steps: steps * learning_rate * curvature,
    ),
    Mistake(
        "the curvature is left out",
        "The gradient of ½ a (w - w*)² is a (w - w*): steep directions go faster.",
        lambda learning_rate, curvature, steps: 1 - (1 - learning_rate * np.ones_like(curvature)) ** steps,
    ),
    Mistake(
        "the gradient has a factor 2 too many",
        "Differentiate ½ a (w - w*)²: what becomes of the one half?",
        lambda learning_rate, curvature, steps: shrinkage(2 * learning_rate, curvature, steps),
    ),
    Mistake(
        "one step too few is counted",
        "After 1 step the distance has been multiplied once.",
        lambda learning_rate, curvature, steps: shrinkage(learning_rate, curvature, steps - 1),
    ),
)


EQUIVALENT_LAM = (
    Mistake(
        "the factor 2 of the penalty's slope is forgotten",
        "The penalty is λ w², without one half: what is its derivative?",
        lambda learning_rate, curvature, steps: 2 * equivalent_lam(learning_rate, curvature, steps),
    ),
    Mistake(
        "the fraction is upside down",
        "After very many steps nothing is shrunk any more. Where should λ go then?",
        lambda learning_rate, curvature, steps: curvature
        * shrinkage(learning_rate, curvature, steps)
        / (2 * (1 - shrinkage(learning_rate, curvature, steps))),
    ),
    Mistake(
        "the curvature is left out",
        "Solve a / (a + 2 λ) = s for λ again: what does a multiply?",
        lambda learning_rate, curvature, steps: equivalent_lam(learning_rate, curvature, steps) / curvature,
    ),
    Mistake(
        "the rule of thumb 1 / (2 η t) is returned",
        "That is what the formula comes to where η a is small. The exact value is asked for.",
        lambda learning_rate, curvature, steps: np.ones_like(curvature) / (2 * learning_rate * steps),
    ),
    Mistake(
        "the division by the part gone is forgotten",
        "With s = a / (a + 2 λ): is 2 λ equal to a (1 - s), or is something still to be divided by?",
        lambda learning_rate, curvature, steps: curvature * (1 - shrinkage(learning_rate, curvature, steps)) / 2,
    ),
)
