"""Which pairs agree, and how far: shares of what is unusual in a class.

Most of what two students have in common is explained by the exercise: right answers are alike. So a feature weighs the less the more
of the class have it: 1 where two have it, 0 where everybody has, (log(n / having it) / log(n / 2))² between, and nothing where the
released notebook or the instructor's holds it. What a pair has in common, of code, of names or of words, is given as a share: the weight
of what both have, in the weight of all that the one of them wrote who wrote less. `benchmarks/similar.py` says how well that tells copies
from honest work, and where the lines come from.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from autograder.similar.work import KINDS, Kind, Work

FEWEST = 8  # hand-ins; in fewer, nothing tells what is usual from what is not
LINES: Mapping[Kind, float] = {"code": 0.8, "names": 0.8, "words": 0.5}  # shares; a pair that reaches one stands out
LEAST: Mapping[Kind, float] = {"code": 30, "names": 16, "words": 16}  # weight; whoever wrote less is taken to have written that much
AT_ONCE = 500  # rows of the table of pairs

Weights = Mapping[str, float]  # by the key of a feature


@dataclass(frozen=True)
class Pair:
    """Two students, and what share of their unusual code, names and words is the same, from 0 to 1."""

    students: tuple[str, str]
    shares: Mapping[Kind, float]

    @property
    def strength(self) -> float:
        """The largest of the shares, each in parts of its line: 1 and more stands out."""
        return max(self.shares[kind] / LINES[kind] for kind in KINDS)

    @property
    def stands_out(self) -> bool:
        return self.strength >= 1


class Table:
    """The features of one kind in a class: who has which, and what each weighs. A feature stands in one column, a student in one row."""

    def __init__(self, works: Sequence[Work], kind: Kind, explained: AbstractSet[str]) -> None:
        keys = [{feature.key for feature in work.features if feature.kind == kind} - explained for work in works]
        self.least = LEAST[kind]
        self.weights: Weights = {}
        self._held = None
        if any(keys):
            vectorizer = CountVectorizer(analyzer=list, dtype=np.float32)
            self._held = vectorizer.fit_transform(keys)
            having = np.asarray(self._held.sum(axis=0)).ravel()
            columns = np.clip(np.log(len(works) / having) / np.log(len(works) / 2), 0, 1) ** 2
            self.weights = dict(zip(vectorizer.get_feature_names_out(), columns.tolist(), strict=True))
            self._weighed = self._held.multiply(columns).tocsr()
            self._totals = np.asarray(self._weighed.sum(axis=1)).ravel()

    def shares(self, rows: range, students: int) -> np.ndarray:
        """What the students of some rows have in common with everybody."""
        if self._held is None:
            return np.zeros((len(rows), students))
        rows_of = slice(rows.start, rows.stop)
        common = (self._weighed[rows_of] @ self._held.T).toarray()
        return common / np.maximum(np.minimum.outer(self._totals[rows_of], self._totals), self.least)


def tables(works: Sequence[Work], explained: AbstractSet[str]) -> dict[Kind, Table]:
    """The features of a class, kind by kind."""
    return {kind: Table(works, kind, explained) for kind in KINDS}


def strongest(students: Sequence[str], of_kinds: Mapping[Kind, Table], most: int) -> list[Pair]:
    """The pairs that have most in common, at most so many, the strongest first."""
    found: list[Pair] = []
    for start in range(0, len(students), AT_ONCE):
        rows = range(start, min(start + AT_ONCE, len(students)))
        shares = {kind: table.shares(rows, len(students)) for kind, table in of_kinds.items()}
        strength = np.max([shares[kind] / LINES[kind] for kind in KINDS], axis=0)
        strength[np.tri(len(rows), len(students), start, dtype=bool)] = 0  # each pair once, and nobody with themselves
        for i, j in best(strength, most):
            found.append(Pair((students[start + i], students[j]), {kind: float(shares[kind][i, j]) for kind in KINDS}))
    return sorted(found, key=lambda pair: (-pair.strength, pair.students))[:most]


def best(strength: np.ndarray, most: int) -> Iterator[tuple[int, int]]:
    """The places of the largest numbers in a table, at most so many, of those above zero."""
    places = np.argsort(strength, axis=None, kind="stable")[::-1][:most]
    for i, j in zip(*np.unravel_index(places, strength.shape), strict=True):
        if strength[i, j] > 0:
            yield int(i), int(j)
