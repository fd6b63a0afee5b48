"""`unbroadcast`: the gradient of what NumPy has broadcast."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import in_double
from course.units.kit import Rng, mixed_scales, positive, signed, single


def unbroadcast(gradient, shape):
    """Gradient with respect to an array of `shape` that NumPy has broadcast to the gradient's shape.

    shape is a tuple, perhaps (); the result has that shape. Nothing is summed where nothing was broadcast.
    """
    aligned = (1,) * (gradient.ndim - len(shape)) + shape
    copied = tuple(axis for axis, length in enumerate(aligned) if length == 1)
    return gradient.sum(axis=copied, keepdims=True).reshape(shape)


def expected(case: Case) -> dict[str, Expected]:
    """Each entry of the gradient, added where the number came from that it stands for."""
    gradient, shape = in_double(case.inputs).values()
    small = np.zeros(shape)
    source = np.broadcast_to(np.arange(small.size).reshape(shape), gradient.shape)
    np.add.at(small.reshape(-1), source, gradient)
    return {"gradient": Expected(small, derivative=True)}


def cases(rng: Rng) -> Iterator[Case]:
    pairs = [
        ("a row added to every example", (4, 3), (3,)),
        ("a column added to every output", (4, 3), (4, 1)),
        ("nothing was broadcast", (2, 5), (2, 5)),
        ("a single number", (3, 4), ()),
        ("new axes and stretched ones together", (2, 3, 4, 5), (3, 1, 5)),
        ("a row with its axis kept", (4, 3), (1, 3)),
        ("two new axes", (4, 3, 5), (5,)),
        ("two stretched axes", (4, 3, 5), (1, 3, 1)),
        ("an axis of one that was never stretched", (4, 1), (1, 1)),
    ]
    for name, full, small in pairs:
        yield Case(name, {"gradient": signed(rng, full), "shape": small}, batch="gradient")
    scaled = {"gradient": positive(rng, (4, 5)) * mixed_scales(5), "shape": (5,)}
    yield Case("columns of very different scales", scaled, entrywise=True, batch="gradient")
    whole = rng.integers(-99, 100, (4, 9)).astype(float)
    whole[-1] = -whole[:-1].sum(axis=0)  # a sum of whole numbers has no rounding, in any order; multiples of a step have
    yield Case("columns of whole numbers that cancel", {"gradient": whole, "shape": (9,)}, entrywise=True, batch="gradient")
    yield Case("float32 inputs", single({"gradient": signed(rng, (4, 3)), "shape": (3,)}), batch="gradient")


SUM = "gradient.sum(axis=copied, keepdims=True).reshape(shape)"
RETURN = f"return {SUM}"
STRETCHED = "return gradient.sum(axis=tuple(a for a, length in enumerate(shape) if length == 1), keepdims=True)"
MOVING = "[gradient := gradient.sum(axis=axis) for axis in copied]; return gradient.reshape(shape)"

EXERCISE = Exercise(
    right=unbroadcast,
    criteria=(Criterion("gradient", 2, "the gradient, of the shape asked for"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("nothing is summed", "The result must have the shape asked for.", f"{RETURN} → return gradient.copy()"),
        Mistake("the axes of length 1 are not summed",
                "An axis of length 1 was stretched too: NumPy used its one entry many times.",
                f"{RETURN} → return gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))"),
        Mistake("the axes that NumPy put in front are not summed",
                "NumPy aligns shapes at the right, and adds axes at the left: these were copies, too.",
                f"{RETURN} → return gradient if gradient.ndim != len(shape) else gradient.sum(axis=copied, keepdims=True)"),
        Mistake("the copies' gradients are averaged, not summed",
                "Γ(u) holds every copy, and the rule is a sum over it.",
                "gradient.sum( → gradient.mean("),
        Mistake("the gradient is broadcast to the shape",
                "Broadcasting copies: that was the way forward. What is done with the copies on the way back?",
                f"{RETURN} → return np.broadcast_to(gradient, shape)"),
        Mistake("a single number's gradient keeps the full shape",
                "A number with no axis was copied to every entry. What has the shape ()?",
                f"{RETURN} → return gradient.copy() if shape == () else {SUM}"),
        Mistake("the axes of length 1 are summed, and lost",
                "An axis of length 1 is an axis: the result must have the shape asked for.",
                f"{RETURN} → return gradient.sum(axis=copied)"),
        Mistake("the shapes are aligned at the left",
                "NumPy aligns shapes at the right: (3,) under (4, 3) is a row.",
                "(1,) * (gradient.ndim - len(shape)) + shape → shape + (1,) * (gradient.ndim - len(shape))"),
        Mistake("only one of the new axes is summed",
                "There may be several new axes in front. Until when has one to be summed?",
                f"{RETURN} → gradient = gradient.sum(axis=0) if gradient.ndim > len(shape) else gradient; {STRETCHED}"),
        Mistake("the first axis is summed, whatever the shape",
                "Which axes are copies can be read from the two shapes.",
                f"{RETURN} → return gradient.sum(axis=0)"),
        Mistake("everything is summed into one number",
                "Each entry of the array gets the sum of its own copies alone.",
                f"{RETURN} → return gradient.sum()"),
        Mistake("every entry is the sum of everything",
                "Each entry of the array gets the sum of its own copies alone.",
                f"{RETURN} → return np.full(shape, gradient.sum())"),
        Mistake("a sum has moved the axes that come after it",
                "After `sum(axis=0)` the old axis 1 is axis 0. See `keepdims`, or go from the last axis to the first.",
                f"{RETURN} → {MOVING}"),
        Mistake("only the last copy counts",
                "Every copy adds its share. Does your loop add, or does it replace?",
                f"{RETURN} → return gradient[tuple(slice(-length, None) for length in aligned)].reshape(shape)"),
        Mistake("one copy is taken in place of their sum",
                "Every copy changed the loss. What do you do with the other entries?",
                f"{RETURN} → return gradient[tuple(slice(0, length) for length in aligned)].reshape(shape)"),
    ),
)
