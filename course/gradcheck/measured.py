"""A gradient measured: finite differences of a function's values, each with an error bar that can be trusted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course.gradcheck.comparisons import Comparer
from course.gradcheck.derivatives import Array, MeasuredFunction

READABLE = 1e-6  # of the largest entry, that an error bar may be: wider ones would let wrong values pass
AS_GOOD_AS_ZERO = 1e-10  # of f itself, where its input moves by as much as it is large


@dataclass(frozen=True)
class MeasuredGradient:
    """A gradient, and how far what is right may lie from each entry: the error bar, and at a corner half the gap between its slopes."""

    value: Array
    bar: Array


def measured_gradient(f: Callable[[Array], float], x: Array, *, rng: np.random.Generator | None = None) -> MeasuredGradient:
    """Gradient of a scalar function from nothing but its values, which may come by `abs`, `max`, a sort or a comparison.

    At a corner the middle between the slopes on its two sides stands, and the bar reaches both. `rng` draws the steps; without it,
    every call draws the same. Raises ValueError where f does not return one finite real number, where it changes its input, and where
    it jumps or is so noisy that its slope cannot be read.

    >>> measured = measured_gradient(lambda x: np.abs(x).sum(), np.array([2.0, 0.0, -3.0]))
    >>> measured.value.round(9) + 0.0, measured.bar.round(9)
    (array([ 1.,  0., -1.]), array([0., 1., 0.]))
    """
    x = np.array(x, dtype=float)
    function = MeasuredFunction(f, {"": x})
    compared = Comparer(function, {"": np.zeros_like(x)}, rng or np.random.default_rng(0)).entries("")
    slopes, units = [one.slope for one in compared], [one.unit for one in compared]
    value, half, bar = (
        np.array([number / unit for number, unit in zip(numbers, units, strict=True)]).reshape(x.shape)
        for numbers in (
            [slope.value for slope in slopes],
            [abs(slope.right - slope.left) / 2 for slope in slopes],
            [slope.bar for slope in slopes],
        )
    )
    largest = max(np.abs(value).max(initial=0.0), half.max(initial=0.0))
    unreadable = bar > max(READABLE * largest, AS_GOOD_AS_ZERO * abs(function.centre) / function.scales[""])
    if unreadable.any():
        index = [int(i) for i in np.argwhere(unreadable)[0]]
        raise ValueError(f"the slope of f at {index} cannot be measured: f jumps there, or is too noisy. Draw inputs away from there.")
    return MeasuredGradient(value, half + bar)
