"""What was measured of the course, on one page: docs/evidence.md, made of benchmarks/README.md and of the attacks in tests/attacks.

    python -m benchmarks.evidence [--check]

The page's words stand in evidence.md.jinja. Every number on it is read from where the program that measured it wrote it, or counted
here; nothing is measured anew.
"""

import argparse
import ast
import functools
import re
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from benchmarks import table
from course.units import UNITS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "evidence.md"
TEMPLATE = Path(__file__).with_name("evidence.md.jinja")
ATTACKS = ROOT / "tests" / "attacks"

Row = dict[str, str]


class Results:
    """What benchmarks/README.md holds, section by section."""

    def __init__(self, readme: str) -> None:
        headings, *parts = re.split(r"^## (.+)\n", f"\n{readme}", flags=re.MULTILINE)
        self.sections = {"": headings} | dict(zip(parts[::2], parts[1::2], strict=True))

    def section(self, heading: str) -> str:
        """What stands under a heading. Raises LookupError where it is missing: it has another name, and the template should say so too."""
        if heading not in self.sections:
            raise LookupError(f"benchmarks/README.md has no section {heading!r}; it has {', '.join(map(repr, self.sections))}")
        return self.sections[heading]

    def rows(self, heading: str) -> list[Row]:
        """The lines of a section's table, by columns; none where nothing has been measured yet."""
        return table.rows(self.section(heading))

    def has(self, heading: str) -> bool:
        """Whether there is a section with a table that is not empty."""
        return bool(table.rows(self.sections.get(heading, "")))

    def measured_on(self, heading: str) -> str:
        """The line that says on which machine, with what and when."""
        return next((line for line in self.section(heading).splitlines() if re.match(r"\d+ cores, ", line)), "")

    def paragraph(self, heading: str, opening: str) -> str:
        """A paragraph, in the words that stand there. Raises LookupError where none begins so."""
        for text in self.section(heading).split("\n\n"):
            if text.startswith(opening):
                return text.strip()
        raise LookupError(f"no paragraph of the section {heading!r} of benchmarks/README.md begins with {opening!r}")


def number(text: str) -> float:
    """The number in a cell, such as "1,000" or "99.98 %"."""
    return float(re.sub(r"[,\s%]|[a-zµ]+$", "", text))


def total(rows: Iterable[Row], *columns: str) -> int:
    """The sum over all lines of a column, or of the product of several."""
    products = []
    for row in rows:
        product = 1.0
        for column in columns:
            product *= number(row[column])
        products.append(product)
    return round(sum(products))


def least(rows: Iterable[Row], column: str) -> str:
    """The cell with the smallest number in a column, as it is written there."""
    return min((row[column] for row in rows), key=number)


def most(rows: Iterable[Row], column: str) -> str:
    """The cell with the largest number in a column."""
    return max((row[column] for row in rows), key=number)


def chosen(rows: Iterable[Row], column: str, pattern: str) -> list[Row]:
    """The lines whose cell in a column matches from its beginning on."""
    return [row for row in rows if re.match(pattern, row[column])]


def shown(rows: Sequence[Row], *columns: str) -> str:
    """Some lines as a table: these columns of it, or all."""
    columns = columns or tuple(rows[0])
    return table.markdown(columns, [[row[column] for column in columns] for row in rows])


def by_unit(rows: Sequence[Row]) -> list[Row]:
    """The exercises of a unit as one line."""
    found = []
    for unit in UNITS:
        own = [row for row in rows if row["unit"] == unit]
        if own:
            sums = {"exercises": f"{len(own)}", "mistakes": f"{total(own, 'mistakes')}", "right answers": f"{total(own, 'right answers')}"}
            worst = {column: least(own, column) for column in ("caught", "named", "passed")}
            found.append({"unit": unit, **sums, **worst, "blamed": f"{total(own, 'blamed')}"})
    return found


@functools.cache
def attacks() -> list[Row]:
    """The tests of each file of attacks, counted by pytest, with what they attack in the words of the file."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:cacheprovider", str(ATTACKS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    counts = Counter(ROOT / line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line)
    return [{"attacks": about(path), "tests": f"{count}"} for path, count in sorted(counts.items())]


def about(path: Path) -> str:
    """The first sentence of a file's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem
    return text.partition("\n\n")[0].replace("\n", " ").rstrip(".")


def page(readme: str | None = None) -> str:
    """The page, of what the README holds now."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    helpers = (total, least, most, chosen, shown, by_unit, number)
    results = Results(table.README.read_text(encoding="utf-8") if readme is None else readme)
    names = {"results": results, "attacks": attacks(), **{helper.__name__: helper for helper in helpers}}
    text = environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(names)
    return "\n\n".join(filled(block) for block in re.split(r"\n{2,}", text.strip())) + "\n"


def filled(block: str) -> str:
    """A paragraph in lines of the usual length; headings, tables, lists and code as they are."""
    return block if re.match(r"#|\||- |    ", block) else textwrap.fill(block, 140, break_long_words=False, break_on_hyphens=False)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser("benchmarks.evidence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; end with status 1 where the page is not what it should be")
    options = parser.parse_args(arguments)
    text, place = page(), PAGE.relative_to(ROOT)
    if options.check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit(f"{place} is older than the results it is made of: run `make evidence`.")
        print(f"{place} is what the results say.")
        return
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    print(f"Wrote {place}. Read it: the sentences of benchmarks/evidence.md.jinja should still be true of these numbers.")


if __name__ == "__main__":
    main()
