"""Ridge regression by hand: the degree of a polynomial and λ under sliders; curve, weights and losses move at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

LARGEST_DEGREE = 12  # beyond that the powers of x are too much alike for the plain solution of a linear system
LEAST, MOST = -6, 1  # powers of ten that λ runs through


class RidgeCurve(Widget):
    """A polynomial w[1] x + … + w[d] x^d fitted to noisy points of sin(πx), with the penalty λ Σ w²; no bias.

    `sets` holds data sets, each (x, y, x_val, y_val): training examples to fit, validation examples to judge by, with x in [-1, 1].
    Sliders choose the set, the degree (1 to 12) and λ (1e-6 to 10). Raises ValueError for sets that do not fit this, and for a degree
    or a λ out of range. The weights are found in the browser, at each move.
    """

    title = "A polynomial fitted with an L2 penalty"
    question = "Which λ makes the validation loss smallest, and what happens to the weights on the way?"
    sets = traitlets.List().tag(sync=True)
    degree = traitlets.Int().tag(sync=True)
    lam = traitlets.Float().tag(sync=True)

    def __init__(self, sets: Sequence[Sequence[Any]], *, degree: int = 11, lam: float = 1e-3):
        arrays = [[np.asarray(part, dtype=float) for part in one] for one in sets]
        if not arrays or any(len(one) != 4 or one[0].shape != one[1].shape or one[2].shape != one[3].shape for one in arrays):
            raise ValueError("expected data sets (x, y, x_val, y_val), with as many x as y in each pair")
        if any(part.ndim != 1 or not part.size or not np.isfinite(part).all() for one in arrays for part in one):
            raise ValueError("expected vectors of finite numbers, none of them empty")
        if any(np.abs(one[part]).max() > 1 for one in arrays for part in (0, 2)):
            raise ValueError("expected every x in [-1, 1]")
        if not 1 <= degree <= LARGEST_DEGREE:
            raise ValueError(f"degree must lie in 1..{LARGEST_DEGREE}, got {degree}")
        if not 10.0**LEAST <= lam <= 10.0**MOST:
            raise ValueError(f"lam must lie between {10.0**LEAST:g} and {10.0**MOST:g}, got {lam}")
        super().__init__(sets=[[part.tolist() for part in one] for one in arrays], degree=int(degree), lam=float(lam))
