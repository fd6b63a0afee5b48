"""Unit 06, the training algorithm: what must hold of a random start, of the batches of an epoch, and of trained weights.

Where chance plays a part, bands are so wide that a right answer falls outside them less than once in a billion times.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from course import data
from course.judging.exercise import Array, Case, Finding, Mistake, Property
from course.judging.probes import arguments
from course.units.u06_training import loop_mistakes as loop_mistakes
from course.units.u06_training import mistakes
from course.units.u06_training.forward import Weights, accuracy, probabilities

BAR = 0.8  # of the unseen digits; the least that a right answer reached in 4,000 runs is 0.88


def found(catalogue: Sequence[Mistake], name: str, reason: str) -> Finding:
    """A fact with its cause, and the hint that goes with the cause."""
    hint = next(mistake.hint for mistake in catalogue if mistake.name == name)
    return Finding(reason, hint, name)


# A random start: each array comes three times, from one seed, from the same again, and from another.

BAND = 0.1  # relative; the standard deviation of 4,500 normal numbers strays by 0.011


def of_a_start(case: Case) -> dict[str, Property]:
    sizes = case.inputs["sizes"]
    return {
        "weights": Property(lambda *arrays: four(arrays) or wrong_weights(arrays, sizes)),
        "biases": Property(lambda *arrays: four(arrays) or wrong_biases(arrays, sizes)),
    }


def four(arrays: Sequence[Array]) -> Finding | None:
    if len(arrays) != 4:
        return Finding(f"expected the four arrays W1, b1, W2, b2, and {len(arrays)} came back.")
    return None


def wrong_weights(arrays: Sequence[Array], sizes: Sequence[int]) -> Finding | None:
    for k in (1, 2):
        W, shape = arrays[2 * k - 2], tuple(sizes[k - 1 : k + 1])
        if finding := wrong_shape(f"W{k}", W, shape) or wrong_draw(f"W{k}", W) or wrong_scale(f"W{k}", arrays, sizes, k):
            return finding
    return None


def wrong_shape(name: str, stack: Array, shape: tuple[int, ...]) -> Finding | None:
    got = stack.shape[1:]
    if got == shape:
        return None
    reason = f"`{name}` has shape {got}, and it must have {shape}."
    return found(mistakes.INITIALISE, "W is (out, in)", reason) if len(got) == 2 and got == shape[::-1] else Finding(reason)


def wrong_draw(name: str, W: Array) -> Finding | None:
    """Numbers that are not finite, all alike, or drawn from elsewhere."""
    first, same, other = W
    if not np.isfinite(W).all():
        return Finding(f"{np.sum(~np.isfinite(first))} of the {first.size} entries of `{name}` are not finite.")
    if not first.any():
        return found(mistakes.INITIALISE, "all weights start at zero", f"Every entry of `{name}` is 0.")
    if (first == first[:, :1]).all():
        return found(mistakes.INITIALISE, "the nodes of a layer start alike", f"All {first.shape[1]} columns of `{name}` are equal.")
    if not np.array_equal(first, same):
        reason = f"Called twice with equal generators, it gives two different `{name}`."
        return found(mistakes.INITIALISE, "the numbers do not come from `rng`", reason)
    if np.array_equal(first, other):
        reason = f"Called with two different generators, it gives the same `{name}`."
        return found(mistakes.INITIALISE, "the generator is made inside, with a seed of its own", reason)
    return None


def wrong_scale(name: str, arrays: Sequence[Array], sizes: Sequence[int], k: int) -> Finding | None:
    """A mean or a standard deviation, of the weights of layer k, that cannot be chance."""
    inputs, outputs = sizes[k - 1 : k + 1]
    first, right = arrays[2 * k - 2][0], np.sqrt(2 / inputs)
    mean, deviation = first.mean(), first.std()
    if abs(mean) > 9 * max(deviation, right) / np.sqrt(first.size):
        reason = f"The mean of the {first.size} entries of `{name}` is {mean:.3f}, and it should be 0, but for chance."
        return found(mistakes.INITIALISE, "all weights are drawn positive", reason) if first.min() >= 0 else Finding(reason)
    if abs(deviation / right - 1) <= BAND:
        return None
    reason = f"The standard deviation of `{name}`, whose layer has {inputs} inputs and {outputs} outputs, is {deviation:.4f}, and it " \
             f"should be {right:.4f}."  # fmt: skip
    cause = next((cause for cause, scale in SCALES.items() if scales(arrays, sizes, scale)), "")
    if not cause and abs(deviation / arrays[2][0].std() - 1) < BAND / 2:
        cause = "every layer has the same scale, whatever its number of inputs"
    return found(mistakes.INITIALISE, cause, reason) if cause else Finding(reason)


SCALES: dict[str, Callable[[int, int], float]] = {
    "the weights are not scaled": lambda inputs, outputs: 1.0,
    "the variance stands where the standard deviation belongs": lambda inputs, outputs: 2 / inputs,
    "the standard deviation stands where the half-width of a uniform distribution belongs": lambda inputs, outputs: (2 / inputs / 3) ** 0.5,
    "the factor 2 that makes up for ReLU is missing": lambda inputs, outputs: (1 / inputs) ** 0.5,
    "the number of outputs stands where the number of inputs belongs": lambda inputs, outputs: (2 / outputs) ** 0.5,
    "Glorot's scale stands where He's is asked for": lambda inputs, outputs: (2 / (inputs + outputs)) ** 0.5,
}


def scales(arrays: Sequence[Array], sizes: Sequence[int], scale: Callable[[int, int], float]) -> bool:
    """Whether the weights of both layers are spread as a formula of their inputs and outputs says."""
    return all(abs(arrays[2 * k][0].std() / scale(sizes[k], sizes[k + 1]) - 1) < BAND / 2 for k in (0, 1))


def wrong_biases(arrays: Sequence[Array], sizes: Sequence[int]) -> Finding | None:
    for k in (1, 2):
        b = arrays[2 * k - 1]
        if b.shape[1:] != (sizes[k],):
            return Finding(f"`b{k}` has shape {b.shape[1:]}, and it must have {(sizes[k],)}: a bias for each node.")
        if b.any():
            reason = f"{np.count_nonzero(b[0])} of the {sizes[k]} entries of `b{k}` are not 0."
            drawn = len(np.unique(b[0])) > 1
            return found(mistakes.INITIALISE, "the biases are drawn at random", reason) if drawn else Finding(reason)
    return None


# The batches of an epoch: all indices in one array, and the length of each batch.


def of_an_epoch(case: Case) -> dict[str, Property]:
    n, size = case.inputs["n"], case.inputs["batch_size"]

    def test(indices: Array, lengths: Array, again: Array, other: Array) -> Finding | None:
        finding = not_a_partition(indices, lengths, n, size) or not_shuffled(indices, lengths, size)
        return finding or not_from_the_generator(indices, again, other)

    return {"batches": Property(test)}


def not_a_partition(indices: Array, lengths: Array, n: int, size: int) -> Finding | None:
    right = [size] * (n // size) + [n % size] * (n % size > 0)
    lengths_got = lengths.astype(int).tolist()
    fact = f"With n = {n} and batch_size = {size},"
    if not lengths_got:
        return Finding(f"{fact} no batch came back, and {len(right)} were expected.")
    if indices.dtype.kind not in "iu":
        return Finding(f"The batches hold numbers of type {indices.dtype}: indices are integers.", "`X[batch]` wants integers.")
    whole = indices[: n // size * size]
    in_one_batch = any(len(set(batch)) < len(batch) for batch in np.split(indices, np.cumsum(lengths_got)[:-1]))
    if in_one_batch:
        reason = f"{fact} {len(indices) - len(set(indices))} of {len(indices)} indices come more than once, some of them in one batch."
        return found(mistakes.MINIBATCHES, "examples are put back after they are drawn", reason)
    if len(set(whole)) < len(whole) and lengths_got[:-1] == right[:-1]:
        reason = f"{fact} {len(indices) - len(set(indices))} indices come in more than one batch, and {n - len(set(indices))} in none."
        return found(mistakes.MINIBATCHES, "every batch is drawn anew from all examples", reason)
    if lengths_got != right:
        reason = f"{fact} the batches have the sizes {short(lengths_got)}, and {short(right)} were expected."
        likely = {
            "the last, smaller batch is left out": right[:-1] if n % size else [],
            "the last batch is filled up with examples that came already": [size] * len(right),
            "only the first batch is returned": right[:1],
            "batch_size is taken for the number of batches": [len(part) for part in np.array_split(np.arange(n), size)],
        }
        cause = next((name for name, lengths in likely.items() if lengths == lengths_got), "")
        return found(mistakes.MINIBATCHES, cause, reason) if cause else Finding(reason)
    if set(indices) == set(range(1, n + 1)):
        reason = f"{fact} the indices go from 1 to {n}, and 0 to {n - 1} was expected."
        return found(mistakes.MINIBATCHES, "the examples are counted from 1", reason)
    if set(indices) != set(range(n)):
        missing = sorted(set(range(n)) - set(indices.tolist()))
        return Finding(f"{fact} {len(missing)} of the indices 0 … {n - 1} are in no batch, among them {missing[0]}.")
    return None


def short(sizes: list[int]) -> str:
    """A list of sizes, its middle left out where it is long."""
    return f"{sizes}" if len(sizes) < 9 else f"[{', '.join(map(str, sizes[:4]))}, …, {sizes[-1]}] ({len(sizes)} of them)"


def not_shuffled(indices: Array, lengths: Array, size: int) -> Finding | None:
    """Neighbours in the file that are neighbours still: one in an epoch on average, and twenty never."""
    neighbours = int((np.abs(np.diff(indices.astype(int))) == 1).sum())
    if neighbours < 20:
        return None
    if (np.diff(indices.astype(int)) == 1).all():
        return found(mistakes.MINIBATCHES, "the examples stay in their given order", "The indices come in the order 0, 1, 2, …")
    reason = f"{neighbours} times an index is followed by its neighbour: within a batch the examples are in their given order."
    return found(mistakes.MINIBATCHES, "only the order of the batches is shuffled", reason)


def not_from_the_generator(indices: Array, again: Array, other: Array) -> Finding | None:
    if not np.array_equal(indices, again):
        reason = "Called twice with equal generators, it gives two different orders."
        return found(mistakes.MINIBATCHES, "the order does not come from `rng`", reason)
    if np.array_equal(indices, other):
        reason = "Called with two different generators, it gives the same order."
        return found(mistakes.MINIBATCHES, "the generator is made inside, with a seed of its own", reason)
    return None


# Trained weights: how well the network does on digits that it was not shown.


@dataclass(frozen=True)
class Unseen(Case):
    """Examples to train on, and others that the answer is not given."""

    unseen: data.Examples | None = None


@cache
def all_digits() -> data.Examples:
    """The digits, read once."""
    parts = data.digits(np.random.default_rng(0))
    return data.Examples(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def of_trained_weights(case: Case) -> dict[str, Property]:
    unseen = (case.unseen if isinstance(case, Unseen) else None) or all_digits()

    def test(*weights: Array) -> Finding | None:
        start = tuple(case.inputs[name] for name in ("W1", "b1", "W2", "b2"))
        finding = not_weights(weights, start) or not_moved(weights, start)
        if finding:
            return finding
        reached = accuracy(unseen.X, unseen.y, weights)
        if reached >= BAR:
            return None
        reason = f"The network knows {reached:.1%} of {len(unseen.y)} digits that it was not shown, and {BAR:.0%} was asked for (case " \
                 f"“{case.name}”)."  # fmt: skip
        cause = cause_of(weights, start, case.inputs)
        return found(loop_mistakes.TRAIN, cause, reason) if cause else Finding(reason, "Does the loss on the training examples fall?")

    return {"accuracy": Property(test)}


def not_weights(weights: Sequence[Array], start: Weights) -> Finding | None:
    """Arrays that are no weights of this network."""
    for name, got, right in zip(("W1", "b1", "W2", "b2"), weights, start, strict=True):
        if got.shape != right.shape:
            return Finding(f"`{name}` has shape {got.shape}, and it must have {right.shape}.", "Return W1, b1, W2, b2, in this order.")
        if not np.isfinite(got).all():
            return Finding(
                f"{np.sum(~np.isfinite(got))} of the {got.size} entries of `{name}` are not finite: the training diverged.",
                "A step that is too large, or that goes up, makes the next one larger still.",
            )
    return None


def not_moved(weights: Sequence[Array], start: Weights) -> Finding | None:
    still = [k for k in range(4) if np.array_equal(weights[k], start[k].astype(weights[k].dtype))]
    if not still:
        return None
    names = " and ".join(f"`{('W1', 'b1', 'W2', 'b2')[k]}`" for k in still)
    reason = f"{names} {'is' if len(still) == 1 else 'are'} what was put in: no step has moved {'it' if len(still) == 1 else 'them'}."
    causes = {
        (0, 1, 2, 3): "the weights never leave their start",
        (0, 1): "only the second layer is trained",
        (1, 3): "the biases stay where they are",
    }
    cause = causes.get(tuple(still))
    return found(loop_mistakes.TRAIN, cause, reason) if cause else Finding(reason)


def cause_of(weights: Sequence[Array], start: Weights, inputs: Mapping[str, Any]) -> str:
    """The mistake behind weights that learnt too little: one that comes to the same weights, or that leaves its mark on them."""
    if length([w - s for w, s in zip(weights, start, strict=True)]) > 1e6 * length(start):
        return "the steps go uphill"
    for name, others in likely_weights(inputs):
        if alike(weights, others):
            return name
    deaf = probabilities(inputs["X"], weights).std(axis=0).max() < DEAF
    alive = (inputs["X"] @ weights[0] + weights[1] > 0).any(axis=0).mean() > 0.12
    return "the labels are not shuffled along with the images" if deaf and alive else ""


DEAF = 0.02  # probabilities that differ by less from image to image: with some nodes alive, a network was taught to ignore its input


def likely_weights(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Array]]]:
    """The weights after some mistakes, where the batches are drawn in one of the usual ways."""
    draws: tuple[Callable[[Any, int, int, int], Array], ...] = (
        lambda rng, n, size, step: rng.choice(n, size, replace=False),
        lambda rng, n, size, step: rng.permutation(n)[:size],
        lambda rng, n, size, step: rng.choice(n, size),
        lambda rng, n, size, step: rng.integers(n, size=size),
        lambda rng, n, size, step: np.arange(size),
        lambda rng, n, size, step: np.arange(n),
    )
    for draw in draws:
        yield "the function returns after its first step", loop_mistakes.training(batch=draw, last=1)(*arguments(inputs))
        yield "the gradient is computed once, before the loop", loop_mistakes.training(batch=draw, stale=True)(*arguments(inputs))
    yield "the examples are taken in their given order", loop_mistakes.training(batch=loop_mistakes.in_order)(*arguments(inputs))
    for draw in draws[:-1]:
        yield "every step sees the same batch", loop_mistakes.training(batch=draw, fixed=True)(*arguments(inputs))
        yield "each step starts again from the first weights", loop_mistakes.training(batch=draw, restart=True)(*arguments(inputs))


def alike(weights: Sequence[Array], others: Sequence[Array]) -> bool:
    """Whether two networks are the same, but for rounding on the way."""
    return length([a - b for a, b in zip(weights, others, strict=True)]) < 0.01 * length(others)


def length(arrays: Sequence[Array]) -> float:
    """The Euclidean length of several arrays as one vector."""
    with np.errstate(over="ignore"):
        return float(np.sqrt(sum(np.vdot(array, array) for array in arrays)))
