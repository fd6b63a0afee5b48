"""Graded notebooks, and that nothing a student wrote does anything on the pages made of them."""

import base64
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from autograder.intake.structure import Structure, StudentCell
from autograder.intake.submission import fingerprint, read
from autograder.pages.rendering import LONGEST, LONGEST_IN_ALL, graded, harmless, write
from autograder.report import Report
from course.judging.verdict import Mark, Verdict

UNIT = "05_sample"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
DOUBLE = Verdict("double", "twice `x`", (Mark("value", 3.0, "failed", "is `x`", "twice?"),))
SQUARE = Verdict("square", "`x` times `x`", (Mark("value", 2.0, "passed"),))

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVa&#115;cript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](http://elsewhere.example/pixel.png)",
    "![x](attachment:missing.png)",
    '![" onerror="alert(1)](attachment:missing.png)',
    "```mermaid\n</pre><script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "# check_double",
    "check_double\n===",
    '<h1 id="check_double">',
    '<input class="score" id="written_1">',
    "$$</p><script>alert(1)</script>$$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "\\begin{align}<script>alert(1)</script>\\end{align}",
    "a\n\n</div></div><script>alert(1)</script>",
    "<!-- --><script>alert(1)</script> <?php ?> <![CDATA[<script>]]>",
    "<style>@import 'http://elsewhere.example'</style><base href='//elsewhere.example'>",
    "| <script> | b |\n|---|---|\n| [x](vbscript:1) | <object data=x> |",
    "<a href='https://x.example' onclick=alert(1) style='position:fixed'>x</a>",
    "https://x.example/\"onmouseover=alert(1)",
    "~~~\n</code></pre><script>alert(1)</script>",
]


ACTIVE = ("script", "style", "svg", "iframe", "object", "embed", "form", "base", "link", "math")
PIECES = [*ATTACKS, "\n", "\n\n", "    ", "> ", "- ", "`", "$", "$$", "<div>", "</div>", "&lt;", "]", "(", "a"]


class Page(HTMLParser):
    """The tags of a page as a browser sees them."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def harm(self):
        """Everything in student-made HTML that could act, call elsewhere, or pose as part of the page."""
        found = [tag for tag in self.tags if tag[0] in ACTIVE]
        for tag, attributes in self.tags:
            for name, value in attributes.items():
                fine = (
                    (name == "href" and re.match(r"https?://|mailto:", value or ""))
                    or (name == "src" and re.match(r"data:image/(png|jpeg);base64,[\w+/=]*$", value or ""))
                    or (name == "class" and (value == "highlight" or len(value) <= 3))
                    or name in ("alt", "title", "start", "type", "disabled", "checked")
                )
                if not fine:
                    found.append((tag, {name: value}))
        return found


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_students_markdown_does_nothing(attack):
    assert Page(harmless(attack)).harm() == []


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=8))
@example(["> ", "```mermaid\n", "</pre><script>alert(1)</script>"])
def test_nor_does_any_mixture(pieces):
    assert Page(harmless("".join(pieces))).harm() == []


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.text(alphabet="<>/![]()&#;:\"'`$\\ \n\t-=*_|~axj0\x00\x0b\x0c\u2028"))
def test_nor_does_any_text_and_it_stays_one_block(text):
    html = harmless(text)
    assert Page(html).harm() == []
    assert not re.search(r"\n\s*\n", html)


def through_nbconvert(markdown):
    """What nbgrader's templates make of the source of a Markdown cell."""
    return HTMLExporter().markdown2html({"cell": {}}, markdown)


