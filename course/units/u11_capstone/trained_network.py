"""What must hold of a network that somebody else has trained, and what is behind it where it does not."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from course.judging.exercise import Array, Case, Finding
from course.units.forward import cross_entropy, mlp
from course.units.u06_training.digits import Unseen, accuracy

BARS = {"beyond a line": 0.5, "good": 0.76, "very good": 0.85}  # of the unseen digits; the tests hold right answers to more
HINTS = {
    "beyond a line": "Look at the hits on `labels`: do they grow while you train? And how many steps are there? Hint 1 is enough here.",
    "good": "Look at the hits on `labels` and on `labels_val`. Both low: train longer. Above 73 % on `labels`: it learns noise (hint 2).",
    "very good": "What do you know of these images that does not change their class (hint 3)? If it knows that already: do your last steps "
    "become small?",
}
NAMES = ("W1", "b1", "W2", "b2")

CAUSES = (
    DIVERGED := "the training diverges",
    ALIKE := "all weights of a layer start alike",
    NARROW := "the hidden layer is too narrow",
    INACTIVE := "no hidden node is active any more",
    VANISHED := "the weights have all but vanished",
    BY_HEART := "the noisy labels are learnt by heart",
    VALIDATION_ALONE := "the validation examples alone are trained on",
    OTHER_INPUTS := "the network is trained on other inputs than it is asked about",
    NO_RELU := "the network is trained without its ReLU",
    AT_START := "the weights have hardly left their start",
    NOTHING_TO_LEARN := "the images, as the network is shown them, say nothing of the labels that come with them",
)


def knowing(name: str, case: Case) -> Callable[..., Finding | None]:
    """What is wrong with a network that knows too little of what it has never seen."""
    if not isinstance(case, Unseen):
        raise TypeError("a network is judged on examples kept apart")
    bar, unseen = BARS[name], case.unseen

    def test(*weights: Array) -> Finding | None:
        if finding := not_a_network(weights, case.inputs["X"].shape[1]):
            return finding
        weights = tuple(w.astype(float) for w in weights)
        reached = accuracy(*unseen, weights)
        if reached >= bar:
            return None
        reason = f"The network knows {reached:.1%} of {len(unseen.y)} digits that it was not shown, and {bar:.0%} was asked for."
        return Finding(reason, HINTS[name], cause_of(weights, case, reached))

    return test


def not_a_network(weights: Sequence[Array], inputs: int) -> Finding | None:
    """Arrays that do not fit together, or are no numbers."""
    hidden = weights[0].shape[-1] if weights[0].ndim else 0
    for name, got, right in zip(NAMES, weights, ((inputs, hidden), (hidden,), (hidden, 10), (10,)), strict=True):
        if got.shape != right or not hidden:
            shape = str(right) if hidden else f"({inputs}, hidden)"
            return Finding(f"`{name}` has shape {got.shape}, and it must have {shape}.", "Return W1, b1, W2, b2, in this order.")
    broken = next((name for name, array in zip(NAMES, weights, strict=True) if not np.isfinite(array).all()), None)
    return Finding(f"Entries of `{broken}` are not finite: the training diverged.", cause=DIVERGED) if broken else None


def cause_of(weights: Sequence[Array], case: Case, reached: float) -> str:
    """The mistake behind a network, by what it knows and by how large its weights are; "" where that does not tell."""
    X, labels, X_val, labels_val, _ = case.inputs.values()
    W1, b1, W2, b2 = weights
    loss = cross_entropy(mlp(X, *weights), labels).real
    known, known_val = accuracy(X, labels, weights), accuracy(X_val, labels_val, weights)
    if not loss < 1e6:
        return DIVERGED
    if len(b1) <= 5:
        return NARROW
    if np.ptp(W1, axis=1).max() <= 1e-6 * np.abs(W1).max():
        return ALIKE
    if (X @ W1 + b1 <= 0).all():
        return INACTIVE
    if np.sqrt((W1**2).mean()) < 1e-3:
        return VANISHED
    if known > 0.82:
        return BY_HEART
    if known_val > known + 0.12:
        return VALIDATION_ALONE
    if max(accuracy(other, labels, weights) for other in rescaled(X)) > known + 0.25:
        return OTHER_INPUTS
    if reached > 0.45:
        return ""
    if (((X @ W1 + b1) @ W2 + b2).argmax(axis=1) == labels).mean() > max(0.25, reached + 0.1):
        return NO_RELU
    if np.abs(b2).max() < 0.02 and loss > 2.35:
        return AT_START
    return NOTHING_TO_LEARN if reached < 0.25 else ""


def rescaled(X: Array) -> Iterable[Array]:
    """The images as some would train on them."""
    centred = X - X.mean(axis=0)
    upright = np.where(X.mean(axis=1, keepdims=True) > 0.5, 1 - X, X)
    scaled = (centred / (X.std(axis=0) + 1e-3), centred / (X.std(axis=0) + 1e-8), centred / X.std(), 2 * X - 1, 16 * X)
    return centred, *scaled, 1 - X, upright
