"""`dropout_forward`: a layer through its mask."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, signed, single, sizes
from course.units.u08_dropout.masks import EXCHANGED, often


def dropout_forward(H, mask):
    """The layer H_dropped that the next one gets to see: every entry of H times its entry of the mask.

    H, mask and the result are (N, nodes).
    """
    return H * mask


def node_by_node(H: Array, mask: Array) -> Array:
    products = [h * m for h, m in zip(H.flat, mask.flat, strict=True)]
    return np.array(products).reshape(H.shape)


def cases(rng: Rng, name: str = "H") -> Iterator[Case]:
    """An array of that name and a mask in which two thirds are 1: of 0 and 1, true and false, 0 and 1/P."""

    def of(shape: tuple[int, ...]) -> dict[str, Array]:
        mask = rng.permutation(np.arange(np.prod(shape)) % 3 > 0).reshape(shape)
        return {name: signed(rng, shape), "mask": mask.astype(float)}

    inputs = [of(tuple(sizes(rng, 2, 2, 5))), *(of(tuple(sizes(rng, 2, 4, 9))) for _ in range(2))]
    yield Case("a small batch", inputs[0], batch=name)
    yield Case("a mask of True and False", inputs[1] | {"mask": inputs[1]["mask"] > 0}, batch=name)
    yield Case("a mask of 0 and 1/P", inputs[2] | {"mask": inputs[2]["mask"] / often(rng)}, batch=name)
    yield Case("one example", of((1, 7)), batch=name)
    yield Case("float32 inputs", single(of((5, 4))), batch=name)


EXERCISE = Exercise(
    right=dropout_forward,
    criteria=(Criterion("H_dropped", 1, "the layer after dropout, shape of H"),),
    cases=cases,
    expected=value_of(node_by_node, "H_dropped"),
    mistakes=(
        Mistake(EXCHANGED, "Where the mask is 1, the node is active.", "H * mask → H * (1 - mask)"),
        Mistake("the deleted nodes are taken out of the array",
                "The next layer has a weight for each node, kept or deleted. Which shape does it expect?",
                "H * mask → H[mask != 0]"),
        Mistake("what is kept is scaled up as well",
                "Here the mask alone decides: the factors are in it, if there are any.",
                "H * mask → H * mask / mask.mean()"),
        Mistake("the deleted nodes are NaN, not 0",
                "The next layer sums over all of its inputs. What does one NaN do to a sum?",
                "H * mask → np.where(mask == 0, np.nan, H * mask)"),
        Mistake("a matrix product is taken in place of an entry by entry one",
                "Each node has one factor of its own. Which operator of NumPy works entry by entry?",
                "H * mask → H @ mask"),
        Mistake("the factor in the mask is lost",
                "A mask may hold other numbers than 0 and 1. What becomes of a node whose mask is 1.25?",
                "H * mask → H * (mask != 0)"),
        Mistake("the mask is multiplied in twice", "How often does an entry of the mask stand in M * H?", "H * mask → H * mask * mask"),
        Mistake("the first example's mask is used for every example",
                "Each example has a row of the mask of its own.",
                "H * mask → H * mask[0]"),
        Mistake("what is kept is doubled",
                "Here the mask alone decides: the factors are in it, if there are any.",
                "H * mask → 2 * H * mask"),
        Mistake("H is divided by the mask, not multiplied by it",
                "What is 1 divided by 0, and what should a deleted node send?",
                "H * mask → H / mask"),
        Mistake("nothing is deleted", "Does the mask enter your result at all?", "H * mask → H.copy()"),
    ),
)
