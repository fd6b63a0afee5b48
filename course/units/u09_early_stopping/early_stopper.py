"""`EarlyStopper`: the rule, with its memory."""

from collections.abc import Iterator, Sequence

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng, signed


class EarlyStopper:
    """Stops when the validation loss has not improved by more than `min_delta` for `patience` epochs in a row.

    `update(loss, weights)` is told each epoch's validation loss and weights, and returns True when it is time to stop.
    `best_loss` and `best_weights` are those of the best epoch so far.
    """

    def __init__(self, patience, min_delta=0.0):
        """patience is a number of epochs, at least 1; min_delta is in units of the loss."""
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.inf
        self.best_weights = None
        self.waited = 0

    def update(self, loss, weights):
        """Take note of an epoch's validation loss and weights, one array; True when it is time to stop."""
        if loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_weights = weights.copy()
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience


def watched(patience: int, min_delta: float, losses: Array | Sequence[float], weights: Array) -> tuple[Array, float, Array]:
    """The decision after each epoch until it is to stop, and the loss and weights of the best epoch: told by epochs, without a count."""
    best_epoch, decisions = 0, [False]
    for epoch in range(1, len(losses)):
        if losses[best_epoch] - losses[epoch] > min_delta:
            best_epoch = epoch
        decisions.append(epoch - best_epoch == patience)
        if decisions[-1]:
            break
    return np.array(decisions), losses[best_epoch], weights[best_epoch]


def expected(case: Case) -> dict[str, Expected]:
    decisions, best_loss, best_weights = watched(**case.inputs)
    epochs = tuple(f"epoch {epoch}" for epoch in range(1, 1 + len(decisions)))
    return {
        "decisions": Expected(decisions, entries=epochs),
        "best_loss": Expected(np.asarray(best_loss)),
        "best_weights": Expected(best_weights),
    }


CURVES: dict[str, tuple[int, float, Sequence[float]]] = {  # patience, min_delta, losses in steps from the first, in units of 1/8
    "down, then up": (3, 0.0, [0, -4, -8, -9, -7, -5, -3, -1, 1]),
    "a better loss just in time": (3, 0.0, [0, -4, -3, -2, -6, -5, -4, -9, -8, -7, -6, -5]),
    "improvements that are too small": (2, 0.5, [0, -8, -9, -11, -12, -13, -14]),
    "many small improvements that add up": (3, 0.5, [0, -8, -10, -12, -14, -16, -18, -20, -22, -24]),
    "a little worse, by less than the margin": (3, 0.5, [0, -8, -6, -5, -7, -2, 1]),
    "a plateau": (2, 0.0, [0, -4, -4, -4, -4, -4]),
    "up and down, and on the whole up": (4, 0.0, [0, -8, -2, -5, 1, -3, 3, -1, 5]),
    "it never has to stop": (4, 0.0, [0, -1, -2, -1, -4, -3, -6, -7]),
    "impatient": (1, 0.0, [0, -3, -6, -5, -8]),
    "worse from the start": (2, 0.0, [0, 2, 4, 6]),
}


def cases(rng: Rng) -> Iterator[Case]:
    for name, (patience, min_delta, steps) in CURVES.items():
        losses = float(rng.integers(4 * 64, 6 * 64)) / 64 + np.array(steps) / 8
        weights = signed(rng, (len(steps), int(rng.integers(2, 6))))
        yield Case(name, {"patience": patience, "min_delta": min_delta, "losses": losses, "weights": weights})


RETURN = "return self.waited >= self.patience"
START = "self.best_weights = None"
COUNT = "self.waited += 1"

