"""Ridge regression by hand: the degree of a polynomial and λ under sliders; curve, weights and losses move at once."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import traitlets

from course.widgets.base import Number, Widget


class RidgeCurve(Widget):
    """A polynomial w[1] x + … + w[d] x^d fitted to noisy points of sin(πx), with the penalty λ Σ w²; no bias.

    `sets` holds data sets, each (x, y, x_val, y_val): training examples to fit, validation examples to judge by, with x in [-1, 1].
    `degree` lies in 1..12, `lam` in [1e-6, 10]; `data` is the set that is shown, counted from 1. Raises ValueError for sets that do not
    fit this, and for a state that is out of range. The weights are found in the browser, at each move.
    """

    title = "A polynomial fitted with an L2 penalty"
    question = "Which λ makes the validation loss smallest, and what happens to the weights on the way?"
    presets: ClassVar = {
        "degree 11, hardly a penalty": {"degree": 11, "lam": 1e-6},
        "degree 11, some": {"degree": 11, "lam": 1e-2},
        "degree 11, far too much": {"degree": 11, "lam": 10.0},
        "degree 3, hardly a penalty": {"degree": 3, "lam": 1e-6},
    }
    sets = traitlets.TraitType([]).tag(sync=True)
    degree = Number(11, 1, 12, whole=True)  # beyond that the powers of x are too much alike
    lam = Number(1e-3, 1e-6, 10)
    data = Number(1, 1, lambda widget: len(widget.sets), whole=True)

    def __init__(self, sets: Sequence[Sequence[Any]], *, degree: int = 11, lam: float = 1e-3, data: int = 1):
        super().__init__(sets=as_sets(sets), degree=degree, lam=lam, data=data)

    @traitlets.validate("sets")
    def _are_sets(self, proposal: Any) -> list[list[list[float]]]:
        return as_sets(proposal.value)

    def still(self) -> Any:
        from course.plots import fitted_curves

        x, y = (np.array(part) for part in self.sets[self.data - 1][:2])
        grid = np.linspace(-1, 1, 161)
        fitted = powers(grid, self.degree) @ ridge(x, y, self.degree, self.lam)
        return fitted_curves(x, y, grid, np.sin(np.pi * grid), {f"degree {self.degree}, λ = {self.lam:.2g}": fitted})


def as_sets(sets: Any) -> list[list[list[float]]]:
    """Data sets as lists. Raises ValueError for what is none."""
    try:
        arrays = [[np.asarray(part, dtype=float) for part in one] for one in sets]
    except (TypeError, ValueError):  # no list of lists, or no numbers
        arrays = []
    if not arrays or any(len(one) != 4 or one[0].shape != one[1].shape or one[2].shape != one[3].shape for one in arrays):
        raise ValueError("expected data sets (x, y, x_val, y_val), with as many x as y in each pair")
    if any(part.ndim != 1 or not part.size or not np.isfinite(part).all() for one in arrays for part in one):
        raise ValueError("expected vectors of finite numbers, none of them empty")
    if any(np.abs(one[part]).max() > 1 for one in arrays for part in (0, 2)):
        raise ValueError("expected every x in [-1, 1]")
    return [[part.tolist() for part in one] for one in arrays]


def powers(x: np.ndarray, degree: int) -> np.ndarray:
    """x, x², … up to the degree, a column each."""
    return x[:, None] ** np.arange(1, degree + 1)


def ridge(x: np.ndarray, y: np.ndarray, degree: int, lam: float) -> np.ndarray:
    """The weights that make mean((X w - y)²) + λ Σ w² smallest, by least squares: each weight adds a row √(N λ) w = 0."""
    rows = np.vstack([powers(x, degree), np.sqrt(len(x) * lam) * np.eye(degree)])
    return np.linalg.lstsq(rows, np.concatenate([y, np.zeros(degree)]), rcond=None)[0]
