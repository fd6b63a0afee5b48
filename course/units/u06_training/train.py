"""`train`: the whole algorithm, judged by what the network knows of digits that it has never seen."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from course import data
from course.judging.edits import edited
from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.judging.probes import arguments
from course.units.forward import mlp
from course.units.kit import Rng, seed
from course.units.u06_training.digits import Unseen, accuracy, all_digits
from course.units.u06_training.given import loss_and_gradients
from course.units.u06_training.initialise import initialise

WEIGHTS = ("W1", "b1", "W2", "b2")
BAR = 0.8  # of the unseen digits; the least that a right answer reached in 4,000 runs is 0.88


def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
    """The weights W1, b1, W2, b2 after so many plain steps, each on a fresh batch drawn at random from `rng`.

    X is (n, in), labels (n,); W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,) are the start, and stay as they are. The network
    then has to know 80 % of the digits that it has never seen.
    """
    for _ in range(steps):
        batch = rng.choice(len(X), batch_size, replace=False)
        _, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)
        W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
        W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2
    return W1, b1, W2, b2


def cases(rng: Rng) -> Iterator[Case]:
    """Digits sorted by label, as a file may well be: who takes them in their order forgets the first ones."""
    X, y = all_digits()
    for name, n, hidden, size, steps in (("600 digits", 600, 20, 24, 360), ("500 digits, another network", 500, 24, 20, 330)):
        chosen, rest = np.split(rng.permutation(len(y)), [n])
        chosen = chosen[np.argsort(y[chosen], kind="stable")]
        start = dict(zip(WEIGHTS, initialise((X.shape[1], hidden, data.CLASSES), rng), strict=True))
        settings = {"steps": steps, "batch_size": size, "learning_rate": 0.3, "rng": seed(rng)}
        yield Unseen(name, {"X": X[chosen], "labels": y[chosen]} | start | settings, unseen=data.Examples(X[rest], y[rest]))


NEVER_MOVED = "the weights never leave their start"
ONE_STEP = "the function returns after its first step"
RESTART = "each step starts again from the first weights"
UPHILL = "the steps go uphill"
IN_ORDER = "the examples are taken in their given order"
SAME_BATCH = "every step sees the same batch"
OTHER_LABELS = "the labels are not shuffled along with the images"
STALE = "the gradient is computed once, before the loop"
SECOND_LAYER = "only the second layer is trained"
NO_BIASES = "the biases stay where they are"
STILL = {(0, 1, 2, 3): NEVER_MOVED, (0, 1): SECOND_LAYER, (1, 3): NO_BIASES}  # which of the four arrays were never moved


def wrong_weights(case: Case, *weights: Array) -> Finding | None:
    """What is wrong with trained weights: arrays that do not fit, that have not moved, or that know too few of the unseen digits."""
    if not isinstance(case, Unseen):
        raise TypeError("expected a case with examples kept apart to judge by")
    start = tuple(case.inputs[name] for name in WEIGHTS)
    if finding := not_weights(weights, start) or not_moved(weights, start):
        return finding
    reached = accuracy(*case.unseen, weights)
    if reached >= BAR:
        return None
    reason = f"The network knows {reached:.1%} of {len(case.unseen.y)} digits that it was not shown, and {BAR:.0%} was asked for (case " \
             f"“{case.name}”)."  # fmt: skip
    return Finding(reason, "Does the loss on the training examples fall?", cause=cause_of(weights, start, case.inputs))


def not_weights(weights: Sequence[Array], start: Sequence[Array]) -> Finding | None:
    """Arrays that are no weights of this network."""
    for name, got, right in zip(WEIGHTS, weights, start, strict=True):
        if got.shape != right.shape:
            return Finding(f"`{name}` has shape {got.shape}, and it must have {right.shape}.", "Return W1, b1, W2, b2, in this order.")
        if not np.isfinite(got).all():
            reason = f"{np.sum(~np.isfinite(got))} of the {got.size} entries of `{name}` are not finite: the training diverged."
            return Finding(reason, "A step that is too large, or that goes up, makes the next one larger still.")
    return None


def not_moved(weights: Sequence[Array], start: Sequence[Array]) -> Finding | None:
    still = tuple(k for k in range(4) if np.array_equal(weights[k], start[k].astype(weights[k].dtype)))
    if not still:
        return None
    names, (be, them) = " and ".join(f"`{WEIGHTS[k]}`" for k in still), ("is", "it") if len(still) == 1 else ("are", "them")
    return Finding(f"{names} {be} what was put in: no step has moved {them}.", cause=STILL.get(still, ""))


DRAW = "rng.choice(len(X), batch_size, replace=False)"
DRAWS = (DRAW, "rng.permutation(len(X))[:batch_size]", "rng.choice(len(X), batch_size)", "rng.integers(len(X), size=batch_size)",
         "np.arange(batch_size)")  # fmt: skip
ALL = "np.arange(len(X))"
DEAF = 0.02  # probabilities that differ by less from image to image: with some nodes alive, a network was taught to ignore its input


def cause_of(weights: Sequence[Array], start: Sequence[Array], inputs: Mapping[str, Any]) -> str:
    """The mistake behind weights that learnt too little: one that comes to the same weights, or that leaves its mark on them."""
    if length([w - s for w, s in zip(weights, start, strict=True)]) > 1e6 * length(start):
        return UPHILL
    for name, others in likely_weights(inputs):
        if length([w - other for w, other in zip(weights, others, strict=True)]) < 0.01 * length(others):  # the same, but for rounding
            return name
    deaf = probabilities(inputs["X"], weights).std(axis=0).max() < DEAF
    alive = (inputs["X"] @ weights[0] + weights[1] > 0).any(axis=0).mean() > 0.12
    return OTHER_LABELS if deaf and alive else ""


def likely_weights(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Array]]]:
    """The weights after some mistakes, where the batches are drawn in one of the usual ways."""
    for name, draw in (*product((ONE_STEP, STALE, SAME_BATCH, RESTART), DRAWS), (ONE_STEP, ALL), (STALE, ALL)):
        edits = EXERCISE.mistake(name).edits or ()
        yield name, edited(train, (*edits, f"{DRAW} → {draw}"))(*arguments(inputs))
    yield IN_ORDER, EXERCISE.answer_with(EXERCISE.mistake(IN_ORDER))(*arguments(inputs))


def probabilities(X: Array, weights: Sequence[Array]) -> Array:
    """Softmax of the logits, (N, C)."""
    Z = mlp(X, *weights)
    exps = np.exp(Z - Z.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def length(arrays: Sequence[Array]) -> float:
    """The Euclidean length of several arrays as one vector."""
    with np.errstate(over="ignore"):
        return float(np.sqrt(sum(np.vdot(array, array) for array in arrays)))


LOOP = "for _ in range(steps):"
STEP = "for _ in → for step in"

EXERCISE = Exercise(
    right=train,
    criteria=(Criterion("accuracy", 4, f"at least {BAR:.0%} on digits not seen"),),
    cases=cases,
    expected=lambda case: {"accuracy": Property(partial(wrong_weights, case))},
    returns=4,
    causes=(*STILL.values(), ONE_STEP, RESTART, UPHILL, IN_ORDER, SAME_BATCH, OTHER_LABELS, STALE),
    mistakes=(
        Mistake(NEVER_MOVED,
                "Each step makes new weights. Which ones does the next step begin with, and which do you return?",
                ("W1, b1 = W1 → V1, a1 = W1", "W2, b2 = W2 → V2, a2 = W2")),
        Mistake(ONE_STEP, "How far is your `return` indented? Inside the loop, it ends the loop.", "    return →         return"),
        Mistake(RESTART,
                "The next step begins where the last one ended: which names do its gradient and its subtraction read?",
                f"{LOOP} → start = W1, b1, W2, b2\n    {LOOP}\n        W1, b1, W2, b2 = start"),
        Mistake(UPHILL,
                "The gradient points to where the loss grows. Which way do you want to go?",
                ("W1 - → W1 +", "b1 - → b1 +", "W2 - → W2 +", "b2 - → b2 +")),
        Mistake(IN_ORDER,
                "These come sorted by label, as a file may well be. What has the network seen last, and what has it forgotten?",
                (STEP, f"{DRAW} → np.arange(step * batch_size, (step + 1) * batch_size) % len(X)")),
        Mistake(SAME_BATCH, "Is your batch drawn before the loop, or in it?", (STEP, "batch = → if step == 0: batch =")),
        Mistake(OTHER_LABELS,
                "Image 17 goes with label 17. Follow one example through your lines: is it its own label that arrives?",
                f"labels[batch] → labels[{DRAW}]"),
        Mistake(STALE, "After a step the weights are others, and so is the gradient there.", (STEP, "_, dW1 → if step == 0: _, dW1")),
        Mistake(SECOND_LAYER, "θ holds the parameters of all layers.", "W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1 → "),
        Mistake(NO_BIASES,
                "θ holds all parameters, the biases among them.",
                ("b1 - learning_rate * db1 → b1", "b2 - learning_rate * db2 → b2")),
    ),
)