EXERCISE = Exercise(
    right=EarlyStopper,
    criteria=(
        Criterion("decisions", 2, "what `update` returns, epoch by epoch, until it is True"),
        Criterion("best_loss", 1, "the loss of the best epoch"),
        Criterion("best_weights", 2, "the weights of the best epoch, whatever happens to the array afterwards"),
    ),
    cases=cases,
    expected=expected,
    needs=("improved",),
    probe="stopper",
    mistakes=(
        Mistake("the epochs waited are not counted anew after an improvement",
                "`patience` is about epochs *in a row*. What has to happen to the count when a better loss comes?",
                "weights.copy()\n            self.waited = 0 → weights.copy()"),
        Mistake("the weights are kept without a copy",
                "Training goes on in the same array. `best = weights` is a second name for it, and no second array.",
                "weights.copy() → weights"),
        Mistake("it stops one epoch too early",
                "With `patience=2`, how many epochs without an improvement end it?",
                f"{RETURN} → {RETURN} - 1"),
        Mistake("it stops one epoch too late",
                "With `patience=1`, does the first epoch without an improvement end it?",
                "self.waited >= → self.waited >"),
        Mistake("it stops at the first epoch that is no better",
                "What is `patience` for?",
                "self.waited >= self.patience → self.waited > 0"),
        Mistake("`min_delta` is left out", "An improvement smaller than `min_delta` is no improvement.", " - self.min_delta → "),
        Mistake("`min_delta` is added in place of subtracted",
                "With a margin, is it harder or easier to count as better? Try it with a loss just above the best.",
                "self.best_loss - self.min_delta → self.best_loss + self.min_delta"),
        Mistake("higher counts as better", "We watch a loss. Which way is better?", "loss < → loss >"),
        Mistake("the best loss begins at 0",
                "A loss is a positive number: which of them is ever lower than that? What is every first loss lower than?",
                "self.best_loss = np.inf → self.best_loss = 0.0"),
        Mistake("it never stops", "What does `update` return, and when is that True?", f"{RETURN} → return False"),
        Mistake("the best loss is simply that of the last epoch",
                "`best_loss` may change only when a loss is better than it.",
                f"{RETURN} → self.best_loss = loss; {RETURN}"),
        Mistake("any loss lower than the one before starts the count anew",
                "A loss can be lower than the last one and still no better than the best. Which losses end the waiting?",
                (f"{START} → {START}; self.last_loss = np.inf",
                 f"{COUNT} → self.waited = 0 if loss < self.last_loss - self.min_delta else self.waited + 1",
                 f"{RETURN} → self.last_loss = loss; {RETURN}")),
        Mistake("it waits on as long as the lowest loss of all is met or beaten, by however little",
                "On a plateau every loss is as low as the best. Should it wait there for ever?",
                (f"{START} → {START}; self.lowest = np.inf",
                 f"{COUNT} → self.waited = 0 if loss <= self.lowest else self.waited + 1",
                 f"{RETURN} → self.lowest = min(self.lowest, loss); {RETURN}")),
        Mistake("each loss is compared with the one before, not with the best",
                "A loss can be lower than the last one and still far above the best.",
                (f"{START} → {START}; self.last_loss = np.inf",
                 "loss < self.best_loss → loss < self.last_loss",
                 f"{RETURN} → self.last_loss = loss; {RETURN}")),
        Mistake("a tie counts as an improvement",
                "On a plateau every loss is as low as the best. Should it wait there for ever?",
                "loss < → loss <="),
        Mistake("the weights of the last epoch are kept, not those of the best",
                "When do you put weights aside: always, or when the loss is better?",
                f"{RETURN} → self.best_weights = weights.copy(); {RETURN}"),
        Mistake("the best loss creeps along with improvements that are too small to count",
                "If every tiny step moves the mark, a hundred of them never make an improvement. When may `best_loss` change?",
                f"{RETURN} → self.best_loss = min(self.best_loss, loss); {RETURN}"),
        Mistake("the best loss is not put aside in `self`",
                "With what is the next loss compared? `best_loss = loss`, without `self.`, is forgotten when `update` returns.",
                ("self.best_loss = loss → best_loss = loss", "self.best_weights = weights → best_weights = weights")),
    ),
)
