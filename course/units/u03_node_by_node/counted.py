"""A tuple that counts how often it is read: whoever walks along every path is stopped, in the notebook and before the judge."""

import inspect
import marshal
from collections.abc import Iterator, Sequence
from typing import Any

from course.judging.probes import Formula


class Counted(tuple):
    """A tuple that gives no more than `left` of its entries away, and raises RuntimeError with these words where it is asked for more."""

    left: int
    words: str

    def __new__(cls, items: Any, left: int, words: str) -> "Counted":
        self = super().__new__(cls, items)
        self.left, self.words = left, words
        return self

    def read(self, entries: int) -> None:
        self.left -= entries
        if self.left < 0:
            raise RuntimeError(self.words)

    def __getitem__(self, at: Any) -> Any:
        self.read(1)
        return super().__getitem__(at)

    def __iter__(self) -> Iterator[Any]:
        self.read(len(self))
        return super().__iter__()


def counted(items: Sequence[Any], most: int, words: str) -> Formula:
    """An input that reaches the answer as a tuple of which at most that many entries may be read, one by one or all in a row.

    A subclass of tuple does not cross the wall, so what crosses it is the text that makes one.
    """
    text = inspect.getsource(Counted)
    names = "{'Any': object, 'Iterator': dict}"  # for the annotations, which Python evaluates
    packed = f"__import__('marshal').loads({marshal.dumps(tuple(items))!r})"  # 10,000 tuples written out take long to parse
    return Formula(f"(exec({text!r}, names := {names}), names['Counted']({packed}, {most}, {words!r}))[1]")
