"""Dropout: a network whose hidden nodes live and die, and the mean over masks on its way to the expected output."""

from typing import Any, ClassVar

import numpy as np
import traitlets

from course.widgets.base import FiniteArray, Number, Switch, Widget, a_number, fit_together
from course.widgets.mulberry import Mulberry

MOST_INPUTS, MOST_HIDDEN = 4, 8  # 2^8 thinned networks are enumerated at every move of the slider
PARTS = ("x", "W1", "b1", "W2", "b2")


class DropoutNetwork(Widget):
    """One example through linear, ReLU, dropout and linear, to one output: masks drawn one at a time or by the hundred.

    x is (in,), W1 (in, hidden), b1 (hidden,), W2 (hidden, 1), b2 (1,); at most 4 inputs and 8 hidden nodes. `keep_prob` is P, in
    [0.05, 1]. `drawn` masks, up to 20,000, have been drawn from `seed` (0 to 99): at first none. Where no mask is drawn, all nodes
    are active. `turned` names the hidden nodes that were deleted or brought back by hand since. With `squash` a sigmoid stands on the
    output, and the mean over masks no longer settles at what the expected weights give. Raises ValueError for anything else.
    """

    title = "Dropout, mask by mask"
    question = "Over many masks, what is the mean output, and do the expected weights give it?"
    presets: ClassVar = {
        "half of the nodes": {"keep_prob": 0.5, "squash": False, "turned": []},
        "nearly all": {"keep_prob": 0.9, "squash": False, "turned": []},
        "all: no dropout": {"keep_prob": 1.0, "squash": False, "turned": []},
        "half, behind a sigmoid": {"keep_prob": 0.5, "squash": True, "turned": []},
    }
    x, W1, b1, W2, b2 = FiniteArray(), FiniteArray(2), FiniteArray(), FiniteArray(2), FiniteArray()
    keep_prob = Number(0.5, 0.05, 1)
    seed = Number(0, 0, 99, whole=True)
    drawn = Number(0, 0, 20_000, whole=True)
    turned = traitlets.TraitType([]).tag(sync=True)
    squash = Switch()

    def __init__(self, x: Any, W1: Any, b1: Any, W2: Any, b2: Any, keep_prob: float = 0.5, **state: Any):
        super().__init__(x=x, W1=W1, b1=b1, W2=W2, b2=b2, keep_prob=keep_prob, **state)

    @traitlets.validate(*PARTS)
    def _fits(self, proposal: Any) -> Any:
        arrays = {name: getattr(self, name) for name in PARTS} | {proposal.trait.name: proposal.value}
        d, h = np.shape(arrays["W1"])
        fit_together(arrays, {"x": (d,), "b1": (h,), "W2": (h, 1), "b2": (1,)})
        if d > MOST_INPUTS or h > MOST_HIDDEN:
            raise ValueError(f"expected at most {MOST_INPUTS} inputs and {MOST_HIDDEN} hidden nodes to be readable, got {d} and {h}")
        return proposal.value

    def schema(self) -> dict[str, Any]:
        nodes = len(self.b1)
        turned = {"type": "array", "items": a_number(0, nodes - 1, whole=True), "maxItems": nodes}
        return super().schema() | {"turned": turned | {"description": f"a list of hidden nodes, from 0 to {nodes - 1}"}}

    @traitlets.validate("turned")
    def _are_nodes(self, proposal: Any) -> list[int]:
        nodes = range(MOST_HIDDEN if not self.b1 else len(self.b1))
        if not isinstance(proposal.value, list | tuple) or any(node not in nodes for node in proposal.value):
            raise ValueError(f"turned must be a list of hidden nodes, from 0 to {nodes[-1]}, got {proposal.value!r}")
        return sorted({int(node) for node in proposal.value})

    def mask(self) -> np.ndarray:
        """The mask that is shown, (hidden,): the last one drawn, or none, and what was turned by hand."""
        nodes = len(self.b1)
        mask = np.ones(nodes)
        if self.drawn:
            numbers = Mulberry(self.seed).random(nodes * self.drawn)
            mask = (numbers[-nodes:] < self.keep_prob).astype(float)
        mask[self.turned] = 1 - mask[self.turned]
        return mask

    def still(self) -> Any:
        from course.plots import thinned

        mask = self.mask()
        title = f"mask {self.drawn}" if self.drawn else "no mask drawn"
        return thinned({f"P = {self.keep_prob:g}, {title}": [np.ones(len(self.x)), mask, np.ones(1)]})
