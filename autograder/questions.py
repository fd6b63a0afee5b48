"""The questions that a class is asked: some sets of cases for each exercise, drawn from the class's secret, one of them for each file.

Drawing cases, and reckoning what is right for them, takes longer than most answers do. A set serves many files, and which of them a
file gets nobody can tell who does not know the secret.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping

from course.judging.exercise import Exercise

SETS = 16  # of cases for an exercise
MOST_KEPT = 256  # sets, of all exercises, those with a student's own numbers too


class Questions:
    """The sets that one process has drawn so far."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._kept: OrderedDict[tuple[object, ...], Exercise] = OrderedDict()

    def of(self, exercise: Exercise, handed_in: str) -> Exercise:
        """An exercise with the set of cases that a file gets: the same whenever the same file is graded."""
        seed = self.seed(exercise.name, handed_in)
        key = (exercise.name, *sorted(exercise.numbers.items()), seed)
        kept = self._kept.pop(key, None) or exercise.kept(seed)
        self._kept[key] = kept
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept

    def seed(self, name: str, handed_in: str) -> int:
        """What the cases of an exercise are drawn from, for a file."""
        return self.digest(name, str(self.digest(name, handed_in) % SETS))

    def digest(self, *words: str) -> int:
        """A number that the secret makes of these words."""
        return int.from_bytes(hashlib.blake2b(" ".join(words).encode(), key=self.secret, digest_size=8).digest(), "big")


class Told(Questions):
    """The sets of somebody who does not know the secret, and is told the seeds for each file."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.seeds: Mapping[str, int] = {}

    def seed(self, name: str, handed_in: str) -> int:
        return self.seeds[name]
