"""Unit 11, the capstone: the mistakes students make around the training, as data. `capstone_training_mistakes` has the others."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u11_capstone.forward import layers_of

# network_gradients


def gradients(
    *,
    penalty_in_loss: bool = True,
    slope: float = 2.0,
    biases_too: bool = False,
    masks: bool = True,
    last_relu: bool = False,
    minus_one: bool = True,
    summed: bool = False,
    only_last: bool = False,
    weights_first: bool = False,
    last_first: bool = False,
    by_column: bool = False,
) -> Callable[..., tuple[Any, Array]]:
    """Loss and gradient of the whole network, with one thing done wrongly."""

    def wrong(theta: Array, sizes: Sequence[int], X: Array, labels: Array, lam: float) -> tuple[Any, Array]:
        layers, N = list(layers_of(theta, sizes)), len(X)
        H = [X]
        for k, (W, b) in enumerate(layers):
            Z = H[-1] @ W + b
            H.append(np.maximum(Z, 0) if k < len(layers) - 1 or last_relu else Z)
        shifted = H[-1] - H[-1].max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        squares = sum((W**2).sum() + (b**2).sum() * biases_too for W, b in layers)
        loss = -log_p[np.arange(N), labels].mean() + lam * squares * penalty_in_loss

        upstream = np.exp(log_p)
        upstream[np.arange(N), labels] -= minus_one
        upstream /= 1 if summed else N
        weights: list[Array] = []
        biases: list[Array] = []
        for k in reversed(range(len(layers))):
            W, b = layers[k]
            dW, db = H[k].T @ upstream + slope * lam * W, upstream.sum(axis=0) + slope * lam * b * biases_too
            reached = k == len(layers) - 1 or not only_last
            at = len(weights) if last_first else 0
            weights.insert(at, (dW.T if by_column else dW) * reached)
            biases.insert(at, db * reached)
            upstream = upstream @ W.T * (H[k] > 0 if masks else 1)
        ordered = [*weights, *biases] if weights_first else [piece for pair in zip(weights, biases, strict=True) for piece in pair]
        return loss, np.concatenate([piece.ravel() for piece in ordered])

    return wrong


NETWORK_GRADIENTS = (
    Mistake(
        "the penalty is missing from the gradient",
        "The loss has two terms. Nudge one weight of a network with a large λ: does your gradient say what happens?",
        gradients(slope=0.0),
    ),
    Mistake("the penalty is missing from the loss", "What is added to the cross-entropy?", gradients(penalty_in_loss=False)),
    Mistake(
        "the gradient of w² is taken for w", "Differentiate λ w² once more. (The course's penalty has no one half.)", gradients(slope=1.0)
    ),
    Mistake(
        "the biases are penalised, too", "Γ of a bias: is the penalty in it? Unit 07 says which parameters are.", gradients(biases_too=True)
    ),
    Mistake(
        "the slope of ReLU is left out on the way back",
        "A hidden node that is 0 passes nothing on: which entries of the upstream gradient may go through?",
        gradients(masks=False),
    ),
    Mistake(
        "the last layer has a ReLU, too",
        "The logits may be negative. After which layers comes a ReLU, and after which does none?",
        gradients(last_relu=True),
    ),
    Mistake(
        "the label's 1 is not subtracted from the probabilities",
        "The gradient of softmax with cross-entropy has two terms (unit 05, section 6). Which is the second?",
        gradients(minus_one=False),
    ),
    Mistake(
        "the gradient belongs to a sum over the examples, and the loss is a mean",
        "Where does the factor 1/N of the loss go on the way back?",
        gradients(summed=True),
    ),
    Mistake(
        "the way back ends at the last layer",
        "Each layer hands ∂ℓ/∂H to the one below. How often does your loop run?",
        gradients(only_last=True),
    ),
    Mistake(
        "all weights come first and then all biases",
        "Entry k of the gradient belongs to entry k of theta. In which order does `unpack` cut it?",
        gradients(weights_first=True),
    ),
    Mistake(
        "the layers stand in the row from the last to the first",
        "The loop goes backwards, `theta` goes forwards: on which side of the row does each new piece belong?",
        gradients(last_first=True),
    ),
    Mistake(
        "each W stands column by column",
        "`ravel` goes row by row, as `theta` does. Which shape has your ∂ℓ/∂W, that of W or of its transpose?",
        gradients(by_column=True),
    ),
)


# gradient_check


def differences(f: Callable[[Array], float], theta: Array, *, forward: bool = False, whole: float = 2.0, undone: bool = True) -> Array:
    """Finite differences of f, entry by entry. `whole` is what the nudge is divided by, in steps."""
    theta, h, found = theta.astype(float).copy(), 1e-5, np.zeros(len(theta))
    for i, old in enumerate(theta.copy()):
        theta[i] = old + h
        up = f(theta)
        theta[i] = old if forward else old - h
        found[i] = (up - f(theta)) / (h if forward else whole * h)
        theta[i] = old if undone else theta[i]
    return found


def larger(g: Array, d: Array) -> Array:
    return np.maximum(np.maximum(np.abs(g), np.abs(d)), 1e-6)


def checked(error: Callable[[Array, Array], Any], **how: Any) -> Callable[..., float]:
    return lambda f, theta, gradient: float(error(gradient, differences(f, theta, **how)))


def all_at_once(f: Callable[[Array], float], theta: Array, gradient: Array) -> float:
    d = np.full(len(theta), (f(theta + 1e-5) - f(theta - 1e-5)) / 2e-5)
    return float(worst(gradient, d))


def worst(g: Array, d: Array) -> Any:
    return np.max(np.abs(g - d) / larger(g, d))


GRADIENT_CHECK = (
    Mistake(
        "the mean error is returned, and not the worst",
        "One wrong entry among a thousand right ones: what does a mean say of it?",
        checked(lambda g, d: np.mean(np.abs(g - d) / larger(g, d))),
    ),
    Mistake(
        "the error is absolute, and not relative",
        "An error of 0.01 is nothing beside 1000, and everything beside 0.01. What do you divide by?",
        checked(lambda g, d: np.max(np.abs(g - d))),
    ),
    Mistake(
        "the difference is taken on one side only",
        "f(θ + h) - f(θ) has an error that grows with h; f(θ + h) - f(θ - h) has one that grows with h²: unit 02.",
        checked(worst, forward=True),
    ),
    Mistake("two steps of h are divided by one", "How far apart are θ + h and θ - h?", checked(worst, whole=1.0)),
    Mistake(
        "all entries are nudged at once",
        "`theta + h` moves every entry. The difference for entry i belongs to a nudge of entry i alone.",
        all_at_once,
    ),
    Mistake(
        "the nudge is not undone before the next one",
        "After entry i has had its turn, what stands in theta[i]?",
        checked(worst, undone=False),
    ),
    Mistake(
        "both nudges change one and the same array",
        "`up = theta` is no copy: with two names for one array, f gives the same number twice. `theta.copy()` makes a new one.",
        checked(lambda g, d: worst(g, np.zeros_like(d))),
    ),
    Mistake(
        "there is no least size to divide by",
        "What comes out where f does not depend on an entry, and your gradient rightly says 0?",
        checked(lambda g, d: np.max(np.abs(g - d) / np.maximum(np.abs(g), np.abs(d)))),
    ),
    Mistake(
        "the lengths of whole vectors are compared",
        "A small entry that is quite wrong hides behind a large one that is right. Compare entry by entry.",
        checked(lambda g, d: np.linalg.norm(g - d) / max(np.linalg.norm(g), np.linalg.norm(d))),
    ),
    Mistake(
        "the error is divided by the sum of both magnitudes",
        "Some courses do so. Here it is the larger of the two: a missing entry is then wrong by 1, and a wrong sign by 2.",
        checked(lambda g, d: np.max(np.abs(g - d) / np.maximum(np.abs(g) + np.abs(d), 1e-6))),
    ),
    Mistake(
        "the error is divided by the gradient handed in, whatever the difference is",
        "What if the gradient handed in is 0, and should not be?",
        checked(lambda g, d: np.max(np.abs(g - d) / np.maximum(np.abs(g), 1e-6))),
    ),
    Mistake(
        "an entry that is too small does not count",
        "Wrong is wrong in both directions: where is the magnitude taken?",
        checked(lambda g, d: np.max((g - d) / larger(g, d))),
    ),
)


# confusion_matrix


def counted(labels: Array, predictions: Array, classes: int) -> Array:
    table = np.zeros((classes, classes))
    np.add.at(table, (labels, predictions), 1)
    return table


def once_each(labels: Array, predictions: Array, classes: int) -> Array:
    table = np.zeros((classes, classes))
    table[labels, predictions] += 1
    return table


def without_absent(labels: Array, predictions: Array, classes: int) -> Array:
    return counted(labels, predictions, int(max(labels.max(), predictions.max())) + 1)


def shares(labels: Array, predictions: Array, classes: int) -> Array:
    table = counted(labels, predictions, classes)
    return table / np.maximum(table.sum(axis=1, keepdims=True), 1)


CONFUSION_MATRIX = (
    Mistake(
        "a pair that comes twice is counted once",
        "`table[rows, columns] += 1` reads all the old entries first, and writes each once. Count 3, 3, 3 by hand and see.",
        once_each,
    ),
    Mistake(
        "rows and columns are exchanged",
        "A row for each true class: what stands in row 3, column 5?",
        lambda labels, predictions, classes: counted(predictions, labels, classes),
    ),
    Mistake(
        "the table ends with the largest class that occurs",
        "There are `classes` classes, whether all of them turn up or not.",
        without_absent,
    ),
    Mistake("shares of a row stand where counts belong", "Whole numbers are asked for: how many examples?", shares),
    Mistake(
        "shares of all examples stand where counts belong",
        "Whole numbers are asked for: how many examples?",
        lambda labels, predictions, classes: counted(labels, predictions, classes) / len(labels),
    ),
    Mistake(
        "the right ones are left out",
        "All examples are counted, the hits on the diagonal among them.",
        lambda labels, predictions, classes: counted(labels, predictions, classes) * (1 - np.eye(classes)),
    ),
    Mistake(
        "only the right ones are counted",
        "The hits stand on the diagonal. Where do the errors stand?",
        lambda labels, predictions, classes: counted(labels, predictions, classes) * np.eye(classes),
    ),
)


# paired_interval


def unpaired(a: Array, b: Array) -> tuple[Any, Any]:
    return (a - b).mean(), 2 * np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


def of_differences(d: Array, half: Callable[[Array], Any]) -> tuple[Any, Any]:
    return d.mean(), half(d)


def standard_error(d: Array) -> Any:
    return d.std(ddof=1) / np.sqrt(len(d))


PAIRED_INTERVAL = (
    Mistake(
        "the runs are not paired",
        "Run 7 of a and run 7 of b had the same digits. Which one number for each run has lost what the two have in common?",
        unpaired,
    ),
    Mistake(
        "the spread of the runs stands where the uncertainty of their mean belongs",
        "The more runs, the better is the mean known. Where is n?",
        lambda a, b: of_differences(a - b, lambda d: 2 * d.std(ddof=1)),
    ),
    Mistake(
        "the variance is divided by n, and not by n - 1",
        "The mean was made of the same runs, and lies closer to them than the true one: see `ddof`.",
        lambda a, b: of_differences(a - b, lambda d: 2 * d.std() / np.sqrt(len(d))),
    ),
    Mistake(
        "it is one standard error, and not two",
        "How many standard errors are asked for?",
        lambda a, b: of_differences(a - b, standard_error),
    ),
    Mistake(
        "it is the whole width, and not half of it",
        "mean ± half: how far is it from the mean to one end?",
        lambda a, b: of_differences(a - b, lambda d: 4 * standard_error(d)),
    ),
    Mistake(
        "the variance is divided by n, and its root is not taken",
        "A half-width is measured in the units of the runs. In which units is a variance?",
        lambda a, b: of_differences(a - b, lambda d: 2 * d.var(ddof=1) / len(d)),
    ),
    Mistake(
        "the standard error is divided by n, and not by its root",
        "Four times as many runs make the interval half as wide, not a quarter.",
        lambda a, b: of_differences(a - b, lambda d: 2 * d.std(ddof=1) / len(d)),
    ),
    Mistake(
        "the two ends of the interval are returned",
        "The mean comes first, and then how far it is from there to an end.",
        lambda a, b: ((a - b).mean() - 2 * standard_error(a - b), (a - b).mean() + 2 * standard_error(a - b)),
    ),
    Mistake(
        "the difference is taken the other way round",
        "What has a gained over b? Positive where a is better.",
        lambda a, b: of_differences(b - a, lambda d: 2 * standard_error(d)),
    ),
    Mistake(
        "the differences have lost their signs",
        "A run that lost is not a run that won.",
        lambda a, b: of_differences(np.abs(a - b), lambda d: 2 * standard_error(d)),
    ),
)
