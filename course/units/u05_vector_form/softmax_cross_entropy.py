"""`softmax_cross_entropy`: the loss of a classifier, and its gradient."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import gradient_of, value_of
from course.units import forward
from course.units.kit import Rng, signed, single, sizes


def softmax_cross_entropy(logits, labels):
    """Cross-entropy loss of the softmax, the mean over the batch, and its gradient.

    logits is (N, C), labels is (N,) with integers in 0..C-1.
    Returns the loss, one float, and the gradient ∂ℓ/∂logits, (N, C). Both are finite for logits of ±1e4.
    """
    N = len(labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(N), labels].mean()
    gradient = np.exp(log_p)
    gradient[np.arange(N), labels] -= 1
    return float(loss), gradient / N


def expected(case: Case) -> dict[str, Expected]:
    return value_of(forward.cross_entropy, "loss")(case) | gradient_of(forward.cross_entropy, {"gradient": "logits"})(case)


def cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, logits: Array, labels: Array, entrywise: bool = False) -> Case:
        return Case(name, {"logits": logits, "labels": labels}, entrywise, batch="logits")

    for name in ("a small batch", "another batch"):
        n, c = sizes(rng, 2, least=3)
        yield case(name, signed(rng, (n, c)), rng.integers(c, size=n))
    yield case("one example", signed(rng, (1, 4)), rng.integers(4, size=1))
    logits = rng.permuted(np.tile([-1e4, 5e3, 1e4], (5, 1)), axis=1) * rng.choice([-1.0, 1.0], (5, 1))
    logits = np.vstack([logits, rng.permutation([-1e4, -9e3, -5e3])])  # whose largest is far below the other rows'
    labels = rng.integers(3, size=6)
    labels[0] = logits[0].argmin()  # one label whose probability is rounded to zero
    yield case("logits of ±1e4", logits, labels)
    logits = rng.uniform(-24, -18, (4, 5))
    labels = rng.integers(4, size=4)
    logits[:, 4] = 0.0  # the last class takes nearly all of the probability, and is nobody's label
    logits += rng.choice([-1e2, 1e2], (4, 1))
    yield case("probabilities of 1e-9", logits, labels, entrywise=True)
    yield Case("float32 inputs", single({"logits": signed(rng, (4, 3)), "labels": rng.integers(3, size=4)}), batch="logits")


SHIFT = "shifted = logits - logits.max(axis=1, keepdims=True)"
LOSS = "loss = -log_p[np.arange(N), labels].mean()"
LOG_P = "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))"
SHIFT_BY_COLUMN = "logits.max(axis=1, keepdims=True) → logits.max(axis=0, keepdims=True)"
LOG_P_BY_COLUMN = "np.exp(shifted).sum(axis=1, keepdims=True) → np.exp(shifted).sum(axis=0, keepdims=True)"
BINARY = "-np.log(np.clip(np.abs(np.exp(log_p) - 1 + np.eye(logits.shape[1])[labels]), 1e-15, 1 - 1e-15)).sum(axis=1).mean()"

EXERCISE = Exercise(
    right=softmax_cross_entropy,
    criteria=(
        Criterion("loss", 1, "the mean loss over the batch, one number"),
        Criterion("gradient", 2, "∂ℓ/∂logits, shape (N, C)"),
    ),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the exponentials overflow, or are all rounded to zero",
                "One number subtracted from all logits of a row leaves its softmax as it is. Which one, row by row, keeps exp in range?",
                (f"{SHIFT} → exps = np.exp(logits)",
                 f"{LOG_P} → p = exps / exps.sum(axis=1, keepdims=True); log_p = np.log(p)",
                 "np.exp(log_p) → p")),
        Mistake("the logarithm is taken of a probability rounded to zero",
                "log(softmax) can be written without dividing first: log p = z - log Σ exp z.",
                f"{LOG_P} → exps = np.exp(shifted); log_p = np.log(exps / exps.sum(axis=1, keepdims=True))"),
        Mistake("the loss and its gradient are summed over the batch, not averaged",
                "Losses here are means over the batch. Count the examples.",
                (".mean() → .sum()", "gradient / N → gradient")),
        Mistake("the loss is a mean, and its gradient is not divided by N",
                "If the loss is divided by N, so is its derivative.",
                "gradient / N → gradient"),
        Mistake("the labels of all examples are subtracted in every row",
                "`p[:, labels]` means these columns in every row. How do you pick one entry from each row?",
                "gradient[np.arange(N), labels] → gradient[:, labels]"),
        Mistake("the exponentials are summed over the whole batch",
                "Every example has probabilities of its own, and they add up to 1 in its row. Over which axis do you sum?",
                ("logits.max(axis=1, keepdims=True) → logits.max()", "np.exp(shifted).sum(axis=1, keepdims=True) → np.exp(shifted).sum()")),
        Mistake("a small number is added inside the logarithm",
                "It hides log 0, and changes the loss. log p = z - log Σ exp z has no log 0 in it.",
                f"{LOSS} → loss = -np.log(np.exp(log_p)[np.arange(N), labels] + 1e-12).mean()"),
        Mistake("the label is not subtracted",
                "Raising the right class's logit lowers the loss: which sign must its gradient have?",
                "labels] -= 1 → labels] -= 0"),
        Mistake("the sign is turned round",
                "The loss is minus the log-probability.",
                ("loss = - → loss = ", "gradient / N → -gradient / N")),
        Mistake("the gradient is the labels minus the probabilities",
                "Raising the right class's logit lowers the loss: which sign must its gradient have?",
                "gradient / N → -gradient / N"),
        Mistake("the minus sign of the loss is missing",
                "The logarithm of a probability is negative. What is a loss?",
                "loss = - → loss = "),
        Mistake("the loss is a sum over the batch, and not a mean",
                "Losses here are means over the batch. Count the examples.",
                ".mean() → .sum()"),
        Mistake("the loss is averaged over the classes, too",
                "`.mean()` of an (N, C) array divides by N · C. By how many examples has the sum to be divided?",
                ".mean() → .mean() / logits.shape[1]"),
        Mistake("the loss and its gradient are averaged over the classes, too",
                "`.mean()` of an (N, C) array divides by N · C. By how many examples has the sum to be divided?",
                (".mean() → .mean() / logits.shape[1]", "gradient / N → gradient / gradient.size")),
        Mistake("the gradient is divided by N twice",
                "The loss has one 1/N. How often does your gradient divide?",
                "gradient / N → gradient / N**2"),
        Mistake("the gradient is multiplied by p (1 - p) as well",
                "p - y is the gradient with respect to the logits already: the softmax's own slope is in it.",
                ("gradient = np.exp(log_p) → gradient = np.exp(log_p); slope = gradient * (1 - gradient)",
                 "gradient / N → gradient * slope / N")),
        Mistake("only the label's own logit has a gradient",
                "Every logit of a row is in the sum under the logarithm: do the other classes' not count?",
                "gradient = np.exp(log_p) → gradient = np.exp(log_p) * np.eye(logits.shape[1])[labels]"),
        Mistake("the gradient belongs to the probabilities, and not to the logits",
                "-1/p is the slope of -log p. A logit is one step further back: which node stands between?",
                ("gradient[np.arange(N), labels] -= 1 → gradient = -np.eye(logits.shape[1])[labels] / gradient",)),
        Mistake("the softmax runs down the columns, over the examples",
                "Each *example* has probabilities that add up to 1. Along which axis do its logits stand?",
                (SHIFT_BY_COLUMN, LOG_P_BY_COLUMN)),
        Mistake("one and the same number is subtracted from all rows",
                "Where one row's logits are far below another's, all its exponentials are rounded to 0. Which number suits each row?",
                "logits.max(axis=1, keepdims=True) → logits.max()"),
        Mistake("1 is subtracted from whole rows, those that the labels number",
                "`p[labels]` takes rows. You want one entry from each row: which two indices does it have?",
                "gradient[np.arange(N), labels] → gradient[labels]"),
        Mistake("the logarithm is missing from the loss",
                "Cross-entropy is -log p of the right class.",
                f"{LOSS} → loss = -np.exp(log_p)[np.arange(N), labels].mean()"),
        Mistake("one minus the probability is the loss, with no logarithm in it",
                "Cross-entropy is -log p of the right class.",
                f"{LOSS} → loss = 1 - np.exp(log_p)[np.arange(N), labels].mean()"),
        Mistake("the logarithm has the base 2",
                "`np.log` is the natural logarithm, whose slope is 1/x.",
                f"{LOSS} → loss = -log_p[np.arange(N), labels].mean() / np.log(2)"),
        Mistake("the most probable class is taken, and not the label",
                "The loss looks at the class that is right, even where the network prefers another.",
                "loss = -log_p[np.arange(N), labels] → loss = -log_p.max(axis=1)"),
        Mistake("log(1 - p) of the other classes is added, as for yes-or-no questions",
                "With a softmax the classes exclude one another: only the right class's log p is in the loss.",
                f"{LOSS} → loss = {BINARY}"),
        Mistake("the loss of each example is returned, and not their mean",
                "One number is asked for: the mean over the batch.",
                "return float(loss) → return -log_p[np.arange(N), labels]"),
        Mistake("log p of all classes is added, and not that of the label alone",
                "The loss looks at the class that is right. How do you pick one entry from each row?",
                f"{LOSS} → loss = -log_p.sum(axis=1).mean()"),
        Mistake("the loss averages over the labels of all examples in every row",
                "`log_p[:, labels]` means these columns in every row. How do you pick one entry from each row?",
                f"{LOSS} → loss = -log_p[:, labels].mean()"),
        Mistake("the labels' numbers are subtracted from the probabilities",
                "A label is the number of a class. What is subtracted is 1, and in one place of each row.",
                "gradient[np.arange(N), labels] -= 1 → gradient -= np.asarray(labels)[:, None]"),
        Mistake("the sigmoid of each logit is taken, and not the softmax of each row",
                "A sigmoid answers yes or no, class by class. What makes the probabilities of a row add up to 1?",
                f"{LOG_P} → log_p = -np.logaddexp(0, -logits)"),
        Mistake("a maximum or a sum over each row has lost its axis",
                "With `keepdims=True` the result is (N, 1), and each row meets its own number. What is it without?",
                "logits.max(axis=1, keepdims=True) → logits.max(axis=1)"),
        Mistake("the exponentials are not divided by their sum", "Probabilities add up to 1 in every row.", f"{LOG_P} → log_p = shifted"),
        Mistake("loss and gradient have changed places in what is returned",
                "In which order are they asked for?",
                "return float(loss), gradient / N → return gradient / N, float(loss)"),
    ),
)
