"""What a training did, read off the weights it came to: images of one pixel each leave their trace where no other image does.

Image i is bright in pixel i alone. So row i of W1 moves if and only if example i was in a batch, and nearly in proportion to how often:
which batches were drawn is known without knowing how, and what plain steps on them must give is computed exactly.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case
from course.units.kit import Rng, away_from_zero, seed
from course.units.u06_training.given import loss_and_gradients

WEIGHTS = ("W1", "b1", "W2", "b2")
DARK = 2  # pixels that are dark in every image: there are more pixels than images
MANY = 99  # examples used, in steps that are followed one by one
EXACT = 1e-4  # relative to the largest change by one step: float32 errs by a tenth of it, a gradient at other weights by ten times it


def images_of_one_pixel(rng: Rng, n: int, hidden: int, steps: int, batch_size: int) -> dict[str, Any]:
    """The inputs of a short training on n images, each with a pixel and a class of its own, and with an active hidden node.

    At the start every image is taken for one class that none has: so the gradient of each is of some size, and none is what it was once
    another example has moved the weights.
    """
    classes, own, active = n + DARK + 1, np.arange(n), rng.integers(hidden, size=n)
    labels, taken_for = np.split(rng.permutation(classes), [n])
    X, W1 = np.zeros((n, n + DARK)), away_from_zero(rng, (n + DARK, hidden))
    X[own, own] = rng.choice([-1.0, 1.0], n) * rng.uniform(0.7, 1.3, n)
    W1[own, active] = np.sign(X[own, own]) * rng.uniform(0.7, 1.3, n)
    W2, b2 = rng.uniform(-0.4, 0.4, size=(hidden, classes)), rng.uniform(-0.2, 0.2, size=classes)
    W2[active, labels] = rng.choice([-1.0, 1.0], n) * rng.uniform(0.8, 1.0, n)
    b2[taken_for[0]] = np.log(classes)
    return {
        "X": X, "labels": labels, "W1": W1, "b1": rng.uniform(-0.01, 0.01, size=hidden), "W2": W2, "b2": b2,
        "steps": steps, "batch_size": batch_size, "learning_rate": round(float(rng.uniform(0.03, 0.05)), 4), "rng": seed(rng),
    }  # fmt: skip


@dataclass(frozen=True)
class Training:
    """A training on images of one pixel each: what it was given, and the weights it came to."""

    inputs: Mapping[str, Any]
    weights: tuple[Array, ...]

    @property
    def examples(self) -> int:
        return len(self.inputs["X"])

    @property
    def size(self) -> int:
        return self.inputs["batch_size"]

    @property
    def start(self) -> list[Array]:
        return [self.inputs[name] for name in WEIGHTS]

    @cached_property
    def moved(self) -> list[Array]:
        """By how much each array has moved, for each unit of the learning rate."""
        return [(w - s) / self.inputs["learning_rate"] for w, s in zip(self.weights, self.start, strict=True)]

    @cached_property
    def used(self) -> Array:
        """The examples whose pixel's weights have moved."""
        return np.flatnonzero(np.abs(self.moved[0][: self.examples]).max(axis=1) > self.exact)

    @cached_property
    def alone(self) -> list[list[Array]]:
        """The gradients of each example alone, at the start."""
        return [self.gradients([i], self.start) for i in range(self.examples)]

    @cached_property
    def shares(self) -> Array:
        """How much of each example's gradient the pixel of its own has moved by: in one plain step, 1/batch_size for each of a batch."""
        slopes = np.array([gradients[0][i] for i, gradients in enumerate(self.alone)])
        return -(self.moved[0][: self.examples] * slopes).sum(axis=1) / (slopes * slopes).sum(axis=1)

    @cached_property
    def exact(self) -> float:
        """What a change may be off by."""
        return EXACT * max(float(np.abs(g).max()) for gradients in self.alone for g in gradients) / self.size

    def gradients(self, batch: Sequence[int], at: Iterable[Array]) -> list[Array]:
        """The gradients of a batch."""
        rows = list(batch)
        return list(loss_and_gradients(self.inputs["X"][rows], self.inputs["labels"][rows], *at)[1:])

    def stepped(self, batch: Sequence[int], at: Sequence[Array]) -> list[Array]:
        """The weights after a plain step."""
        rate = self.inputs["learning_rate"]
        return [w - rate * g for w, g in zip(at, self.gradients(batch, at), strict=True)]

    def mixed(self, shares: Array) -> list[Array]:
        """By how much a mix of the examples' gradients at the start moves each array."""
        return [-sum(share * gradients[k] for share, gradients in zip(shares, self.alone, strict=True)) for k in range(len(WEIGHTS))]

    def has_moved_by(self, moved: Sequence[Array]) -> bool:
        """Whether all four arrays have moved by as much as that."""
        return all(np.abs(a - b).max() <= self.exact for a, b in zip(self.moved, moved, strict=True))

    def is_at(self, weights: Sequence[Array]) -> bool:
        """Whether it came to these weights."""
        rate = self.inputs["learning_rate"]
        return all(np.abs(a - b).max() <= rate * self.exact for a, b in zip(self.weights, weights, strict=True))

    @cached_property
    def drawn(self) -> list[int]:
        """The examples used, each as often as it was, but for what gradients change on the way; none where that makes no sense."""
        counts = np.rint(self.shares * self.size)
        if counts.min() < 0 or counts.sum() > MANY:
            return []
        return np.repeat(np.arange(self.examples), counts.astype(int)).tolist()

    def plain(self, steps: int) -> bool:
        """Whether it came to where so many plain steps lead, on batches of the right size, in some order."""
        return len(self.drawn) == steps * self.size and self._leads_here(self.start, self.drawn)

    def _leads_here(self, at: Sequence[Array], left: list[int]) -> bool:
        """Whether plain steps on the examples that are left lead from some weights to those it came to."""
        if not left:
            return self.is_at(at)
        return any(self._leads_here(self.stepped(batch, at), rest) for batch, rest in parts(left, self.size))


def parts(left: Sequence[int], size: int) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """The batches that may be taken first of what is left, and what is left then.

    >>> list(parts([4, 4, 7], 2))
    [((4, 4), [7]), ((4, 7), [4])]
    """
    for batch in sorted(set(combinations(left, size))):
        rest = list(left)
        for i in batch:
            rest.remove(i)
        yield batch, rest


def training_of(case: Case, weights: Sequence[Array]) -> Training:
    """What an answer made of a case, in double precision."""
    return Training(case.inputs, tuple(w.astype(float) for w in weights))
