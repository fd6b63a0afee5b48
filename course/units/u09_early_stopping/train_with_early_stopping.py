"""`train_with_early_stopping`: the whole loop, and the best weights on the way."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, signed
from course.units.u09_early_stopping.given import loss_and_gradient


def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
    """Gradient descent on the whole training set until the validation loss has brought nothing lower for `patience` epochs in a row.

    X is (n, d), y is (n,); X_val, y_val likewise; w, shape (d,), is the start, and is not changed. max_epochs is the most there may be.
    Returns best_w, shape (d,), the weights of the epoch with the lowest validation loss, and val_losses, the validation loss after
    each epoch that was run.
    """
    best_w, best_loss, waited, val_losses = w, np.inf, 0, []
    for _ in range(max_epochs):
        w = w - learning_rate * loss_and_gradient(X, y, w)[1]
        val_losses.append(loss_and_gradient(X_val, y_val, w)[0])
        if val_losses[-1] < best_loss:
            best_w, best_loss, waited = w, val_losses[-1], 0
        else:
            waited += 1
        if waited == patience:
            break
    return best_w, np.array(val_losses)


def trained(
    X: Array, y: Array, X_val: Array, y_val: Array, w: Array, learning_rate: float, patience: int, max_epochs: int
) -> tuple[Array, Array]:
    """All the epochs there may be, one affine map after the other; then cut where the lowest loss is `patience` epochs old."""
    turn, shift = np.eye(len(w)) - 2 * learning_rate * X.T @ X / len(y), 2 * learning_rate * X.T @ y / len(y)
    path = [w]
    for _ in range(max_epochs):
        path.append(turn @ path[-1] + shift)
    losses = ((X_val @ np.array(path[1:]).T - y_val[:, None]) ** 2).mean(axis=0)
    best_so_far = [int(losses[: epoch + 1].argmin()) for epoch in range(max_epochs)]
    last = next((epoch for epoch in range(max_epochs) if epoch - best_so_far[epoch] == patience), max_epochs - 1)
    return path[1 + best_so_far[last]], losses[: last + 1]


def few_examples(rng: Rng, patience: int, n: int = 12, d: int = 9, max_epochs: int = 80) -> dict:
    """Nearly as many inputs as examples, and noise: a linear model that soon learns by heart.

    Drawn anew until training ends by its patience, has waited in vain twice before, and no decision of it hangs on the last digits.
    """
    while True:
        X, X_val, truth = signed(rng, (n, d)), signed(rng, (n + 4, d)), signed(rng, (d,))
        y, y_val = X @ truth + 2 * signed(rng, (n,)), X_val @ truth + 2 * signed(rng, (n + 4,))
        rate = rng.uniform(0.88, 0.97) / float(np.linalg.eigvalsh(X.T @ X / n)[-1])
        inputs = {
            "X": X, "y": y, "X_val": X_val, "y_val": y_val, "w": signed(rng, (d,)) / 10,
            "learning_rate": rate, "patience": patience, "max_epochs": max_epochs,
        }  # fmt: skip
        if all_matters(inputs):
            return inputs


def all_matters(inputs: dict) -> bool:
    """Whether every decision has room to spare, and every part of the rule makes a difference."""
    w, losses = trained(**inputs)
    best = np.minimum.accumulate(losses)
    margins = np.append(np.abs(losses[1:] - best[:-1]), np.abs(np.diff(losses)))
    ends = len(losses) < inputs["max_epochs"] and 0 < losses.argmin() == len(losses) - 1 - inputs["patience"]
    in_vain = (losses[1:] > best[:-1])[: losses.argmin()].sum()
    if not ends or margins.min() < 1e-6 or in_vain < 2 or not (np.diff(losses[losses.argmin() :]) < 0).any():
        return False
    return not np.allclose(trained(**{**inputs, "patience": 1})[0], w, rtol=1e-3)


def with_a_huge_target(inputs: dict) -> dict:
    """An example more, all zeros, with a target of 1e8: no slope holds it, and it drowns the loss that finite differences are made of."""
    X, y, n = inputs["X"], inputs["y"], len(inputs["y"])
    rate = inputs["learning_rate"] * (n + 1) / n
    return inputs | {"X": np.vstack([X, 0 * X[:1]]), "y": np.append(y, 1e8), "learning_rate": rate}


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("three examples", few_examples(rng, 2, n=3, d=2, max_epochs=9), batch="X")
    yield Case("few examples", few_examples(rng, 3), batch="X")
    yield Case("few examples again", few_examples(rng, 5), batch="X")
    short = few_examples(rng, 4)
    epochs = len(trained(**short)[1]) - 2  # the last two of them no better than the best
    yield Case("`max_epochs` comes first", {**short, "max_epochs": epochs}, batch="X")
    yield Case("an example of zeros, with a huge target", with_a_huge_target(few_examples(rng, 3)), batch="X")


STEP_FROM_BEFORE = "w = w - → before = w; w = w -"
START = "best_w, best_loss, waited, val_losses = w, np.inf, 0, []"
BETTER = "if val_losses[-1] < best_loss"
LOSSES = "np.array(val_losses)"
LOWER_THAN_BEFORE = "len(val_losses) == 1 or val_losses[-1] < val_losses[-2]"

EXERCISE = Exercise(
    right=train_with_early_stopping,
    criteria=(
        Criterion("best_w", 3, "the weights of the best epoch"),
        Criterion("val_losses", 1, "one validation loss for each epoch that was run"),
    ),
    cases=cases,
    expected=value_of(trained, "best_w", "val_losses"),
    needs=("improved", "EarlyStopper"),
    mistakes=(
        Mistake("the last weights are returned, not the best ones",
                "When training stops, it has waited for `patience` epochs already. Which weights did you put aside, and are they a copy?",
                "return best_w → return w"),
        Mistake("the training loss is watched",
                "The training loss goes down even while the network learns by heart. Which examples can tell?",
                "(X_val, y_val, w)[0] → (X, y, w)[0]"),
        Mistake("the steps are taken on the validation set",
                "What is used to learn cannot tell whether we learned too much. Which examples give the gradient?",
                "(X, y, w)[1] → (X_val, y_val, w)[1]"),
        Mistake("it learns from the validation set, too",
                "The validation examples are for watching alone.",
                "(X, y, w)[1] → (np.concatenate([X, X_val]), np.concatenate([y, y_val]), w)[1]"),
        Mistake("it stops at the first epoch that is no better",
                "How many epochs without an improvement does `patience` allow?",
                "waited == patience → waited == 1"),
        Mistake("it stops one epoch too late",
                "After `patience` epochs in a row without an improvement, there is not one epoch more.",
                "waited == patience → waited > patience"),
        Mistake("it never stops before `max_epochs`", "Where does your loop end when nothing gets better?", "break → pass"),
        Mistake("the loss is measured before the step, and the weights are kept after it",
                "The validation loss of an epoch belongs to the weights that the epoch ends with.",
                (STEP_FROM_BEFORE, "(X_val, y_val, w)[0] → (X_val, y_val, before)[0]")),
        Mistake("the epochs waited are not counted anew after an improvement",
                "`patience` is about epochs *in a row*. What has to happen to the count when a better loss comes?",
                "best_w, best_loss, waited = w, val_losses[-1], 0 → best_w, best_loss = w, val_losses[-1]"),
        Mistake("the training loss is watched, and before the step",
                "`loss_and_gradient` of the training examples gives the gradient to step by. Whose loss decides, and of which weights?",
                (STEP_FROM_BEFORE, "(X_val, y_val, w)[0] → (X, y, before)[0]")),
        Mistake("the best weights come back only where patience ran out",
                "Training may end by `max_epochs`, too. Which weights are the best then?",
                "return best_w → return (best_w if waited == patience else w)"),
        Mistake("each loss is compared with the one before, not with the best",
                "A loss can be lower than the last one and still far above the best.",
                f"{BETTER} → if {LOWER_THAN_BEFORE}"),
        Mistake("any loss lower than the one before starts the count anew",
                "A loss can be lower than the last one and still no better than the best. Which losses end the waiting?",
                "waited += 1 → waited = 0 if val_losses[-1] < val_losses[-2] else waited + 1"),
        Mistake("the loss and the weights of an epoch are those from before its step",
                "An epoch is a step. Its weights are those that the step leads to.",
                (STEP_FROM_BEFORE, "y_val, w)[0] → y_val, before)[0]", "waited = w, val_losses[-1] → waited = before, val_losses[-1]")),
        Mistake("the loss of the last epoch is not recorded",
                "When your loop breaks off, has the loss of this epoch been appended already?",
                f"{LOSSES} → np.array(val_losses[:-1] if waited == patience else val_losses)"),
        Mistake("the losses end with the best epoch",
                "`val_losses` has one entry for each epoch that was run, those of the waiting included.",
                f"{LOSSES} → np.array(val_losses[: val_losses.index(best_loss) + 1])"),
        Mistake("the losses begin with that of the start",
                "`val_losses` has one entry for each epoch that was run. Was there an epoch before the first step?",
                (f"{START} → {START}; start = w", f"{LOSSES} → np.array([loss_and_gradient(X_val, y_val, start)[0], *val_losses])")),
        Mistake("it stops one epoch too early",
                "With `patience=2`, how many epochs without an improvement end it?",
                "waited == patience → waited >= patience - 1"),
        Mistake("one epoch too few is allowed",
                "How many epochs are there in `range(max_epochs)`?",
                "range(max_epochs) → range(max_epochs - 1)"),
        Mistake("the step is half as long as it should be",
                "The derivative of a square has a factor 2. Does your gradient have it?",
                "w - learning_rate → w - 0.5 * learning_rate"),
        Mistake("the gradient is summed over the examples, not averaged",
                "The loss is a mean over the examples: what divides its gradient?",
                "w - learning_rate → w - len(y) * learning_rate"),
        Mistake("the losses are roots of the mean squares",
                "The loss is the mean of the squares, without a root.",
                f"{LOSSES} → np.sqrt(val_losses)"),
        Mistake("the step goes uphill", "Which sign has the gradient in θ ← θ - η ∇ℓ?", "w = w - → w = w +"),
    ),
)
