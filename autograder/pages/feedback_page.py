"""The page that a student gets back: the mark, what to do next, every exercise with its verdict, and the written answers.

One file that opens offline, on a phone, on paper. Its template is `feedback.html`. Whatever a student wrote is escaped there or cleaned
here, also where nbgrader's own autograding wrote the graded notebook, which cleans nothing.
"""

import functools
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from math import isclose
from typing import Any

import bleach
from jinja2 import Template
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.asked import BESIDE, is_ours
from autograder.gradebook.database import NO_RESPONSE, CellMark, Score
from autograder.intake.structure import text_of
from autograder.pages.formulas import typeset
from autograder.pages.rendering import BLANK_LINE, CONTROL, LONG_LINE, LONGEST, NOTE, TAGS, Renderer, allowed
from autograder.pages.templates import environment
from autograder.report import Report
from course.judging import heatmap
from course.judging.verdict import Mark, Verdict

TEMPLATE = "feedback.html"
LEVELS = range(len(heatmap.COLOURS))
COLOURS = HtmlFormatter(nowrap=True)  # made once: that takes as long as an answer does to colour
COLOURED = 4_000  # characters of code; more is shown in one colour
PRINTED = 1_000  # characters of what a cell printed
FOLDED = 40_000  # characters of the rest of the notebook, so that the page stays small whatever somebody pasted into it
UNREAD = ("unreadable", "zero")  # reports on hand-ins of which nothing was judged
TO_INSTRUCTORS = " Ask the student"  # how a sentence begins that is not for students
PICTURE = re.compile(r"data:image/[a-z]+;base64,[\w+/=]*")
HEADING = re.compile(r"^#+\s+(.*?)\s*(\([^)]*\bpoints?\b[^)]*\))?\s*$", re.MULTILINE)  # without "(4 points, marked by hand)"
ANSI = re.compile(r"\x1b\[[\d;]*m")


@dataclass(frozen=True)
class Marked:
    """What the gradebook says of one submission: marks by the names of graded cells, comments by the names of answers."""

    marks: Mapping[str, CellMark]
    comments: Mapping[str, str]
    by_hand: tuple[str, ...]  # the answers whose comment a human wrote


@dataclass(frozen=True)
class Exercise:
    """An exercise as the page shows it."""

    name: str
    points: float
    earned: float | None
    by_hand: bool
    counts: str
    verdict: Verdict | None
    comment: str
    code: str
    printed: str

    @property
    def fell_short(self) -> bool:
        return self.earned is not None and self.earned < self.points

    @property
    def differs(self) -> bool:
        """Whether the gradebook says something other than the verdict, which says its own points."""
        if self.verdict is None or self.by_hand or self.counts or self.earned is None:
            return True
        return not (isclose(self.points, self.verdict.points) and isclose(self.earned, self.verdict.earned))

    @property
    def worst(self) -> Mark | None:
        """The mark to begin with: the first failed one with a hint, or else the first that was not passed."""
        lost = [mark for mark in self.verdict.marks if mark.outcome != "passed"] if self.verdict else []
        return next((mark for mark in lost if mark.hint), lost[0] if lost else None)


@dataclass(frozen=True)
class Written:
    """A written answer as the page shows it."""

    name: str
    title: str
    question: str
    answer: str
    points: float
    earned: float | None
    counts: str
    comment: str


@dataclass(frozen=True)
class Folded:
    """A cell of the rest of the notebook."""

    code: bool
    text: Markup | str
    printed: str = ""


def page(unit: str, score: Score, marked: Marked, notebook: Mapping[str, Any], report: Report | None) -> str:
    """The whole page, HTML without a request to anywhere. `report` is None where nbgrader itself has graded."""
    cells = [{**cell, "source": text_of(cell["source"])} for cell in notebook["cells"] if not report or cell.get("id") != NOTE]
    if report and report.status in UNREAD:
        cells = []  # those of the released notebook
    exercises, written = list(exercises_of(cells, marked, report)), list(written_of(cells, marked))
    rest, cut = within(FOLDED, rest_of(cells))
    waiting = [one.name for one in exercises if one.earned is None] + [one.title for one in written if one.earned is None]
    return template().render(
        unit=unit,
        score=score,
        note=report.note.partition(TO_INSTRUCTORS)[0] if report else "",
        beside="" if is_ours(unit) or not report else BESIDE,
        waiting=waiting,
        unreadable=report is not None and report.status == "unreadable",
        first=next((one for one in exercises if one.fell_short), None),
        unanswered=next((one for one in written if one.comment == NO_RESPONSE), None),
        exercises=exercises,
        all_marked=all(one.earned is not None for one in exercises),
        written=written,
        rest=rest,
        cut=cut,
    )


@functools.cache
def template() -> Template:
    jinja = environment()
    jinja.globals |= {"levels": LEVELS, "box": heatmap.box}
    jinja.filters |= {"shown": shown, "coloured": coloured, "drawn": drawn}
    return jinja.get_template(TEMPLATE)


