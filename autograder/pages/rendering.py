"""Reports into graded notebooks: autograded/STUDENT/UNIT/UNIT.ipynb, where formgrader and the feedback page look for them.

Both pages show Markdown and HTML as they find them, with nbgrader's templates, which clean nothing. So whatever a student wrote is
made harmless *here*: code and errors stay text, and a student's Markdown is rendered now, cleaned, and written as HTML of known tags.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import bleach
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.notebooknode import NotebookNode, from_dict

from autograder.files import write_whole
from autograder.instance import Instance, reported
from autograder.intake.structure import Structure, Submission
from autograder.intake.times import timestamp
from autograder.report import Report
from course.judging.verdict import prose

LONGEST = 10_000  # characters of Markdown; more is shown as it was typed, for the parser can be made to take very long over it
LONGEST_IN_ALL = 100_000  # in one notebook
LONG_LINE = re.compile(r"(.{1000}).+")  # of code: what colours it takes the square of a line's length, and minutes over `a.a.a.a...`
NOTE = "autograder-note"  # the id of the cell with what is said of the submission as a whole
TAGS = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 div blockquote em strong del a img code pre span ul ol li dl dt dd input table thead tbody tr th td".split()
)
ATTRIBUTES: dict[tuple[str, str], re.Pattern[str]] = {  # no id, which formgrader finds its score fields by; no style
    ("a", "href"): re.compile(r"(https?://|mailto:).*", re.IGNORECASE | re.DOTALL),
    ("a", "title"): re.compile(r".*", re.DOTALL),
    ("img", "src"): re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/]*={0,2}"),
    ("img", "alt"): re.compile(r".*", re.DOTALL),
    ("ol", "start"): re.compile(r"\d+"),
    ("input", "type"): re.compile("checkbox"),
    ("input", "disabled"): re.compile(".*"),
    ("input", "checked"): re.compile(".*"),
    ("div", "class"): re.compile("highlight"),
    ("span", "class"): re.compile(r"[a-z]{1,2}[0-9]?"),  # the colours of code
}
BLANK_LINE = re.compile(r"\n(?=[^\S\n]*\n)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Renderer(IPythonRenderer):
    """nbconvert's Markdown, with attached pictures alone, each once: one from elsewhere would tell its owner who looks at it, and when."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        name = url.removeprefix("attachment:")
        if name not in self.attachments:
            return f"[{escape(text)}: {escape(url)}]"
        shown = super().image(text, url, title)
        del self.attachments[name]  # a thousand copies of a large picture would fill the disk
        return shown


def write(instance: Instance, report: Report, structure: Structure, submission: Submission | None) -> Report:
    """Render the graded notebook of one report, and put it in its place; the report as `rendered` returns it."""
    report, text = rendered(report, structure, submission)
    put(instance, report, text)
    return report


def rendered(report: Report, structure: Structure, submission: Submission | None) -> tuple[Report, str]:
    """The graded notebook of one report; of an unreadable one (no submission) the released notebook, with the reason on top.

    Before it the report, with what tells a graded notebook that was changed since.
    """
    text = json.dumps(graded(report, structure, submission))
    return replace(report, rendered=hashlib.sha256(text.encode()).hexdigest()), text


def put(instance: Instance, report: Report, text: str) -> None:
    """Write a graded notebook where it is looked for, and when it was handed in beside it."""
    path = instance.autograded(report.student, report.unit)
    with reported(f"write {path}"):
        write_whole(path, text)
        if at := timestamp(instance.submitted(report.student, report.unit)):
            write_whole(path.with_name("timestamp.txt"), f"{at} UTC\n")


def graded(report: Report, structure: Structure, submission: Submission | None) -> NotebookNode:
    """The rebuilt notebook, with every verdict under its check and every error under its cell."""
    notebook = structure.notebook(submission.notebook.cells) if submission else structure.blank()
    outputs = outputs_of(report, structure)
    written = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = outputs.get(cell.id, [])
            cell.source = LONG_LINE.sub(r"\1 ... (cut off)", cell.source)
        elif submission and cell.id in submission.own:
            written += len(cell.source)
            show_as_text(cell, typed=written > LONGEST_IN_ALL)
    if report.note:
        note = f"<div><b>{prose(' '.join(report.note.split()))}</b></div>"
        notebook.cells.insert(0, from_dict({"cell_type": "markdown", "id": NOTE, "metadata": {}, "source": note}))
    return notebook


def outputs_of(report: Report, structure: Structure) -> dict[str, list[NotebookNode]]:
    """What stands below each code cell, by cell id."""
    outputs: dict[str, dict[str, Any]] = {}
    for id, error in report.cell_errors:
        outputs[id] = {"output_type": "stream", "name": "stderr", "text": f"{error}\n"}
    for verdict in report.verdicts:
        if check := structure.check_ids.get(verdict.exercise):
            shown = {"text/html": verdict._repr_html_(), "text/plain": str(verdict)}
            outputs[check] = {"output_type": "display_data", "data": shown, "metadata": {}}
    return {id: [from_dict(output)] for id, output in outputs.items()}


def show_as_text(cell: NotebookNode, *, typed: bool) -> None:
    """Turn a student's text cell into one that any page can show; `typed` as it was typed."""
    cell.source = harmless(cell.source, cell.pop("attachments", {}), typed=typed)
    cell.cell_type = "markdown"  # raw cells would be shown as HTML


def harmless(markdown: str, attachments: Mapping[str, Any] | None = None, *, typed: bool = False) -> str:
    """A student's Markdown as HTML that does nothing: known tags, links to http(s), attached pictures, and maths left as it is.

    It is one block without blank lines, which a Markdown renderer hands on unchanged.

    >>> harmless("$a < b$ <script>alert(1)</script>")
    '<div>\\n<p>$a &lt; b$ &lt;script&gt;alert(1)&lt;/script&gt;</p>\\n</div>'
    """
    text = CONTROL.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n"))
    renderer = Renderer(escape=True, exclude_anchor_links=True, attachments=dict(attachments or {}))
    if typed or len(text) > LONGEST:
        clean = f"<pre>{escape(text)}</pre>"
    else:
        html = MarkdownWithMath(renderer=renderer).render(text)
        clean = bleach.clean(html, tags=TAGS, attributes=allowed, protocols={"http", "https", "mailto", "data"})
    whole = BLANK_LINE.sub("&#10;", f"<div>\n{clean.strip()}\n</div>")
    return whole.replace("[", "&#91;")  # nbconvert looks for links to files/, from each bracket to the end of its line


def allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute is one of the few that are let through."""
    pattern = ATTRIBUTES.get((tag, name))
    return pattern is not None and pattern.fullmatch(value) is not None
