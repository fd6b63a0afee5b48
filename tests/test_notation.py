"""One symbol, one meaning: the table in unit 00 has every letter that a formula of a unit holds, and none twice for one unit."""

import re
from collections import Counter
from collections.abc import Iterator

import jupytext
import pytest

from autograder.build import source_of
from course.units import UNITS

TITLE = "The notation of the whole course"
GREEK = set("alpha beta gamma delta epsilon varepsilon eta theta lambda mu sigma Gamma Delta Theta ell nabla".split())
WORDS = re.compile(r"\\mathsf T|\\(?:text|texttt|mathrm|mathsf|operatorname|mathtt|begin|end|text_)\*?\{[^{}]*\}")
LETTER = re.compile(r"\\mathbb\s*\{?(?P<open>[A-Za-z])\}?|\\(?P<command>[A-Za-z]+)|(?P<letter>[A-Za-z])")
FORMULA = re.compile(r"\$\$(.*?)\$\$|\$([^$]+)\$", re.DOTALL)
ROW = re.compile(r"^\| (?P<symbols>[^|]*\$[^|]*) \|[^|]*\|[^|]*\| (?P<units>[^|]*) \|$", re.MULTILINE)


def text_of(unit: str) -> str:
    """All the text of a unit, its code and the table left out."""
    texts = [cell.source for cell in jupytext.read(source_of(unit)).cells if cell.cell_type == "markdown" and TITLE not in cell.source]
    return re.sub(r"`[^`]*`", "", "\n".join(texts))


def letters(formula: str) -> set[str]:
    """The letters of a formula, Latin and Greek, without words, indices that are words, and commands."""
    found = set()
    for part in LETTER.finditer(WORDS.sub(" ", formula)):
        if part["open"]:
            found.add(rf"\mathbb {part['open']}")
        elif part["letter"]:
            found.add(part["letter"])
        elif part["command"] in GREEK:
            found.add("\\" + part["command"])
    return found


def formulas(text: str) -> Iterator[str]:
    """The formulas of a text."""
    for displayed, inline in FORMULA.findall(text):
        yield displayed or inline


def units_named(text: str) -> set[str]:
    """The numbers of the units that a row is for: "02, 07 to 09"."""
    found = set()
    for part in text.split(","):
        first, _, last = part.strip().partition(" to ")
        found |= {f"{number:02}" for number in range(int(first), int(last or first) + 1)}
    return found


def table() -> list[tuple[list[str], set[str]]]:
    """The rows of the table: the symbols of each, and the units it is for."""
    notebook = jupytext.read(source_of(UNITS.names[0]))
    (cell,) = [cell for cell in notebook.cells if TITLE in cell.source]
    rows = [(list(formulas(row["symbols"])), units_named(row["units"])) for row in ROW.finditer(cell.source)]
    assert len(rows) > 30
    return rows


@pytest.mark.parametrize("unit", UNITS.names)
def test_every_letter_of_a_units_formulas_stands_in_the_table_for_that_unit(unit):
    known = set().union(*(letters(symbol) for symbols, units in table() if unit[:2] in units for symbol in symbols))
    for formula in formulas(text_of(unit)):
        unknown = letters(formula) - known
        assert not unknown, f"{unknown} in ${formula}$: give it a row for unit {unit[:2]}, or use a letter there is"


@pytest.mark.parametrize("unit", UNITS.names)
def test_no_symbol_has_two_meanings_in_a_unit(unit):
    counted = Counter(symbol.strip() for symbols, units in table() if unit[:2] in units for symbol in symbols)
    assert not [symbol for symbol, times in counted.items() if times > 1]


def test_letters():
    assert letters(r"\hat y_i = \mathrm{Var}(w)\,\frac{\partial\ell}{\partial\theta}") == {"y", "i", "w", r"\ell", r"\theta"}
    assert letters(r"\mathbb E[h], \texttt{upstream}") == {r"\mathbb E", "h"}
    assert units_named("02, 07 to 09") == {"02", "07", "08", "09"}
