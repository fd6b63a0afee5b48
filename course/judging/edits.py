"""A mistake as an edit of the right answer: `"W.T → W"`, applied to its source and compiled when first used.

The left side of an edit occurs exactly once in the source, so an edit knows its line, and edits in different places compose: two
mistakes of one answer can be tried together.
"""

import functools
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

ARROW = " → "
MOST_KEPT = 2_000  # edited answers: of several units, or of many students' variants of one exercise


@dataclass(frozen=True)
class Edit:
    """One replacement in the source of a right answer. An empty right side deletes."""

    before: str
    after: str

    @classmethod
    def parse(cls, text: str) -> "Edit":
        """The edit that a text such as `"W.T → W"` stands for. Raises ValueError for a text without exactly one arrow."""
        before, arrow, after = text.partition(ARROW)
        if not arrow and text.endswith(ARROW.rstrip()):
            before, arrow, after = text.removesuffix(ARROW.rstrip()), ARROW, ""
        if not before or not arrow or ARROW in after:
            raise ValueError(f"expected an edit such as 'W.T → W', got {text!r}")
        return cls(before, after)

    def place(self, source: str) -> int:
        """Where in the source it applies. Raises ValueError unless its left side occurs there exactly once."""
        if (found := source.count(self.before)) != 1:
            raise ValueError(f"the left side of an edit must occur exactly once, and {self.before!r} occurs {found} times in\n{source}")
        return source.index(self.before)

    def line(self, source: str) -> int:
        """The line of the source that it changes, counted from one."""
        return source.count("\n", 0, self.place(source)) + 1


def source_text(right: Callable[..., Any]) -> str:
    """The source of a right answer, a function or a class."""
    return textwrap.dedent(inspect.getsource(right))


text_kept = functools.lru_cache(MOST_KEPT)(source_text)  # reading it takes longer than editing it


def applied(source: str, edits: Iterable[Edit]) -> str:
    """The source with every edit made. Raises ValueError where one does not apply, or two touch the same text."""
    placed = sorted(((edit.place(source), edit) for edit in edits), key=lambda one: one[0])
    pieces, at = [], 0
    for place, edit in placed:
        if place < at:
            raise ValueError(f"two edits touch the same text: {edit.before!r}")
        pieces += [source[at:place], edit.after]
        at = place + len(edit.before)
    return "".join([*pieces, source[at:]])


@functools.lru_cache(MOST_KEPT)
def edited(right: Callable[..., Any], texts: tuple[str, ...]) -> Callable[..., Any]:
    """The right answer with edits made, compiled among the names it knows. Raises ValueError and SyntaxError."""
    return compiled(right, applied(text_kept(right), map(Edit.parse, texts)))


def compiled(right: Callable[..., Any], source: str) -> Callable[..., Any]:
    """An answer from the edited source of a right one, compiled among the names of its module, and the numbers of its variant.

    Raises SyntaxError.
    """
    closure = getattr(right, "__closure__", None) or ()
    free = right.__code__.co_freevars if closure else ()
    names = vars(sys.modules[right.__module__]) | {name: cell.cell_contents for name, cell in zip(free, closure, strict=True)}
    exec(compile(source, f"<{right.__name__}, edited>", "exec", dont_inherit=True), names)
    return names[right.__name__]
