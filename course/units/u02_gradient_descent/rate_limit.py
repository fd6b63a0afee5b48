"""`rate_limit`: the learning rate above which gradient descent diverges."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, signed, single


def rate_limit(A):
    """The learning rate above which gradient descent on ℓ(θ) = ½ θᵀAθ diverges: one number.

    A is (d, d), symmetric, and all of its eigenvalues are positive: the loss curves upwards in every direction.
    """
    return 2 / np.linalg.eigvalsh(A).max()


def by_spectral_norm(A: Array) -> float:
    """Of a symmetric matrix with positive eigenvalues, the largest singular value is the largest eigenvalue."""
    return 2 / float(np.linalg.norm(A, 2))


def cases(rng: Rng) -> Iterator[Case]:
    def curvature(directions: Array) -> Array:
        """Symmetric, with curvatures along these directions that all differ."""
        d = len(directions)
        A = directions * (0.5 + np.arange(d) + rng.uniform(0, 0.4, d)) @ directions.T
        return (A + A.T) / 2

    turn = rng.uniform(0.4, 1.1)  # well between the axes
    yield Case("two parameters", {"A": curvature(np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]))})
    for name, d in (("three parameters", 3), ("five parameters", 5)):
        yield Case(name, {"A": curvature(np.linalg.qr(signed(rng, (d, d)))[0])})
    yield Case("directions that are axes", {"A": np.diag(rng.permutation([0.5, 2.0, 7.0]) * rng.uniform(0.9, 1.1, 3))})
    yield Case("one parameter", {"A": rng.uniform(0.5, 4, (1, 1))})
    yield Case("float32 inputs", single({"A": np.cov(signed(rng, (3, 9)))}))


LARGEST = "np.linalg.eigvalsh(A).max()"

EXERCISE = Exercise(
    right=rate_limit,
    criteria=(Criterion("limit", 1, "the largest learning rate, one number"),),
    cases=cases,
    expected=value_of(by_spectral_norm, "limit"),
    mistakes=(
        Mistake("it is 1 over the largest curvature",
                "At 1/L the steepest direction is done in one step. How far beyond may a step go "
                "before it ends farther away than it began?",
                "2 / → 1 /"),
        Mistake("the flattest direction decides",
                "Every direction has to shrink. Which of them is the first to overshoot?",
                ".max() → .min()"),
        Mistake("the largest entry of A is taken for the largest curvature",
                "An entry on the diagonal is the curvature along an axis. The steepest direction may lie between the axes.",
                f"{LARGEST} → A.max()"),
        Mistake("the curvatures of all directions are added",
                "The trace is the sum of the eigenvalues. Each direction has a limit of its own: which limit is the lowest?",
                f"{LARGEST} → np.trace(A)"),
        Mistake("the norm of A is taken, which counts all its entries",
                "`np.linalg.norm` of a matrix is the root of the sum of its squares. Which number is the largest *curvature*?",
                f"{LARGEST} → np.linalg.norm(A)"),
        Mistake("the fraction is upside down",
                "A larger curvature has a lower limit. Does yours fall when A grows?",
                f"2 / {LARGEST} → {LARGEST} / 2"),
        Mistake("the largest curvature itself is returned", "You have L. Where is |1 - ηL| = 1?", "return 2 / → return"),
        Mistake("it is 2 over the sum of the largest and the smallest curvature",
                "That is the fastest learning rate, and not the largest. Which direction is the first to overshoot?",
                f"2 / {LARGEST} → 2 / (np.linalg.eigvalsh(A).max() + np.linalg.eigvalsh(A).min())"),
        Mistake("the mean curvature decides", "Each direction has a limit of its own: which limit is the lowest?", ".max() → .mean()"),
        Mistake("the determinant of A is taken, the product of all curvatures",
                "Each direction has a limit of its own: which limit is the lowest?",
                f"{LARGEST} → np.linalg.det(A)"),
        Mistake("the largest sum of a row of absolute values is taken",
                "That is a bound for the largest curvature, and not the curvature itself.",
                f"{LARGEST} → np.linalg.norm(A, np.inf)"),
        Mistake("the entries of A are summed", "Each direction has a limit of its own: which limit is the lowest?", f"{LARGEST} → A.sum()"),
        Mistake("a limit for each direction is returned",
                "One number is asked for: up to it, no direction diverges.",
                f"{LARGEST} → np.linalg.eigvalsh(A)"),
        Mistake("the largest curvature is squared",
                "The factor of a step is 1 - ηa. Which power of a is in it?",
                f"{LARGEST} → {LARGEST} ** 2"),
        Mistake("the root is taken of the largest curvature",
                "The factor of a step is 1 - ηa. Which power of a is in it?",
                f"{LARGEST} → np.sqrt({LARGEST})"),
        Mistake("it is 4 over the largest curvature, as if ℓ had no ½", "The curvature of ½ θᵀAθ is A, and not A/2.", "2 / → 4 /"),
        Mistake("the condition number is returned, the largest curvature over the smallest",
                "That says how slow the descent will be. The limit comes from one curvature.",
                f"2 / {LARGEST} → {LARGEST} / np.linalg.eigvalsh(A).min()"),
    ),
)
