"""Relations of what was returned to what is right: a sign, a transpose, a factor, another order, a few digits.

They are facts, which need no known mistake. Each holds in the case whose numbers are shown, and in every other telling case in which the
criterion failed; numbers that a relation states are those of the case shown. A factor is called the length of an axis only where it
follows that length over cases in which it differs.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations

import numpy as np

from course.judging.answered import Answered, explains, same_array
from course.judging.compare import entry_of
from course.judging.exercise import Array, Case, Finding
from course.judging.thresholds import DOUBLE, LOOSE, NEARLY

BATCH = "your batch size"
MOST_NAMES = 3  # sizes that are equal in every case, and could all be meant: of more none is named
MOST_COLUMNS = 4  # of a table whose rows are shown in a sentence
MOST_VALUES = 5  # whose order is tried: 120 of them


def relation_in(answered: Answered, everything: Sequence[Answered]) -> Finding | None:
    """A relation of what was returned to what is right, which all failing cases of the criterion share; None where there is none.

    `answered` is the case whose numbers are shown beside it, and comes first.
    """
    own = [one for one in everything if one.criterion is answered.criterion]
    failing = [answered, *(one for one in own if one.telling and one is not answered)]
    found = (relation(failing) for relation in RELATIONS)
    return misplaced(failing, everything) or next(filter(None, found), None) or constant_factor(failing, own)


def turned_sign(failing: Sequence[Answered]) -> Finding | None:
    """It is minus the right array."""
    if enough(failing) and all(one.numbers.any() and same_array(-one.right, one.numbers) for one in failing):
        return Finding("It is exactly minus the right value.", "Look for a sign: which way does the loss go when this input grows?")
    return None


def transposed(failing: Sequence[Answered]) -> Finding | None:
    """It is the transpose of the right array."""
    square = all(one.right.ndim == 2 and one.right.shape[0] == one.right.shape[1] for one in failing)
    if square and all(same_array(one.right.T, one.numbers) for one in failing):
        return Finding("It is the transpose of the right array.", "Write the indices out: which one is summed over?")
    return None


def reshaped(failing: Sequence[Answered]) -> Finding | None:
    """The right numbers stand in another shape, which has an axis of length 1 too many or too few."""
    first = failing[0]
    if all(
        one.numbers.shape != one.right.shape
        and [n for n in one.numbers.shape if n != 1] == [n for n in one.right.shape if n != 1]
        and explains(one.right.ravel(), one.numbers.ravel())
        for one in failing
    ):
        fact = f"The numbers are right: only the shape {first.numbers.shape} has to become {first.right.shape}."
        which = "too many" if first.numbers.ndim > first.right.ndim else "missing" if first.numbers.ndim < first.right.ndim else "misplaced"
        return Finding(fact, f"There is an axis of length 1 {which}: see `keepdims`, or reshape.")
    return None


def spread(failing: Sequence[Answered]) -> Finding | None:
    """A row and a column have become a square array."""
    if all(one.right.ndim == 1 and one.numbers.shape == 2 * one.right.shape and one.right.size > 1 for one in failing):
        n = failing[0].right.size
        hint = "Which of your arrays is a column? Give both one shape before you combine them."
        return Finding(f"NumPy makes ({n}, {n}) of ({n}, 1) and ({n},).", hint)
    return None


def misplaced(failing: Sequence[Answered], everything: Sequence[Answered]) -> Finding | None:
    """All values are right, and stand in another order."""
    order = order_of(failing[0], everything)
    if order is None or any(order_of(one, everything) != order for one in failing):
        return None
    names = [f"`{criterion.name}`" for criterion in failing[0].exercise.asked(failing[0].case)]
    here = names[order[failing[0].position]]
    return Finding(f"What stands here is {here}.", f"All values are right: return {', '.join(names)} in this order.")


def order_of(answered: Answered, everything: Sequence[Answered]) -> tuple[int, ...] | None:
    """The one order, another than was asked for, in which all values returned are the right ones; None where there is none."""
    expected = [one.expected.value for one in everything if one.case is answered.case]
    if not 1 < len(expected) == len(answered.returned) <= MOST_VALUES:
        return None
    fits = [[same_array(value, got) for value in expected] for got in answered.returned]
    orders = [order for order in permutations(range(len(expected))) if all(fits[at][place] for at, place in enumerate(order))]
    return orders[0] if len(orders) == 1 and orders[0] != tuple(range(len(expected))) else None


def power(failing: Sequence[Answered]) -> Finding | None:
    """It is the square, the root or the reciprocal of the right numbers, none of which is 0 or 1, and two of which tell.

    Numbers alone tell: a NaN for a root that is none, or a 0 for a square too small for a number, come out in other ways.
    """
    if not enough(failing) or any(np.isin(np.abs(one.right), (0, 1)).any() or not np.isfinite(one.numbers).all() for one in failing):
        return None
    for name, of in POWERS:
        powers = [of(one.right) for one in failing]
        fits = all(same_array(power, one.numbers) for power, one in zip(powers, failing, strict=True))
        if fits and sum(map(telling_entries, powers)) > 1:
            return Finding(f"It is the {name} of the right value.", "Which step of your formula is one too many, or is missing?")
    return None


def telling_entries(power: Array) -> int:
    """How many entries count beside the largest, and are numbers of full precision."""
    size = np.abs(power)
    return int((size > max(LOOSE * size.max(initial=0.0), np.finfo(float).tiny)).sum())


POWERS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("square", np.square),
    ("square root", np.sqrt),
    ("reciprocal", np.reciprocal),
)


def constant_factor(failing: Sequence[Answered], own: Sequence[Answered]) -> Finding | None:
    """It is the right array times one number in each failing case: a size of the case, or the same in all."""
    factors = [factor for one in failing if (factor := factor_of(one))]
    if len(factors) < len(failing) or not enough(failing):
        return None
    where = ", in every entry" if failing[0].right.size > 1 else ""
    if named := sizes_of_factor(failing, own):
        names, upside_down = named
        size = f"{1 / factors[0] if upside_down else factors[0]:.6g}"
        hint = "Is the loss a mean, or a sum? Where is the division done, and how often?" if names == [BATCH] else "Summed, or averaged?"
        return Finding(f"It is exactly {'1/' * upside_down}{size} times that{where}, and {size} is {' and '.join(names)}.", hint)
    if np.ptp(factors) > LOOSE * abs(factors[0]):
        return None
    return Finding(f"It is {factors[0]:.6g} times that{where}.", "Your result is off by a constant factor. Which one?")


def factor_of(one: Answered) -> float | None:
    """The number by which the right array has to be multiplied; None where there is none."""
    got, right = one.numbers, one.right
    weight = float((right * right).sum())
    if got.shape != right.shape or weight == 0 or not np.isfinite(got).all() or not got.any():
        return None
    factor = float((got * right).sum()) / weight
    return factor if factor and explains(factor * right, got) else None


def sizes_of_factor(failing: Sequence[Answered], own: Sequence[Answered]) -> tuple[list[str], bool] | None:
    """The sizes that the factor, or its inverse, follows from case to case; None where no size varies with it, or too many do.

    Where the answer is right in an ordinary case, its factor there is 1.
    """
    right = [one for one in own if not one.case.entrywise and one.got is not None and one.difference is None]
    seen = [(one.case, factor) for one in [*failing, *right] if (factor := factor_of(one))]
    sizes = sizes_by_name([case for case, _ in seen])
    for upside_down in (False, True):
        factors = np.array([1 / factor if upside_down else factor for _, factor in seen])
        names = [name for name, of in sizes.items() if np.ptp(of) and np.allclose(factors, of, rtol=LOOSE, atol=0)]
        if names:
            return ([BATCH] if BATCH in names else names, upside_down) if BATCH in names or len(names) <= MOST_NAMES else None
    return None


def sizes_by_name(cases: Sequence[Case]) -> dict[str, list[int]]:
    """The sizes that a factor may come from, case by case, as far as all cases have them."""
    found = [dict(named_sizes(case)) for case in cases]
    return {name: [sizes[name] for sizes in found] for name in found[0] if all(sizes.get(name) for sizes in found)} if found else {}


def named_sizes(case: Case) -> Iterator[tuple[str, int]]:
    """The batch, and the other axes of the inputs."""
    if case.batch:
        yield BATCH, len(case.inputs[case.batch])
    for name, array in case.inputs.items():
        if isinstance(array, np.ndarray):
            for axis, size in enumerate(array.shape):
                yield f"the length of axis {axis} of `{name}`", size


def enough(failing: Sequence[Answered]) -> bool:
    """Whether a relation would be no coincidence: an array, or the same of two single numbers."""
    return any(one.right.size > 1 for one in failing) or len({float(one.right.sum()) for one in failing}) > 1


def parting(answered: Answered) -> str:
    """Where a row of numbers of the wrong length leaves the right one, as a sentence; "" for anything else."""
    got, right = np.asarray(answered.got), np.asarray(answered.expected.value)
    rows = 0 < got.ndim == right.ndim <= 2 and got.shape[1:] == right.shape[1:] and got[:1].size <= MOST_COLUMNS
    if answered.expected.derivative or not rows or len(got) == len(right) or not (shared := min(len(got), len(right))):
        return ""
    alike = np.isclose(got[:shared], right[:shared], rtol=LOOSE, atol=DOUBLE, equal_nan=True).reshape(shared, -1).all(axis=1)
    if not alike.all():
        first = int(np.argmin(alike))
        return f"The first difference is {entry_of(answered.expected, (first,))}: yours {got[first]}, right value {right[first]}."
    if len(got) > len(right):
        return f"The {shared} that are asked for are right, and {len(got) - shared} more come after them."
    return f"The first {shared} are right, and the next, {right[shared]} {entry_of(answered.expected, (shared,))}, is missing."


def digits_right(answered: Answered, everything: Sequence[Answered]) -> int:
    """To how many digits an array of wrong entries is right, in all cases in which its criterion failed; 0 for fewer than `NEARLY`."""
    own = [one for one in everything if one.criterion is answered.criterion and one.difference]
    failing = [one for one in own if one.telling] or own or [answered]
    digits = min(-np.log10(worst_error(one)) for one in failing)
    return int(digits) if digits >= NEARLY and enough(failing) else 0


def worst_error(one: Answered) -> float:
    """The largest error of an array of which every entry is wrong, beside the entry itself where scales are mixed; else infinity."""
    got, right = one.numbers, one.right
    if got.shape != right.shape or not right.size:
        return np.inf
    wrong = np.abs(got - right)
    if not wrong.all():
        return np.inf
    size = np.abs(right) if one.case.entrywise else np.abs(right).max()
    error = float((wrong / size).max())
    return error if np.isfinite(error) else np.inf


RELATIONS: tuple[Callable[[Sequence[Answered]], Finding | None], ...] = (turned_sign, transposed, reshaped, spread, power)
