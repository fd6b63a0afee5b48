"""Unit 02, the loss and gradient descent: the mistakes students make with losses and their gradients, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u02_gradient_descent.forward import log_softmax, softmax

MSE = (
    Mistake(
        "the squares are summed, not averaged",
        "Ten times as many examples should not make a loss ten times as large. Which number do you divide by?",
        lambda predictions, targets: ((predictions - targets) ** 2).sum(),
    ),
    Mistake(
        "the sum is divided by the number of examples only, and there are several outputs for each",
        "A mean over all entries: how many entries has an array of shape (N, out)?",
        lambda predictions, targets: ((predictions - targets) ** 2).sum() / len(predictions),
    ),
    Mistake(
        "absolute values are taken in place of squares",
        "That is the mean *absolute* error. What does the S stand for?",
        lambda predictions, targets: np.abs(predictions - targets).mean(),
    ),
    Mistake("the root is taken of it", "The mean squared error has no root.", lambda p, t: np.sqrt(((p - t) ** 2).mean())),
    Mistake("there is a factor one half", "Some books have it; here there is none.", lambda p, t: ((p - t) ** 2).mean() / 2),
    Mistake(
        "the difference is averaged first and squared after",
        "Errors of +1 and -1 cancel in a mean. Square before you average.",
        lambda predictions, targets: (predictions - targets).mean() ** 2,
    ),
    Mistake(
        "nothing is squared",
        "Differences of both signs cancel. What keeps a loss from falling below zero?",
        lambda predictions, targets: (predictions - targets).mean(),
    ),
)


def exponentials(logits: Array, shift: Array | float = 0.0) -> Array:
    exps = np.exp(logits - shift)
    return exps / exps.sum(axis=1, keepdims=True)


def shaped_wrongly(logits: Array) -> Array:
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1)


SOFTMAX = (
    Mistake(
        "the exponentials overflow, or are all rounded to zero",
        "A number subtracted from all logits of a row leaves its softmax as it is. Which one, row by row, keeps exp in range?",
        lambda logits: exponentials(logits),
    ),
    Mistake(
        "one and the same number is subtracted from all rows",
        "A row far below the largest of all logits is rounded to zero throughout. Whose maximum does each row need?",
        lambda logits: exponentials(logits, logits.max()),
    ),
    Mistake(
        "the smallest logit is subtracted, or the mean, not the largest",
        "exp overflows for large positive numbers. After your subtraction, which sign do the logits have?",
        lambda logits: exponentials(logits, logits.min(axis=1, keepdims=True)),
    ),
    Mistake(
        "the probabilities of one class sum to 1 over the batch, not those of one example over the classes",
        "A row is an example. Along which axis do its classes lie?",
        lambda logits: softmax(logits.T).T,
    ),
    Mistake(
        "it is divided by the sum over the whole batch",
        "Each row has to sum to 1 by itself: which axis is summed?",
        lambda logits: softmax(logits.reshape(1, -1)).reshape(logits.shape),
    ),
    Mistake(
        "the sum of each row has lost its axis",
        "(N, C) divided by (N,) lines the sums up with the classes, or not at all. See `keepdims`.",
        shaped_wrongly,
    ),
    Mistake(
        "the logits are divided by their sum, without the exponential",
        "Logits may be negative; probabilities may not. What makes every number positive?",
        lambda logits: logits / logits.sum(axis=1, keepdims=True),
    ),
    Mistake(
        "the logarithm of the probabilities is returned",
        "Probabilities lie between 0 and 1. What is left to do with a logarithm?",
        log_softmax,
    ),
    Mistake(
        "it is 1 for the largest logit and 0 for the others",
        "That is the maximum itself; softmax is its soft version, and gives the others their share.",
        lambda logits: (logits == logits.max(axis=1, keepdims=True)).astype(float),
    ),
    Mistake(
        "every logit goes through a sigmoid by itself",
        "In a softmax the classes compete: raise one logit, and the other probabilities fall.",
        lambda logits: 0.5 * (1 + np.tanh(logits / 2)),
    ),
    Mistake(
        "the logits are cut off to keep exp in range",
        "Cutting off makes two different logits equal. Subtracting one number from a whole row changes no probability.",
        lambda logits: exponentials(np.clip(logits, -500, 500)),
    ),
)


def of_label(table: Array, labels: Array) -> Array:
    return table[np.arange(len(labels)), labels]


def naive(logits: Array, labels: Array, shift: float = 0.0) -> float:
    exps = np.exp(logits - shift)
    return -np.log(of_label(exps / exps.sum(axis=1, keepdims=True), labels)).mean()


CROSS_ENTROPY = (
    Mistake(
        "the exponentials overflow, or are all rounded to zero",
        "One number subtracted from all logits of a row leaves its softmax as it is. Which one keeps exp in range?",
        naive,
    ),
    Mistake(
        "the logarithm is taken of a probability rounded to zero",
        "log(softmax) can be written without dividing first: which difference is log p?",
        lambda logits, labels: -np.log(of_label(softmax(logits), labels)).mean(),
    ),
    Mistake(
        "one and the same number is subtracted from all rows",
        "A row far below the largest of all logits is rounded to zero throughout. Whose maximum does each row need?",
        lambda logits, labels: naive(logits, labels, logits.max()),
    ),
    Mistake(
        "a small number is added inside the logarithm",
        "It hides log 0, and changes the loss. Write log p as a difference, and there is no log 0 in it.",
        lambda logits, labels: -np.log(of_label(softmax(logits), labels) + 1e-12).mean(),
    ),
    Mistake(
        "the losses are summed over the batch, not averaged",
        "Losses here are means over the batch. Count the examples.",
        lambda logits, labels: -of_label(log_softmax(logits), labels).sum(),
    ),
    Mistake(
        "it is averaged over the classes as well",
        "With one-hot labels, only one entry of each row counts. How many terms has the mean, N or N · C?",
        lambda logits, labels: -of_label(log_softmax(logits), labels).mean() / logits.shape[1],
    ),
    Mistake(
        "the minus sign is missing",
        "A probability is at most 1: which sign has its logarithm, and which sign has a loss?",
        lambda logits, labels: of_label(log_softmax(logits), labels).mean(),
    ),
    Mistake(
        "the columns of all labels are taken from every row",
        "`a[:, labels]` means these columns in every row. How do you pick one entry from each row?",
        lambda logits, labels: -log_softmax(logits)[:, labels].mean(),
    ),
    Mistake(
        "the most probable class is taken in place of the label",
        "The loss has to know the truth: the label says which probability counts.",
        lambda logits, labels: -log_softmax(logits).max(axis=1).mean(),
    ),
    Mistake(
        "the logarithm has base 2",
        "Here the logarithm is the natural one, np.log.",
        lambda logits, labels: -of_label(log_softmax(logits), labels).mean() / np.log(2),
    ),
    Mistake(
        "the logarithm of the sum is left out",
        "log(a/b) has two terms. What has become of the one from below the line?",
        lambda logits, labels: -of_label(logits - logits.max(axis=1, keepdims=True), labels).mean(),
    ),
    Mistake(
        "the exponentials are summed over the whole batch, not row by row",
        "Each row has a softmax of its own: along which axis is its sum?",
        lambda logits, labels: (
            np.log(np.exp(logits - logits.max(axis=1, keepdims=True)).sum())
            - of_label(logits - logits.max(axis=1, keepdims=True), labels).mean()
        ),
    ),
    Mistake(
        "the logit of the label itself is taken, before any softmax",
        "Logits are no probabilities: the other logits of the row count, too.",
        lambda logits, labels: -of_label(logits, labels).mean(),
    ),
)


def line_mistake(*, factor: float = 2.0, sign: float = 1.0, mean_w: bool = True, mean_b: bool = True, times_x: bool = True):
    """The gradient of the line's loss by formula, with one step done wrongly."""

    def wrong(theta: Array, x: Array, y: Array) -> Array:
        residual = theta[0] * x + theta[1] - y
        shares = residual * x if times_x else residual
        return factor * sign * np.array([shares.mean() if mean_w else shares.sum(), residual.mean() if mean_b else residual.sum()])

    return wrong


