"""Decks and gallery: how slides are read, what no slide holds, and what the folder is made of."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

import nbformat
import pytest

from autograder import build
from autograder.cli import main
from autograder.commands.options import DONE, USAGE
from autograder.lecture import folder, markdown, running, slides
from course import widgets
from course.errors import UserError
from course.units import UNITS

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "autograder/lecture"
PACKAGES = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
MOST_WORDS = 60  # of a slide; some 40 are aimed at
NOTE = "\n#\n# Note: Say it. Then ask.\n\n"

# The bundle


@pytest.mark.parametrize("name", folder.SHARED)
def test_the_bundle_is_of_these_sources(name):
    parts = [*sorted((ROOM / "deck").iterdir()), ROOT / "package.json"]
    found = hashlib.sha256(b"".join(part.read_bytes() + b"\0" for part in parts)).hexdigest()
    bundle = (ROOM / name).read_text(encoding="utf-8")
    assert re.search("sources sha256 (.*)", bundle)[1] == found, "a source has changed since: run `make deck`"
    assert f"esbuild {PACKAGES['esbuild']}" in bundle
    for package in ("katex", "reveal.js"):
        assert f"{package} {PACKAGES[package]}\n" in bundle, "with its licence"
    assert "marked" in bundle and bundle.count("Permission is hereby granted") == 3


def test_the_style_asks_for_no_other_file():
    style = (ROOM / "bundle.css").read_text(encoding="utf-8").partition("*/")[2]
    assert not re.findall(r"url\((?!\"?data:)[^)]*\)|@import", style)
    assert len(re.findall(r"url\(\"?data:font/woff2", style)) >= 20, "KaTeX's fonts are in it"


def test_make_deck_writes_this_very_bundle(tmp_path):
    if missing := [tool for tool in ("make", "node", "npm") if not shutil.which(tool)]:
        pytest.skip(f"needs {', '.join(missing)}")
    shutil.copytree(ROOM / "deck", tmp_path / "autograder/lecture/deck")
    for name in ("Makefile", "package.json"):
        shutil.copy(ROOT / name, tmp_path)
    patience = {"npm_config_fetch_retries": "0", "npm_config_fetch_timeout": "20000", "npm_config_update_notifier": "false"}
    run = subprocess.run(["make", "deck"], cwd=tmp_path, env=os.environ | patience, capture_output=True, text=True, timeout=300)
    if run.returncode and not (tmp_path / "node_modules/esbuild").exists() and not re.search("ETARGET|ERESOLVE", run.stderr):
        pytest.skip(f"npm could not install: {run.stderr.strip()[-300:]}")
    assert run.returncode == 0, run.stderr
    for name in folder.SHARED:
        assert (tmp_path / "autograder/lecture" / name).read_bytes() == (ROOM / name).read_bytes()


# Slides


def figure(width=400, height=300):
    """A figure as the course's Picture shows itself; of its image there is the head alone."""
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    image = base64.b64encode(head + bytes(99)).decode()
    return f'<figure><img class="course-picture" alt="a figure" src="data:image/png;base64,{image}"></figure>'


def executed(directory, text, *shown):
    """A notebook with a deck, whose cells with `deck="show"` show these: figures, as texts, or widgets."""
    path = directory / "00_start_here" / "notebook.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text("# %% [markdown]\n# # Unit 00: Start here\n\n" + text, encoding="utf-8")
    notebook, states = build.instructor_notebook(path, deck=True), {}
    waiting = iter(shown)
    for cell in notebook.cells:
        if cell.metadata.get("deck") != "show":
            continue
        if isinstance(one := next(waiting), str):
            data = {"text/html": one}
        else:
            state = {**one.get_state(widgets.names_of(one.keys)), "_esm": str(one._esm), "_anywidget_id": f"course.{type(one).__name__}"}
            states[f"model {len(states)}"] = {"state": state}
            data = {slides.VIEW: {"model_id": f"model {len(states) - 1}"}}
        cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    notebook.metadata["widgets"] = {slides.STATES: {"state": states}}
    return notebook


