"""Wrong answers that no known mistake explains, known again by what they return to the same questions.

The cases that grade are others for every file. So such an answer is asked once more, with the notebook's own cases, and what it replies
comes down to a few hexadecimal digits: the same for all who made the same mistake, in this class and the next.
"""

import hashlib
import re
from collections.abc import Collection, Sequence

import numpy as np

from autograder.report import Unexplained
from course.checking import PUBLIC_SEED
from course.judging.answered import Exchange, replied
from course.judging.compare import single_inputs
from course.judging.exercise import Exercise, Expected
from course.judging.grading import FINITE_DIFFERENCES, Ask, put_cases
from course.judging.probes import NotAnArray, Reply
from course.judging.verdict import Mark, Verdict

GOLDEN = (5**0.5 - 1) / 2
WEIGHTS = (GOLDEN, 2**0.5 - 1)  # of which multiples, without their whole part, weigh the entries of an array: the same on every machine
STEPS = 1000  # to 1, that are told apart: far more than rounding blurs, in float32 too
NOTHING = 1e-12  # what is smaller is rounding
LONGEST = 1000  # letters of an error
DIGEST_BYTES = 4

PLACE = re.compile(r" in `[^`]*`, line \d+(: `[^`]*`)?")
ADDRESS = re.compile(r"0x[0-9a-fA-F]+|\bline \d+")


def unexplained(verdict: Verdict) -> list[Mark]:
    """The marks whose failure has no cause; what finite differences did is known, though it is no mistake of the catalogue."""
    return [mark for mark in verdict.marks if mark.outcome == "failed" and not mark.cause and mark.reason != FINITE_DIFFERENCES[0]]


def group_of(exercise: Exercise, marks: Sequence[Mark], ask: Ask) -> Unexplained | None:
    """The group of an answer that failed so, from its replies to the notebook's cases; None where these show nothing wrong.

    Cases in float32 repeat others with fewer digits, and are left out. So is what the answer returns for other criteria.
    """
    criteria = {mark.criterion for mark in marks}
    exchanges = [
        exchange
        for exchange in put_cases(exercise, ask, PUBLIC_SEED, {})
        if criteria & exchange.expected.keys() and not single_inputs(exchange.case)
    ]
    returned = [in_short(exercise, criteria, exchange, exchange.reply) for exchange in exchanges]
    if returned == [in_short(exercise, criteria, exchange, right_reply(exercise, exchange)) for exchange in exchanges]:
        return None
    text = "\n".join([exercise.name, *sorted(criteria), *returned])
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=DIGEST_BYTES).hexdigest()
    return Unexplained(exercise.name, digest, tuple((mark.criterion, mark.hint) for mark in marks))


def right_reply(exercise: Exercise, exchange: Exchange) -> Reply:
    """What the right answer replies to the same case."""
    return replied(exercise, exercise.right, exchange.case)


def in_short(exercise: Exercise, criteria: Collection[str], exchange: Exchange, reply: Reply) -> str:
    """A reply in a line, as every machine would write it: of the values asked for these criteria, or of all where a property decides."""
    if reply.problem:
        return without_particulars(reply.problem)
    values = reply.arrays
    if all(isinstance(expected, Expected) for name, expected in exchange.expected.items() if name in criteria):
        asked = zip(exercise.asked(exchange.case), values, strict=False)
        values = tuple(value for criterion, value in asked if criterion.name in criteria)
    return f"{len(reply.arrays)} values, changed {sorted(reply.changed)}: {'; '.join(map(value_in_short, values))}"


def value_in_short(value: np.ndarray | NotAnArray) -> str:
    """An array as its shape, its size and two weighted sums; where it has them, the places of NaN and infinities.

    Rounded entries would not do: two orders of one sum differ in the last bits, and one of many entries may lie where rounding turns.
    """
    if isinstance(value, NotAnArray):
        return without_particulars(value.what)
    numbers = value.astype(float).ravel()
    finite = np.isfinite(numbers)
    kinds = np.nan_to_num(np.where(finite, 0, numbers), nan=2, posinf=1, neginf=-1)
    places = "" if finite.all() else hashlib.blake2b(kinds.tobytes()).hexdigest()
    numbers = np.where(finite, numbers, 0)
    scale = float(np.abs(numbers).max(initial=0))
    if scale < NOTHING:
        return f"{value.shape} zeros {places}"
    each = np.arange(1, numbers.size + 1)
    sums = [((each * weight % 1 - 0.5) * (numbers / scale)).sum() / numbers.size**0.5 for weight in WEIGHTS]
    return f"{value.shape} {[step(number) for number in (np.log(scale), *sums)]} {places}"


def step(number: float) -> int:
    """The step that a number stands on; the steps end at irrational places, where no simple number lies."""
    return int(np.floor(number * STEPS + GOLDEN))


def without_particulars(words: str) -> str:
    """Words without the line they came from, paths and addresses, which are others for everybody; shapes and sizes are the cases' own."""
    parts = PLACE.sub("", words[:LONGEST]).split()
    return ADDRESS.sub("…", " ".join("…" if {"/", "\\"} & set(part) else part for part in parts))
