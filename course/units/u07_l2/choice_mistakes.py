"""Unit 07, the L2 penalty: the mistakes students make with the minimum of a penalised loss, and when they choose λ, as data."""

from collections.abc import Callable

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u07_l2.forward import ridge, validation_losses
from course.units.u07_l2.mistakes import HALF_HINT


def least_squares(matrix: Array, right_side: Array) -> Array:
    """A solution of a system that may have none or many."""
    return np.linalg.lstsq(matrix, right_side, rcond=None)[0]


def ridge_with(strength: Callable[[float, int], float]) -> Callable[..., Array]:
    """The formula with another multiple of the identity."""

    def wrong(X: Array, y: Array, lam: float) -> Array:
        return least_squares(X.T @ X + strength(lam, len(X)) * np.eye(X.shape[1]), X.T @ y)

    return wrong


RIDGE_SOLUTION = (
    Mistake(
        "the N of the mean is lost",
        "The squared error is a *mean*: its gradient has a factor 1/N, and the penalty's has none. Multiply both by N: what becomes of λ?",
        ridge_with(lambda lam, n: lam),
    ),
    Mistake(
        "the penalty counts twice",
        "Both gradients have a factor 2. Is it gone from both of your terms?",
        ridge_with(lambda lam, n: 2 * n * lam),
    ),
    Mistake("the penalty counts half", HALF_HINT, ridge_with(lambda lam, n: n * lam / 2)),
    Mistake(
        "λ is divided by N, not multiplied",
        "The 1/N stands in front of the squared error. Move it to the other side.",
        ridge_with(lambda lam, n: lam / n),
    ),
    Mistake(
        "the sign of the penalty is turned",
        "The gradients of both terms are added, and the sum is zero. On which side does w stand?",
        ridge_with(lambda lam, n: -n * lam),
    ),
    Mistake("the penalty is left out", "Where does λ enter your solution?", ridge_with(lambda lam, n: 0.0)),
    Mistake(
        "the number is added to every entry of the matrix, and not to its diagonal",
        "In NumPy, a matrix plus a number adds it everywhere. λ w is λ times *which* matrix times w?",
        lambda X, y, lam: least_squares(X.T @ X + len(X) * lam, X.T @ y),
    ),
    Mistake(
        "only one side of the equation is multiplied by N",
        "Multiply the whole equation: how often does N stand in it then?",
        lambda X, y, lam: ridge(X, y, lam) / len(X),
    ),
    Mistake(
        "all weights of least squares are shrunk by one factor",
        "The penalty shrinks some directions more than others: it has to be in the equation before you solve it.",
        lambda X, y, lam: least_squares(X, y) / (1 + lam),
    ),
    Mistake(
        "the result is a matrix with one column",
        "One weight for each column of X: shape (d,).",
        lambda X, y, lam: ridge(X, y, lam)[:, None],
    ),
)


def fits(lams: Array, X: Array, y: Array) -> list[Array]:
    return [ridge(X, y, lam) for lam in lams]


def by_training_loss(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
    losses = validation_losses(lams, X_train, y_train, X_train, y_train)
    return lams[losses.argmin()], losses


def with_penalty(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
    penalties = np.array([lam * (w**2).sum() for lam, w in zip(lams, fits(lams, X_train, y_train), strict=True)])
    losses = validation_losses(lams, X_train, y_train, X_val, y_val) + penalties
    return lams[losses.argmin()], losses


def fitted_to_both(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
    both = np.vstack([X_train, X_val]), np.concatenate([y_train, y_val])
    losses = validation_losses(lams, *both, X_val, y_val)
    return lams[losses.argmin()], losses


def loss_on_both(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
    losses = validation_losses(lams, X_train, y_train, np.vstack([X_train, X_val]), np.concatenate([y_train, y_val]))
    return lams[losses.argmin()], losses


def as_the_classmate(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
    both = np.vstack([X_train, X_val]), np.concatenate([y_train, y_val])
    _, losses = with_penalty(lams, *both, *both)
    return float(losses.argmin()), losses


def fitted_to_validation(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
    losses = validation_losses(lams, X_val, y_val, X_val, y_val)
    return lams[losses.argmin()], losses


def choosing(
    rule: Callable[[Array, Array], float], report: Callable[[Array, int], Array] = lambda losses, n: losses
) -> Callable[..., tuple]:
    """The right losses, with a wrong rule to choose by them, or reported wrongly."""

    def wrong(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
        losses = validation_losses(lams, X_train, y_train, X_val, y_val)
        return rule(np.asarray(lams), losses), report(losses, len(y_val))

    return wrong


def lowest(lams: Array, losses: Array) -> float:
    return lams[losses.argmin()]


def in_order(lams: Array, X_train: Array, y_train: Array, X_val: Array, y_val: Array) -> tuple:
    losses = validation_losses(lams, X_train, y_train, X_val, y_val)
    return lams[losses.argmin()], losses[np.argsort(lams)]


CHOOSE_LAMBDA = (
    Mistake(
        "the training loss is looked at, and not the validation loss",
        "On the data that the weights were fitted to, any penalty can only do harm. Which data have the weights not seen?",
        by_training_loss,
    ),
    Mistake(
        "the smallest λ is chosen, which is what the training loss would always choose",
        "Your losses are right. Is it these that you choose by?",
        choosing(lambda lams, losses: lams.min()),
    ),
    Mistake(
        "the largest λ is chosen, whatever the losses say",
        "Your losses are right. Is it these that you choose by?",
        choosing(lambda lams, losses: lams.max()),
    ),
    Mistake(
        "the λ of the highest validation loss is chosen",
        "Lower is better.",
        choosing(lambda lams, losses: lams[losses.argmax()]),
    ),
    Mistake(
        "the penalty is counted in the validation loss",
        "The penalty is there to steer the training. What do you want to know of the weights once they are found?",
        with_penalty,
    ),
    Mistake(
        "the position of the best λ is returned, and not λ itself",
        "`argmin` gives a position in the list. What stands there?",
        choosing(lambda lams, losses: float(losses.argmin())),
    ),
    Mistake(
        "the lowest loss is returned in place of its λ",
        "`min` gives the loss. Which λ had it?",
        choosing(lambda lams, losses: losses.min()),
    ),
    Mistake(
        "the weights are fitted to the validation data, too",
        "Whoever has seen an exam beforehand is not examined by it. Which examples may `ridge_solution` see?",
        fitted_to_both,
    ),
    Mistake(
        "the weights are fitted to the validation data, and not to the training data",
        "Which of the two sets is to learn from, and which is to choose by?",
        fitted_to_validation,
    ),
    Mistake(
        "the loss is taken on the training and the validation examples together",
        "The weights know the training examples already. Which examples can still tell something new?",
        loss_on_both,
    ),
    Mistake(
        "the classmate's losses are kept: those of all examples together, with the penalty added",
        "Ask three things of each loss: which examples the weights have seen, which it is taken on, and what is added to it.",
        as_the_classmate,
    ),
    Mistake(
        "the squared errors are summed, and not averaged",
        "The loss is a mean over the examples.",
        choosing(lowest, lambda losses, n: losses * n),
    ),
    Mistake(
        "the root of the mean squared error is taken",
        "It chooses the same λ; but asked for is the mean squared error itself.",
        choosing(lowest, lambda losses, n: np.sqrt(losses)),
    ),
    Mistake("one half stands in front of the loss", HALF_HINT, choosing(lowest, lambda losses, n: losses / 2)),
    Mistake(
        "the losses stand in the order of the sorted λs, and not in the order given",
        "The first loss belongs to `lams[0]`, whatever its size.",
        in_order,
    ),
)
