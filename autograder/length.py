"""How long a unit takes, reckoned from its notebook: `python -m autograder.length` prints the table.

Minutes = words of the core, hints apart, at 90 a minute (a second-language student reads mathematics so) + what each answer and written
question says it takes + 1 for each prediction + half a minute for each cell that is run. What is optional (`<details>` that begin with
"Optional", folded sections, sections "beyond the core") is reckoned apart, in the same way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat.notebooknode import NotebookNode

from autograder.build import source_cells, source_of
from course.units import UNITS

WORDS_A_MINUTE = 90
PREDICTION = 1.0
CELL = 0.5
MOST = 120  # minutes: no core is longer
HEADING = re.compile(r"^(#+) +(.*)")
DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
ANSWER = re.compile(r"\*\*Your turn \(answers? [^;)]*; (\d+) minutes; (★+)\)")
WRITTEN = re.compile(r"^#+ A written question \([^;)]*; (\d+) minutes\)", re.MULTILINE)
STATED = re.compile(r"^\| *(\d+) minutes(?:, and (\d+) for what is optional)?[^|]*\|", re.MULTILINE)
BEFORE = re.compile(r"\*\*Before you")


@dataclass
class Minutes:
    """What a part of a notebook takes, by its kinds of work."""

    words: int = 0
    answers: int = 0
    predictions: int = 0
    cells: int = 0

    @property
    def total(self) -> float:
        return self.words / WORDS_A_MINUTE + self.answers + PREDICTION * self.predictions + CELL * self.cells

    def add(self, text: str) -> None:
        """Take a text into account: its words, the minutes it states, the predictions it asks for."""
        self.words += words(text)
        self.answers += sum(int(minutes) for minutes, _ in ANSWER.findall(text)) + sum(map(int, WRITTEN.findall(text)))
        self.predictions += len(BEFORE.findall(text))


def of_unit(unit: str) -> tuple[Minutes, Minutes]:
    """What a unit's core takes, and what is optional."""
    core, optional = Minutes(), Minutes()
    for cell, beyond in cells_of(unit):
        part = optional if beyond else core
        if cell.cell_type == "code":
            part.cells += 2 if "exercise" in cell.metadata else 1  # an answer's check is a cell, too
        elif "written" not in cell.metadata:
            part.add(DETAILS.sub("", cell.source))
            for title, text in DETAILS.findall(cell.source):
                (optional if title.startswith("Optional") else Minutes() if title.startswith("Hint") else part).add(text)
    return core, optional


def cells_of(unit: str) -> Iterator[tuple[NotebookNode, bool]]:
    """The cells of a unit's source, each with whether it belongs to a section that is optional; further reading is left out."""
    level = 0  # of the heading of the optional section we are in, 0 outside
    for cell in source_cells(source_of(unit)):
        if cell.cell_type == "markdown" and (heading := HEADING.match(cell.source)):
            depth, title = len(heading[1]), heading[2].lower()
            if level and depth <= level:
                level = 0
            if not level and ("beyond the core" in title or title.startswith("optional") or cell.metadata.get("folded")):
                level = depth
        cell.source = cell.source.partition("## Further reading")[0]
        yield cell, bool(level)


def words(text: str) -> int:
    """The words of a text; a formula counts as one, and a displayed one as five."""
    text = re.sub(r"\$\$.*?\$\$", " formula formula formula formula formula ", text, flags=re.DOTALL)
    text = re.sub(r"\$[^$]+\$", " formula ", text)
    return len(re.findall(r"\w[\w'’.-]*", text))


def stated(unit: str) -> tuple[int, int]:
    """The minutes that a unit's table states: of its core, and of what is optional. Raises ValueError where it states none."""
    text = "\n".join(cell.source for cell in source_cells(source_of(unit)))
    found = STATED.search(text)
    if not found:
        raise ValueError(f"{unit}: expected a line `| 110 minutes, and 25 for what is optional | ...` in the table at the top")
    return int(found[1]), int(found[2] or 0)


def rounded(minutes: float) -> int:
    """To five minutes."""
    return 5 * round(minutes / 5)


def main() -> None:
    print(f"{'unit':26}{'words':>7}{'answers':>9}{'predictions':>13}{'cells':>7}{'core':>6}{'optional':>10}  stated")
    for unit in UNITS.names:
        core, optional = of_unit(unit)
        parts = f"{core.words:7}{core.answers:9}{core.predictions:13}{core.cells:7}"
        print(f"{unit:26}{parts}{core.total:6.0f}{optional.total:10.0f}  {' + '.join(stated_or_dash(unit))}")


def stated_or_dash(unit: str) -> list[str]:
    try:
        return [str(minutes) for minutes in stated(unit)]
    except ValueError:
        return ["-", "-"]


if __name__ == "__main__":
    main()
