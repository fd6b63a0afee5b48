"""How often gradcheck is mistaken: false alarms on right gradients, misses on wrong ones, and CS231n's rule beside it.

python -m benchmarks.gradcheck_counts 10        # ten seeds
"""

import sys
import warnings

import numpy as np

from benchmarks.gradcheck_corpus import RIGHT, WRONG, Problem, wrong
from course.gradcheck import central_difference, gradcheck

RULE = 1e-5  # the relative error that CS231n's notes call too large; step 1e-5, |a - n| / max(|a| + |n|, 1e-8)


def by_gradcheck(problem: Problem, mode: str) -> bool:
    """Whether gradcheck passes a gradient."""
    return gradcheck(problem.f, problem.inputs, problem.gradient, mode=mode).ok  # type: ignore[arg-type]


def by_rule(problem: Problem, _: str) -> bool:
    """Whether CS231n's rule passes a gradient."""
    named = problem.inputs if isinstance(problem.inputs, dict) else {"": problem.inputs}
    given = problem.gradient if isinstance(problem.gradient, dict) else {"": problem.gradient}
    for name, array in named.items():

        def moved(x: np.ndarray, name: str = name) -> float:
            return problem.f({**named, name: x} if name else x)

        for index in np.ndindex(np.shape(array)):
            a, n = float(given[name][index]), central_difference(moved, np.array(array, dtype=float), index, 1e-5)
            if not abs(a - n) / max(abs(a) + abs(n), 1e-8) <= RULE:
                return False
    return True


def count(passes, mode: str, seeds: int) -> tuple[int, int, int, int]:
    """False alarms, right gradients, misses, wrong gradients."""
    alarms = [name for seed in range(seeds) for name, build in RIGHT.items() if not passes(build(np.random.default_rng(seed)), mode)]
    missed = [pair for seed in range(seeds) for pair in WRONG if passes(wrong(*pair, np.random.default_rng(seed)), mode)]
    for kind, names in (("false alarm", alarms), ("missed", missed)):
        for name in sorted({str(name) for name in names}):
            print(f"    {kind}: {name}")
    return len(alarms), seeds * len(RIGHT), len(missed), seeds * len(WRONG)


def main(seeds: int) -> None:
    for label, passes, mode in (
        ("gradcheck, full", by_gradcheck, "full"),
        ("gradcheck, fast", by_gradcheck, "fast"),
        ("CS231n's rule", by_rule, ""),
    ):
        alarms, right, missed, bad = count(passes, mode, seeds)
        print(f"{label}: {alarms} false alarms of {right} right, {missed} misses of {bad} wrong", flush=True)


if __name__ == "__main__":
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