SLIDE = f'# %% [markdown] deck="slide"\n# ## A title of $x$\n#\n# Words,\n#\n# $$x^2$${NOTE}'
BARE = f'# %% [markdown] deck="slide"\n# ## Bare{NOTE}'
SHOW = '# %% demo=true deck="show"\n1 + 1\n\n'


def test_a_slide_has_a_title_a_text_and_a_note(tmp_path):
    notebook = executed(tmp_path, SLIDE + BARE)
    first, second = slides.slides(notebook)
    assert (first.title, first.text, first.note) == ("A title of $x$", "Words,\n\n$$x^2$$", "Say it. Then ask.")
    assert (second.title, second.text, second.figures, second.widget) == ("Bare", "", [], None)
    assert slides.heading(notebook) == ("Unit 00", "Start here")


@pytest.mark.parametrize("source", ["# No title\n\nNote: x", "## Title\n\nno note", "Text\n## Title\n\nNote: x", "## Title\n\nNote:"])
def test_a_slide_without_a_title_or_a_note_is_refused(source):
    with pytest.raises(UserError, match="A slide needs a first line `## Title`, and a last paragraph `Note:"):
        slides.slide(source)


def test_a_figure_goes_to_the_slide_before_it_and_of_several_each_has_its_own(tmp_path):
    made = slides.slides(executed(tmp_path, SLIDE + SHOW + BARE + SHOW + SHOW, figure(), figure(), figure(1000, 300)))
    assert [(one.title, bool(one.text), len(one.figures)) for one in made] == [
        ("A title of $x$", True, 1), ("Bare (1 of 2)", False, 1), ("Bare (2 of 2)", False, 1),
    ]  # fmt: skip
    assert [one.wide for one in made] == [False, False, True]


def test_a_widget_has_its_slide_for_itself_and_its_still_picture_is_no_figure(tmp_path):
    notebook = executed(tmp_path, BARE + SHOW, widgets.Tangent("x³", h=0.5))
    still = nbformat.v4.new_output("display_data", data={"text/html": f'<div id="still-1">{figure()}</div>'})
    notebook.cells[-1].outputs.insert(0, still)
    (one,) = slides.slides(notebook)
    assert one.widget["curve"] == "x³" and not one.figures
    with pytest.raises(UserError, match="has a widget, which needs it for itself"):
        slides.slides(executed(tmp_path, SLIDE + SHOW, widgets.Tangent()))


def test_a_cell_that_shows_nothing_and_one_before_the_first_slide_are_refused(tmp_path):
    with pytest.raises(UserError, match="shows neither a figure nor a widget:\n1 \\+ 1"):
        slides.slides(executed(tmp_path, BARE + SHOW, "2"))
    with pytest.raises(UserError, match="stands before the first slide:\n1 \\+ 1"):
        slides.slides(executed(tmp_path, SHOW + BARE, figure()))


def test_text_code_and_formulas():
    html = markdown.html_of("Of $a < b$:\n\n$$\\frac{a}{b}\n+ c$$\n\n```python\nreturn x\n```\n\nin $$x$$ line, and `$y$` for \\$5")
    assert '<span class="math">a &lt; b</span>' in html and '<div class="math display">\\frac{a}{b}\n+ c</div>' in html
    assert '<span class="k">return</span>' in html and '<span class="math display">x</span>' in html
    assert "<code>$y$</code> for $5" in html


def test_a_paragraph_that_ends_with_a_question_is_what_the_room_is_asked():
    html = markdown.html_of("A fact.\n\nHow **large**?\n\n**How small?**\n\n- a point?\n- a line\n\nIs it? No.")
    assert html.count('class="ask"') == html.count('<p class="ask">') == 2 and "<p>A fact.</p>" in html and "<p>Is it? No.</p>" in html
    assert markdown.html_of("- Who?\n- **And how?**").startswith('<ul class="ask">\n<li>Who?')


