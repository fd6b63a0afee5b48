"""What a student wrote, as the features that are compared: runs of code, names, and runs of words.

Code is compared as MOSS does (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003):
runs of `RUN` tokens, in which every name that the student chose is the same one. Every run is kept, where MOSS keeps a sample of them
for speed: answers are short. The names themselves are features of their own, and so are three words in a row of what was written in
words: text cells, comments, docstrings and other strings. Nothing is run or parsed: tokens alone, so that code which does not compile
is compared like any other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, String, Text

from autograder.intake.structure import Structure, Submission

Kind = Literal["code", "names", "words"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RUN = 8  # tokens
IN_A_ROW = 3  # words
LONGEST = 50_000  # characters of code or of words in one hand-in; what stands beyond them is not compared
LONG_LINE = re.compile(r"(.{200}).+")  # a lexer takes the square of a line's length
WORD = re.compile(r"\w+")
IMPORTED = re.compile(r"^[ \t]*(?:import|from)\b(.*)", re.MULTILINE)
DEFINED = re.compile(r"^[ \t]*(?:def|class)\s+(\w+)", re.MULTILINE)
LEXER = PythonLexer()


class Feature(NamedTuple):
    """Something that two hand-ins may have in common, and where it stands: the cell, and from which character to which."""

    kind: Kind
    key: str
    cell: int
    start: int
    stop: int


@dataclass(frozen=True)
class Cell:
    """A cell with text of the student's: where it stands in the notebook, and its text."""

    place: str
    code: bool
    text: str


@dataclass(frozen=True)
class Work:
    """What one student wrote."""

    cells: tuple[Cell, ...]
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class Given:
    """What students had before they began: the lines of the released cells, and the names that these import or define."""

    lines: Mapping[str, frozenset[str]]
    names: frozenset[str]

    @classmethod
    def of(cls, structure: Structure) -> "Given":
        sources = {slot.id: slot.cell["source"] for slot in structure.slots}
        code = "\n".join(slot.cell["source"] for slot in structure.slots if slot.cell["cell_type"] == "code")
        names = {*WORD.findall(" ".join(IMPORTED.findall(code))), *DEFINED.findall(code)}
        return cls({id: frozenset(source.splitlines()) for id, source in sources.items()}, frozenset(names))


def work_of(submission: Submission, given: Given) -> Work:
    """What a student wrote, in the cells that are theirs."""
    places = {slot.id: slot.grade_id or "a cell of the notebook" for slot in submission.structure.slots}
    own = [cell for cell in submission.notebook.cells if cell.id in submission.own]
    return work_in(((cell, places.get(cell.id, "a cell of their own")) for cell in own), given)


def work_in(placed: Iterable[tuple[Mapping[str, Any], str]], given: Given, room: int = LONGEST) -> Work:
    """What is written in some cells, each with its place, but for the released lines in them; `room` characters of it at most."""
    cells: list[Cell] = []
    features: list[Feature] = []
    for cell, place in placed:
        code = cell["cell_type"] == "code"
        text = without(given.lines.get(cell["id"], frozenset()), cell["source"])
        text = (LONG_LINE.sub(r"\1", text) if code else text)[:room]
        room -= len(text)
        if text.strip():
            features += in_code(text, len(cells), given.names) if code else in_words(text, len(cells))
            cells.append(Cell(place, code, text))
    return Work(tuple(cells), tuple(features))


def without(lines: frozenset[str], text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line not in lines)


def in_code(code: str, cell: int, given: frozenset[str]) -> Iterator[Feature]:
    """The features of a cell of code."""
    tokens: list[tuple[str, int, int]] = []
    for start, kind, text in LEXER.get_tokens_unprocessed(code):
        stop = start + len(text)
        if kind in String or kind in Comment:
            yield from in_words(text, cell, start)
        if kind in Comment or kind in Text:
            continue
        chosen = kind in Name and not chosen_for_them(kind, text, tokens, given)
        if chosen:
            yield Feature("names", text, cell, start, stop)
        same = "a name" if chosen else "a string" if kind in String else text
        if same == "a string" and tokens and tokens[-1][0] == same:  # the lexer takes one in pieces
            tokens[-1] = (same, tokens[-1][1], stop)
        else:
            tokens.append((same, start, stop))
    for i in range(len(tokens) - RUN + 1):
        run = tokens[i : i + RUN]
        yield Feature("code", " ".join(text for text, _, _ in run), cell, run[0][1], run[-1][2])


def chosen_for_them(kind: Any, name: str, before: list[tuple[str, int, int]], given: frozenset[str]) -> bool:
    """Whether a name is Python's, a library's or the notebook's, and so tells nothing of who wrote it."""
    if kind in Name.Builtin or kind in Keyword or name in given:
        return True
    return len(before) > 1 and before[-1][0] == "." and before[-2][0] != "self"


def in_words(text: str, cell: int, offset: int = 0) -> Iterator[Feature]:
    """The features of something written in words: three in a row, or as many as there are."""
    words = list(WORD.finditer(text))
    for i in range(max(len(words) - IN_A_ROW, 0) + 1 if words else 0):
        run = words[i : i + IN_A_ROW]
        yield Feature("words", " ".join(word[0].casefold() for word in run), cell, offset + run[0].start(), offset + run[-1].end())