def exercises_of(cells: Iterable[Mapping[str, Any]], marked: Marked, report: Report | None) -> Iterator[Exercise]:
    """The exercises in the notebook's order: each answer with what stands below its check."""
    by_name = {grade_id(cell): cell for cell in cells}
    verdicts = {one.exercise: one for one in report.verdicts} if report else {}
    above: Mapping[str, Any] = {}  # the answer that an assignment's own test cell tests
    for cell_name, cell in by_name.items():
        if cell_name not in marked.marks or cell["cell_type"] != "code":
            above = cell if is_answer(cell) else above
            continue
        name, mark = cell_name.removeprefix("check_"), marked.marks[cell_name]
        answer = cell if is_answer(cell) else above if name == cell_name else by_name.get(name, above)
        above, found = {}, in_points(mark.points, verdicts.get(name))
        comment = marked.comments.get(name, "")
        printed = printed_by(answer) + ("" if found else printed_by(cell))
        yield Exercise(
            name,
            mark.points,
            mark.earned,
            mark.by_hand,
            mark.counts,
            found,
            comment if found is None or name in marked.by_hand else "",  # the verdict says what the judge's own comment says
            str(answer.get("source", "")),
            printed,
        )


def is_answer(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is code for a student to write."""
    return cell["cell_type"] == "code" and bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def in_points(points: float, found: Verdict | None) -> Verdict | None:
    """A verdict in the points that the exercise counts in this class; as it is where it counts for nobody."""
    if not found or not points or not found.points or found.points == points:
        return found
    return replace(found, marks=tuple(replace(mark, points=mark.points * points / found.points) for mark in found.marks))


def written_of(cells: Iterable[Mapping[str, Any]], marked: Marked) -> Iterator[Written]:
    """The written answers, each with its question."""
    for cell, title, question in asked(cells, marked.marks):
        name = grade_id(cell)
        mark = marked.marks[name]
        yield Written(name, title, question, cell["source"], mark.points, mark.earned, mark.counts, marked.comments.get(name, ""))


def asked(cells: Iterable[Mapping[str, Any]], names: Container[str]) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """The cells of written answers, by their names, each with the title of its question, and the text above it, which asks."""
    question = ""
    for cell in cells:
        name = grade_id(cell)
        if cell["cell_type"] == "markdown" and name in names:
            heading = HEADING.search(question)
            yield cell, heading[1] if heading else name, question
        elif cell["cell_type"] == "markdown" and not cell.get("id", "").startswith("student-"):
            question = cell["source"]


def rest_of(cells: Iterable[Mapping[str, Any]]) -> Iterator[Folded]:
    """What was not asked: the text between, and code of the student's own."""
    for cell in cells:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("solution") or nbgrader.get("grade") or not cell["source"].strip():
            continue
        code = cell["cell_type"] == "code"
        yield Folded(code, cut_off(cell["source"]) if code else shown(cell["source"]), printed_by(cell))


def within(most: int, cells: Iterable[Folded]) -> tuple[list[Folded], bool]:
    """As many cells as fit, and whether any are left out."""
    fitting: list[Folded] = []
    for cell in cells:
        most -= len(cell.text) + len(cell.printed)
        if most < 0:
            return fitting, True
        fitting.append(cell)
    return fitting, False


def grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def printed_by(cell: Mapping[str, Any]) -> str:
    """What a cell printed and the error that it ended in, as text; never a verdict, which the report holds."""
    texts = []
    for output in cell.get("outputs", ()):
        if output["output_type"] == "stream":
            texts.append("".join(output["text"]))
        elif output["output_type"] == "error":
            texts.append(f"{output['ename']}: {output['evalue']}\n")
    return CONTROL.sub("", ANSI.sub("", "".join(texts)))[:PRINTED]


def cut_off(code: str) -> str:
    """Code of a length that a page can hold."""
    lines = LONG_LINE.sub(r"\1 ... (cut off)", CONTROL.sub("", code))
    return lines if len(lines) <= LONGEST else f"{lines[:LONGEST]}\n... (cut off)"


def coloured(code: str) -> Markup:
    """Python in colours."""
    code = cut_off(code)
    return Markup(highlight(code, PythonLexer(), COLOURS) if len(code) <= COLOURED else escape(code))  # both escape


@functools.lru_cache(maxsize=4096)  # most of a notebook is the same for the whole class
def shown(source: str) -> Markup:
    """Markdown, or HTML that `rendering.harmless` made of it, as HTML that does nothing, with its formulas typeset."""
    if len(PICTURE.sub("", source)) > 5 * LONGEST:
        return Markup(f"<pre>{escape(CONTROL.sub('', source[:LONGEST]))}\n... (cut off)</pre>")
    made_harmless = source.startswith("<div>\n") and not BLANK_LINE.search(source)
    html = source
    if not made_harmless:
        renderer = Renderer(escape=False, exclude_anchor_links=True, attachments={})
        html = MarkdownWithMath(renderer=renderer).render(CONTROL.sub("", source[:LONGEST]))
    clean = bleach.clean(html, tags=TAGS | {"details", "summary"}, attributes=allowed, protocols={"http", "https", "mailto", "data"})
    return Markup(typeset(clean))


def drawn(one: Verdict) -> Markup:
    """A verdict as the notebook shows it, with its maps in a fifth of the characters: the page's own style says how a level looks."""
    html = one._repr_html_()  # it escapes
    for level in LEVELS:
        html = html.replace(f'<td style="{heatmap.box(level)}"></td>', f"<td class=l{level}>")
    return Markup(html)
