"""`saliency`: the gradient of a logit with respect to the input."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units.kit import Rng, positive, single
from course.units.u05_vector_form.mlp_gradients import beside_the_kink
from course.units.u05_vector_form.softmax_cross_entropy import softmax_cross_entropy
from course.units.u10_explainable_ai.networks import target_logit, with_targets


def saliency(X, targets, W1, b1, W2, b2):
    """Gradient of the logit of class targets[n] with respect to the input, for each example n.

    X is (N, in), targets is (N,) with integers in 0..C-1, W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,).
    The hidden units are ReLUs. The gradient is (N, in).
    """
    Z = X @ W1 + b1
    dH = W2[:, targets].T
    dZ = dH * (Z > 0)
    return dZ @ W1.T


def large_beside_the_kink(rng: Rng) -> dict[str, Array]:
    """Units at ±1e-7: a finite step that does not cross the kink is so small that logits of a million lose it in rounding."""
    inputs = beside_the_kink(rng)
    targets, b2 = inputs.pop("labels"), 1e6 * positive(rng, inputs["b2"].shape)
    return {"X": inputs.pop("X"), "targets": targets, **inputs, "b2": b2}


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("one example", with_targets(rng, 1, 3, 6, 4), batch="X")
    for name, n in (("a small network", 5), ("another network", 6)):
        yield Case(name, with_targets(rng, n, 4, 7, 3), batch="X")
    yield Case("just beside the kinks, with large logits", large_beside_the_kink(rng), entrywise=True, batch="X")
    yield Case("float32 inputs", single(with_targets(rng, 4, 3, 6, 5)), batch="X")


def slope_of_probability(logits: Array, targets: Array) -> Array:
    """The gradient of the target's probability p, (N, C): -p times that of its cross-entropy, -log p."""
    of_log = -len(logits) * softmax_cross_entropy(logits, targets)[1]
    return of_log * (1 - of_log[np.arange(len(targets)), targets])[:, None]


COLUMN = "W2[:, targets].T"
LOGITS = "np.maximum(Z, 0) @ W2 + b2"

EXERCISE = Exercise(
    right=saliency,
    criteria=(Criterion("gradient", 3, "∂o_c/∂x for each example, c its target, shape (N, in)"),),
    cases=cases,
    expected=gradient_of(target_logit, {"gradient": "X"}),
    mistakes=(
        Mistake("the gradient passes ReLU as if it were not there",
                "Some hidden units are off for an example. Can a small change of x move the logit through such a unit?",
                "dH * (Z > 0) → dH"),
        Mistake("multiplied by the activation, not by the slope of ReLU",
                "The slope of max(0, z) for z > 0 does not depend on z.",
                "(Z > 0) → np.maximum(Z, 0)"),
        Mistake("the probability is differentiated, not the logit",
                "Where does the logit stand: before softmax, or after it?",
                f"{COLUMN} → slope_of_probability({LOGITS}, targets) @ W2.T"),
        Mistake("the loss is differentiated, not the logit",
                "No label is asked about here, and no loss: how does one logit answer to the input?",
                f"{COLUMN} → softmax_cross_entropy({LOGITS}, targets)[1] @ W2.T"),
        Mistake("the loss of each example is differentiated, not its logit",
                "No label is asked about here, and no loss: backpropagation starts from ∂o_c/∂o_c = 1, and from 0 for the other logits.",
                f"{COLUMN} → len(X) * softmax_cross_entropy({LOGITS}, targets)[1] @ W2.T"),
        Mistake("the logarithm of the probability is differentiated, not the logit",
                "Where does the logit stand: before softmax, or after it?",
                f"{COLUMN} → -len(X) * softmax_cross_entropy({LOGITS}, targets)[1] @ W2.T"),
        Mistake("class 0 is explained, whatever the target is",
                "`targets` holds one class for each row of X. `W2[:, targets]` has a column for each of them.",
                f"{COLUMN} → W2[:, 0]"),
        Mistake("negative gradients are stopped at ReLU as well",
                "That is another explanation, called guided backpropagation. Which number alone decides the slope of ReLU?",
                "(Z > 0) → (Z > 0) * (dH > 0)"),
        Mistake("the logits of all classes are added up first",
                "One class is asked about for each example. Which column of W2 leads to it?",
                f"{COLUMN} → W2.sum(axis=1)"),
        Mistake("the predicted class stands in place of the target",
                "The question may be about any class: `targets` says about which.",
                f"{COLUMN} → W2[:, ({LOGITS}).argmax(axis=1)].T"),
        Mistake("every example gets the first one's target",
                "`targets` holds one class for each row of X. `W2[:, targets]` has a column for each of them.",
                f"{COLUMN} → W2[:, targets[0]]"),
        Mistake("the absolute value is taken",
                "The size alone is often drawn. The sign says which way the logit moves: keep it.",
                "dZ @ W1.T → np.abs(dZ @ W1.T)"),
        Mistake("the gradient is multiplied by the input",
                "That is another explanation, called gradient times input. Here the bare derivative is asked for.",
                "dZ @ W1.T → X * (dZ @ W1.T)"),
        Mistake("the sign of what comes from above decides, not that of Z",
                "Which number chose on the way forward whether the unit is active?",
                "(Z > 0) → (dH > 0)"),
        Mistake("the bias is missing where the units are switched on and off",
                "A node is g(Σ w x + b). Is b in your Z?",
                "X @ W1 + b1 → X @ W1"),
        Mistake("the gradient is divided by its largest entry",
                "That is often done for a picture. Here the derivative itself is asked for.",
                "return dZ @ W1.T → return dZ @ W1.T / np.abs(dZ @ W1.T).max()"),
        Mistake("negative entries are set to 0",
                "Some inputs pull the logit down when they grow. What sign has their derivative?",
                "dZ @ W1.T → np.maximum(dZ @ W1.T, 0)"),
        Mistake("the gradient is squared", "The bare derivative is asked for, and it has a sign.", "dZ @ W1.T → (dZ @ W1.T) ** 2"),
        Mistake("the gradient is divided by the number of examples",
                "There is no mean over a batch here: each example has a logit of its own.",
                "dZ @ W1.T → dZ @ W1.T / len(X)"),
    ),
)
