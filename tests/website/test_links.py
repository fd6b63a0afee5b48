"""Links of a site: followed within it, listed where they lead elsewhere."""

import subprocess
import sys
from pathlib import Path

import pytest

from website.links import Site

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pages(tmp_path):
    """Writes pages, by name, and gives the site."""

    def write(**bodies: str) -> Site:
        for name, body in bodies.items():
            path = tmp_path / f"{name.replace('__', '/')}.html"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"<!doctype html><html><body>{body}</body></html>", encoding="utf-8")
        return Site(tmp_path, "apart")

    return write


def test_links_that_lead_somewhere(pages):
    site = pages(
        a='<h1 id="top">A</h1><a href="#top"></a><a href="b/c.html#x%20y"></a><a href="?print"></a><a href="a.html?x=1#top"></a>',
        b__c='<p id="x y"></p><a href="../a.html"></a><a href="mailto:a@example.org"></a><img src="data:image/png;base64,">',
    )
    assert list(site.broken()) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="b.html">', "a.html links to b.html, which is not there"),
        ('<a href="#b">', "a.html links to #b, which is not there"),
        ('<img src="b.png">', "a.html links to b.png, which is not there"),
        ('<a href="../outside.html">', "a.html links to ../outside.html, which is not there"),
        ('<script src="https://example.org/x.js"></script>', "a.html loads https://example.org/x.js, which is no part of the site"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "a.html loads //example.org/x.css, which is no part of the site"),
    ],
)
def test_what_leads_nowhere_or_loads_from_elsewhere_is_said(pages, body, fault):
    assert list(pages(a=body).broken()) == [fault]


def test_pages_apart_are_not_looked_at_but_may_be_linked_to(pages):
    assert list(pages(a='<a href="apart/index.html?path=x#y">', apart__index='<a href="nowhere.html">').broken()) == []


def test_a_folder_apart_that_was_left_out_may_be_linked_to_but_not_a_file_that_it_lacks(pages):
    link = '<a href="apart/lab.html">'
    assert list(pages(a=link).broken()) == []
    assert list(pages(a=link, apart__other="").broken()) == ["a.html links to apart/lab.html, which is not there"]


def test_links_to_other_places_are_listed_once_with_the_pages_that_have_them(pages, tmp_path):
    link = '<a href="https://example.org/#x">'
    assert pages(a=link + link, b=link).external() == {"https://example.org/#x": ["a.html", "b.html"]}
    run = subprocess.run([sys.executable, "-m", "website.links", tmp_path], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "https://example.org/#x from a.html, b.html\n"
