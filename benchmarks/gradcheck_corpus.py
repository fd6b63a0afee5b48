"""Right and wrong gradients to try a gradient checker on.

`RIGHT` maps a name to a builder of a `Problem`: a small function, its inputs, its gradient by formula. `WRONG` lists pairs of a
problem and a mistake, and `wrong` makes the one in the other.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.gradcheck_hard import HARD
from benchmarks.gradcheck_smooth import SMOOTH, Array, Problem

__all__ = ["RIGHT", "WRONG", "Problem", "wrong"]

RIGHT = SMOOTH | HARD

Mistake = Callable[[dict[str, Array], np.random.Generator], dict[str, Array]]


def everywhere(change: Callable[[Array], Array]) -> Mistake:
    return lambda gradient, rng: {name: change(array) for name, array in gradient.items()}


def one_entry(change: Callable[[float], float]) -> Mistake:
    """Change one entry, of those within a thousandth of the largest."""

    def mistake(gradient: dict[str, Array], rng: np.random.Generator) -> dict[str, Array]:
        name = str(rng.choice([name for name, array in gradient.items() if array.any()]))
        array = gradient[name].copy()
        sizes = np.abs(array).reshape(-1)
        i = rng.choice(np.flatnonzero(sizes >= 1e-3 * sizes.max()))
        array.reshape(-1)[i] = change(array.reshape(-1)[i])
        return {**gradient, name: array}

    return mistake


MISTAKES: dict[str, Mistake] = {
    "sign": everywhere(lambda g: -g),
    "twice": everywhere(lambda g: 2 * g),
    "all 1e-3 off": everywhere(lambda g: g * (1 + 1e-3)),
    "all 1e-5 off": everywhere(lambda g: g * (1 - 1e-5)),
    "shifted by one": everywhere(lambda g: np.roll(g, 1)),
    "one sign": one_entry(lambda g: -g),
    "one zero": one_entry(lambda g: 0.0),
    "one 10 % off": one_entry(lambda g: 1.1 * g),
    "one 1e-3 off": one_entry(lambda g: g * (1 - 1e-3)),
    "one 1e-4 off": one_entry(lambda g: g * (1 + 1e-4)),
    "one 1e-5 off": one_entry(lambda g: g * (1 - 1e-5)),
}
TRIED_ON = (
    "exp", "sigmoid", "relu", "softmax cross-entropy", "quadratic form of a matrix that is not symmetric", "batch normalisation",
    "linear layer with squared error", "tanh network", "relu network", "tanh network with a loss of 1e-8", "squares of numbers of 1e-8",
)  # fmt: skip


def wrong(name: str, mistake: str, rng: np.random.Generator) -> Problem:
    """The problem of that name with a mistake in its gradient."""
    problem = RIGHT[name](rng)
    if mistake in problem.mistakes:
        return replace(problem, gradient=problem.mistakes[mistake])
    if isinstance(problem.gradient, dict):
        return replace(problem, gradient=MISTAKES[mistake](problem.gradient, rng))
    return replace(problem, gradient=MISTAKES[mistake]({"": problem.gradient}, rng)[""])


WRONG: tuple[tuple[str, str], ...] = tuple(
    [(name, mistake) for name, build in RIGHT.items() for mistake in build(np.random.default_rng(0)).mistakes]
    + [(name, mistake) for name in TRIED_ON for mistake in MISTAKES]
)
