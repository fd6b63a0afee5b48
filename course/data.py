"""Data to train on: handwritten digits, and points in the plane drawn from a seed. Nothing is downloaded.

The digits lie beside this module, in `data.npz`: `images`, (1797, 64), inks from 0 to 16, and `labels`, (1797,). They are the test set of
Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository (1998), doi:10.24432/C50P49, under
CC BY 4.0, in the order and with the values of scikit-learn's `load_digits`. Beside an answer while it is graded, this module stands with
numpy alone.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["Examples", "Split", "circles", "digits", "digits_by_halves", "noisy_digits", "spirals", "two_moons", "xor"]

Array = np.ndarray

CLASSES = 10  # of the digits
INKS = 16  # of the darkest pixel
DIGITS = Path(__file__).with_suffix(".npz")


class Examples(NamedTuple):
    """Inputs `X`, (N, features), floats, with a row for each example; labels `y`, (N,), integers from 0."""

    X: Array
    y: Array


class Split(NamedTuple):
    """One set in three parts that share no example: to learn from, to choose by, and to report on."""

    train: Examples
    validation: Examples
    test: Examples


def digits(rng: np.random.Generator, *, train: int = 1097, validation: int = 300) -> Split:
    """Handwritten digits, 8 by 8 pixels in [0, 1], flattened to 64 features; split at random.

    There are 1,797 images by 13 writers; those that are neither in `train` nor in `validation` are the test set. Raises
    ValueError for sizes that leave a part empty. Source: Alpaydin and Kaynak, UCI (1998); see above.

    >>> data = digits(np.random.default_rng(0))
    >>> data.train.X.shape, data.validation.y.shape, data.test.X.shape
    ((1097, 64), (300,), (400, 64))
    """
    check_generator(rng)
    X, y = _all_digits()
    if train < 1 or validation < 1 or train + validation >= len(y):
        raise ValueError(f"train and validation must be at least 1 and leave some of {len(y)} images to test, got {train} and {validation}")
    order = rng.permutation(len(y))
    parts = np.split(order, [train, train + validation])
    return Split(*(Examples(X[part], y[part]) for part in parts))


def noisy_digits(rng: np.random.Generator, *, train: int = 300, validation: int = 300, noise: float = 0.2) -> Split:
    """Digits with some labels made useless, so that a network can learn the training set by heart and be the worse for it.

    A part `noise` of the training and of the validation labels is *randomised*: drawn anew from the ten classes, so that one in
    ten of those is right by chance. The test set is clean. Raises ValueError for a `noise` outside [0, 1], and as `digits` does.

    >>> [len(part.y) for part in noisy_digits(np.random.default_rng(0))]
    [300, 300, 1197]
    """
    if not 0 <= noise <= 1:
        raise ValueError(f"noise is the part of the labels that is randomised, in [0, 1]; got {noise}")
    clean = digits(rng, train=train, validation=validation)
    return Split(_randomised(clean.train, noise, rng), _randomised(clean.validation, noise, rng), clean.test)


def digits_by_halves(classes: tuple[int, ...] = (1, 6, 9)) -> Examples:
    """Some of the handwritten digits, each as two numbers: X is (n, 2), y is (n,) places in `classes`.

    The first is the ink in the right half of the image less that in the left, the second that in the upper half less that in the
    lower: four times the difference of their means, rounded to three decimals.

    >>> digits_by_halves().X.shape
    (543, 2)
    """
    X, y = _all_digits()
    chosen = np.isin(y, classes)
    ink = X[chosen].reshape(-1, 8, 8)
    right = ink[:, :, 4:].mean(axis=(1, 2)) - ink[:, :, :4].mean(axis=(1, 2))
    upper = ink[:, :4].mean(axis=(1, 2)) - ink[:, 4:].mean(axis=(1, 2))
    return Examples(np.round(4 * np.column_stack([right, upper]), 3), np.searchsorted(classes, y[chosen]))


def two_moons(n: int, noise: float, rng: np.random.Generator) -> Examples:
    """Two half circles of radius 1 that reach into each other: X is (n, 2), y is (n,) in {0, 1}.

    `noise` is the standard deviation of what is added to each coordinate. Classes alternate, so they are of equal size. Raises
    ValueError for n below 2 and for a negative noise.

    >>> two_moons(200, 0.1, np.random.default_rng(0)).X.shape
    (200, 2)
    """
    check_points(n, 2, noise, rng)
    y = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return Examples(_blurred(np.where(y[:, None] == 0, upper, lower), noise, rng), y)


def spirals(n: int, classes: int, noise: float, rng: np.random.Generator) -> Examples:
    """Arms of a spiral, each three quarters of a turn from the centre to radius 1: X is (n, 2), y is (n,) in 0..classes-1.

    `noise` is the standard deviation of what is added to each coordinate. Classes take turns, so their sizes differ by one at
    most. Raises ValueError for fewer than 2 classes, n below `classes`, and a negative noise.

    >>> spirals(7, 3, 0.0, np.random.default_rng(0)).y
    array([0, 1, 2, 0, 1, 2, 0])
    """
    if classes < 2:
        raise ValueError(f"spirals need at least 2 classes, got {classes}")
    check_points(n, classes, noise, rng)
    y = np.arange(n) % classes
    radius = rng.uniform(0, 1, n)
    angle = 2 * np.pi * (0.75 * radius + y / classes)
    arms = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return Examples(_blurred(arms, noise, rng), y)


def circles(n: int, noise: float, rng: np.random.Generator) -> Examples:
    """A circle of radius 1, class 0, and one of radius 0.5 inside it, class 1: X is (n, 2), y is (n,) in {0, 1}.

    `noise` is the standard deviation of what is added to each coordinate. Classes alternate, so they are of equal size. Raises
    ValueError for n below 2 and for a negative noise.

    >>> np.linalg.norm(circles(4, 0.0, np.random.default_rng(0)).X, axis=1)
    array([1. , 0.5, 1. , 0.5])
    """
    check_points(n, 2, noise, rng)
    y = np.arange(n) % 2
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = np.where(y == 0, 1.0, 0.5)
    return Examples(_blurred(radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), noise, rng), y)


def xor(n: int, noise: float, rng: np.random.Generator) -> Examples:
    """Exclusive or: clouds around the corners (±1, ±1), of class 1 where the signs differ. X is (n, 2), y is (n,) in {0, 1}.

    `noise` is the standard deviation of each coordinate around its corner. Corners take turns. No line parts the classes: it is
    the smallest problem that needs a hidden layer. Raises ValueError for n below 4 and for a negative noise.

    >>> data = xor(4, 0.0, np.random.default_rng(0))
    >>> data.X.tolist(), data.y.tolist()
    ([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    check_points(n, 4, noise, rng)
    corner = np.arange(n) % 4
    first, second = corner // 2, corner % 2
    return Examples(_blurred(np.column_stack([2.0 * first - 1, 2.0 * second - 1]), noise, rng), first ^ second)


def check_points(n: int, least: int, noise: float, rng: np.random.Generator) -> None:
    """Raise unless these can be drawn."""
    check_generator(rng)
    if n < least:
        raise ValueError(f"expected at least {least} points, got n = {n}")
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise is a standard deviation, at least 0; got {noise}")


def check_generator(rng: object) -> None:
    """Raise TypeError for anything but a generator: a seed that is forgotten is a result that cannot be had again."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy Generator, got {type(rng).__name__}: write np.random.default_rng(0)")


@cache
def _all_digits() -> Examples:
    """All images, read once, and never written to: what is handed out are copies of parts."""
    with np.load(DIGITS) as held:
        examples = Examples(held["images"].astype(float) / INKS, held["labels"].astype(int))
    for array in examples:
        array.flags.writeable = False
    return examples


def _randomised(examples: Examples, part: float, rng: np.random.Generator) -> Examples:
    """The examples with `part` of their labels, to the nearest whole one, drawn anew."""
    chosen = rng.permutation(len(examples.y))[: round(part * len(examples.y))]
    y = examples.y.copy()
    y[chosen] = rng.integers(CLASSES, size=len(chosen))
    return Examples(examples.X, y)


def _blurred(points: Array, noise: float, rng: np.random.Generator) -> Array:
    return points + noise * rng.standard_normal(points.shape)