# The folder


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with one deck, of a slide with words, one with a figure, one with a widget."""
    directory = tmp_path_factory.mktemp("lecture")
    notebook = executed(directory, SLIDE + SHOW + BARE + SHOW, figure(), widgets.Tangent("x³", h=0.5))
    folder.write(directory / "lecture", {"00_start_here": notebook})
    return directory / "lecture"


def test_the_folder_is_whole_and_asks_for_nothing_outside_of_it(written):
    pages = {path.relative_to(written).as_posix(): path.read_text(encoding="utf-8") for path in written.rglob("*.html")}
    assert set(pages) == {"index.html", "gallery.html", "00_start_here.html", "widgets/00_Tangent.html"}
    for page in pages.values():
        page = re.sub(r'srcdoc="[^"]*"|<script type="application.*?</script>', "", page)
        for target in re.findall(r'(?:src|href)="(?!data:|#)([^"?]+)', page):
            assert (written / target).is_file(), target


def test_a_deck_has_its_first_slide_from_the_heading_and_a_note_on_every_other(written):
    page = (written / "00_start_here.html").read_text(encoding="utf-8")
    first, *others = page.split("<section")[1:]
    assert "Unit 00" in first and "<h1>Start here</h1>" in first and len(others) == 2
    assert '<li value="3">Bare</li>' in first, "its note is the plan"
    assert all('<aside class="notes"><p>Say it. Then ask.</p>' in one for one in others)
    assert "1 + 1" not in page, "code is not shown"


def test_the_widget_on_a_slide_has_the_slides_title_and_the_state_it_was_shown_with(written):
    page = (written / "00_start_here.html").read_text(encoding="utf-8")
    assert "&#34;title&#34;: &#34;Bare&#34;" in page and "&#34;h&#34;: 0.5" in page


@pytest.mark.browser
def test_what_does_not_fit_what_is_asked_for_and_what_is_no_formula_are_found(tmp_path, faults_of_deck):
    long = '# %% [markdown] deck="slide"\n# ## Long\n#\n' + "# - a line\n" * 30 + NOTE
    wrong = f'# %% [markdown] deck="slide"\n# ## Wrong\n#\n# $\\nothing{{x}}$ ![an image](http://localhost:9/x.png){NOTE}'
    folder.write(tmp_path, {"00_start_here": executed(tmp_path, BARE + long + wrong)})
    found = faults_of_deck(tmp_path / "00_start_here.html")
    assert all(any(words in fault for fault in found) for words in ("pixels tall", "off the screen", "asks for http", "in the formula"))
    assert {fault[:7] for fault in found if fault.startswith("slide ")} == {"slide 3"}, "and nothing else"


# The units


def deck_of(unit):
    cells = build.source_cells(build.source_of(unit), deck=True)
    return [slides.slide(cell.source) for cell in cells if cell.metadata.get("deck") == "slide"]


@pytest.mark.parametrize("unit", UNITS.names)
def test_slides_are_short_and_their_notes_are_not(unit):
    for slide in deck_of(unit):
        words = len(re.findall(r"\w[\w'’-]*", re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]+\$", " formula ", slide.text, flags=re.DOTALL)))
        assert words <= MOST_WORDS, f"{words} words on “{slide.title}”"
        assert len(slide.note.split()) >= 15, f"what to say, and how to ask the room, on “{slide.title}”"


@pytest.mark.parametrize("unit", UNITS.names)
def test_no_slide_holds_a_line_of_an_answer(unit):
    instructor = build.instructor_notebook(build.source_of(unit))
    student = "\n".join(cell.source for cell in build.student_notebook(instructor).cells)
    text = "\n".join(f"{slide.title}\n{slide.text}\n{slide.note}" for slide in deck_of(unit))
    for cell in instructor.cells:
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        code = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL)
        for line in "\n".join(code or [cell.source]).split("\n"):
            assert len(line.strip()) < 12 or line.strip() in student or line.strip() not in text, line


def test_every_widget_is_shown_by_a_unit_or_needs_nothing_to_be_made():
    text = "\n".join(build.source_of(unit).read_text(encoding="utf-8") for unit in UNITS.names)
    bare = {exhibit.name for exhibit in folder.unshown([])}
    missing = [name for name in widgets.__all__ if name not in {"page", *bare} and f"\n{name}(" not in text]
    assert not missing, "these would not be in the gallery"


# The command


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A unit with a slide for a real picture."""
    path = tmp_path / "00_start_here" / "notebook.py"
    path.parent.mkdir()
    code = '# %% deck="show"\nfrom course import plots\nplots.product_rectangle(3.0, 4.0, 0.3, 0.6)\n'
    path.write_text(f"# %% [markdown]\n# # Unit 00: Start here\n\n{BARE}{code}", encoding="utf-8")
    monkeypatch.setattr(build, "source_of", lambda unit: path)
    return path


