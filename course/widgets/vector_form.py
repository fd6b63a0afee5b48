"""The vector form, entry by entry: which numbers make one entry of a gradient."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

SMALL = 6  # rows or columns that a room can still read


class VectorForm(Widget):
    """Z = X @ W + b and its gradients, with the sum over Γ behind each entry of dX, dW and db.

    X is (N, in), W (in, out), b (out,), `upstream` (N, out); none of the sizes above 6. Raises ValueError where they do not fit
    together. Click an entry, or move with the arrow keys, to see what enters it; the sliders change the batch size and one entry
    of `upstream`. The kernel gives the arrays once: the rest happens in the browser.
    """

    title = "The vector form, entry by entry"
    question = "Which numbers does one entry come from, on the way forward and on the way back?"
    X = traitlets.List().tag(sync=True)
    W = traitlets.List().tag(sync=True)
    b = traitlets.List().tag(sync=True)
    upstream = traitlets.List().tag(sync=True)

    def __init__(self, X: Any, W: Any, b: Any, upstream: Any):
        arrays = {"X": X, "W": W, "b": b, "upstream": upstream}
        (n, d), (_, m) = np.shape(X), np.shape(W)
        for name, shape in {"X": (n, d), "W": (d, m), "b": (m,), "upstream": (n, m)}.items():
            if np.shape(arrays[name]) != shape:
                raise ValueError(f"{name} must have shape {shape} to go with the others, got {np.shape(arrays[name])}")
        if not all(1 <= size <= SMALL for size in (n, d, m)):
            raise ValueError(f"N, in and out must lie in 1..{SMALL} to be readable, got {n}, {d} and {m}")
        super().__init__(**{name: np.asarray(array, dtype=float).tolist() for name, array in arrays.items()})
