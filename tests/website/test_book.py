"""The book: what is on its pages, and what is not."""

import re
import sys
import tempfile
from html import unescape
from pathlib import Path

import pytest

import course
from autograder import build
from course import plots, widgets
from website import answers, book, docstrings, units

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page(site):
    """The text of one of its pages."""
    return lambda name: (site / name).read_text(encoding="utf-8")


# Units


def test_the_notebook_to_download_is_the_students(site):
    for path in sorted((site / "notebooks").iterdir()):
        assert path.read_bytes() == (ROOT / "notebooks" / path.name).read_bytes()


def test_a_unit_is_tried_with_one_click(page):
    text = page("05_vector_form.html")
    assert 'href="lite/lab/index.html?path=05_vector_form.ipynb"' in text and 'href="notebooks/05_vector_form.ipynb"' in text
    assert text.index("<h1>") < text.index('class="try"') < text.index("<h2>")


def test_answers_are_still_to_be_written_and_checks_have_not_been_asked(page):
    text = re.sub(r"<[^>]*>", "", page("05_vector_form.html"))
    unit = build.student_notebook(build.instructor_notebook(build.source_of("05_vector_form")))
    assert text.count("YOUR CODE HERE") == sum(cell.source.count("YOUR CODE HERE") for cell in unit.cells) > 0
    assert text.count("YOUR ANSWER HERE") == 1
    assert "check(linear_backward)" in text and ": passed" not in text


def test_no_page_shows_an_answer(site):
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert len(pages) > 40 and not list(answers.shown(pages))


def test_figures_have_words_and_their_size_and_are_files(site, page):
    found = re.findall(r"<img[^>]*>", page("05_vector_form.html"))
    assert len(found) > 5
    for image in found:
        assert re.search(r'alt="[^"]{30,}"', image) and re.search(r'width="\d+" height="\d+"', image), image
        assert (site / re.search(r'src="(figures/[0-9a-f]+\.png)"', image)[1]).is_file()


def test_a_widget_has_a_frame_and_its_still_picture_is_left_out(page):
    text = page("00_start_here.html")
    assert re.search(r'<iframe class="widget" title="[^"]+" src="widgets/00_1_Tangent.html" loading="lazy">', text)
    assert "svg+xml" not in text and "run this cell to move it" not in text


def test_slides_are_left_out(page):
    for cell in build.source_cells(build.source_of("05_vector_form"), deck=True):
        if cell.metadata.get("deck") == "slide":
            note = cell.source.partition("Note:")[2].strip().splitlines()[0]
            assert note not in unescape(page("05_vector_form.html")) and note in unescape(page("decks/05_vector_form.html"))


def test_no_page_names_a_path_of_the_machine_it_was_made_on(site):
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not [place for place in (str(ROOT), str(site.parent), sys.prefix, f"{tempfile.gettempdir()}/tmp") if place in text], path


def test_what_is_made_of_numbers_that_are_an_answer_is_kept_back():
    notebook = build.instructor_notebook(build.source_of("01_feed_forward"))
    shown = [cell for cell in notebook.cells if units.shows_numbers("01_feed_forward", cell) and "nbgrader" not in cell.metadata]
    assert len(shown) == 1 and "plots.folded_plane(" in shown[0].source


# Formulas


def test_formulas_are_mathml_and_none_is_left_as_it_was_typed(page):
    for name in ("00_start_here.html", "05_vector_form.html"):
        text = page(name)
        assert text.count("<math") > 20 and "MathJax" not in text
        assert not re.search(r"\\(frac|partial|sum|ell)\b|\$\$", text)


# Guides and reference


def test_every_guide_is_a_page_that_the_contents_list(page):
    contents = page("index.html")
    for path in (ROOT / "docs").rglob("*.md"):
        name = path.relative_to(ROOT).with_suffix(".html").as_posix()
        assert f'href="{name}"' in contents and page(name)


@pytest.mark.parametrize("module", [course, plots, widgets], ids=lambda module: module.__name__)
def test_every_public_function_and_class_is_in_the_reference(page, module):
    text = "".join(page(f"api/{name}.html") for name in docstrings.PAGES)
    for name in module.__all__:
        thing = getattr(module, name)
        if isinstance(thing, type) or hasattr(thing, "__code__"):
            assert text.count(f'id="{module.__name__}.{name}"') == 1, name


def test_docstrings_keep_their_code_their_examples_and_their_signs(page):
    text = page("api/engine.html")
    assert '<span class="pre">keep_prob</span>' in text and "<em>expected weights</em>" in text
    assert "&gt;&gt;&gt; " in text and "`" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL)


def test_what_a_text_links_to_comes_along(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "ROOT", tmp_path)
    (tmp_path / "a.png").touch()
    text = tmp_path / "A.md"
    text.write_text("[x](a.png) [y](nowhere.md) [z](https://example.org/a.png) [w](../../etc/passwd)")
    assert list(book.linked([text])) == [tmp_path / "a.png"]