def test_the_command_runs_a_unit_and_writes_its_deck(tiny, tmp_path, capsys):
    assert main(["lecture", str(tmp_path / "out"), "--unit", "00"]) == DONE
    assert "1 deck with 2 slides, and the gallery, in" in capsys.readouterr().err
    assert "<figure" in (tmp_path / "out/00_start_here.html").read_text(encoding="utf-8")


def test_the_decks_of_other_units_stay_listed_when_one_is_written_anew(tmp_path):
    for unit, title in (("00_start_here", "First"), ("01_feed_forward", "Other"), ("00_start_here", "Second")):
        folder.write(tmp_path, {unit: executed(tmp_path, BARE.replace("Bare", title) + SHOW, widgets.Tangent())})
    contents, gallery = ((tmp_path / name).read_text(encoding="utf-8") for name in ("index.html", "gallery.html"))
    assert contents.count('"00_start_here.html"') == contents.count('"01_feed_forward.html"') == 1
    assert gallery.count('src="widgets/00_Tangent.html"') == gallery.count('src="widgets/01_Tangent.html"') == 1
    (tmp_path / "01_feed_forward.html").unlink()
    folder.write(tmp_path, {"00_start_here": executed(tmp_path, BARE + SHOW, widgets.Tangent())})
    assert "01_feed_forward" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_units_run_side_by_side_and_each_comes_with_its_own_notebook(tiny, monkeypatch):
    at_once = threading.Barrier(2, timeout=60)  # none gets past it alone
    monkeypatch.setattr(running, "executed", lambda unit, began: (at_once.wait(), f"notebook of {unit}")[1])
    found = dict(running.each_executed(["a", "b"], workers=2))
    assert found == {"a": "notebook of a", "b": "notebook of b"}


def test_when_one_unit_fails_no_other_is_waited_for(tmp_path, monkeypatch):
    def source_of(unit):
        path = tmp_path / unit / "notebook.py"
        path.parent.mkdir(exist_ok=True)
        code = {"00_fails": "1 / 0", "01_waits": f"import time\ntime.sleep({running.SECONDS})"}[unit]
        path.write_text(f"# %% [markdown]\n# # Unit 00: One\n\n# %%\n{code}\n", encoding="utf-8")
        return path

    monkeypatch.setattr(build, "source_of", source_of)
    with pytest.raises(UserError, match="The unit 00_fails does not run"):
        dict(running.each_executed(["01_waits", "00_fails"], workers=2))


def test_a_unit_that_fails_is_named(tiny):
    tiny.write_text("# %%\n1 / 0\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"The unit 00_start_here does not run with its right answers(.|\n)*ZeroDivisionError"):
        running.executed("00_start_here")


def test_an_unknown_unit(tmp_path, capsys):
    assert main(["lecture", str(tmp_path), "--unit", "12"]) == USAGE
    assert "no unit is called '12'" in capsys.readouterr().err
