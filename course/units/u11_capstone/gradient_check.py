"""`gradient_check`: one number that says whether a gradient is right."""

from collections.abc import Callable, Iterator

import numpy as np

from course.gradcheck import complex_step_gradient
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.probes import Formula, arguments
from course.units.kit import Rng, signed


def gradient_check(f, theta, gradient):
    """Worst relative error of a gradient of f: the largest |gradient - D| / max(|gradient|, |D|, 1e-6), one number.

    f takes a row like theta and returns a number; gradient is such a row, too. D is the central difference at theta, with a step of 1e-5.
    """
    h = 1e-5
    d = np.zeros(len(theta))
    for i in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[i] = h
        d[i] = (f(theta + nudge) - f(theta - nudge)) / (2 * h)
    size = np.maximum(np.maximum(np.abs(gradient), np.abs(d)), 1e-6)
    return np.max(np.abs(gradient - d) / size)


def expected(case: Case) -> dict[str, Expected]:
    """From slopes by the complex step, which have no error to speak of; what the differences lose in rounding is allowed for."""
    f, theta, gradient = arguments(case.inputs)
    mean = [mean_slope(f, theta, nudge) for nudge in STEP * np.eye(len(theta))]
    error = max(abs(g - d) / max(abs(g), abs(d), 1e-6) for g, d in zip(gradient, mean, strict=True))
    return {"error": Expected(np.asarray(error), slack=1e-3 if error > 0.01 else 1e-5)}


STEP = 1e-5


def mean_slope(f: Callable, theta: Array, nudge: Array) -> float:
    """The slope along a nudge, averaged from -nudge to +nudge by Simpson's rule: what the central difference is, but for rounding."""
    before, at, after = (complex_step_gradient(f, theta + k * nudge)[nudge > 0].item() for k in (-1, 0, 1))
    return (before + 4 * at + after) / 6


def cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, formula: str, theta: Array, gradient: Array) -> Case:
        return Case(name, {"f": Formula(f"lambda theta: {formula}"), "theta": theta, "gradient": gradient})

    half = rng.uniform(0.4, 0.6)
    yield case("one parameter", "3.0 * theta[0] ** 2", np.array([1.5]), np.array([9 * half]))
    yield case("one parameter, downhill", "-2.0 * theta[0] ** 2", np.array([1.5]), np.array([-6 * half]))
    formula, theta, gradient = bowl(rng, int(rng.integers(4, 7)))
    changed = np.arange(len(theta)) == rng.integers(len(theta))
    for name, factor in (
        ("one entry that is too large", rng.uniform(1.3, 1.7)),
        ("one entry that is too small", rng.uniform(0.5, 0.8)),
        ("one entry that is missing", 0.0),
        ("one entry with a wrong sign", -1.0),
    ):
        yield case(name, formula, theta, np.where(changed, factor * gradient, gradient))
    several = rng.permutation([1.4, 0.7, *[1.0] * (len(theta) - 2)])
    yield case("two wrong entries", formula, theta, several * gradient)
    sizes = np.array([1000.0, 1.0, 0.02])
    theta = rng.uniform(0.5, 1.5, size=3).round(3) * rng.choice([-1, 1], size=3)
    wrong = 2 * sizes * theta * [1, 1, rng.uniform(0.6, 0.8)]
    yield case("a wrong entry among large ones", f"{text(sizes)} @ theta**2", theta, wrong)
    yield case("an entry that f ignores", "np.array([2.0, 0.0, 1.0]) @ theta**2", theta, theta * [5.0, 0.0, 2.2])
    tiny = rng.uniform(0.7, 0.9, size=3) * [1e-6, 1e-6, 4e-5]  # around the least size to divide by, and above it
    yield case("entries around 1e-6", f"{text(tiny)} @ theta", theta, tiny * [0.6, 1.1, 1.0])
    yield case("an entry of 1e-4", "np.array([1e-4, 3.0, 2.0]) @ theta", theta, np.array([1.5e-4, 3.0, 2.0]))
    slopes, theta = rng.uniform(12, 20, size=4).round(2), rng.uniform(-0.02, 0.02, size=4).round(4)
    yield case("a right gradient where f is steep", f"np.exp({text(slopes)} @ theta)", theta, slopes * np.exp(slopes @ theta))
    slopes, theta = rng.uniform(3000, 5000, size=2).round(), rng.uniform(-1e-4, 1e-4, size=2).round(6)
    name = "a right gradient where f is so steep that the step of 1e-5 is seen"
    yield case(name, f"np.exp({text(slopes)} @ theta)", theta, slopes * np.exp(slopes @ theta))


