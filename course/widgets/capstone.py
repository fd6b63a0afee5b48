"""The digits that a network gets wrong, one by one: its probabilities, and what it looked at."""

from typing import Any, ClassVar

import numpy as np
import traitlets

from course.widgets.base import Choice, Number, Widget

SIDE = 8  # pixels of an image's side
CLASSES = 12  # at most: more cannot be read in the table
STILL = 30  # images of the still picture


class ErrorBrowser(Widget):
    """Images to browse by true and by predicted class, each with its probabilities and a signed map.

    `images` is (N, 64), with pixels in [0, 1], `labels` (N,) the true classes, `probabilities` (N, C), C at most 12, `maps` (N, 64). The
    kernel gives these arrays once: all else happens in the browser.

    `show` is one of "wrong", "right", "all"; `truth` and `guess` are the true and the predicted class of the images to show, -1 for any;
    `order` is one of "surest", "closest", "given"; `image` is the number of the one looked at, -1 for the first that is shown. Raises
    ValueError for anything else, and where the arrays do not fit together.
    """

    title = "Browse what a network gets wrong"
    question = "Which digits does it take for which others, and what do they have in common?"
    presets: ClassVar = {
        "the surest errors": {"show": "wrong", "truth": -1, "guess": -1, "order": "surest", "image": -1},
        "the closest calls among them": {"show": "wrong", "truth": -1, "guess": -1, "order": "closest", "image": -1},
        "right by a hair": {"show": "right", "truth": -1, "guess": -1, "order": "closest", "image": -1},
        "all images": {"show": "all", "truth": -1, "guess": -1, "order": "given", "image": -1},
    }
    images = traitlets.List().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    probabilities = traitlets.List().tag(sync=True)
    maps = traitlets.List().tag(sync=True)
    show = Choice("wrong", "right", "all")
    order = Choice("surest", "closest", "given")
    truth, guess = (Number(-1, -1, lambda widget: len(widget.probabilities[0]) - 1, whole=True) for _ in "ab")
    image = Number(-1, -1, lambda widget: len(widget.labels) - 1, whole=True)

    def __init__(self, images: Any, labels: Any, probabilities: Any, maps: Any, **state: Any):
        images, probabilities, maps = (np.asarray(array, dtype=float) for array in (images, probabilities, maps))
        labels = np.asarray(labels)
        count = len(labels)
        if not count or images.shape != (count, SIDE**2) or maps.shape != images.shape:
            raise ValueError(f"expected images and maps (N, {SIDE**2}), N at least 1, got {images.shape}, {maps.shape} and {count} labels")
        if probabilities.ndim != 2 or len(probabilities) != count or not 1 < probabilities.shape[1] <= CLASSES:
            raise ValueError(f"expected probabilities ({count}, C), a row for each image, C from 2 to {CLASSES}, got {probabilities.shape}")
        if labels.dtype.kind not in "iu" or not (0 <= labels.min() and labels.max() < probabilities.shape[1]):
            found = f"{labels.dtype} from {labels.min()} to {labels.max()}"
            raise ValueError(f"expected whole labels in 0..{probabilities.shape[1] - 1}, got {found}")
        for name, array in {"images": images, "probabilities": probabilities}.items():
            if not (array.min() >= 0 and array.max() <= 1):  # which no NaN is
                raise ValueError(f"expected {name} with numbers from 0 to 1, got {array.min()} to {array.max()}")
        if not np.isfinite(maps).all():
            raise ValueError(f"expected maps with finite numbers, got {np.count_nonzero(~np.isfinite(maps))} that are not")
        super().__init__(
            images=images.round(4).tolist(),
            labels=labels.tolist(),
            probabilities=probabilities.round(5).tolist(),
            maps=maps.round(5).tolist(),
            **state,
        )

    def shown(self) -> list[int]:
        """The numbers of the images that the filters let through, in the order asked for."""
        labels, probabilities = np.array(self.labels), np.array(self.probabilities)
        says, certainty = probabilities.argmax(axis=1), probabilities.max(axis=1)
        kind = {"wrong": says != labels, "right": says == labels, "all": np.full(len(labels), True)}[self.show]
        found = np.flatnonzero(kind & ((self.truth < 0) | (labels == self.truth)) & ((self.guess < 0) | (says == self.guess)))
        key = {"surest": -certainty[found], "closest": certainty[found], "given": found}[self.order]
        return found[np.argsort(key, kind="stable")].tolist()

    def still(self) -> Any:
        from course.plots import confusion, sheet

        says = np.argmax(self.probabilities, axis=1)
        found = self.shown()
        if not found:
            classes = np.arange(len(self.probabilities[0]))
            return confusion(((np.array(self.labels)[:, None, None] == classes[:, None]) & (says[:, None, None] == classes)).sum(axis=0))
        first = found[:STILL]
        picture = sheet(np.array(self.images)[first], (SIDE, SIDE), [f"{self.labels[n]}→{says[n]}" for n in first])
        of = f"{len(found)} of {len(says)} images are shown, here the first {len(first)}"
        picture.caption = f"{of}, each with its true class → the predicted one. {picture.caption}"
        return picture
