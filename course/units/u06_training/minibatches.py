"""`minibatches`: the batches of one epoch."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.judging.probes import arguments
from course.units.kit import Rng, seed


def minibatches(n, batch_size, rng):
    """The batches of one epoch, arrays of indices, returned or yielded.

    Each of 0 … n - 1 comes exactly once, in a random order drawn from `rng`; each batch has `batch_size` indices, the last perhaps fewer.
    """
    order = rng.permutation(n)
    return [order[first : first + batch_size] for first in range(0, n, batch_size)]


def cases(rng: Rng) -> Iterator[Case]:
    size = int(rng.integers(31, 42))
    n = 9 * size + int(rng.integers(8, size - 8))
    yield Case("a last batch that is smaller", {"n": n, "batch_size": size, "rng": seed(rng)})
    yield Case("whole batches alone", {"n": 6 * size, "batch_size": size, "rng": seed(rng)})
    yield Case("all examples in one batch", {"n": n, "batch_size": n, "rng": seed(rng)})
    yield Case("one example in each batch", {"n": 40, "batch_size": 1, "rng": seed(rng)})


# What must hold of all indices in one array, and the length of each batch; of the indices again, and with another seed.

IN_ORDER = "the examples stay in their given order"
BLOCKS = "only the order of the batches is shuffled"
ANEW = "every batch is drawn anew from all examples"
PUT_BACK = "examples are put back after they are drawn"
FROM_ONE = "the examples are counted from 1"
ELSEWHERE = "the order does not come from `rng`"
OWN_SEED = "the generator is made inside, with a seed of its own"
LEFT_OUT = "the last, smaller batch is left out"
FILLED_UP = "the last batch is filled up with examples that came already"
FIRST_ALONE = "only the first batch is returned"
TAKEN_FOR_NUMBER = "batch_size is taken for the number of batches"
ONE_BATCH = "A `return` inside the loop ends the function after the first batch. Collect the batches first, or use `yield`."
LENGTHS = (LEFT_OUT, FILLED_UP, FIRST_ALONE, TAKEN_FOR_NUMBER)


def wrong_batches(case: Case, indices: Array, lengths: Array, again: Array, other: Array) -> Finding | None:
    n, size, got = case.inputs["n"], case.inputs["batch_size"], lengths.astype(int).tolist()
    fact = f"With n = {n} and batch_size = {size},"
    right = [size] * (n // size) + [n % size] * (n % size > 0)
    if not got:
        return Finding(f"{fact} no batch came back, and {len(right)} were expected.")
    if indices.dtype.kind not in "iu":
        return Finding(f"The batches hold numbers of type {indices.dtype}: indices are integers.", "`X[batch]` wants integers.")
    if indices.ndim > 1:
        return Finding(f"Joined, the batches have the shape {indices.shape}, and each has to be one row of indices.")
    return (
        repeated(fact, indices, got, right)
        or not_shuffled(indices.astype(int))
        or wrong_lengths(fact, case, got, right)
        or wrong_indices(fact, n, set(indices.tolist()))
        or not_from_the_generator(indices, again, other)
    )


def repeated(fact: str, indices: Array, got: list[int], right: list[int]) -> Finding | None:
    """Indices that come twice in a batch, or in two batches that would not be there to fill up the last one."""
    twice = len(indices) - len(set(indices.tolist()))
    if any(len(set(batch.tolist())) < len(batch) for batch in np.split(indices, np.cumsum(got)[:-1])):
        return Finding(f"{fact} {twice} of {len(indices)} indices come more than once, some of them in one batch.", cause=PUT_BACK)
    whole = indices[: sum(right) // right[0] * right[0]].tolist()
    if len(set(whole)) < len(whole) and got[:-1] == right[:-1]:
        missing = sum(right) - len(set(indices.tolist()))
        return Finding(f"{fact} {twice} indices come in more than one batch, and {missing} in none.", cause=ANEW)
    return None


def not_shuffled(indices: Array) -> Finding | None:
    """Neighbours in the file that are neighbours still: two in an epoch on average, and twenty never."""
    steps = np.diff(indices)
    if (neighbours := int((np.abs(steps) == 1).sum())) < 20:
        return None
    if (steps == 1).all():
        return Finding(f"The indices come in the order {indices[0]}, {indices[1]}, {indices[2]}, …", cause=IN_ORDER)
    reason = f"{neighbours} times an index is followed by its neighbour: within a batch the examples are in their given order."
    return Finding(reason, cause=BLOCKS)


def wrong_lengths(fact: str, case: Case, got: list[int], right: list[int]) -> Finding | None:
    """Batches of other sizes, with the mistake that makes batches of just these."""
    if got == right:
        return None
    if len(got) > 1 and set(got) == {1}:
        reason = f"{fact} {len(got)} single indices came back, and {len(right)} batches were expected."
        return Finding(reason, ONE_BATCH if len(got) == right[0] else "Where is the order cut into batches?")
    made = ((name, EXERCISE.answer_with(EXERCISE.mistake(name))(*arguments(case.inputs))) for name in LENGTHS)
    cause = next((name for name, batches in made if [len(batch) for batch in batches] == got), "")
    return Finding(f"{fact} the batches have the sizes {short(got)}, and {short(right)} were expected.", cause=cause)


def short(sizes: Sequence[int]) -> str:
    """A list of sizes, its middle left out where it is long."""
    return f"{sizes}" if len(sizes) < 9 else f"[{', '.join(map(str, sizes[:4]))}, …, {sizes[-1]}] ({len(sizes)} of them)"


def wrong_indices(fact: str, n: int, got: set[int]) -> Finding | None:
    if got == set(range(1, n + 1)):
        return Finding(f"{fact} the indices go from 1 to {n}, and 0 to {n - 1} was expected.", cause=FROM_ONE)
    if missing := sorted(set(range(n)) - got):
        return Finding(f"{fact} {len(missing)} of the indices 0 … {n - 1} are in no batch, among them {missing[0]}.")
    return None


def not_from_the_generator(indices: Array, again: Array, other: Array) -> Finding | None:
    if not np.array_equal(indices, again):
        return Finding("Called twice with equal generators, it gives two different orders.", cause=ELSEWHERE)
    if np.array_equal(indices, other):
        return Finding("Called with two different generators, it gives the same order.", cause=OWN_SEED)
    return None


DRAW = "rng.permutation(n)"
CUT = "[order[first : first + batch_size] for first in range(0, n, batch_size)]"

EXERCISE = Exercise(
    right=minibatches,
    criteria=(Criterion("batches", 2, "the batches, one array of indices after the other"),),
    cases=cases,
    expected=lambda case: {"batches": Property(partial(wrong_batches, case))},
    probe="pieces",
    causes=(IN_ORDER, BLOCKS, ANEW, PUT_BACK, FROM_ONE, ELSEWHERE, OWN_SEED, *LENGTHS),
    mistakes=(
        Mistake(IN_ORDER, "A file may be sorted by its labels. Where is the order drawn?", f"{DRAW} → np.arange(n)"),
        Mistake(BLOCKS,
                "Neighbours in the file are still together in one batch. Which is first: shuffling, or cutting?",
                (f"{DRAW} → np.arange(n)", "range(0, n, batch_size) → rng.permutation(range(0, n, batch_size))")),
        Mistake(ANEW,
                "Then some examples come twice in an epoch, and others not at all. Draw one order for the whole epoch.",
                "[order[first : first + batch_size] → [rng.choice(n, batch_size, replace=False)"),
        Mistake(PUT_BACK,
                "`rng.integers`, and `rng.choice` unless told otherwise, may give one number twice. In an epoch each example comes once.",
                f"{DRAW} → rng.integers(n, size=n)"),
        Mistake(LEFT_OUT,
                "When batch_size does not divide n, a few examples are left over. They belong to the epoch, too.",
                "range(0, n, batch_size) → range(0, n - batch_size + 1, batch_size)"),
        Mistake(FILLED_UP,
                "A smaller last batch is right: each example comes once.",
                f"{DRAW} → np.resize({DRAW}, -(-n // batch_size) * batch_size)"),
        Mistake(TAKEN_FOR_NUMBER,
                "`np.array_split(order, k)` makes k parts. How many examples has a batch to hold, and how many batches does that make?",
                f"{CUT} → np.array_split(order, batch_size)"),
        Mistake(FIRST_ALONE, ONE_BATCH, f"{CUT} → [order[:batch_size]]"),
        Mistake(FROM_ONE, "Python counts from 0: the last of n examples has the index n - 1.", f"{DRAW} → {DRAW} + 1"),
        Mistake(ELSEWHERE,
                "`np.random.permutation` and `np.random.default_rng()` know nothing of the generator that was given to you: "
                "call methods of `rng`.",
                f"{DRAW} → np.random.default_rng().permutation(n)"),
        Mistake(OWN_SEED,
                "A fixed seed gives the same order in every epoch. Use the generator that was given to you.",
                f"{DRAW} → np.random.default_rng(0).permutation(n)"),
    ),
)
