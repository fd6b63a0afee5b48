"""The smallest relative error of one entry of a gradient that gradcheck finds.

python -m benchmarks.gradcheck_smallest        # both modes, problem by problem
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.gradcheck_corpus import RIGHT, Problem, one_entry
from course.gradcheck import Mode, gradcheck

ERRORS = (1e-5, 1e-6, 5e-7, 2e-7, 1e-7, 5e-8, 2e-8, 1e-8)
SEEDS = 20
SHARE = 0.95  # of the seeds

SMOOTH = (
    "exp", "sin", "tanh", "sigmoid", "fifth power", "softmax cross-entropy", "cosine of an angle", "Rosenbrock's valley",
    "quadratic form of a matrix that is not symmetric", "convolution with a filter", "recurrent unit over four steps",
    "batch normalisation", "linear layer with squared error", "tanh network", "tanh network with a loss of 1e-8",
    "squares of numbers of a million",
)  # fmt: skip


def spoilt(name: str, error: float, seed: int) -> Problem:
    """A problem of the corpus with one entry of its gradient off by a relative error, upwards or downwards."""
    rng = np.random.default_rng(seed)
    problem = RIGHT[name](rng)
    factor = 1 + error * rng.choice([-1.0, 1.0])
    single = not isinstance(problem.gradient, dict)
    gradient = one_entry(lambda entry: factor * entry)({"": problem.gradient} if single else problem.gradient, rng)
    return replace(problem, gradient=gradient[""] if single else gradient)


def found(name: str, error: float, mode: Mode, seeds: int = SEEDS) -> float:
    """Share of the seeds for which gradcheck calls such a gradient wrong."""
    problems = [spoilt(name, error, seed) for seed in range(seeds)]
    return sum(gradcheck(one.f, one.inputs, one.gradient, mode=mode).outcome == "wrong" for one in problems) / seeds


def smallest(name: str, mode: Mode, *, errors: Sequence[float] = ERRORS, seeds: int = SEEDS) -> float:
    """The smallest of the errors that is found, it and all larger ones, for 95 % of the seeds or more; infinite where none is."""
    best = np.inf
    for error in sorted(errors, reverse=True):
        if found(name, error, mode, seeds) < SHARE:
            break
        best = error
    return best


def worst(mode: Mode, names: Iterable[str] = SMOOTH, *, errors: Sequence[float] = ERRORS, seeds: int = SEEDS) -> float:
    """The smallest error that is found in every one of these problems, for 95 % of the seeds or more."""
    return max(smallest(name, mode, errors=errors, seeds=seeds) for name in names)


def main() -> None:
    for name in SMOOTH:
        print(f"{smallest(name, 'full'):8.0e} full  {smallest(name, 'fast'):8.0e} fast  {name}", flush=True)


if __name__ == "__main__":
    main()
