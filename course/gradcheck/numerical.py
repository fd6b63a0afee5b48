"""Gradients by experiment: move one input a little, and watch the loss.

Two independent witnesses for a derivative. `numerical_gradient` uses nothing but values of f: it serves every function.
`complex_step_gradient` moves the input in the imaginary direction, where nothing is subtracted and so nothing is rounded away:
it is exact to the last digits, near a kink too, for functions that are written so that complex numbers pass through them.
"""

from collections.abc import Callable

import numpy as np

from course.gradcheck.derivatives import as_number

Array = np.ndarray


def numerical_gradient(f: Callable[[Array], float], x: Array, *, h: float = 1e-2) -> Array:
    """Gradient of a scalar function by central differences, extrapolated to step zero.

    f takes an array of x's shape and returns a number; the result has x's shape. The first step is `h` times the scale of x
    (its largest magnitude, or 1 if that is smaller); steps h, h/2 and h/4 are combined so that the errors of order h² and h⁴
    cancel (Richardson 1911). About twelve correct digits for smooth functions; meaningless within a step of a kink.
    Raises ValueError when f does not return one real number.

    >>> numerical_gradient(lambda x: (x**3).sum(), np.array([1.0, 2.0])).round(9)
    array([ 3., 12.])
    """
    x = np.array(x, dtype=float)
    step = h * max(1.0, float(np.abs(x).max(initial=0.0)))
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        coarse, middle, fine = (central_difference(f, x, index, step / 2**k) for k in range(3))
        better, best = (4 * middle - coarse) / 3, (4 * fine - middle) / 3
        gradient[index] = (16 * best - better) / 15
    return gradient


def central_difference(f: Callable[[Array], float], x: Array, index: tuple[int, ...], h: float) -> float:
    """(f(x + h eᵢ) - f(x - h eᵢ)) / 2h, where eᵢ is 1 at `index` and 0 elsewhere."""
    moved = x.copy()
    moved[index] = x[index] + h
    above = as_number(f(moved))
    moved[index] = x[index] - h
    below = as_number(f(moved))
    return (above - below) / (2 * h)


def complex_step_gradient(f: Callable[[Array], complex], x: Array, *, h: float = 1e-40) -> Array:
    """Gradient of a scalar function from one complex step for each entry, Im f(x + i h eᵢ) / h.

    f must be analytic as written: no abs, no max, no comparison of complex numbers (compare real parts). Source: Squire and
    Trapp, SIAM Review 40 (1998).

    >>> complex_step_gradient(lambda x: (x**3).sum(), np.array([1.0, 2.0]))
    array([ 3., 12.])
    """
    x = np.array(x, dtype=float)
    gradient = np.empty_like(x)
    moved = x.astype(complex)
    for index in np.ndindex(x.shape):
        moved[index] = complex(x[index], h)
        gradient[index] = complex(f(moved)).imag / h
        moved[index] = x[index]
    return gradient
