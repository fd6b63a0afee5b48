"""`initialise`: a random start."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.judging.probes import arguments
from course.units.kit import Rng, seed


def initialise(sizes, rng):
    """A random start for a network of sizes (in, hidden, out), with ReLU in between.

    Returns W1 (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,).
    The weights are drawn from `rng`, with mean 0 and the variance of section 2.2, step 3 (He's); the biases are 0.
    """
    inputs, hidden, outputs = sizes
    W1 = np.sqrt(2 / inputs) * rng.normal(size=(inputs, hidden))
    W2 = np.sqrt(2 / hidden) * rng.normal(size=(hidden, outputs))
    return W1, np.zeros(hidden), W2, np.zeros(outputs)


def cases(rng: Rng) -> Iterator[Case]:
    """Layers that differ much in size, so that every wrong scale stands out, and have thousands of weights, so that chance is small."""
    wide = tuple(int(rng.integers(*between)) for between in ((60, 90), (200, 260), (25, 40)))
    narrow = tuple(int(rng.integers(*between)) for between in ((250, 300), (50, 70), (150, 200)))
    for name, sizes in (("a wide hidden layer", wide), ("a narrow hidden layer", narrow)):
        yield Case(name, {"sizes": sizes, "rng": seed(rng)})


# What must hold. Each array comes three times: from one seed, from the same again, and from another.

BAND = 0.1  # of a standard deviation, relative; that of 4,500 normal numbers strays by 0.011

ZERO = "all weights start at zero"
ALIKE = "the nodes of a layer start alike"
POSITIVE = "all weights are drawn positive"
TURNED = "W is (out, in)"
BIASES = "the biases are drawn at random"
ELSEWHERE = "the numbers do not come from `rng`"
OWN_SEED = "the generator is made inside, with a seed of its own"
ONE_SCALE = "both layers have the same scale, though not the same number of inputs"
UNSCALED = "the weights are not scaled"
VARIANCE = "the variance stands where the standard deviation belongs"
OUTPUTS = "the number of outputs stands where the number of inputs belongs"
GLOROT = "Glorot's scale stands where He's is asked for"
NO_FACTOR = "the factor 2 that makes up for ReLU is missing"
HALF_WIDTH = "the standard deviation stands where the half-width of a uniform distribution belongs"
SCALES = (UNSCALED, VARIANCE, OUTPUTS, GLOROT, NO_FACTOR, HALF_WIDTH)


def wrong_weights(case: Case, W1: Array, b1: Array, W2: Array, b2: Array) -> Finding | None:
    inputs, hidden, outputs = case.inputs["sizes"]
    for name, W, shape in (("W1", W1, (inputs, hidden)), ("W2", W2, (hidden, outputs))):
        if finding := wrong_shape(name, W.shape[1:], shape) or wrong_draw(name, *W) or wrong_scale(name, W[0], case, W1[0], W2[0]):
            return finding
    return None


def wrong_shape(name: str, got: tuple[int, ...], shape: tuple[int, ...]) -> Finding | None:
    if got == shape:
        return None
    return Finding(f"`{name}` has shape {got}, and it must have {shape}.", cause=TURNED if got == shape[::-1] else "")


def wrong_draw(name: str, first: Array, same: Array, other: Array) -> Finding | None:
    """Numbers that are not finite, all alike, or drawn from elsewhere."""
    if not np.isfinite((first, same, other)).all():
        return Finding(f"{np.sum(~np.isfinite(first))} of the {first.size} entries of `{name}` are not finite.")
    if not first.any():
        return Finding(f"Every entry of `{name}` is 0.", cause=ZERO)
    if (first == first[:, :1]).all():
        return Finding(f"All {first.shape[1]} columns of `{name}` are equal.", cause=ALIKE)
    if not np.array_equal(first, same):
        return Finding(f"Called twice with equal generators, it gives two different `{name}`.", cause=ELSEWHERE)
    if np.array_equal(first, other):
        return Finding(f"Called with two different generators, it gives the same `{name}`.", cause=OWN_SEED)
    return None


def wrong_scale(name: str, W: Array, case: Case, W1: Array, W2: Array) -> Finding | None:
    """A mean or a standard deviation that cannot be chance."""
    (inputs, outputs), mean, deviation = W.shape, W.mean(), W.std()
    right = np.sqrt(2 / inputs)
    if abs(mean) > 9 * max(deviation, right) / np.sqrt(W.size):
        reason = f"The mean of the {W.size} entries of `{name}` is {mean:.3f}, and it should be 0, but for chance."
        return Finding(reason, cause=POSITIVE if W.min() >= 0 else "")
    if abs(deviation / right - 1) <= BAND:
        return None
    reason = f"The standard deviation of `{name}`, whose layer has {inputs} inputs and {outputs} outputs, is {deviation:.4f}, and it " \
             f"should be {right:.4f}."  # fmt: skip
    return Finding(reason, cause=cause_of_scale(case, W1, W2))


def cause_of_scale(case: Case, W1: Array, W2: Array) -> str:
    """The mistake after which the layers that are wrong are spread as these are, or "" where there is none."""
    wrong = [k for k, W in ((0, W1), (2, W2)) if abs(W.std() / np.sqrt(2 / len(W)) - 1) > BAND]
    for name in SCALES:
        mistaken = EXERCISE.answer_with(EXERCISE.mistake(name))(*arguments(case.inputs))
        if all(same_spread(W, mistaken[k]) for k, W in ((0, W1), (2, W2)) if k in wrong):
            return name
    return ONE_SCALE if same_spread(W1, W2) else ""


def same_spread(W: Array, V: Array) -> bool:
    """Whether two arrays of random numbers have the same standard deviation, but for chance."""
    return abs(W.std() / V.std() - 1) < BAND / 2


def wrong_biases(case: Case, W1: Array, b1: Array, W2: Array, b2: Array) -> Finding | None:
    _, hidden, outputs = case.inputs["sizes"]
    for name, b, size in (("b1", b1, hidden), ("b2", b2, outputs)):
        if b.shape[1:] != (size,):
            return Finding(f"`{name}` has shape {b.shape[1:]}, and it must have {(size,)}: a bias for each node.")
        if b.any():
            reason = f"{np.count_nonzero(b[0])} of the {size} entries of `{name}` are not 0."
            return Finding(reason, cause=BIASES if len(np.unique(b[0])) > 1 else "")
    return None


def both(edit: str) -> tuple[str, ...]:
    """An edit of both layers, in which ROWS and COLUMNS stand for the sizes of a layer."""
    layers = (("inputs", "hidden"), ("hidden", "outputs"))
    return tuple(edit.replace("ROWS", rows).replace("COLUMNS", columns) for rows, columns in layers)


EXERCISE = Exercise(
    right=initialise,
    criteria=(
        Criterion("weights", 2, "W1, shape (in, hidden), and W2, shape (hidden, out)"),
        Criterion("biases", 1, "b1, shape (hidden,), and b2, shape (out,)"),
    ),
    cases=cases,
    expected=lambda case: {"weights": Property(partial(wrong_weights, case)), "biases": Property(partial(wrong_biases, case))},
    probe="drawn",
    returns=4,
    causes=(ZERO, ALIKE, POSITIVE, TURNED, BIASES, ELSEWHERE, OWN_SEED, ONE_SCALE, *SCALES),
    mistakes=(
        Mistake(ZERO,
                "With W2 = 0, which gradient reaches the hidden nodes? And what could ever make two of them differ?",
                both("np.sqrt(2 / ROWS) * → 0 *")),
        Mistake(ALIKE,
                "Two hidden nodes with the same weights get the same gradient, at every step. What has to tell them apart?",
                both("size=(ROWS, COLUMNS)) → size=(ROWS, 1)) * np.ones(COLUMNS)")),
        Mistake(UNSCALED,
                "A sum of `in` products has a variance that grows with `in`. What must the weights be multiplied by?",
                both("np.sqrt(2 / ROWS) * → ")),
        Mistake(ONE_SCALE,
                "The variance of Σ w h grows with the number of terms: the scale has to depend on it.",
                both("np.sqrt(2 / ROWS) → 0.05")),
        Mistake(VARIANCE,
                "2/in is the variance. What do you multiply a standard normal number by, to give it a variance?",
                both("np.sqrt(2 / ROWS) → 2 / ROWS")),
        Mistake(OUTPUTS,
                "Count the terms of the sum that a node makes: are they as many as its layer has inputs, or outputs?",
                both("2 / ROWS → 2 / COLUMNS")),
        Mistake(GLOROT,
                "sqrt(2 / (in + out)) suits activations that are nearly linear around 0, such as tanh. This network has ReLU.",
                both("2 / ROWS → 2 / (ROWS + COLUMNS)")),
        Mistake(NO_FACTOR,
                "ReLU sets half of its inputs to zero. What does that do to the mean square, and where is it made up for?",
                both("2 / ROWS → 1 / ROWS")),
        Mistake(HALF_WIDTH,
                "Numbers drawn evenly from -a to a have the variance a²/3. Or draw them from a normal distribution.",
                both("rng.normal(size=(ROWS → rng.uniform(-1, 1, size=(ROWS")),
        Mistake(POSITIVE,
                "`rng.random` draws from 0 to 1. The derivation assumed weights with the mean 0.",
                both("rng.normal(size=(ROWS → rng.random(size=(ROWS")),
        Mistake(TURNED,
                "In this course X @ W has to fit: rows of W are inputs, columns are outputs.",
                both("size=(ROWS, COLUMNS) → size=(COLUMNS, ROWS)")),
        Mistake(BIASES,
                "The weights make the nodes different already. What do the biases start at?",
                both("np.zeros(COLUMNS) → rng.normal(size=COLUMNS)")),
        Mistake(ELSEWHERE,
                "`np.random.normal` and `np.random.default_rng()` know nothing of the generator that was given to you: "
                "call methods of `rng`.",
                "= sizes → = sizes; rng = np.random.default_rng()"),
        Mistake(OWN_SEED,
                "A fixed seed gives the same start in every run. Use the generator that was given to you.",
                "= sizes → = sizes; rng = np.random.default_rng(0)"),
    ),
)
