"""The hand-ins of a unit, compared."""

import functools
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.instance import Instance
from autograder.intake import submission as submissions
from autograder.intake.structure import Structure
from autograder.similar.pairs import FEWEST, LINES, Pair, Weights, strongest, tables
from autograder.similar.work import KINDS, Given, Kind, Work, work_in, work_of
from course.errors import Unreadable, UserError

MOST = 50  # pairs
COMPARISON = 5  # pairs that do not stand out


@dataclass(frozen=True)
class Found:
    """What comparing a unit's hand-ins came to: the strongest pairs, with what is needed to show why."""

    unit: str
    works: Mapping[str, Work]
    unread: tuple[str, ...]  # the students whose notebook could not be read
    pairs: tuple[Pair, ...]
    weights: Mapping[Kind, Weights]

    @property
    def standing_out(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.stands_out]

    @property
    def others(self) -> list[Pair]:
        """The strongest of the rest, for comparison."""
        return [pair for pair in self.pairs if not pair.stands_out][:COMPARISON]


def compare(instance: Instance, unit: str, without: Collection[str] = ()) -> Found:
    """Compare what was handed in for a unit, `without` those who have a copy by right. Raises UserError where there is too little."""
    structure = instance.structure(unit)
    given = Given.of(structure)
    works, unread = {}, []
    released = functools.cache(instance.structures)
    for hand_in in [one for one in instance.submissions(unit) if one.student not in without]:
        try:
            submission = submissions.read(instance.found(unit, hand_in, released).notebook, structure)
        except Unreadable:
            unread.append(hand_in.student)
        else:
            works[hand_in.student] = work_of(submission, given)
    if len(works) < FEWEST:
        raise UserError(
            f"Notebooks of {unit} that could be read: {len(works)}. Expected at least {FEWEST}, for in a smaller class nothing tells "
            "what is unusual from what everybody would write."
        )
    of_kinds = tables(list(works.values()), explained(given, structure, Structure.load(instance.source(unit))))
    pairs = strongest(list(works), of_kinds, MOST)
    return Found(unit, works, tuple(unread), tuple(pairs), {kind: table.weights for kind, table in of_kinds.items()})


def explained(given: Given, *notebooks: Structure) -> frozenset[str]:
    """The features that the instructor's notebooks hold, which explain themselves."""
    nothing_given = replace(given, lines={})
    cells = ((slot.cell, "") for notebook in notebooks for slot in notebook.slots)
    return frozenset(feature.key for feature in work_in(cells, nothing_given, sys.maxsize).features)


def numbered(found: Found) -> Found:
    """The same with numbers in place of names, in the order of the pairs."""
    named = [name for pair in found.pairs for name in pair.students]
    names = {name: f"student {i}" for i, name in enumerate(dict.fromkeys([*named, *found.works, *found.unread]), start=1)}
    return replace(
        found,
        works={names[name]: work for name, work in found.works.items()},
        unread=tuple(names[name] for name in found.unread),
        pairs=tuple(replace(pair, students=(names[pair.students[0]], names[pair.students[1]])) for pair in found.pairs),
    )


def as_data(found: Found) -> dict[str, Any]:
    """What was found, for JSON."""
    return {
        "unit": found.unit,
        "compared": len(found.works),
        "unread": list(found.unread),
        "lines": dict(LINES),
        "pairs": [
            {
                "students": list(pair.students),
                "strength": round(pair.strength, 3),
                "stands_out": pair.stands_out,
                **{kind: round(pair.shares[kind], 3) for kind in KINDS},
            }
            for pair in found.pairs
        ],
    }
