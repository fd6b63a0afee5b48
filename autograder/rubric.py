"""What stands in the cell of a written question in the instructor's notebook: a model answer and a rubric.

    **Model answer.** Every example uses the same bias, so ...

    **Rubric.** Half points where the reason is missing.

    - 1: the sum is derived from the rule
    - 0.5: ...

The build releases such a cell without any of it. Each line `- POINTS: what earns them` is a criterion.
"""

import re
from dataclasses import dataclass

HEADING = re.compile(r"^\*\*Rubric[.:]?\*\*[.:]?[^\S\n]*", re.MULTILINE)
MODEL = re.compile(r"\s*\*\*Model [a-z]+[.:]?\*\*[.:]?\s*")  # the page has a heading of its own
ITEM = re.compile(r"^- (\d+(?:\.\d+)?): (.*(?:\n[ \t]+\S.*)*)\n?", re.MULTILINE)
STEP = 0.5  # points: what a criterion may earn a part of


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric. `text` is Markdown."""

    points: float
    text: str

    @property
    def choices(self) -> tuple[float, ...]:
        """What may be given for it: nothing, each step on the way, all of it.

        >>> Criterion(1.5, "three things").choices
        (0.0, 0.5, 1.0, 1.5)
        """
        steps = range(int(self.points / STEP) + 1)
        return tuple(sorted({*(STEP * step for step in steps), self.points}))


@dataclass(frozen=True)
class Rubric:
    """A model answer, in Markdown, and the criteria that its points are given by; both may be missing.

    >>> rubric = Rubric.read("**Model answer.** Because.\\n\\n**Rubric.** Any words will do.\\n\\n- 1: a cause\\n- 0.5: an effect")
    >>> rubric.model, rubric.remarks, rubric.points
    ('Because.', 'Any words will do.', 1.5)
    """

    model: str
    remarks: str
    criteria: tuple[Criterion, ...]

    @classmethod
    def read(cls, source: str) -> "Rubric":
        """The rubric in the text of a cell."""
        model, *rest = HEADING.split(source, maxsplit=1)
        rubric = rest[0] if rest else ""
        criteria = tuple(Criterion(float(points), " ".join(text.split())) for points, text in ITEM.findall(rubric))
        return cls(MODEL.sub("", model, count=1).strip(), ITEM.sub("", rubric).strip(), criteria)

    @property
    def points(self) -> float:
        return sum(criterion.points for criterion in self.criteria)
