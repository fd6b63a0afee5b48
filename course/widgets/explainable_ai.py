"""A digit to draw in, and what a network makes of it: contributions of its units, logits, an explanation, and a test of that."""

from collections.abc import Collection
from typing import Any, ClassVar

import numpy as np
import traitlets

from course.widgets.base import Choice, Number, Widget, a_number

Array = np.ndarray

SIDE = 8  # pixels of an image's side
CLASSES = 12  # at most: more cannot be read
SEEDS = 10  # orders at random in which pixels or units can be deleted

START: dict[str, Any] = {
    "strokes": {}, "target": -1, "explanation": "saliency", "silenced": [],
    "order": "number", "delete": "pixels", "first": "largest", "k": 0,
}  # fmt: skip


class ExplainableAI(Widget):
    """A network linear, ReLU, linear on images of 8 by 8 pixels, moved by hand.

    W1 is (64, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,), with C at most 12; `images` (K, 64), with pixels in [0, 1], are what one can
    start from. The kernel gives the arrays once: the rest happens in the browser. Draw with the mouse, or with the arrow keys and the space
    bar; click a hidden unit to silence it and a logit to explain it. Of more than 32 hidden units, the 30 that contribute most are shown
    one by one, and the others as one.

    The state: `image`, its number, -1 for a black one; `strokes`, what was drawn over it, from a pixel's number to its value; `target`, the
    class explained, -1 for the one that the network reads; `explanation`, "saliency" or "shares"; `silenced`, numbers of hidden units;
    `order` of the units, by "number" or the "largest" contribution first. Deleted are `k` of the "pixels" or "units" (`delete`), the
    "largest" in the explanation or contribution first, or at "random" (`first`), by one of ten orders (`seed`); `brush` is what is drawn
    with. Raises ValueError for anything else, and where the arrays do not fit together.
    """

    title = "Alter a digit, and watch the network"
    question = "Which pixels turn the decision, and through which hidden nodes?"
    presets: ClassVar = {
        "as it was": START,
        "units, largest first": START | {"order": "largest"},
        "without the 3 largest": START | {"order": "largest", "delete": "units", "k": 3},
        "without 8 pixels, by their shares": START | {"explanation": "shares", "k": 8},
        "without 8 at random": START | {"explanation": "shares", "k": 8, "first": "random"},
        "a black image": START | {"image": -1, "explanation": "shares"},
    }
    W1 = traitlets.List().tag(sync=True)
    b1 = traitlets.List().tag(sync=True)
    W2 = traitlets.List().tag(sync=True)
    b2 = traitlets.List().tag(sync=True)
    images = traitlets.List().tag(sync=True)
    chance = traitlets.List().tag(sync=True)
    image = Number(-1, -1, lambda widget: len(widget.images) - 1, whole=True)
    strokes = traitlets.TraitType().tag(sync=True)
    target = Number(-1, -1, lambda widget: len(widget.b2) - 1, whole=True)
    explanation = Choice("saliency", "shares")
    silenced = traitlets.TraitType().tag(sync=True)
    order = Choice("number", "largest")
    delete = Choice("pixels", "units")
    first = Choice("largest", "random")
    k = Number(0, 0, SIDE**2, whole=True)
    seed = Number(0, 0, SEEDS - 1, whole=True)
    brush = Number(1.0, 0, 1)

    def __init__(self, W1: Any, b1: Any, W2: Any, b2: Any, images: Any, **state: Any):
        given = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "images": images}
        arrays = {name: np.asarray(array, dtype=float) for name, array in given.items()}
        hidden, classes = np.size(b1), np.size(b2)
        wanted = {
            "W1": (SIDE**2, hidden),
            "b1": (hidden,),
            "W2": (hidden, classes),
            "b2": (classes,),
            "images": (len(arrays["images"]), SIDE**2),
        }
        for name, shape in wanted.items():
            if arrays[name].shape != shape:
                raise ValueError(f"{name} must have shape {shape} to go with the others, got {arrays[name].shape}")
            if not np.isfinite(arrays[name]).all():
                raise ValueError(f"{name} must hold finite numbers, got {np.count_nonzero(~np.isfinite(arrays[name]))} that are not")
        if not hidden or not 1 < classes <= CLASSES:
            raise ValueError(f"expected at least one hidden unit and from 2 to {CLASSES} classes, got {hidden} and {classes}")
        if not len(arrays["images"]) or not (0 <= arrays["images"].min() and arrays["images"].max() <= 1):
            raise ValueError("expected at least one image, with pixels in [0, 1]")
        chance = np.random.default_rng(0).random((SEEDS, max(hidden, SIDE**2))).round(6)
        lists = {name: array.round(6).tolist() for name, array in arrays.items()}
        start = START | {"image": min(3, len(arrays["images"]) - 1)}
        super().__init__(**lists, chance=chance.tolist(), **start | state)

    def schema(self) -> dict[str, Any]:
        units = {"type": "array", "items": a_number(0, len(self.b1) - 1, whole=True), "description": "a list of hidden units' numbers"}
        pixels = {
            "type": "object", "propertyNames": {"enum": [str(j) for j in range(SIDE**2)]}, "additionalProperties": a_number(0, 1),
            "description": f"values from 0 to 1 by numbers of pixels, from 0 to {SIDE**2 - 1}",
        }  # fmt: skip
        return super().schema() | {"silenced": units, "strokes": pixels}

    @traitlets.validate("silenced")
    def _hidden_units(self, proposal: Any) -> list[int]:
        return sorted({whole("silenced", unit, len(self.b1)) for unit in collection("silenced", proposal.value)})

    @traitlets.validate("strokes")
    def _pixels(self, proposal: Any) -> dict[str, float]:
        if not isinstance(proposal.value, dict):
            raise ValueError(f"strokes must be a dict from pixels to values, got {proposal.value!r}")
        found = {whole("strokes", int(j) if str(j).isdigit() else j, SIDE**2): value for j, value in proposal.value.items()}
        for j, value in found.items():
            if not (isinstance(value, int | float | np.number) and 0 <= value <= 1):
                raise ValueError(f"strokes must have values from 0 to 1, got {value!r} for pixel {j}")
        return {str(j): float(found[j]) for j in sorted(found)}

    def seen(self) -> dict[str, Any]:
        """What the widget shows: the image, the class explained, its map, what is deleted, and what the network makes of the rest."""
        W1, b1, W2, b2 = (np.array(getattr(self, name)) for name in ("W1", "b1", "W2", "b2"))
        drawn = np.array(self.images[self.image]) if self.image >= 0 else np.zeros(SIDE**2)
        for j, value in self.strokes.items():
            drawn[int(j)] = value
        on = ~np.isin(np.arange(len(b1)), self.silenced)
        z = drawn @ W1 + b1
        H = on * np.maximum(z, 0)
        target = self.target if self.target >= 0 else int((H @ W2 + b2).argmax())
        slope = z > 0 if self.explanation == "saliency" else mean_slope(b1, z)
        attribution = W1 @ (on * slope * W2[:, target]) * (1 if self.explanation == "saliency" else drawn)
        values, lit = (H * W2[:, target], H > 0) if self.delete == "units" else (attribution, drawn > 0)
        key = values if self.first == "largest" else np.array(self.chance[self.seed])[: len(lit)] + lit
        gone = np.argsort(-key, kind="stable")[: self.k]
        if self.delete == "units":
            H = np.where(np.isin(np.arange(len(H)), gone), 0, H)
        else:
            H = on * np.maximum(np.where(np.isin(np.arange(SIDE**2), gone), 0, drawn) @ W1 + b1, 0)
        logits = H @ W2 + b2
        p = np.exp(logits - logits.max())
        return {
            "drawn": drawn, "target": target, "map": attribution, "gone": gone, "contributions": H * W2[:, target], "logits": logits,
            "probabilities": p / p.sum(),
        }  # fmt: skip

    def still(self) -> Any:
        from course.plots import explained_logit

        found = self.seen()
        if self.delete == "pixels":
            found["drawn"][found["gone"]] = 0
        maps = {"saliency": "saliency", "shares": "shares from black"}
        given = (found["drawn"], found["map"], found["contributions"], self.b2[found["target"]], found["probabilities"])
        return explained_logit(*given, target=found["target"], quantity=maps[self.explanation])


def mean_slope(start: Array, end: Array) -> Array:
    """The part of the way from start to end on which ReLU rises."""
    still = start == end
    return np.where(still, start > 0, (np.maximum(end, 0) - np.maximum(start, 0)) / np.where(still, 1, end - start))


def collection(name: str, value: Any) -> Collection:
    if isinstance(value, list | tuple | set | np.ndarray):
        return value
    raise ValueError(f"{name} must be a list of whole numbers, got {value!r}")


def whole(name: str, value: Any, count: int) -> int:
    """A whole number in 0..count - 1. Raises ValueError for another."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and 0 <= value < count:
        return int(value)
    raise ValueError(f"{name} must name whole numbers from 0 to {count - 1}, got {value!r}")
