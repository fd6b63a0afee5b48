"""Unit 11, the capstone: the mistakes students make when they train a network of their own, as data."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u06_training.given import loss_and_gradients
from course.units.u06_training.initialise import initialise

Rng = np.random.Generator
Examples = tuple[Array, Array]


def training(
    *,
    hidden: int = 48,
    steps: int = 300,
    rate: float = 0.05,
    lam: float = 2e-3,
    negatives: bool = True,
    examples: Callable[[Array, Array, Array, Array, Rng], Examples] = lambda X, labels, X_val, labels_val, rng: (X, labels),
    start: Callable[[Rng, int], tuple[Array, ...]] = lambda rng, hidden: initialise((64, hidden, 10), rng),
    last: int | None = None,
    linear: bool = False,
) -> Callable[..., list[Array]]:
    """A whole training with momentum and a falling learning rate, and one thing done wrongly. `last`: the step that it ends with."""

    def wrong(X: Array, labels: Array, X_val: Array, labels_val: Array, rng: Rng) -> list[Array]:
        images, names = examples(X, labels, X_val, labels_val, rng)
        if negatives:
            images, names = np.concatenate([images, 1 - images]), np.concatenate([names, names])
        now = list(start(rng, hidden))
        velocity = [np.zeros_like(w) for w in now]
        for step in range(steps if last is None else last):
            B = rng.integers(len(images), size=40)
            _, *found = (linear_gradients if linear else loss_and_gradients)(images[B], names[B], *now)
            gradients = [g + 2 * lam * w * (w.ndim == 2) for g, w in zip(found, now, strict=True)]
            velocity = [0.9 * m + g for m, g in zip(velocity, gradients, strict=True)]
            now = [w - rate * (1 - step / steps) * m for w, m in zip(now, velocity, strict=True)]
        return now

    return wrong


def linear_gradients(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Any, ...]:
    """Those of the network without its ReLU."""
    H = X @ W1 + b1
    Z = H @ W2 + b2
    p = np.exp(Z - Z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(X)), labels] -= 1
    dZ = p / len(X)
    dH = dZ @ W2.T
    return 0.0, X.T @ dH, dH.sum(axis=0), H.T @ dZ, dZ.sum(axis=0)


def standardised(X: Array, labels: Array, X_val: Array, labels_val: Array, rng: Rng) -> Examples:
    return (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-3), labels


BUILD_AND_TRAIN = (
    Mistake(
        "the noisy labels are learnt by heart",
        "The network knows labels that are nothing but noise. Which of units 07 to 09 keeps it from that, and is it at work in the weights "
        "that you return? (Kept weights want a copy: steps in place would change them later.)",
        training(hidden=96, steps=900, rate=0.1, lam=0.0, negatives=False),
    ),
    Mistake(
        "the labels are not those of their images",
        "Image 17 goes with label 17. Follow one example through your lines, from the shuffling to the gradient: does its label follow?",
        training(examples=lambda X, labels, X_val, labels_val, rng: (X, rng.permutation(labels))),
    ),
    Mistake(
        "the function returns after its first step",
        "How far is your `return` indented? Inside the loop, it ends the loop.",
        training(last=1),
    ),
    Mistake(
        "the steps go uphill",
        "The gradient points to where the loss grows. Which way do you want to go?",
        training(rate=-0.05, lam=0.0, steps=200),
    ),
    Mistake(
        "no hidden node is active any more",
        "Every hidden node gives 0 for every image: one step that is far too large can do that. How large is your learning rate, and do "
        "you divide by the size of the batch?",
        training(rate=2.0),
    ),
    Mistake(
        "all weights of a layer start alike",
        "Nodes that start alike stay alike: unit 06, section 2. What breaks the symmetry?",
        training(start=lambda rng, hidden: (np.full((64, hidden), 0.1), np.zeros(hidden), np.full((hidden, 10), 0.1), np.zeros(10))),
    ),
    Mistake(
        "the penalty is so strong that the weights vanish",
        "See how large the weights are that you return. What does λ weigh against, and how did you choose it?",
        training(lam=0.3),
    ),
    Mistake(
        "the network is trained on other inputs than it is asked about",
        "Whatever you do to the pixels before training, the judge does not do: your weights meet the images as they came. Can the first "
        "layer take the change upon itself?",
        training(negatives=False, examples=standardised),
    ),
    Mistake(
        "the network is trained without its ReLU",
        "Between the layers there is a ReLU: without it, two linear layers are one. Is it in the way forward and in the way back?",
        training(linear=True, steps=500, lam=0.0, negatives=False),
    ),
    Mistake(
        "the hidden layer is too narrow",
        "How many nodes has your hidden layer? Ten digits, each in two shades, have to be told apart by them.",
        training(hidden=3),
    ),
    Mistake(
        "the validation examples alone are trained on",
        "Which arrays does your loop draw its batches from? X and labels are there to learn from, the others to choose by.",
        training(steps=400, lam=0.0, negatives=False, examples=lambda X, labels, X_val, labels_val, rng: (X_val, labels_val)),
    ),
)
