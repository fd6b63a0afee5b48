"""Unit 10, explainable AI: the mistakes students make with activations and gradients, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

from collections.abc import Callable

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u10_explainable_ai.forward import along_path, linear, midpoints

HIDDEN_ACTIVATIONS = (
    Mistake(
        "ReLU is left out",
        "You have Z1, what the activation gets. What does it make of a negative number?",
        lambda X, W1, b1: X @ W1 + b1,
    ),
    Mistake(
        "the bias is added after ReLU",
        "A node is g(Σ w x + b): what stands inside the brackets of g?",
        lambda X, W1, b1: np.maximum(X @ W1, 0) + b1,
    ),
    Mistake(
        "the bias is missing", "A node is g(Σ w x + b). What does yours give for x = 0?", lambda X, W1, b1: np.maximum(X @ W1, 0)
    ),
    Mistake(
        "the absolute value stands where ReLU belongs",
        "max(0, z) and |z| agree for positive z. What do they make of z = -1?",
        lambda X, W1, b1: np.abs(X @ W1 + b1),
    ),
    Mistake(
        "only whether a unit is active is returned, not how strongly",
        "A comparison gives True and False. ReLU lets a positive number through as it is.",
        lambda X, W1, b1: (X @ W1 + b1 > 0).astype(float),
    ),
    Mistake(
        "the negative numbers are kept and the positive ones lost",
        "`np.maximum` and `np.minimum`: which of them never goes below 0?",
        lambda X, W1, b1: np.minimum(X @ W1 + b1, 0),
    ),
)


def softmax(logits: Array) -> Array:
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def of_target(targets: Array, W2: Array, logits: Array) -> Array:
    """∂ logit of the target / ∂ hidden activations, (N, hidden)."""
    return W2[:, targets].T


def of_probability(targets: Array, W2: Array, logits: Array) -> Array:
    p, onehot = softmax(logits), np.eye(W2.shape[1])[targets]
    return (onehot - p) * (p * onehot).sum(axis=1, keepdims=True) @ W2.T


def of_loss(targets: Array, W2: Array, logits: Array) -> Array:
    return (softmax(logits) - np.eye(W2.shape[1])[targets]) @ W2.T / len(targets)


def of_predicted(targets: Array, W2: Array, logits: Array) -> Array:
    return W2[:, logits.argmax(axis=1)].T


def of_first(targets: Array, W2: Array, logits: Array) -> Array:
    return np.tile(W2[:, targets[0]], (len(targets), 1))


def of_all(targets: Array, W2: Array, logits: Array) -> Array:
    return np.tile(W2.sum(axis=1), (len(targets), 1))


def step(Z: Array) -> Array:
    return (Z > 0).astype(float)


def gradient_mistake(
    of_hidden: Callable = of_target, slope: Callable[[Array], Array] = step, after: Callable = lambda X, gradient: gradient
) -> Callable:
    """The gradient of a logit by formula, with one step done wrongly: above the hidden layer, at the ReLU, or at the end."""

    def wrong(X: Array, targets: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
        Z = linear(X, W1, b1)
        upstream = of_hidden(targets, W2, linear(np.maximum(Z, 0), W2, b2))
        return after(X, (upstream * slope(Z)) @ W1.T)

    return wrong


SALIENCY = (
    Mistake(
        "the gradient passes ReLU as if it were not there",
        "Some hidden units are off for an example. Can a small change of x move the logit through such a unit?",
        gradient_mistake(slope=np.ones_like),
    ),
    Mistake(
        "multiplied by the activation, not by the slope of ReLU",
        "The slope of max(0, z) for z > 0 does not depend on z.",
        gradient_mistake(slope=lambda Z: np.maximum(Z, 0)),
    ),
    Mistake(
        "the probability is differentiated, not the logit",
        "Where does the logit stand: before softmax, or after it?",
        gradient_mistake(of_probability),
    ),
    Mistake(
        "the loss is differentiated, not the logit",
        "No label is asked about here, and no loss: how does one logit answer to the input?",
        gradient_mistake(of_loss),
    ),
    Mistake(
        "the logits of all classes are added up first",
        "One class is asked about for each example. Which column of W2 leads to it?",
        gradient_mistake(of_all),
    ),
    Mistake(
        "the predicted class stands in place of the target",
        "The question may be about any class: `targets` says about which.",
        gradient_mistake(of_predicted),
    ),
    Mistake(
        "every example gets the first one's target",
        "`targets` holds one class for each row of X. `W2[:, targets]` has a column for each of them.",
        gradient_mistake(of_first),
    ),
    Mistake(
        "the absolute value is taken",
        "The size alone is often drawn. The sign says which way the logit moves: keep it.",
        gradient_mistake(after=lambda X, gradient: np.abs(gradient)),
    ),
    Mistake(
        "the gradient is multiplied by the input",
        "That is another explanation, called gradient times input. Here the bare derivative is asked for.",
        gradient_mistake(after=lambda X, gradient: X * gradient),
    ),
    Mistake(
        "the gradient is divided by the number of examples",
        "There is no mean over a batch here: each example has a logit of its own.",
        gradient_mistake(after=lambda X, gradient: gradient / len(X)),
    ),
)


def rise(start: Array, end: Array) -> Array:
    return np.maximum(end, 0) - np.maximum(start, 0)


def rise_over_run(start: Array, end: Array, still: Array | float) -> Array:
    """The mean slope, with `still` where there is no run."""
    return np.where(start == end, still, rise(start, end) / np.where(start == end, 1, end - start))


def unguarded(start: Array, end: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return rise(start, end) / (end - start)


MEAN_SLOPE = (
    Mistake(
        "0 is divided by 0 where a unit does not move",
        "Where start and end are equal there is no run. What is the slope at that place?",
        unguarded,
    ),
    Mistake(
        "a unit that does not move counts as off",
        "A unit may stand still and be active all the way. Which slope has ReLU at `start` then?",
        lambda start, end: rise_over_run(start, end, 0.0),
    ),
    Mistake(
        "a unit that does not move counts as active",
        "A unit may stand still and be off all the way. Which slope has ReLU at `start` then?",
        lambda start, end: rise_over_run(start, end, 1.0),
    ),
    Mistake(
        "the slopes at the two ends are averaged",
        "A unit that goes from -1 to 3 is active for most of the way, and not for half of it.",
        lambda start, end: ((start > 0) * 1.0 + (end > 0)) / 2,
    ),
    Mistake(
        "only the end of the way counts",
        "That is the slope saliency uses. Here the whole way counts.",
        lambda start, end: (end > 0).astype(float),
    ),
    Mistake(
        "the middle of the way decides",
        "That is the midpoint rule with one step. How much of the way lies above zero?",
        lambda start, end: (start + end > 0).astype(float),
    ),
    Mistake(
        "the rise of ReLU is not divided by the run",
        "A mean slope is rise over run: by how much did z itself move?",
        rise,
    ),
    Mistake(
        "the part of the way on which ReLU is off is returned",
        "Slope 1 is asked about: on which side of zero has ReLU slope 1?",
        lambda start, end: 1 - rise_over_run(start, end, step(start)),
    ),
)


def rules(steps: int) -> list[Array]:
    """The shares of the path that are looked at: the midpoints, and then what students take for them."""
    return [midpoints(steps), np.arange(steps) / steps, np.arange(1, steps + 1) / steps, np.linspace(0, 1, steps), np.ones(1)]


def path_mistake(
    rule: int = 0,
    *,
    factor: Callable = lambda X, baseline, steps: X - baseline,
    start: Callable[[Array], Array] = lambda baseline: baseline,
) -> Callable:
    """Integrated gradients by formula, with one step done wrongly: the points, the factor before the mean, or the start."""

    def wrong(
        X: Array, baseline: Array, targets: Array, W1: Array, b1: Array, W2: Array, b2: Array, steps: int
    ) -> Array:  # fmt: skip
        gradient = gradient_mistake()
        points = along_path(X, start(baseline), rules(steps)[rule])
        return factor(X, baseline, steps) * np.mean([gradient(at, targets, W1, b1, W2, b2) for at in points], axis=0)

    return wrong


INTEGRATED_GRADIENTS = (
    Mistake(
        "the left end of each step is taken, not its middle",
        "The first of `steps` equal parts of the path lies between 0 and 1 / steps. Where is its middle?",
        path_mistake(1),
    ),
    Mistake(
        "the right end of each step is taken, not its middle",
        "The last of `steps` equal parts of the path ends at x itself. Where is its middle?",
        path_mistake(2),
    ),
    Mistake(
        "the points run from one end of the path to the other, ends included",
        "`np.linspace(0, 1, steps)` holds both ends. The midpoint rule looks at the middle of each of `steps` equal parts.",
        path_mistake(3),
    ),
    Mistake(
        "the gradient is taken at x alone",
        "That is saliency times the difference. Here the gradient is averaged over the whole path.",
        path_mistake(4),
    ),
    Mistake(
        "the mean gradient is not multiplied by x - baseline",
        "On the path, x moves with the speed x - baseline: by the chain rule it stands in the integral.",
        path_mistake(factor=lambda X, baseline, steps: 1.0),
    ),
    Mistake(
        "multiplied by x, not by x - baseline",
        "An input that is what it is in the baseline moved nothing. What must its share be?",
        path_mistake(factor=lambda X, baseline, steps: X),
    ),
    Mistake(
        "the path starts at zero, not at the baseline",
        "At share 0 of the path, where are you?",
        path_mistake(start=np.zeros_like),
    ),
    Mistake(
        "the baseline is left out",
        "With a black baseline nobody would notice. Where does your path start, and what is the run of each input?",
        path_mistake(factor=lambda X, baseline, steps: X, start=np.zeros_like),
    ),
    Mistake(
        "the gradients are added up, not averaged",
        "An integral over [0, 1] is a mean: each of `steps` points stands for a part of length 1 / steps.",
        path_mistake(factor=lambda X, baseline, steps: (X - baseline) * steps),
    ),
    Mistake(
        "the path runs from x to the baseline",
        "Which way does the logit change, from the baseline to x? The shares add up to that.",
        path_mistake(factor=lambda X, baseline, steps: baseline - X),
    ),
)