LINE_GRADIENT = (
    Mistake(
        "both mistakes are still there",
        "Hold it against `numerical_gradient`: by which factor is each entry wrong, and where does such a factor come from?",
        line_mistake(sign=-1.0, mean_b=False),
    ),
    Mistake(
        "one mistake is mended, and the sign is still wrong",
        "Raise b a little: does w x + b - y grow or shrink? Follow that sign through the chain rule.",
        line_mistake(sign=-1.0),
    ),
    Mistake(
        "one mistake is mended, and ∂ℓ/∂b is still a sum over the examples",
        "Try it with one point, then with many: which entry is right in the first case only?",
        line_mistake(mean_b=False),
    ),
    Mistake(
        "both entries are sums over the examples, and the loss is a mean",
        "If the loss is divided by N, so is its derivative.",
        line_mistake(mean_w=False, mean_b=False),
    ),
    Mistake(
        "the factor 2 of the square is missing",
        "The derivative of r² with respect to r is not r.",
        line_mistake(factor=1.0),
    ),
    Mistake(
        "∂ℓ/∂w is not multiplied by x",
        "w x + b changes by x when w changes by 1: that slope belongs into the chain rule.",
        line_mistake(times_x=False),
    ),
    Mistake(
        "∂ℓ/∂b stands before ∂ℓ/∂w",
        "theta is (w, b): the gradient has the order of its thing.",
        lambda theta, x, y: line_mistake()(theta, x, y)[::-1],
    ),
)
