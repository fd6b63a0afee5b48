"""Unit 08, dropout: what must hold of a hidden layer that draws its own mask.

Where ReLU lets something through, the output shows which nodes were kept. So the gradients are known, whatever was drawn.
"""

from collections.abc import Sequence

import numpy as np

from course.judging import heatmap
from course.judging.exercise import Array, Case, Finding
from course.judging.probes import arguments
from course.units.u08_dropout import mistakes
from course.units.u08_dropout.forward import layer_gradients
from course.units.u08_dropout.masks import because_of, share_finding

LAYER = ("H", "dX", "dW", "db")
EXACT, SINGLE, LOOSE = 1e-8, 1e-4, 1e-4  # relative to an array's largest entry: what is right, in float32, and what explains a mistake


def layer_finding(at: int, values: Sequence[Array], case: Case) -> Finding | None:
    """What is wrong with the value at a position of H, dX, dW, db, or None."""
    got, H = values[at], values[0]
    upstream, X, W, b, keep_prob, _ = case.inputs.values()
    active = np.maximum(X @ W + b, 0)
    if H.shape != active.shape:
        return Finding(f"`H` has shape {H.shape}, and it must have {active.shape}: the output of the layer.")
    kept = H != 0
    right = (kept * active / keep_prob, *layer_gradients(upstream, X, W, b, kept / keep_prob))[at]
    if got.shape != right.shape:
        return Finding(f"`{LAYER[at]}` has shape {got.shape}, and it must have {right.shape}.")
    if not close(got, right, SINGLE if got.dtype == np.float32 else EXACT).all():
        return difference(at, values, right, case)
    return share_finding(kept[active > 0][None], keep_prob, because_of(mistakes.DROPOUT_LAYER)) if at == 0 else None


def difference(at: int, values: Sequence[Array], right: Array, case: Case) -> Finding:
    """The fact, the map of where, and the cause where one of the known mistakes gives the same from the same seed."""
    got = values[at]
    error = np.where(np.isfinite(got), np.abs(got - right), np.inf)
    worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape))
    fact = f"`{LAYER[at]}` differs at {list(worst)}: yours {got[worst]:.6g}, right value {right[worst]:.6g} (case “{case.name}”)."
    where = heatmap.levels(~close(got, right, EXACT), got - right, float(np.abs(right).max()))
    hint = "The right value belongs to the network that made your H: the nodes that are 0 there are deleted. Draw its graph."
    for mistake in mistakes.DROPOUT_LAYER:
        wrong = mistake.made(*arguments(case.inputs))
        if all(a.shape == b.shape and close(a, b, LOOSE).all() for a, b in zip(values, wrong, strict=True)):
            return Finding(fact, mistake.hint, mistake.name, where)
    return Finding(fact, hint, where=where)


def close(a: Array, b: Array, tolerance: float) -> Array:
    """Where two arrays agree, against the second's largest entry."""
    return np.abs(a - b) <= tolerance * np.abs(b).max(initial=1e-2)
