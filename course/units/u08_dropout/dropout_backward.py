"""`dropout_backward`: the gradient through a mask."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.witness import in_double
from course.units.kit import Rng, mixed_scales, positive
from course.units.u08_dropout import dropout_forward
from course.units.u08_dropout.masks import EXCHANGED


def dropout_backward(upstream, mask):
    """Gradient dH of dropout, H_dropped = mask * H.

    upstream is ∂ℓ/∂H_dropped, and mask is the one drawn on the way forward; upstream, mask and dH are (N, nodes).
    """
    return upstream * mask


def loss(upstream: Array, mask: Array, H: Array) -> float:
    return float((upstream * (H * mask)).sum())


def expected(case: Case) -> dict[str, Expected]:
    """The loss is linear in H, so its slope is its value where one entry is 1 and the others are 0."""
    upstream, mask = in_double(case.inputs).values()
    slopes = [loss(upstream, mask, unit.reshape(mask.shape)) for unit in np.eye(mask.size)]
    return {"dH": Expected(np.reshape(slopes, mask.shape), derivative=True)}


def cases(rng: Rng) -> Iterator[Case]:
    """Those of the way forward, and two in which finite differences are lost: in a sum of mixed scales, and below the least number."""
    *ordinary, in_single = dropout_forward.cases(rng, "upstream")
    yield from ordinary
    mask = rng.permutation(np.arange(20) % 3 > 0).reshape(4, 5).astype(float)
    yield Case("an upstream of mixed scales", {"upstream": positive(rng, (4, 5)) * mixed_scales(5), "mask": mask}, entrywise=True)
    yield Case("a tiny upstream", {"upstream": 1e-318 * positive(rng, (4, 5)), "mask": mask}, entrywise=True)
    yield in_single


EXERCISE = Exercise(
    right=dropout_backward,
    criteria=(Criterion("dH", 1, "∂ℓ/∂H, shape of H"),),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the upstream is left out", "You have the slope. The rule multiplies it by what comes from above.", "upstream * → 1.0 *"),
        Mistake("the upstream is passed on unchanged", "Move a deleted node's value a little: does the loss move?", " * mask → .copy()"),
        Mistake(EXCHANGED, "Which nodes had a say in the loss: those kept, or those deleted?", "* mask → * (1 - mask)"),
        Mistake("only the deleted nodes get a gradient",
                "Which nodes had a say in the loss: those kept, or those deleted?",
                "* mask → * (mask == 0)"),
        Mistake("the mask is multiplied in twice",
                "H was multiplied by the mask once. How often does the slope hold it?",
                "* mask → * mask * mask"),
        Mistake("the factor in the mask is lost on the way back",
                "A mask may hold other numbers than 0 and 1. If the way forward multiplies by 1.25, what is its slope?",
                "* mask → * (mask != 0)"),
        Mistake("the gradient is averaged over the batch a second time",
                "The loss is a mean already, so its 1/N is inside the upstream.",
                "return upstream → return upstream / len(upstream)"),
        Mistake("the first example's mask is used for every example",
                "Each example has a row of the mask of its own.",
                "* mask → * mask[0]"),
        Mistake("the upstream is divided by the mask, not multiplied by it",
                "If the way forward multiplies by 1.25, by how much does the output move when H moves by 1?",
                "* mask → / mask"),
        Mistake("what passes is divided by its factor",
                "If the way forward multiplies by 1.25, by how much does the output move when H moves by 1?",
                "* mask → * np.divide(1.0, mask, out=np.zeros(mask.shape), where=mask != 0)"),
        Mistake("what passes is doubled", "Whatever factor the way forward used is in the mask already.", "* mask → * mask * 2"),
        Mistake("the gradient goes through a ReLU as well",
                "On the way forward H is multiplied by the mask, and by nothing else. What has the sign of the upstream to do with it?",
                "upstream * mask → upstream * mask * (upstream > 0)"),
        Mistake("what passes is scaled up once more",
                "Whatever factor the way forward used is in the mask already.",
                "* mask → * mask / mask.mean()"),
    ),
)
