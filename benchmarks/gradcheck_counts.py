"""How often gradient checkers are mistaken: false alarms on right gradients, and misses of wrong ones.

python -m benchmarks.gradcheck_counts 10        # ten seeds; with PyTorch installed, its gradcheck too
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from benchmarks.engine import installed
from benchmarks.gradcheck_corpus import RIGHT, WRONG, Problem, wrong
from benchmarks.gradcheck_single import SINGLE
from course.gradcheck import Mode, gradcheck
from course.gradcheck.numerical import central_difference

RULE = 1e-5  # the relative error that CS231n's notes call too large; step 1e-5, |a - n| / max(|a| + |n|, 1e-8)

Checker = Callable[[Problem], bool]  # whether it passes the gradient of a problem


def by_gradcheck(mode: Mode) -> Checker:
    """Ours."""
    return lambda problem: gradcheck(problem.f, problem.inputs, problem.gradient, mode=mode).ok


def named(arrays: Any) -> dict[str, np.ndarray]:
    """A dict of arrays as it is, and one array as a dict, in double precision."""
    return {name: np.array(array, dtype=float) for name, array in (arrays if isinstance(arrays, dict) else {"": arrays}).items()}


def by_rule(problem: Problem) -> bool:
    """CS231n's rule."""
    inputs, given = named(problem.inputs), named(problem.gradient)
    for name, array in inputs.items():

        def moved(x: np.ndarray, name: str = name) -> float:
            return problem.f({**inputs, name: x} if name else x)

        for index in np.ndindex(array.shape):
            a, n = given[name][index], central_difference(moved, array, index, 1e-5)
            if not abs(a - n) / max(abs(a) + abs(n), 1e-8) <= RULE:
                return False
    return True


def by_torch(mode: Mode) -> Checker:
    """PyTorch's gradcheck with the tolerances it comes with: step 1e-6, atol 1e-5, rtol 1e-3."""
    import torch

    def passes(problem: Problem) -> bool:
        inputs, given = named(problem.inputs), named(problem.gradient)

        class Given(torch.autograd.Function):
            """f in numpy, with the gradient under test for its backward."""

            @staticmethod
            def forward(ctx: Any, *tensors: Any) -> Any:
                arrays = dict(zip(inputs, (tensor.detach().numpy() for tensor in tensors), strict=True))
                return torch.tensor(float(problem.f(arrays.get("", arrays))), dtype=torch.float64)

            @staticmethod
            def backward(ctx: Any, upstream: Any) -> Any:
                return tuple(upstream * torch.from_numpy(gradient) for gradient in given.values())

        tensors = [torch.from_numpy(array).requires_grad_() for array in inputs.values()]
        torch.manual_seed(0)  # directions of its fast mode
        return torch.autograd.gradcheck(Given.apply, tensors, fast_mode=mode == "fast", raise_exception=False)

    return passes


def checkers() -> dict[str, Checker]:
    """Ours and the peers that can be run here."""
    ours = {"gradcheck, full": by_gradcheck("full"), "gradcheck, fast": by_gradcheck("fast")}
    torch = {"torch, full": by_torch("full"), "torch, fast": by_torch("fast")} if "torch" in installed() else {}
    return ours | {"CS231n's rule": by_rule} | torch


@dataclass(frozen=True)
class Counts:
    """What a checker was mistaken about, and how many right and wrong gradients it saw."""

    alarms: list[str]
    right: int
    missed: list[tuple[str, str]]
    wrong: int

    def __str__(self) -> str:
        return f"{len(self.alarms)} false alarms of {self.right:,} right, {len(self.missed)} misses of {self.wrong:,} wrong"


def count(passes: Checker, seeds: Iterable[int]) -> Counts:
    """The mistakes of a checker on the whole corpus."""
    seeds = list(seeds)
    with np.errstate(all="ignore"):
        alarms = [name for seed in seeds for name, build in RIGHT.items() if not passes(build(np.random.default_rng(seed)))]
        missed = [pair for seed in seeds for pair in WRONG if passes(wrong(*pair, np.random.default_rng(seed)))]
    return Counts(alarms, len(seeds) * len(RIGHT), missed, len(seeds) * len(WRONG))


@dataclass(frozen=True)
class SingleCounts(Counts):
    """The same in single precision, where "noisy" is no mistake: how many right gradients were called so."""

    noisy: int

    def __str__(self) -> str:
        return f'{super().__str__()}, {self.noisy:,} right ones called "noisy"'


def count_single(mode: Mode, seeds: Iterable[int]) -> SingleCounts:
    """The mistakes of gradcheck on the problems in single precision, and on the wrong gradients that these name."""
    problems = [(name, build(np.random.default_rng(seed))) for seed in seeds for name, build in SINGLE.items()]
    spoilt = [(name, mistake, problem, bad) for name, problem in problems for mistake, bad in problem.mistakes.items()]
    with np.errstate(all="ignore"):
        outcomes = [gradcheck(problem.f, problem.inputs, problem.gradient, mode=mode).outcome for _, problem in problems]
        missed = [(name, mistake) for name, mistake, one, bad in spoilt if gradcheck(one.f, one.inputs, bad, mode=mode).ok]
    alarms = [name for (name, _), outcome in zip(problems, outcomes, strict=True) if outcome == "wrong"]
    return SingleCounts(alarms, len(problems), missed, len(spoilt), outcomes.count("noisy"))


def main(seeds: int) -> None:
    for label, passes in checkers().items():
        report(label, count(passes, range(seeds)))
    for mode in get_args(Mode):
        report(f"gradcheck, {mode}, single precision", count_single(mode, range(seeds)))


def report(label: str, counts: Counts) -> None:
    print(f"{label}: {counts}", flush=True)
    for kind, names in (("false alarm", counts.alarms), ("missed", map(": ".join, counts.missed))):
        print("".join(f"    {kind}: {name}\n" for name in sorted(set(names))), end="")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