@pytest.mark.parametrize("text", [*ATTACKS, "a\n\n\n    b\n\n\n    c\n\n- d\n\n  e\n", "$$\na < b\n\n\\\\ c\n$$", "```\na\n\n\nb\n```"])
def test_nbconvert_hands_it_on_unchanged(text):
    assert through_nbconvert(harmless(text)).strip() == harmless(text)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("$a < b$ and $x<y$", "<p>$a &lt; b$ and $x&lt;y$</p>"),
        ("$$\n\\begin{aligned}a &< b \\\\ c\\end{aligned}\n$$", "<p>$$\n\\begin{aligned}a &amp;&lt; b \\\\ c\\end{aligned}\n$$</p>"),
        ("a<b and c>d & e", "<p>a&lt;b and c&gt;d &amp; e</p>"),
        ("*yes* **no** `x<y`", "<p><em>yes</em> <strong>no</strong> <code>x&lt;y</code></p>"),
        ("[notes](https://x.example/a?b=1&c=2)", '<p><a href="https://x.example/a?b=1&amp;c=2">notes</a></p>'),
    ],
)
def test_what_a_student_means_is_shown(markdown, html):
    assert harmless(markdown) == f"<div>\n{html}\n</div>"


def test_an_attached_picture_is_shown():
    html = harmless("![my sketch](attachment:a.png)", {"a.png": {"image/png": PNG}})
    assert ("img", {"src": f"data:image/png;base64,{PNG}", "alt": "my sketch"}) in Page(html).tags


def test_an_attached_picture_is_shown_once():
    html = harmless("![my sketch](attachment:a.png)\n" * 100, {"a.png": {"image/png": PNG}})
    assert html.count(PNG) == 1


def test_very_long_markdown_is_shown_as_it_was_typed():
    assert harmless("**a** <b>" * LONGEST).startswith("<div>\n<pre>**a** &lt;b&gt;**a**")


def test_no_bracket_is_left_for_nbconvert_to_follow_to_the_end_of_the_line():
    html = harmless(r"a[0], $x[1]$, [a link](http://b) " + "[" * 100, {})
    assert "[" not in html and "a&#91;0]" in html and '<a href="http://b"' in html
    assert "[" not in harmless("[" * 2 * LONGEST)


@pytest.fixture
def structure(instructor_notebook):
    return Structure(instructor_notebook)


@pytest.fixture
def submission(structure, instructor_notebook, tmp_path):
    instructor_notebook.cells[0].source = ATTACKS[0]
    instructor_notebook.cells[2].source = "print('</pre><script>alert(1)</script>')"
    instructor_notebook.cells[8].source = "\n\n".join(ATTACKS)
    instructor_notebook.cells.append(nbformat.v4.new_raw_cell(ATTACKS[0], metadata={"raw_mimetype": "text/html"}))
    path = tmp_path / "submitted" / "ada" / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(nbformat.writes(instructor_notebook))
    return read(path, structure)


def report(**more):
    return Report("ada", UNIT, **{"status": "graded", "verdicts": (DOUBLE, SQUARE)} | more)


def cell(notebook, id):
    return next(cell for cell in notebook.cells if cell.id == id)


def test_a_graded_notebook_is_valid_and_has_every_verdict_below_its_check(structure, submission):
    notebook = graded(report(cell_errors=(("double", "NameError: x <b>"),)), structure, submission)
    nbformat.validate(notebook)
    assert cell(notebook, "check-double").outputs[0].data == {"text/html": DOUBLE._repr_html_(), "text/plain": str(DOUBLE)}
    assert cell(notebook, "check-square").outputs[0].data["text/plain"] == str(SQUARE)
    assert cell(notebook, "double").outputs == [{"output_type": "stream", "name": "stderr", "text": "NameError: x <b>\n"}]
    assert cell(notebook, "imports").outputs == []


def test_answers_keep_their_code_and_what_nbgrader_asks_of_them(structure, submission):
    notebook = graded(report(), structure, submission)
    assert cell(notebook, "double").source == "print('</pre><script>alert(1)</script>')"
    for id in ("double", "check-double", "written-1"):
        assert cell(notebook, id).metadata == next(slot.cell["metadata"] for slot in structure.slots if slot.id == id)


def test_the_instructors_own_text_is_left_alone(structure, submission):
    assert cell(graded(report(), structure, submission), "locked").source == "**Read** this."


def test_an_untouched_answer_still_has_its_checksum(instance, hand_in):
    structure = instance.structure(UNIT)
    notebook = graded(report(), structure, read(hand_in("ada"), structure))
    for each in notebook.cells:
        if "nbgrader" in each.metadata:
            assert each.metadata.nbgrader.checksum == compute_checksum(each)


