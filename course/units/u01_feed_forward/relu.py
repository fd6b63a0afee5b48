"""`relu`: max(0, z)."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units import forward
from course.units.kit import Rng, away_from_zero, single, sizes


def relu(z):
    """max(0, z), entry by entry.

    z is an array of any shape; the result has the same shape.
    """
    return np.maximum(z, 0)


def cases(rng: Rng) -> Iterator[Case]:
    yield Case("a vector", {"z": np.array([2.5, *rng.permutation([-3.0, -0.5, 0.25]), *away_from_zero(rng, (2,))])})
    z = 3 * away_from_zero(rng, tuple(sizes(rng, 2, least=3)))
    z[0, :2] = -2.0, 2.0
    yield Case("a batch", {"z": z})
    z = away_from_zero(rng, (3, 4)) * 1e6
    z[1, 1] = 0.0
    yield Case("large numbers, and a zero", {"z": z})
    yield Case("float32 inputs", single({"z": away_from_zero(rng, (4, 3))}))


EXERCISE = Exercise(
    right=relu,
    criteria=(Criterion("result", 1, "max(0, z), of the shape of z"),),
    cases=cases,
    expected=value_of(lambda z: forward.relu(z), "result"),
    mistakes=(
        Mistake("the absolute value is taken", "What does max(0, z) make of z = -3?", "np.maximum(z, 0) → np.abs(z)"),
        Mistake("a 0 or 1 is returned, not z itself",
                "`z > 0` says where z passes. What passes there?",
                "np.maximum(z, 0) → (z > 0).astype(float)"),
        Mistake("the negative numbers pass, and the positive ones are held back",
                "Try z = 2 and z = -2 by hand.",
                "np.maximum → np.minimum"),
        Mistake("Python asks a whole array for one yes or no",
                "`z > 0` is one yes or no for each entry. Which NumPy function compares, or chooses, entry by entry?",
                "np.maximum(z, 0) → max(0, z)"),
        Mistake("0 and z are both given to `np.max`",
                "`np.max` looks for the largest entry of one array, and takes the second argument for an axis. Which function compares two "
                "things?",
                "np.maximum(z, 0) → np.max(0, z)"),
        Mistake("only the positive entries are kept",
                "The result has the shape of z: something has to stand where z is negative. What?",
                "np.maximum(z, 0) → z[z > 0]"),
        Mistake("the largest entry of the whole array is returned",
                "`np.max` looks for one number in an array. Which function compares entry by entry?",
                "np.maximum(z, 0) → np.max(z)"),
        Mistake("a 0 or 1 is returned, not z itself, and a 1 for z = 0",
                "`z >= 0` says where z passes. What passes there?",
                "np.maximum(z, 0) → (z >= 0).astype(float)"),
        *(Mistake(f"a little leaks through where z is negative, {leak} of it",
                  "ReLU is 0 there, and not a small share of z.",
                  f"np.maximum(z, 0) → np.where(z > 0, z, {leak} * z)") for leak in (0.01, 0.1, 0.2)),
        Mistake("the result is cut off at 1, too", "ReLU has no upper end.", "np.maximum(z, 0) → np.clip(z, 0, 1)"),
        Mistake("the softplus log(1 + e^z) is taken",
                "That is a rounded ReLU. Here the corner is sharp: max(0, z).",
                "np.maximum(z, 0) → np.logaddexp(0, z)"),
        Mistake("only the sign of z is left", "What does max(0, z) make of z = 3?", "np.maximum(z, 0) → np.sign(z)"),
        Mistake("the result is doubled, as z + |z| is", "Try z = 3 by hand.", "np.maximum(z, 0) → z + np.abs(z)"),
        Mistake("0 is taken for an axis, in `np.max(z, 0)` or `z.max(0)`",
                "`max` looks for the largest entry along an axis. Which function compares two things entry by entry?",
                "np.maximum(z, 0) → np.max(z, 0)"),
        Mistake("0 and z are put into one list",
                "A list of a number and an array is no array. Which function compares two things entry by entry?",
                "np.maximum(z, 0) → np.max([0, z])"),
        Mistake("the result is rounded to whole numbers",
                "Which type has the array that you write into?",
                "np.maximum(z, 0) → np.maximum(z, 0).astype(int)"),
        Mistake("the result has the type of its first entry, a whole 0, and is rounded",
                "`np.vectorize` takes the type of the first value that comes back. Is your 0 whole, or is it 0.0?",
                "np.maximum(z, 0) → np.vectorize(lambda v: max(0, v))(z)"),
        Mistake("the result is flat", "The result has the shape of z.", "np.maximum(z, 0) → np.maximum(z, 0).ravel()"),
        Mistake("only the first entry is returned",
                "A function ends at the first `return` it meets. How far is yours indented?",
                "np.maximum(z, 0) → np.maximum(z.ravel()[0], 0)"),
    ),
)
