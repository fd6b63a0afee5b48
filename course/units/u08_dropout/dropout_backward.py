"""`dropout_backward`: the gradient through a mask."""

import numpy as np

from course.judging.exercise import Array, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units.u08_dropout import dropout_forward
from course.units.u08_dropout.masks import EXCHANGED


def dropout_backward(upstream, mask):
    """Gradient dH of dropout, H_dropped = mask * H.

    upstream is ∂ℓ/∂H_dropped, and mask the one of the way forward; upstream, mask and dH are (N, nodes).
    """
    return upstream * mask


def loss(upstream: Array, mask: Array, H: Array) -> complex:
    return (upstream * (H * mask)).sum()


EXERCISE = Exercise(
    right=dropout_backward,
    criteria=(Criterion("dH", 1, "∂ℓ/∂H, shape of H"),),
    cases=lambda rng: dropout_forward.cases(rng, "upstream"),
    expected=gradient_of(loss, {"dH": "H"}, extra=lambda upstream, mask: {"H": np.zeros(mask.shape)}),
    mistakes=(
        Mistake("the upstream is left out", "You have the slope. The rule multiplies it by what comes from above.", "upstream * → 1.0 *"),
        Mistake("the upstream is passed on unchanged", "Move a deleted node's value a little: does the loss move?", " * mask → .copy()"),
        Mistake(EXCHANGED, "Which nodes had a say in the loss: those kept, or those deleted?", "* mask → * (1 - mask)"),
        Mistake("the mask is multiplied in twice",
                "H was multiplied by the mask once. How often does the slope hold it?",
                "* mask → * mask * mask"),
        Mistake("the factor in the mask is lost on the way back",
                "A mask may hold other numbers than 0 and 1. If the way forward multiplies by 1.25, what is its slope?",
                "* mask → * (mask != 0)"),
        Mistake("averaged over the batch a second time",
                "The loss is a mean already, so its 1/N is inside the upstream.",
                "return upstream → return upstream / len(upstream)"),
        Mistake("what passes is scaled up once more",
                "Whatever factor the way forward used is in the mask already.",
                "* mask → * mask / mask.mean()"),
    ),
)
