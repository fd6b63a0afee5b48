"""`build_and_train`: a network trained on digits and negatives with noisy labels, judged by what it knows of others."""

from collections.abc import Iterator

import numpy as np

from course import data
from course.judging.edits import edited
from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake, Property
from course.units import kit
from course.units.u06_training.digits import Unseen
from course.units.u11_capstone import trained_network as trained
from course.units.u11_capstone.given import loss_and_gradients


def build_and_train(X, labels, X_val, labels_val, rng):
    """Weights W1 (64, hidden), b1 (hidden,), W2 (hidden, 10), b2 (10,) of a trained network: linear, ReLU, linear.

    X is (N, 64), labels (N,), to learn from; X_val and labels_val are there to choose by. 30 % of all these labels are drawn at random.
    The network has to know 50 %, 76 % and 85 % of digits with clean labels that it has never seen.
    """
    X, labels = np.concatenate([X, 1 - X]), np.concatenate([labels, labels])  # a negative has the same label
    hidden, steps, batch_size, learning_rate = 64, 600, 40, 0.05
    networks = []
    for lam in (0.001, 0.003):
        W1 = np.sqrt(2 / 64) * rng.normal(size=(64, hidden))
        W2 = np.sqrt(2 / hidden) * rng.normal(size=(hidden, 10))
        theta = [W1, np.zeros(hidden), W2, np.zeros(10)]
        velocity = [np.zeros_like(w) for w in theta]
        for step in range(steps):
            batch = rng.integers(len(X), size=batch_size)
            _, *gradients = loss_and_gradients(X[batch], labels[batch], *theta)
            gradients = [g + 2 * lam * w if w.ndim == 2 else g for g, w in zip(gradients, theta, strict=True)]
            velocity = [0.9 * m + g for m, g in zip(velocity, gradients, strict=True)]
            theta = [w - learning_rate * (1 - step / steps) * m for w, m in zip(theta, velocity, strict=True)]
        networks.append(theta)
    return min(networks, key=lambda theta: loss_and_gradients(X_val, labels_val, *theta)[0])


def expected(case: Case) -> dict[str, Property]:
    return {name: Property(trained.knowing(name, case)) for name in trained.BARS}


TRAIN, VALIDATION, NOISE = 500, 200, 0.3  # digits to learn from and to choose by, and the part of their labels that is drawn anew


def cases(rng: kit.Rng) -> Iterator[Unseen]:
    """Digits of which half are negatives: noisy ones to train on and to choose by, and clean ones kept apart.

    All images are turned, and mirrored or not, and all classes have other names: weights of another training know nothing of them. What
    was next to each other in an image still is.
    """
    turns, mirrored, names = int(rng.integers(4)), bool(rng.integers(2)), rng.permutation(data.CLASSES)
    learn, choose, unseen = (
        data.Examples(np.where(rng.random((len(y), 1)) < 0.5, 1 - X, X), names[y])
        for X, y in (
            (turned(X, turns, mirrored), y) for X, y in data.noisy_digits(rng, train=TRAIN, validation=VALIDATION, noise=NOISE)
        )
    )
    inputs = {"X": learn.X, "labels": learn.y, "X_val": choose.X, "labels_val": choose.y, "rng": kit.seed(rng)}
    yield Unseen("digits and negatives, noisy labels", inputs, unseen=unseen)


def turned(X: Array, quarters: int, mirrored: bool) -> Array:
    """Images, turned by quarters of a circle, and then mirrored or not."""
    images = np.rot90(X.reshape(-1, 8, 8), quarters, axes=(1, 2))
    return (images[:, :, ::-1] if mirrored else images).reshape(len(X), -1)


NEGATIVES = "np.concatenate([X, 1 - X]), np.concatenate([labels, labels])"
SETTINGS = "64, 600, 40, 0.05"

linear_gradients = edited(loss_and_gradients, ("np.maximum(X @ W1 + b1, 0) → X @ W1 + b1", " * (H > 0) → "))

EXERCISE = Exercise(
    right=build_and_train,
    criteria=tuple(Criterion(name, 2, f"at least {bar:.0%} of the digits not seen") for name, bar in trained.BARS.items()),
    cases=cases,
    expected=expected,
    returns=4,
    causes=trained.CAUSES,
    mistakes=(
        Mistake(trained.BY_HEART,
                "The network knows labels that are nothing but noise. Which of units 07 to 09 keeps it from that, and is it at work in the "
                "weights that you return? (Kept weights want a copy: steps in place would change them later.)",
                (f"{NEGATIVES} → X, labels", f"{SETTINGS} → 96, 900, 40, 0.1", "(0.001, 0.003) → (0.0,)")),
        Mistake(trained.NOTHING_TO_LEARN,
                "Image 17 goes with label 17. Follow one example through your lines, from the shuffling to the gradient: does its label "
                "follow? And is the image still one, or its whole negative?",
                ("np.concatenate([labels, labels]) → rng.permutation(np.concatenate([labels, labels]))", "(0.001, 0.003) → (0.002,)")),
        Mistake(trained.AT_START,
                "How far is your `return` indented? Inside the loop, it ends the loop. And what do the steps do with the gradient?",
                "zip(theta, velocity, strict=True)] → zip(theta, velocity, strict=True)]; return theta"),
        Mistake(trained.DIVERGED,
                "Print the loss: where does it begin to grow? A step uphill, or one that is far too long, makes the next one longer still.",
                ("w - learning_rate → w + learning_rate", "(0.001, 0.003) → (0.0,)")),
        Mistake(trained.INACTIVE,
                "Every hidden node gives 0 for every image: one step that is far too large can do that. How large is your learning rate, "
                "and do you divide by the size of the batch?",
                (f"{SETTINGS} → 64, 600, 40, 2.0", "(0.001, 0.003) → (0.002,)")),
        Mistake(trained.ALIKE,
                "Nodes that start alike stay alike: unit 06, section 2. What breaks the symmetry?",
                ("np.sqrt(2 / 64) * rng.normal(size=(64, hidden)) → np.full((64, hidden), 0.1)",
                 "np.sqrt(2 / hidden) * rng.normal(size=(hidden, 10)) → np.full((hidden, 10), 0.1)")),
        Mistake(trained.VANISHED,
                "See how large the weights are that you return. What does λ weigh against, and how large were they at the start?",
                "(0.001, 0.003) → (0.3,)"),
        Mistake(trained.OTHER_INPUTS,
                "Whatever you do to the pixels before training, the judge does not do: your weights meet the images as they come, "
                "negatives among them. Can the network learn from images of both kinds? Or can the first layer do what you did?",
                (f"{NEGATIVES} → (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-3), labels", "(0.001, 0.003) → (0.002,)")),
        Mistake(trained.NO_RELU,
                "Between the layers there is a ReLU: without it, two linear layers are one. Is it in the way forward and in the way back?",
                (f"{NEGATIVES} → X, labels", "loss_and_gradients(X[batch] → linear_gradients(X[batch]", "(0.001, 0.003) → (0.0,)")),
        Mistake(trained.NARROW,
                "How many nodes has your hidden layer? Ten digits, each in two shades, have to be told apart by them.",
                (f"{SETTINGS} → 3, 600, 40, 0.05", "(0.001, 0.003) → (0.002,)")),
        Mistake(trained.VALIDATION_ALONE,
                "Which arrays does your loop draw its batches from? X and labels are there to learn from, the others to choose by.",
                (f"{NEGATIVES} → X_val, labels_val", "(0.001, 0.003) → (0.0,)")),
    ),
)
