"""The vector form, entry by entry: which numbers make one entry of a gradient."""

from typing import Any, ClassVar

import numpy as np
import traitlets

from course.widgets.base import Choice, FiniteArray, Number, Widget, fit_together, nested

SMALL = 6  # rows that can be read
WIDE = 15  # columns that can be read beside one another: of X, and three times those of W
FARTHEST = 1e15  # a number from 0
PARTS = ("X", "W", "b", "upstream")


class VectorForm(Widget):
    """Z = X @ W + b and its gradients, with the sum over Γ behind each entry of dX, dW and db, and dW as a sum of layers.

    X is (N, in), W (in, out), b (out,), `upstream` (N, out), with numbers from -1e15 to 1e15; none of the sizes is above 6, and
    in + 3 out is at most 15, which is what can be read. The first `batch` examples are in the batch.
    `entry` is what is picked: ["X", n, j], ["W", j, i] or ["b", 0, i]; `edited` is the entry [n, i] of `upstream` that the slider
    changes. `view` is "entry", or "layers" for the outer products of which `layers` are added. Raises ValueError for arrays that do
    not fit together, and for anything out of range.
    """

    title = "The vector form, entry by entry"
    question = "Which numbers does one entry come from, on the way forward and on the way back?"
    presets: ClassVar = {
        "an entry of dX": {"view": "entry", "entry": ["X", 0, 0]},
        "an entry of dW": {"view": "entry", "entry": ["W", 0, 0]},
        "an entry of db": {"view": "entry", "entry": ["b", 0, 0]},
        "dW, a layer for each example": {"view": "layers", "entry": ["W", 0, 0], "layers": 0},
    }
    X, W, b, upstream = FiniteArray(2), FiniteArray(2), FiniteArray(), FiniteArray(2)
    batch = Number(1, 1, lambda widget: len(widget.X), whole=True)
    view = Choice("entry", "layers")
    layers = Number(0, 0, lambda widget: len(widget.X), whole=True)
    entry = traitlets.TraitType(["W", 0, 0]).tag(sync=True)
    edited = traitlets.TraitType([0, 0]).tag(sync=True)

    def __init__(self, X: Any, W: Any, b: Any, upstream: Any, **state: Any):
        super().__init__(X=X, W=W, b=b, upstream=upstream, **{"batch": min(4, max(1, len(np.atleast_1d(X))))} | state)

    @traitlets.validate(*PARTS)
    def _fits(self, proposal: Any) -> Any:
        arrays = {name: getattr(self, name) for name in PARTS} | {proposal.trait.name: proposal.value}
        (n, d), m = np.shape(arrays["X"]), np.shape(arrays["W"])[1]
        fit_together(arrays, {"X": (n, d), "W": (d, m), "b": (m,), "upstream": (n, m)})
        if max(n, d, m) > SMALL:
            raise ValueError(f"N, in and out must lie in 1..{SMALL} to be readable, got {n}, {d} and {m}")
        if d + 3 * m > WIDE:
            raise ValueError(f"in + 3 out must be at most {WIDE} to be readable, got in = {d}, out = {m}: {d + 3 * m}")
        if np.abs(proposal.value).max() > FARTHEST:
            raise ValueError(f"{proposal.trait.name} must lie within ±{FARTHEST:g} to be readable, got {np.abs(proposal.value).max():g}")
        return proposal.value

    def schema(self) -> dict[str, Any]:
        shapes = {"X": np.shape(self.X), "W": np.shape(self.W), "b": (1, len(self.b))}
        n, m = np.shape(self.upstream)
        places = [[name, *place] for name, shape in shapes.items() for place in np.ndindex(*shape)]
        return super().schema() | {
            "entry": {"enum": places, "description": 'such as ["W", 0, 0], an entry of X, of W, or of b, whose row is 0'},
            "edited": {"enum": [list(place) for place in np.ndindex(n, m)], "description": f"[row, column] of upstream, {(n, m)}"},
            "upstream": nested(*(np.full((n, m), end).tolist() for end in (-FARTHEST, FARTHEST)))
            | {"description": f"numbers of shape {(n, m)}, from -{FARTHEST:g} to {FARTHEST:g}"},
        }

    @traitlets.validate("entry")
    def _is_an_entry(self, proposal: Any) -> list[Any]:
        name, *place = proposal.value if isinstance(proposal.value, list | tuple) and proposal.value else [None]
        shapes = {"X": np.shape(self.X), "W": np.shape(self.W), "b": (1, len(self.b))}
        if name in ("X", "W", "b") and is_place(place, shapes[name]):
            return [name, *map(int, place)]
        raise ValueError(f'entry must be ["X", row, column], ["W", row, column] or ["b", 0, column] of these, got {proposal.value!r}')

    @traitlets.validate("edited")
    def _is_in_upstream(self, proposal: Any) -> list[int]:
        if isinstance(proposal.value, list | tuple) and is_place(proposal.value, np.shape(self.upstream)):
            return [int(k) for k in proposal.value]
        raise ValueError(f"edited must be [row, column] of upstream, {np.shape(self.upstream)}, got {proposal.value!r}")

    def still(self) -> Any:
        from course.plots import equation

        X, W, b, upstream = (np.array(getattr(self, name)) for name in PARTS)
        X, upstream = X[: self.batch], upstream[: self.batch]
        if self.view == "entry":
            caption = "The widget shows which of these numbers make one entry of a gradient."
            return equation(("X", X), "@", ("W", W), "+", ("b", b), "=", ("Z", X @ W + b), caption=caption)
        products = [np.outer(x, row) for x, row in zip(X, upstream, strict=True)]
        terms = [part for n, product in enumerate(products) for part in ("+", (f"example {n}", product))][1:]
        caption = "A layer for each example: its row of X, times its row of upstream."
        return equation(*terms, "=", ("dW", np.sum(products, axis=0)), caption=caption)


def is_place(place: Any, shape: tuple[int, ...]) -> bool:
    """Whether `place` is an index of an array of this shape."""
    return len(place) == len(shape) and all(k in range(size) for k, size in zip(place, shape, strict=True))
