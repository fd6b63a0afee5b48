"""`paired_interval`: what one setting gains over another, and how far that can be trusted."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, signed


def paired_interval(a, b):
    """Mean of what a gained over b, run by run, and two standard errors of that mean: two numbers.

    a and b are (runs,): run i of both had the same data and the same start.
    """
    gains = a - b
    half = 2 * gains.std(ddof=1) / np.sqrt(len(gains))
    return gains.mean(), half


def interval(a: Array, b: Array) -> tuple[float, float]:
    """From sums and sums of squares."""
    d, n = a - b, len(a)
    variance = (n * (d * d).sum() - d.sum() ** 2) / (n * (n - 1))
    return d.sum() / n, 2 * np.sqrt(variance / n)


def cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, n: int, gain: float) -> Case:
        b = 80 + 3 * signed(rng, (n,))
        gains = gain * np.linspace(-0.6, 2.6, n) + 0.2 * signed(rng, (n,))
        return Case(name, {"a": b + rng.permutation(gains), "b": b})

    yield case("a wins most runs", int(rng.integers(6, 10)), 2.0)
    yield case("a loses most runs", 20, -1.5)
    yield case("three runs", 3, 1.0)
    yield case("two runs", 2, 1.5)


ERROR = "gains.std(ddof=1) / np.sqrt(len(gains))"

EXERCISE = Exercise(
    right=paired_interval,
    criteria=(
        Criterion("mean", 1, "the mean of the differences a - b, one number"),
        Criterion("half", 1, "two standard errors of that mean, one number"),
    ),
    cases=cases,
    expected=value_of(interval, "mean", "half"),
    mistakes=(
        Mistake("the runs are not paired",
                "Run 7 of a and run 7 of b had the same digits. Which one number for each run has lost what the two have in common?",
                f"{ERROR} → np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))"),
        Mistake("the spread of the runs stands where the uncertainty of their mean belongs",
                "The more runs, the better is the mean known. Where is n?",
                " / np.sqrt(len(gains)) → "),
        Mistake("the variance is divided by n, and not by n - 1",
                "The mean was made of the same runs, and lies closer to them than the true one: see `ddof`.",
                "ddof=1 → "),
        Mistake("the runs of a and those of b are counted together",
                "There is one difference for each pair of runs: how many differences are there?",
                "np.sqrt(len(gains)) → np.sqrt(len(a) + len(b))"),
        Mistake("n - 1 stands under both roots, that of the variance and that of the mean",
                "n - 1 makes up for the mean once, in the variance. By the root of what is its error smaller?",
                "np.sqrt(len(gains)) → np.sqrt(len(gains) - 1)"),
        Mistake("the spread is that of a alone", "Whose spread is asked for: that of a, or that of what it gained?", "2 * gains → 2 * a"),
        Mistake("the spread is that of b alone", "Whose spread is asked for: that of b, or that of what a gained?", "2 * gains → 2 * b"),
        Mistake("the median is taken for the mean",
                "The mean of the differences is asked for: their sum, divided by their number.",
                "gains.mean(), → np.median(gains),"),
        Mistake("the sum is returned, and not the mean", "Divided by how many?", "gains.mean(), → gains.sum(),"),
        Mistake("the gains are taken as shares of b", "What has a gained, in the units of a and b themselves?", "a - b → (a - b) / b"),
        Mistake("the half-width is returned first",
                "Two numbers in this order: the mean, then the half-width.",
                "return gains.mean(), half → return half, gains.mean()"),
        Mistake("it is 1.96 standard errors, and not two", "How many standard errors are asked for?", "2 * gains → 1.96 * gains"),
        Mistake("it is one standard error, and not two", "How many standard errors are asked for?", "2 * gains → gains"),
        Mistake("it is the whole width, and not half of it",
                "mean ± half: how far is it from the mean to one end?",
                "2 * gains → 4 * gains"),
        Mistake("the variance is divided by n, and its root is not taken",
                "A half-width is measured in the units of the runs. In which units is a variance?",
                f"{ERROR} → gains.var(ddof=1) / len(gains)"),
        Mistake("the standard error is divided by n, and not by its root",
                "Four times as many runs make the interval half as wide, not a quarter.",
                "np.sqrt(len(gains)) → len(gains)"),
        Mistake("the two ends of the interval are returned",
                "The mean comes first, and then how far it is from there to an end.",
                "return gains.mean(), half → return gains.mean() - half, gains.mean() + half"),
        Mistake("the difference is taken the other way round", "What has a gained over b? Positive where a is better.", "a - b → b - a"),
        Mistake("the differences have lost their signs", "A run that lost is not a run that won.", "a - b → np.abs(a - b)"),
    ),
)