def test_a_submission_can_be_graded_again_after_it_was_rendered(structure, submission):
    before = json.dumps(submission.notebook)
    graded(report(note="x", cell_errors=(("double", "E"),)), structure, submission)
    assert json.dumps(submission.notebook) == before


def test_a_note_stands_on_top(structure, submission):
    first = graded(report(note="Cell 7 of <b>, `x`"), structure, submission).cells[0]
    assert (first.cell_type, first.source) == ("markdown", "<div><b>Cell 7 of &lt;b&gt;, <code>x</code></b></div>")


def test_an_unreadable_submission_has_a_page_too(structure):
    notebook = graded(report(status="unreadable", note="The file is empty."), structure, None)
    nbformat.validate(notebook)
    assert "The file is empty." in notebook.cells[0].source
    assert [each.id for each in notebook.cells[1:]] == [slot.id for slot in structure.slots]


def test_a_graded_notebook_lies_where_nbgrader_looks_for_it(instance, structure, submission, hand_in):
    hand_in("ada").with_name("timestamp.txt").write_text("2026-03-01 12:00:00 Europe/Berlin")
    written = write(instance, report(), structure, submission)
    path = instance.root / "autograded" / "ada" / UNIT / f"{UNIT}.ipynb"
    assert written == replace(report(), rendered=fingerprint(path))
    assert path.with_name("timestamp.txt").read_text() == "2026-03-01 11:00:00 UTC\n"
    path.chmod(0o444)  # as nbgrader leaves it
    assert write(instance, report(note="again"), structure, submission).rendered == fingerprint(path) != written.rendered
    assert "again" in path.read_text()
    assert sorted(other.name for other in path.parent.iterdir()) == [f"{UNIT}.ipynb", "timestamp.txt"]


def test_nothing_happens_on_formgraders_page(structure, submission):
    """formgrader's template, as nbgrader configures it: no cleaning of Markdown or HTML."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "last_name", "first_name", "notebook_path")
    resources = dict.fromkeys(names, "name") | {"index": 0, "total": 1}
    exporter = HTMLExporter(config=config)
    attacked, _ = exporter.from_notebook_node(graded(report(note=ATTACKS[0]), structure, submission), resources=dict(resources))
    page = Page(attacked)
    plain, _ = exporter.from_notebook_node(graded(report(note="x"), structure, None), resources=dict(resources))
    assert [tag for tag in page.tags if tag[0] == "script"] == [tag for tag in Page(plain).tags if tag[0] == "script"]
    assert not [tag for tag in page.tags if any(name.startswith("on") and "toggle_name" not in value for name, value in tag[1].items())]
    assert not [tag for tag in page.tags if str(tag[1].get("href")).lower().startswith(("javascript", "data", "vbscript"))]
    assert not [tag for tag in page.tags if tag[0] in ("svg", "iframe", "object", "base", "img")]
    ids = [tag[1]["id"] for tag in page.tags if "id" in tag[1]]
    assert ids.count("check_double") == 1
    assert ids.count("written_1") == 1


def test_markdown_beyond_measure_is_shown_as_it_was_typed(structure):
    cells = [StudentCell("markdown", f"**{i}** {'x' * (LONGEST - 20)}") for i in range(12)]
    notebook = graded(report(), structure, structure.rebuild(cells, "f"))
    shown = [each.source for each in notebook.cells if each.id.startswith("student-")]
    assert len(shown) == 12 and LONGEST_IN_ALL == 10 * LONGEST
    assert ["<strong>" in source for source in shown] == [True] * 10 + [False] * 2


def test_a_line_of_code_that_no_screen_could_show_is_cut(structure):
    long = StudentCell("code", "y = 1\nx = a" + ".a" * 5_000, grade_id="double")
    shown = cell(graded(report(), structure, structure.rebuild([long], "f")), "double").source.split("\n")
    assert shown[0] == "y = 1" and len(shown[1]) < 1_100 and shown[1].endswith(" ... (cut off)")
