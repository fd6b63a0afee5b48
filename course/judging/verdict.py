"""A verdict: what was asked, what was earned, and why. The same words in the notebook and on the feedback page."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from course.judging import heatmap
from course.judging.exercise import Criterion

Outcome = Literal["passed", "failed", "not written", "could not grade"]

SIGNS: dict[str, tuple[str, str]] = {  # a sign that needs no colour, and a colour told apart by every eye (Okabe and Ito)
    "passed": ("✓", "#007a5a"),
    "partial": ("◐", "#8a5a00"),
    "failed": ("✗", "#b03a00"),
    "not written": ("○", "#5c5c5c"),
    "could not grade": ("?", "#5c5c5c"),
}

STRESSED = re.compile(r"(?<![\w*])\*(\w[^*\n]*?)\*(?![\w*])")  # *so*, and not the stars of a product
MOST_SHOWN = 4  # failed rows: of a class with eleven criteria the first mistake is often behind all of them


class Asked(Protocol):
    """What a verdict is on: an exercise, or what else is asked and earns points."""

    @property
    def name(self) -> str: ...

    @property
    def asks(self) -> str: ...

    @property
    def criteria(self) -> tuple[Criterion, ...]: ...


@dataclass(frozen=True)
class Mark:
    """One criterion of an exercise: its points, and where it was not right the reason, its cause, a hint, and a map of where."""

    criterion: str
    points: float
    outcome: Outcome
    reason: str = ""
    hint: str = ""
    cause: str = ""  # the name of a mistake, or of two: "the median is taken, and the sizes are summed"
    where: heatmap.Levels = ()

    @property
    def because(self) -> str:
        """The cause as a sentence."""
        return f"It is what comes out when {self.cause}." if self.cause else ""

    @property
    def earned(self) -> float:
        return self.points if self.outcome == "passed" else 0.0


@dataclass(frozen=True)
class Verdict:
    """What an exercise earned, criterion by criterion. `str()` is for a terminal, `_repr_html_` for a notebook."""

    exercise: str
    asks: str
    marks: tuple[Mark, ...]
    note: str = ""  # on the verdict as a whole

    @classmethod
    def alike(cls, exercise: Asked, outcome: Outcome, reason: str, hint: str = "") -> "Verdict":
        """The verdict that says the same of every criterion of an exercise."""
        return cls(exercise.name, exercise.asks, tuple(Mark(c.name, c.points, outcome, reason, hint) for c in exercise.criteria))

    @property
    def points(self) -> float:
        return sum(mark.points for mark in self.marks)

    @property
    def earned(self) -> float:
        return sum(mark.earned for mark in self.marks)

    @property
    def outcome(self) -> str:
        """ "passed", "partial", "failed", "not written", or "could not grade"."""
        outcomes = {mark.outcome for mark in self.marks}
        if len(outcomes) == 1:
            return next(iter(outcomes))
        if "could not grade" in outcomes:
            return "could not grade"
        return "partial" if "passed" in outcomes else "failed"

    @property
    def reason(self) -> str:
        """What is wrong, each reason opened by the criteria it stands for; empty when all is right."""
        reasons = [
            f"{names}: {mark.reason} {mark.because}".strip() if names else f"{mark.reason} {mark.because}".strip()
            for names, mark in self._grouped()
            if mark.reason
        ]
        return " ".join([*reasons, self.note] if self.note else reasons)

    def _to_show(self) -> list[tuple[str, Mark]]:
        """The rows of the page: all of them, but for a verdict without a flaw, which needs none."""
        return [] if self.outcome == "passed" else self._grouped()

    def _grouped(self) -> list[tuple[str, Mark]]:
        """Marks with their criteria's names, those of one cause or one reason together; no name where one mark says it all.

        Where more than `MOST_SHOWN` groups failed, one of them is shown, the first whose cause is known, and the others are counted.
        """
        groups: dict[tuple, list[Mark]] = {}
        for mark in self.marks:
            groups.setdefault((mark.outcome, mark.cause or (mark.reason, mark.hint)), []).append(mark)
        if len(groups) == 1:
            return [("", self.marks[0])]
        shown, counted = shortened(list(groups.values()))
        names = [", ".join(mark.criterion for mark in marks) for marks in shown]
        rows = zip(names, (marks[0] for marks in shown), strict=True)
        return [("" if mark.reason.startswith(f"`{name}`") else name, mark) for name, mark in rows] + counted

    def __str__(self) -> str:
        sign, _ = SIGNS[self.outcome]
        lines = [f"{sign} {self.exercise}: {self.outcome}, {number(self.earned)} of {number(self.points)} points"]
        if self.outcome != "passed":
            lines.append(f"  asked: {self.asks}")
        for names, mark in self._to_show():
            lines.append(f"  {SIGNS[mark.outcome][0]} {names + ': ' if names else ''}{mark.reason or mark.outcome}")
            lines += [f"    {line}" for line in (heatmap.as_text(mark.where) if mark.where else [])]
            lines += [f"    {line}" for line in (mark.because, f"hint: {mark.hint}" if mark.hint else "") if line]
        if self.note:
            lines.append(f"  {self.note}")
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        sign, colour = SIGNS[self.outcome]
        rows = "".join(self._row(names, mark) for names, mark in self._to_show())
        rows += f'<div style="margin:.2em 0">{prose(self.note)}</div>' if self.note else ""
        asked = "" if self.outcome == "passed" else f'<div style="margin:.3em 0">Asked: {prose(self.asks)}</div>'
        return (
            f'<div role="status" style="border-left:.3em solid {colour};padding:.4em .8em;margin:.3em 0;line-height:1.45">'
            f'<div><b><span style="color:{colour};background:#fff;border-radius:.2em;padding:0 .2em">{sign}</span> '
            f"<code>{html.escape(self.exercise)}</code>: {self.outcome}</b>, "
            f"{number(self.earned)} of {number(self.points)} points</div>{asked}{rows}</div>"
        )

    @staticmethod
    def _row(names: str, mark: Mark) -> str:
        sign, colour = SIGNS[mark.outcome]
        name = f"<b>{html.escape(names)}</b>: " if names else ""
        where = heatmap.as_html(mark.where) if mark.where else ""
        because = f'<div style="margin-left:1.4em">{prose(mark.because)}</div>' if mark.cause else ""
        hint = f'<div style="margin-left:1.4em"><i>Hint:</i> {prose(mark.hint)}</div>' if mark.hint else ""
        badge = f'<span style="color:{colour};background:#fff;border-radius:.2em;padding:0 .2em">{sign}</span>'
        return f'<div style="margin:.2em 0">{badge} {name}{prose(mark.reason or mark.outcome)}</div>{where}{because}{hint}'

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Verdict":
        marks = (Mark(**{**mark, "where": tuple(map(tuple, mark.get("where", ())))}) for mark in data["marks"])
        return cls(data["exercise"], data["asks"], tuple(marks), data.get("note", ""))


def shortened(groups: list[list[Mark]]) -> tuple[list[list[Mark]], list[tuple[str, Mark]]]:
    """The groups of marks to show, and a row that counts the failed ones that are not among them."""
    failed = [group for group in groups if group[0].outcome == "failed"]
    if len(failed) <= MOST_SHOWN:
        return groups, []
    first = next((group for group in failed if group[0].cause), failed[0])
    others = [mark for group in failed if group is not first for mark in group]
    names = ", ".join(mark.criterion for mark in others)
    counted = Mark("", 0.0, "failed", f"{len(others)} more criteria fail: {names}. Mend the first, and look again.")
    return [group for group in groups if group is first or group not in failed], [("", counted)]


def number(x: float) -> str:
    """A number of points without needless zeros: 2, 1.5.

    >>> number(2.0), number(1.5)
    ('2', '1.5')
    """
    return f"{x:.4g}"


def prose(text: str) -> str:
    """Escaped text in which `backticks` become code, and *stars* stress.

    >>> prose("is `X*Y*2 < 1`, for *each* row?")
    'is <code>X*Y*2 &lt; 1</code>, for <em>each</em> row?'
    """
    pieces = html.escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if i % 2 else STRESSED.sub(r"<em>\1</em>", piece) for i, piece in enumerate(pieces))
