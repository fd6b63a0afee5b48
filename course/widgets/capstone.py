"""The digits that a network gets wrong, one by one: its probabilities, and what it looked at."""

from typing import Any

import numpy as np
import traitlets

from course.widgets.base import Widget

SIDE = 8  # pixels of an image's side


class ErrorBrowser(Widget):
    """Images to browse by true and by predicted class, each with its probabilities and a signed map.

    `images` is (N, 64), with pixels in [0, 1], `labels` (N,) the true classes, `probabilities` (N, C), `maps` (N, 64). Raises
    ValueError where they do not fit together. The kernel gives the arrays once: all else happens in the browser.
    """

    title = "Browse what a network gets wrong"
    question = "Which digits does it take for which others, and what do they have in common?"
    images = traitlets.List().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    probabilities = traitlets.List().tag(sync=True)
    maps = traitlets.List().tag(sync=True)

    def __init__(self, images: Any, labels: Any, probabilities: Any, maps: Any):
        images, probabilities, maps = (np.asarray(array, dtype=float) for array in (images, probabilities, maps))
        labels = np.asarray(labels)
        count = len(labels)
        if not count or images.shape != (count, SIDE**2) or maps.shape != images.shape:
            raise ValueError(f"expected images and maps (N, {SIDE**2}), N at least 1, got {images.shape}, {maps.shape} and {count} labels")
        if probabilities.ndim != 2 or len(probabilities) != count:
            raise ValueError(f"expected probabilities ({count}, C), a row for each image, got {probabilities.shape}")
        if labels.dtype.kind not in "iu" or not (0 <= labels.min() and labels.max() < probabilities.shape[1]):
            found = f"{labels.dtype} from {labels.min()} to {labels.max()}"
            raise ValueError(f"expected whole labels in 0..{probabilities.shape[1] - 1}, got {found}")
        super().__init__(
            images=images.round(4).tolist(),
            labels=labels.tolist(),
            probabilities=probabilities.round(5).tolist(),
            maps=maps.round(5).tolist(),
        )