def bowl(rng: Rng, size: int) -> tuple[str, Array, Array]:
    """A quadratic formula, a point, and the gradient there, no entry of which is near zero."""
    while True:
        A, c, theta = signed(rng, (size, size)).round(3), signed(rng, (size,)).round(3), signed(rng, (size,)).round(3)
        A = A + A.T
        gradient = A @ theta + c
        if np.abs(gradient).min() > 0.3:
            return f"0.5 * theta @ {text(A)} @ theta + {text(c)} @ theta", theta, gradient


def text(array: Array) -> str:
    return f"np.array({array.tolist()})"


def keep_from_nan(errors: Array) -> float:
    """What Python's own `max` makes of a running worst, with the new error first: NaN goes in, and the next entry comes out."""
    worst = 0.0
    for error in errors:
        worst = max(error, worst)
    return worst


FLOOR = "What comes out where f does not depend on an entry, and your gradient rightly says 0? And where both are of the size of rounding?"
LARGER = "np.maximum(np.abs(gradient), np.abs(d))"

EXERCISE = Exercise(
    right=gradient_check,
    criteria=(Criterion("error", 2, "the worst relative error, one number"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the mean error is returned, and not the worst",
                "One wrong entry among a thousand right ones: what does a mean say of it?",
                "np.max( → np.mean("),
        Mistake("the error is absolute, and not relative",
                "An error of 0.01 is nothing beside 1000, and everything beside 0.01. What do you divide by?",
                " / size → "),
        Mistake("the difference is taken on one side only",
                "f(θ + h) - f(θ) has an error that grows with h; f(θ + h) - f(θ - h) has one that grows with h²: unit 02.",
                "f(theta - nudge)) / (2 * h) → f(theta)) / h"),
        Mistake("two steps of h are divided by one", "How far apart are θ + h and θ - h?", "(2 * h) → h"),
        Mistake("all entries are nudged at once",
                "`theta + h` moves every entry. The difference for entry i belongs to a nudge of entry i alone.",
                "nudge[i] = h → nudge[:] = h"),
        Mistake("the nudge is not undone before the next one",
                "After entry i has had its turn, what stands in theta[i]?",
                "/ (2 * h) → / (2 * h); theta = theta - nudge"),
        Mistake("both nudges change one and the same array",
                "`up = theta` is no copy: with two names for one array, f gives the same number twice. `theta.copy()` makes a new one.",
                "f(theta - nudge) → f(theta + nudge)"),
        Mistake("the least size to divide by is missing, or far below 1e-6",
                FLOOR,
                (f"np.maximum({LARGER}, 1e-6) → {LARGER}", "np.max(np.abs(gradient - d) / size) → np.nanmax(np.abs(gradient - d) / size)")),
        Mistake("0/0 makes NaN, and all entries before it are forgotten",
                FLOOR,
                (f"np.maximum({LARGER}, 1e-6) → {LARGER}",
                 "np.max(np.abs(gradient - d) / size) → keep_from_nan(np.abs(gradient - d) / size)")),
        Mistake("the least size to divide by is 1e-3",
                "An entry of 1e-4 that is wrong by half is wrong by half: which least size is asked for?",
                f"{LARGER}, 1e-6 → {LARGER}, 1e-3"),
        Mistake("1e-6 is added to the size, and is not the least size",
                "What is max(|g|, |d|, 1e-6) where both are 1, and where both are 1e-6?",
                f"np.maximum({LARGER}, 1e-6) → {LARGER} + 1e-6"),
        Mistake("the step is 1e-4", "The difference errs by h²: how large is the step that is asked for?", "h = 1e-5 → h = 1e-4"),
        Mistake("the errors are added up", "The *worst* error is asked for.", "np.max( → np.sum("),
        Mistake("the smallest error is returned", "The *worst* error is asked for.", "np.max( → np.min("),
        Mistake("the error of the last entry is returned",
                "The worst of *all* entries: is each error compared with the worst so far?",
                "np.max(np.abs(gradient - d) / size) → (np.abs(gradient - d) / size)[-1]"),
        Mistake("the error of the first entry is returned",
                "The worst of *all* entries: does your loop end after the first?",
                "np.max(np.abs(gradient - d) / size) → (np.abs(gradient - d) / size)[0]"),
        Mistake("the position of the worst error is returned", "How large is the error there?", "np.max( → np.argmax("),
        Mistake("all errors are divided by the largest entry",
                "A small entry that is quite wrong hides behind a large one that is right. Compare entry by entry.",
                f"{LARGER} → np.max({LARGER})"),
        Mistake("the error is divided by the smaller of both magnitudes",
                "Of |g|, |d| and 1e-6, the largest is asked for.",
                f"{LARGER} → np.minimum(np.abs(gradient), np.abs(d))"),
        Mistake("the error is divided by the difference, whatever the gradient handed in is",
                "What if d is nearly 0, and the gradient handed in is not?",
                f"{LARGER} → np.abs(d)"),
        Mistake("the error is divided by the mean of both magnitudes",
                "Of |g|, |d| and 1e-6, the largest is asked for.",
                f"{LARGER} → (np.abs(gradient) + np.abs(d)) / 2"),
        Mistake("the squared errors are compared",
                "|g - d| is divided, and not its square.",
                "np.max(np.abs(gradient - d) / size) → np.max((np.abs(gradient - d) / size) ** 2)"),
        Mistake("the lengths of whole vectors are compared",
                "A small entry that is quite wrong hides behind a large one that is right. Compare entry by entry.",
                "np.max(np.abs(gradient - d) / size) → np.linalg.norm(gradient - d) / max(np.linalg.norm(gradient), np.linalg.norm(d))"),
        Mistake("the error is divided by the sum of both magnitudes",
                "Some courses do so. Here it is the larger of the two: a missing entry is then wrong by 1, and a wrong sign by 2.",
                f"{LARGER} → np.abs(gradient) + np.abs(d)"),
        Mistake("the error is divided by the sum of both magnitudes and 1e-6",
                "Of |g|, |d| and 1e-6, the largest is asked for, and not their sum.",
                f"np.maximum({LARGER}, 1e-6) → np.abs(gradient) + np.abs(d) + 1e-6"),
        Mistake("the lengths of whole vectors are compared, over the sum of both",
                "A small entry that is quite wrong hides behind a large one that is right. Compare entry by entry.",
                "np.max(np.abs(gradient - d) / size) → np.linalg.norm(gradient - d) / (np.linalg.norm(gradient) + np.linalg.norm(d))"),
        Mistake("the sizes are taken without their absolute values",
                "An entry of -3 is larger than one of 1e-6, in the sense that is meant here.",
                f"{LARGER} → np.maximum(gradient, d)"),
        Mistake("the error is divided by the gradient handed in, whatever the difference is",
                "What if the gradient handed in is 0, and should not be?",
                f"{LARGER} → np.abs(gradient)"),
        Mistake("an entry that is too small does not count",
                "Wrong is wrong in both directions: where is the magnitude taken?",
                "np.abs(gradient - d) → (gradient - d)"),
    ),
)
