"""`choose_lambda`: the strength of the penalty, chosen by validation data."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, single
from course.units.u07_l2.convention import NO_HALF
from course.units.u07_l2.ridge_solution import regression, ridge, ridge_solution


def choose_lambda(lams, X_train, y_train, X_val, y_val):
    """The λ of lams with the lowest validation loss, and the validation losses, one for each of lams, in their order.

    X_train is (N, d), y_train (N,), X_val (M, d), y_val (M,). For each λ, the weights are those that `ridge_solution` finds on the
    training data, and the loss is their mean squared error on the validation data.
    """
    losses = []
    for lam in lams:
        w = ridge_solution(X_train, y_train, lam)
        losses.append(((X_val @ w - y_val) ** 2).mean())
    return lams[np.argmin(losses)], np.array(losses)


def chosen(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple[float, Array]:
    """All weights side by side, and the squared length of each column of errors."""
    weights = np.stack([ridge(X_train, y_train, lam) for lam in lams], axis=1)
    losses = np.linalg.norm(X_val @ weights - y_val[:, None], axis=0) ** 2 / len(y_val)
    return lams[losses.argmin()], losses


CLEAR = 0.01  # how much the second best λ is worse than the best, relative: more than rounding, float32's too, could bridge


def choice(rng: Rng, n: int, d: int, m: int, worst: str) -> dict:
    """Few noisy examples of many weights, drawn until some λ between the extremes is clearly best, and the worst is the `worst`."""
    while True:
        lams = (10 ** np.linspace(-2.5, 1.2, 8) * rng.uniform(0.85, 1.15, 8)).round(5)
        X, y = regression(rng, n + m, d, noise=3.0)
        inputs = {"lams": lams, "X_train": X[:n], "y_train": y[:n], "X_val": X[n:], "y_val": y[n:]}
        losses = chosen(**inputs)[1]
        best, second = losses.argsort()[:2]
        extremes = {"smallest": 0, "largest": len(lams) - 1}
        clear = losses[second] > (1 + CLEAR) * losses[best]
        if not {best, second} & {*extremes.values()} and clear and losses.argmax() == extremes[worst]:
            return inputs | {"lams": lams[order_that_tells(rng, losses)]}


def order_that_tells(rng: Rng, losses: Array) -> Array:
    """An order of the λs, which come in ascending order, in which no two wrong ways of choosing find the same one."""
    while True:
        order = rng.permutation(len(losses))
        best, second = losses[order].argsort()[:2]
        found = (best, second, order.argmin(), order.argmax(), 0, len(order) - 1, last_that_fell(losses[order]))
        if len(set(found)) == len(found):
            return order


def last_that_fell(losses: Array) -> int:
    """The position that a loop finds which compares each loss with the one before, and not with the lowest so far."""
    return int(np.flatnonzero(np.diff(losses, prepend=np.inf) < 0)[-1])


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("a small data set", choice(rng, 12, 8, 23, "smallest"), batch="X_val")
    yield Case("another data set", choice(rng, 14, 7, 19, "largest"), batch="X_val")
    one = choice(rng, 13, 6, 17, "smallest")
    yield Case("one λ to choose from", one | {"lams": one["lams"][:1]}, batch="X_val")
    yield Case("float32 inputs", single(choice(rng, 16, 5, 21, "largest")), batch="X_val")


BOTH = "np.vstack([X_train, X_val]), np.concatenate([y_train, y_val])"
LAM = "lams[np.argmin(losses)]"
NOT_BY_LOSS = "Is it the validation losses that you choose by? Look up the lowest of them, and which λ it belongs to."

EXERCISE = Exercise(
    right=choose_lambda,
    criteria=(
        Criterion("lam", 2, "the λ of the lowest validation loss, one number"),
        Criterion("losses", 1, "the validation loss of each λ, shape (λs,)"),
    ),
    cases=cases,
    expected=value_of(chosen, "lam", "losses"),
    needs=("ridge_solution",),
    mistakes=(
        Mistake("the training loss is looked at, and not the validation loss",
                "On the data that the weights were fitted to, any penalty can only do harm. Which data have the weights not seen?",
                "X_val @ w - y_val → X_train @ w - y_train"),
        Mistake("the smallest λ is chosen, which is what the training loss would always choose", NOT_BY_LOSS, f"{LAM} → min(lams)"),
        Mistake("the largest λ is chosen, whatever the losses say", NOT_BY_LOSS, f"{LAM} → max(lams)"),
        Mistake("the λ of the highest validation loss is chosen", "Lower is better.", "argmin → argmax"),
        Mistake("the penalty is counted in the validation loss",
                "The penalty is there to steer the training. What do you want to know of the weights once they are found?",
                ".mean() → .mean() + lam * (w**2).sum()"),
        Mistake("the position of the best λ is returned, and not λ itself",
                "`argmin` gives a position in the list. What stands there?",
                f"{LAM} → np.argmin(losses)"),
        Mistake("the lowest loss is returned in place of its λ", "`min` gives the loss. Which λ had it?", f"{LAM} → min(losses)"),
        Mistake("the weights are fitted to the validation data, too",
                "Whoever has seen an exam beforehand is not examined by it. Which examples may `ridge_solution` see?",
                f"losses = [] → X_train, y_train = {BOTH}; losses = []"),
        Mistake("the weights are fitted to the validation data, and not to the training data",
                "Which of the two sets is to learn from, and which is to choose by?",
                "ridge_solution(X_train, y_train, lam) → ridge_solution(X_val, y_val, lam)"),
        Mistake("the loss is taken on the training and the validation examples together",
                "The weights know the training examples already. Which examples can still tell something new?",
                f"losses = [] → X_val, y_val = {BOTH}; losses = []"),
        Mistake("the classmate's losses are kept: those of all examples together, with the penalty added",
                "Ask three things of each loss: which examples the weights have seen, which it is taken on, and what is added to it.",
                (f"losses = [] → X_train, y_train = X_val, y_val = {BOTH}; losses = []",
                 ".mean() → .mean() + lam * (w**2).sum()",
                 f"{LAM} → np.argmin(losses)")),
        Mistake("the squared errors are summed, and not averaged", "The loss is a mean over the examples.", ".mean() → .sum()"),
        Mistake("the root of the mean squared error is taken",
                "It chooses the same λ; but asked for is the mean squared error itself.",
                "((X_val @ w - y_val) ** 2).mean() → np.linalg.norm(X_val @ w - y_val) / len(y_val) ** 0.5"),
        Mistake("one half stands in front of the loss", NO_HALF, ".mean() → .mean() / 2"),
        Mistake("the losses stand in the order of the sorted λs, and not in the order given",
                "The first loss belongs to `lams[0]`, whatever its size.",
                "np.array(losses) → np.array(losses)[np.argsort(lams)]"),
        Mistake("the first λ is chosen", NOT_BY_LOSS, f"{LAM} → lams[0]"),
        Mistake("the last λ is chosen", NOT_BY_LOSS, f"{LAM} → lams[-1]"),
        Mistake("each loss is compared with the one before, and not with the lowest so far",
                "After a higher loss the next may fall, and still not be the lowest.",
                f"{LAM} → lams[last_that_fell(losses)]"),
        Mistake("the second best λ is chosen",
                "Which position has the lowest loss, counted from 0?",
                f"{LAM} → lams[np.argsort(losses)[min(1, len(lams) - 1)]]"),
        Mistake("the absolute errors are averaged, and not the squared ones",
                "The loss is the mean *squared* error.",
                "((X_val @ w - y_val) ** 2).mean() → np.abs(X_val @ w - y_val).mean()"),
        Mistake("the sum of the squared errors is divided by the number of training examples",
                "A mean over the validation examples: how many are there?",
                ".mean() → .sum() / len(X_train)"),
        Mistake("every loss belongs to the first λ",
                "Each λ has weights of its own: is it your loop's λ that goes into `ridge_solution`?",
                "ridge_solution(X_train, y_train, lam) → ridge_solution(X_train, y_train, lams[0])"),
        Mistake("λ and the losses have changed places in what is returned",
                "In which order are they asked for?",
                f"return {LAM}, np.array(losses) → return np.array(losses), {LAM}"),
        Mistake("the lowest loss alone is returned in place of all of them",
                "One loss for each λ is asked for, in the order of the λs.",
                "np.array(losses) → min(losses)"),
        Mistake("only the last loss is kept", "Is your list of losses made anew for each λ?", "np.array(losses) → np.array(losses)[-1:]"),
    ),
)
