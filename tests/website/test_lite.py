"""The pages around JupyterLite, without JupyterLite itself: tests/browser/test_lite.py has the whole."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.build import UNITS
from course.errors import UserError
from website import lite, pyodide


@pytest.fixture
def pages(tmp_path) -> Path:
    """A folder as JupyterLite leaves it, as far as it matters here, with our pages."""
    for app in lite.APPS:
        (tmp_path / app).mkdir()
        (tmp_path / app / "index.html").write_text("<html><head><title>Jupyter</title></head><body></body></html>", encoding="utf-8")
    (tmp_path / "lab" / "favicon.ico").touch()
    locked = {"packages": {"numpy": {"version": "2.0.2"}, "matplotlib": {"version": "3.8.4"}}}
    lite.add_pages(tmp_path, sorted(lite.NOTEBOOKS.glob("*.ipynb")), locked, 31_400_000, None)
    return tmp_path


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in ("href", "src")]


def test_the_first_page_opens_every_unit_and_says_what_is_loaded(pages):
    text = (pages / "index.html").read_text(encoding="utf-8")
    links = Links(text).found
    assert [link for link in links if "path=" in link] == [f"notebooks/index.html?path={unit}.ipynb" for unit in UNITS]
    assert all((pages / link.partition("?")[0]).is_file() for link in links)
    assert "about 41 MB, most of it from Pyodide's public CDN" in re.sub(r"\s+", " ", text)
    assert f"Python {pyodide.python()}, numpy 2.0.2 and matplotlib 3.8.4" in text and "$" not in text


def test_the_first_page_is_where_jupyterlites_own_pages_look_for_settings(pages):
    assert '<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{}</script>' in (
        pages / "index.html"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize("app", lite.WITH_PYTHON)
def test_every_page_that_runs_python_has_the_card(pages, app):
    links = Links((pages / app / "index.html").read_text(encoding="utf-8")).found
    assert [(pages / app / link).resolve() for link in links] == [pages / "static/course/status.css", pages / "static/course/status.js"]


def test_a_units_title_is_text(tmp_path):
    cells = [{"cell_type": "markdown", "source": ["First.\n", "## a < b & c\n"]}]
    notebook = tmp_path / "05_x.ipynb"
    notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert lite.link(notebook) == '<li><a href="notebooks/index.html?path=05_x.ipynb">a &lt; b &amp; c</a></li>'


def test_the_kernel_takes_our_pyodide_and_installs_nothing():
    [settings] = lite.CONFIGURATION["jupyter-config-data"]["litePluginSettings"].values()
    assert settings["disablePyPIFallback"] and settings["loadPyodideOptions"]["packages"] == [*pyodide.START]
    assert Path(settings["pyodideUrl"]).name in {path.name for path in lite.ASSETS.iterdir()}


def test_the_cdn_is_asked_for_the_version_that_was_tested():
    assert lite.cdn().startswith("https://") and lite.cdn().endswith(f"/v{pyodide.VERSION}/full/")


def test_a_tool_that_fails_is_told_with_its_words():
    with pytest.raises(UserError, match=r"(?s)`python -m website.pyodide` failed, and said:.*FOLDER"):
        lite.run("-m", "website.pyodide")
